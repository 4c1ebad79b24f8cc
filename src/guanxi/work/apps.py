from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "guanxi.work"
    label = "work"
