"""What is read of insight."""

from guanxi.insight.queries.process import map_cases

__all__ = ["map_cases"]
