"""Words for what can be wrong with a file or a row, for outcomes and states; the right to import."""

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Right, declare

RIGHT = "imports.use"


def connect() -> None:
    """Declare the right and the words; called once at start-up."""
    declare(Right(RIGHT, _("Import files")))
    words.register({f"import.fault.{code}": text for code, text in FAULTS.items()})
    words.register({f"import.file.{code}": text for code, text in FILES.items()})
    words.register({f"import.outcome.{code}": text for code, text in OUTCOMES.items()})
    words.register({f"import.reason.{code}": text for code, text in REASONS.items()})
    words.register({f"import.kept.{code}": text for code, text in KEPT.items()})


FAULTS = {
    "missing": _("This must not be empty."),
    "missing_one": _("At least one of these is needed: %(fields)s."),
    "row_short": _("The row ends before this column."),
    "row_long": _("The row has %(cells)s cells, the header %(columns)s: a separator may stand inside a cell."),
    "row_unreadable": _("This row cannot be divided into cells."),
    "quote": _("A quotation mark is opened here and never closed."),
    "too_long": _("This cell is too long to be read."),
    "longer": _("At most %(most)s characters fit here."),
    "encoding": _("This row is not written in %(encoding)s like the rest of the file. Save the file in one encoding."),
    "control_sign": _("There are signs here that no text may hold."),
    "spreadsheet_error": _("A spreadsheet's error message stands here instead of a value."),
    "spoiled": _("A spreadsheet has shortened this number; its last digits are lost. Export the column as text."),
    "rounded": _("This long number ends in zeros: a spreadsheet may have rounded its last digits away."),
    "formula": _("This is a formula; the value it had when the file was saved counts."),
    "formula_without_value": _("This formula has no saved value; its text was read instead."),
    "formula_text": _("This begins like a formula; it is kept as text and never computed."),
    "choice": _("One of these is expected: %(options)s."),
    "yes_no": _("Yes or no is expected."),
    "number": _("This is not a number."),
    "number_size": _("This number is too large."),
    "whole": _("A whole number is expected."),
    "negative": _("This must not be below zero."),
    "date": _("This is not a date we can read."),
    "date_style": _("This date can be read in two ways. Say how the column writes its dates."),
    "not_saved": _("This row could not be saved. The others are not affected."),
}  # fmt: skip
FILES = {
    "empty": _("There are no rows in this file."),
    "binary": _("This is neither a table in text form nor a spreadsheet. Save it as CSV or XLSX."),
    "old_excel": _("This is an old Excel file, or one with a password. Save it as XLSX without a password, or as CSV."),
    "not_a_spreadsheet": _("This is not a spreadsheet we can read. Save it as XLSX or CSV."),
    "spreadsheet_broken": _("This spreadsheet is damaged. Open it, save it again and try once more."),
    "spreadsheet_broken_at": _("This spreadsheet is damaged at row %(row)s. What stands before it was read."),
    "password": _("This file is protected by a password. Save it without one."),
    "zip_bomb": _("This file would unpack to far more than we take. Nothing of it was unpacked."),
    "too_large": _("At most %(most)s MB fit. Divide the file."),
    "too_many_rows": _("At most %(most)s rows fit. Divide the file."),
    "too_many_columns": _("At most %(most)s columns fit. Leave out what is not needed."),
}  # fmt: skip
OUTCOMES = {
    "new": _("New"),
    "recognised": _("Recognised"),
    "doubt": _("Not certain"),
    "update": _("Changed"),
    "unchanged": _("Already there"),
    "refused": _("Refused"),
    "warned": _("With a warning"),
}
REASONS = {
    "left": _("Whoever started this may not sign in any more."),
    "right": _("Whoever started this has lost the right to do it."),
    "file": _("The file could not be read to its end."),
    "forgotten": _("The file is no longer kept."),
}
KEPT = {
    "changed": _("Something has happened to it since."),
    "person_stays": _("It is gone, but the customer it brought stays: something else hangs on them."),
    "not_undone": _("It could not be taken back."),
}
