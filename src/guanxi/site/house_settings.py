"""What a house may set while everything runs, with words, limits and defaults. Read through `core.options`."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guanxi.core import options, retention
from guanxi.core.options import Kind, Option

GROUPS = {
    "house": _("The house"),
    "insight": _("What relations are worth"),
    "people": _("Members of staff"),
    "work": _("How work is given out"),
    "privacy": _("Requests about data"),
    "limits": _("Limits"),
    "mail": _("Mail"),
    "chat": _("Web chat"),
    "retention": _("How long data is kept"),
}


def connect() -> None:
    """Declare all of them; called once at start-up."""
    options.declare(*_HOUSE, *_PEOPLE, *_WORK, *_PRIVACY, *_LIMITS, *_MAIL, *_CHAT, *_INSIGHT, *_RETENTION)


def _days(code: str, title: object, hint: object, default: int, *, least: int = 1) -> Option:
    return Option(
        code=f"retention.{code}",
        title=title,
        hint=hint,
        default=default,
        kind=Kind.NUMBER,
        group="retention",
        unit=_("days"),
        never=_("kept for ever") if least == 0 else "",
        least=least,
        most=36_500,
        right=retention.RIGHT,
    )


def _work(
    code: str,
    title: object,
    hint: object,
    default: int,
    bounds: tuple[int, int],
    unit: object,
    never: object = "",
) -> Option:
    return Option(
        code=f"work.{code}",
        group="work",
        title=title,
        hint=hint,
        kind=Kind.NUMBER,
        default=default,
        least=bounds[0],
        most=bounds[1],
        unit=unit,
        never=never,
    )


HEAD_START = _("Bounded, so that nobody waits for ever behind it.")

FORECAST = _("What the page of the forecast begins with; it can be changed there.")

_WORK = (
    _work(
        "offer_s",
        _("An offer stands for"),
        _("Then it goes to the next colleague; after two nobody counts on them."),
        20,
        (5, 300),
        _("seconds"),
    ),
    _work(
        "wrap_up_s",
        _("Time for notes after a call or chat"),
        _("Nothing is offered meanwhile."),
        60,
        (0, 900),
        _("seconds"),
        _("none"),
    ),
    _work(
        "manager_wait_s",
        _("A customer waits for who looks after them"),
        _("At most half the target; then others are asked."),
        20,
        (0, 600),
        _("seconds"),
        _("not at all"),
    ),
    _work(
        "reserve",
        _("People kept free for calls"),
        _("Until other work has used four fifths of its time."),
        1,
        (0, 20),
        _("people"),
        _("nobody"),
    ),
    _work(
        "parked_hour_max",
        _("Work set aside for calls, for one person in an hour"),
        _("Each costs twenty seconds to find back, and nerves; without it calls wait longer."),
        6,
        (0, 60),
        _("times"),
        _("never"),
    ),
    _work(
        "head_start_1",
        _("Head start of the middle tier"),
        HEAD_START,
        25,
        (0, 100),
        _("percent of the target"),
    ),
    _work(
        "head_start_2",
        _("Head start of the highest tier"),
        HEAD_START,
        50,
        (0, 100),
        _("percent of the target"),
    ),
    _work(
        "decline_minutes",
        _("What was declined comes back to the same person after"),
        _("Others are asked before."),
        5,
        (0, 240),
        _("minutes"),
        _("at once"),
    ),
    _work(
        "deal_rounds",
        _("Work dealt at the start of a shift"),
        _("So many pieces for each who is ready; the rest is taken."),
        3,
        (0, 50),
        _("pieces"),
        _("none"),
    ),
    _work(
        "short_s",
        _("Whoever hangs up sooner is not counted as given up"),
        _("In the key figures: they dialled wrongly, or thought better of it."),
        5,
        (0, 60),
        _("seconds"),
        _("all are counted"),
    ),
    _work("plan_weeks", _("Forecast: weeks looked back"), FORECAST, 6, (1, 26), _("weeks")),
    _work("plan_share", _("Forecast: answered in time"), FORECAST, 80, (1, 99), _("percent")),
    _work("plan_within_s", _("Forecast: in time is within"), FORECAST, 20, (0, 86_400), _("seconds")),
    _work(
        "plan_shrinkage",
        _("Forecast: absences"),
        _("Of paid time in breaks, training and illness."),
        30,
        (0, 80),
        _("percent"),
    ),
    _work("plan_occupancy", _("Forecast: nobody busier than"), FORECAST, 90, (1, 100), _("percent")),
    Option(
        code="work.offer_deferred",
        group="work",
        title=_("Offer letters, mail and case work too"),
        hint=_("Otherwise people take these with Next; calls and chats are always offered."),
        kind=Kind.FLAG,
        default=False,
    ),
)

_HOUSE = (
    Option(
        code="house.name_zh",
        group="house",
        title=_("Name of the house, Chinese"),
        hint=_("Stands at the head of every page that customers see."),
        kind=Kind.TEXT,
        default=lambda: str(settings.HOUSE_NAME["zh-hans"]),
        least=1,
        most=40,
    ),
    Option(
        code="house.name_en",
        group="house",
        title=_("Name of the house, English"),
        hint=_("Stands at the head of every page that customers see."),
        kind=Kind.TEXT,
        default=lambda: str(settings.HOUSE_NAME["en"]),
        least=1,
        most=40,
    ),
    Option(
        code="house.call_back",
        group="house",
        title=_("Free call back"),
        hint=_("A telephone number that costs nothing, or an address (https://) where one is asked for."),
        kind=Kind.TEXT,
        default="",
        least=0,
        most=200,
    ),
)
_PEOPLE = (
    Option(
        code="people.weights",
        group="people",
        title=_("Weights that contacts are compared by"),
        hint=_(
            "The number of a scan that has learnt some, empty for those of the package. Better chosen on the page of scans."
        ),
        kind=Kind.TEXT,
        default="",
        least=0,
        most=20,
    ),
    Option(
        code="people.link_hours",
        group="people",
        title=_("A sign-in link holds"),
        hint=_("How long somebody has to choose a password with the link an administrator gave them."),
        kind=Kind.NUMBER,
        default=24,
        least=1,
        most=168,
        unit=_("hours"),
    ),
    Option(
        code="people.capacity",
        group="people",
        title=_("Work in hand at once"),
        hint=_("What a new seat in a team may hold; each seat can be changed."),
        kind=Kind.NUMBER,
        default=8,
        least=1,
        most=200,
        unit=_("pieces of work"),
    ),
)
_PRIVACY = (
    Option(
        code="privacy.law",
        group="privacy",
        title=_("Law of requests about data"),
        hint=_("What is proposed when a request is taken in: pipl (China) or gdpr (European Union)."),
        kind=Kind.TEXT,
        default="pipl",
        least=4,
        most=4,
        right="people.privacy",
    ),
    Option(
        code="privacy.pipl_days",
        group="privacy",
        title=_("Answered under PIPL within"),
        hint=_(
            "The law says “promptly”; these are working days of mainland China from the day after receipt."
        ),
        kind=Kind.NUMBER,
        default=15,
        least=1,
        most=60,
        unit=_("working days"),
        right="people.privacy",
    ),
)
_LIMITS = (
    Option(
        code="limits.file_mib",
        group="limits",
        title=_("Largest file"),
        hint=_("What customers and staff may attach. A larger one is refused with this limit in words."),
        kind=Kind.NUMBER,
        default=lambda: max(1, int(settings.FILE_BYTES_MAX) // 2**20),
        least=1,
        most=200,
        unit=_("MiB"),
    ),
    Option(
        code="limits.api_per_minute",
        group="limits",
        title=_("Requests of an API token"),
        hint=_(
            "Beyond it the API answers 429 and says when to come back. 0: no limit. For each web process."
        ),
        kind=Kind.NUMBER,
        default=lambda: int(getattr(settings, "API_PER_MINUTE", 0)),
        least=0,
        most=1_000_000,
        unit=_("a minute"),
        never=_("no limit"),
    ),
)
_MAIL = (
    Option(
        code="mail.undo_s",
        group="mail",
        title=_("An answer waits before it is mailed"),
        hint=_("As long as it waits, whoever wrote it can take it back on the case's page."),
        kind=Kind.NUMBER,
        default=lambda: int(settings.UNDO_SEND_S),
        least=0,
        most=300,
        unit=_("seconds"),
        never=_("sent at once"),
    ),
    Option(
        code="mail.acknowledged_per_hour",
        group="mail",
        title=_("Acknowledgements to one sender"),
        hint=_(
            "Beyond it their mail still opens cases, but is acknowledged no more: two machines may be talking."
        ),
        kind=Kind.NUMBER,
        default=5,
        least=1,
        most=100,
        unit=_("an hour"),
    ),
)
_CHAT = (
    Option(
        code="channels.chat_origins",
        group="chat",
        title=_("Sites that may show our chat"),
        hint=_("Such as https://www.example.com, apart by spaces. Nobody else may show it in a frame."),
        kind=Kind.TEXT,
        default="",
        most=1_000,
    ),
    Option(
        code="channels.lines_per_minute",
        group="chat",
        title=_("What one visitor may write"),
        hint=_("Beyond it they are asked to wait; all at one network address may write three times as much."),
        kind=Kind.NUMBER,
        default=20,
        least=0,
        most=1_000,
        unit=_("messages a minute"),
        never=_("no limit"),
    ),
    Option(
        code="channels.chats_per_address",
        group="chat",
        title=_("Chats from one network address"),
        hint=_("Open, or begun within ten minutes. The address is not kept: only a digest, for ten minutes."),
        kind=Kind.NUMBER,
        default=20,
        least=0,
        most=10_000,
        unit=_("chats"),
        never=_("no limit"),
    ),
)
_INSIGHT = (
    Option(
        code="insight.nightly",
        group="insight",
        title=_("Work out values every night"),
        hint=_("Classes, tiers and forecasts of all customers."),
        kind=Kind.FLAG,
        default=True,
    ),
    Option(
        code="insight.cost_share",
        group="insight",
        title=_("What goods cost us"),
        hint=_("Of their price, on average; the rest is what a sale brings."),
        kind=Kind.NUMBER,
        default=60,
        most=100,
        unit=_("percent"),
    ),
    Option(
        code="insight.contact_cost",
        group="insight",
        title=_("What a contact costs us"),
        hint=_("By channel, such as phone=12 chat=6, in the house's money."),
        kind=Kind.TEXT,
        default="phone=12 chat=6 sms=1 wechat=3",
        most=200,
    ),
    Option(
        code="insight.rates",
        group="insight",
        title=_("Rates of other currencies"),
        hint=_("In the house's money, such as CNY=1 USD=7.1; a currency without a rate stops a run."),
        kind=Kind.TEXT,
        default="CNY=1 USD=7.1 HKD=0.91 EUR=7.7 GBP=9.1 JPY=0.048",
        most=400,
    ),
    Option(
        code="insight.live_days",
        group="insight",
        title=_("A product line counts as held"),
        hint=_("After the newest purchase in it, where there are no accounts."),
        kind=Kind.NUMBER,
        default=730,
        least=30,
        most=3_650,
        unit=_("days"),
    ),
)
_RETENTION = (
    Option(
        code=retention.HOLD,
        group="retention",
        title=_("Legal hold"),
        hint=_("While it is on, nothing at all is deleted for its age."),
        kind=Kind.FLAG,
        default=False,
        right=retention.RIGHT,
    ),
    _days("jobs_done", _("Finished jobs"), _("Their arguments may name customers by key."), 7),
    _days("jobs_failed", _("Failed jobs"), _("Kept longer, so that somebody can look at them."), 30),
    _days(
        "idempotency",
        _("Answers to repeated requests"),
        _("A form sent twice gets the same answer this long."),
        7,
    ),
    _days("sign_in_codes", _("Sign-in codes of customers"), _("Used and expired ones; only digests."), 30),
    _days("sign_in_failures", _("Failed sign-ins"), _("Names and network addresses of who failed."), 30),
    _days("sessions", _("Ended sessions"), _("Browser sessions that have run out."), 1),
    _days("notices", _("Notices of members of staff"), _("What the bell showed, read or not."), 90),
    _days("staff_letters", _("Mail to colleagues"), _("Notices sent by e-mail, with their words."), 90),
    _days(
        "contacts_unknown",
        _("Calls and chats of people we do not know"),
        _(
            "Their words, files, name and address, unless a case was made of it. When somebody was there stays."
        ),
        180,
        least=0,
    ),
    _days(
        "raw_mail",
        _("Mail as it came in"),
        _("The whole mail with its head, to sort or read it again. Words and files of cases stay."),
        180,
        least=7,
    ),
    _days(
        "webhook_log",
        _("Log of webhooks"),
        _("What was sent to other systems, and their answers. Events stay."),
        30,
    ),
    _days(
        "import_files",
        _("Imported files"),
        _("The file itself, after its import has ended. What it brought in stays, and so does its history."),
        30,
    ),
    _days("import_drafts", _("Imports never begun"), _("Files uploaded and looked at, no more."), 30),
    _days("import_broken", _("Broken uploads"), _("Files of which only a part arrived."), 1),
    _days(
        "export_files",
        _("Files of exports"),
        _("Their links work for seven days; this is how long the files lie here."),
        7,
        least=7,
    ),
    _days("export_history", _("History of exports"), _("Who exported what stays in the events."), 90),
    _days(
        "bulk_rows",
        _("Rows of bulk actions"),
        _("What became of each row, and what undoing needs. The events stay."),
        90,
        least=30,
    ),
    _days(
        "scans",
        _("Scans at stage screens"),
        _("What clerks scanned and keyed, one line each. Orders, parcels and their events stay."),
        90,
        least=7,
    ),
    _days("files_loose", _("Files nobody attached"), _("Uploads that hang on nothing."), 1),
    _days(
        "details_work",
        _("Words in events about work"),
        _("Why something was put back, notes of assignments. The events stay."),
        0,
        least=0,
    ),
    _days(
        "details_messages",
        _("Words in events about messages"),
        _("What the timeline quotes. Messages themselves stay."),
        0,
        least=0,
    ),
    _days(
        "details_cases",
        _("Words in events about cases"),
        _("What was said in a case, as the audit trail quotes it. The events stay."),
        0,
        least=0,
    ),
    _days(
        "details_staff",
        _("Words in events about members of staff"),
        _("Names as they were before a change. The events stay."),
        0,
        least=0,
    ),
)
