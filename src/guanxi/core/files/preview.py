"""A small picture of a picture, made in a process of its own: bounded memory and time, no metadata, one fixed format.

This file, run by itself with FROM and TO, is that process: decoders of foreign formats run nowhere else. Knows no Django.
"""

import resource
import subprocess
import sys
from pathlib import Path

SIDE = 416  # pixels: 208 on the page, twice for sharp screens
PIXELS_MAX = 40_000_000  # decoded; a JPEG is decoded at a fraction of its size
MEMORY_BYTES_MAX = 768 * 2**20
SECONDS_MAX = 20


def make(source: Path, target: Path) -> bool:
    """Write a WebP no larger than `SIDE` x `SIDE` to `target`; False when the picture cannot be read within the limits."""
    command = [sys.executable, "-I", __file__, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603  our own module
            command, capture_output=True, timeout=SECONDS_MAX + 5, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and target.stat().st_size > 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


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


if __name__ == "__main__":
    _limit()
    _draw(sys.argv[1], sys.argv[2])
