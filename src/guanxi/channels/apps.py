from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "guanxi.channels"
    label = "channels"
