"""Prints one SVG sprite of the Tabler outline icons that Guanxi's pages use. Argument: the package's `icons` folder."""

import re
import sys
from pathlib import Path

NAMES = """
adjustments alarm alert-circle alert-triangle armchair arrow-back-up arrow-right arrow-up-right
arrows-left-right arrows-split arrows-split-2 bell book book-2 brand-wechat briefcase building building-bank
building-store bulb calendar camera chart-dots check checkbox checklist chevron-down chevron-left
chevron-right circle circle-check circle-x clipboard-check clock clock-check clock-hour-4 coffee coin coins
copy credit-card database device-desktop device-floppy device-mobile dots download edit external-link eye
file-import file-text filter flag gavel git-merge hand-grab heart help history home hourglass id id-badge-2
inbox info-circle key key-off keyboard language link list-check lock login logout mail mail-off mail-x map-pin
menu-2 message message-2 message-circle message-plus message-reply message-report messages moon note package
paperclip phone phone-call phone-check phone-incoming phone-outgoing phone-x photo pin player-pause
player-play plug plus point printer receipt refresh replace rosette-discount-check scale search seedling send
settings shield-check shield-lock shield-plus shopping-bag sparkles speakerphone star sun sun-high table tag
thumb-up ticket trash trending-up truck upload user user-check user-off user-plus user-question user-search
user-x users users-minus wifi-off world x versions zoom-check
"""

BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BLANK = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def symbol(folder: Path, name: str) -> str:
    """One `<symbol>`; stroke and size come from the page's CSS."""
    source = (folder / "outline" / f"{name}.svg").read_text("utf-8")
    found = BODY.search(source)
    if found is None:
        raise ValueError(f"{name}.svg has no <svg> element")
    body = re.sub(r"\s*\n\s*", "", BLANK.sub("", found[1]))
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body.strip()}</symbol>'


def main() -> None:
    folder = Path(sys.argv[1])
    symbols = "\n".join(symbol(folder, name) for name in sorted(NAMES.split()))
    print(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>')


if __name__ == "__main__":
    main()
