from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "guanxi.site"
    label = "site"

    def ready(self) -> None:
        import threading

        from django.utils import timezone
        from django.utils.translation import trans_real

        from guanxi.site import wiring

        # asgiref's locals follow a request through asynchronous code, which ours never is; asking them what language and
        # time zone it is took a tenth of a list's page.
        trans_real._active = threading.local()  # type: ignore[attr-defined]
        timezone._active = threading.local()  # type: ignore[attr-defined]
        wiring.connect()
