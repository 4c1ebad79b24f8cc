"""The house's own lists: members of staff, roles, jobs, the audit trail. Rooms declare theirs in their `lists.py`."""

from guanxi.site.listings.audit import AUDIT, about, who
from guanxi.site.listings.jobs import JOBS
from guanxi.site.listings.people import LANGUAGES, USERS
from guanxi.site.listings.roles import ROLES

__all__ = ["LANGUAGES", "LISTINGS", "about", "who"]
LISTINGS = (USERS, ROLES, JOBS, AUDIT)
