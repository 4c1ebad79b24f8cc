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
        Right("work.audit", _("Look at the quality of colleagues' work")),
        Right("work.figures", _("See key figures of colleagues")),
        Right("work.knowledge", _("Read articles and call scripts")),
        Right("work.knowledge_edit", _("Write and publish articles and call scripts")),
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
            "work.called_in": _("a colleague asks for your advice"),
            "work.why.manager": _(
                "you look after this customer; waited %(seconds)s s of %(limit)s s for you"
            ),
            "work.why.manager_of": _("you look after this customer"),
            "work.why.skill": _("it needs %(skill)s, which is your main skill"),
            "work.why.second_skill": _("it needs %(skill)s, which you know too"),
            "work.why.no_skill": _("it needs %(skill)s and nobody who knows it was free in time"),
            "work.why.waited": _("waited %(seconds)s s of %(target)s s"),
            "work.why.tier": _("a head start of %(seconds)s s for its tier"),
            "work.why.widened": _("%(percent)s %% of its time is used, so more people may take it"),
            "work.why.parks": _(
                "worth setting your work aside; that is %(count)s of at most %(most)s this hour"
            ),
            "work.why.dealt": _("dealt at the start of your shift"),
            "work.why.lesser_skill": _("before %(name)s, who knows less of it"),
            "work.why.interrupted_more": _("before %(name)s, who was interrupted more often"),
            "work.why.kept_for_other_skills": _("before %(name)s, whose skills are rarer"),
            "work.why.more_in_hand": _("before %(name)s, who has more in hand"),
            "work.why.idle_shorter": _("before %(name)s, who was busy more lately"),
            "work.why.equal": _("before %(name)s, all else being equal"),
            "work.not.conflict": _("not %(name)s: is a party to it"),
            "work.not.declined": _("not %(name)s: declined it"),
            "work.not.other_team": _("not %(name)s: another team"),
            "work.not.no_channel": _("not %(name)s: does not take this channel"),
            "work.not.no_language": _("not %(name)s: does not speak the language"),
            "work.not.no_skill": _("not %(name)s: does not know this field"),
            "work.not.off_duty": _("not %(name)s: not ready"),
            "work.not.absent": _("not %(name)s: not here"),
            "work.not.live_work": _("not %(name)s: in a call or chat"),
            "work.not.just_given": _("not %(name)s: was given something just now"),
            "work.not.deferred": _("not %(name)s: at other work"),
            "work.not.full": _("not %(name)s: hands full"),
            "work.not.has_parked": _("not %(name)s: has work set aside"),
            "work.not.reserve": _("not %(name)s: kept free for calls"),
            "work.not.lesser_skill": _("not %(name)s: knows less of it"),
            "work.not.interrupted_more": _("not %(name)s: was interrupted more often"),
            "work.not.kept_for_other_skills": _("not %(name)s: has rarer skills"),
            "work.not.more_in_hand": _("not %(name)s: has more in hand"),
            "work.not.idle_shorter": _("not %(name)s: was busy more lately"),
            "work.not.equal": _("not %(name)s: all else is equal"),
            "work.channel.phone": _("call"),
            "work.channel.chat": _("chat"),
            "work.channel.deferred": _("without haste"),
            "work.given": _("given to you by hand"),
            "work.objection": _("Put it back with a word and it goes to somebody else."),
            "work.knowledge.suggested": _("This may help"),
            "work.knowledge.code": _("written for %(code)s"),
            "work.knowledge.line": _("written for the product line %(line)s"),
            "work.knowledge.title": _("its title has: %(words)s"),
            "work.knowledge.words": _("it speaks of: %(words)s"),
            "work.knowledge.helped": _("helped %(helped)s of %(votes)s colleagues"),
            "work.kind.case.answer": _("Answer a case"),
            "work.kind.trade.trouble": _("Clear up a trouble with an order"),
            "work.kind.people.review": _("Check a possible duplicate"),
            "work.kind.contact.chat": _("Talk by chat"),
            "work.kind.contact.phone": _("Talk by telephone"),
        }
    )
