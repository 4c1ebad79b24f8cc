"""What a complaint is read as when it comes in: by the delivered reader, by a trained one; the same said twice."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from guanxi.cases import actions
from guanxi.cases.models import Suggestion, TextModel
from guanxi.cases.queries import suggesting
from guanxi.cases.rules import written
from guanxi.cases.tests.readers import keep_small
from guanxi.core.access import PUBLIC
from guanxi.engine.intake.training import train
from guanxi.people.actions import Contact
from tests.cast import SYSTEM, Staffer, statements
from tests.disputes import POLICY, open_dispute, publish

TWO = "说好两天发货，一个星期还没发，客服还骂我。"
pytestmark = pytest.mark.django_db


def names(code: str) -> dict[str, str]:
    return {"zh-hans": code, "en": code}


def policy_of(*kinds: str) -> dict[str, object]:
    return {**POLICY, "issues": {code: {"name": names(code), "kind": "dispute"} for code in kinds}}


def opened(now: datetime, text: str, phone: str = "13722223333") -> list[tuple[str, str, str]]:
    case = actions.open_case(
        actor=PUBLIC, now=now, contact=Contact("欧阳晓雯", phone), text=text, channel="web"
    ).case
    rows = Suggestion.objects.filter(case=case).order_by("-score")
    return [(one.kind, one.sentence, one.fate) for one in rows]


def test_two_issues_in_one_text_each_with_its_clause(organisation: object, now: datetime) -> None:
    publish(now, policy_of("late_dispatch", "service_attitude", "invoice"))
    assert opened(now, TWO)[:2] == [
        ("service_attitude", "客服还骂我。", "taken"),
        ("late_dispatch", "说好两天发货，", "taken"),
    ]


def test_only_kinds_of_the_procedure_are_suggested(organisation: object, now: datetime) -> None:
    publish(now, policy_of("invoice", "privacy"))
    assert {kind for kind, _, fate in opened(now, TWO)} <= {"invoice", "privacy"}
    assert all(fate == Suggestion.Fate.OPEN for _, _, fate in opened(now, TWO, "13722224444"))


@pytest.mark.parametrize(
    "text", ["请问怎么修改收货地址？", "Could you tell me your opening hours?", "谢谢", "🌸"]
)
def test_a_question_opens_no_issue(text: str) -> None:
    assert not any(one.chosen for one in suggesting.suggest(text))


def test_english_and_traditional_characters() -> None:
    assert suggesting.suggest("I was billed and had to pay twice for one order")[0].label == "overcharged"
    assert suggesting.suggest("一直沒有收到貨")[0].label == "not_received"


def test_the_delivered_reader_is_what_training_gives() -> None:
    """Else run scripts/intake_model.py: a word in cases/data/intake has changed."""
    fresh = train(written.written_examples(), version=written.COLD, lexicon=written.written_lexicon()).model
    kept = written.cold_model()
    assert (kept.labels, kept.words, kept.examples) == (fresh.labels, fresh.words, fresh.examples)
    assert int(np.abs(kept.weights.astype(int) - fresh.weights.astype(int)).max()) <= 2
    assert tuple(written.cold_figures()["labels"]) == kept.labels
    assert np.allclose(kept.cuts, fresh.cuts, atol=0.02)
    assert (
        kept.labels == tuple(sorted(written.issue_codes())) == tuple(sorted(written.written_lexicon().words))
    )


def test_each_code_has_examples_in_both_languages() -> None:
    for lines in (written.FOLDER / "examples.tsv").read_text("utf-8").split("\n\n"):
        rows = [line.split("\t") for line in lines.splitlines() if not line.startswith("#")]
        assert len({text for _, _, text in rows}) == len(rows)
        for code in written.issue_codes():
            said = [language for language, codes, _ in rows if code in codes.split(",")]
            assert min(said.count("zh"), said.count("en")) >= 10


def test_a_web_process_reads_without_what_trains(tmp_path: Path) -> None:
    code = (
        "import sys, guanxi.site.wsgi, guanxi.site.urls; from guanxi.cases.queries import suggesting;"
        "suggesting.forget(stand_still=True); print(suggesting.suggest('一直没收到货')[0].label);"
        "print(sorted({'sklearn', 'scipy', 'splink', 'duckdb'} & set(sys.modules)))"
    )
    environment = {**os.environ, "GUANXI_HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout == "not_received\n[]\n", done.stderr


def test_a_newly_trained_reader_takes_over(now: datetime) -> None:
    suggesting.forget()
    assert suggesting.reader().version == written.COLD
    number = keep_small(now)
    assert suggesting.reader().version == written.COLD  # within the time it is not looked for
    suggesting.forget()
    assert suggesting.reader().version == str(number)
    with_what = statements(lambda: suggesting.suggest(TWO))
    assert with_what == 0


def test_a_reader_of_another_version_of_the_program_is_left_alone(now: datetime) -> None:
    keep_small(now)
    TextModel.objects.update(weights=b"something else")
    suggesting.forget()
    assert suggesting.reader().version == written.COLD


def test_the_same_said_again_is_likely_one_case(agent: Staffer, now: datetime) -> None:
    publish(now)
    first = open_dispute(now, text="手机屏幕边框全是磕碰，成色不符。")
    other = open_dispute(now, text="发票抬头开错了，请重开。")
    customer = first.case.record.customer_id
    reader = agent.actor
    found = suggesting.likely_duplicate(reader, customer, "手机屏幕边框全是磕碰，和说的成色不符！")
    assert [one.case.number for one in found] == [first.number]
    assert found[0].likeness > 0.6
    assert suggesting.likely_duplicate(reader, customer, "谢谢") == []
    assert statements(lambda: suggesting.likely_duplicate(reader, customer, "发票")) == 2
    assert other.number not in {one.case.number for one in found}


def test_nobody_is_told_of_cases_they_may_not_see(stranger: Staffer, now: datetime) -> None:
    publish(now)
    first = open_dispute(now, text="手机屏幕边框全是磕碰，成色不符。")
    said = "手机屏幕边框全是磕碰，成色不符。"
    assert suggesting.likely_duplicate(stranger.actor, first.case.record.customer_id, said) == []
    assert suggesting.likely_duplicate(SYSTEM, first.case.record.customer_id, said) != []


def test_a_settled_case_is_no_duplicate(agent: Staffer, now: datetime) -> None:
    publish(now)
    first = open_dispute(now, text="手机屏幕边框全是磕碰，成色不符。")
    customer = first.case.record.customer_id
    type(first.case).objects.filter(number=first.number).update(state="closed", turn="nobody")
    assert suggesting.likely_duplicate(agent.actor, customer, "手机屏幕边框全是磕碰，成色不符。") == []
