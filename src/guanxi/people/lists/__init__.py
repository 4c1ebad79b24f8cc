"""The lists of people: customers; possible duplicates; customers who confirm their details this year."""

from guanxi.people.lists.customers import LISTING
from guanxi.people.lists.due import DUE
from guanxi.people.lists.reviews import REVIEWS

__all__ = ["DUE", "LISTING", "REVIEWS"]
