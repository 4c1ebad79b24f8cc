"""The document names a shape once: two of one name would describe each other's answers."""

from collections import Counter

from ninja import Schema

from guanxi.site import urls


def _shapes(of: type[Schema]) -> list[str]:
    below = of.__subclasses__()
    return [one.__name__ for one in below if one.__module__.startswith("guanxi.")] + [
        name for one in below for name in _shapes(one)
    ]


def test_every_shape_has_a_name_of_its_own() -> None:
    assert urls.urlpatterns  # every router has been read
    assert [name for name, times in Counter(_shapes(Schema)).items() if times > 1] == []
