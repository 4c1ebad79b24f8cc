"""Background work in words."""

from django.utils.translation import gettext_lazy as _

from guanxi.core.models import Job

MONITOR = "site.monitor"
TASKS = {
    "guanxi.packs.jobs.load_history": _("Import of the demo world's history"),
    "guanxi.packs.jobs.remove_sample": _("Removal of the sample world"),
    "guanxi.cases.jobs.acknowledge": _("Acknowledgements to customers"),
    "guanxi.cases.jobs.tell_answer": _("Answers sent on by mail"),
    "guanxi.cases.jobs.expire": _("Watch over deadlines"),
    "guanxi.cases.jobs.recount": _("Promised times recounted"),
    "guanxi.work.jobs.recount": _("Limits of work recounted"),
    "guanxi.cases.jobs.index": _("Search index of cases"),
    "guanxi.people.jobs.index": _("Search index of customers"),
    "guanxi.channels.jobs.deliver": _("Delivery of mail"),
    "guanxi.channels.jobs.deliver_to_colleague": _("Delivery of mail to colleagues"),
    "guanxi.channels.jobs.tell_colleagues": _("Notices by e-mail"),
    "guanxi.channels.jobs.tell_colleagues_daily": _("Notices by e-mail, once a day"),
    "guanxi.work.jobs.sweep_absent": _("Work of people who left goes back"),
    "guanxi.site.jobs.verify_chain": _("Walk over the audit chain"),
    "guanxi.site.jobs.sweep_old": _("Deletion of old data"),
    "guanxi.core.files.jobs.inspect": _("Check of a file"),
    "guanxi.core.files.jobs.sweep": _("Files whose check came to nothing"),
    "guanxi.core.imports.jobs.check": _("Trial run of an import"),
    "guanxi.core.imports.jobs.run": _("Import of a file"),
    "guanxi.core.imports.jobs.undo": _("Undoing of an import"),
    "guanxi.core.lists.jobs.carry_out": _("Action on many rows"),
    "guanxi.core.lists.jobs.carry_back": _("Undoing of an action on many rows"),
    "guanxi.core.lists.jobs.write_export": _("Export of a list"),
    "guanxi.core.lists.jobs.sweep": _("End of what nobody works on"),
    "guanxi.core.webhooks.jobs.deliver": _("Delivery to another system"),
}
LONG = [name for name in TASKS if name.startswith("guanxi.packs.")]
STATES = {
    Job.State.READY: _("waiting"),
    Job.State.RUNNING: _("running"),
    Job.State.SUCCESSFUL: _("done"),
    Job.State.FAILED: _("failed"),
}
SCHEDULES = {
    "work.sweep_absent": _("Work of people who left goes back"),
    "cases.expire": _("Watch over deadlines"),
    "files.sweep": _("Files whose check came to nothing"),
    "notices.digest": _("Notices by e-mail, once a day"),
    "retention.sweep": _("Deletion of old data"),
}
FOLLOWERS = {
    "people.index.2": _("Search index of customers"),
    "cases.index.2": _("Search index of cases"),
    "cases.acknowledge": _("Acknowledgements to customers"),
    "cases.tell_answer": _("Answers sent on by mail"),
    "cases.recount": _("Promised times recounted"),
    "work.recount": _("Limits of work recounted"),
    "webhooks": _("Delivery to other systems"),
    "core.notices": _("Notices to members of staff"),
    "notices.mail": _("Notices by e-mail"),
    "core.steps": _("First steps taken"),
}


def task_words(task: str) -> str:
    """A job's task in words; its function's name where nobody gave it any."""
    return str(TASKS.get(task) or task.rpartition(".")[2].replace("_", " "))
