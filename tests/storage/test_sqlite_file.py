"""What is SQLite's own: the file and its rights, migrations, sealing at rest, and errors without content."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from storage.port import StoreError
from storage.records import Attachment, Head, Invitation, Kept, Participant, Place
from storage.sealing import Sealer, SealError
from storage.sqlite import SqliteStore, open_sqlite
from storage.sqlite.schema import MIGRATIONS, _write_ahead
from tests.contracts.store.samples import (
    NOW,
    OLD_KEYS,
    act,
    admit,
    attempt,
    candidate,
    consent,
    conversation,
    email_on,
    followed,
    found,
    keep,
    mailbox,
    member,
    message,
    opt_in,
    opt_out,
    request,
    revocation,
    secret,
    thread,
)

WORD = "unmistakable"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "addon.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    opened = open_sqlite(path, Sealer(OLD_KEYS))
    yield opened
    opened.close()


@pytest.fixture
def beside(path: Path, store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """The file as somebody else opens it, who has no key."""
    assert store is not None
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


# --- the file ---------------------------------------------------------------------------------------------


def test_folder_and_files_are_for_their_owner_only(store: SqliteStore, path: Path) -> None:
    store.save_member(member())

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files = sorted(path.parent.iterdir())
    assert [each.name for each in files] == ["addon.db", "addon.db-shm", "addon.db-wal"]
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}


def test_a_commit_reaches_the_disk_and_a_deleted_value_is_overwritten(store: SqliteStore) -> None:
    connection = store._database._connection()
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete", "temp_store")
    }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "temp_store": 2}


def test_opening_leaves_no_connection_for_a_fork_to_inherit(path: Path) -> None:
    store = open_sqlite(path, Sealer(OLD_KEYS))

    assert not any(store._database._held.values())


def test_a_forked_worker_opens_its_own_connection_and_disturbs_nobody(store: SqliteStore) -> None:
    store.tally("1", "2025-06-02", {"parent": 1})
    inherited = store._database._connection()

    child = multiprocessing.get_context("fork").Process(target=in_a_child, args=(store, inherited))
    child.start()
    store.tally("1", "2025-06-02", {"parent": 1})
    child.join()

    assert child.exitcode == 0
    store.tally("1", "2025-06-02", {"parent": 1})
    assert store.tallies("1", since="2025") == {"2025-06-02": {"parent": 3, "child": 1}}
    assert store._database._connection().execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def in_a_child(store: SqliteStore, inherited: sqlite3.Connection) -> None:
    store.tally("1", "2025-06-02", {"child": 1})
    assert store._database._connection() is not inherited
    store.close()
    inherited.execute("SELECT 1")  # still open: closing is its owner's


def test_threads_have_connections_of_their_own_and_give_them_back_when_they_end(store: SqliteStore) -> None:
    held: list[sqlite3.Connection] = []
    for _ in range(20):
        other = Thread(target=lambda: held.append(store._database._connection()))
        other.start()
        other.join()
    store.ping()

    assert len({id(each) for each in held} | {id(store._database._connection())}) > 1
    (mine,) = store._database._held.values()
    assert len(mine) <= 2
    with pytest.raises(sqlite3.ProgrammingError):
        held[0].execute("SELECT 1")


# --- migrations -------------------------------------------------------------------------------------------


def test_a_new_file_has_the_newest_schema_and_opens_again_as_it_is(
    store: SqliteStore, path: Path, beside: sqlite3.Connection
) -> None:
    saved = store.save_member(member())

    again = open_sqlite(path, Sealer(OLD_KEYS))

    assert beside.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    assert again.member("1") == saved
    again.close()


def test_a_file_of_a_newer_release_is_refused_and_left_alone(
    store: SqliteStore, path: Path, beside: sqlite3.Connection
) -> None:
    store.close()
    beside.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")

    with pytest.raises(StoreError, match="newer release"):
        open_sqlite(path, Sealer(OLD_KEYS))

    assert beside.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS) + 1


def test_a_backup_that_is_made_while_others_write_is_a_store_of_that_moment(
    store: SqliteStore, beside: sqlite3.Connection, tmp_path: Path
) -> None:
    followed(store, "1")
    keep(store, message())
    backup = tmp_path / "backup.db"

    beside.execute("VACUUM INTO ?", (str(backup),))

    keep(store, message("k2", text=WORD))
    put_back = open_sqlite(backup, Sealer(OLD_KEYS))
    assert [each.key for each in put_back.messages("c1", limit=9).items] == ["k1"]
    assert keep(put_back, message("k2", text=WORD)) is Kept.NEW
    put_back.close()


def test_another_programs_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.db"
    with sqlite3.connect(theirs) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")

    with pytest.raises(StoreError, match="another program"):
        open_sqlite(theirs, Sealer(OLD_KEYS))

    assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["bookmarks"]
    connection.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = (*MIGRATIONS, ("CREATE TABLE half (done) STRICT",))
    monkeypatch.setattr("storage.sqlite.schema.MIGRATIONS", half)

    with pytest.raises(StoreError):
        open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS))

    monkeypatch.undo()
    open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS)).close()


def test_an_opening_that_meets_another_waits_its_turn(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "addon.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    class Late(sqlite3.Connection):
        """The other is done when this one was refused once."""

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            try:
                return super().execute(sql, *values)
            except sqlite3.OperationalError:
                other.execute("ROLLBACK")
                raise

    opening = sqlite3.connect(tmp_path / "addon.db", isolation_level=None, factory=Late)

    _write_ahead(opening)

    assert not other.in_transaction
    assert opening.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    opening.close()
    other.close()


# --- at rest ----------------------------------------------------------------------------------------------


def test_no_sealed_word_is_to_be_found_in_any_file(store: SqliteStore, path: Path) -> None:
    fill(store)

    before_checkpoint = contents(path)
    store.close()
    after_checkpoint = contents(path)

    for stored in (before_checkpoint, after_checkpoint):
        assert b"findable" in stored
        assert WORD.encode() not in stored.lower()
        assert store._index_key._secret not in stored
        assert store._index_key._secret.hex().encode() not in stored


def test_a_token_that_was_revoked_or_overtaken_is_in_no_file_any_more(
    store: SqliteStore, path: Path, beside: sqlite3.Connection
) -> None:
    def tokens(table: str) -> list[bytes]:
        return [row[0] for row in beside.execute(f"SELECT refresh_token FROM {table} ORDER BY sub")]

    opt_in(store, "1", "2")
    in_use = tokens("consents")
    opt_out(store, "1", "2")
    waiting = tokens("revocations")
    assert [sealed in contents(path) for sealed in (*in_use, *waiting)] == [False, False, True, True]

    store.revoked("r-1")
    assert [sealed in contents(path) for sealed in waiting] == [False, True]

    opt_in(store, "2", epoch=2)
    assert waiting[1] not in contents(path)


def test_a_token_that_somebody_kept_in_the_log_is_out_of_it_with_the_next_upkeep(
    store: SqliteStore, beside: sqlite3.Connection, path: Path
) -> None:
    opt_in(store, "1")
    (sealed,) = beside.execute("SELECT refresh_token FROM consents").fetchone()
    store._database.log_seconds = 0
    beside.execute("BEGIN")
    beside.execute("SELECT count(*) FROM consents").fetchone()
    opt_out(store, "1")
    kept = sealed in contents(path)
    beside.execute("COMMIT")

    store.expire_looks(now=NOW)

    assert kept
    assert sealed not in contents(path)


def test_every_word_that_was_sealed_is_read_again(store: SqliteStore) -> None:
    fill(store)

    copy = store.copy("k1")
    assert copy is not None
    assert repr_of(copy.message.head).count(WORD) == 7
    assert store.text("k1").count(WORD) == 2
    assert found(store).summary.subject.count(WORD) == 1
    assert found(store).summary.outside == {WORD}
    gate = store.consent("1")
    assert gate is not None
    assert gate.refresh_token == WORD
    assert [each.refresh_token for each in store.revocations(now=NOW, limit=9)] == [WORD, WORD]
    arrived = store.take_attempt("s5", browser="browser", now=NOW)
    assert arrived is not None
    assert arrived.verifier == WORD
    person = store.candidate("ada")
    assert person is not None
    assert sum(value.count(WORD) for value in (person.name, person.headline, person.stage, person.owner)) == 4
    assert WORD in person.url
    assert WORD in person.addresses[0]


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        ("UPDATE messages SET head = (SELECT head FROM messages WHERE key = 'k2') WHERE key = 'k1'", "copy"),
        ("UPDATE messages SET head = text WHERE key = 'k1'", "copy"),
        ("UPDATE messages SET text = (SELECT text FROM messages WHERE key = 'k2') WHERE key = 'k1'", "text"),
        ("UPDATE texts SET sealed = (SELECT text FROM messages WHERE key = 'k1')", "text"),
        ("UPDATE texts SET n = n + 1", "text"),
        ("UPDATE summaries SET subject = (SELECT subject FROM summaries WHERE conversation = 'c2')", "found"),
        ("UPDATE summaries SET outside = subject", "found"),
        ("UPDATE candidates SET fields = (SELECT fields FROM candidates WHERE id = 'bob')", "candidate"),
        ("UPDATE consents SET refresh_token = (SELECT refresh_token FROM consents WHERE sub = '2')", "consent"),
        ("UPDATE revocations SET refresh_token = (SELECT refresh_token FROM consents)", "revocation"),
        ("UPDATE revocations SET id = 'r-7' WHERE id = 'r-5'", "revocation"),
        ("UPDATE attempts SET verifier = (SELECT verifier FROM attempts WHERE state = 's6')", "attempt"),
        ("UPDATE messages SET head = randomblob(99) WHERE key = 'k1'", "copy"),
    ],
)
def test_a_sealed_value_that_was_moved_or_changed_does_not_open(
    store: SqliteStore, beside: sqlite3.Connection, statement: str, read: str
) -> None:
    fill(store)
    followed(store, "2", opening=conversation("c2"))
    admit(store, "1")
    keep(store, message("k2"))
    store.save_candidates([candidate("bob")])
    reads: dict[str, Callable[[], object]] = {
        "copy": lambda: store.copy("k1"),
        "text": lambda: store.text("k1"),
        "found": lambda: store.conversation("c1"),
        "candidate": lambda: store.candidate("ada"),
        "consent": lambda: store.consent("1"),
        "revocation": lambda: store.revocations(now=NOW, limit=9),
        "attempt": lambda: store.take_attempt("s5", browser="browser", now=NOW),
    }
    if read != "attempt":  # which is good once
        assert reads[read]()

    beside.execute(statement)

    with pytest.raises(SealError) as raised:
        reads[read]()
    assert WORD not in str(raised.value)


# --- errors -----------------------------------------------------------------------------------------------


def test_a_writer_that_waited_in_vain_is_told_that_the_store_is_busy(
    store: SqliteStore, beside: sqlite3.Connection
) -> None:
    store._database._connection().execute("PRAGMA busy_timeout = 0")
    beside.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match="busy") as raised:
        store.save_member(member(name=WORD))

    assert_silent(raised.value)
    assert store.member("1") is None
    beside.execute("ROLLBACK")
    store.save_member(member(name=WORD))


def test_nobody_has_to_wait_to_write_while_the_log_waits_for_a_reader(
    store: SqliteStore, beside: sqlite3.Connection, path: Path
) -> None:
    followed(store, "1")
    beside.execute("BEGIN")
    beside.execute("SELECT count(*) FROM messages").fetchone()
    keep(store, message())
    store._database.log_seconds = 0.5
    writing = open_sqlite(path, Sealer(OLD_KEYS))
    writing._database._connection().execute("PRAGMA busy_timeout = 1000")

    with ThreadPoolExecutor(1) as pool:
        forgetting = pool.submit(store._database.forget_the_log)
        while not forgetting.done():
            writing.record(act("written"))

    assert forgetting.result() is False
    writing.close()
    beside.execute("COMMIT")
    assert store._database.forget_the_log()


def test_a_full_disk_loses_nothing_that_was_stored(store: SqliteStore) -> None:
    followed(store, "1")
    keep(store, message())
    connection = store._database._connection()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreError, match="disk is full") as raised:
        keep(store, message("k2", text=WORD * 20_000))

    assert_silent(raised.value)
    assert found(store).summary.count == 1
    assert [each.key for each in store.messages("c1", limit=9).items] == ["k1"]
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    keep(store, message("k2", text=WORD * 20_000))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            lambda path: path.write_bytes(b"no database, but long enough to be taken for one" * 99),
            "not an SQLite",
        ),
        (lambda path: path.mkdir(), "cannot be opened"),
        (lambda path: path.parent.rmdir() or path.parent.write_text(""), "cannot be opened"),
    ],
)
def test_what_is_no_store_is_not_opened(tmp_path: Path, damage: object, said: str) -> None:
    path = tmp_path / "var" / "addon.db"
    path.parent.mkdir()
    damage(path)  # type: ignore[operator]

    with pytest.raises(StoreError, match=said) as raised:
        open_sqlite(path, Sealer(OLD_KEYS))

    assert raised.value.__suppress_context__


def test_a_file_that_went_away_is_told_and_not_made_anew(store: SqliteStore, path: Path) -> None:
    store.close()
    path.unlink()

    with pytest.raises(StoreError, match="cannot be opened"):
        store.ping()

    assert not path.exists()


def test_a_store_that_is_closed_in_the_middle_is_told(store: SqliteStore) -> None:
    def close_and_read() -> None:
        with store._database.reading() as session:
            store.close()
            session.one("SELECT 1")

    with pytest.raises(StoreError, match="closed"):
        close_and_read()

    store.ping()


@pytest.mark.parametrize("known", ["nothing", "thread", "message", "secret", "united"])
def test_what_is_known_of_a_message_does_not_show_in_the_number_of_reads(store: SqliteStore, known: str) -> None:
    if known != "nothing":
        followed(store, "1", opening=secret() if known == "secret" else conversation())
    if known in ("message", "secret", "united"):
        keep(store, message())
    if known == "united":
        followed(store, "2", opening=conversation("c0"))
        admit(store, "2", keys=["k1"])
    read: list[str] = []
    store._database._connection().set_trace_callback(read.append)

    store.opened("1", thread="t1", message="g-1-k1")
    store.conversation("c1")

    assert [each.split()[0] for each in read] == [
        "BEGIN",
        *["SELECT"] * 4,
        "COMMIT",
        "BEGIN",
        "SELECT",
        "COMMIT",
    ]


def test_a_table_that_is_gone_is_told_without_the_statement(
    store: SqliteStore, beside: sqlite3.Connection
) -> None:
    beside.execute("DROP TABLE members")

    with pytest.raises(StoreError, match="SQLITE_ERROR") as raised:
        store.save_member(member(name=WORD))

    assert_silent(raised.value)
    assert "members" not in str(raised.value)


def test_a_damaged_page_is_told(store: SqliteStore, path: Path) -> None:
    for n in range(300):
        store.save_member(member(str(n), name="x" * 500))
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\x99" * (len(whole) - 8192) + whole[-4096:])

    with pytest.raises(StoreError, match=r"damaged|failed"):
        store.members(limit=300)


def test_a_time_without_a_zone_is_refused_and_the_store_goes_on(store: SqliteStore) -> None:
    with pytest.raises(TypeError):
        store.save_thread(thread(not_before=NOW.replace(tzinfo=None)))

    assert store.save_thread(thread()).version


def fill(store: SqliteStore) -> None:
    """A unique word in every field that is sealed."""
    followed(store, "1", opening=conversation())
    store.opt_in(consent(refresh_token=WORD), mailbox(address="findable@acme.example"), due_at=NOW, act=email_on())
    head = Head(
        subject=WORD,
        participants=(Participant(address=f"{WORD}@example.org", name=WORD, place=Place.FROM),),
        attachments=(Attachment(name=f"{WORD}.pdf", type=f"application/{WORD}", size=1),),
        invitation=Invitation(uid=WORD, method=WORD),
    )
    keep(store, message(head=head, text=WORD + " " * 200_000 + WORD), outside=[WORD])
    ada = replace(candidate(), name=WORD, headline=WORD, stage=WORD, owner=WORD, url=WORD)
    store.save_candidates([replace(ada, addresses=(f"{WORD}@example.org",))])
    for sub in "56":
        store.request_consent(request(sub))
        store.attempt_consent(attempt(f"s{sub}", sub=sub, verifier=WORD))
        store.opt_in(consent(sub, refresh_token=WORD), mailbox(sub), due_at=NOW, act=email_on())
        store.opt_out(sub, revocation=revocation(sub, refresh_token=WORD), act=act("email-off"))
        store.request_consent(request(sub))


def contents(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in path.parent.iterdir())


def repr_of(head: Head | None) -> str:
    assert head is not None
    (person,), (attachment,), invitation = head.participants, head.attachments, head.invitation
    assert invitation is not None
    words = (
        head.subject,
        person.address,
        person.name,
        attachment.name,
        attachment.type,
        *vars(invitation).values(),
    )
    return " ".join(map(str, words))


def assert_silent(error: BaseException) -> None:
    """Neither the error nor what it came from would show content in a log."""
    assert WORD not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__
