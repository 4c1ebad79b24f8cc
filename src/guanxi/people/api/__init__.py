"""Customers over the API, and who is who."""

from guanxi.people.api.customers import router
from guanxi.people.api.identity import decisions, joining, reviews
from guanxi.people.api.scans import scans

__all__ = ["decisions", "joining", "reviews", "router", "scans"]
