"""The phones of the two sides of a case: each its signed link, its page and its forms."""

from typing import Any

from django.test import Client

from guanxi.cases import queries
from guanxi.core import clock
from tests.disputes import Dispute


class Phone:
    """One side's browser: the page by its signed link, and its forms."""

    def __init__(self, dispute: Dispute, side: str = "complainant", *, language: str = "en") -> None:
        self.dispute = dispute
        self.url = f"/c/{queries.link_token(dispute.case, side=side)}/"
        self.client = Client(headers={"Accept-Language": language})

    def page(self, **query: str) -> str:
        with clock.at(self.dispute.now):
            response = self.client.get(self.url, query)
        assert response.status_code == 200
        return str(response.content.decode())

    def do(self, verb: str, place: int = 1, **fields: Any) -> Any:
        base = f"{self.url}issues/{place}/" if place else self.url
        with clock.at(self.dispute.now):
            return self.client.post(f"{base}{verb}/", fields)
