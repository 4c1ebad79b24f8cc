"""Files to import, made in memory."""

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

CUSTOMERS = """姓名,手机,邮箱,会员号
欧阳晓雯,139 5801 6608,xiaowen@example.com,VIP-20881
王小明,138-0571-2233,,
张伟,,zhang.wei@example.com,
坏行,12,,
"""


def upload(body: str | bytes, name: str = "customers.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body.encode() if isinstance(body, str) else body)


def workbook(rows: Sequence[Sequence[Any]], *, title: str = "Sheet1", more: Sequence[str] = ()) -> bytes:
    """An XLSX file with these rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for name in more:
        book.create_sheet(name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
