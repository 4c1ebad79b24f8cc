"""The procedure in the six words people follow it by: twelve states of an issue, six stages of its way. Pure."""

from collections.abc import Mapping

from guanxi.cases.rules import machine

STAGES = ("intake", "response", "negotiation", "ruling", "execution", "done")
STAGE_OF: Mapping[str, str] = {
    machine.RECORDED: "intake",
    machine.VALIDITY: "intake",
    machine.FACTS: "intake",
    machine.RESPONSE: "response",
    machine.NEGOTIATION: "negotiation",
    machine.INVESTIGATION: "ruling",
    machine.HEARING: "ruling",
    machine.APPROVAL: "ruling",
    machine.DECIDED: "ruling",
    machine.REMEDY: "execution",
    machine.APPEALABLE: "done",
    machine.CLOSED: "done",
}


def stage_number(state: str) -> int:
    """1 to 6."""
    return STAGES.index(STAGE_OF[state]) + 1
