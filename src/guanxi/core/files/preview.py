"""A small picture of a picture, or of a PDF's first page, made in a process of its own: bounded memory and time, no metadata,
one fixed format.

This file, run by itself with KIND, FROM and TO, is that process: decoders of foreign formats run nowhere else. Knows no Django.
"""

import resource
import subprocess
import sys
from pathlib import Path

SIDE = 416  # pixels: 208 on the page, twice for sharp screens
PIXELS_MAX = 40_000_000  # decoded; a JPEG is decoded at a fraction of its size
POINTS_MAX = 14_400  # the longest side of a page, in points: as far as PDF goes
ASPECT_MAX = 12  # a page longer than that is a strip: nothing could be read on it
MEMORY_BYTES_MAX = 768 * 2**20
WRITTEN_BYTES_MAX = 4 * 2**20
SECONDS_MAX = 20


def make(source: Path, target: Path, kind: str) -> bool:
    """Write a WebP no larger than `SIDE` x `SIDE` to `target`; False when it cannot be drawn within the limits."""
    command = [sys.executable, "-I", __file__, kind, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603  our own module
            command, capture_output=True, timeout=SECONDS_MAX + 5, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and target.stat().st_size > 0


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES_MAX),
        (resource.RLIMIT_CPU, SECONDS_MAX),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES_MAX),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _draw(source: str, target: str) -> None:
    from PIL import Image, ImageOps  # only in this process

    Image.MAX_IMAGE_PIXELS = None  # we look ourselves, below
    with Image.open(source, formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
        picture.draft("RGB", (SIDE * 2, SIDE * 2))
        if picture.width * picture.height > PIXELS_MAX:
            raise SystemExit(3)
        picture.seek(0)  # of an animation the first frame
        upright = ImageOps.exif_transpose(picture)
        flat = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        flat.thumbnail((SIDE, SIDE))
        clean = Image.new(flat.mode, flat.size)  # pixels only: no place, no camera, no comment travels on
        clean.paste(flat)
        clean.save(target, "WEBP", quality=80)


def _draw_page(source: str, target: str) -> None:
    """The first page on white. Without forms and scripts: our PDFium has no JavaScript, and no form is begun."""
    import pypdfium2  # only in this process

    page = pypdfium2.PdfDocument(source)[0]
    width, height = page.get_size()
    if not (0 < width <= POINTS_MAX and 0 < height <= POINTS_MAX) or max(width, height) > ASPECT_MAX * min(
        width, height
    ):
        raise SystemExit(3)
    drawn = page.render(scale=SIDE / max(width, height), may_draw_forms=False).to_pil().convert("RGB")
    drawn.thumbnail((SIDE, SIDE))
    drawn.save(target, "WEBP", quality=80)


if __name__ == "__main__":
    _limit()
    (_draw_page if sys.argv[1] == "pdf" else _draw)(*sys.argv[2:4])
