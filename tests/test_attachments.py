"""Files on cases: sent with a complaint, an addition, an answer, over the API; seen by whoever sees the case."""

import hashlib
import io
import os
import socket
import stat
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from PIL import Image

from guanxi.cases import queries
from guanxi.cases.actions import append, open_case
from guanxi.cases.models import Case
from guanxi.cases.pages.show import conversation
from guanxi.core import files, retention
from guanxi.core.access import system
from guanxi.core.errors import Invalid
from guanxi.core.files import actions, jobs, preview, scan, store
from guanxi.core.models import ApiToken, Event, File
from tests.cast import (
    SYSTEM,
    Machine,
    Shopper,
    Staffer,
    Visitor,
    complain,
    nothing_happens,
    statements,
    work_off,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SCAN_COMMAND = settings.CLAMD = ""
    return tmp_path / "files"


def committed() -> Any:
    """What waits for the commit happens at the end of this block: a test's own transaction never commits."""
    return TestCase.captureOnCommitCallbacks(execute=True)


def picture(size: tuple[int, int] = (900, 600), *, kind: str = "JPEG", **more: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, (20, 90, 120)).save(drawn, kind, **more)
    return drawn.getvalue()


def upload(name: str = "蓝布 1.jpg", content: bytes = b"", told: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture(), told)


def given(*uploads: SimpleUploadedFile) -> files.Given:
    return files.receive(list(uploads or [upload()]))


def case_with(now: datetime, shopper: Shopper, *uploads: SimpleUploadedFile) -> tuple[Case, File]:
    opened = open_case(
        actor=shopper.actor, now=now, contact=None, text="箱子破了", channel="web", files=given(*uploads)
    )
    return opened.case, File.objects.get()


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


# -- sending -----------------------------------------------------------------------------------------------


def test_a_complaint_with_photographs(visitor: Visitor, agent: Staffer, now: datetime) -> None:
    sent = {"text": "The box is broken", "email": "a@shop.example", "key": "k1"}
    both = [upload("one.jpg"), upload("../two.png", picture(kind="PNG"), "image/png")]
    response = visitor.client.post("/complain/", {**sent, "files": both})
    assert response.status_code == 303
    found = list(File.objects.order_by("id"))
    assert [one.name for one in found] == ["one.jpg", "two.png"]
    case = Case.objects.get()
    assert {(one.subject_kind, one.subject_id, one.record_id) for one in found} == {
        ("case", case.id, case.record_id)
    }
    assert Event.objects.get(type="case.opened").data["files"] == 2
    page = agent.client.get(f"/cases/{case.number}/")
    assert "two.png" in page.content.decode()


def test_sent_twice_is_one_case_with_one_file(visitor: Visitor, organisation: Any) -> None:
    sent = {"text": "The box is broken", "email": "a@shop.example", "key": "k1"}
    first = visitor.client.post("/complain/", {**sent, "files": upload()})
    again = visitor.client.post("/complain/", {**sent, "files": upload()})
    assert (first.status_code, again.headers["Location"]) == (303, first.headers["Location"])
    assert (Case.objects.count(), File.objects.count()) == (1, 1)
    other = visitor.client.post("/complain/", {**sent, "files": upload("other.jpg")})
    assert other.status_code == 422
    assert "earlier version" in other.content.decode()
    assert File.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "told", "words"),
    [
        ("x.svg", b"<svg/>", "image/svg+xml", "only pictures"),
        ("x.html", b"<html>", "text/html", "only pictures"),
        ("x.png", b"<svg/>", "image/png", "not what its name says"),
        ("x.jpg", b"MZ", "image/jpeg", "not what its name says"),
        ("x.txt", b"", "text/plain", "is empty"),
        ("x.zip", b"PK\x03\x04", "application/zip", "only pictures"),
    ],
)
def test_what_is_refused_says_why_and_nothing_is_written(
    visitor: Visitor, organisation: Any, home: Path, name: str, content: bytes, told: str, words: str
) -> None:
    with nothing_happens():
        response = visitor.client.post(
            "/complain/",
            {"text": "My words", "email": "a@shop.example", "files": SimpleUploadedFile(name, content, told)},
        )
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "My words" in page
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_too_many_and_too_large(settings: Any) -> None:
    settings.FILE_BYTES_MAX = 500
    with pytest.raises(Invalid) as many:
        given(*[upload(f"{number}.jpg") for number in range(6)])
    assert many.value.fields["files"] == "At most 5 files at once." or many.value.fields
    with pytest.raises(Invalid) as large:
        given(upload("big.jpg", picture((900, 900))))
    assert "big.jpg" in str(large.value.fields["files"])
    assert [path for path in store.root().rglob("*") if path.is_file()] == []


def test_a_request_that_is_too_long_is_refused_before_it_is_read(
    visitor: Visitor, organisation: Any, settings: Any
) -> None:
    settings.FILE_BYTES_MAX = 1_000
    with nothing_happens():
        response = visitor.client.post(
            "/complain/", {"text": "x", "files": SimpleUploadedFile("a.jpg", bytes(3 * 2**20), "image/jpeg")}
        )
    assert response.status_code == 400


def test_the_customer_adds_a_photograph_without_words(
    buyer: Shopper, visitor: Visitor, agent: Staffer, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    link = queries.link_token(case)
    response = visitor.client.post(f"/c/{link}/append/", {"text": "", "key": "k", "files": upload()})
    assert response.status_code == 303
    file = File.objects.get()
    page = visitor.client.get(f"/c/{link}/").content.decode()
    assert f"/c/{link}/files/{file.public_id}/" in page
    with nothing_happens():
        empty = visitor.client.post(f"/c/{link}/append/", {"text": "", "key": "k2"})
    assert empty.status_code == 422


def test_staff_answer_with_a_file_and_the_timeline_counts_it(
    buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    case = complain(now, actor=buyer.actor).case
    pdf = SimpleUploadedFile("回执.pdf", b"%PDF-1.7 receipt", "application/pdf")
    response = agent.client.post(
        f"/cases/{case.number}/answer/", {"text": "请看附件", "key": "k", "files": pdf}
    )
    assert response.status_code == 303
    assert "1 file" in agent.client.get(f"/customers/{buyer.public_id}/").content.decode()
    assert "回执.pdf" in buyer.client.get(f"/my/cases/{case.number}/").content.decode()


def test_statements_of_a_conversation_however_many_files(
    buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    case, _file = case_with(now, buyer)
    actor = agent.actor
    conversation(actor, case)
    few = statements(lambda: conversation(actor, case))
    for number in range(6):
        append(actor=buyer.actor, now=now, number=case.number, text="", files=given(upload(f"{number}.jpg")))
    assert statements(lambda: conversation(actor, case)) == few
    assert [len(one["files"]) for one in conversation(actor, case)] == [1] * 7


# -- who may see ---------------------------------------------------------------------------------------------


def test_whoever_sees_the_case_sees_its_files(
    buyer: Shopper, seller: Shopper, agent: Staffer, stranger: Staffer, visitor: Visitor, now: datetime
) -> None:
    case, file = case_with(now, buyer)
    url, link = f"/files/{file.public_id}/", queries.link_token(case)
    other_link = queries.link_token(complain(now, actor=seller.actor).case)
    for client in (agent.client, buyer.client):
        assert client.get(url).status_code == 200
    assert visitor.client.get(f"/c/{link}/files/{file.public_id}/").status_code == 200
    for client, where in (
        (stranger.client, url),
        (seller.client, url),
        (visitor.client, f"/c/{other_link}/files/{file.public_id}/"),
    ):
        assert client.get(where).status_code == 404
    assert visitor.client.get(url).status_code == 302  # to the sign-in


def test_headers_let_nothing_run(agent: Staffer, buyer: Shopper, now: datetime) -> None:
    _case, file = case_with(now, buyer, upload("Bild\u202e 1.jpg"))
    shown = agent.client.get(f"/files/{file.public_id}/")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Disposition"] == 'inline; filename="Bild 1.jpg"'
    assert shown.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    body(shown)
    again = agent.client.get(f"/files/{file.public_id}/", headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["a.pdf", "b.txt", "c.csv"])
def test_what_is_no_picture_is_a_download(agent: Staffer, buyer: Shopper, now: datetime, name: str) -> None:
    content = b"%PDF-1.7" if name.endswith("pdf") else b"1,2"
    _case, file = case_with(now, buyer, SimpleUploadedFile(name, content, ""))
    response = agent.client.get(f"/files/{file.public_id}/")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert body(response) == content


# -- the store -----------------------------------------------------------------------------------------------


def test_the_same_content_lies_there_once_under_its_digest(home: Path, organisation: Any) -> None:
    content = picture()
    one, two = given(upload("a.jpg", content)).stored[0], given(upload("b.jpg", content)).stored[0]
    digest = hashlib.sha256(content).hexdigest()
    assert one.digest == two.digest == digest
    assert [path for path in home.rglob("*") if path.is_file()] == [home / digest[:2] / digest]
    assert stat.S_IMODE((home / digest[:2] / digest).stat().st_mode) == 0o600


def test_no_name_ever_becomes_a_path() -> None:
    for digest in ("", "..", "../" * 21 + "x", "A" * 64, "g" * 64):
        with pytest.raises(ValueError, match="digest"):
            store.path_of(digest)


def test_sweeping_drops_orphans_and_keeps_what_is_needed(buyer: Shopper, now: datetime) -> None:
    _case, kept = case_with(now, buyer)
    orphan = given(upload("orphan.jpg", picture((31, 17)))).stored[0]
    young = given(upload("young.jpg", picture((11, 17)))).stored[0]
    for digest in (kept.digest, orphan.digest):
        os.utime(store.path_of(digest), (0, 0))
    tomorrow = (now + timedelta(days=1)).timestamp()
    os.utime(store.path_of(young.digest), (tomorrow, tomorrow))

    def sweep() -> int:
        return retention.sweep(actor=SYSTEM, now=now + timedelta(days=1)).get("file_contents", 0)

    assert retention.due(now + timedelta(days=1))["file_contents"] == 1
    assert sweep() == 1
    assert not store.path_of(orphan.digest).exists()
    assert store.path_of(kept.digest).exists()
    assert store.path_of(young.digest).exists()
    assert sweep() == 0


def test_who_uploads_again_while_it_is_swept_loses_nothing(home: Path) -> None:
    stored = given(upload("a.jpg", picture((13, 17)))).stored[0]
    assert store.drop(stored.digest, younger_than=0) is False  # touched since: it came back
    assert store.path_of(stored.digest).exists()
    assert store.drop("0" * 64) is False


def test_erasing_takes_name_and_content_unless_another_file_needs_it(
    buyer: Shopper, agent: Staffer, hire: Any, now: datetime
) -> None:
    content = picture((40, 40))
    case, _one = case_with(now, buyer, upload("secret.jpg", content))
    append(
        actor=buyer.actor,
        now=now,
        number=case.number,
        text="又一张",
        files=given(upload("copy.jpg", content)),
    )
    first, second = File.objects.order_by("id")
    url = f"/files/{first.public_id}/erase/"
    with nothing_happens():
        assert agent.client.post(url, {"back": "/today/"}).status_code == 403
    role = agent.user.grants.get().role
    role.rights = {**role.rights, "files.erase": "all"}
    role.save()
    with committed():
        assert agent.client.post(url, {"back": "//evil.example"}).headers["Location"] == "/"
    first.refresh_from_db()
    assert (first.name, first.digest, first.erased is None) == ("", "", False)
    assert store.path_of(second.digest).exists()
    assert agent.client.get(f"/files/{first.public_id}/").status_code == 404
    assert Event.objects.get(type="file.erased").data == {"file": first.public_id}
    with committed():
        assert actions.erase_of(actor=SYSTEM, now=now, record_ids=[buyer.record_id]) == 1
    assert not store.path_of(second.digest).exists()
    assert agent.client.post(url).status_code == 404


# -- the worker: previews, scanner ---------------------------------------------------------------------------


def test_the_worker_draws_a_small_picture_without_metadata(
    buyer: Shopper, agent: Staffer, now: datetime
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home, 31.2304 N"
    exif[0x0112] = 6  # lies on its side
    _case, file = case_with(now, buyer, upload("p.jpg", picture((1200, 800), exif=exif)))
    assert agent.client.get(f"/files/{file.public_id}/preview/").status_code == 404
    assert jobs.inspect.call(file.public_id) == "done"
    assert jobs.inspect.call(file.public_id) == "done"  # safe twice
    response = agent.client.get(f"/files/{file.public_id}/preview/")
    drawn = Image.open(io.BytesIO(body(response)))
    assert (drawn.format, drawn.size) == ("WEBP", (277, 416))
    assert not drawn.getexif()
    assert b"taken at home" not in body(agent.client.get(f"/files/{file.public_id}/preview/"))


def test_what_cannot_be_drawn_has_no_preview_and_harms_nobody(
    buyer: Shopper, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn = picture()[:400]
    _case, file = case_with(now, buyer, upload("torn.jpg", torn))
    assert jobs.inspect.call(file.public_id) == "done"
    file.refresh_from_db()
    assert file.preview == File.Preview.REFUSED
    assert jobs.inspect.call("F-00000-00000") == "gone"


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    source, target = tmp_path / "wide.png", tmp_path / "out"
    source.write_bytes(picture((9_000, 5_000), kind="PNG"))  # 45 megapixels in 130 kB
    target.touch()
    assert preview.make(source, target, "png") is False


def pdf(*, box: str = "0 0 300 400", drawn: bytes = b"1 0 0 rg 0 200 300 200 re f", more: str = "") -> bytes:
    """A PDF of one page, red in its upper half."""
    parts = [
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R>>endobj",
        f"4 0 obj<</Length {len(drawn)}>>stream\n",
    ]
    return (
        "\n".join(parts).encode()
        + drawn
        + f"\nendstream endobj\ntrailer<</Root 1 0 R{more}>>\n%%EOF".encode()
    )


def test_the_first_page_of_a_pdf_is_shown(buyer: Shopper, agent: Staffer, now: datetime) -> None:
    case, file = case_with(now, buyer, upload("发票.pdf", pdf(), "application/pdf"))
    assert jobs.inspect.call(file.public_id) == "done"
    response = agent.client.get(f"/files/{file.public_id}/preview/")
    drawn = Image.open(io.BytesIO(body(response)))
    assert (drawn.format, drawn.size, response["Content-Type"]) == ("WEBP", (312, 416), "image/webp")
    red, white = (drawn.convert("RGB").getpixel((150, height)) for height in (100, 300))
    assert isinstance(red, tuple)
    assert red[0] > 230 > 40 > red[1]
    assert white == (255, 255, 255)
    page = agent.client.get(f"/cases/{case.number}/").content.decode()
    assert "gx-file--page" in page
    assert agent.client.get(f"/files/{file.public_id}/")["Content-Disposition"].startswith("attachment")


LOCKED = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'ab' * 32}>/U<{'cd' * 32}>/P -4>>/ID[<00><00>]"


@pytest.mark.parametrize(
    "hostile",
    [
        pdf()[:60],
        b"%PDF-1.7\n" + os.urandom(4_000),
        pdf(more=LOCKED),
        pdf(box="0 0 2000000000 2000000000"),
        pdf(box="0 0 14000 3"),
    ],
    ids=["torn", "noise", "locked", "huge", "strip"],
)
def test_a_pdf_that_cannot_be_drawn_safely_says_so(
    buyer: Shopper, agent: Staffer, now: datetime, hostile: bytes
) -> None:
    case, file = case_with(now, buyer, upload("x.pdf", hostile, "application/pdf"))
    assert jobs.inspect.call(file.public_id) == "done"
    file.refresh_from_db()
    assert (file.preview, file.preview_digest) == (File.Preview.REFUSED, "")
    page = agent.client.get(f"/cases/{case.number}/").content.decode()
    assert "no preview: it cannot be drawn safely" in page
    assert agent.client.get(f"/files/{file.public_id}/preview/").status_code == 404
    assert agent.client.get(f"/files/{file.public_id}/").status_code == 200  # the file itself is still theirs


@pytest.fixture
def scanner(tmp_path: Path, settings: Any) -> Path:
    """A scanner that finds the word EICAR, hangs on HANG and fails on FAIL."""
    program = tmp_path / "scan"
    program.write_text(
        '#!/bin/sh\nif grep -q EICAR "$1"; then echo "$1: Eicar-Test FOUND"; exit 1; fi\n'
        'if grep -q FAIL "$1"; then exit 2; fi\nexit 0\n'
    )
    program.chmod(0o755)
    settings.SCAN_COMMAND = str(program)
    return program


def test_waiting_clean_infected(scanner: Path, buyer: Shopper, agent: Staffer, now: datetime) -> None:
    case, file = case_with(now, buyer, SimpleUploadedFile("good.txt", b"hello", ""))
    url = f"/files/{file.public_id}/"
    assert agent.client.get(url).status_code == 409
    assert "being checked" in agent.client.get(f"/cases/{case.number}/").content.decode()
    jobs.inspect.call(file.public_id)
    assert agent.client.get(url).status_code == 200
    bad = SimpleUploadedFile("bad.txt", b"EICAR", "")
    append(actor=buyer.actor, now=now, number=case.number, text="看", files=given(bad))
    infected = File.objects.get(name="bad.txt")
    assert jobs.inspect.call(infected.public_id) == "infected"
    assert agent.client.get(f"/files/{infected.public_id}/").status_code == 409
    assert agent.client.get(f"/files/{infected.public_id}/preview/").status_code == 409
    event = Event.objects.get(type="file.infected")
    assert event.data == {"file": infected.public_id, "virus": "Eicar-Test FOUND"}


def test_a_scanner_that_fails_leaves_the_file_waiting_and_the_job_to_be_tried_again(
    scanner: Path, buyer: Shopper, now: datetime
) -> None:
    _case, file = case_with(now, buyer, SimpleUploadedFile("odd.txt", b"FAIL", ""))
    with pytest.raises(scan.ScanFailed):
        jobs.inspect.call(file.public_id)
    file.refresh_from_db()
    assert file.scan == File.Scan.WAITING


def test_without_a_scanner_it_says_not_scanned(buyer: Shopper, agent: Staffer, now: datetime) -> None:
    _case, file = case_with(now, buyer)
    assert (file.scan, str(file.get_scan_display())) == ("none", "not scanned")
    assert agent.client.get(f"/files/{file.public_id}/").status_code == 200


def test_clamd_by_its_socket(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "clamd"
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def serve() -> None:
        for reply in (b"stream: OK\0", b"stream: Eicar FOUND\0"):
            peer, _ = server.accept()
            with peer:
                said = b""
                while not said.endswith(b"\0\0\0\0"):
                    said += peer.recv(65536)
                assert said.startswith(b"zINSTREAM\0")
                peer.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    settings.CLAMD = str(path)
    content = tmp_path / "x"
    content.write_bytes(b"hello")
    assert scan.check(content) == scan.Verdict(True)
    assert scan.check(content) == scan.Verdict(False, "Eicar")
    thread.join()
    server.close()
    with pytest.raises(scan.ScanFailed):
        scan.check(content)


# -- the API -------------------------------------------------------------------------------------------------


def test_upload_then_name_it_where_it_belongs(
    token: Machine, west_token: Machine, buyer: Shopper, now: datetime
) -> None:
    client = Client()
    case = complain(now, actor=buyer.actor).case
    sent = client.post("/api/v1/files", {"file": upload()}, headers=token.headers)
    assert sent.status_code == 201
    known = sent.json()
    assert known["sha256"] == hashlib.sha256(picture()).hexdigest()
    url = f"/api/v1/files/{known['id']}"
    assert client.get(url, headers=west_token.headers).status_code == 404
    answer = {"text": "请看", "files": [known["id"]]}
    with nothing_happens():
        stolen = client.post(
            f"/api/v1/cases/{case.number}/answer", {"text": "x", "files": ["F-00000-00000"]},
            content_type="application/json", headers=token.headers,
        )  # fmt: skip
    assert stolen.status_code == 422
    done = client.post(
        f"/api/v1/cases/{case.number}/answer", answer, content_type="application/json", headers=token.headers
    )
    assert done.status_code == 200
    shown = client.get(f"/api/v1/cases/{case.number}", headers=token.headers).json()
    assert [file["id"] for file in shown["messages"][-1]["files"]] == [known["id"]]
    assert body(client.get(f"{url}/content", headers=token.headers)) == picture()
    again = client.post(
        f"/api/v1/cases/{case.number}/answer", answer, content_type="application/json", headers=token.headers
    )
    assert again.status_code == 422  # it hangs there already


def test_erasing_over_the_api(token: Machine, buyer: Shopper, now: datetime) -> None:
    _case, file = case_with(now, buyer)
    url = f"/api/v1/files/{file.public_id}"
    with nothing_happens():
        assert Client().delete(url, headers=token.headers).status_code == 403
    row = ApiToken.objects.get()
    row.rights = {**row.rights, "files.erase": "all"}
    row.save()
    with committed():
        assert Client().delete(url, headers=token.headers).status_code == 204
    assert Client().get(url, headers=token.headers).status_code == 404
    assert not store.path_of(file.digest).exists()


def test_an_upload_nobody_uses_goes_after_a_day(token: Machine, now: datetime) -> None:
    Client().post("/api/v1/files", {"file": upload()}, headers=token.headers)
    file = File.objects.get()
    os.utime(store.path_of(file.digest), (0, 0))
    assert retention.sweep(actor=SYSTEM, now=now + timedelta(hours=23)) == {}
    gone = retention.sweep(actor=SYSTEM, now=now + timedelta(hours=25))
    assert gone == {"files_loose": 1, "file_contents": 1}
    assert File.objects.count() == 0


def test_every_job_of_the_chain_by_the_worker(buyer: Shopper, agent: Staffer, now: datetime) -> None:
    _case, file = case_with(now, buyer)
    work_off()
    file.refresh_from_db()
    assert file.preview == File.Preview.READY


def test_system_sees_every_file(buyer: Shopper, now: datetime) -> None:
    _case, file = case_with(now, buyer)
    assert files.get(system("tests"), file.public_id).id == file.id
