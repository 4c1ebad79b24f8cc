"""Pictures that come as evidence in the demo world, drawn here: nothing of anybody else's, and nobody's face."""

from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from itertools import pairwise

from PIL import Image, ImageDraw

from guanxi.core import files
from guanxi.core.files import Given
from guanxi.core.files.intake import take

SIZE = (960, 720)
PAPER, INK, WOOD, CLOTH, STAIN, RED = "#f4efe6", "#3b3f45", "#b98f5f", "#365a72", "#c9b48a", "#b5382f"

Draw = ImageDraw.ImageDraw


def _table(draw: Draw) -> None:
    for y in range(0, SIZE[1], 6):
        shade = 226 - (y // 6) % 5
        draw.rectangle((0, y, SIZE[0], y + 6), fill=(shade, shade - 8, shade - 20))


def _book(draw: Draw, *, cloth: str = CLOTH) -> None:
    draw.polygon([(270, 90), (690, 70), (720, 640), (300, 660)], fill="#d8d2c4")
    draw.polygon([(250, 80), (670, 60), (700, 630), (280, 650)], fill=cloth)
    draw.rectangle((330, 150, 600, 260), fill=PAPER)
    for y in (180, 205, 230):
        draw.line((355, y, 575, y), fill=INK, width=7)


def _cover_stain(draw: Draw) -> None:
    _book(draw)
    for radius in (120, 96, 70):
        draw.ellipse(
            (520 - radius, 480 - radius * 0.7, 520 + radius, 480 + radius * 0.7), outline=STAIN, width=9
        )


def _cover_clean(draw: Draw) -> None:
    _book(draw)
    draw.polygon([(300, 90), (420, 84), (330, 640), (290, 642)], fill="#476d86")


def _missing_pages(draw: Draw) -> None:
    draw.polygon([(120, 140), (470, 110), (480, 620), (130, 640)], fill=PAPER)
    draw.polygon([(490, 110), (840, 140), (830, 640), (480, 620)], fill=PAPER)
    for row in range(13):
        draw.line((170, 180 + 32 * row, 430, 172 + 32 * row), fill="#8d8f92", width=6)
        draw.line((530, 172 + 32 * row, 790, 180 + 32 * row), fill="#8d8f92", width=6)
    for row in range(0, 500, 26):
        draw.polygon([(478, 115 + row), (498, 122 + row), (480, 138 + row)], fill=WOOD)
    draw.text((180, 590), "40", fill=INK, font_size=34)
    draw.text((760, 590), "45", fill=RED, font_size=34)


def _ruler(draw: Draw) -> None:
    _cover_stain(draw)
    draw.rectangle((420, 560, 900, 620), fill="#f2d479", outline=INK, width=3)
    for place in range(24):
        draw.line((430 + 20 * place, 560, 430 + 20 * place, 580 if place % 5 else 596), fill=INK, width=3)
    for place in range(5):
        draw.text((424 + 100 * place, 596), str(place), fill=INK, font_size=20)


def _listing_page(draw: Draw) -> None:
    draw.rectangle((180, 40, 780, 690), fill="white", outline="#c8c4bb", width=3)
    draw.rectangle((220, 80, 480, 380), fill="#e4e0d6")
    draw.rectangle((270, 120, 430, 345), fill=CLOTH)
    for y, length in ((110, 230), (150, 190), (190, 210)):
        draw.line((510, y, 510 + length, y), fill=INK, width=9)
    draw.rounded_rectangle((510, 240, 640, 285), 8, fill="#dcefe4")
    draw.text((528, 248), "9 / 10", fill="#1f6b45", font_size=26)
    for y in range(430, 650, 32):
        draw.line((220, y, 740 - (y % 90), y), fill="#a9a59b", width=6)


def _sheet(draw: Draw, *, stamp: bool) -> None:
    draw.rectangle((230, 50, 730, 680), fill="white", outline="#c8c4bb", width=3)
    draw.line((280, 110, 560, 110), fill=INK, width=12)
    for row, y in enumerate(range(180, 560, 46)):
        draw.rectangle((280, y - 14, 306, y + 12), outline=INK, width=3)
        if row % 3 != 2:
            draw.line((284, y, 291, y + 8, 303, y - 10), fill="#1f6b45", width=4)
        draw.line((330, y, 680 - 37 * (row % 4), y), fill="#a09c93", width=6)
    if stamp:
        draw.ellipse((540, 530, 680, 670), outline=RED, width=7)
        draw.line((575, 600, 645, 600), fill=RED, width=7)
        draw.line((610, 565, 610, 635), fill=RED, width=7)


def _inkstone(draw: Draw) -> None:
    draw.ellipse((200, 140, 760, 600), fill="#4a4f55")
    draw.ellipse((260, 190, 700, 540), fill="#3a3e43")
    draw.chord((300, 380, 660, 540), 0, 180, fill="#24272b")
    for place in range(18):
        draw.line((300 + 20 * place, 250, 320 + 20 * place, 350), fill="#565c63", width=2)


def _bank_sms(draw: Draw) -> None:
    draw.rounded_rectangle((310, 30, 650, 700), 42, fill="#22262b")
    draw.rounded_rectangle((326, 66, 634, 664), 18, fill="#f6f6f4")
    for y, day in ((110, "11-03"), (330, "11-05")):
        draw.rounded_rectangle((346, y, 614, y + 170), 18, fill="#e2eef3")
        draw.text((366, y + 18), f"{day}  09:14", fill="#5d666d", font_size=22)
        draw.text((366, y + 56), "- 98.00", fill=RED, font_size=46)
        draw.line((366, y + 126, 580, y + 126), fill="#9aa3a9", width=6)


def _broken_spine(draw: Draw) -> None:
    _book(draw, cloth="#7a3b34")
    points = [(255, 90), (275, 190), (252, 300), (288, 420), (262, 540), (290, 645)]
    for first, second in pairwise(points):
        draw.line((*first, *second), fill=PAPER, width=12)


def _box(draw: Draw, *, seal: bool) -> None:
    draw.polygon([(180, 240), (520, 160), (800, 260), (460, 350)], fill="#d1a873")
    draw.polygon([(180, 240), (460, 350), (460, 640), (180, 520)], fill="#b98f5f")
    draw.polygon([(460, 350), (800, 260), (800, 540), (460, 640)], fill="#a67d4e")
    draw.polygon([(330, 205), (370, 195), (645, 300), (605, 312)], fill="#e6d6b8")
    draw.rectangle((230, 400, 370, 490), fill="white")
    for y in (420, 440, 460):
        draw.line((245, y + 4, 350, y + 18), fill=INK, width=4)
    if seal:
        draw.ellipse((560, 390, 680, 500), outline="#1f6b45", width=8)


def _signature(draw: Draw, *, photo: bool = False) -> None:
    draw.rectangle((160, 90, 800, 640), fill=PAPER)
    strokes = [(300, 320), (360, 250), (380, 420), (450, 260), (480, 400), (560, 300), (620, 420), (700, 330)]
    draw.line([value for point in strokes for value in point], fill="#1d2a4a", width=9, joint="curve")
    draw.text((520, 500), "1936.5" if not photo else "1998.5", fill="#1d2a4a", font_size=44)


def _signing_photo(draw: Draw) -> None:
    draw.rectangle((120, 80, 840, 640), fill="#cfd6d2")
    draw.rectangle((120, 430, 840, 640), fill=WOOD)
    for x in (260, 480, 690):
        draw.ellipse((x - 50, 190, x + 50, 290), fill="#8a9591")
        draw.pieslice((x - 100, 290, x + 100, 560), 180, 360, fill="#6d7a76")
    draw.polygon([(420, 470), (560, 460), (575, 540), (430, 552)], fill=PAPER)


def _tracking(draw: Draw) -> None:
    draw.rectangle((200, 30, 760, 700), fill="white", outline="#c8c4bb", width=3)
    draw.text((240, 60), "…3307", fill=INK, font_size=40)
    for place in range(7):
        y = 150 + 76 * place
        draw.ellipse((250, y - 10, 270, y + 10), fill=RED if place == 0 else "#9aa3a9")
        if place < 6:
            draw.line((260, y + 12, 260, y + 64), fill="#c8c4bb", width=4)
        draw.text(
            (300, y - 16), f"11-{11 + (0 if place < 4 else 4 - place):02d}", fill="#5d666d", font_size=24
        )
        draw.line((390, y, 700 - 33 * (place % 4), y), fill="#a9a59b", width=6)


def _record_scratch(draw: Draw) -> None:
    draw.ellipse((160, 40, 800, 680), fill="#1e2022")
    for radius in range(150, 310, 9):
        draw.ellipse((480 - radius, 360 - radius, 480 + radius, 360 + radius), outline="#2c2f33", width=2)
    draw.ellipse((370, 250, 590, 470), fill="#a3462f")
    draw.ellipse((470, 350, 490, 370), fill=PAPER)
    draw.line((590, 120, 740, 420), fill="#b9bec2", width=4)


def _phone(draw: Draw, *, scratches: Sequence[tuple[int, int, int, int]]) -> None:
    draw.rounded_rectangle((300, 40, 660, 690), 46, fill="#1d2226")
    draw.rounded_rectangle((316, 58, 644, 672), 34, fill="#2b343b")
    draw.polygon([(316, 92), (644, 300), (644, 420), (316, 210)], fill="#39454d")
    draw.ellipse((470, 72, 490, 92), fill="#0e1113")
    for x, y, right, down in scratches:
        draw.line((x, y, x + right, y + down), fill="#b9c3c9", width=3)


_SCRATCHES = (
    (350, 150, 46, 20), (420, 130, 30, 34), (520, 170, 60, -12), (580, 240, 26, 40), (360, 260, 70, 8),
    (455, 300, 22, 52), (560, 330, 48, 18), (345, 380, 40, -26), (430, 410, 66, 14), (520, 450, 30, 44),
    (370, 500, 52, 10), (470, 530, 20, 50), (580, 560, 36, -22), (400, 610, 130, 6),
)  # fmt: skip


def _phone_scratched(draw: Draw) -> None:
    _phone(draw, scratches=_SCRATCHES)
    draw.rectangle((700, 560, 930, 660), fill=PAPER)
    draw.text((720, 580), f"{len(_SCRATCHES)} ≥ 2 mm", fill=INK, font_size=40)


PICTURES: dict[str, Callable[[Draw], None]] = {
    "bank_sms": _bank_sms,
    "broken_spine": _broken_spine,
    "check_sheet": lambda draw: _sheet(draw, stamp=True),
    "cover_clean": _cover_clean,
    "cover_stain": _cover_stain,
    "good_box": lambda draw: _box(draw, seal=False),
    "inkstone": _inkstone,
    "listing_page": _listing_page,
    "missing_pages": _missing_pages,
    "phone_clean": lambda draw: _phone(draw, scratches=_SCRATCHES[:3]),
    "phone_scratched": _phone_scratched,
    "receipt": lambda draw: _sheet(draw, stamp=False),
    "record_scratch": _record_scratch,
    "ruler": _ruler,
    "sealed_box": lambda draw: _box(draw, seal=True),
    "signature": _signature,
    "signing_photo": _signing_photo,
    "tracking": _tracking,
}


@cache
def picture(name: str) -> bytes:
    """One picture as PNG. Raises `KeyError` for a name that is none."""
    image = Image.new("RGB", SIZE, "#e3dccd")
    draw = ImageDraw.Draw(image)
    _table(draw)
    PICTURES[name](draw)
    out = BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()


def given(names: list[str]) -> Given:
    """These pictures, kept in the store, to come with an action."""
    if not names:
        return files.NO_FILES
    return Given(stored=tuple(_stored(name) for name in names))


def _stored(name: str) -> files.Stored:
    content = picture(name)

    def chunks(size: int) -> list[bytes]:
        return [content[start : start + size] for start in range(0, len(content), size)]

    return take(f"{name}.png", "image/png", chunks)
