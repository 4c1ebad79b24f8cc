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
    "chat": _("chat"),
    "api": _("another system"),
    "import": _("import"),
}


ICONS = {
    "web": "world",
    "email": "mail",
    "phone": "phone",
    "chat": "message-2",
    "api": "plug",
    "import": "file-import",
}


MAIL = {
    "mail.new": _("it begins a matter of its own"),
    "mail.wanted": _("somebody made a case of it"),
    "mail.copy": _("the same mail had reached another of our mailboxes"),
    "mail.no_sender": _("it names nobody who could be answered"),
    "mail.by_token": _("it went to the address of our mail"),
    "mail.by_answer": _("it answers a mail of ours"),
    "mail.by_own": _("it follows up their own mail"),
    "mail.by_number": _("it names the number, and comes from its customer"),
    "mail.other_sender": _("it comes from another address than the customer's"),
    "mail.auto_own": _("it comes from our own address"),
    "mail.auto_report": _("it is the report of a mail server"),
    "mail.auto_auto_submitted": _("its head says that a machine sent it"),
    "mail.auto_autoreply": _("its head says that it is an automatic reply"),
    "mail.auto_bulk": _("its head says that it went to many"),
    "mail.auto_null_path": _("it has no return path, as only machines write"),
    "mail.auto_subject": _("its subject says that it is an automatic reply"),
    "mail.auto_list": _("it came by a mailing list"),
    "mail.auto_suppressed": _("its sender asks for no automatic reply"),
    "mail.report_failed": _("a mail of ours could not be delivered"),
    "mail.report_delayed": _("a mail of ours is late, its server still tries"),
    "mail.bounced": _("its mail server refused it (%(status)s)"),
    "mail.failed": _("something broke while it was sorted (%(error)s)"),
    "mail.wrong_too_deep": _("parts nested too deep were left out"),
    "mail.wrong_too_many": _("parts beyond the limit were left out"),
    "mail.wrong_too_large": _("its text was cut at the limit"),
    "mail.wrong_flat": _("it is built to hurt, and was read as plain text"),
    "failed": _("Failed"),
}
# What a person may choose where a mail says the wrong one.
CHARSETS = {
    "utf-8": _("Unicode (UTF-8)"),
    "gb18030": _("Chinese, simplified (GB18030)"),
    "big5hkscs": _("Chinese, traditional (Big5)"),
    "shift_jis": _("Japanese (Shift JIS)"),
    "euc_kr": _("Korean (EUC-KR)"),
    "windows-1252": _("Western (Windows-1252)"),
    "koi8-r": _("Cyrillic (KOI8-R)"),
    "windows-1251": _("Cyrillic (Windows-1251)"),
}
RESULTS = {
    "sale": _("Reached: sold"),
    "no": _("Reached: no"),
    "later": _("Call back later"),
    "no_answer": _("No answer"),
    "wrong_number": _("Wrong number"),
    "do_not_call": _("Never call again"),
}
CALLS = {
    "gate.number_wrong": _("this number was found to be somebody else's"),
    "gate.number_refused": _("whoever answers this number does not want to be called"),
    "gate.number_twice": _("this number is on the list already"),
    "gate.no_window": _("there is no time of day that suits every place this number may be in"),
    "call.stopped": _("this number was settled by another call"),
}
TROUBLES = {
    "connect": _("the mail server cannot be reached"),
    "tls": _("the mail server's certificate is not valid"),
    "login": _("the mail server does not take name and password"),
    "folder": _("there is no such folder"),
    "server": _("the mail server answered something we do not understand"),
}


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("channels.view", _("Read messages and the timeline")),
        Right("channels.outbox", _("See all outgoing mail")),
        Right("channels.mail", _("See what became of each mail, and sort it")),
        Right("channels.converse", _("Answer calls and chats")),
        Right("channels.campaigns", _("Make call lists and run them")),
        Right("channels.import", _("Import messages of other systems")),
    )
    timeline.add_channels({code: Channel(text, ICONS[code]) for code, text in CHANNELS.items()})
    timeline.add_groups(
        {
            "case": _("Cases"),
            "order": _("Orders"),
            "message": _("Mail"),
            "contact": _("Calls and chats"),
            "person": _("Person"),
            "work": _("Work"),
            "file": _("Files"),
        }
    )
    words.register(
        {
            "moves.message": _("Messages and calls"),
            "moves.mail": _("Mails that came in"),
            "moves.contact": _("Calls and chats"),
            "contact.solved": _("settled"),
            "contact.case": _("a case follows"),
            "contact.call_back": _("we call back"),
            "contact.nobody": _("nobody was there"),
            "contact.nuisance": _("nuisance"),
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
            "gate.automatic": _("a machine wrote to us, and machines do not answer each other"),
            "gate.often": _("this sender has had enough acknowledgements for an hour"),
            "gate.stopped": _("stopped by hand"),
            "gate.forgotten": _("this person was forgotten"),
            "gate.objected": _("the customer has stopped everything but their own matters"),
            "gate.restricted": _("processing of this person's data is restricted"),
            **MAIL,
            **CALLS,
            "moves.callentry": _("Calls on lists"),
            "work.kind.call.outbound": _("Call from a list"),
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
