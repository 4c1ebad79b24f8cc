"""Compiles the committed .po files into the .mo files Django reads, where the .po is newer: cheap when none is."""

import os
import tempfile
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "locale"
DOMAIN = "django"


def compile_stale(locale: Path = LOCALE) -> list[Path]:
    """Write every .mo that is missing or older than its .po; returns those written.

    The file is renamed into place, so that a process starting meanwhile reads the old or the new one, never half.
    A package installed where we may not write ships its .mo files: then nothing is stale.
    """
    return [_compile(source) for source in locale.glob(f"*/LC_MESSAGES/{DOMAIN}.po") if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    from babel.messages.mofile import write_mo  # slow to import, and seldom needed
    from babel.messages.pofile import read_po

    target = source.with_suffix(".mo")
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parents[1].name, domain=DOMAIN)
    number, name = tempfile.mkstemp(dir=source.parent, prefix=".django-", suffix=".mo")
    with os.fdopen(number, "wb") as written:
        write_mo(written, catalog, use_fuzzy=False)
    Path(name).chmod(0o644)
    Path(name).replace(target)
    return target
