"""Every write of work."""

from guanxi.work.actions.audits import WORDS_MAX as AUDIT_WORDS_MAX
from guanxi.work.actions.audits import draw_audits, record_audit, reply_audit
from guanxi.work.actions.branches import BranchText, set_branch
from guanxi.work.actions.calendars import (
    Replanned,
    add_team,
    exception_on,
    move_due,
    plan_day,
    recount,
    with_day,
)
from guanxi.work.actions.calling_in import advise, call_in
from guanxi.work.actions.cancelling import cancel, let_go
from guanxi.work.actions.dispatching import deal, dispatch
from guanxi.work.actions.knowledge import (
    ArticleText,
    change_article,
    confirm_article,
    draft_article,
    publish_article,
    retire_article,
    set_article,
    vote,
)
from guanxi.work.actions.learning import ITEMS_MAX, ChecklistText, learn, set_checklist, write_checklist
from guanxi.work.actions.offers import accept, decline, end_wrap_ups, expire_offers, wrap_up
from guanxi.work.actions.queue import (
    Added,
    Needs,
    add,
    finish,
    give,
    move,
    put_back,
    put_back_for,
    take,
    take_next,
)
from guanxi.work.actions.seats import (
    CAPACITY_MAX,
    DECLARED,
    LIVE_MAX,
    add_member,
    beat,
    change_seat,
    put_back_all,
    set_presence,
    sweep_absent,
)
from guanxi.work.actions.shelf import park, resume
from guanxi.work.actions.shifts import Copied, copy_week, drop_shift, plan_shift
from guanxi.work.actions.what_ifs import ask_what_if, work_out

__all__ = [
    "AUDIT_WORDS_MAX",
    "CAPACITY_MAX",
    "DECLARED",
    "ITEMS_MAX",
    "LIVE_MAX",
    "Added",
    "ArticleText",
    "BranchText",
    "ChecklistText",
    "Copied",
    "Needs",
    "Replanned",
    "accept",
    "add",
    "add_member",
    "add_team",
    "advise",
    "ask_what_if",
    "beat",
    "call_in",
    "cancel",
    "change_article",
    "change_seat",
    "confirm_article",
    "copy_week",
    "deal",
    "decline",
    "dispatch",
    "draft_article",
    "draw_audits",
    "drop_shift",
    "end_wrap_ups",
    "exception_on",
    "expire_offers",
    "finish",
    "give",
    "learn",
    "let_go",
    "move",
    "move_due",
    "park",
    "plan_day",
    "plan_shift",
    "publish_article",
    "put_back",
    "put_back_all",
    "put_back_for",
    "record_audit",
    "recount",
    "reply_audit",
    "resume",
    "retire_article",
    "set_article",
    "set_branch",
    "set_checklist",
    "set_presence",
    "sweep_absent",
    "take",
    "take_next",
    "vote",
    "with_day",
    "work_out",
    "wrap_up",
    "write_checklist",
]
