# ruff: noqa: N999  the command's name
"""`guanxi import`: bring in a file from the command line; what the page does, in this process, with a progress bar."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from guanxi.core import staff
from guanxi.core.access import Actor, system
from guanxi.core.clock import now
from guanxi.core.errors import GuanxiError, Invalid
from guanxi.core.imports import actions, kinds, lines, queries, running, show, trying, undoing
from guanxi.core.models import User
from guanxi.core.models.imports import ImportRun

BAR = 30


class Command(BaseCommand):
    help = "Import a CSV, TSV or XLSX file: try it, ask, bring it in. A killed import goes on with --resume."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="the file; - reads standard input")
        parser.add_argument("--kind", default="customers", help="one of: " + ", ".join(kinds.registered()))
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN",
            help="column by its header or its number from 1; repeat. FIELD= leaves a field out",
        )  # fmt: skip
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="repeat")
        parser.add_argument(
            "--dates", default="", choices=["", "ymd", "dmy", "mdy"], help="how dates are written"
        )
        parser.add_argument("--encoding", default="", help="where it is found out wrongly")
        parser.add_argument("--delimiter", default="", help="the same; tab for a tab")
        parser.add_argument("--sheet", default="", help="of a spreadsheet; the first without it")
        parser.add_argument("--as", dest="user", default="", help="sign-in name of whoever answers for it")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--errors", default="", metavar="FILE", help="write refused rows with reasons here"
        )
        parser.add_argument("--resume", default="", metavar="ID", help="carry on with an import (I-...)")
        parser.add_argument("--undo", default="", metavar="ID", help="take an import back (I-...)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(_actor(options["user"]), options)
        except Invalid as error:
            raise CommandError(
                "\n".join(str(words) for words in error.fields.values()) or str(error)
            ) from error
        except GuanxiError as error:
            raise CommandError(f"{error.title}. {error.detail}".strip()) from error

    def _run(self, actor: Actor, options: dict[str, Any]) -> None:
        if options["undo"]:
            run = actions.start_undo(actor=actor, now=now(), public_id=options["undo"], background=False)
            undoing.take_back(run.id, progress=self._bar("Taking back"))
            self._tell(run)
        elif options["resume"]:
            run = actions.resume(actor=actor, now=now(), public_id=options["resume"], background=False)
            self._carry_on(run, options)
        elif options["file"]:
            self._bring(actor, options)
        else:
            raise CommandError("Which file? See guanxi import --help.")

    def _bring(self, actor: Actor, options: dict[str, Any]) -> None:
        run = self._receive(actor, options)
        self._say_mapping(run)
        if (same := queries.same_file(run)) is not None:
            self.stdout.write(f"This very file was imported before ({same.public_id}): nothing would change.")
        unsaid = actions.problems(run)
        if unsaid:
            actions.drop(actor=actor, now=now(), public_id=run.public_id)
            raise CommandError("\n".join(unsaid.values()) + "\nSee --map and --dates.")
        if options["dry_run"] or not options["yes"]:
            self._check(actor, run)
        if options["dry_run"] or not (options["yes"] or self._asked()):
            self._errors(run, options)
            actions.drop(actor=actor, now=now(), public_id=run.public_id)
            return
        run = actions.start(actor=actor, now=now(), public_id=run.public_id, background=False)
        self.stdout.write(f"{run.public_id}: if this is interrupted, guanxi import --resume {run.public_id}")
        self._carry_on(run, options)

    def _receive(self, actor: Actor, options: dict[str, Any]) -> ImportRun:
        said = {name: options[name] for name in ("encoding", "sheet") if options[name]}
        if options["delimiter"]:
            said["delimiter"] = {"tab": "\t"}.get(options["delimiter"], options["delimiter"])
        run = actions.receive(
            actor=actor,
            now=now(),
            kind=options["kind"],
            name=Path(options["file"]).name,
            chunks=_chunks(options["file"]),
            **said,
        )
        chosen: dict[str, Any] = {"options": dict(_pair(one) for one in options["option"])}
        if options["map"]:
            chosen["mapping"] = _mapping(run, options["map"])
        run = actions.choose(actor=actor, now=now(), public_id=run.public_id, chosen=chosen)
        if options["dates"]:
            open_ones = {place: options["dates"] for place, style in run.settings["dates"].items() if style}
            run = actions.choose(actor=actor, now=now(), public_id=run.public_id, chosen={"dates": open_ones})
        return run

    def _say_mapping(self, run: ImportRun) -> None:
        kind, columns = kinds.get(run.kind), run.layout["columns"]
        shape = run.layout
        how = shape["sheet"] or f"{shape['encoding']}, {shape['delimiter']!r}"
        self.stdout.write(f"{run.name}: {kind.title}, {how}, header in row {shape['header']}")
        for code, place in lines.in_order(run.settings["mapping"]):
            self.stdout.write(f"  {code:14} <- {show.column_name(columns, place)}")

    def _check(self, actor: Actor, run: ImportRun) -> None:
        actions.start_check(actor=actor, now=now(), public_id=run.public_id, background=False)
        trying.check_all(run.id, progress=self._bar("Trying"))
        run.refresh_from_db()
        self.stdout.write("Would be: " + _counts(run.checked))
        self._faults(run)

    def _carry_on(self, run: ImportRun, options: dict[str, Any]) -> None:
        running.carry_on(run.id, progress=self._bar("Importing"))
        self._tell(run)
        self._faults(run)
        self._errors(run, options)

    def _tell(self, run: ImportRun) -> None:
        run.refresh_from_db()
        self.stdout.write(f"{run.public_id} {run.get_state_display()}: {_counts(run.counts)}")

    def _faults(self, run: ImportRun) -> None:
        run.refresh_from_db()
        for one in show.told(run, limit=10):
            self.stdout.write(f"  row {one.row}, {one.column or '-'}: {one.words}")

    def _errors(self, run: ImportRun, options: dict[str, Any]) -> None:
        if options["errors"]:
            with Path(options["errors"]).open("wb") as file:
                file.writelines(show.error_file(run))

    def _asked(self) -> bool:
        if not sys.stdin.isatty():
            raise CommandError("Nobody can be asked here; add --yes.")
        return input("Bring it in? [y/N] ").strip().lower() in ("y", "yes", "是")

    def _bar(self, word: str) -> running.Progress:
        """A bar on standard error, when somebody is looking."""

        def show_bar(done: int, total: int | None) -> None:
            if not self.stderr.isatty() or not total:
                return
            share = min(1.0, done / total)
            filled = "█" * round(share * BAR)
            self.stderr.write(f"\r{word} {filled:░<{BAR}} {share:4.0%} {done:,}", ending="")
            if share == 1:
                self.stderr.write("")

        return show_bar


def _actor(name: str) -> Actor:
    if not name:
        return system("import")
    user = User.objects.filter(Q(username=name) | Q(public_id=name), is_active=True).first()
    if user is None:
        raise CommandError(f"nobody may sign in as {name}")
    return staff.actor_of(user)


def _counts(found: dict[str, Any]) -> str:
    order = [*kinds.OUTCOMES, "warned", "taken_back", "kept"]
    return ", ".join(f"{name} {found[name]:,}" for name in order if found.get(name)) or "nothing"


def _chunks(name: str) -> Iterator[bytes]:
    if name == "-":
        while chunk := sys.stdin.buffer.read(1 << 20):
            yield chunk
        return
    try:
        with Path(name).open("rb") as file:
            while chunk := file.read(1 << 20):
                yield chunk
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from error


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise CommandError(f"{text}: NAME=VALUE is expected")
    return name.strip(), value.strip()


def _mapping(run: ImportRun, said: list[str]) -> dict[str, int]:
    """The proposal with what was said instead; a column may be named by number from 1."""
    fields: dict[str, Any] = dict(run.settings["mapping"])
    for one in said:
        field, column = _pair(one)
        fields = {code: place for code, place in fields.items() if code != field}
        if column:
            place = int(column) - 1 if column.isdecimal() else column
            fields = {code: known for code, known in fields.items() if known != place}
            fields[field] = place
    named = actions.mapping_by_name(run, fields)
    wanted = {_pair(one)[0] for one in said}
    return {
        code: place
        for code, place in named.items()
        if code in wanted or place not in {named[each] for each in wanted if each in named}
    }
