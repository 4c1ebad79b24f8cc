"""Guanxi (关系): an open customer-relationship platform. One customer, one case, one-to-one."""

__version__ = "0.1.0"
