"""Reading the troubles of orders: for queues of work and for the order's page."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.core.access import Actor
from guanxi.core.phrases import language
from guanxi.trade.models import Trouble
from guanxi.trade.queries import rulesets
from guanxi.work.queries import SubjectView


def named(code: str, ruleset_id: int | None) -> str:
    """What a kind of trouble is called, by the rules of its order."""
    kinds = rulesets.rules_of(ruleset_id).troubles if ruleset_id else {}
    names = kinds[code].name if code in kinds else {}
    return names.get(language()) or next(iter(names.values()), code)


def describe(actor: Actor, trouble_ids: Sequence[int]) -> Mapping[int, SubjectView]:
    """{trouble id: what its work is about}; whoever may see orders may see what stops them."""
    if not actor.may("trade.view"):
        return {}
    found = Trouble.objects.filter(id__in=trouble_ids).select_related("order__record")
    return {
        one.id: SubjectView(
            title=_("%(trouble)s: order %(number)s")
            % {"trouble": named(one.kind, one.order.rules_id), "number": one.order.number},
            who=one.order.record.called,
            url=reverse("order", args=[one.order.public_id]),
            icon="package",
            channel="",
            words=one.note,
        )
        for one in found
    }
