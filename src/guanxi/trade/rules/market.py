"""What may stand in a shop, a listing and a question, and how a listing goes from one state to the next. Pure.

Prices are whole minor units; what is wrong comes back as {field: code}, and the action says it in words.
"""

from collections.abc import Mapping

from guanxi.engine.writing import clean_line, clean_text

NAME_CHARS_MIN, NAME_CHARS_MAX = 2, 40
ABOUT_CHARS_MAX = 2_000
CITY_CHARS_MAX = 60
TITLE_CHARS_MIN, TITLE_CHARS_MAX = 2, 120
TEXT_CHARS_MAX = 10_000
PRICE_MINOR_MAX = 100_000_000  # a million in most currencies; more is a slip of the pen
STOCK_MAX = 100_000
SHIP_HOURS = (24, 48, 72, 120, 168, 360)
LISTINGS_MAX = 2_000  # on sale or paused, of one shop
PICTURES_MAX = 8  # of one listing
ALT_CHARS_MAX = 120
QUESTION_CHARS_MIN, QUESTION_CHARS_MAX = 2, 1_000
ANSWER_CHARS_MAX = 2_000
QUESTIONS_OPEN_MAX = 3  # of one person about one listing
QUESTIONS_DAY_MAX = 30  # of one person in 24 hours
ANSWER_HOURS = 24  # a question should be answered within

ACTIVE, PAUSED, ENDED = "active", "paused", "ended"
STEPS: Mapping[tuple[str, str], str] = {
    (ACTIVE, "pause"): PAUSED,
    (PAUSED, "resume"): ACTIVE,
    (ACTIVE, "end"): ENDED,
    (PAUSED, "end"): ENDED,
}
"""(state, verb) -> state. An ended listing stays ended: offered again it is a new one, with words of its own."""
VERBS = ("pause", "resume", "end")

LONG, SHORT, MISSING, WRONG, UNKNOWN = "long", "short", "missing", "wrong", "unknown"


def shop_faults(name: str, about: str, city: str) -> dict[str, str]:
    """What is wrong with the words a shop shows."""
    faults = {}
    if not clean_line(name):
        faults["name"] = MISSING
    elif len(clean_line(name)) < NAME_CHARS_MIN:
        faults["name"] = SHORT
    elif len(name) > NAME_CHARS_MAX:
        faults["name"] = LONG
    if len(about) > ABOUT_CHARS_MAX:
        faults["about"] = LONG
    if len(city) > CITY_CHARS_MAX:
        faults["city"] = LONG
    return faults


def listing_faults(
    *, title: str, text: str, price_minor: int, ship_hours: int, stock: int | None = None
) -> dict[str, str]:
    """What is wrong with what a listing says."""
    faults = {}
    if not clean_line(title):
        faults["title"] = MISSING
    elif len(clean_line(title)) < TITLE_CHARS_MIN:
        faults["title"] = SHORT
    elif len(title) > TITLE_CHARS_MAX:
        faults["title"] = LONG
    if len(text) > TEXT_CHARS_MAX:
        faults["text"] = LONG
    if not 0 < price_minor <= PRICE_MINOR_MAX:
        faults["price"] = WRONG
    if ship_hours not in SHIP_HOURS:
        faults["ship_hours"] = WRONG
    if stock is not None and not 0 <= stock <= STOCK_MAX:
        faults["stock"] = WRONG
    return faults


def question_fault(text: str) -> str:
    """What is wrong with a question; "" when nothing is."""
    return _text_fault(text, QUESTION_CHARS_MIN, QUESTION_CHARS_MAX)


def answer_fault(text: str) -> str:
    return _text_fault(text, 1, ANSWER_CHARS_MAX)


def _text_fault(text: str, least: int, most: int) -> str:
    kept = clean_text(text)
    if not kept:
        return MISSING
    if len(kept) < least:
        return SHORT
    return LONG if len(text) > most else ""


def step(state: str, verb: str) -> str | None:
    """The state a listing gets by a verb; None where it cannot be done now."""
    return STEPS.get((state, verb))


def verbs_of(state: str) -> list[str]:
    """What can be done with a listing in this state, in the order of VERBS."""
    return [verb for verb in VERBS if (state, verb) in STEPS]
