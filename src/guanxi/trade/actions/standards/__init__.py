"""Every write of quality standards: versions on their way, comments and answers, panels of experts."""

from guanxi.trade.actions.standards.consulting import answer_comment, comment_on
from guanxi.trade.actions.standards.drafting import (
    CONSULTATION_DAYS_MIN,
    RIGHT,
    add_category,
    add_standard,
    change_draft,
    check_content,
    content_fault_words,
    digest_of,
    draft_version,
    end_version,
    open_consultation,
    publish_version,
    recall_to_draft,
)
from guanxi.trade.actions.standards.panels import (
    add_expert,
    add_specimen,
    assess,
    blocker_words,
    close_panel,
    open_panel,
    publish_panel,
    result_of,
)

__all__ = [
    "CONSULTATION_DAYS_MIN",
    "RIGHT",
    "add_category",
    "add_expert",
    "add_specimen",
    "add_standard",
    "answer_comment",
    "assess",
    "blocker_words",
    "change_draft",
    "check_content",
    "close_panel",
    "comment_on",
    "content_fault_words",
    "digest_of",
    "draft_version",
    "end_version",
    "open_consultation",
    "open_panel",
    "publish_panel",
    "publish_version",
    "recall_to_draft",
    "result_of",
]
