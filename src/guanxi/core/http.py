"""The request as our edges see it: Django's, with the actor the middleware found."""

from django.http import HttpRequest

from guanxi.core.access import Actor


class Request(HttpRequest):
    actor: Actor
