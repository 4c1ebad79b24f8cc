from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "guanxi.site"
    label = "site"

    def ready(self) -> None:
        from guanxi.site import wiring

        wiring.connect()
