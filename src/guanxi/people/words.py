"""Words for people's codes."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare

REFUSED = {
    ("phone", "too_short"): _("This telephone number is too short."),
    ("phone", "not_a_phone"): _("This is not a telephone number we can read."),
    ("phone", "no_area_code"): _("Please add the area code."),
    ("phone", "several"): _("Please give one number only."),
    ("phone", "too_long"): _("This telephone number is too long."),
    ("email", "not_an_email"): _("This is not an e-mail address."),
    ("email", "too_long"): _("This e-mail address is too long."),
    ("member", "too_short"): _("A member number has at least 4 characters."),
    ("member", "too_long"): _("This member number is too long."),
    ("member", "not_a_member"): _("A member number has letters and digits only."),
    ("name", "too_long"): _("This name is too long."),
    ("email", "several"): _("Please give one address only."),
    ("", ""): _("We cannot read this."),
}
KINDS = {
    "phone": _("telephone"),
    "email": _("e-mail"),
    "member": _("member number"),
    "name": _("name"),
}


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("people.view", _("See customers")),
        Right("people.contacts", _("See telephone numbers and addresses in full")),
        Right("people.record", _("Enter and change what customers said")),
    )
    words.register(
        {
            "people.same_statement": _("The same details were given before"),
            "people.signed_in": _("Signed in with a code sent to a known address"),
            "people.agrees": _("%(kind)s agrees"),
            "people.differs": _("%(kind)s differs"),
            "people.partial": _("%(kind)s fits, but is not complete"),
            "people.other_script": _("%(kind)s in another script, not comparable"),
            "people.missing": _("%(kind)s not given or not known"),
            "people.shared": _("%(kind)s agrees, but several people may share it"),
            "people.elsewhere": _("%(kind)s belongs to another candidate"),
            "people.objection": _("A data steward reviews every doubt; ask for it to be corrected."),
            "recognised": _("Recognised"),
            "doubt": _("Not certain: a steward will decide"),
            "new": _("New customer"),
            **{f"people.kind.{kind}": text for kind, text in KINDS.items()},
        }
    )
