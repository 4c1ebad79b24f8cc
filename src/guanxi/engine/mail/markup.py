"""The words of an HTML mail. Nothing of its markup survives: no script, no style, no picture is ever fetched or shown."""

import re
from html.parser import HTMLParser

HTML_CHARS_MAX = 400_000
TEXT_CHARS_MAX = 200_000
_SKIPPED = frozenset(
    ["script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math", "select"]
)
_BLOCKS = frozenset(
    (
        "p", "div", "br", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section",
        "article", "header", "footer", "blockquote", "pre", "dt", "dd", "form",
    )
)  # fmt: skip
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"]
)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_STARTS = re.compile(r"<(?=[!/?a-zA-Z])")
TAGS_MAX = 20_000


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.length = 0
        self.skipping: list[str] = []
        self.depth = 0  # of quotations
        self.fresh = True
        self.link = ""
        self.link_from = 0

    def say(self, text: str) -> None:
        if self.length > TEXT_CHARS_MAX or not text:
            return
        if self.fresh and self.depth:
            text = "> " * min(self.depth, 8) + text
        self.fresh = False
        self.out.append(text)
        self.length += len(text)

    def line(self) -> None:
        if self.length <= TEXT_CHARS_MAX:
            self.out.append("\n")
            self.length += 1
            self.fresh = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipping.append(tag)
        if self.skipping:
            return
        if tag in _BLOCKS and (not self.fresh or tag == "br"):
            self.line()
        if tag == "blockquote":
            self.depth += 1
        self._mark(tag, attrs)

    def _mark(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self.say("- ")
        elif tag in ("td", "th") and not self.fresh:
            self.say(" ")
        elif tag == "a":
            self.link, self.link_from = str(dict(attrs).get("href") or ""), len(self.out)
        elif tag == "img":
            self.say(_SPACES.sub(" ", str(dict(attrs).get("alt") or ""))[:200])

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            if tag in self.skipping:
                del self.skipping[self.skipping.index(tag) :]
            return
        if tag == "a" and self.link:
            shown = "".join(self.out[self.link_from :]).strip()
            target, self.link = self.link.strip(), ""
            if target.lower().startswith(("http://", "https://")) and _bare(target) != _bare(shown):
                self.say(f" <{target[:500]}>")
        if tag in _BLOCKS and tag not in _VOID and not self.fresh:
            self.line()
        if tag == "blockquote":
            self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        text = _SPACES.sub(" ", data.replace("\n", " "))
        if self.fresh:
            text = text.lstrip(" ")
        self.say(text)


def _bare(address: str) -> str:
    return re.sub(r"^https?://|/$", "", address.strip().lower())


def text_of(markup: str) -> str:
    """What a reader of this HTML would read, as lines; quotations begin with `> `. At most `TEXT_CHARS_MAX` characters."""
    markup = markup[:HTML_CHARS_MAX].replace("\0", "")
    # What looks like thousands of tags is built to make parsers slow; its words are read, its tags are not.
    if _is_built_to_hurt(markup):
        return _tidy(re.sub(r"<[^<>]{0,2000}>", " ", markup)[:TEXT_CHARS_MAX])
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return _tidy("".join(reader.out)[:TEXT_CHARS_MAX])


def _is_built_to_hurt(markup: str) -> bool:
    begun = len(_STARTS.findall(markup))
    return markup.count("<") > TAGS_MAX or begun - markup.count(">") > 500


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
