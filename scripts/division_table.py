"""Writes `src/guanxi/engine/divisions.txt`: the codes of GB/T 2260, those no longer in use among them (they stand in ids).

    python3 -m pip install --target /tmp/stdnum python-stdnum && PYTHONPATH=/tmp/stdnum python3 scripts/division_table.py

python-stdnum keeps the table of Wikipedia's 中华人民共和国行政区划代码. Each line of ours: six digits, the name, and the year
in which the code ended. Of a code with several names the last one stands.
"""

import re
from importlib import resources
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/guanxi/engine/divisions.txt"
PROVINCE = re.compile(r'(\d\d) province="(.+)"')
COUNTY = re.compile(r'  (\d{4}) county="(.+)"')
# The source leaves their end out.
ENDED = {"422900": "林区 1983", "422921": "神农架林区 1983", "429001": "随州市 2000"}
PERIOD = re.compile(r"\[(\d*)-(\d*)\](.+)")


def main() -> None:
    text = (resources.files("stdnum.cn") / "loc.dat").read_text("utf-8")
    lines: list[str] = []
    province = ""
    for line in text.splitlines():
        if found := PROVINCE.fullmatch(line):
            province = found[1]
        elif found := COUNTY.fullmatch(line):
            code = province + found[1]
            lines.append(f"{code} {ENDED.get(code) or latest(found[2])}")
    TARGET.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


def latest(names: str) -> str:
    period = PERIOD.fullmatch(names.split(",")[-1])
    if not period:
        return names
    return f"{period[3]} {period[2]}".rstrip()


if __name__ == "__main__":
    main()
