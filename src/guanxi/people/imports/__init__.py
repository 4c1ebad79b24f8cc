"""What files may say about people: customers, further identifiers of known ones, consents."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.people.imports.about import contact_of, made_of, owners_of_lines, source_of, unclear
from guanxi.people.imports.consents import CONSENT_KIND
from guanxi.people.imports.customers import CUSTOMER_KIND
from guanxi.people.imports.fields import KEYS, LANGUAGE, NAMES, REACH, SOURCE
from guanxi.people.imports.identifiers import IDENTIFIER_KIND
from guanxi.people.words import REFUSED

__all__ = [
    "KEYS",
    "KINDS_OF_IMPORT",
    "LANGUAGE",
    "NAMES",
    "REACH",
    "SOURCE",
    "connect",
    "contact_of",
    "made_of",
    "owners_of_lines",
    "source_of",
    "unclear",
]

KINDS_OF_IMPORT = (CUSTOMER_KIND, IDENTIFIER_KIND, CONSENT_KIND)


def connect() -> None:
    """Words for what only these kinds refuse; called once at start-up."""
    words.register({f"import.fault.{kind}.{why}": text for (kind, why), text in REFUSED.items() if kind})
    words.register(
        {f"import.fault.{kind}.unreadable": REFUSED["", ""] for kind in ("phone", "email", "member")}
        | {
            "import.fault.several_customers": _("Several customers have this; it is not clear who is meant."),
            "import.fault.unknown_customer": _("No customer has this."),
            "import.fault.key_missing": _("The key that rows are matched by is empty here."),
            "import.fault.elsewhere": _("This belongs to another customer."),
            "people.import_key": _("A file named them by %(kind)s"),
        }
    )
