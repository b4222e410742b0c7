"""R11: of mail that stays out nothing is left anywhere, after every lane ran and whatever went wrong in it."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from addon import purging, renewing
from addon.gateways.gmail import StoredGmail
from addon.policy.mail import Mail
from addon.web.jobs import AT_MOST
from storage.records import ThreadState
from tests.backends import Place
from tests.beginning import Lever, answer_to
from tests.canaries import WORD, Watch, private, watching
from tests.fakes.clock import Ahead
from tests.journeys.importing import begin, newest
from tests.journeys.test_export_mine import download
from tests.office import ANNA, BASE_URL, BEN, JANE, JOBS_ACCOUNT, TOPIC, Office, mail

BLOCKED = "clerk@bank.example"
At = dict[str, str]


@pytest.fixture
def watch(
    place: Place,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Watch]:
    temporary = tmp_path_factory.mktemp("temporary")
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with watching(place, Path(temporary)) as watch:
        yield watch


@pytest.fixture
def blocking(make_office: Any, watch: Watch) -> Office:
    office: Office = make_office(BLOCKLIST="bank.example", PUBSUB_TOPIC=TOPIC)
    watch.listens(office)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


def looked_at(office: Office, *places: At) -> Counter[tuple[str, str]]:
    """How often which of these was asked for at Gmail, by method and format."""
    ids = {id for at in places for id in at.values()}
    return Counter((call["method"], call["format"]) for call in office.calls() if call["id"] in ids)


def figures(office: Office) -> None:
    token = office.simulator.control.id_token(aud=f"{BASE_URL}/metrics", email=JOBS_ACCOUNT, sub="prometheus")
    assert office.client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def troubled(office: Office, at: At) -> None:
    """The next times this thread is asked for Gmail refuses, fails, and answers half; each says the word."""
    control, path = office.simulator.control, f"GET .*/threads/{at['threadId']}$"
    for status, reason in ((429, "rateLimitExceeded"), (500, "backendError")):
        control.fault(path, status=status, reason=reason, times=1, message=f"{WORD} {at['id']}")
    control.fault(path, status=200, times=1, answer=f'{{"messages": [{{"id": "{at["id"]}", "snippet": "{WORD}')
    control.fault(path, status=200, times=1, answer=f'{{"messages": [{{"{WORD}": "{at["id"]}"}}]}}')


def runs(office: Office, times: int = 8) -> None:
    for _ in range(times):
        office.sync(ANNA)


def every_other_door(office: Office, watch: Watch, at: At) -> None:
    """Gmail tells of a change, the console brings candidates, and a member looks at all there is of theirs."""
    jane = office.jane().id
    office.push(ANNA)
    office.import_candidates("name,addresses\nZoe Fox,zoe@people.example\n")
    office.answer(ANNA, "actions/candidate", opened=at, parameters={"candidate": jane})
    office.answer(ANNA, "actions/candidate", parameters={"candidate": jane}, inputs={"search": ["Role"]})
    office.answer(ANNA, "actions/draft", opened=at, parameters={"candidate": jane})
    office.answer(ANNA, "actions/link-candidate", opened=at, parameters={"want": "conversation"})
    office.answer(ANNA, "actions/search-candidates", opened=at, inputs={"name": ["Zoe"]})
    for verb in ("retry", "my-data"):
        office.answer(ANNA, f"actions/{verb}")
    with ZipFile(io.BytesIO(download(office).data)) as export:
        watch.answers += [export.read(name).decode() for name in export.namelist()]
    [found] = office.stored(office.jane(), ANNA)
    office.answer(ANNA, "actions/conversation", parameters={"conversation": found.conversation.id})
    runs(office, 2)


def everything_after(office: Office, watch: Watch, at: At) -> None:
    """What is done with a store when mail was read: history lost, removed, taken out, purged, looked into."""
    assert watch.canaries() == set()
    every_other_door(office, watch, at)
    control = office.simulator.control
    control.expire_history(ANNA)
    runs(office, 2)
    office.confirm(ANNA, office.open(ANNA, at), "Remove from Lever", "Remove from Lever", opened=at)
    control.expire_history(ANNA)
    runs(office, 2)
    watch.run(office, "sync", "--dry-run")
    watch.run(office, "doctor")
    watch.run(office, "ledger")
    for path in ("home", "actions/settings"):
        office.answer(ANNA, path)
    office.answer(ANNA, "actions/set-email", parameters={"want": "off-withdraw"})
    office.clock.pass_time(days=31)
    renewing.renew(office.services, until=office.clock.now() + AT_MOST)
    purging.purge_due(office.services, until=office.clock.now() + AT_MOST)
    figures(office)


def test_mail_nobody_pointed_at_is_never_opened_whatever_is_done_beside_it(blocking: Office, watch: Watch) -> None:
    office, control = blocking, blocking.simulator.control
    alone = [office.deliver(private(), ANNA)[ANNA] for _ in range(3)]
    # Also that of a candidate: who takes part is no reason to look.
    alone += [office.deliver(private(sender=JANE), ANNA)[ANNA] for _ in range(2)]
    at = office.synced()
    alone += [office.deliver(private(), ANNA)[ANNA]]
    for status, path in ((500, "GET .*/history"), (429, "GET .*/history"), (500, "GET .*/labels")):
        control.fault(path, status=status, times=1, message=WORD)
        runs(office, 2)
    control.fault("GET .*/history", status=200, times=1, answer=f'{{"history": "{WORD}"}}')
    control.label(ANNA, alone[0]["threadId"], add=["STARRED"])
    control.trash(ANNA, alone[1]["id"])
    runs(office, 2)

    everything_after(office, watch, at)

    assert looked_at(office, *alone) == {}
    assert watch.canaries() == set()
    assert watch.named(*(id for each in alone for id in each.values())) == set()
    told = {call["method"] for call in office.calls() if not call["fields"]}
    assert told <= {"users.getProfile", "watch", "stop"}
    assert not [call for call in office.calls() if "snippet" in (call["fields"] or "") or call["format"] == "raw"]


def test_what_was_pointed_at_and_denied_was_opened_and_is_forgotten(
    blocking: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R11: a thread its owner pointed at may be opened whole; R12: without a candidate its id and hashes stay."""
    office = blocking
    at = office.synced()
    blocked = office.deliver(private(sender=JANE, Cc=BLOCKED), ANNA)[ANNA]
    asked = office.deliver(private(sender=JANE, Cc=BLOCKED), ANNA)[ANNA]
    waiting = office.deliver(private(), ANNA)[ANNA]
    for each in (blocked, waiting):
        office.label(ANNA, each["threadId"])
        troubled(office, each)
    office.answer(ANNA, "actions/sync-thread", opened=asked)
    _fails_once(monkeypatch)
    runs(office)
    before = office.thread(ANNA, waiting)
    again = office.deliver(private(), ANNA)[ANNA]
    runs(office, 1)
    watch.run(office, "explain", ANNA, f"<{WORD}@else.example>".replace(WORD, "nobody"))

    everything_after(office, watch, at)

    assert before is not None
    assert before.state is ThreadState.WAITING
    # Whole where it was pointed at; by its headers what is open in the panel, or may be new in one that waits.
    whole, head = ("threads.get", "full"), ("messages.get", "metadata")
    assert set(looked_at(office, blocked, asked, waiting)) == {whole, head}
    assert looked_at(office, again) == {}
    assert watch.canaries() == set()
    gone = {*blocked.values(), *asked.values(), waiting["id"], *again.values()}
    assert watch.named(*gone) == set()


def test_what_an_import_found_and_left_alone_was_opened_once_and_is_forgotten(
    blocking: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = blocking
    at = office.synced()
    # Gmail finds words: another address that ends like Jane's, and one that blocks what is hers.
    near = [office.deliver(private(sender=f"x.{JANE}"), ANNA)[ANNA] for _ in range(2)]
    near += [office.deliver(private(sender=JANE, Cc=BLOCKED), ANNA)[ANNA]]
    unfound = office.deliver(private(), ANNA)[ANNA]
    control = office.simulator.control
    control.fault("GET .*/threads", status=500, times=1, message=WORD)
    office.answer(ANNA, "actions/import-preview", parameters={"candidate": office.jane().id, "address": JANE})
    begin(office, since="all")
    previewed = looked_at(office, *near)
    for each in near[:2]:
        control.fault(f"GET .*/threads/{each['threadId']}$", status=429, reason="rateLimitExceeded", message=WORD)
    _fails_once(monkeypatch)
    runs(office, 1)
    halfway = newest(office).settled, watch.named(*(id for each in near for id in each.values()))
    runs(office)
    record = newest(office)
    office.answer(ANNA, "actions/withdraw", parameters={"import": record.id})
    office.answer(ANNA, "actions/restore", parameters={"import": record.id})
    runs(office, 2)

    everything_after(office, watch, at)

    assert previewed == {}
    # What was opened is known by its hash until the import ends.
    assert halfway[0]
    assert halfway[1] == set()
    assert set(looked_at(office, *near)) == {("threads.get", "full")}
    assert looked_at(office, unfound) == {}
    assert watch.canaries() == set()
    assert watch.named(*(id for each in (*near, unfound) for id in each.values())) == set()


def test_what_lies_in_a_followed_thread_and_is_no_mail_leaves_nothing(blocking: Office, watch: Watch) -> None:
    office, control = blocking, blocking.simulator.control
    first = mail(JANE, ANNA, subject="Application")
    at = office.deliver(first, ANNA)[ANNA]
    draft = control.draft(ANNA, private(sender=ANNA, to=JANE, reply_to=first), thread=at["threadId"])
    binned = office.deliver(private(sender=JANE, reply_to=first), ANNA)[ANNA]
    control.trash(ANNA, binned["id"])
    # Of what carries the label the ids are kept, to see it taken off: here that is the first mail alone.
    control.label(ANNA, at["threadId"], add=["Lever"], messages=[at["id"]])
    runs(office, 2)
    control.save_draft(ANNA, draft["draft"], private(sender=ANNA, to=JANE, reply_to=first))
    spam = office.deliver(private(sender=JANE, reply_to=first), ANNA)[ANNA]
    control.spam(ANNA, spam["id"])
    runs(office, 2)

    [found] = office.stored(office.jane(), ANNA)
    counted = len(office.messages(found))
    everything_after(office, watch, at)

    assert counted == 1
    assert watch.canaries() == set()
    assert watch.named(binned["id"], spam["id"]) == set()


def test_mail_that_was_let_in_is_nowhere_in_plain_words_before_and_after_it_is_purged(
    blocking: Office, watch: Watch
) -> None:
    office = blocking
    at = office.synced_mail(private(sender=JANE))
    [found] = office.stored(office.jane(), ANNA)
    text, before = office.messages(found)[0].text, watch.canaries()

    office.answer(ANNA, "actions/set-email", parameters={"want": "off-withdraw"})
    office.clock.pass_time(days=31)
    purging.purge_due(office.services, until=office.clock.now() + AT_MOST)
    figures(office)

    assert WORD in text
    assert before == set()
    assert watch.canaries() == set()
    assert at["id"] not in watch.kept()["log"].decode()


def test_what_is_searched_for_an_answer_is_looked_at_by_its_headers_and_forgotten(
    office: Office, ahead: Ahead, watch: Watch
) -> None:
    """R9: headers alone, and only while something is open; what does not prove to be an answer stays out."""
    watch.listens(office)
    lever = Lever(office, ahead)
    control = office.simulator.control
    forged = answer_to(lever.id, BEN, text=WORD, X_Custom=WORD)
    control.fault("GET .*/messages/", status=500, times=1, message=WORD)
    control.fault("GET .*/messages/", status=200, times=1, answer=f'{{"id": "{WORD}')
    denied = [lever.reaches(forged, auth="fail")]
    denied += [lever.reaches(private(sender=JANE, to=BEN)) for _ in range(2)]
    for _ in range(3):
        lever.sync(BEN)
    alone = lever.reaches(private(to=BEN))
    control.expire_history(BEN)
    lever.sync(BEN)

    assert set(looked_at(office, *denied)) == {("messages.get", "metadata")}
    asked = [call for call in office.calls("messages.get") if call["format"] == "metadata"]
    assert {call["fields"] for call in asked} == {"id,threadId,labelIds,internalDate,payload(headers)"}
    assert looked_at(office, alone) == {}
    assert watch.canaries() == set()
    assert watch.named(*(id for each in (*denied, alone) for id in each.values())) == set()


def _fails_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first thread that is read ends in an exception that says all there is in it."""
    asked, failed = StoredGmail.thread, list[str]()

    def thread(gmail: StoredGmail, id: str) -> list[Mail]:
        mails = asked(gmail, id)
        if WORD in repr([each.head for each in mails]) + "".join(each.text for each in mails) and id not in failed:
            failed.append(id)
            raise RuntimeError(id, mails, WORD)
        return mails

    monkeypatch.setattr(StoredGmail, "thread", thread)
