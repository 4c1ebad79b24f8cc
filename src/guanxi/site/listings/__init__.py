"""The house's own lists: members of staff, roles, jobs, deliveries, the audit trail. Rooms declare theirs in `lists.py`."""

from guanxi.site.listings.audit import AUDIT, about, who
from guanxi.site.listings.deliveries import DELIVERIES
from guanxi.site.listings.jobs import JOBS
from guanxi.site.listings.many import ASK_TO_CONFIRM, PUT_ON_CALL_LIST
from guanxi.site.listings.people import LANGUAGES, USERS
from guanxi.site.listings.roles import ROLES

__all__ = ["ASK_TO_CONFIRM", "LANGUAGES", "LISTINGS", "PUT_ON_CALL_LIST", "about", "who"]
LISTINGS = (USERS, ROLES, JOBS, DELIVERIES, AUDIT)
