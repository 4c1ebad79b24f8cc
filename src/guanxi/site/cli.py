"""The `guanxi` command: Django management commands with friendly names."""

import os
import sys


def main() -> None:
    """Run one command; without a name, list them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    from guanxi.site.translations import compile_stale

    compile_stale()
    if sys.argv[1:2] == ["demo"]:
        from guanxi.site.demo_start import resume

        resume(sys.argv[2:])
    from django.core.management import execute_from_command_line

    execute_from_command_line(["guanxi", *(sys.argv[1:] or ["help"])])
