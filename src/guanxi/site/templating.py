"""The Jinja2 environment of our pages: few globals, few filters, autoescape always."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from jinja2 import Environment
from markupsafe import Markup, escape

from guanxi.core import markup
from guanxi.core.lists import drawing
from guanxi.core.markup import exact, said, static, when
from guanxi.core.money import Money
from guanxi.core.phrases import day_label, kept, language, pick
from guanxi.core.words import say
from guanxi.engine.normalise import avatar


def environment(**options: Any) -> Environment:
    """Called by Django's Jinja2 backend with its options."""
    env = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  Django passes autoescape=True  # nosec B701
    env.globals.update(
        _=kept,
        gettext=kept,
        ngettext=ngettext,
        static=static,
        url=_url,
        say=say,
        lang=_Language(),
        said=said,
        markup=markup,
        draw=drawing,
    )
    env.filters.update(
        money=money,
        when=when,
        day=day,
        date=exact,
        clock=clock,
        iso=iso,
        num=num,
        pick=pick,
        avatar=avatar,
        lines=lines,
    )
    return env


class _Language:
    """The current language code wherever a template asks for `lang`."""

    def __str__(self) -> str:
        return language()

    def __eq__(self, other: object) -> bool:
        return language() == other

    def __hash__(self) -> int:
        return hash(language())


def _url(name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs=kwargs)


def money(value: Money) -> str:
    return value.format(language())


def num(value: float) -> str:
    """With thousands separators, as the language writes them."""
    return f"{value:,}"


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment)


def day(moment: datetime) -> str:
    return day_label(_local(moment).date())


def clock(moment: datetime) -> str:
    return f"{_local(moment):%H:%M}"


def lines(text: str) -> Markup:
    """Somebody's words, escaped, with their line breaks."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())
