"""Rights of the site itself."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare


def connect() -> None:
    """Declare rights and words; called once at start-up."""
    declare(
        Right("site.settings", _("See settings and background work")),
        Right("site.sample", _("Remove the sample world")),
        Right("site.audit", _("Read the audit trail and who may see what")),
        Right("site.monitor", _("Watch background work, try it again or stop it")),
        Right("site.retention", _("Decide how long data is kept, turn the legal hold on and off")),
        Right("lists.share", _("Share views of lists")),
        Right("api.tokens.own", _("Make API tokens of one's own")),
        Right("api.webhooks.own", _("Let other systems hear events")),
    )
    words.register(
        {
            "channel.club-history": _("member file"),
            "channel.market-history": _("market archive"),
            "channel.demo": _("sample world"),
            "scope.own": _("their own"),
            "scope.team": _("their team"),
            "scope.department": _("their department"),
            "scope.branch": _("their branch"),
            "scope.all": _("everything"),
            "rights.visible": _("Visible"),
            "rights.hidden": _("Not visible"),
            "rights.row_unit": _("it belongs to %(unit)s"),
            "rights.no_unit": _("no unit"),
            "rights.inactive": _("this person may not sign in"),
            "rights.no_role": _("no role of theirs gives “%(right)s”"),
            "rights.not_in_token": _("the token was not given “%(right)s”"),
            "rights.all": _("%(role)s gives “%(right)s” for everything"),
            "rights.within": _("%(role)s at %(at)s gives “%(right)s” for %(scope)s, and it belongs there"),
            "rights.theirs": _("%(role)s gives “%(right)s” for their own, and it is in their hands"),
            "rights.only_own": _("%(role)s gives “%(right)s” for their own only, and it is not"),
            "rights.outside": _("%(role)s gives “%(right)s” for %(units)s only"),
            "room.people": _("Customers"),
            "room.work": _("Work"),
            "room.channels": _("Messages"),
            "room.trade": _("Orders and products"),
            "room.cases": _("Cases"),
            "room.site": _("The house"),
            "room.api": _("API"),
            "room.imports": _("Import"),
            "room.lists": _("Lists"),
            "room.files": _("Files"),
            "rows.work.team": _("teams"),
            "rows.work.member": _("seats in the team"),
            "rows.work.workitem": _("pieces of work"),
            "rows.cases.case": _("cases"),
            "rows.people.record": _("customer records"),
            "rows.core.unit": _("units below it"),
            "rows.core.user": _("members of staff"),
            "rows.core.rolegrant": _("roles granted here"),
            "rows.core.apitoken": _("API tokens"),
            "rows.core.savedview": _("shared views"),
        }
    )
