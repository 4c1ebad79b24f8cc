"""The one send gate, as a pure decision: may this message leave, and if not, why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.core.explain import Explanation, Fact

RULE = "channels.gate@1"
# Answering somebody about their own matter needs no consent, but their refusal counts. Everything else needs a yes. Notices
# go to colleagues who have chosen them.
ALLOWED_WITHOUT_CONSENT = frozenset({"service", "security", "notice"})
BASES = {"notice": "gate.chosen"}
STOPPED = Fact("gate.stopped", {})  # by hand, after the gate had let it go
NEVER_REFUSABLE = frozenset({"security"})  # a sign-in code they have just asked for


@dataclass(frozen=True, slots=True)
class Intent:
    """A message somebody wants to send. `consent` is the latest statement for (purpose, channel), None when there is none."""

    purpose: str
    channel: str
    address: str
    consent: bool | None
    vetoes: Sequence[Fact] = ()


def decide(intent: Intent) -> Explanation:
    """Outcome "send" or "hold", with the reasons in order of weight."""
    facts = list(intent.vetoes)
    if not intent.address:
        facts.append(Fact("gate.no_address", {"channel": intent.channel}))
    if intent.consent is False and intent.purpose not in NEVER_REFUSABLE:
        facts.append(Fact("gate.refused", {"purpose": intent.purpose, "channel": intent.channel}))
    if intent.consent is None and intent.purpose not in ALLOWED_WITHOUT_CONSENT:
        facts.append(Fact("gate.no_consent", {"purpose": intent.purpose, "channel": intent.channel}))
    if facts:
        return Explanation("hold", tuple(facts), RULE, objection="gate.objection")
    basis = "gate.consented" if intent.consent else BASES.get(intent.purpose, "gate.own_matter")
    return Explanation("send", (Fact(basis, {"purpose": intent.purpose}),), RULE)
