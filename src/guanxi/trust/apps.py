from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "guanxi.trust"
    label = "trust"
