"""A limit on everything a file may be. Whatever lies beyond is said, never cut silently."""

from typing import Final

FILE_BYTES_MAX: Final = 2**30
ROWS_MAX: Final = 5_000_000
COLUMNS_MAX: Final = 150
FIELD_CHARS_MAX: Final = 100_000
RECORD_BYTES_MAX: Final = 2**20  # a longer row is refused without being kept in memory
RECORD_LINES_MAX: Final = 200  # a quote open for longer was never meant to be one
PART_BYTES: Final = 2**20
SAMPLE_ROWS: Final = 500  # what mapping and date styles are guessed from
PREVIEW_ROWS: Final = 6

# A spreadsheet is a ZIP: what it unpacks to is bounded before anything is unpacked.
ZIP_PARTS_MAX: Final = 3_000
ZIP_BYTES_MAX: Final = 2**31
ZIP_RATIO_MAX: Final = 150
ZIP_RATIO_FROM_BYTES: Final = 4 * 2**20  # small parts compress well and harm nobody
ZIP_PART_BYTES_MAX: Final = {
    "sharedStrings.xml": 256 * 2**20,
    "styles.xml": 16 * 2**20,
    "workbook.xml": 4 * 2**20,
}
