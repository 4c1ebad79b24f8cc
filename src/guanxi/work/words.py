"""Words for work's codes and the rights it protects."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("work.view", _("See the queue")),
        Right("work.take", _("Take work from the queue")),
        Right("work.assign", _("Give work to colleagues and put it back for them")),
    )
    words.register(
        {
            "assigned": _("This one is next"),
            "work.urgency": _("urgency %(urgency)s (1 is due now)"),
            "work.handled_before": _("you handled it before"),
            "work.waited": _("waiting for %(minutes)s"),
            "work.overdue": _("%(minutes)s over its time"),
            "work.language_missing": _("nobody free speaks %(language)s"),
            "work.others_later": _("%(count)s others wait, the most urgent at %(next)s"),
            "language.zh-hans": _("Chinese"),
            "language.en": _("English"),
            "work.opened_by_hand": _("you opened it yourself"),
            "work.given": _("given to you by hand"),
            "work.objection": _("Put it back with a word and it goes to somebody else."),
            "work.kind.case.answer": _("Answer a case"),
            "work.kind.people.review": _("Check a possible duplicate"),
        }
    )
