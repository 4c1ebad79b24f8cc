"""Teaching what reads complaints: asked for, carried out in a job, written down. Every correction by staff is an example."""

import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from guanxi.cases.events import READER_ASKED, READER_TRAINED
from guanxi.cases.models import TextModel
from guanxi.cases.queries import suggesting, taught
from guanxi.cases.rules.written import worth_learning, written_examples, written_lexicon
from guanxi.core import clock, events, jobs
from guanxi.core.access import Actor, Kind, system
from guanxi.core.action import action
from guanxi.core.errors import Denied, SignInNeeded
from guanxi.core.events import Event
from guanxi.core.rows import new
from guanxi.engine.cover import cover
from guanxi.engine.intake.examples import Example

if TYPE_CHECKING:
    from guanxi.engine.intake.training import Trained

RIGHTS: Final = ("cases.approve", "cases.procedures")  # supervisors, and whoever publishes procedures
RETRAIN: Final = "guanxi.cases.jobs.retrain"
CORRECTED_WEIGHT: Final = 3.0  # beside a written example
CONFIRMED_WEIGHT: Final = 1.0
OWN_CASES_MIN: Final = 5  # of a kind without written examples, before it is learnt
CORRECTIONS_SOON: Final = 20  # so many new ones are not left to the night
WEIGHTS_KEPT: Final = 5  # readers that could still be in some process's memory


def require(actor: Actor) -> None:
    """Raise `SignInNeeded` for a visitor, `Denied` for everybody who may not teach."""
    if actor.kind is not Kind.SYSTEM and not any(map(actor.may, RIGHTS)):
        raise SignInNeeded if actor.kind is Kind.PUBLIC else Denied(code="denied")


@action
def ask_retrain(*, actor: Actor, now: datetime) -> None:
    """Train anew as soon as a worker is free. For supervisors and whoever publishes procedures."""
    require(actor)
    events.record(Event(READER_ASKED.code, actor, now, ("reader", suggesting.newest_number())))
    jobs.enqueue_named(RETRAIN)


def retrain() -> int:
    """Learn from what is written and what staff have put right or confirmed; the number of the reader in use then.

    Safe twice: the same lessons make no new reader. Loads scikit-learn: only the job calls this.
    """
    examples, corrections, confirmations = examples_now()
    newest = taught.newest_reader()
    digest = digest_of(examples)
    if (newest and newest.digest == digest) or (not newest and not corrections + confirmations):
        return newest.number if newest else 0
    from guanxi.engine.intake.training import train  # a second and 90 MiB; only here

    begun = time.process_time()
    number = (newest.number if newest else 0) + 1
    trained = train(examples, version=str(number), lexicon=written_lexicon())
    seconds = round(time.process_time() - begun, 3)
    return keep_reader(
        actor=system("reader"), now=clock.now(), number=number, digest=digest, trained=trained,
        corrections=corrections, confirmations=confirmations, seconds=seconds,
    )  # fmt: skip


@action
def keep_reader(
    *,
    actor: Actor,
    now: datetime,
    number: int,
    digest: str,
    trained: "Trained",
    corrections: int,
    confirmations: int,
    seconds: float,
) -> int:
    """Write a trained reader down; from now on it reads. The system's own. Safe twice: a number that is taken stays."""
    actor.require_kind(Kind.SYSTEM)
    if TextModel.objects.filter(number=number).exists():
        return number
    row = new(
        TextModel,
        number=number,
        digest=digest,
        examples=trained.model.examples,
        corrections=corrections,
        confirmations=confirmations,
        figures=figures_of(trained),
        weights=trained.model.to_bytes(),
        seconds=seconds,
        trained=now,
    )
    TextModel.objects.filter(number__lte=number - WEIGHTS_KEPT).exclude(weights=b"").update(weights=b"")
    data = {
        "number": number,
        "examples": row.examples,
        "corrections": corrections,
        "macro_f1": trained.macro_f1,
    }
    events.record(Event(READER_TRAINED.code, actor, now, ("reader", number), data=data), with_rows=[row])
    return number


def examples_now() -> tuple[list[Example], int, int]:
    """(what there is to learn from, how many of it corrections, how many confirmations); addresses and numbers covered."""
    lessons = taught.lessons()
    said = taught.words_of(lessons)
    counted = Counter(kind for one in lessons for kind in one.right)
    common = frozenset(kind for kind, cases in counted.items() if cases >= OWN_CASES_MIN)
    theirs, corrections = [], 0
    for one in lessons:
        labels = worth_learning(one.right, common)
        if one.case_id not in said or (one.right and not labels):
            continue
        weight = CORRECTED_WEIGHT if one.corrected else CONFIRMED_WEIGHT
        theirs.append(Example(cover(said[one.case_id]), labels, weight, theirs=True))
        corrections += one.corrected
    return [*written_examples(), *theirs], corrections, len(theirs) - corrections


def digest_of(examples: Sequence[Example]) -> str:
    """What there is to learn, whatever its order: 32 hexadecimal digits."""
    lines = sorted(repr((one.text, one.labels, one.weight)) for one in examples)
    return hashlib.blake2b("\n".join(lines).encode(errors="replace"), digest_size=16).hexdigest()


def figures_of(trained: "Trained") -> dict[str, Any]:
    """How good it was on what it had not seen, as `TextModel.figures` keeps it."""
    labels = {label: asdict(one) for label, one in trained.quality.items()}
    return {"macro_f1": trained.macro_f1, "top_3": trained.top_3, "labels": labels}


def due_soon() -> bool:
    """Whether so much has been put right since the last training that it should not wait for the night."""
    newest = taught.newest_reader()
    return taught.count_corrections() - (newest.corrections if newest else 0) >= CORRECTIONS_SOON
