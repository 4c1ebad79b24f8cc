"""Search: the cut of terms, what is found in which order, hostile queries, erasure. The same on both databases."""

import random
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guanxi.core import search
from guanxi.core.models import SearchEntry
from guanxi.core.search import (
    Hit,
    Score,
    Words,
    candidates,
    drop,
    drop_record,
    find,
    put,
    put_many,
    scrub,
    tokens,
)

KINDS = ("customer", "case", "order")
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
ANY_TEXT = st.text(max_size=60)


def refs(text: str, *kinds: str) -> list[int]:
    return [hit.ref_id for hit in find(text, kinds=kinds or KINDS)]


def is_answered(query: str, text: str) -> bool:
    """Without a database: the terms of `text` hold all terms of one way to read the query."""
    held = set(tokens(text))
    return any(held.issuperset(way) for way in search._wanted(query))


# The cut


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", []),
        ("--- ！？", []),
        ("张", ["张"]),
        ("张伟", ["张", "张伟"]),
        ("张伟明", ["张", "张伟", "伟明"]),
        ("王　伟", ["王", "王伟"]),
        ("张伟 VIP", ["张", "张伟", "vip"]),
        ("Ｊｏｓé MÜLLER", ["jose", "muller"]),
        ("139", ["139"]),
        ("58016", ["5801", "8016"]),
        ("C-7Q4M2", ["c", "7q4m2"]),
        ("GX202611", ["gx202611", "2026", "0261", "2611"]),
        ("𠮷野", ["𠮷", "𠮷野"]),
        ("阿依·买买提", ["阿", "阿依", "买", "买买", "买提"]),
        ("\ud800\x00\u200b", []),
    ],
)
def test_tokens(text: str, cut: list[str]) -> None:
    assert tokens(text) == cut


def test_a_number_in_groups_is_cut_across_them() -> None:
    assert tokens("139 5801") == ["139", "5801", "1395", "3958", "9580"]


@given(ANY_TEXT)
def test_terms_are_bare(text: str) -> None:
    cut = tokens(text)
    assert len(cut) == len(set(cut))
    assert all(
        term and len(term) <= search.WORD_CHARS_MAX and not set(term) & set(" \0'\"\\&|!()*:^·≡")
        for term in cut
    )


def test_limits() -> None:
    words = " ".join(f"w{number}" for number in range(50_000))
    assert len(tokens(words)) == search.TERMS_MAX or len(words[: search.TEXT_CHARS_MAX].split()) == len(
        tokens(words)
    )
    assert max(map(len, tokens("x" * 5_000))) == search.WORD_CHARS_MAX
    assert len(tokens("7" * 5_000)) == 1
    assert all(
        len(way) <= search.QUERY_TERMS_MAX for way in search._wanted("字" * 5_000 + " a b c d" * 5_000)
    )


@given(ANY_TEXT, st.text(HAN, min_size=2, max_size=8), st.text(HAN, max_size=4), st.text(HAN, max_size=4))
@example("", "张伟", "小", "明")
def test_any_two_han_characters_in_a_row_are_found(around: str, query: str, left: str, right: str) -> None:
    assert is_answered(query, f"{around} {left}{query}{right} {around}")


@given(ANY_TEXT, st.from_regex(r"[A-Za-zÀ-ÖØ-öø-ÿ]{1,12}", fullmatch=True))
def test_any_word_is_found(around: str, query: str) -> None:
    assert is_answered(query.upper(), f"{around} {query} {around}")


@given(st.from_regex(r"[0-9]{4,20}", fullmatch=True), st.data())
def test_any_four_digits_in_a_row_are_found(number: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(number) - 4))
    stop = data.draw(st.integers(start + 4, len(number)))
    assert is_answered(number[start:stop], f"tel +{number}")
    assert is_answered(number[start:stop], f"GX{number}")


@pytest.mark.parametrize("stored", ["+8613958016608", "139 5801 6608", "139-5801-6608", "(139) 5801-6608"])
@pytest.mark.parametrize(
    "query",
    [
        "13958016608",
        "139 5801 6608",
        "139-5801-6608",
        "6608",
        "5801",
        "958016",
        "5801 6608",
        "１３９５８０１６６０８",
    ],
)
def test_a_telephone_number_is_found_however_written(stored: str, query: str) -> None:
    assert is_answered(query, f"张伟 {stored}")


def test_a_fold_holds_for_texts_and_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_folds", [])
    assert not is_answered("张伟", "張偉")
    search.add_fold(lambda text: text.translate({ord("張"): "张", ord("偉"): "伟"}))
    assert is_answered("张伟", "張偉")
    assert is_answered("張偉", "张伟")


# Finding


@pytest.mark.django_db
def test_all_of_the_query_must_be_there() -> None:
    put("customer", 1, "张伟 13958016608")
    put("customer", 2, "张伟 13800138000")
    put("customer", 3, "李娜 13958016608")
    assert refs("张伟 6608") == [1]
    assert refs("张伟") == [2, 1]
    assert refs("伟张") == []
    assert refs("张") == [2, 1]


@pytest.mark.django_db
def test_the_whole_line_comes_first_then_boosted_text_then_the_newest() -> None:
    put("customer", 1, "", boost="张伟\nC-7Q4M2-K9DX3")
    put("customer", 2, "", boost="张伟明")
    put("case", 3, "张伟 wrote")
    put("case", 4, "to 张伟")
    assert find("张伟", kinds=KINDS) == [
        Hit("customer", 1, Score.EXACT),
        Hit("customer", 2, Score.BOOSTED),
        Hit("case", 4, Score.PLAIN),
        Hit("case", 3, Score.PLAIN),
    ]
    assert find("c7q4m2k9dx3", kinds=KINDS) == [Hit("customer", 1, Score.EXACT)]
    assert refs("7q4m2") == [1]


@pytest.mark.django_db
def test_kinds_units_and_limit() -> None:
    put_many(Words(KINDS[number % 3], number, "王芳", unit_id=number % 2 or None) for number in range(12))
    assert refs("王芳", "case") == [10, 7, 4, 1]
    assert candidates("王芳", "case", limit=2) == [10, 7]
    assert (
        find("王芳", kinds=())
        == []
        == find("王芳", kinds=("case",), limit=0)
        == find("王芳", kinds=KINDS, limit=-3)
    )
    within = find("王芳", kinds=("case", "order"), units=frozenset({1}))
    assert [hit.ref_id for hit in within] == [11, 7, 5, 1]
    assert find("王芳", kinds=KINDS, units=frozenset()) == []
    assert len(find("王芳", kinds=KINDS, limit=10**9)) == 12


@pytest.mark.django_db
def test_the_limit_is_capped() -> None:
    put_many(Words("customer", number, "同名") for number in range(search.LIMIT_MAX + 5))
    assert refs("同名", "customer")[0] == search.LIMIT_MAX + 4
    assert len(find("同名", kinds=KINDS, limit=10**9)) == search.LIMIT_MAX


@pytest.mark.django_db
def test_putting_again_replaces_and_keeps_the_place() -> None:
    put("customer", 1, "张伟 oldword", unit_id=4)
    put("customer", 2, "张伟")
    put_many([Words("customer", 1, "nothing"), Words("customer", 1, "张伟 newword", record_id=9, unit_id=5)])
    assert refs("oldword") == [] == refs("nothing")
    assert refs("newword") == [1]
    assert refs("张伟") == [2, 1]
    assert list(SearchEntry.objects.order_by("id").values_list("ref_id", "record_id", "unit_id")) == [
        (1, 9, 5),
        (2, None, None),
    ]


@pytest.mark.django_db
def test_one_id_under_two_kinds_is_two_things() -> None:
    put("customer", 1, "张伟")
    put("case", 1, "张伟")
    drop("customer", [1])
    assert find("张伟", kinds=KINDS) == [Hit("case", 1, Score.PLAIN)]


HOSTILE = (
    "' OR 1=1 --", '"', '""', "\\", "张伟'); DROP TABLE core_searchentry; --", "a* OR b", "NEAR(a b, 2)", "terms: a",
    "^a", "a AND", "NOT", "a - b", "!a", "a & | b", "<->", ":*", "a:*AB", "%", "_", "\0", "张\0伟", "\ud83d", "💥",
    "{a}", "%s %(x)s", "؀", "ﷺ" * 300, "·张伟", "≡张伟", "((((", "'张伟':A", "1 " * 200, "字" * 10_000,
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_is_text(query: str) -> None:
    put("customer", 1, "bystander", boost="bystander")
    put("customer", 2, query, boost=query)
    found = refs(query)
    assert found == ([2] if tokens(query) else [])
    assert SearchEntry.objects.count() == 2


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_TEXT, ANY_TEXT)
def test_any_query_gets_an_answer(query: str, text: str) -> None:
    put("customer", 1, text)
    put("customer", 2, query)
    assert (2 in refs(query)) == bool(tokens(query))
    assert (1 in refs(query)) == is_answered(query, text)


SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰"


def corpus(seed: int, size: int) -> list[Words]:
    draw = random.Random(seed)
    rows = []
    for number in range(size):
        name = draw.choice(SURNAMES) + "".join(draw.choices(GIVEN, k=draw.choice((1, 2))))
        phone = f"+861{draw.randrange(3 * 10**9, 10**10)}"
        rows.append(Words(draw.choice(KINDS), number, f"{phone} {draw.choice(GIVEN)}", boost=name))
    return rows


def expected(query: str, rows: list[Words]) -> list[int]:
    """The ranking by brute force, without a database."""
    scored = []
    for words in rows:
        if is_answered(query, words.boost):
            scored.append((Score.EXACT if query == words.boost else Score.BOOSTED, words.ref_id))
        elif is_answered(query, f"{words.boost}\n{words.text}"):
            scored.append((Score.PLAIN, words.ref_id))
    return [ref_id for _, ref_id in sorted(scored, reverse=True)][:50]


@pytest.mark.django_db
def test_a_seeded_corpus_answers_like_brute_force() -> None:
    rows = corpus(20261122, 1_500)
    put_many(rows)
    draw = random.Random(1)
    names = [draw.choice(rows).boost for _ in range(40)]
    pairs = ["".join(draw.choices(GIVEN, k=2)) for _ in range(30)]
    parts = [draw.choice(rows).text[4:][: draw.randint(4, 10)] for _ in range(30)]
    for query in [
        *names,
        *pairs,
        *parts,
        *SURNAMES,
        *(f"{draw.choice(SURNAMES)} {part[:4]}" for part in parts),
    ]:
        assert refs(query) == expected(query, rows), query


# Erasure


def index_bytes() -> bytes:
    """Everything SQLite's index holds, as it lies in the file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM core_search_data")
        return b"".join(bytes(block) for (block,) in cursor.fetchall())


def scrub_all() -> None:
    for _ in range(1_000):
        if scrub():
            return
    raise AssertionError("never scrubbed clean")


@pytest.mark.django_db
def test_an_erased_record_is_found_no_more() -> None:
    put("customer", 1, "张伟 13958016608", record_id=7)
    put("case", 2, "张伟 broken kettle", record_id=7)
    put("customer", 3, "张伟", record_id=8)
    drop_record([7, 404])
    assert refs("张伟") == [3]
    assert refs("kettle") == [] == refs("6608")
    assert list(SearchEntry.objects.values_list("ref_id", flat=True)) == [3]


@pytest.mark.django_db
def test_after_a_scrub_the_index_holds_none_of_the_words() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL leaves it to vacuum")
    for number in range(40):  # a segment of the index each
        put("customer", number, f"zqx{number}word 龘龘{number}", record_id=number)
    drop_record([5])
    drop("customer", [6])
    scrub_all()
    held = index_bytes()
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, core_search, instance)")
        cursor.execute("SELECT count(*), count(DISTINCT doc) FROM temp.terms WHERE term LIKE 'zqx%%'", [])
        assert cursor.fetchone() == (38, 38)
        cursor.execute("DROP TABLE temp.terms")
        cursor.execute("INSERT INTO core_search(core_search) VALUES ('integrity-check')")
    assert b"5word" in held  # of 15, 25, 35
    drop_record(range(40))
    scrub_all()
    assert b"word" not in index_bytes()
    assert "龘".encode() not in index_bytes()


@pytest.mark.django_db(transaction=True)
def test_after_erasure_the_database_file_holds_none_of_the_words() -> None:
    name = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or not name.is_file():
        pytest.skip("needs SQLite in a file")
    put("customer", 1, "qzxunmistakable", record_id=1)
    put("customer", 2, "other", record_id=2)
    drop_record([1])
    scrub_all()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"unmistakable" not in name.read_bytes()
    assert refs("other") == [2]
