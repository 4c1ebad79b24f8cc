"""`guanxi pack check FOLDER`: a summary with the longest paths, or every fault with file and line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from guanxi.packs.tests.test_guide import write


def run(folder: Path | str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("pack", "check", str(folder), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_sound_pack_is_summed_up_with_its_longest_paths(tmp_path: Path) -> None:
    out, err = run(write(tmp_path))
    assert err == ""
    assert out.splitlines() == [
        "tools: 3 units, 2 teams among them, 2 roles, 2 products; zh-hans, en",
        "trade.toml: 2 lines, 2 flows, 4 stages, 1 carriers, 1 troubles",
        "cases.toml: 3 issues, 2 remedies, 1 rules, 1 grounds of rejection, 2 causes, 0 penalties; CNY",
        "  Complaint: decided within 8.5 d, with a consultation 11.5 d",
        "  Dispute between members: decided within 9.0 d, with a consultation 12.0 d",
    ]


def test_every_fault_is_printed(tmp_path: Path) -> None:
    folder = write(tmp_path, '"people.view" = "all"', '"people.vue" = "all"')
    text = (folder / "cases.toml").read_text(encoding="utf-8")
    (folder / "cases.toml").write_text(text.replace('"80 %"', '"180 %"'), encoding="utf-8")
    err = StringIO()
    with pytest.raises(CommandError, match="2 to mend in tools"):
        call_command("pack", "check", str(folder), stderr=err)
    assert err.getvalue() == (
        "cases.toml:9: targets.first_contact: '180 %' is no share; write \"75 %\"\n"
        "roles.toml:5: role.librarian.rights.people.vue: no room declares this right; 'people.vue' is unknown;"
        " did you mean 'people.view'?\n"
    )


def test_a_pack_without_a_procedure(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "cases.toml").unlink()
    assert "no cases.toml: every case is a plain request" in run(folder)[0]


def test_our_own_packs_go_by_name() -> None:
    assert run("bank")[0].startswith("bank: 33 units")
    with pytest.raises(CommandError, match="there is no folder nowhere"):
        run("nowhere")
