"""The map of /settings/: groups of pages, one sentence each, shown to whoever may open them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guanxi.core import audit, retention
from guanxi.core.access import Actor
from guanxi.site.administration.tasks import MONITOR

SETTINGS = "site.settings"


@dataclass(frozen=True, slots=True)
class Section:
    """One page. `rights`: any of them opens it."""

    code: str
    title: Any
    sentence: Any
    icon: str
    url_name: str
    rights: tuple[str, ...] = (SETTINGS,)


@dataclass(frozen=True, slots=True)
class Group:
    title: Any
    sections: Sequence[Section]


GROUPS: list[Group] = [
    Group(
        _("People and rights"),
        [
            Section(
                "users",
                _("Members of staff"),
                _("Add people, give them roles, reset their sign-in, close it when they leave."),
                "users",
                "settings_users",
            ),
            Section(
                "roles",
                _("Roles"),
                _("What each role may see and do, and how far; every change with its history."),
                "shield-check",
                "settings_roles",
            ),
            Section(
                "rights",
                _("Effective rights"),
                _("What somebody can see and why; who can see this case, customer or order."),
                "eye",
                "settings_rights",
                (SETTINGS, audit.RIGHT),
            ),
            Section(
                "units",
                _("Units and teams"),
                _("The tree of branches, departments and teams; people, capacity and languages."),
                "building",
                "settings_units",
            ),
            Section(
                "calendars",
                _("Working days"),
                _("A year of each team: hours, holidays, make-up days; add exceptions."),
                "calendar",
                "settings_calendars",
            ),
        ],
    ),
    Group(
        _("The house"),
        [
            Section(
                "options",
                _("House settings"),
                _("Name, limits and periods that may change while everything runs, with history."),
                "adjustments",
                "settings_options",
                (SETTINGS, retention.RIGHT),
            ),
            Section(
                "pack",
                _("Pack"),
                _("What this house runs on: teams, roles, procedures and products as the pack says."),
                "package",
                "settings_pack",
            ),
            Section(
                "procedure",
                _("Rules of cases"),
                _("Limits, targets and thresholds: what a change would have meant, then publish it."),
                "versions",
                "case_whatif",
                ("cases.procedures",),
            ),
            Section(
                "learning",
                _("Reader of complaints"),
                _("What free text is read as, how well, and what staff have taught it."),
                "bulb",
                "case_learning",
                ("cases.approve", "cases.procedures"),
            ),
            Section(
                "environment",
                _("Environment"),
                _("What the machine was started with, without secrets, read only."),
                "device-desktop",
                "settings_environment",
            ),
            Section(
                "sample",
                _("Sample world"),
                _("How much here is invented, and how to remove it."),
                "seedling",
                "settings_sample",
            ),
        ],
    ),
    Group(
        _("What runs"),
        [
            Section(
                "imports",
                _("Imports"),
                _("Files of customers, orders and messages: bring one in, see what became of it, undo it."),
                "upload",
                "imports",
            ),
            Section(
                "jobs",
                _("Background work"),
                _("Each job with state, tries and error: try it again or stop it."),
                "list-check",
                "settings_jobs",
                (MONITOR,),
            ),
            Section(
                "running",
                _("Workers and schedules"),
                _("Who is alive, what fires when, how far each reader of the event stream is behind."),
                "clock",
                "settings_running",
                (MONITOR,),
            ),
            Section(
                "mailboxes",
                _("Mailboxes"),
                _(
                    "Addresses whose mail becomes work: where they lie, whose work it is, whether they can be read."
                ),
                "inbox",
                "mailboxes",
            ),
            Section(
                "outbox",
                _("Outbox"),
                _("Letters that wait, were sent, or were not, with the reason."),
                "send",
                "settings_outbox",
                (MONITOR,),
            ),
        ],
    ),
    Group(
        _("Other systems"),
        [
            Section(
                "tokens",
                _("API tokens"),
                _("Keys for other systems: what each may, until when, when it was last used."),
                "key",
                "tokens",
                ("api.tokens.own", SETTINGS),
            ),
            Section(
                "webhooks",
                _("Webhooks"),
                _("Who hears what happens here, how far behind, what came back."),
                "plug",
                "webhooks",
                ("api.webhooks.own", SETTINGS),
            ),
        ],
    ),
    Group(
        _("What is written down"),
        [
            Section(
                "audit",
                _("Audit trail"),
                _("Who did what, when, with what was before and after; whether the chain holds."),
                "history",
                "settings_audit",
                (audit.RIGHT,),
            ),
            Section(
                "chain",
                _("Audit chain"),
                _("The head, its anchor outside the database, and a walk over all of it."),
                "link",
                "settings_chain",
                (audit.RIGHT,),
            ),
            Section(
                "privacy",
                _("Requests about data"),
                _("Copies, restrictions and erasures people have asked for, with the legal limit."),
                "shield-lock",
                "privacy",
                ("people.privacy",),
            ),
            Section(
                "retention",
                _("Retention"),
                _("How long what is kept for a while, what goes next, and the legal hold."),
                "trash",
                "settings_retention",
                (retention.RIGHT, audit.RIGHT),
            ),
        ],
    ),
]


def may_open(actor: Actor, section: Section) -> bool:
    return any(actor.may(right) for right in section.rights)


def opens_any(actor: Actor) -> bool:
    """Whether Settings is there for this actor at all."""
    return any(may_open(actor, section) for group in GROUPS for section in group.sections)


def visible(actor: Actor, path: str = "") -> list[dict[str, Any]]:
    """Groups with the pages this actor may open; the one that `path` is in is current."""
    shown = []
    for group in GROUPS:
        sections = [
            {
                "title": section.title,
                "sentence": section.sentence,
                "icon": section.icon,
                "url": (url := reverse(section.url_name)),
                "current": path.startswith(url),
            }
            for section in group.sections
            if may_open(actor, section)
        ]
        if sections:
            shown.append({"title": group.title, "sections": sections})
    return shown
