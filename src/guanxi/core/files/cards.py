"""Files as pages show them: one card each, with its thumbnail, size, state of the check and addresses."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from guanxi.core.files.kinds import BY_CODE, PICTURES
from guanxi.core.models.files import File


def cards(
    found: Iterable[File], *, link: str = "", door: str = "link", may_erase: bool = False
) -> list[dict[str, Any]]:
    """`gx.files` of these: name, kind, size, url ("" while it may not leave), preview_url, note, tone, erase_url;
    `page`: the preview shows the first page, `refused`: none could be made safely. `link` is a signed one; `door` says which
    addresses it opens (DOOR_file, DOOR_file_preview)."""
    return [_card(file, (door, link) if link else None, may_erase) for file in found]


def _card(file: File, link: tuple[str, str] | None, may_erase: bool) -> dict[str, Any]:
    blocked = file.scan in (File.Scan.INFECTED, File.Scan.WAITING)
    ready = file.preview == File.Preview.READY and not blocked
    infected = file.scan == File.Scan.INFECTED
    return {
        "name": file.name,
        "icon": "alert-triangle" if infected else BY_CODE[file.kind].icon,
        "kind": file.kind.upper(),
        "size": size_words(file.size),
        "url": "" if blocked else _url("file", file, link),
        "preview_url": _url("file_preview", file, link) if ready else "",
        "picture": file.kind in PICTURES and file.preview != File.Preview.REFUSED,
        "page": file.kind == "pdf" and ready,
        "refused": file.preview == File.Preview.REFUSED and not blocked,
        "note": str(file.get_scan_display()),
        "quiet": not blocked,
        "tone": "red" if infected else "amber" if blocked else "",
        "erase_url": reverse("file_erase", args=[file.public_id]) if may_erase else "",
    }


def _url(name: str, file: File, link: tuple[str, str] | None) -> str:
    if link is None:
        return reverse(name, args=[file.public_id])
    door, token = link
    return reverse(f"{door}_{name}", args=[token, file.public_id])


def size_words(size: int) -> str:
    """ "812 B", "34 KB", "2.4 MB"."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1_000_000 else f"{size / 2**20:.1f} MB"
