"""Cases over the API: intake and lists, the issues of a case and every step of theirs, procedures, inboxes.

`measuring` stands before `issues`, and these before `cases`: addresses that are narrower than `/{number}/{verb}`.
"""

from guanxi.cases.api.cases import router as cases
from guanxi.cases.api.inboxes import approvals, consultations, samples
from guanxi.cases.api.issues import router as issues
from guanxi.cases.api.measuring import router as measuring
from guanxi.cases.api.procedures import router as procedures
from guanxi.cases.api.together import router as together
from guanxi.cases.api.writing import drafts
from guanxi.cases.api.writing import router as replies

ROUTERS = (
    ("/cases", measuring),
    ("/cases", issues),
    ("/cases", together),
    ("/cases", drafts),
    ("/cases", cases),
    ("/replies", replies),
    ("/procedures", procedures),
    ("/approvals", approvals),
    ("/consultations", consultations),
    ("/samples", samples),
)

__all__ = ["ROUTERS"]
