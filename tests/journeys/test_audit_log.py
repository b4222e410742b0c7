"""Whatever a person does leaves its row in the audit log: every verb of the panel, every command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click
import pytest

from addon import purging
from addon.auditing import seal, verify
from addon.console import COMMANDS
from addon.gateways.scopes import BACKGROUND, MODIFY
from addon.web.jobs import AT_MOST
from storage.records import Act, LabelBatch, Role
from tests.cards.grammar import buttons
from tests.crash.killing import Killed, Points, watching
from tests.journeys.importing import begin, newest
from tests.office import ANNA, BEN, JANE, Office, mail

SUB = f"sub-{ANNA}"
At = dict[str, str]


@pytest.fixture
def granted(anna: Office) -> Office:
    """Anna, an admin, with the permission to set labels."""
    anna.member(ANNA, Role.ADMIN)
    anna.scopes[ANNA] = (MODIFY,)
    return anna


def rows_of(office: Office, act: Callable[[], object]) -> list[Act]:
    """The rows that `act` leaves."""
    before = Counter(office.audit())
    act()
    return list((Counter(office.audit()) - before).elements())


@pytest.mark.parametrize("at", range(8))
def test_wherever_a_press_dies_nothing_comes_back_without_the_press_on_record(anna: Office, at: int) -> None:
    opened = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, opened), "Remove from Lever", "Remove from Lever", opened=opened)
    anna.clock.pass_time(days=31)
    purging.purge_due(anna.services, until=anna.clock.now() + AT_MOST)
    removed = anna.open(ANNA, opened)

    with suppress(Killed), watching(anna, Points(dies_at=at)):
        anna.press(ANNA, removed, "Sync again", opened=opened)

    verbs = [act.verb for act in anna.audit()]
    assert "bring-back" not in verbs or "sync-thread" in verbs


# --- the panel --------------------------------------------------------------------------------------------


def _conversation(office: Office) -> str:
    [found] = office.stored(office.jane(), ANNA)
    return found.conversation.id


def _press(office: Office, at: At, verb: str, **parameters: str) -> None:
    office.answer(ANNA, f"actions/{verb}", opened=at, parameters=parameters)


def _confirm(office: Office, at: At, verb: str, **parameters: str) -> None:
    """What is asked first, and then what the question's own button sends."""
    parameters["conversation"] = parameters.get("conversation") or _conversation(office)
    question = office.answer(ANNA, f"actions/{verb}", opened=at, parameters=parameters)
    [sure] = [each for each in buttons(question) if "digest" in each.parameters]
    office.press_button(ANNA, sure, opened=at)


def _sync(office: Office, _: At) -> None:
    other = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    _press(office, other, "sync-thread")


def _secret(office: Office, at: At) -> None:
    _confirm(office, at, "make-secret")


def _let_in(office: Office, at: At) -> None:
    _secret(office, at)
    _confirm(office, at, "make-secret", want="audience")


def _visible(office: Office, at: At) -> None:
    _secret(office, at)
    _confirm(office, at, "make-visible")


def _restore(office: Office, at: At) -> None:
    conversation = _conversation(office)
    _confirm(office, at, "remove")
    _press(office, at, "restore", conversation=conversation)


def _retry(office: Office, at: At) -> None:
    office.simulator.control.fault(f"GET .*/threads/{at['threadId']}", status=400, reason="invalid", times=3)
    thread = office.thread(ANNA, at)
    assert thread is not None
    office.services.store.save_thread(replace(thread, todo_all=True))
    office.sync(ANNA)
    office.sync(ANNA)
    office.sync(ANNA)
    _press(office, at, "retry", thread=at["threadId"])


def _sync_again(office: Office, at: At) -> None:
    _confirm(office, at, "remove")
    _press(office, at, "sync-thread")


def _remove_now(office: Office, at: At) -> None:
    conversation = _conversation(office)
    _confirm(office, at, "remove")
    _confirm(office, at, "remove", want="now", conversation=conversation)


def _withdraw(office: Office, at: At) -> str:
    conversation = _conversation(office)
    _press(office, at, "withdraw", conversation=conversation)
    return conversation


def _withdraw_now(office: Office, at: At) -> None:
    conversation = _withdraw(office, at)
    _confirm(office, at, "withdraw", want="now", conversation=conversation)


def _withdraw_batch(office: Office, at: At) -> None:
    store, thread, mailbox = office.services.store, office.thread(ANNA, at), office.services.store.mailbox(SUB)
    assert thread is not None
    assert mailbox is not None
    store.save_thread(replace(thread, batch="b1"))
    store.save_mailbox(replace(mailbox, batches=(LabelBatch(id="b1", at=office.clock.now(), count=1),)))
    _press(office, at, "withdraw", batch="b1")


def _restore_own(office: Office, at: At) -> None:
    conversation = _withdraw(office, at)
    _press(office, at, "restore", conversation=conversation)


def _import(office: Office, _: At) -> None:
    office.deliver(mail(JANE, ANNA), ANNA)
    begin(office)


def _import_cancel(office: Office, at: At) -> None:
    _import(office, at)
    _press(office, at, "import-cancel", **{"import": newest(office).id})


def _import_retry(office: Office, at: At) -> None:
    _import_cancel(office, at)
    _press(office, at, "retry", **{"import": newest(office).id})


def _import_undo(office: Office, at: At) -> None:
    _import(office, at)
    office.sync(ANNA)
    _press(office, at, "withdraw", **{"import": newest(office).id})


def _import_restore(office: Office, at: At) -> None:
    _import_undo(office, at)
    _press(office, at, "restore", **{"import": newest(office).id})


def _simple(verb: str, **parameters: str) -> Callable[[Office, At], None]:
    return lambda office, at: _press(office, at, verb, **parameters)


def _draft(office: Office, at: At) -> None:
    _press(office, at, "draft", candidate=office.jane().id)


def _link(office: Office, _: At) -> At:
    other = office.deliver(mail("rita@agency.example", ANNA), ANNA)[ANNA]
    _press(
        office, other, "link-candidate", want="conversation", candidate=office.jane().id, thread=other["threadId"]
    )
    return other


def _unlink(office: Office, at: At) -> None:
    other = _link(office, at)
    _press(office, other, "link-candidate", want="undo", candidate=office.jane().id, thread=other["threadId"])


def _link_address(office: Office, at: At) -> dict[str, str]:
    ids = {"candidate": office.jane().id, "address": "jane@home.example", "thread": at["threadId"]}
    asked = office.answer(ANNA, "actions/link-candidate", opened=at, parameters={**ids, "want": "address"})
    office.press(ANNA, asked, "Link", opened=at)
    return ids


def _unlink_address(office: Office, at: At) -> None:
    _press(office, at, "link-candidate", **_link_address(office, at), want="undo")


PRESSES: dict[str, tuple[Callable[[Office, At], object], list[str]]] = {
    "sync-thread": (_sync, ["label-on", "sync-thread"]),
    "sync-thread again": (_sync_again, ["bring-back", "label-on", "remove", "sync-thread"]),
    "stop-sync": (_simple("stop-sync"), ["stop-sync"]),
    "stop-sync label": (_simple("stop-sync", want="label"), ["label-off"]),
    "retry": (_retry, ["retry"]),
    "make-secret": (_secret, ["make-secret"]),
    "make-secret audience": (_let_in, ["let-in", "make-secret"]),
    "make-visible": (_visible, ["make-secret", "make-visible"]),
    "remove": (lambda office, at: _confirm(office, at, "remove"), ["remove"]),
    "remove now": (_remove_now, ["delete-now", "purge", "remove"]),
    "restore": (_restore, ["remove", "restore"]),
    "restore own": (_restore_own, ["restore", "withdraw"]),
    "withdraw": (_withdraw, ["withdraw"]),
    "withdraw now": (_withdraw_now, ["delete-now", "purge", "withdraw"]),
    "withdraw all": (lambda office, at: _confirm(office, at, "withdraw", want="all"), ["withdraw"]),
    "withdraw batch": (_withdraw_batch, ["withdraw"]),
    "import-address": (_import, ["import-address"]),
    "import-cancel": (_import_cancel, ["import-address", "import-cancel"]),
    "retry import": (_import_retry, ["import-address", "import-cancel", "retry"]),
    "withdraw import": (_import_undo, ["import-address", "import-undo", "withdraw"]),
    "restore import": (
        _import_restore,
        ["import-address", "import-restore", "import-undo", "restore", "withdraw"],
    ),
    "draft": (_draft, ["draft"]),
    "link-candidate conversation": (_link, ["link-conversation"]),
    "link-candidate undo": (_unlink, ["link-conversation", "unlink-conversation"]),
    "link-candidate address": (_link_address, ["link-address"]),
    "link-candidate undo address": (_unlink_address, ["link-address", "unlink-address"]),
    "set-email off": (_simple("set-email", want="off"), ["email-off"]),
    "set-email off-withdraw": (_simple("set-email", want="off-withdraw"), ["email-off", "withdraw"]),
    "settings create-labels": (_simple("settings", want="create-labels"), ["create-labels"]),
    "settings backfill-all": (_simple("settings", want="backfill-all"), ["backfill-all"]),
    "settings backfill-new": (_simple("settings", want="backfill-new"), ["backfill-new"]),
    "settings backfill-later": (_simple("settings", want="backfill-later"), ["backfill-later"]),
}
"""Verb and what it is to do -> how it is pressed, and the rows it leaves."""
READS = {
    "settings",
    "refresh",
    "candidate",
    "conversation",
    "import-preview",
    "search-candidates",
    "my-data",
    "export-mine",
}
"""A file is noted when it is taken, not when its link is made (`test_export_mine`)."""


def test_every_verb_of_the_panel_is_pressed_here(office: Office) -> None:
    rules = {rule.rule for rule in office.client.application.url_map.iter_rules()}
    verbs = {rule.removeprefix("/addon/actions/") for rule in rules if rule.startswith("/addon/actions/")}

    assert {name.partition(" ")[0] for name in PRESSES} | READS == verbs


@pytest.mark.parametrize("name", PRESSES)
def test_every_press_that_changes_something_leaves_its_row_with_ids_only(granted: Office, name: str) -> None:
    press, expected = PRESSES[name]
    at = granted.synced()

    rows = rows_of(granted, lambda: press(granted, at))

    assert sorted(row.verb for row in rows) == expected
    assert {row.actor for row in rows} == {SUB}
    known = {SUB, granted.jane().id, None} | _known(granted)
    assert {id_ for row in rows for id_ in (row.conversation, row.subject)} <= known
    seal(granted.services.store, now=granted.clock.now())
    assert verify(granted.services.store).broken is None


def _known(office: Office) -> set[str | None]:
    """The conversations the store knows of, in whatever state."""
    named = {act.conversation for act in office.audit()} | {act.subject for act in office.audit()}
    return {id_ for id_ in named if id_ is not None and office.services.store.conversation(id_) is not None}


@pytest.mark.parametrize("verb", sorted(READS))
def test_looking_leaves_no_row(granted: Office, verb: str) -> None:
    at = granted.synced()
    jane = {"candidate": granted.jane().id}
    conversation = {"conversation": _conversation(granted)}
    given = {"candidate": jane, "import-preview": jane, "conversation": conversation}

    assert rows_of(granted, lambda: _press(granted, at, verb, **given.get(verb, {}))) == []


def test_whoever_reads_a_secret_conversation_without_being_on_it_leaves_a_row(granted: Office) -> None:
    granted.member(BEN, Role.SUPER_ADMIN)
    at = granted.synced()
    conversation = _conversation(granted)
    _secret(granted, at)

    rows = rows_of(
        granted,
        lambda: granted.answer(BEN, "actions/conversation", parameters={"conversation": conversation}),
    )

    assert [(row.actor, row.verb, row.conversation) for row in rows] == [(f"sub-{BEN}", "open", conversation)]


def test_a_press_that_changes_nothing_leaves_no_row(granted: Office) -> None:
    at = granted.synced()
    _press(granted, at, "stop-sync")

    assert rows_of(granted, lambda: _press(granted, at, "stop-sync")) == []
    assert rows_of(granted, lambda: _press(granted, at, "remove", conversation="unknown")) == []


def test_of_a_thread_that_never_came_in_the_log_keeps_no_trace(
    make_office: Callable[..., Office], tmp_path: Path
) -> None:
    office = make_office(BLOCKLIST="bank.example")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    message = mail(JANE, ANNA, Cc="clerk@bank.example")
    at = office.deliver(message, ANNA)[ANNA]

    rows = rows_of(office, lambda: _press(office, at, "sync-thread"))
    office.sync(ANNA)

    assert [(row.verb, row.conversation, row.subject) for row in rows] == [("sync-thread", None, None)]
    written = b"".join(path.read_bytes() for path in tmp_path.glob("addon.db*"))
    # Deleted rows are overwritten; the log is emptied when a thread is forgotten.
    assert at["threadId"].encode() not in written


# --- the console ------------------------------------------------------------------------------------------


def _typed(office: Office, tmp_path: Path, name: str) -> None:
    token = office.simulator.control.grant(BEN, BACKGROUND)["refresh_token"]
    file = tmp_path / "people.csv"
    file.write_text("name,addresses\nJohn Roe,john@people.example\n")
    given = {
        "explain": [ANNA, "<never@was.example>"],
        "candidates import": [str(file)],
        "members set-role": [BEN, "admin"],
        "members offboard": [ANNA],
        "members connect": [BEN],
        "seal rotate": [],
    }[name]
    runner = office.client.application.test_cli_runner()
    result = runner.invoke(args=[*name.split(), *given], input=f"{token}\n")
    assert result.exit_code == 0, result.output


TYPED = {
    "explain": ["explain"],
    "candidates import": ["candidates-import"],
    "members set-role": ["set-role"],
    "members offboard": ["email-off", "offboard"],
    "members connect": ["email-on"],
    "seal rotate": ["seal-rotate"],
}
"""Commands by which a person changes something, or learns of a mailbox, and the rows they leave."""
ELSEWHERE = {"store copy"}
"""Logged in the store it makes."""
ON_ONE = {"hold"}
"""Of one conversation, which must be there: pressed in a test of its own."""
LOOKS = {
    "doctor",
    "ledger",
    "manifest",
    "candidates list",
    "members list",
    "audit list",
    "audit verify",
    "seal status",
}
JOBS = {"sync", "renew", "purge", "audit seal"}
"""What the job does by itself, done by hand."""


def _commands() -> Iterator[str]:
    for command in COMMANDS:
        if isinstance(command, click.Group):
            yield from (f"{command.name} {name}" for name in command.commands)
        else:
            yield str(command.name)


def test_every_command_of_the_console_is_known_here() -> None:
    assert set(_commands()) == set(TYPED) | ELSEWHERE | ON_ONE | LOOKS | JOBS


@pytest.mark.parametrize("name", TYPED)
def test_every_command_that_changes_something_leaves_its_row_as_operator(
    anna: Office, tmp_path: Path, name: str
) -> None:
    anna.member(BEN)

    rows = rows_of(anna, lambda: _typed(anna, tmp_path, name))

    assert sorted(row.verb for row in rows) == TYPED[name]
    assert all(row.actor.startswith("operator:") for row in rows)
    assert {row.subject for row in rows} <= {SUB, f"sub-{BEN}", "k1", None}


@pytest.mark.parametrize("switch", ["on", "off"])
def test_a_legal_hold_and_its_end_leave_their_row_as_operator(anna: Office, switch: str) -> None:
    anna.synced()
    conversation = _conversation(anna)
    runner = anna.client.application.test_cli_runner()
    if switch == "off":
        runner.invoke(args=["hold", "on", conversation])

    [row] = rows_of(anna, lambda: runner.invoke(args=["hold", switch, conversation]))

    assert (row.verb, row.conversation, row.subject) == (f"hold-{switch}", conversation, None)
    assert row.actor.startswith("operator:")


@pytest.mark.parametrize("name", sorted(LOOKS | JOBS))
def test_looking_and_the_jobs_own_work_leave_no_row(anna: Office, name: str) -> None:
    runner = anna.client.application.test_cli_runner()

    assert rows_of(anna, lambda: runner.invoke(args=name.split())) == []


def test_importing_what_is_known_already_is_no_act(anna: Office, tmp_path: Path) -> None:
    anna.member(BEN)
    _typed(anna, tmp_path, "candidates import")

    assert rows_of(anna, lambda: _typed(anna, tmp_path, "candidates import")) == []
