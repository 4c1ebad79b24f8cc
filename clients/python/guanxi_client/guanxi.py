"""The client: every operation, and paging through a list."""

from collections.abc import Callable, Iterator
from typing import Any

from guanxi_client.generated import Operations


class Guanxi(Operations):
    """`Guanxi("https://crm.example", "gx_...")`. Raises `Problem` for every refusal."""

    def each(self, listing: Callable[..., Any], *place: str, **filters: Any) -> Iterator[Any]:
        """All rows of a list, page by page: `crm.each(crm.list_cases, state="recorded")`."""
        after: str | None = None
        while True:
            page = listing(*place, **filters, after=after)
            yield from page["items"]
            if not page["next"] or page["next"] == after:
                return
            after = page["next"]
