"""Everything insight does: runs, and classes set by hand."""

from guanxi.insight.actions.overriding import end_override, override
from guanxi.insight.actions.running import begin_run, fail_run, finish_run, run_all

__all__ = ["begin_run", "end_override", "fail_run", "finish_run", "override", "run_all"]
