from django.apps import AppConfig


class RelationsConfig(AppConfig):
    name = "guanxi.relations"
    label = "relations"
