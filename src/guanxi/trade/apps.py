from django.apps import AppConfig


class TradeConfig(AppConfig):
    name = "guanxi.trade"
    label = "trade"
