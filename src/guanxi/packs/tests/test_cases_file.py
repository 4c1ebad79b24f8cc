"""`cases.toml`: what is wrong in it is said with file, line and key; whatever is done to it, it never slips through broken."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cases.rules import longest, machine, policy
from guanxi.packs.loader import PackError, check, load
from guanxi.packs.tests.test_guide import FILES, write

CASES = FILES["cases.toml"]

# (what stands there, what is written instead, all that is said). Faults shown in docs/packs.md stand in test_guide.
BROKEN = [
    (
        'currency = "CNY"',
        'currency = "YUAN"',
        "cases.toml:1: currency: 'YUAN' is no ISO 4217 currency.",
    ),
    (
        '"300 CNY"',
        '"300 USD"',
        "cases.toml:76: issue.tool.approval_over: '300 USD' is no amount in CNY; write \"500 CNY\"",
    ),
    (
        '"300 CNY"',
        '"0.001 CNY"',
        "cases.toml:76: issue.tool.approval_over: '0.001': CNY has 2 decimals.",
    ),
    (
        '"300 CNY"',
        "300",
        'cases.toml:76: issue.tool.approval_over: 300 is no amount in CNY; write "500 CNY"',
    ),
    (
        'response = "12 h"',
        "response = 12",
        'cases.toml:4: limits.response: 12 is no length of time; write "30 min", "4 h" or "7 d"',
    ),
    (
        'response = "12 h"',
        'response = "0 h"',
        'cases.toml:4: limits.response: \'0 h\' is no length of time; write "30 min", "4 h" or "7 d"',
    ),
    (
        'response = "12 h"',
        'response = "310 min"',
        "cases.toml:4: limits.response: must be whole quarters of an hour, not 310 min",
    ),
    (
        'first_contact = "80 %"',
        'first_contact = "8 h"',
        "cases.toml:9: targets.first_contact: '8 h' is no share; write \"75 %\"",
    ),
    (
        "decision_median =",
        "decision_mean =",
        "cases.toml:8: targets.decision_mean: 'decision_mean' is unknown; did you mean 'decision_median'?",
    ),
    (
        'respondent_role = "member"',
        'respondent_role = "friend"',
        (
            "cases.toml:34: kind.dispute.respondent_role: 'friend' is unknown; known are buyer, client, member, "
            "reporter, seller"
        ),
    ),
    (
        'shape = "goods"',
        'shape = "good"',
        "cases.toml:47: remedy.replacement.shape: 'good' is unknown; did you mean 'goods'?",
    ),
    (
        'promise = "3 d"',
        'promise = "8 d"',
        "cases.toml:48: remedy.replacement.promise: must be whole days, 7 d at most",
    ),
    (
        'shape = "goods"',
        'shape = "none"',
        (
            "cases.toml:48: remedy.replacement.promise: only goods are promised for a day; money and the rest "
            "have the table's limit"
        ),
    ),
    (
        'parent = "care"',
        'parent = "car"',
        "cases.toml:66: cause.worn_blade.parent: 'car' is unknown; did you mean 'care'?",
    ),
    (
        'kind = "dispute"',
        'kind = "report"',
        "cases.toml:92: issue.returned_late.kind: there is no [[kind]] with the code 'report'",
    ),
    (
        'team = "mediation"',
        'team = "meditation"',
        "cases.toml:73: issue.tool.team: there is no [[team]] with the code 'meditation'",
    ),
    (
        'remedies = ["refund", "replacement"]',
        'remedies = ["refund", "refund"]',
        "cases.toml:74: issue.tool.remedies[1]: 'refund' is there twice",
    ),
    (
        'remedies = ["refund", "replacement"]',
        "remedies = 3",
        "cases.toml:74: issue.tool.remedies: must be a list of texts",
    ),
    (
        'scheme = "deposit"',
        "",
        "cases.toml:81: issue.damaged.scheme: a scheme and the most it pays (automatic_most) belong together",
    ),
    (
        'scheme = "deposit"',
        'scheme = "deposit"\nalways_approve = true',
        "cases.toml:85: issue.damaged.automatic_most: what always needs approval is never paid by itself",
    ),
    (
        'scheme = "deposit"',
        'scheme = "deposit"\nadvance = "yes"',
        "cases.toml:87: issue.damaged.advance: must be true or false",
    ),
    (
        'kind = "dispute"',
        'kind = "dispute"\nremedies = ["replacement"]\nadvance = true',
        "cases.toml:94: issue.returned_late.advance: nothing can be paid ahead: none of the remedies is money",
    ),
    (
        'code = "photo"',
        'code = "Photo!"',
        (
            "cases.toml:78: issue.tool.evidence[0].code: 'Photo!' may hold small letters, digits and single "
            "dashes or underscores only, 40 at most"
        ),
    ),
    (
        'words = { zh-hans = "正常使用的磨损由图书馆承担。", ',
        "words = { ",
        "cases.toml:53: rule.wear.words.zh-hans: must be a text",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "said"), BROKEN, ids=[one[1] or one[0] for one in BROKEN])
def test_a_fault_names_file_line_and_key(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in CASES
    pack = write(tmp_path, right, wrong)
    assert [str(one) for one in check(pack)[1]] == [said]
    with pytest.raises(PackError) as caught:
        load("tools", folder=tmp_path)
    assert (str(caught.value), caught.value.line) == (said, int(said.split(":")[1]))


def test_a_kind_that_is_none_of_the_four(tmp_path: Path) -> None:
    faults = [str(one) for one in check(write(tmp_path, 'code = "complaint"', 'code = "complain"'))[1]]
    assert faults == [
        "cases.toml:26: kind.complain.code: 'complain' is unknown; did you mean 'complaint'?",
        "cases.toml:72: issue.tool.kind: there is no [[kind]] with the code 'complaint'",
    ]


def test_all_faults_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path)
    for name, right, wrong in (
        ("organisation.toml", 'parent = "tools"', 'parent = "tool"'),
        ("roles.toml", '"people.view" = "all"', '"people.view" = "world"'),
        ("cases.toml", "[[rejection]]", "[[rejections]]"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert [str(one) for one in check(folder)[1]] == [
        "organisation.toml:18: team.desk.parent: 'tool' is no unit above this one",
        "roles.toml:5: role.librarian.rights.people.view: 'world' is unknown; known are all, branch, department, own, team",
        "cases.toml:55: rejections: 'rejections' is unknown; did you mean 'rejection'?",
        "cases.toml:1: rejection: needs at least one [[rejection]]",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a = 1\nb = [1,\n", "cases.toml:2: no TOML: "),
        (b"a = 1\na = 2\n", "cases.toml:2: no TOML: Cannot overwrite a value"),
        (b"a = 1\n\nb = 'caf\xe9'\n", "cases.toml:3: is not UTF-8 text"),
    ],
)
def test_what_cannot_be_read_has_its_line_too(tmp_path: Path, data: bytes, said: str) -> None:
    folder = write(tmp_path)
    (folder / "cases.toml").write_bytes(data)
    assert str(check(folder)[1][0]).startswith(said)


LINES = CASES.splitlines()


@given(st.data())
def test_whatever_is_done_to_a_line_it_loads_or_says_where(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(LINES) - 1))
    line = LINES[place]
    other = data.draw(st.sampled_from(LINES))
    changed = data.draw(
        st.sampled_from(["", f"x{line}", line.replace(" = ", "x = ", 1), line.replace('"', "", 1), other, line[:-1]])
        | st.builds(lambda at, sign: line[:at] + sign + line[at:], st.integers(0, len(line)), st.sampled_from('"={[.-9é'))
    )  # fmt: skip
    lines = [*LINES[:place], changed, *LINES[place + 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        pack = write(Path(folder))
        (pack / "cases.toml").write_text("\n".join(lines), encoding="utf-8")
        found, faults = check(pack)
    where = [(one.file, one.line) for one in faults]  # what an article is about may have got another name
    assert all(
        file == "knowledge.toml" or (file == "cases.toml" and line <= len(lines)) for file, line in where
    )
    assert all(line >= 1 for _file, line in where)
    if not faults:
        assert found.procedure is not None
        assert policy.Policy.from_json(found.procedure).kinds


def test_a_shorter_limit_never_makes_a_longer_path() -> None:
    """A pack may only shorten, so what holds of the table holds of every pack."""
    whole = longest.longest(policy.CaseKind(code="dispute", name={})).elapsed
    for key in (machine.RESPONSE, machine.VALIDITY, machine.HEARD, machine.SHORT):
        half = int(machine.LIMITS[key].duration.total_seconds() // 120)
        kind = policy.CaseKind(code="dispute", name={}, limits={key: half})
        assert longest.longest(kind).elapsed < whole <= longest.MOST
