"""Mail read without trust: charsets, encoded words, nested parts, HTML, quotations, machines, clues."""

import base64
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.engine.mail import CHARSETS, clues, decode, fold, plus_address, read, text_of
from guanxi.engine.mail.reading import PARTS_MAX

OURS = {"help@house.example"}
# Every sign of GB18030 that a Chinese computer writes in two bytes, and some of those in four.
TWO_BYTES = [
    bytes((lead, trail)).decode("gb18030")
    for lead in range(0x81, 0xFF)
    for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF))
]
FOUR_BYTES = [chr(code) for code in (*range(0x3400, 0x4DB6), *range(0x20000, 0x20400))]
SIGNS = [
    sign for sign in (*TWO_BYTES, *FOUR_BYTES) if sign.isprintable() and not "\ue000" <= sign <= "\uf8ff"
]


def mail(body: bytes, *heads: str, kind: str = "text/plain") -> bytes:
    lines = ["From: a@b.example", f"Content-Type: {kind}", *heads, "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030", "x-gbk", "cp936", "GB_2312-80", ""])
def test_every_sign_of_gb18030_can_be_read(label: str) -> None:
    """100 %: whatever of the three names it is called by, or none."""
    kind = f"text/plain; charset={label}" if label else "text/plain"
    assert len(SIGNS) > 28_000
    for start in range(0, len(SIGNS), 4_000):
        text = "客户：" + "".join(SIGNS[start : start + 4_000])
        one = read(mail(text.encode("gb18030"), kind=kind))
        assert one.text.fresh == text
        assert one.charset == "gb18030"


@pytest.mark.parametrize("label", ["gb2312", "gbk", ""])
def test_subjects_and_file_names_in_gb18030(label: str) -> None:
    """Encoded, and as bare bytes; also where a program cut through the middle of a sign."""
    text = "朱镕基 瞭望塔 㐀㐁 订单 €"
    data = text.encode("gb18030")
    half = len(data) // 2 | 1
    words = " ".join(
        f"=?{label or 'x-unknown'}?B?{base64.b64encode(part).decode()}?="
        for part in (data[:half], data[half:])
    )
    head = b"Subject: " + (words.encode() if label else data) + b"\r\n"
    named = (
        b'Content-Type: application/pdf; name="'
        + data
        + b'.pdf"\r\nContent-Disposition: attachment; filename="'
        + data
        + b'.pdf"\r\n'
    )
    one = read(b"From: a@b.example\r\n" + head + named + b"\r\n%PDF-1.4")
    assert one.subject == text
    assert [each.name for each in one.enclosures] == [text + ".pdf"]


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("盒子是空的，请退款。".encode(), "gb2312", "盒子是空的，请退款。"),
        ("盒子是空的，请退款。".encode("gb18030"), "utf-8", "盒子是空的，请退款。"),
        ("盒子是空的，请退款。".encode("gb18030"), "iso-8859-1", "盒子是空的，请退款。"),
        ("盒子是空的，请退款。".encode(), "us-ascii", "盒子是空的，请退款。"),
        ("盒子是空的，请退款。".encode(), "no-such-charset", "盒子是空的，请退款。"),
        ("盒子是空的，请退款。".encode()[:-1], "utf-8", "盒子是空的，请退款�"),
        ("Café à la crème, naïve façade".encode("latin-1"), "iso-8859-1", "Café à la crème, naïve façade"),
        ("“quoted” – dash".encode("cp1252"), "us-ascii", "“quoted” – dash"),
        ("盒子是空的".encode("big5"), "big5", "盒子是空的"),
        ("空の箱でした".encode("iso2022_jp"), "iso-2022-jp", "空の箱でした"),
        ("空の箱でした".encode("shift_jis"), "Shift_JIS", "空の箱でした"),
        ("상자가 비었어요".encode("euc_kr"), "ks_c_5601-1987", "상자가 비었어요"),
        ("Коробка пуста".encode("koi8-r"), "koi8-r", "Коробка пуста"),
        (b"~{VP9z~}", "hz-gb-2312", "中国"),
        ("\ufeff盒子".encode(), "utf-8", "盒子"),
    ],
)
def test_a_label_is_believed_until_the_bytes_contradict_it(data: bytes, label: str, text: str) -> None:
    assert decode(data, label)[0] == text


def test_a_person_chooses_where_nothing_told_us() -> None:
    data = mail("盒子是空的".encode("big5"), kind="text/plain; charset=gb2312")
    assert read(data).text.fresh != "盒子是空的"
    assert read(data, charset="big5hkscs").text.fresh == "盒子是空的"
    assert all(decode(b"x", one, forced=True)[0] == "x" for one in CHARSETS)


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        ("=?utf-8?Q?=E7=9B=92=E5=AD=90?= is =?utf-8?q?empty?=", "盒子 is empty"),
        ("=?UTF-8?B?55uS5a2Q?=\r\n =?UTF-8?B?5piv56m655qE?=", "盒子是空的"),
        ("=?utf-8?B?55uS5a2Q", "=?utf-8?B?55uS5a2Q"),
        ("=?utf-8?B?55uS5a2?=", "盒�"),
        ("=?utf-8*zh-CN?Q?=E7=9B=92?=", "盒"),
        ("=?utf-8?Q?two words?=", "two words"),
        ("plain \u202egpj.exe", "plain gpj.exe"),
        ("", ""),
    ],
)
def test_encoded_words_in_whatever_way_they_are_broken(head: str, subject: str) -> None:
    assert read(mail(b"x", f"Subject: {head}")).subject == subject


def parts(*inner: bytes, kind: str = "mixed", mark: str = "b") -> bytes:
    body = b"".join(f"--{mark}\r\n".encode() + one + b"\r\n" for one in inner) + f"--{mark}--\r\n".encode()
    return f"Content-Type: multipart/{kind}; boundary={mark}\r\n\r\n".encode() + body


def leaf(body: bytes, kind: str = "text/plain; charset=utf-8", more: str = "") -> bytes:
    return f"Content-Type: {kind}\r\n{more}\r\n".encode() + body


def test_plain_words_are_preferred_and_html_read_where_there_are_none() -> None:
    both = parts(leaf(b"plain"), leaf(b"<p>marked up</p>", "text/html"), kind="alternative")
    only = parts(leaf(b" \n"), leaf(b"<p>marked <b>up</b></p>", "text/html"), kind="alternative")
    assert read(b"From: a@b.example\r\n" + both).text.fresh == "plain"
    assert read(b"From: a@b.example\r\n" + only).text.fresh == "marked up"


def test_files_are_found_at_any_depth_and_a_forwarded_mail_is_one() -> None:
    inner = parts(leaf(b"words"), leaf(b"%PDF-", "application/pdf; name=a.pdf"), mark="in")
    forwarded = leaf(b"From: c@d.example\r\nSubject: before\r\n\r\nold words", "message/rfc822")
    one = read(b"From: a@b.example\r\n" + parts(inner, forwarded, mark="out"))
    assert one.text.fresh == "words"
    assert [(each.name, each.media_type) for each in one.enclosures] == [
        ("a.pdf", "application/pdf"),
        ("before.eml", "message/rfc822"),
    ]


def test_bombs_are_bounded() -> None:
    """Deep, wide, flat, endless: each is read as far as it goes, in little time, and says what was left out."""
    deep = b""
    for level in range(200):
        deep += f"--b{level}\r\nContent-Type: multipart/mixed; boundary=b{level + 1}\r\n\r\n".encode()
    wide = parts(*[leaf(b"x%d" % number) for number in range(PARTS_MAX + 50)])
    long = leaf(b"a line of words\r\n" * 70_000)
    begun = time.process_time()
    found = [
        read(b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n" + deep + b"hello"),
        read(b"From: a@b.example\r\n" + wide),
        read(b"From: a@b.example\r\n" + long),
        read(b"From: a@b.example\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\nwords"),
        read(b"Content-Type: multipart/mixed; boundary=\r\n boundary=\r\n" * 500 + b"\r\nwords"),
        read(b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<div><a " * 40_000),
    ]
    assert [one.wrong for one in found] == [
        ("too_deep",),
        ("too_many",),
        ("too_large",),
        ("too_large",),
        ("flat",),
        (),
    ]
    assert time.process_time() - begun < 20  # a bound of decency, not a promise: they take seconds at most


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=600))
def test_nothing_in_a_mail_raises(data: bytes) -> None:
    read(data, ours=OURS)
    read(b"From: =?gb2312?B?\xff?= <a@b>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + data)
    text_of(data.decode("latin-1"))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<div>one<br>two<br><br>three</div>", "one\ntwo\n\nthree"),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
        ("<a href='https://evil.example/x'>your bank</a>", "your bank <https://evil.example/x>"),
        ("<a href='https://house.example/'>house.example</a>", "house.example"),
        ("<a href='javascript:alert(1)'>press</a>", "press"),
        ("new<blockquote>old<blockquote>older</blockquote></blockquote>", "new\n> old\n> > older"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("1 &lt; 2 &amp; 3&nbsp;4 &#x76d2;", "1 < 2 & 3 4 盒"),
        ("<img src='http://track.example/p.gif' alt='logo'>hello", "logohello"),
        ("<title>no</title><p>yes", "yes"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    ],
)
def test_the_words_of_html_and_nothing_else(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    ("text", "fresh", "quoted"),
    [
        ("Yes.\n\nOn Tue, 3 Mar 2026 at 10:00, Help <h@h.example> wrote:\n> No?", "Yes.", "No?"),
        ("Yes.\n\nOn Tue, 3 Mar 2026 at 10:00, Help\n<h@h.example> wrote:\n> No?", "Yes.", "No?"),
        ("好的。\n\n在 2026年3月3日，客服 <h@h.example> 写道：\n> 收到", "好的。", "收到"),
        (
            "好的。\n\n------------------ 原始邮件 ------------------\n发件人: 客服\n发送时间: 周二\n\n收到",
            "好的。",
            "收到",
        ),
        ("好的\n---- 回复的原邮件 ----\n| 发件人 | 客服 |\n| 日期 | 周二 |\n收到", "好的", "收到"),
        ("Yes\n\n-----Original Message-----\nFrom: Help\nSent: Tuesday\n\nNo?", "Yes", "No?"),
        ("Yes\n\nFrom: Help <h@h.example>\nSent: Tuesday\nTo: me\n\nNo?", "Yes", "No?"),
        ("Yes\n________________________________\n发件人: 客服\n发送时间: 周二\n\nNo?", "Yes", "No?"),
        ("> No?\n\nYes.", "> No?\n\nYes.", ""),
        ("On Tue, 3 Mar 2026, Help wrote:\n> No?\n\nYes.", "Yes.", "No?"),
        ("On Tue, 3 Mar 2026, Help wrote:\n> One?\nYes.\n> Two?\nNo.", "Yes.", ""),
        ("Yes\n> No?\n> Really?", "Yes", "Really?"),
        ("> only\n> quoted", "> only\n> quoted", ""),
        ("See below\n---------- Forwarded message ----------\nFrom: x\nDate: y\n\nold", "old", ""),
    ],
)
def test_history_is_folded_and_answers_between_the_lines_are_not(text: str, fresh: str, quoted: str) -> None:
    found = fold(text)
    assert fresh in found.fresh
    assert quoted in found.quoted
    assert (found.quoted == "") == (quoted == "")
    assert not quoted or quoted not in found.fresh


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("Yes.\n-- \nWang\n13800000000", "-- \nWang\n13800000000".replace("-- ", "--")),
        ("好的\n\n发自我的iPhone", "发自我的iPhone"),
        ("Yes\n\nSent from my Huawei phone", "Sent from my Huawei phone"),
        ("a -- b\nc", ""),
    ],
)
def test_signatures(text: str, signature: str) -> None:
    found = fold(text)
    assert found.signature == signature
    assert not signature or signature not in found.fresh


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Auto-Submitted: auto-replied", "auto_submitted"),
        ("Auto-Submitted: auto-generated; owner-token=x", "auto_submitted"),
        ("Auto-Submitted: no", ""),
        ("Return-Path: <>", "null_path"),
        ("Return-Path: <a@b.example>", ""),
        ("Precedence: bulk", "bulk"),
        ("Precedence: auto_reply", "bulk"),
        ("Precedence: list", "list"),
        ("List-Id: <news.b.example>", "list"),
        ("List-Unsubscribe: <https://b.example>", "list"),
        ("X-Autoreply: yes", "autoreply"),
        ("X-Auto-Response-Suppress: All", "suppressed"),
        ("Subject: 自动回复: 订单", "subject"),
        ("Subject: Re: 自动回复：我在休假", "subject"),
        ("Subject: =?gb2312?B?19S2r7vYuLQ6INTavNk=?=", "subject"),
        ("Subject: Automatic reply: on leave", "subject"),
        ("Subject: Out of office", "subject"),
        ("Subject: how does the automatic reply work?", ""),
        ("Sender: help+m-1@house.example", "own"),
        ("Subject: plain", ""),
    ],
)
def test_what_machines_write_is_known(head: str, why: str) -> None:
    assert read(mail(b"x", head), ours=OURS).automatic == why


def test_a_report_says_which_mail_came_back() -> None:
    status = (
        b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; gone@c.example\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n"
    )
    back = parts(
        leaf(b"sorry"),
        leaf(status, "message/delivery-status"),
        leaf(b"Message-ID: <M-ABCDE-12345@house.example>\r\nSubject: x\r\n", "text/rfc822-headers"),
        kind="report",
    )
    report = read(b"From: MAILER-DAEMON@mx.example\r\n" + back).report
    assert report is not None
    assert (report.action, report.status, report.recipient, report.failed) == (
        "failed",
        "5.1.1",
        "gone@c.example",
        True,
    )
    assert report.original_id == "M-ABCDE-12345@house.example"


def test_clues_in_the_order_they_are_believed() -> None:
    one = read(
        mail(
            b"about GX-2603-1234-5678 please",
            "To: Help <HELP+M-ABCDE-12345@house.example>, other+x1234@else.example",
            "In-Reply-To: <near@x>",
            "References: <first@x> <second@x>\r\n <near@x>",
            "Subject: re gx-2603-0000-1111",
        )
    )
    found = clues(
        recipients=one.recipients,
        answers=one.answers,
        words=(one.subject, one.text.fresh),
        ours=OURS,
        number=re.compile(r"\bGX-\d{4}-\d{4}-\d{4}\b", re.IGNORECASE),
    )
    assert found.tokens == ("m-abcde-12345",)
    assert found.ids == ("near@x", "second@x", "first@x")
    assert found.numbers == ("GX-2603-0000-1111", "GX-2603-1234-5678")
    assert plus_address("help@house.example", "M-ABCDE-12345") == "help+m-abcde-12345@house.example"
