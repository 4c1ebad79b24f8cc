"""Pictures of what a shop sells: added, put in order, described, taken out. A version keeps which ones it showed.

Taking one out leaves the file where it is: whoever bought earlier still has it on their side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.action import action
from guanxi.core.errors import Conflict, Invalid
from guanxi.core.files import Given, Stored, actions
from guanxi.core.files.kinds import PICTURES
from guanxi.engine.writing import clean_line
from guanxi.trade.actions import listings
from guanxi.trade.models import Listing
from guanxi.trade.queries import market
from guanxi.trade.rules import market as rules


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a listing: its file's public id, and what it shows for those who cannot see it."""

    file: str
    alt: str = ""


@action
def add_pictures(
    *, actor: Actor, now: datetime, listing: str, stored: Sequence[Stored], alts: Sequence[str] = ()
) -> Listing:
    """Show these pictures too, after those that are there; the next version. `alts` describes them, in their order.

    Raises `NotFound`, `Denied`, `Conflict` for an ended listing, `Invalid` on "pictures" for too many or what is no picture.
    """
    row = listings.lock(actor, listing)
    _require_open(row)
    if len(row.pictures) + len(stored) > rules.PICTURES_MAX:
        raise Invalid(
            fields={"pictures": _("At most %(most)s pictures of one thing.") % {"most": rules.PICTURES_MAX}}
        )
    if not stored or any(one.kind.code not in PICTURES for one in stored):
        raise Invalid(fields={"pictures": _("Choose photographs: JPEG, PNG, WebP or GIF.")})
    given = Given(stored=tuple(stored))
    where = (market.SUBJECT, row.id)
    files = actions.attach(given, actor=actor, now=now, subject=where, record_id=row.shop.record_id)
    said = [clean_line(one)[: rules.ALT_CHARS_MAX] for one in alts]
    words = [*said, *[""] * len(files)]
    fresh = [{"file": file.public_id, "alt": alt} for file, alt in zip(files, words, strict=False)]
    after = [*row.pictures, *fresh]
    listings.rewrite(row, {"pictures": after}, actor=actor, now=now, with_rows=files)
    return row


@action
def arrange_pictures(
    *, actor: Actor, now: datetime, listing: str, to: Sequence[Picture], version: int | None = None
) -> Listing:
    """Show exactly these of its pictures, in this order, described so; the next version where that differs.

    Raises `NotFound`, `Denied`, `Conflict` ("stale", "not_now"), `Invalid` on "pictures" for one that is not there or twice.
    """
    row = listings.lock(actor, listing)
    _require_open(row)
    if version is not None and version != row.version:
        raise Conflict(_("This listing has been changed in the meantime. Look at it again."), code="stale")
    known = {one["file"] for one in row.pictures}
    codes = [one.file for one in to]
    if len(set(codes)) < len(codes) or not known.issuperset(codes):
        raise Invalid(fields={"pictures": _("One of these pictures is not there any more.")})
    after = [{"file": one.file, "alt": clean_line(one.alt)[: rules.ALT_CHARS_MAX]} for one in to]
    listings.rewrite(row, {"pictures": after}, actor=actor, now=now)
    return row


def _require_open(row: Listing) -> None:
    if row.state == Listing.State.ENDED:
        raise Conflict(_("This listing has ended: put the thing on sale anew."), code="not_now")
