"""Notices: a person is told that something happened which is theirs to know.

A higher room registers kinds (`register`: which events, whom, by which right) and how its subjects are named
(`register_subject`); `follow.py` makes notices from the sealed stream. A notice holds no words: what it says is read from its
subject when it is shown, by whoever may still see it. Who wants gets them by e-mail, at once or once a day (`mail.py`).
"""

from guanxi.core.notices.kinds import (
    APP,
    CHANNELS,
    DIGEST,
    MAIL,
    TITLE,
    Kind,
    Subject,
    describe,
    get,
    register,
    register_subject,
    registered,
    visible_kinds,
)

__all__ = [
    "APP",
    "CHANNELS",
    "DIGEST",
    "MAIL",
    "TITLE",
    "Kind",
    "Subject",
    "describe",
    "get",
    "register",
    "register_subject",
    "registered",
    "visible_kinds",
]
