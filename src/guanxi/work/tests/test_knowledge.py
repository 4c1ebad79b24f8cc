"""Articles: drafted, published in versions, found in both languages, suggested, voted on; who may not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from guanxi.core import prose
from guanxi.core.access import Actor
from guanxi.core.errors import Conflict, Denied, Invalid, NotFound
from guanxi.core.models import Event
from guanxi.work import actions
from guanxi.work.actions import ArticleText
from guanxi.work.models import Article, Version, Vote
from guanxi.work.queries import knowledge as reads
from tests.cast import SYSTEM, Staffer, nothing_happens

pytestmark = pytest.mark.django_db
LATE = ArticleText(
    title={"zh-hans": "包裹迟到怎么答", "en": "Late parcel"},
    body={
        "zh-hans": "先查物流。\n\n> 很抱歉让您久等。",
        "en": "Look at the carrier.\n\n> Sorry for the wait.",
    },
    codes=["late_parcel"],
    lines=["books"],
)


def allow(one: Staffer, *rights: str) -> Actor:
    role = one.user.grants.get().role
    role.rights = {**role.rights, **dict.fromkeys(rights, "all")}
    role.save()
    return one.actor


def publish(now: datetime, code: str = "late", text: ArticleText = LATE, kind: str = "article") -> Version:
    actions.draft_article(actor=SYSTEM, now=now, code=code, kind=kind, text=text)
    return actions.publish_article(actor=SYSTEM, now=now, code=code)


def changed(body: str) -> ArticleText:
    return ArticleText(LATE.title, {**LATE.body, "en": body}, LATE.codes, LATE.lines)


def test_a_draft_is_the_editors_until_it_is_published(
    agent: Staffer, supervisor: Staffer, now: datetime
) -> None:
    reader, editor = allow(agent, reads.READ), allow(supervisor, reads.READ, reads.EDIT)
    actions.draft_article(actor=editor, now=now, code="late", kind="article", text=LATE)
    assert [one.code for one in reads.list_articles(editor)] == ["late"]
    assert list(reads.list_articles(reader)) == []
    with pytest.raises(NotFound):
        reads.get_article(reader, "late")
    made = actions.publish_article(actor=editor, now=now, code="late", note="first")
    assert (made.number, made.note, made.author) == (1, "first", editor.id)
    assert reads.get_article(reader, "late").review == (now + timedelta(days=180)).date()
    assert list(Event.objects.order_by("id").values_list("type", flat=True))[-2:] == [
        "work.article_added",
        "work.article_published",
    ]


def test_a_version_never_changes(now: datetime) -> None:
    publish(now)
    actions.change_article(actor=SYSTEM, now=now, code="late", text=changed("Ring the carrier."))
    first = Version.objects.get()
    assert first.content["body"]["en"] == LATE.body["en"]
    second = actions.publish_article(actor=SYSTEM, now=now, code="late")
    assert (second.number, second.content["body"]["en"]) == (2, "Ring the carrier.")
    assert Version.objects.get(number=1).content == first.content
    with pytest.raises(Conflict) as nothing:
        actions.publish_article(actor=SYSTEM, now=now, code="late")
    assert nothing.value.code == "nothing_new"


def test_a_stale_write_and_a_stale_publish_are_refused(now: datetime) -> None:
    publish(now)
    seen = Article.objects.get().version
    actions.change_article(actor=SYSTEM, now=now, code="late", text=changed("One"), version=seen)
    for act in (
        lambda: actions.change_article(actor=SYSTEM, now=now, code="late", text=changed("Two"), version=seen),
        lambda: actions.publish_article(actor=SYSTEM, now=now, code="late", version=seen),
    ):
        with nothing_happens(), pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "stale"


@pytest.mark.django_db(transaction=True)
def test_of_two_publishers_at_once_one_wins(now: datetime) -> None:
    publish(now)
    actions.change_article(actor=SYSTEM, now=now, code="late", text=changed("New"))
    seen = Article.objects.get().version

    def one(_: int) -> str:
        try:
            return f"@{actions.publish_article(actor=SYSTEM, now=now, code='late', version=seen).number}"
        except Conflict as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(one, range(2))) == ["@2", "stale"]
    assert list(Version.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (ArticleText({}, {}), {"title_zh"}),
        (ArticleText({"en": "T"}, {}), {"body_en"}),
        (ArticleText({}, {"zh-hans": "字"}), {"title_zh"}),
        (ArticleText({"en": "T" * 121}, {"en": "b"}), {"title_en"}),
        (ArticleText({"en": "T"}, {"en": "b" * 10_001}), {"body_en"}),
        (ArticleText({"en": "T"}, {"en": "b"}, codes=["No such code"]), {"codes"}),
    ],
)
def test_what_cannot_be_an_article(now: datetime, text: ArticleText, wrong: set[str]) -> None:
    with nothing_happens(), pytest.raises(Invalid) as refused:
        actions.draft_article(actor=SYSTEM, now=now, code="x", kind="article", text=text)
    assert set(refused.value.fields) == wrong


@pytest.mark.parametrize("code", ["new", "suggest", "a.b", "Ä", "", "-x", "x" * 41])
def test_a_code_that_cannot_be_an_address(now: datetime, code: str) -> None:
    with nothing_happens(), pytest.raises(Invalid):
        actions.draft_article(actor=SYSTEM, now=now, code=code, kind="article", text=LATE)


def test_ten_thousand_characters_are_kept_and_found(now: datetime) -> None:
    body = ("退款" * 4_990 + "琥珀").ljust(10_000, "。")
    publish(now, text=ArticleText({"zh-hans": "很长"}, {"zh-hans": body}))
    assert Version.objects.get().content["body"]["zh-hans"] == body
    assert [one.code for one in reads.list_articles(SYSTEM, words="退款")] == ["late"]


@pytest.mark.parametrize("words", ["迟到", "包裹迟到", "late", "LATE parcel", "carrier", "物流"])
def test_found_in_both_languages(now: datetime, words: str) -> None:
    publish(now)
    publish(now, "hats", ArticleText({"en": "Hats"}, {"en": "Of felt"}))
    assert [one.code for one in reads.list_articles(SYSTEM, words=words)] == ["late"]
    assert list(reads.list_articles(SYSTEM, words=f"{words} 鲸鱼")) == []


def test_what_is_drafted_anew_is_found_by_what_readers_see(now: datetime) -> None:
    publish(now)
    actions.change_article(actor=SYSTEM, now=now, code="late", text=changed("Walrus"))
    assert list(reads.list_articles(SYSTEM, words="walrus")) == []
    actions.publish_article(actor=SYSTEM, now=now, code="late")
    assert [one.code for one in reads.list_articles(SYSTEM, words="walrus")] == ["late"]


def test_suggested_by_kind_and_by_words_with_the_reason(now: datetime) -> None:
    publish(now)
    publish(now, "hats", ArticleText({"en": "Hats of felt"}, {"en": "Brush them"}, codes=["hat"]))
    [one] = reads.suggest(SYSTEM, "", ["late_parcel"], "en")
    assert (one.code, one.title, one.points) == ("late", "Late parcel", 100)
    assert [fact.code for fact in one.why.facts] == ["work.knowledge.code"]
    [hats] = reads.suggest(SYSTEM, "my hats are made of felt", [], "zh-hans")
    assert (hats.code, hats.language) == ("hats", "en")
    both = reads.suggest(SYSTEM, "hats of felt came late", ["late_parcel"])
    assert [found.code for found in both] == ["late", "hats"]
    assert reads.suggest(SYSTEM, "鲸鱼", []) == []


def test_a_retired_article_is_gone_for_readers_and_comes_back_as_a_new_version(
    agent: Staffer, now: datetime
) -> None:
    reader = allow(agent, reads.READ)
    publish(now)
    actions.retire_article(actor=SYSTEM, now=now, code="late")
    assert reads.suggest(reader, "late parcel", ["late_parcel"]) == []
    with nothing_happens(), pytest.raises(NotFound):
        actions.vote(actor=reader, now=now, code="late", helped=True)
    assert actions.publish_article(actor=SYSTEM, now=now, code="late").number == 2
    assert reads.get_article(reader, "late").number == 2


def test_one_vote_a_person_and_version_and_the_last_counts(agent: Staffer, now: datetime) -> None:
    reader = allow(agent, reads.READ)
    publish(now)
    for helped, counted in ((True, 1), (True, 1), (False, 0), (True, 1)):
        made = actions.vote(actor=reader, now=now, code="late", helped=helped)
        assert (made.helped, made.votes) == (counted, 1)
    assert Vote.objects.count() == 1
    actions.change_article(actor=SYSTEM, now=now, code="late", text=changed("Two"))
    made = actions.publish_article(actor=SYSTEM, now=now, code="late")
    assert (made.helped, made.votes) == (0, 0)
    with nothing_happens(), pytest.raises(Denied):
        actions.vote(actor=SYSTEM, now=now, code="late", helped=True)


def test_reviews_come_due_and_are_put_off(now: datetime) -> None:
    publish(now)
    day = (now + timedelta(days=180)).date()
    assert [list(reads.list_due(SYSTEM, day - timedelta(days=1))), len(reads.list_due(SYSTEM, day))] == [
        [],
        1,
    ]
    actions.confirm_article(actor=SYSTEM, now=now + timedelta(days=180), code="late")
    assert list(reads.list_due(SYSTEM, day)) == []
    with nothing_happens(), pytest.raises(Invalid):
        actions.confirm_article(actor=SYSTEM, now=now, code="late", review=now.date())


def test_readers_write_nothing(agent: Staffer, now: datetime) -> None:
    publish(now)
    reader = allow(agent, reads.READ)
    for act in (
        lambda: actions.draft_article(actor=reader, now=now, code="x", kind="article", text=LATE),
        lambda: actions.change_article(actor=reader, now=now, code="late", text=changed("x")),
        lambda: actions.publish_article(actor=reader, now=now, code="late"),
        lambda: actions.confirm_article(actor=reader, now=now, code="late"),
        lambda: actions.retire_article(actor=reader, now=now, code="late"),
        lambda: actions.set_article(actor=reader, now=now, code="x", kind="article", text=LATE),
    ):
        with nothing_happens(), pytest.raises(Denied):
            act()


def test_a_pack_leaves_what_the_house_has_written(now: datetime) -> None:
    def put(text: ArticleText) -> bool:
        return actions.set_article(actor=SYSTEM, now=now, code="late", kind="article", text=text)

    assert [put(LATE), put(LATE), put(changed("Two"))] == [True, False, True]
    actions.change_article(actor=SYSTEM, now=now, code="late", text=changed("Ours"))
    assert put(changed("Three")) is False
    assert Article.objects.get().draft["body"]["en"] == "Ours"


@given(st.text(max_size=400), st.booleans())
def test_no_text_is_ever_markup(text: str, script: bool) -> None:
    shown = prose.render(f"<script>{text}</script>", script=script)
    allowed = {"p", "b", "ul", "li", "h3", "kbd", "blockquote", "br", "a", "span"}
    for piece in str(shown).split("<")[1:]:
        assert piece.lstrip("/").split(">")[0].split(" ")[0] in allowed
    assert "<script" not in shown


def test_a_script_is_numbered_and_its_answers_lead() -> None:
    shown = prose.render("1. Ask\n> Hello <b>\n- Yes -> 2\n- No\n\n2. End", script=True)
    assert 'id="step-1"' in shown
    assert '<li>Yes <a class="gx-kn-leads" href="#step-2">→ 2</a></li><li>No</li>' in shown
    assert "<blockquote><p>Hello &lt;b&gt;</p></blockquote>" in shown
    assert prose.quoted("a\n> one\n> two\n\nb\n> **three**") == "one\ntwo\n\nthree"
    assert "step-1" not in prose.render("1. Ask")
