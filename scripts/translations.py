#!/usr/bin/env python3
"""The catalogue of every sentence the interface says.

    scripts/translations.py update   collect the sentences of Python and templates; keep what is translated
    scripts/translations.py check    fail on what is missing, unsure, unused, or has other placeholders

Python and Jinja2 say `_()`, `gettext`, `ngettext` (and their lazy forms); allauth's pages are Django templates.
The file has no line numbers and no dates, and is sorted, so that a change to it shows sentences only.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "src/guanxi"
FILE = PACKAGE / "locale/zh_Hans/LC_MESSAGES/django.po"
BORROWED = Path(__file__).with_name("borrowed.pot")
KEYWORDS: dict[str, tuple[int, ...] | tuple[tuple[int, str], int] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd%]|\{(\w*)\}")
UNHEARD = re.compile(r"import \w*gettext\w* as (?!_$)|\bf['\"][^'\"]*\{(?:_|n?gettext)\(")
NUMERALS = frozenset({"n", "count", "number", "num"})

Found = tuple[str | tuple[str, ...], str | None, list[str]]


def sources() -> Iterator[tuple[Path, str]]:
    """Files that speak, with the extractor for each."""
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE).parts
        if "tests" in inside or "migrations" in inside or "vendor" in inside:
            continue
        if path.suffix == ".py":
            yield path, "python"
        elif "templates" in inside and path.suffix in {".html", ".txt", ".svg"}:
            yield path, "jinja2.ext:babel_extract"
        elif "templates_django" in inside and path.suffix in {".html", ".txt"}:
            yield path, "django"


def found_in(path: Path, method: str) -> Iterator[Found]:
    data = path.read_bytes()
    if method == "django":
        data, method = _python_of(data.decode(), str(path)).encode(), "python"
    options = {"silent": "false", "trimmed": "false"} if method.startswith("jinja2") else {}
    for _line, message, comments, context in extract(
        method, io.BytesIO(data), KEYWORDS, ("Translators:",), options
    ):
        yield message, context, list(comments)


def _python_of(template: str, origin: str) -> str:
    """A Django template as the Python-like text Django itself extracts from."""
    from django.utils.translation.template import templatize

    return templatize(template, origin=origin)


def collect() -> Catalog:
    """A catalogue of all sentences, without translations."""
    catalog = Catalog(domain="django")
    for path, method in sources():
        for message, context, comments in found_in(path, method):
            if message and (isinstance(message, tuple) or message.strip()):
                catalog.add(message, context=context, auto_comments=comments)
    for borrowed in borrowed_sentences():
        catalog.add(borrowed.id)
    return catalog


def borrowed_sentences() -> list[Message]:
    """Sentences of allauth and Django that we say in our own words."""
    with BORROWED.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def translated() -> Catalog:
    if not FILE.exists():
        return Catalog(locale="zh_Hans", domain="django")
    with FILE.open("rb") as file:
        return read_po(file, locale="zh_Hans", domain="django")


def merged() -> Catalog:
    """Today's sentences with the translations at hand; a sentence that changed starts untranslated."""
    old, new = translated(), Catalog(locale="zh_Hans", domain="django", fuzzy=False)
    for message in collect():
        if message.id:
            known = old.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
            new.add(
                message.id,
                _kept(known, message),
                context=message.context,
                auto_comments=message.auto_comments,
            )
    return new


def _kept(known: Message | None, message: Message) -> str | tuple[str, ...]:
    if known is None or bool(known.pluralizable) != bool(message.pluralizable):
        return ("",) if message.pluralizable else ""
    return tuple(_strings(known)) if known.pluralizable else _strings(known)[0]


def _strings(message: Message) -> list[str]:
    """The translations of a message: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ("",))


def as_text(catalog: Catalog) -> str:
    """The file's text: a header that never changes, sentences sorted by themselves."""
    buffer = io.BytesIO()
    write_po(
        buffer, catalog, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True
    )
    header = (
        'msgid ""\nmsgstr ""\n'
        '"Language: zh_Hans\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    return header + buffer.getvalue().decode().strip() + "\n"


def placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text)}


def faults_of(message: Message) -> Iterator[str]:
    """What is wrong with one translated sentence."""
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = _strings(message)
    shown = originals[0][:70].replace("\n", " ")
    if not all(strings):
        yield f"not translated: {shown}"
        return
    if message.fuzzy:
        yield f"unsure (fuzzy): {shown}"
    wanted = set().union(*map(placeholders, originals))
    for string in strings:
        if (got := placeholders(string)) != wanted and not _only_plural_number(wanted ^ got, message):
            yield f"placeholders differ, {sorted(wanted)} and {sorted(got)}: {shown}"
        if string.endswith("\n") != originals[0].endswith("\n"):
            yield f"the line ends differ: {shown}"


def _only_plural_number(difference: set[str], message: Message) -> bool:
    """A plural form may leave out its number ("one case"), nothing else."""
    names = {match.group(1) or match.group(2) or "" for p in difference if (match := PLACEHOLDER.match(p))}
    return bool(message.pluralizable) and names <= NUMERALS


def faults() -> list[str]:
    """Everything wrong with the committed catalogue; empty is good."""
    known, wanted = translated(), collect()
    keys = {(_key(m), m.context) for m in wanted if m.id}
    there = {(_key(m), m.context) for m in known if m.id}
    hint = "(run scripts/translations.py update)"
    lines = [f"missing {hint}: {key[:70]}" for key, _ in sorted(keys - there, key=str)]
    lines += [f"no longer used {hint}: {key[:70]}" for key, _ in sorted(there - keys, key=str)]
    lines += [f"obsolete: {_key(m)[:70]}" for m in known.obsolete.values()]
    lines += unheard()
    return lines + [line for message in known if message.id for line in faults_of(message)]


def unheard() -> Iterator[str]:
    """Sentences the extractor cannot hear: said under another name, or within an f-string."""
    for path, method in sources():
        for number, line in enumerate(path.read_text().splitlines(), 1) if method == "python" else ():
            if UNHEARD.search(line):
                yield f"not collected, say it by `_` or `gettext`, outside f-strings: {path.name}:{number}"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def update() -> int:
    catalog = merged()
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(as_text(catalog))
    messages = [message for message in catalog if message.id]
    empty = sum(1 for message in messages if not all(_strings(message)))
    print(f"{len(messages)} sentences, {empty} still to translate: {FILE.relative_to(PACKAGE.parents[1])}")
    return 0


def report(lines: Iterable[str]) -> int:
    lines = list(lines)
    print("\n".join(lines) if lines else "every sentence is translated")
    return 1 if lines else 0


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        return update()
    if arguments == ["check"]:
        return report(faults())
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
