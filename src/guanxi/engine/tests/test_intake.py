"""Reading what customers write: what a classifier sees, what it suggests and why, what cannot wait."""

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine.cover import cover
from guanxi.engine.intake import Lexicon, Model, ModelRefused, alarms, similarity
from guanxi.engine.intake.examples import Example, ExamplesRefused, read_examples, read_lexicon
from guanxi.engine.intake.features import READ_CHARS_MAX, SENTENCES_MAX, clauses, fold, tokens
from guanxi.engine.intake.training import TooFewExamples, train

NEAR = st.text(
    st.sampled_from("没收到货包裹退款，。！？;\n .aAbBé'’0123456789０１ＡＢ發貨沒收\ud800\u202e🌸𠮷ﷺ"),
    max_size=200,
)
ANY_TEXT = st.one_of(st.text(max_size=80), NEAR, st.text(st.characters(), max_size=300))

EXAMPLES = [
    Example(text, (label,))
    for label, texts in {
        "late": (
            "一直没发货",
            "三天了还不发货",
            "什么时候发货",
            "not shipped yet",
            "still has not shipped",
            "when will it ship",
        ),
        "rude": (
            "客服骂人",
            "客服态度差",
            "被客服骂了",
            "the agent was rude",
            "rude support",
            "support was so rude",
        ),
        "torn": ("书页破了", "封面撕破", "书破了", "torn pages", "the cover is torn", "came torn"),
    }.items()
    for text in texts
] + [Example("不发货，客服还骂人", ("late", "rude")), Example("封面破了，客服骂我", ("torn", "rude"))]


@pytest.fixture(scope="module")
def model() -> Model:
    return train(
        EXAMPLES, version="t1", lexicon=Lexicon({"late": ("没寄",), "rude": ("难听", "insult")})
    ).model


def test_what_is_seen_of_chinese_and_latin_words() -> None:
    assert tokens("没收到") == ["没", "收", "到", "没收", "收到", "没收到"]
    assert tokens("Not shipped!") == ["not", "~not", "shipped", "not shipped", "shipp*"] + [
        "~" + piece for piece in ("shi", "hip", "ipp", "ppe", "ped")
    ] + ["!", "shipped !"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("沒發貨", "没发货"),
        ("ＮＯＴ ｓｈｉｐｐｅｄ", "not shipped"),
        ("扣了３９９元", "扣了20元"),
        ("At 9:05", "at 22,000"),
    ],
)
def test_writing_that_means_the_same_is_the_same(written: str, meant: str) -> None:
    assert tokens(written) == tokens(meant)


@given(ANY_TEXT)
def test_any_text_is_read_and_work_is_bounded(text: str) -> None:
    seen = tokens(text)
    assert len(seen) <= 4 * len(fold(text[:READ_CHARS_MAX]))
    spans = clauses(text)
    assert len(spans) <= SENTENCES_MAX
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(ANY_TEXT)
@settings(max_examples=40)
def test_any_text_gets_an_answer_whose_sentence_stands_in_it(model: Model, text: str) -> None:
    for one in model.suggest(text):
        assert text[one.start : one.end] == one.sentence != ""
        assert 0 <= one.score <= 1
    assert all(alarm.sentence in text for alarm in alarms(text))
    assert all(0 <= value <= 1 for value in similarity(text, [text, "没收到"], model=model))


def test_a_long_text_costs_no_more_than_what_is_read_of_it(model: Model) -> None:
    assert model.suggest("不发货。" * 2_500) == model.suggest(("不发货。" * 2_500)[:READ_CHARS_MAX])
    assert len(clauses("a。" * 5_000)) <= SENTENCES_MAX
    assert clauses("没" * 10_000) == [(0, READ_CHARS_MAX)]


def test_clauses_are_sentences_and_what_commas_part() -> None:
    text = "拍下一周不发货，催了客服还骂我催命。The agent was rude and nobody ever called me back. 烂"
    assert [text[start:end] for start, end in clauses(text)] == [
        "拍下一周不发货，",
        "催了客服还骂我催命。",
        "The agent was rude",
        "and nobody ever called me back.",
        "烂",
    ]


def test_two_issues_in_one_text_each_with_its_clause(model: Model) -> None:
    found = model.suggest("都四天了不发货，客服还骂人")
    assert [(one.label, one.sentence, one.chosen) for one in found[:2]] == [
        ("late", "都四天了不发货，", True),
        ("rude", "客服还骂人", True),
    ]
    assert not found[2].chosen
    assert found[0].score > found[2].score


def test_only_some_labels_may_be_asked_for(model: Model) -> None:
    assert [one.label for one in model.suggest("客服骂人", among={"late", "torn"}, most=1)] == ["late"]
    assert model.suggest("客服骂人", among=()) == []


def test_nothing_known_gives_no_suggestion(model: Model) -> None:
    assert model.suggest("") == model.suggest("🌸🌸") == model.suggest("щщщ") == []


def test_words_of_the_lexicon_count_where_no_example_had_them() -> None:
    without = train(EXAMPLES, version="t0").model
    lexicon = Lexicon({"rude": ("难听", "骂人", "rude"), "torn": ("破了", "torn"), "late": ("发货", "ship")})
    with_words = train(EXAMPLES, version="t1", lexicon=lexicon).model
    assert without.suggest("话很难听啊") == []
    assert with_words.suggest("话很难听啊")[0].label == "rude"
    assert lexicon.labels_in("He was so Rude to me. 書頁破了") == ["rude", "torn"]
    assert lexicon.labels_in("crude oil, worship") == []
    with pytest.raises(ValueError, match="破"):
        Lexicon({"torn": ("破",)}).labels_in("破了")


def test_a_model_is_kept_as_bytes_and_read_back_the_same(model: Model) -> None:
    again = Model.from_bytes(model.to_bytes())
    assert again.suggest("不发货，客服骂人") == model.suggest("不发货，客服骂人")
    assert (again.version, again.labels, again.examples, again.several) == (
        "t1",
        ("late", "rude", "torn"),
        20,
        True,
    )
    assert again.lexicon.heads == model.lexicon.heads
    for broken in (b"", b"PK\x03\x04nothing", model.to_bytes()[:-40]):
        with pytest.raises(ModelRefused):
            Model.from_bytes(broken)


def test_the_same_examples_give_the_same_model(model: Model) -> None:
    again = train(EXAMPLES, version="t1", lexicon=model.lexicon)
    assert again.model.to_bytes() == model.to_bytes()
    assert np.array_equal(again.model.weights, model.weights)


def test_corrections_weigh_more_than_what_was_there() -> None:
    said = "还没到货"
    before = train([*EXAMPLES, Example(said, ("late",))], version="1").model
    told = [replace(Example(said, ("torn",)), weight=3.0), Example(said, ("late",))]
    after = train([*EXAMPLES, *told], version="2").model
    assert before.suggest(said)[0].label == "late"
    assert after.suggest(said)[0].label == "torn"


def test_a_name_only_one_customer_wrote_is_not_remembered() -> None:
    said = [
        Example("王小宝的书一直没发货", ("late",), theirs=True),
        Example("还没发出来呢", ("late",), theirs=True),
    ]
    spoken = [Example(f"{who}说页脚卷了", ("torn",), theirs=True) for who in "甲乙丙"]
    words = train([*EXAMPLES, *said, *spoken], version="1").model.words
    assert not {"王小宝", "小宝", "宝"} & set(words)
    assert {"页脚卷", "没发货"} <= set(words)


def test_text_about_nothing_teaches_what_is_not_meant() -> None:
    thanks = Example("谢谢发货很快", ())
    assert train([*EXAMPLES, thanks], version="1").model.examples == len(EXAMPLES) + 1


def test_examples_are_read_with_and_without_language() -> None:
    lines = "# ours\nzh\tlate,rude\t不发货\n\nrude people\trude\n"
    assert read_examples(lines) == [Example("不发货", ("late", "rude")), Example("rude people", ("rude",))]
    with pytest.raises(ExamplesRefused, match="line 2"):
        read_examples("a\tb\nonly one column")
    assert read_lexicon('[late]\nzh = ["没寄"]\nen = ["not sent"]').labels_in("Not  sent") == ["late"]


def test_quality_is_measured_on_unseen_examples() -> None:
    trained = train(EXAMPLES, version="1")
    assert {label: one.examples for label, one in trained.quality.items()} == {
        "late": 7,
        "rude": 8,
        "torn": 7,
    }
    assert trained.top_3 == 1.0
    assert 0.5 < trained.macro_f1 <= 1.0
    with pytest.raises(TooFewExamples):
        train([Example("x", ("one",))], version="1")


def test_one_label_per_text_where_examples_never_had_two() -> None:
    trained = train([one for one in EXAMPLES if len(one.labels) == 1], version="1")
    chosen = [one.label for one in trained.model.suggest("不发货，客服骂人") if one.chosen]
    assert len(chosen) == 1


def test_what_was_said_before_is_recognised(model: Model) -> None:
    said = "我的包裹两周了还没收到"
    same, other = similarity(said, ["两周了还没收到我的包裹！", "发票抬头开错了"], model=model)
    assert same > 0.6
    assert other < 0.1
    assert similarity("", [said]) == [0.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("再不退款我就杀了你全家", [("threat", "再不退款我就杀了你全家")]),
        ("书没到。等着，我带刀去你们店里。", [("threat", "等着，我带刀去你们店里。")]),
        ("I will come and burn down your shop", [("threat", "I will come and burn down your shop")]),
        ("钱都没了，我真的不想活了", [("self_harm", "我真的不想活了")]),
        (
            "If I lose that money I might kill myself",
            [("self_harm", "If I lose that money I might kill myself")],
        ),
        ("I will kill myself", [("self_harm", "I will kill myself")]),
        ("不给我五百块，我就天天去举报你", [("extortion", "不给我五百块，我就天天去举报你")]),
        ("Pay me 300 or I post it everywhere", [("extortion", "Pay me 300 or I post it everywhere")]),
        ("气死我了，等到累死，急死人", []),
        ("跳楼价大甩卖也是假的", []),
        ("This wait is killing me, I would kill for a reply", []),
        ("卖家的态度真要命，排队排死了", []),
        ("Please pay me back or tell me why", []),
        ("他不给退款，我就投诉了", []),
    ],
)
def test_what_cannot_wait_and_what_is_only_anger(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.sentence) for one in alarms(text)] == expected


def test_ways_to_reach_somebody_are_covered_in_public_words() -> None:
    said = (
        "打我电话 139 5801 6608 或 wang.fang@example.com，身份证 110105194912310021，单号 GX-2603-1234-5678"
    )
    assert cover(said) == (
        "打我电话 *** **** **08 或 w***@example.com，身份证 ****************21，单号 GX-2603-1234-5678"
    )


def test_serving_loads_nothing_that_trains() -> None:
    code = (
        "import sys, guanxi.engine.intake; print(sorted({'sklearn', 'scipy', 'django'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
