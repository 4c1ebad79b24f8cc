"""Pictures of what a shop sells: added by their content, put in order, described; who sees them, and as what."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from guanxi.core import files
from guanxi.core.errors import Conflict, Invalid, NotFound
from guanxi.core.files.jobs import inspect
from guanxi.core.models.files import File
from guanxi.trade.actions import listings, pictures
from guanxi.trade.actions.pictures import Picture
from guanxi.trade.models import Listing
from guanxi.trade.queries import market
from tests.cast import Shopper, nothing_happens
from tests.market import new, offer, open_stall, order_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Any) -> None:
    settings.GUANXI_HOME = tmp_path


def photo(shade: int = 0, name: str = "a.png") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (12, 9), (shade, 90, 90)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def kept(*uploads: SimpleUploadedFile) -> tuple[files.Stored, ...]:
    return files.receive(uploads).stored


def shown(listing: Listing) -> list[str]:
    listing.refresh_from_db()
    return [one["file"] for one in listing.pictures]


@pytest.fixture
def listing(seller: Shopper, now: datetime) -> Listing:
    open_stall(seller, now)
    return offer(seller, now)


def add(seller: Shopper, now: datetime, listing: Listing, count: int = 2) -> list[str]:
    pictures.add_pictures(
        actor=seller.actor, now=now, listing=listing.public_id, stored=kept(*(photo(n) for n in range(count)))
    )
    return shown(listing)


def test_pictures_are_part_of_the_next_version(seller: Shopper, now: datetime, listing: Listing) -> None:
    first, second = add(seller, now, listing)
    assert (listing.version, [len(one.pictures) for one in market.versions_of(listing)]) == (2, [2, 0])
    to = [Picture(second, "  The back \n"), Picture(first)]
    pictures.arrange_pictures(actor=seller.actor, now=now, listing=listing.public_id, to=to, version=2)
    listing.refresh_from_db()
    assert listing.pictures == [{"file": second, "alt": "The back"}, {"file": first, "alt": ""}]
    assert listing.version == 3
    same = [Picture(second, "The back"), Picture(first)]
    with nothing_happens():  # the same again is no new version
        pictures.arrange_pictures(actor=seller.actor, now=now, listing=listing.public_id, to=same)
    pictures.arrange_pictures(actor=seller.actor, now=now, listing=listing.public_id, to=[Picture(first)])
    assert shown(listing) == [first]
    assert File.objects.filter(public_id=second, erased=None).exists()  # an earlier version shows it


def test_changed_words_leave_the_pictures(seller: Shopper, now: datetime, listing: Listing) -> None:
    before = add(seller, now, listing)
    to = new(text="电池健康 80%")
    listings.change_listing(actor=seller.actor, now=now, listing=listing.public_id, to=to)
    assert shown(listing) == before
    assert [len(one.pictures) for one in market.versions_of(listing)] == [2, 2, 0]


def test_a_seller_does_it_on_the_page(seller: Shopper, now: datetime, listing: Listing) -> None:
    url = f"/my/shop/listings/{listing.public_id}/"
    sent = seller.client.post(f"{url}pictures/", {"key": "p1", "pictures": [photo(1), photo(2)]})
    assert (sent.status_code, sent["Location"]) == (303, f"{url}#pictures")
    first, second = shown(listing)
    page = seller.client.get(url).content.decode()
    assert f'name="alt-{first}"' in page
    assert f'name="out-{second}"' in page
    chosen = {"key": "p2", "version": "2", f"at-{second}": "1", f"at-{first}": "1", f"alt-{second}": "Open"}
    assert seller.client.post(f"{url}arrange/", chosen).status_code == 303
    assert shown(listing) == [second, first]
    assert (
        seller.client.post(f"{url}arrange/", {"key": "p3", "version": "3", f"out-{first}": "1"}).status_code
        == 303
    )
    listing.refresh_from_db()
    assert listing.pictures == [{"file": second, "alt": "Open"}]
    assert seller.client.post(f"{url}pictures/", {"key": "p4"}).status_code == 422


@pytest.mark.parametrize("name", ["paper.pdf", "page.png"])
def test_only_pictures_by_their_content(seller: Shopper, now: datetime, listing: Listing, name: str) -> None:
    if name.endswith("pdf"):
        stored = kept(SimpleUploadedFile(name, b"%PDF-1.7\n%%EOF", "application/pdf"))
        with nothing_happens(), pytest.raises(Invalid) as error:
            pictures.add_pictures(actor=seller.actor, now=now, listing=listing.public_id, stored=stored)
        assert set(error.value.fields) == {"pictures"}
    else:
        with nothing_happens(), pytest.raises(Invalid):
            kept(SimpleUploadedFile(name, b"<html><script>alert(1)</script>", "image/png"))


def test_at_most_eight(seller: Shopper, now: datetime, listing: Listing) -> None:
    for _again in range(2):
        add(seller, now, listing, 4)
    with nothing_happens(), pytest.raises(Invalid) as error:
        add(seller, now, listing, 1)
    assert "8" in str(error.value.fields["pictures"])


@pytest.mark.parametrize("case", ["twice", "foreign", "stale", "ended"])
def test_what_cannot_be_arranged(seller: Shopper, now: datetime, listing: Listing, case: str) -> None:
    first, second = add(seller, now, listing)
    to = {"twice": [first, first], "foreign": [first, "F999"]}.get(case, [second, first])
    if case == "ended":
        listings.move_listing(actor=seller.actor, now=now, listing=listing.public_id, verb="end")
    with nothing_happens(), pytest.raises((Invalid, Conflict)):
        pictures.arrange_pictures(
            actor=seller.actor,
            now=now,
            listing=listing.public_id,
            to=[Picture(one) for one in to],
            version=1 if case == "stale" else None,
        )


def test_nobody_else_adds_pictures(buyer: Shopper, seller: Shopper, now: datetime, listing: Listing) -> None:
    with nothing_happens(), pytest.raises(NotFound):
        add(buyer, now, listing)


def test_everybody_sees_them_drawn_anew_and_only_the_shop_as_sent(
    seller: Shopper, buyer: Shopper, now: datetime, listing: Listing
) -> None:
    order_of(buyer, listing, now)
    code, _other = add(seller, now, listing)
    visitor = Client()
    address = f"/market/pictures/{code}/"
    assert visitor.get(address).status_code == 404  # not drawn yet
    assert 'class="gx-mk-shot gx-mk-shot--none"' in visitor.get("/market/").content.decode()
    inspect.func(code)
    answer = visitor.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert f'src="{address}"' in visitor.get("/market/").content.decode()
    assert f'src="{address}"' in visitor.get(f"/market/{listing.public_id}/").content.decode()
    assert files.get(seller.actor, code).public_id == code
    with pytest.raises(NotFound):
        files.get(buyer.actor, code)
    listings.move_listing(actor=seller.actor, now=now, listing=listing.public_id, verb="pause")
    assert visitor.get(address).status_code == 404
    assert market.get_picture(buyer.actor, code).public_id == code  # who bought keeps what they saw
    assert seller.client.get(address).status_code == 200
