"""The pages under /settings/: people and rights, the house, what runs, what is written down. Edges only."""

from guanxi.site.administration.home import sample_remove, settings_page

__all__ = ["sample_remove", "settings_page"]
