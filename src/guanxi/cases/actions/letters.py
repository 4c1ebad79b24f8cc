"""What we write to customers about their case, in the language of the case."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guanxi.cases.actions.frame import looked_at_by
from guanxi.cases.models import Case
from guanxi.channels.actions import Words
from guanxi.people.queries.privacy import link_token


def _link(token: str) -> str:
    return settings.BASE_URL + reverse("follow", args=[token])


def _choices(case: Case) -> str:
    """The customer's own page of what they allow."""
    return settings.BASE_URL + reverse("preferences", args=[link_token(case.record.customer_id)])


def _words(case: Case, title: str, *parts: str) -> Words:
    return Words(title=title, body="\n\n".join(part for part in parts if part), language=case.language)


def acknowledgement(case: Case, token: str) -> Words:
    """Number, promised time, link: what the customer gets at once."""
    with translation.override(case.language):
        due = looked_at_by(case)
        promised = f"{timezone.localtime(due):%Y-%m-%d %H:%M}" if due else ""
        return _words(
            case,
            _("We have your complaint: %(number)s") % {"number": case.number},
            _("Your words are recorded under the number %(number)s. You need not write again.")
            % {"number": case.number},
            _("A person answers by %(when)s.") % {"when": promised} if promised else "",
            _("Follow it here, without a password, so share the link with nobody:") + "\n" + _link(token),
            _("What we may write to you about, and your rights over your data:") + "\n" + _choices(case),
        )


def answered(case: Case, text: str, token: str, *, title: str = "") -> Words:
    """Our answer in full, and where to reply. `title` for whoever must not read the complainant's own words."""
    with translation.override(case.language):
        return _words(
            case,
            _("Our answer to %(number)s: %(title)s") % {"number": case.number, "title": title or case.title},
            text,
            _("Reply, or say that it is settled, here:") + "\n" + _link(token),
        )


def link_again(case: Case, token: str) -> Words:
    """The signed link once more."""
    with translation.override(case.language):
        return _words(
            case,
            _("Your link to %(number)s") % {"number": case.number},
            _("You asked for the link to your case. It opens without a password, so share it with nobody:")
            + "\n"
            + _link(token),
        )
