"""One curve as an SVG file, with its points labelled: for documents, where no page draws."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BELOW, ABOVE = 720, 420, 70, 60, 50


def curve(points: Sequence[tuple[float, float, str]], *, title: str, x: str, y: str, label: str) -> str:
    """`points` are (x, share from 0 to 1, what is written at it), in order of x."""
    right = max((at for at, _, _ in points), default=1.0) * 1.08 or 1.0
    low = min((value for _, value, _ in points), default=0.0)
    bottom = max(0.0, int(low * 10) / 10 - 0.1)

    def across(value: float) -> float:
        return LEFT + value / right * (WIDTH - LEFT - 30)

    def up(value: float) -> float:
        return HEIGHT - BELOW - (value - bottom) / (1 - bottom) * (HEIGHT - BELOW - ABOVE)

    line = " ".join(f"{across(at):.1f},{up(value):.1f}" for at, value, _ in points)
    marks = [
        f'<circle cx="{across(at):.1f}" cy="{up(value):.1f}" r="4" fill="#2f6fde"/>'
        f'<text x="{across(at) + 7:.1f}" y="{up(value) + 16:.1f}">{escape(label)} {escape(said)}: {value:.0%}</text>'
        for at, value, said in points
    ]
    steps = [bottom + n / 10 for n in range(round((1 - bottom) * 10) + 1)]
    rules = [
        f'<line x1="{LEFT}" x2="{WIDTH - 30}" y1="{up(step):.1f}" y2="{up(step):.1f}" stroke="#ddd"/>'
        f'<text x="{LEFT - 8}" y="{up(step) + 4:.1f}" text-anchor="end">{step:.0%}</text>'
        for step in steps
    ]
    ticks = [
        f'<text x="{across(right * n / 4):.1f}" y="{HEIGHT - BELOW + 20}" text-anchor="middle">{right * n / 4:.1f}</text>'
        for n in range(5)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{escape(title)}</title>",
            "<style>text { font: 12px sans-serif; fill: #333 }</style>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="24">{escape(title)}</text>',
            *rules,
            *ticks,
            f'<polyline points="{line}" fill="none" stroke="#2f6fde" stroke-width="2"/>',
            *marks,
            f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 14}" text-anchor="middle">{escape(x)}</text>',
            f'<text x="16" y="{ABOVE - 12}">{escape(y)}</text>',
            "</svg>\n",
        ]
    )
