"""The one send gate, as a pure decision: may this message leave, and if not, why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.core.explain import Explanation, Fact
from guanxi.people.rules.privacy import FREE, Standing, against

RULE = "channels.gate@1"
# Notices go to colleagues who have chosen them.
BASES = {"notice": "gate.chosen"}
STOPPED = Fact("gate.stopped", {})  # by hand, after the gate had let it go


@dataclass(frozen=True, slots=True)
class Intent:
    """A message somebody wants to send. `consent` is the latest statement for (purpose, channel), None when there is none;
    `standing` what the customer's rights have made of them."""

    purpose: str
    channel: str
    address: str
    consent: bool | None
    vetoes: Sequence[Fact] = ()
    standing: Standing = FREE


def decide(intent: Intent) -> Explanation:
    """Outcome "send" or "hold", with the reasons in order of weight."""
    facts = list(intent.vetoes)
    if not intent.address:
        facts.append(Fact("gate.no_address", {"channel": intent.channel}))
    facts += against(intent.purpose, intent.channel, intent.consent, intent.standing)
    if facts:
        return Explanation("hold", tuple(facts), RULE, objection="gate.objection")
    basis = "gate.consented" if intent.consent else BASES.get(intent.purpose, "gate.own_matter")
    return Explanation("send", (Fact(basis, {"purpose": intent.purpose}),), RULE)
