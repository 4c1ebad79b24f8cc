"""Words for channels' codes and the rights it protects."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare
from guanxi.core.timeline import bases as timeline
from guanxi.core.timeline.bases import Channel

CHANNELS = {
    "web": _("web"),
    "email": _("e-mail"),
    "phone": _("telephone"),
    "api": _("another system"),
    "import": _("import"),
}


ICONS = {"web": "world", "email": "mail", "phone": "phone", "api": "plug", "import": "file-import"}


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("channels.view", _("Read messages and the timeline")),
        Right("channels.outbox", _("See all outgoing mail")),
        Right("channels.import", _("Import messages of other systems")),
    )
    timeline.add_channels({code: Channel(text, ICONS[code]) for code, text in CHANNELS.items()})
    timeline.add_groups(
        {
            "case": _("Cases"),
            "order": _("Orders"),
            "message": _("Mail"),
            "person": _("Person"),
            "work": _("Work"),
            "file": _("Files"),
        }
    )
    words.register(
        {
            "moves.message": _("Messages and calls"),
            "send": _("Sent"),
            "hold": _("Not sent"),
            "gate.no_address": _("no address for %(channel)s is known"),
            "gate.refused": _("the customer refused %(purpose)s by %(channel)s"),
            "gate.no_consent": _("no consent for %(purpose)s by %(channel)s"),
            "gate.consented": _("the customer agreed"),
            "gate.chosen": _("they have chosen to be told by e-mail"),
            "gate.left": _("this person may not sign in any more"),
            "gate.own_matter": _("it is about the customer's own matter"),
            "gate.objection": _("The customer can change this on their own page at any time."),
            "gate.stopped": _("stopped by hand"),
            "gate.forgotten": _("this person was forgotten"),
            "gate.objected": _("the customer has stopped everything but their own matters"),
            "gate.restricted": _("processing of this person's data is restricted"),
            "purpose.service": _("service messages"),
            "purpose.marketing": _("promotion"),
            "purpose.survey": _("surveys"),
            "purpose.privacy": _("answers about their data"),
            "purpose.security": _("sign-in codes"),
            "purpose.notice": _("notices to colleagues"),
            "channel.sms": _("text message"),
            **{f"channel.{code}": text for code, text in CHANNELS.items()},
        }
    )
