"""The published tables of CDNOW to their digits."""

import numpy as np
import pytest

from guanxi.engine import lifetime
from guanxi.engine.lifetime.tests.cdnow import sample, spending


def test_the_bgnbd_of_the_paper() -> None:
    model = lifetime.fit_bgnbd(*sample())
    assert (model.n, model.gradient_norm < 1e-7) == (2357, True)
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert model.parameters() == pytest.approx(published, abs=1e-3)
    assert model.loglik == pytest.approx(-9582.4, abs=0.05)
    one = model.expected([2], [30.43], [38.86], 39)  # the paper's worked customer
    assert one[0] == pytest.approx(1.226, abs=1e-3)


def test_the_paretonbd_of_the_paper() -> None:
    model = lifetime.fit_paretonbd(*sample())
    assert model.gradient_norm < 1e-7
    found = model.parameters()
    assert {k: found[k] for k in ("r", "alpha", "s")} == pytest.approx(
        {"r": 0.553, "alpha": 10.578, "s": 0.606}, abs=1e-3
    )
    assert found["beta"] == pytest.approx(11.669, abs=3e-3)
    assert model.loglik == pytest.approx(-9595.0, abs=0.05)


def test_the_gammagamma_of_the_paper() -> None:
    model = lifetime.fit_gammagamma(*spending())
    assert (model.n, model.gradient_norm < 1e-7) == (946, True)
    assert model.parameters() == pytest.approx({"p": 6.249, "q": 3.745, "v": 15.448}, abs=0.01)


def test_days_give_the_same_as_weeks() -> None:
    x, t_x, age = sample()
    days = lifetime.fit_bgnbd(
        x.astype(np.int64), np.round(t_x * 7).astype(np.int64), np.round(age * 7).astype(np.int64)
    )
    found = days.parameters() | {"alpha": days.alpha / 7}
    assert found == pytest.approx({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, abs=2e-3)


@pytest.mark.parametrize("fit", [lifetime.fit_bgnbd, lifetime.fit_paretonbd])
def test_the_forecast_holds_its_own_total_and_narrows_with_the_level(fit: type) -> None:
    columns = sample()
    model = fit(*columns)
    wide, narrow = (model.forecast(*columns, 39, level) for level in (0.9, 0.5))
    assert wide.total == narrow.total == pytest.approx(model.expected(*columns, 39).sum())
    assert wide.low < narrow.low < wide.total < narrow.high < wide.high
    assert wide.low < 1788 < wide.high  # what the 2,357 bought in the 39 weeks after (published)
    assert wide == model.forecast(*columns, 39, 0.9)
