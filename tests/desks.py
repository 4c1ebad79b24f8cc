"""Work for the desktops of a demo, as it comes in on a busy morning; called in a stack's own process by `tell`."""

from datetime import timedelta

from guanxi.cases.actions import open_case
from guanxi.channels.actions import calling
from guanxi.channels.queries import calling as calling_reads
from guanxi.core import clock
from guanxi.core.access import system
from guanxi.core.money import Money
from guanxi.people.actions import Contact
from guanxi.trade.actions.remittances import NewSlip, record_slip
from guanxi.work import queries as work
from tests.harness.processes import Stack

ACTOR = system("tests")
QUESTION = "When will the clothbound Dream of the Red Chamber be printed again? I would like two sets for my teachers."
"""Nothing to put right: somebody answers it."""
NAMES = ("Ada", "Bela", "Cleo", "Dora", "Edda", "Fay", "Gus", "Hal", "Ida", "Jon")


def tell(stack: Stack, call: str) -> None:
    """Run one of the functions below over the stack's database: `tell(stack, "requests('letters', 'email', 20)")`."""
    stack.run("shell", "-c", f"from tests import desks; desks.{call}")


def requests(team: str, channel: str, count: int) -> None:
    """Questions of customers, each with somebody of their own, in a team's queue."""
    now = clock.now()
    for place in range(count):
        name = f"{NAMES[place % 10]} Rowland {team.title()}"
        open_case(
            actor=ACTOR,
            now=now - timedelta(minutes=count - place),
            contact=Contact(name, email=f"reader{place}@{team}.example", language="en"),
            text=QUESTION,
            channel=channel,
            team_id=work.team_named(team).id,
        )


def no_calls() -> None:
    """The demo's call list rings nobody, so that nothing but questions comes."""
    for found in calling_reads.running():
        calling.turn_list(actor=ACTOR, now=clock.now(), public_id=found.public_id, verb="pause")


def slips(prefix: str, words: str, count: int) -> None:
    """Remittance slips that nobody has looked at."""
    now = clock.now()
    for place in range(count):
        slip = NewSlip(
            slip=f"{prefix}-{place:04}",
            amount=Money(4_321 + place, "CNY"),
            paid_on=now.date(),
            payer=f"{NAMES[place % 10]} {prefix} Thornbury",
            address=f"{place + 1} Mill Lane, Hangzhou",
            text=words,
        )
        record_slip(actor=ACTOR, now=now + timedelta(microseconds=place), slip=slip)
