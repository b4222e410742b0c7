"""Export: one's own file, by a link that is of no use to anybody else."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import mailbox
from contextlib import closing
from email.header import decode_header, make_header
from email.message import Message as Parsed
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from addon import exporting
from storage.port import StoreError
from tests.backends import Place
from tests.cards.grammar import links
from tests.counting import Reads, asking
from tests.journeys.test_my_data import demote, make_self, my_data, secret_without_ben
from tests.office import ANNA, BASE_URL, BEN, CARA, JANE, Office, mail

LONG = "".join(f"{n:06}\n" for n in range(40_000))
"""More than is read with a message."""


def link(office: Office, email: str = ANNA) -> str:
    card = office.answer(email, "actions/export-mine")
    [url] = [url for text, url in links(card) if text == "Download"]
    return url.removeprefix(BASE_URL)


def way_back(office: Office, url: str, browser: FlaskClient, *, account: str = ANNA, deny: bool = False) -> str:
    gone = browser.get(url)
    assert gone.status_code == 302, gone.get_data(as_text=True)
    back = office.simulator.control.consent(gone.headers["Location"], email=account, deny=deny)
    return back.removeprefix(BASE_URL)


def download(office: Office, email: str = ANNA, *, account: str = "") -> TestResponse:
    """Press Export and follow the link in a browser, to whatever comes of it."""
    browser = office.browser()
    return browser.get(way_back(office, link(office, email), browser, account=account or email))


def opened(response: TestResponse, folder: Path) -> tuple[list[Parsed], dict[str, Any]]:
    """The mails of the mbox, as the library reads them, and the JSON."""
    assert response.status_code == 200, response.get_data(as_text=True)
    with ZipFile(io.BytesIO(response.data)) as file:
        assert file.testzip() is None
        assert file.namelist() == ["mail.mbox", "data.json"]
        told = json.loads(file.read("data.json"))
        (folder / "export.mbox").write_bytes(file.read("mail.mbox"))
    with closing(mailbox.mbox(folder / "export.mbox")) as box:
        return list(box), told


def text_of(message: Parsed) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def subjects(mails: list[Parsed]) -> list[str]:
    return [str(make_header(decode_header(each["Subject"]))) for each in mails]


# --- what is in it ----------------------------------------------------------------------------------------


def test_everything_stored_from_ones_own_mailbox_is_in_it_as_it_was_written(anna: Office, tmp_path: Path) -> None:
    text = "Grüße aus Köln\n\nFrom here on it is easy.\n>From there too.\n" + LONG
    message = mail(JANE, ANNA, subject="Bewerbung für Köln", text=text)
    message.add_attachment(b"x" * 2000, maintype="application", subtype="pdf", filename="Lebensläufe.pdf")
    at = anna.synced_mail(message)

    mails, told = opened(download(anna), tmp_path)

    assert subjects(mails) == ["Bewerbung für Köln"]
    assert text_of(mails[0]).strip() == text.strip()
    assert mails[0]["From"] == JANE
    assert str(make_header(decode_header(mails[0]["X-Attachment"]))) == "Lebensläufe.pdf, 2000 bytes"
    [conversation] = told["conversations"]
    assert (conversation["subject"], conversation["about"]) == ("Bewerbung für Köln", ["Jane Doe"])
    assert list(conversation["came_in"][0]["reasons"]) == ["label"]
    [row] = conversation["messages"]
    assert row["gmail_id"] == at["id"]
    assert row["attachments"] == [{"name": "Lebensläufe.pdf", "type": "application/pdf", "size": 2000}]
    assert told["left_out"] == {}


def test_the_rule_by_which_it_came_in_is_told_when_it_holds_no_longer(anna: Office, tmp_path: Path) -> None:
    at = anna.synced()
    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)

    _, told = opened(download(anna), tmp_path)

    [thread] = told["conversations"][0]["came_in"]
    assert (thread["state"], thread["reasons"], list(thread["came_in_by"])) == ("stopped", {}, ["label"])


def test_colleagues_mail_in_the_same_conversation_is_not_in_it(anna: Office, tmp_path: Path) -> None:
    anna.member(BEN, connected=True)
    first = mail(JANE, ANNA, BEN, subject="Application")
    second = mail(JANE, BEN, subject="Application", reply_to=first)
    copies = [anna.deliver(first, ANNA, BEN), anna.deliver(second, BEN)]
    for email in (ANNA, BEN):
        anna.label(email, copies[0][email]["threadId"])
    anna.sync(ANNA, BEN)
    [found] = anna.stored(anna.jane(), ANNA)
    assert len(anna.messages(found)) == 2

    mails, told = opened(download(anna), tmp_path)

    assert subjects(mails) == ["Application"]
    assert len(told["conversations"][0]["messages"]) == 1


def test_whom_a_mail_went_to_in_bcc_is_told_to_its_sender_and_to_nobody_else(anna: Office, tmp_path: Path) -> None:
    anna.member(BEN, connected=True)
    sent = mail(ANNA, JANE, BEN, subject="Offer", Bcc=CARA)
    copies = anna.deliver(sent, ANNA, BEN)
    for email in (ANNA, BEN):
        anna.label(email, copies[email]["threadId"])
    anna.sync(ANNA, BEN)

    for email, knows in ((ANNA, True), (BEN, False)):
        mails, told = opened(download(anna, email), tmp_path)
        assert (CARA in str(told)) is knows
        assert ([each["Bcc"] for each in mails] == [CARA]) is knows


def test_what_its_reader_does_not_see_and_what_is_removed_is_left_out_and_counted(
    anna: Office, tmp_path: Path
) -> None:
    secret_without_ben(anna)
    for subject in ("Kept", "Removed"):
        anna.synced(holder=BEN, subject=subject)
    [removed] = [each for each in anna.stored(anna.jane(), BEN) if each.summary.subject == "Removed"]
    question = anna.answer(BEN, "actions/remove", parameters={"conversation": removed.conversation.id})
    anna.press(BEN, question, "Remove from Lever")

    mails, told = opened(download(anna, BEN), tmp_path)

    assert subjects(mails) == ["Kept"]
    assert told["left_out"] == {"not_shown": 1, "removed": 1}
    assert "Hush, all" not in str(told)


def test_a_secret_one_is_in_the_file_of_who_sees_it(anna: Office, tmp_path: Path) -> None:
    secret_without_ben(anna)

    mails, told = opened(download(anna), tmp_path)

    assert subjects(mails) == ["Hush, all"]
    assert told["conversations"][0]["secret"] is True


def test_nobody_gets_a_conversation_about_themselves_nor_its_number(anna: Office, tmp_path: Path) -> None:
    anna.synced()
    make_self(anna, ANNA)

    mails, told = opened(download(anna), tmp_path)

    assert (mails, told["conversations"], told["left_out"]) == ([], [], {})


def test_who_stored_nothing_gets_a_file_all_the_same(anna: Office, tmp_path: Path) -> None:
    assert opened(download(anna), tmp_path)[0] == []


def test_an_interviewer_gets_a_file_and_nothing_of_what_their_role_does_not_show(
    anna: Office, tmp_path: Path
) -> None:
    anna.synced()
    demote(anna, ANNA)

    mails, told = opened(download(anna), tmp_path)

    assert (mails, told["left_out"]) == ([], {"not_shown": 1})


# --- the link ---------------------------------------------------------------------------------------------


def test_the_button_leads_to_a_page_that_says_how_long_and_for_whom_the_link_is_good(anna: Office) -> None:
    answer = anna.press(ANNA, my_data_with_something(anna), "Export")

    assert [text for text, _ in links(answer)] == ["Download"]


def my_data_with_something(office: Office) -> dict[str, Any]:
    office.synced()
    return my_data(office)


def test_another_account_at_googles_page_gets_nothing(anna: Office) -> None:
    anna.member(BEN)
    anna.synced()

    refused = download(anna, ANNA, account=BEN)

    assert refused.status_code == 403
    assert "another Google account" in refused.get_data(as_text=True)


def test_who_says_no_or_left_gets_nothing(anna: Office) -> None:
    anna.synced()
    browser = anna.browser()
    refused = browser.get(way_back(anna, link(anna), browser, deny=True))
    assert "Nothing was handed out." in refused.get_data(as_text=True)

    anna.member(BEN)
    browser = anna.browser()
    back = way_back(anna, link(anna, BEN), browser, account=BEN)
    anna.client.application.test_cli_runner().invoke(args=["members", "offboard", BEN])

    assert browser.get(back).status_code == 403


def test_a_link_is_good_once_in_the_browser_that_opened_it_for_ten_minutes_until_a_newer_one(
    anna: Office,
) -> None:
    url, browser = link(anna), anna.browser()
    back = way_back(anna, url, browser)

    assert anna.browser().get(back).status_code == 400, "another browser"
    assert browser.get(back).mimetype == "application/zip"
    assert browser.get(back).status_code == 400, "used"
    assert browser.get(url).status_code == 400, "used"

    old = link(anna)
    link(anna)
    assert anna.browser().get(old).status_code == 400, "replaced"

    late = link(anna)
    anna.clock.pass_time(minutes=10)
    assert anna.browser().get(late).status_code == 400, "too late"


def test_opening_the_link_uses_nothing_up_so_that_scanners_do_no_harm(anna: Office) -> None:
    url = link(anna)
    for _ in range(3):
        anna.browser().get(url)

    browser = anna.browser()
    assert browser.get(way_back(anna, url, browser)).mimetype == "application/zip"


def test_google_is_asked_who_it_is_and_for_no_mail(anna: Office) -> None:
    asked = anna.browser().get(link(anna)).headers["Location"]

    assert "scope=openid+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.email&" in asked
    assert "access_type=online" in asked
    assert "prompt=" not in asked


def test_it_turns_nothing_on_and_leaves_no_word_about_email(office: Office) -> None:
    office.member(ANNA)
    download(office, account=ANNA)
    url, browser = link(office), office.browser()
    browser.get(way_back(office, url, browser, deny=True))

    assert office.services.store.consent(f"sub-{ANNA}") is None
    home = str(office.answer(ANNA, "home"))
    assert "Turn on Email" in home
    assert "You said no" not in home


def test_email_stays_on_and_its_token_good_while_a_file_is_taken(anna: Office) -> None:
    download(anna)

    anna.synced()

    assert len(anna.stored(anna.jane(), ANNA)) == 1


# --- how it is sent ---------------------------------------------------------------------------------------


def test_the_file_is_kept_nowhere_and_its_taking_is_noted_by_ids_only(anna: Office) -> None:
    anna.synced()

    response = download(anna)

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=Lever-")
    [act] = [act for act in anna.audit() if act.verb == exporting.EXPORTED]
    assert (act.actor, act.subject, act.conversation) == (f"sub-{ANNA}", f"sub-{ANNA}", None)


def test_neither_the_link_nor_what_is_in_the_file_stands_in_a_log_or_the_store(
    anna: Office, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    anna.synced(subject="Quite particular words")
    before = len(caplog.text)

    url = link(anna)
    browser = anna.browser()
    browser.get(way_back(anna, url, browser))

    assert url.partition("nonce=")[2].encode() not in place.raw()
    logged = caplog.text[before:]
    assert url.partition("nonce=")[2] not in logged
    assert "Quite particular words" not in logged


def test_it_is_read_page_by_page_while_it_is_sent(anna: Office) -> None:
    for n in range(30):
        at = anna.deliver(mail(JANE, ANNA, subject=f"{n}", text=noise(n)), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    reads = Reads(anna.services.store)
    member = anna.services.store.member(f"sub-{ANNA}")
    assert member is not None

    with asking(anna, reads):
        parts = exporting.begin(member, anna.services)
        assert reads.counted["held_by"] == 0
        next(parts)
        first = reads.counted["messages"]
        list(parts)

    assert 0 < first < 12
    assert reads.counted["messages"] == 60, "once for the mbox, once for the JSON"


def noise(seed: int) -> str:
    """Text that no compression makes small."""
    return "".join(hashlib.sha256(f"{seed} {n}".encode()).hexdigest() for n in range(500))


def test_a_file_that_breaks_off_does_not_end_as_if_it_were_whole(
    anna: Office, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(30):
        at = anna.deliver(mail(JANE, ANNA, subject=f"{n}", text=noise(n)), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    url, browser = link(anna), anna.browser()
    back = way_back(anna, url, browser)

    class Breaking(Reads):
        def messages(self, *given: Any, **more: Any) -> Any:
            if self.counted["messages"] == 12:
                raise StoreError("Quite particular words")
            return super().__getattr__("messages")(*given, **more)

    with asking(anna, Breaking(anna.services.store)), pytest.raises(Exception, match=r"^$"):
        _ = browser.get(back).data

    assert "StoreError at" in caplog.text
    assert "Quite particular words" not in caplog.text


def test_a_file_that_cannot_be_begun_is_a_page_so_that_no_server_logs_what_it_was_asked_with(
    anna: Office, caplog: pytest.LogCaptureFixture
) -> None:
    anna.synced(subject="Quite particular words")
    url, browser = link(anna), anna.browser()
    back = way_back(anna, url, browser)

    class Breaking(Reads):
        def messages(self, *_: Any, **__: Any) -> Any:
            raise StoreError("the disk is full")

    with asking(anna, Breaking(anna.services.store)):
        shown = browser.get(back)

    assert (shown.status_code, shown.content_type) == (503, "text/html; charset=utf-8")
    assert "Not now" in shown.text
    assert "the disk is full" in caplog.text
