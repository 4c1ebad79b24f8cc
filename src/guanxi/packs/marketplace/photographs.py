"""Photographs of what the demo's shops sell, drawn here: every category in three colours, two pictures of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from guanxi.core.files import Stored
from guanxi.core.files.intake import take

WIDE, HIGH = 960, 720  # drawn twice as large as kept: smooth edges
QUALITY = 82
Box = tuple[float, float, float, float]
Colour = str


@dataclass(frozen=True, slots=True)
class Palette:
    """Wall and table behind a thing, and the thing: its body, darker and lighter, and something that stands out."""

    wall: Colour
    table: Colour
    body: Colour
    dark: Colour
    light: Colour
    mark: Colour


PALETTES = (
    Palette("#e8e2d6", "#d5cbb8", "#3f6f8a", "#2c5068", "#7fa9bf", "#e0a33c"),
    Palette("#dfe7e2", "#c3d2c8", "#b5503f", "#8a3a2d", "#dd8f7d", "#f2d9a0"),
    Palette("#e6e3ec", "#cdc7d9", "#4a4f57", "#31353b", "#868d97", "#5fa58a"),
)
ANGLES = 2
SIDES = frozenset({"phones", "books", "down-jackets", "cameras", "ceramics"})
"""Of these both pictures show the same thing; of the others each another."""


class Sketch:
    """A picture being drawn. Sizes are of the large one."""

    def __init__(self, palette: Palette) -> None:
        self.p = palette
        self.image = Image.new("RGB", (WIDE, HIGH), palette.wall)
        self.draw = ImageDraw.Draw(self.image)
        self.draw.rectangle((0, 500, WIDE, HIGH), fill=palette.table)

    def shadow(self, left: float, right: float, y: float, high: float = 46) -> None:
        wall = Image.new("RGB", (1, 1), self.p.table).getpixel((0, 0))
        shade = tuple(int(one * 0.86) for one in wall) if isinstance(wall, tuple) else (180, 170, 160)
        self.draw.ellipse((left, y - high / 2, right, y + high / 2), fill=shade)

    def box(self, box: Box, radius: float, fill: Colour) -> None:
        self.draw.rounded_rectangle(box, radius, fill=fill)

    def disc(
        self, x: float, y: float, radius: float, fill: Colour, outline: Colour = "", width: int = 0
    ) -> None:
        place = (x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(place, fill=fill, outline=outline or None, width=width)

    def shape(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        self.draw.polygon(points, fill=fill)

    def line(self, points: Sequence[tuple[float, float]], fill: Colour, width: int) -> None:
        self.draw.line([value for point in points for value in point], fill=fill, width=width, joint="curve")


def _phones(s: Sketch, angle: int) -> None:
    s.shadow(300, 660, 610)
    s.box((345, 90, 615, 610), 44, s.p.dark)
    if angle:
        s.box((355, 100, 605, 600), 36, s.p.body)
        s.box((375, 122, 475, 262), 30, s.p.dark)
        for y in (160, 222):
            s.disc(425, y, 26, "#15181b", s.p.light, 5)
        s.disc(556, 150, 12, s.p.mark)
        s.disc(480, 390, 20, s.p.light)
        return
    s.box((358, 104, 602, 596), 32, "#10161b")
    s.shape([(358, 230), (602, 130), (602, 400), (358, 540)], s.p.body)
    s.shape([(358, 540), (602, 400), (602, 596), (358, 596)], s.p.light)
    s.disc(480, 130, 9, "#000000")
    s.box((430, 570, 530, 578), 4, "#ffffff")


def _books(s: Sketch, angle: int) -> None:
    s.shadow(230, 740, 610)
    if angle:
        for place, (left, fill) in enumerate(
            ((220, s.p.dark), (240, s.p.mark), (230, s.p.body), (250, s.p.light))
        ):
            top = 560 - 78 * place
            s.box((left, top, left + 470, top + 70), 10, fill)
            s.box((left + 40, top + 12, left + 468, top + 58), 4, "#f6f1e6")
            for line in (24, 36, 48):
                s.line([(left + 44, top + line), (left + 466, top + line)], "#ddd4c1", 3)
        return
    s.shape([(330, 130), (640, 100), (660, 590), (350, 620)], "#f3ecdd")
    s.shape([(310, 120), (620, 90), (640, 580), (330, 610)], s.p.body)
    s.shape([(310, 120), (345, 117), (365, 607), (330, 610)], s.p.dark)
    s.shape([(400, 190), (570, 175), (574, 275), (404, 290)], "#f6f1e6")
    s.line([(425, 218), (548, 207)], s.p.dark, 9)
    s.line([(428, 246), (520, 238)], s.p.light, 7)
    s.disc(505, 430, 58, s.p.mark)
    s.disc(505, 430, 40, s.p.body)


def _jackets(s: Sketch, angle: int) -> None:
    s.line([(480, 40), (480, 96)], "#8b857a", 8)
    for side in (-1, 1):
        x = 480 + side * 120
        s.shape(
            [
                (480 + side * 70, 140),
                (480 + side * 150, 160),
                (480 + side * 250, 470),
                (480 + side * 180, 500),
                (x, 300),
            ],
            s.p.dark,
        )
    s.box((350, 130, 610, 590), 50, s.p.body)
    for y in range(200, 580, 66):
        s.line([(356, y), (480, y + 14), (604, y)], s.p.dark, 6)
    s.draw.pieslice((390, 70, 570, 220), 180, 360, fill=s.p.dark)
    s.draw.pieslice((415, 100, 545, 210), 180, 360, fill=s.p.light)
    if angle:
        s.box((420, 260, 540, 330), 8, s.p.mark)
        return
    s.line([(480, 150), (480, 586)], s.p.light, 9)
    s.box((472, 150, 488, 186), 6, s.p.mark)
    for x in (385, 525):
        s.line([(x, 430), (x + 50, 440)], s.p.light, 7)


def _cameras(s: Sketch, angle: int) -> None:
    s.shadow(220, 740, 570)
    s.box((390, 180, 560, 280), 20, s.p.dark)
    s.box((230, 240, 730, 560), 34, s.p.dark)
    s.box((230, 320, 730, 500), 0, s.p.body)
    s.box((265, 215, 340, 250), 10, "#c9ccd0")
    s.disc(650, 235, 26, "#c9ccd0")
    if angle:
        s.box((300, 330, 560, 500), 14, "#12171b")
        s.shape([(312, 490), (430, 380), (500, 440), (548, 400), (548, 490)], s.p.light)
        for y in (350, 410, 470):
            s.disc(640, y, 20, s.p.dark, s.p.light, 4)
        return
    s.disc(480, 410, 150, "#1b1f23")
    s.disc(480, 410, 122, "#383e45")
    s.disc(480, 410, 84, "#12171b")
    s.disc(480, 410, 56, s.p.body)
    s.disc(455, 385, 20, s.p.light)
    s.box((640, 280, 700, 310), 6, s.p.mark)


def _ceramics(s: Sketch, angle: int) -> None:
    s.shadow(220, 760, 590)
    if angle:
        for x in (300, 500, 690):
            s.shape([(x - 84, 430), (x + 84, 430), (x + 52, 570), (x - 52, 570)], s.p.body)
            s.draw.ellipse((x - 84, 404, x + 84, 456), fill=s.p.light)
            s.draw.ellipse((x - 66, 414, x + 66, 446), fill=s.p.mark)
        return
    s.draw.ellipse((290, 270, 650, 590), fill=s.p.body)
    s.shape([(300, 400), (180, 300), (214, 272), (340, 340)], s.p.body)
    s.draw.arc((600, 300, 790, 520), 270, 95, fill=s.p.dark, width=30)
    s.draw.ellipse((380, 236, 560, 306), fill=s.p.dark)
    s.draw.ellipse((390, 226, 550, 286), fill=s.p.light)
    s.disc(470, 214, 24, s.p.dark)
    s.draw.chord((330, 330, 440, 540), 110, 250, fill=s.p.light)
    s.box((420, 580, 530, 594), 6, s.p.dark)


def _toys(s: Sketch, angle: int) -> None:
    s.shadow(200, 780, 590)
    if angle:
        for x, y, fill in (
            (260, 440, s.p.body),
            (420, 440, s.p.mark),
            (580, 440, s.p.light),
            (340, 290, s.p.light),
            (500, 290, s.p.dark),
            (420, 140, s.p.mark),
        ):
            s.box((x, y, x + 145, y + 145), 14, fill)
            s.disc(x + 72, y + 72, 34, "#f6f1e6")
        return
    s.box((230, 330, 610, 500), 20, s.p.body)
    s.box((520, 220, 720, 500), 20, s.p.dark)
    s.box((555, 250, 685, 350), 10, "#dfeef2")
    s.box((280, 230, 340, 340), 8, s.p.dark)
    s.draw.ellipse((262, 206, 358, 244), fill=s.p.mark)
    for x in (310, 470, 640):
        s.disc(x, 530, 62, s.p.dark)
        s.disc(x, 530, 34, s.p.mark)
    s.shape([(230, 420), (170, 500), (230, 500)], s.p.mark)


def _kitchen(s: Sketch, angle: int) -> None:
    s.shadow(200, 720, 590)
    if angle:
        s.box((640, 330, 900, 372), 20, s.p.dark)
        s.disc(440, 350, 240, s.p.dark)
        s.disc(440, 350, 212, s.p.body)
        s.disc(440, 350, 180, "#23272b")
        s.draw.arc((290, 200, 590, 500), 200, 250, fill=s.p.light, width=14)
        return
    s.box((250, 300, 670, 590), 46, s.p.body)
    s.box((180, 360, 262, 396), 16, s.p.dark)
    s.box((658, 360, 740, 396), 16, s.p.dark)
    s.box((230, 262, 690, 312), 22, s.p.dark)
    s.draw.pieslice((250, 170, 670, 366), 180, 360, fill=s.p.light)
    s.disc(460, 160, 30, s.p.mark)
    s.line([(300, 350), (300, 520)], s.p.light, 16)


def _instruments(s: Sketch, angle: int) -> None:
    if angle:
        s.shadow(180, 800, 590)
        s.box((170, 330, 790, 560), 18, s.p.dark)
        for place in range(12):
            left = 190 + 48.5 * place
            s.box((left, 390, left + 45, 550), 6, "#f8f5ee")
        for place in (0, 1, 3, 4, 5, 7, 8, 10):
            left = 222 + 48.5 * place
            s.box((left, 390, left + 28, 480), 4, "#1d2024")
        s.box((200, 346, 360, 372), 8, s.p.mark)
        return
    s.shadow(320, 640, 640)
    s.box((462, 40, 498, 360), 8, s.p.dark)
    s.box((446, 30, 514, 100), 12, s.p.dark)
    s.draw.ellipse((375, 280, 585, 470), fill=s.p.mark)
    s.draw.ellipse((330, 390, 630, 650), fill=s.p.mark)
    s.disc(480, 440, 56, "#2b2620")
    s.box((420, 560, 540, 584), 6, s.p.dark)
    for x in (468, 476, 484, 492):
        s.line([(x, 60), (x, 570)], "#f6f1e6", 2)


def _outdoor(s: Sketch, angle: int) -> None:
    if angle:
        s.shadow(300, 680, 620)
        s.box((340, 150, 620, 610), 70, s.p.body)
        s.box((370, 400, 590, 590), 30, s.p.dark)
        s.box((360, 120, 600, 260), 50, s.p.dark)
        for x in (400, 540):
            s.box((x, 220, x + 22, 420), 6, s.p.mark)
        s.draw.arc((430, 70, 530, 170), 180, 360, fill=s.p.dark, width=14)
        s.line([(390, 440), (570, 440)], s.p.light, 6)
        return
    s.shadow(120, 840, 590, 60)
    s.shape([(480, 150), (820, 590), (140, 590)], s.p.body)
    s.shape([(480, 150), (820, 590), (560, 590)], s.p.dark)
    s.shape([(480, 270), (570, 590), (390, 590)], "#2b2f33")
    s.shape([(480, 270), (420, 590), (390, 590)], s.p.mark)
    s.line([(480, 150), (480, 110)], s.p.dark, 8)
    for x in (110, 850):
        s.line([(x, 600), (480, 160)], s.p.light, 3)


def _stationery(s: Sketch, angle: int) -> None:
    s.shadow(230, 740, 600)
    if angle:
        s.box((330, 330, 630, 600), 18, s.p.body)
        s.draw.ellipse((330, 300, 630, 360), fill=s.p.dark)
        for x, top, fill in (
            (380, 90, s.p.mark),
            (440, 60, s.p.light),
            (505, 100, s.p.dark),
            (570, 70, s.p.mark),
        ):
            s.box((x, top + 30, x + 26, 330), 4, fill)
            s.shape([(x, top + 32), (x + 26, top + 32), (x + 13, top)], "#e9d3a8")
        return
    s.shape([(300, 150), (640, 150), (640, 590), (300, 590)], s.p.body)
    s.box((300, 150, 350, 590), 0, s.p.dark)
    s.box((400, 220, 590, 290), 8, "#f6f1e6")
    s.line([(425, 255), (560, 255)], s.p.dark, 7)
    s.box((610, 150, 626, 590), 0, s.p.mark)
    s.shape([(690, 170), (722, 178), (660, 560), (640, 590), (632, 552)], s.p.dark)
    s.shape([(640, 590), (632, 552), (660, 560)], s.p.mark)


def _home(s: Sketch, angle: int) -> None:
    s.shadow(280, 690, 610)
    if angle:
        s.box((230, 360, 730, 540), 40, s.p.body)
        s.box((200, 300, 290, 560), 36, s.p.dark)
        s.box((670, 300, 760, 560), 36, s.p.dark)
        s.box((270, 220, 690, 430), 40, s.p.light)
        s.box((310, 250, 440, 400), 24, s.p.mark)
        for x in (260, 680):
            s.box((x, 550, x + 24, 610), 6, "#7a5b3a")
        return
    s.shape([(380, 110), (580, 110), (660, 320), (300, 320)], s.p.mark)
    s.shape([(380, 110), (440, 110), (400, 320), (300, 320)], "#fff4d8")
    s.box((470, 320, 490, 560), 4, s.p.dark)
    s.draw.ellipse((360, 540, 600, 620), fill=s.p.dark)
    s.draw.ellipse((360, 528, 600, 600), fill=s.p.body)
    s.line([(560, 322), (560, 400)], s.p.dark, 4)
    s.disc(560, 408, 11, s.p.dark)


def _bags(s: Sketch, angle: int) -> None:
    s.shadow(230, 740, 610)
    if angle:
        s.box((260, 170, 700, 600), 36, s.p.body)
        for x in (320, 400, 560, 640):
            s.line([(x, 180), (x, 590)], s.p.dark, 8)
        s.box((420, 100, 440, 180), 4, "#9aa0a6")
        s.box((520, 100, 540, 180), 4, "#9aa0a6")
        s.box((412, 84, 548, 112), 12, s.p.dark)
        for x in (310, 650):
            s.disc(x, 616, 20, "#2b2f33")
        s.box((455, 330, 505, 390), 8, s.p.mark)
        return
    s.draw.arc((350, 110, 610, 440), 180, 360, fill=s.p.dark, width=24)
    s.shape([(250, 270), (710, 270), (750, 600), (210, 600)], s.p.body)
    s.shape([(250, 270), (710, 270), (724, 390), (236, 390)], s.p.dark)
    s.box((450, 360, 510, 440), 10, s.p.mark)
    s.box((468, 384, 492, 416), 6, s.p.dark)
    s.line([(230, 570), (730, 570)], s.p.light, 4)


def _audio(s: Sketch, angle: int) -> None:
    if angle:
        s.shadow(200, 760, 600)
        s.box((210, 330, 760, 590), 20, "#8a6642")
        s.box((210, 330, 760, 380), 20, "#a67d52")
        s.draw.ellipse((270, 230, 650, 440), fill="#1e2022")
        for inner in (150, 110, 76):
            s.draw.ellipse(
                (460 - inner, 335 - inner * 0.52, 460 + inner, 335 + inner * 0.52), outline="#33373b", width=3
            )
        s.draw.ellipse((400, 303, 520, 367), fill=s.p.mark)
        s.line([(700, 270), (690, 330), (560, 370)], "#c9ccd0", 10)
        s.disc(700, 264, 22, "#c9ccd0")
        return
    s.shadow(290, 670, 600)
    s.draw.arc((290, 110, 670, 560), 180, 360, fill=s.p.dark, width=36)
    for x in (270, 590):
        s.box((x, 340, x + 100, 560), 44, s.p.body)
    s.box((352, 360, 392, 540), 18, s.p.light)
    s.box((568, 360, 608, 540), 18, s.p.light)
    s.disc(318, 450, 16, s.p.mark)
    s.disc(642, 450, 16, s.p.mark)


def _sports(s: Sketch, angle: int) -> None:
    if angle:
        s.shadow(250, 720, 600)
        s.box((300, 420, 660, 452), 10, "#9aa0a6")
        for x in (250, 310, 610, 670):
            high = 110 if x in (310, 610) else 80
            s.box((x, 436 - high, x + 50, 436 + high), 14, s.p.body if high > 100 else s.p.dark)
        s.box((440, 414, 530, 458), 8, s.p.mark)
        return
    s.shadow(330, 640, 620)
    s.draw.ellipse((360, 60, 640, 400), outline=s.p.body, width=26)
    for x in range(395, 620, 34):
        s.line([(x, 90), (x, 372)], "#f6f1e6", 3)
    for y in range(100, 380, 34):
        s.line([(376, y), (624, y)], "#f6f1e6", 3)
    s.draw.ellipse((360, 60, 640, 400), outline=s.p.body, width=26)
    s.shape([(450, 390), (550, 390), (516, 470), (484, 470)], s.p.dark)
    s.box((480, 450, 520, 640), 12, s.p.mark)
    s.disc(690, 560, 54, s.p.light)


DRAWN: dict[str, Callable[[Sketch, int], None]] = {
    "phones": _phones, "books": _books, "down-jackets": _jackets, "cameras": _cameras, "ceramics": _ceramics,
    "toys": _toys, "kitchen": _kitchen, "instruments": _instruments, "outdoor": _outdoor, "stationery": _stationery,
    "home": _home, "bags": _bags, "audio": _audio, "sports": _sports,
}  # fmt: skip


@cache
def photograph(category: str, colour: int, angle: int) -> bytes:
    """One as WebP. Raises `KeyError` for a category that has none."""
    sketch = Sketch(PALETTES[colour % len(PALETTES)])
    DRAWN[category](sketch, angle % ANGLES)
    out = BytesIO()
    sketch.image.reduce(2).save(out, "WEBP", quality=QUALITY, method=2)
    return out.getvalue()


class Album:
    """Photographs kept in the store, each once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int, int], Stored] = {}

    def of(self, category: str, number: int) -> tuple[Stored, ...]:
        """What a thing's listing shows: both sides, or one of two. Nothing for a category nobody has drawn."""
        if category not in DRAWN:
            return ()
        angles = range(ANGLES) if category in SIDES else [number // len(PALETTES) % ANGLES]
        return tuple(self._stored(category, number % len(PALETTES), angle) for angle in angles)

    def _stored(self, category: str, colour: int, angle: int) -> Stored:
        key = (category, colour, angle)
        if key not in self._kept:
            content = photograph(*key)
            kept = take(f"{category}-{angle + 1}.webp", "image/webp", lambda size: [content])
            self._kept[key] = replace(kept, drawn=kept.digest)
        return self._kept[key]
