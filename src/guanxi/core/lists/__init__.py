"""Lists as one component: a room declares a `Listing` in its `lists.py`, `site/wiring.py` registers it, `site/urls.py` gives it
an address (`lists.pages.page_of("cases")`), and it sorts, filters, pages, searches, exports, edits in place and acts in
bulk like every other list. What the address says is the whole state of a list (`wanted.py`, `filters.py`).
"""

from guanxi.core.lists.columns import Choices, Column, Edit, Kind
from guanxi.core.lists.listing import Bulk, Candidates, Input, Listing, View, get, register, registered

__all__ = [
    "Bulk", "Candidates", "Choices", "Column", "Edit", "Input", "Kind", "Listing", "View", "get", "register", "registered",
]  # fmt: skip
