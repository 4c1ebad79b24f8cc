"""Renders sample pages without a server and photographs them: a designer's mirror, not a test.

    .venv/bin/python scripts/gallery.py [--only case,follow] [--out /tmp/gallery] [--quick]

Pages come from the real templates with invented people (gallery_data.py). zh texts come from gallery_zh.py.
"""

import argparse
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from gallery_data import NOW, pages
from gallery_zh import ZH
from markupsafe import Markup
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "guanxi"
WIDTHS = {"staff": [(1440, 900), (1280, 800), (360, 800)], "public": [(360, 800), (1280, 800)]}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Request:
    path = "/sample"

    def get_full_path(self) -> str:
        return self.path


def when(value: datetime, lang: str) -> Markup:
    minutes = int((NOW - value).total_seconds() // 60)
    steps = [(60, 1, "分钟", "min"), (1440, 60, "小时", "h"), (10**9, 1440, "天", "d")]
    size, zh, en = next((minutes // unit, zh, en) for limit, unit, zh, en in steps if minutes < limit)
    words = f"{size} {zh}前" if lang == "zh-hans" else f"{size} {en} ago"
    iso, exact = value.isoformat(), date(value, lang)
    return Markup('<time data-when datetime="{}" title="{}">{}</time>').format(iso, exact, words)


def date(value: datetime, lang: str) -> str:
    return (
        f"{value:%m-%d} 周{'一二三四五六日'[value.weekday()]} {value:%H:%M}"
        if lang == "zh-hans"
        else f"{value:%a %-d %b, %H:%M}"
    )


def environment(lang: str) -> jinja2.Environment:
    folders = [str(folder) for folder in sorted(SOURCE.glob("*/templates"))]
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )

    def translate(text: str) -> str:
        if lang == "zh-hans" and text not in ZH:
            print("no Chinese for:", repr(text))
        return ZH.get(text, text) if lang == "zh-hans" else text

    env.globals.update(
        _=translate,
        ngettext=lambda one, many, n: translate(one if n == 1 else many),
        static=lambda path: f"/static/{path}",
        url=lambda name, **_: f"/{name}",
        csrf_input=Markup('<input type="hidden" name="csrfmiddlewaretoken" value="x">'),
        csrf_token="x",
        request=Request(),
        lang=lang,
    )
    env.filters.update(
        money=lambda value: f"¥{value:,.2f}",
        when=lambda value: when(value, lang),
        date=lambda value: date(value, lang),
        num=lambda value: f"{value:,}",
    )
    return env


def render(out: Path, only: set[str]) -> Iterator[tuple[str, str]]:
    """Writes out/<page>.<lang>.html; yields (file stem, kind)."""
    for lang in ("zh-hans", "en"):
        env = environment(lang)
        for name, (template, kind, context) in pages(lang).items():
            if only and name not in only:
                continue
            stem = f"{name}.{lang[:2]}"
            (out / f"{stem}.html").write_text(env.get_template(template).render(context), "utf-8")
            yield stem, kind


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def shoot(browser: Browser, base: str, out: Path, stem: str, kind: str, quick: bool) -> None:
    dark_too = ["light"] if quick or stem.endswith(".en") else ["light", "dark"]
    for width, height in WIDTHS[kind][:1] if quick else WIDTHS[kind]:
        for scheme in dark_too:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
            page.on("console", lambda message: print(stem, message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: print(stem, error))
            page.goto(f"{base}/{stem}.html")
            page.wait_for_timeout(150)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                print(f"{stem} at {width}: scrolls sideways ({wide})")
            page.screenshot(
                path=out / f"{stem}.{width}.{scheme}.png", full_page=width < 1280 or kind == "public"
            )
            page.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--out", default="/tmp/gallery", type=Path)
    parser.add_argument("--quick", action="store_true", help="first width, light only")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    shutil.copytree(SOURCE / "site" / "static", chosen.out / "static", dirs_exist_ok=True)
    stems = list(render(chosen.out, set(filter(None, chosen.only.split(",")))))
    with served(chosen.out) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for stem, kind in stems:
            shoot(browser, base, chosen.out, stem, kind, chosen.quick)
        browser.close()


if __name__ == "__main__":
    main()
