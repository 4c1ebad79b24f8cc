"""What happens in insight."""

from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

RUN_BEGUN = EventType("insight.run_begun", _("Values are being worked out"), icon="chart-dots", shown=False)
RUN_DONE = EventType("insight.run_done", _("Values worked out"), icon="chart-dots", shown=False)
RUN_FAILED = EventType(
    "insight.run_failed", _("Values could not be worked out"), icon="alert-circle", shown=False
)
OVERRIDDEN = EventType("insight.overridden", _("Class set by hand"), icon="adjustments")
OVERRIDE_ENDED = EventType("insight.override_ended", _("Class set by hand taken back"), icon="arrow-back-up")
ALL = (RUN_BEGUN, RUN_DONE, RUN_FAILED, OVERRIDDEN, OVERRIDE_ENDED)
