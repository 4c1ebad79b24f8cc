"""Files in a chat, from both sides: seen by whoever sees the chat, refused in words, kept with the case it becomes."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanxi.cases.models import Case
from guanxi.channels.actions import conversing
from guanxi.channels.models import Contact, Message
from guanxi.channels.tests.test_chat import accepted, begin, on_duty, proof_at
from guanxi.core.models import File
from tests.cast import Organisation, Shopper, Staffer, Visitor, nothing_happens

pytestmark = pytest.mark.django_db
GIF = b"GIF89a\x01\x00\x01\x00;"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SCAN_COMMAND = settings.CLAMD = ""


def gif(name: str = "box.gif") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, GIF, "image/gif")


def sent(visitor: Visitor, room: str, key: str = "f", **fields: Any) -> Any:
    proof = proof_at(visitor.client, room)
    return visitor.client.post(f"{room}say/", {"text": "", "key": key, "proof": proof, **fields})


def test_both_sides_send_files(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    room = begin(visitor.client)
    contact = accepted(agent, now)
    for _time in range(2):  # the network was cut: sent again under its key
        assert sent(visitor, room, files=[gif(), gif("lid.gif")]).status_code == 303
    slip = SimpleUploadedFile("slip.txt", b"Return slip", "text/plain")
    said = {"text": "Please print this.", "key": "a", "files": [slip]}
    assert agent.client.post(f"/chats/{contact.public_id}/say/", said).status_code == 303
    rows = list(File.objects.order_by("created", "id"))
    assert [(one.name, one.subject_kind, one.subject_id) for one in rows] == [
        ("box.gif", "contact", contact.id),
        ("lid.gif", "contact", contact.id),
        ("slip.txt", "contact", contact.id),
    ]
    lines = list(Message.objects.order_by("created", "id").values_list("id", "direction", "body"))
    assert [line[1:] for line in lines] == [
        ("in", "Where is my parcel?"),
        ("in", ""),
        ("out", "Please print this."),
    ]
    assert [one.part_id for one in rows] == [lines[1][0], lines[1][0], lines[2][0]]
    page = visitor.client.get(room).content.decode()
    theirs = agent.client.get(f"/chats/{contact.public_id}/").content.decode()
    for one in rows:
        assert f'href="{room}files/{one.public_id}/"' in page
        assert f'href="/files/{one.public_id}/"' in theirs
    picture: Any = visitor.client.get(f"{room}files/{rows[0].public_id}/")
    assert b"".join(picture.streaming_content) == GIF
    assert picture["Content-Disposition"] == 'inline; filename="box.gif"'
    paper: Any = agent.client.get(f"/files/{rows[2].public_id}/")
    assert b"".join(paper.streaming_content) == b"Return slip"
    assert paper["Content-Disposition"] == 'attachment; filename="slip.txt"'


def test_who_may_see_them(
    visitor: Visitor, agent: Staffer, stranger: Staffer, buyer: Shopper, organisation: Organisation, now: datetime
) -> None:  # fmt: skip
    on_duty(now, agent)
    room = begin(visitor.client)
    accepted(agent, now)
    sent(visitor, room, files=[gif()])
    code = File.objects.get().public_id
    other = begin(buyer.client)
    with nothing_happens():
        assert stranger.client.get(f"/files/{code}/").status_code == 404
        assert buyer.client.get(f"/files/{code}/").status_code == 404
        assert visitor.client.get(f"/files/{code}/").status_code == 302  # to sign in
        assert visitor.client.get(f"{other}files/{code}/").status_code == 404  # another chat's link
        assert visitor.client.get(f"/chat/forged:token/files/{code}/").status_code == 404
        assert visitor.client.get(f"{room}files/{code}/preview/").status_code == 404  # none was made yet


def test_refused_in_words_and_the_words_stay(
    visitor: Visitor, agent: Staffer, other_agent: Staffer, organisation: Organisation, now: datetime, settings: Any
) -> None:  # fmt: skip
    on_duty(now, agent)
    room = begin(visitor.client)
    contact = accepted(agent, now)
    settings.FILE_BYTES_MAX = 100
    Contact.objects.update(seen=now + timedelta(days=1))  # looking at the page is a sign of life every 20 s
    long = SimpleUploadedFile("long.txt", b"x" * 101, "text/plain")
    wrong = SimpleUploadedFile("tool.exe", b"MZ", "application/octet-stream")
    feigned = SimpleUploadedFile("photo.png", b"<script>", "image/png")
    with nothing_happens():
        for file, words in ((wrong, "tool.exe"), (long, "too large"), (feigned, "photo.png")):
            file.seek(0)
            answer = sent(visitor, room, text="Look at <this>", files=[file])
            assert answer.status_code == 422
            shown = answer.content.decode()
            assert words in shown
            assert "Look at &lt;this&gt;" in shown  # nothing typed is lost
            file.seek(0)
            ours = agent.client.post(
                f"/chats/{contact.public_id}/say/", {"text": "Yours", "key": "a", "files": [file]}
            )
            assert ours.status_code == 422
            assert words in ours.content.decode()
            assert "Yours</textarea>" in ours.content.decode()
        answer = sent(visitor, room, files=[gif(f"{one}.gif") for one in range(6)])
        assert "At most 5 files at once." in answer.content.decode()
        assert sent(visitor, room).status_code == 422  # neither words nor files
        refused = other_agent.client.post(f"/chats/{contact.public_id}/say/", {"text": "x", "files": [gif()]})
        assert refused.status_code == 403
        with patch.object(conversing, "FILES_MAX", 1):
            full = sent(visitor, room, files=[gif(), gif("lid.gif")])
        assert full.status_code == 422
        assert "At most 1 files fit in one conversation." in full.content.decode()
    assert File.objects.count() == 0


def test_kept_with_the_case_it_becomes(
    visitor: Visitor, agent: Staffer, organisation: Organisation, now: datetime
) -> None:
    on_duty(now, agent)
    room = begin(visitor.client, reach="ann@example.org", name="Ann")
    contact = accepted(agent, now)
    sent(visitor, room, files=[gif()])
    sent(visitor, room, "g", files=[SimpleUploadedFile("bad.txt", b"bad", "text/plain")])
    File.objects.filter(name="bad.txt").update(scan="infected")
    address = f"/chats/{contact.public_id}/case/"
    assert agent.client.post(address, {"text": "Her parcel came broken", "key": "x"}).status_code == 303
    case = Case.objects.get()
    [kept] = File.objects.filter(subject_kind="case")
    assert (kept.name, kept.subject_id, kept.record_id) == ("box.gif", case.id, case.record_id)
    assert kept.digest == File.objects.get(subject_kind="contact", name="box.gif").digest
    assert f'href="/files/{kept.public_id}/"' in agent.client.get(f"/cases/{case.number}/").content.decode()


def test_they_belong_to_whom_the_chat_turns_out_to_be(
    visitor: Visitor, agent: Staffer, buyer: Shopper, now: datetime
) -> None:
    on_duty(now, agent)
    room = begin(visitor.client)
    contact = accepted(agent, now)
    sent(visitor, room, files=[gif()])
    assert File.objects.get().record_id is None
    known = {"customer": buyer.public_id, "key": "i"}
    assert agent.client.post(f"/chats/{contact.public_id}/identify/", known).status_code == 303
    assert File.objects.get().record_id == buyer.record_id
    assert buyer.client.get(f"/files/{File.objects.get().public_id}/").status_code == 200
