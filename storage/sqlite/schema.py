"""The tables, and how an older file becomes a newer one.

A migration that was released is never edited; append another. Counted by `PRAGMA user_version` and applied
in one immediate transaction, so that several processes may start at once and one of them does it.

Times are microseconds since 1970 UTC, sets and mappings JSON in order, sealed values BLOBs. A `version`
grows with every write.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from storage.port import StoreError
from storage.sqlite.database import connect
from storage.sqlite.errors import in_our_words

_FIRST = (
    "CREATE TABLE keys (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID",
    # --- people
    """CREATE TABLE members (
        sub TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, addresses TEXT NOT NULL,
        role TEXT NOT NULL, permissions TEXT NOT NULL, self_candidates TEXT NOT NULL, left_at INTEGER,
        scopes_asked_at INTEGER, version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX members_by_email ON members (email, sub)",
    "CREATE INDEX members_by_role ON members (role, email, sub)",
    """CREATE TABLE member_addresses (
        address TEXT NOT NULL, sub TEXT NOT NULL, PRIMARY KEY (address, sub)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX member_addresses_by_sub ON member_addresses (sub)",
    # --- opting in and out
    """CREATE TABLE consent_requests (
        sub TEXT PRIMARY KEY, errand TEXT NOT NULL, nonce TEXT NOT NULL, expires_at INTEGER NOT NULL,
        taken INTEGER NOT NULL, refusal TEXT
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX consent_requests_by_nonce ON consent_requests (nonce, sub)",
    """CREATE TABLE attempts (
        state TEXT PRIMARY KEY, nonce TEXT NOT NULL, sub TEXT NOT NULL, browser TEXT NOT NULL,
        verifier BLOB NOT NULL, expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX attempts_expiring ON attempts (expires_at, state)",
    """CREATE TABLE consents (
        sub TEXT PRIMARY KEY, epoch INTEGER NOT NULL, scopes TEXT NOT NULL, since INTEGER NOT NULL,
        refresh_token BLOB NOT NULL, version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE revocations (
        id TEXT PRIMARY KEY, sub TEXT NOT NULL, refresh_token BLOB NOT NULL, since INTEGER NOT NULL,
        not_before INTEGER NOT NULL, attempts INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX revocations_due ON revocations (not_before, id)",
    "CREATE INDEX revocations_of_member ON revocations (sub)",
    # --- mailboxes
    """CREATE TABLE mailboxes (
        sub TEXT PRIMARY KEY, address TEXT NOT NULL, since INTEGER NOT NULL, epoch INTEGER NOT NULL,
        cursor INTEGER, fence INTEGER NOT NULL, lease_owner TEXT, lease_until INTEGER,
        label TEXT, secret_label TEXT, seen_labels TEXT NOT NULL, labels_at INTEGER, label_name TEXT NOT NULL,
        label_twin TEXT NOT NULL, backfill TEXT NOT NULL, labelled_before INTEGER NOT NULL,
        label_renewed_at INTEGER, batches TEXT NOT NULL, attention TEXT, cooldown_until INTEGER,
        last_ok_at INTEGER, newest INTEGER NOT NULL, watch_until INTEGER, watch_asked_at INTEGER,
        new_mail INTEGER NOT NULL, searched_at INTEGER, version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX mailboxes_by_attention ON mailboxes (attention, sub) WHERE attention IS NOT NULL",
    """CREATE TABLE bells (
        sub TEXT PRIMARY KEY, due_at INTEGER NOT NULL, rung INTEGER NOT NULL, lane INTEGER NOT NULL,
        notified INTEGER NOT NULL, ran_at INTEGER
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX bells_due ON bells (due_at, sub)",
    # --- threads
    """CREATE TABLE threads (
        sub TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, reasons TEXT NOT NULL,
        ended TEXT NOT NULL, labelled TEXT NOT NULL, labelled_secret TEXT NOT NULL, secret INTEGER NOT NULL,
        about TEXT NOT NULL, conversation TEXT,
        todo_all INTEGER NOT NULL, todo TEXT NOT NULL, has_work INTEGER NOT NULL, lane INTEGER NOT NULL,
        not_before INTEGER NOT NULL, attempts INTEGER NOT NULL, starts INTEGER NOT NULL,
        aside_all INTEGER NOT NULL, aside TEXT NOT NULL, is_aside INTEGER NOT NULL, who_keys TEXT NOT NULL,
        offered INTEGER NOT NULL, label_record INTEGER NOT NULL, wished INTEGER NOT NULL,
        label_off_at INTEGER, batch TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (sub, id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX threads_with_work ON threads (sub, lane, not_before, id) WHERE has_work = 1",
    "CREATE INDEX threads_set_aside ON threads (sub, id) WHERE is_aside = 1",
    "CREATE INDEX threads_by_state ON threads (sub, state, id)",
    "CREATE INDEX threads_of_conversation ON threads (conversation, sub, id)",
    """CREATE TABLE waiting (
        who_key TEXT NOT NULL, sub TEXT NOT NULL, thread TEXT NOT NULL, PRIMARY KEY (who_key, sub, thread)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX waiting_of_thread ON waiting (sub, thread)",
    """CREATE TABLE imports (
        id TEXT PRIMARY KEY NOT NULL, sub TEXT NOT NULL, epoch INTEGER NOT NULL, candidate TEXT NOT NULL,
        addresses BLOB NOT NULL, since INTEGER, secret INTEGER NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,
        ended_at INTEGER, expires_at INTEGER NOT NULL, found INTEGER NOT NULL, taken_in INTEGER NOT NULL,
        left_alone INTEGER NOT NULL, failed INTEGER NOT NULL, settled TEXT NOT NULL, opening TEXT NOT NULL,
        starts INTEGER NOT NULL, unread BLOB NOT NULL, retrying INTEGER NOT NULL, version INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX imports_of_member ON imports (sub, at, id)",
    "CREATE INDEX imports_of_candidate ON imports (sub, candidate, at, id)",
    "CREATE INDEX imports_running ON imports (sub, at, id) WHERE state = 'running'",
    "CREATE INDEX imports_by_end ON imports (expires_at, id)",
    """CREATE TABLE aliases (
        sub TEXT NOT NULL, event_id TEXT NOT NULL, thread TEXT NOT NULL, PRIMARY KEY (sub, event_id)
    ) STRICT, WITHOUT ROWID""",
    # --- the outbox
    """CREATE TABLE outbox (
        id TEXT PRIMARY KEY, sub TEXT NOT NULL, candidate TEXT NOT NULL, secret INTEGER NOT NULL,
        at INTEGER NOT NULL, expires_at INTEGER NOT NULL, draft TEXT, thread TEXT, reference TEXT,
        sent INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX outbox_of_thread ON outbox (sub, thread) WHERE thread IS NOT NULL",
    "CREATE INDEX outbox_of_member ON outbox (sub, sent, at, id)",
    "CREATE INDEX outbox_sent ON outbox (sent, at, id)",
    "CREATE INDEX outbox_by_reference ON outbox (reference) WHERE reference IS NOT NULL",
    "CREATE INDEX outbox_expiring ON outbox (expires_at, id)",
    # --- conversations
    """CREATE TABLE conversations (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, into_id TEXT, secret INTEGER NOT NULL, secret_by TEXT,
        secret_at INTEGER, audience TEXT NOT NULL, removed_by TEXT, removed_role TEXT, removed_at INTEGER,
        purge_at INTEGER, barriers TEXT NOT NULL, withdrawn TEXT NOT NULL, hold INTEGER NOT NULL,
        linked TEXT NOT NULL, purge_due INTEGER, version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX conversations_to_purge ON conversations (purge_due, id) WHERE purge_due IS NOT NULL",
    "CREATE INDEX conversations_into ON conversations (into_id) WHERE into_id IS NOT NULL",
    """CREATE TABLE secrets (
        token TEXT NOT NULL, conversation TEXT NOT NULL, PRIMARY KEY (token, conversation)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX secrets_of_conversation ON secrets (conversation)",
    """CREATE TABLE taken_out (
        sub TEXT NOT NULL, conversation TEXT NOT NULL, PRIMARY KEY (sub, conversation)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX taken_out_of_conversation ON taken_out (conversation)",
    """CREATE TABLE summaries (
        conversation TEXT PRIMARY KEY, subject BLOB NOT NULL, outside BLOB NOT NULL, count INTEGER NOT NULL,
        last_at INTEGER NOT NULL, holders TEXT NOT NULL, participants TEXT NOT NULL, named TEXT NOT NULL,
        candidates TEXT NOT NULL, first_at INTEGER, first_key TEXT
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE held (
        sub TEXT NOT NULL, conversation TEXT NOT NULL, alone INTEGER NOT NULL, first_at INTEGER NOT NULL,
        PRIMARY KEY (sub, conversation)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX held_of_conversation ON held (conversation)",
    "CREATE INDEX held_newest ON held (sub, first_at, conversation)",
    """CREATE TABLE listed (
        candidate TEXT NOT NULL, token TEXT NOT NULL, last_at INTEGER NOT NULL, conversation TEXT NOT NULL,
        PRIMARY KEY (candidate, token, last_at, conversation)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX listed_of_conversation ON listed (conversation)",
    # --- messages: rows with text stay out of WITHOUT ROWID, whose trees hold whole rows
    """CREATE TABLE messages (
        key TEXT PRIMARY KEY NOT NULL, reference TEXT, conversation TEXT NOT NULL, sent_at INTEGER NOT NULL,
        gmail_ids TEXT NOT NULL, participants TEXT NOT NULL, named TEXT NOT NULL, pieces INTEGER NOT NULL,
        head BLOB, text BLOB, outside BLOB
    ) STRICT""",
    "CREATE INDEX messages_of_conversation ON messages (conversation, sent_at, key)",
    "CREATE INDEX messages_by_reference ON messages (reference) WHERE reference IS NOT NULL",
    """CREATE TABLE copies (
        sub TEXT NOT NULL, gmail_id TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (sub, gmail_id, message)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX copies_of_message ON copies (message)",
    """CREATE TABLE texts (
        message TEXT NOT NULL, n INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (message, n)
    ) STRICT""",
    # --- candidates
    """CREATE TABLE candidates (
        id TEXT PRIMARY KEY, external_id TEXT NOT NULL, to_do INTEGER NOT NULL, fields BLOB NOT NULL,
        version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX candidates_to_do ON candidates (id) WHERE to_do = 1",
    "CREATE INDEX candidates_by_external_id ON candidates (external_id, id) WHERE external_id <> ''",
    """CREATE TABLE addresses (
        hash TEXT NOT NULL, candidate TEXT NOT NULL, PRIMARY KEY (hash, candidate)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX addresses_of_candidate ON addresses (candidate)",
    """CREATE TABLE names (
        hash TEXT NOT NULL, candidate TEXT NOT NULL, PRIMARY KEY (hash, candidate)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX names_of_candidate ON names (candidate)",
    # --- acts and counts
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL,
        conversation TEXT, subject TEXT, proof TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX audit_of_conversation ON audit (conversation, at, id)",
    "CREATE INDEX audit_by_time ON audit (at, id)",
    "CREATE INDEX audit_by_actor ON audit (actor, at, id)",
    "CREATE TABLE unsealed (id INTEGER PRIMARY KEY) STRICT",
    """CREATE TABLE chain (
        n INTEGER PRIMARY KEY, at INTEGER NOT NULL, rows TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE tallies (
        sub TEXT NOT NULL, day TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (sub, day, name)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX tallies_by_day ON tallies (day, name, count)",
    """CREATE TABLE looks (
        sub TEXT NOT NULL, message TEXT NOT NULL, why TEXT NOT NULL, outcome TEXT NOT NULL, at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL, PRIMARY KEY (sub, message)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX looks_by_end ON looks (expires_at)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST,)
"""The statements that lead from version n to n + 1."""


def migrate(path: Path) -> None:
    """Bring the file to the newest schema; `StoreError` for a newer one or somebody else's."""
    with in_our_words():
        connection = connect(path)
        try:
            _write_ahead(connection)
            if _version(connection) != len(MIGRATIONS):
                _apply(connection)
        finally:
            connection.close()


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Into WAL, which a file remembers. This change does not wait for others, so we wait our turn first."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        else:
            return


def _apply(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)  # again: another process may have been first
    if version > len(MIGRATIONS):
        raise StoreError(
            "The store was written by a newer release than this one: install that, or restore a backup."
        )
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise StoreError("The store's file holds another program's tables: is STORE_URL right?")
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
