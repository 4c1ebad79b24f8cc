from django.http import HttpRequest

from guanxi.core.access import PUBLIC, Actor


def actor_of(request: HttpRequest) -> Actor:
    return PUBLIC
