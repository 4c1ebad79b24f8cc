from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "guanxi.cases"
    label = "cases"
