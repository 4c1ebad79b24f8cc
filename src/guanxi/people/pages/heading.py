"""The head of a customer's page: name, what they are to us, a few facts."""

from typing import Any

from django.utils.translation import gettext as _

from guanxi.engine.normalise import avatar
from guanxi.engine.pinyin import spoken
from guanxi.people import queries


def head(who: queries.CustomerView, name: str = "") -> dict[str, Any]:
    """`name`: of the golden record, where it has been read."""
    name = name or who.name
    company = who.nature == "company"
    facts = [_("with us since %(year)s") % {"year": who.since.year}]
    if who.language:
        facts.append(
            {"zh-hans": _("speaks Chinese"), "en": _("speaks English")}.get(who.language, who.language)
        )
    if who.provisional:
        facts.append(_("not certain who this is"))
    return {
        "name": name or who.public_id,
        "latin": "" if company else spoken(name),
        "initials": avatar(name),
        "company": company,
        "code": who.public_id,
        "standing": None,
        "roles": [*([_("Company")] if company else []), *([_("sample")] if who.sample else [])],
        "facts": facts,
        "best_time": "",
    }
