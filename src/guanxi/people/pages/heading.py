"""The head of a customer's page: name, what they are to us, a few facts."""

from typing import Any

from django.utils.translation import gettext as _

from guanxi.engine.normalise import avatar
from guanxi.engine.pinyin import spoken
from guanxi.people import queries


def head(who: queries.CustomerView) -> dict[str, Any]:
    facts = [_("with us since %(year)s") % {"year": who.since.year}]
    if who.language:
        facts.append(
            {"zh-hans": _("speaks Chinese"), "en": _("speaks English")}.get(who.language, who.language)
        )
    if who.provisional:
        facts.append(_("not certain who this is"))
    return {
        "name": who.name or who.public_id,
        "latin": spoken(who.name),
        "initials": avatar(who.name),
        "code": who.public_id,
        "standing": None,
        "roles": [_("sample")] if who.sample else [],
        "facts": facts,
        "best_time": "",
    }
