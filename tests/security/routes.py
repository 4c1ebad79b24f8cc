"""Every route of the site, read from the URL configuration: pages, allauth's pages, the operations of the API."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

API_ROOT = "api/v1/"  # ninja's own name for reversing: it answers 404 to everything


def routes() -> list[str]:
    """Route patterns as `urls.py` writes them, without duplicates, in order."""
    return [route for route in dict.fromkeys(_walk(get_resolver().url_patterns, "")) if route != API_ROOT]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        else:
            yield route
