"""Notices by e-mail: what waits becomes one letter a person, in their language, of what they may still see.

The letter is written by `write`, which the caller gives: the one send gate lies in channels, above. Writing and emptying
`Notice.mail` are one transaction, so that a job run twice writes once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.core import cover, staff
from guanxi.core.action import action
from guanxi.core.models import Notice, User
from guanxi.core.notices import queries
from guanxi.core.notices.queries import Shown

LISTED_MAX: Final = 30
TITLE_CHARS_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class Letter:
    """What one colleague is told: subject line and text in their language."""

    title: str
    body: str
    language: str


Write = Callable[[User, Letter], Any]


def tell(*, now: datetime, way: str, write: Write) -> int:
    """Write to everybody who wants to be told this way (`mail`, `digest`) and has something waiting; how many letters."""
    waiting = Notice.objects.filter(mail=way).order_by("user_id").values_list("user_id", flat=True).distinct()
    return sum(_tell(user_id=user, way=way, write=write) for user in list(waiting))


@action
def _tell(*, user_id: int, way: str, write: Write) -> bool:
    waiting = Notice.objects.select_for_update().filter(user_id=user_id, mail=way)
    notices = list(waiting.order_by("-created", "-id"))
    fresh = [one for one in notices if one.read is None or one.read == one.created]
    Notice.objects.filter(id__in=[one.id for one in notices]).update(mail="")
    user = User.objects.filter(id=user_id, is_active=True).first()
    if user is None or not fresh:
        return False
    with translation.override(user.language):
        shown = queries.shown(staff.actor_of(user), fresh)
        if not shown:
            return False
        write(user, _letter(shown, user.language))
    return True


def _letter(shown: Sequence[Shown], language: str) -> Letter:
    count = len(shown)
    title = f"{shown[0].kind.words}: {_title(shown[0])}"
    if count > 1:
        title = ngettext("%(n)s notice for you", "%(n)s notices for you", count) % {"n": count}
    parts = ["\n".join(_line(one) for one in shown[:LISTED_MAX])]
    if count > LISTED_MAX:
        parts.append(_("And %(n)s more.") % {"n": count - LISTED_MAX})
    parts.append(_("All of them:") + "\n" + settings.BASE_URL + reverse("notices"))
    parts.append(_("How you are told:") + "\n" + settings.BASE_URL + reverse("notice_settings"))
    return Letter(title, "\n\n".join(parts), language)


def _line(one: Shown) -> str:
    more = f" (+{one.notice.more})" if one.notice.more else ""
    return f"- {one.kind.words}: {_title(one)}{more}\n  {settings.BASE_URL}{one.subject.url}"


def _title(one: Shown) -> str:
    """What it is about, with addresses and numbers covered: a mail box is not this house."""
    return cover.covered(one.subject.title)[:TITLE_CHARS_MAX]
