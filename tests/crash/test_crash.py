"""A sample of the crash matrix; `make crash` tries every point."""

from __future__ import annotations

import inspect

import pytest

from storage.port import Store
from tests.backends import BACKENDS
from tests.crash.killing import WRITES, Killed, Points
from tests.crash.run import Ended, history
from tests.crash.script import CHAPTERS
from tests.crash.verdict import verdict

SAMPLES = 2
"""Points of each chapter, on each store; others with every change of the chapter."""
READS = frozenset(
    {
        "acts",
        "acts_since",
        "alias",
        "all_candidates",
        "begun",
        "begun_as",
        "begun_in",
        "bell",
        "bells",
        "candidate",
        "candidate_by_external_id",
        "candidates",
        "candidates_called",
        "candidates_like",
        "candidates_to_do",
        "close",
        "consent",
        "consent_request",
        "consent_requested",
        "conversation",
        "conversations_of",
        "copies_of",
        "copy",
        "due",
        "entries",
        "entries_at",
        "find",
        "held_by",
        "held_ids",
        "holdings",
        "import_of",
        "imports",
        "key",
        "last_link",
        "links",
        "look",
        "mailbox",
        "mailboxes",
        "member",
        "members",
        "members_at",
        "members_named",
        "messages",
        "newest_held",
        "opened",
        "pending",
        "ping",
        "purgeable",
        "revocations",
        "running_imports",
        "secrets_of",
        "set_aside",
        "sums",
        "taken_out",
        "tallies",
        "text",
        "threads",
        "threads_in",
        "threads_of",
        "unsealed",
        "unsent",
        "unwell",
        "waiting_for",
        "work",
    }
)


@pytest.fixture(scope="module", params=BACKENDS)
def store_of(request: pytest.FixtureRequest) -> tuple[str, str | None]:
    backend = str(request.param)
    return backend, request.getfixturevalue("emulator") if backend == "firestore" else None


@pytest.fixture(scope="module")
def calm(store_of: tuple[str, str | None]) -> dict[str, Ended]:
    return {name: history(*store_of, chapter) for name, chapter in CHAPTERS.items()}


@pytest.mark.parametrize("sample", range(SAMPLES))
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_wherever_a_process_dies_the_history_ends_as_if_none_had(
    calm: dict[str, Ended], store_of: tuple[str, str | None], chapter: str, sample: int
) -> None:
    points = len(calm[chapter].points)
    point = (2 * sample + 1) * points // (2 * SAMPLES)

    assert verdict(calm[chapter], *store_of, chapter, point).wrong == ""


def test_the_history_passes_every_way_in_and_every_act(calm: dict[str, Ended]) -> None:
    verbs = {verb for ended in calm.values() for _, verb, _ in ended.told["acts"]}
    points = {name.split()[1] for ended in calm.values() for name in ended.points}

    assert verbs >= {
        "backfill-all",
        "bring-back",
        "candidates-import",
        "delete-now",
        "draft",
        "email-off",
        "email-on",
        "hold-off",
        "hold-on",
        "import-address",
        "import-restore",
        "import-undo",
        "let-in",
        "make-secret",
        "make-visible",
        "purge",
        "remove",
        "restore",
        "stop-sync",
        "sync-thread",
        "withdraw",
    }
    assert points >= {
        "gmail.create_draft",
        "gmail.history",
        "gmail.message",
        "gmail.messages",
        "gmail.modify_thread",
        "gmail.thread",
        "google.revoke",
        "store.admit",
        "store.advance",
        "store.change",
        "store.opt_in",
        "store.purge",
        "store.save_import",
        "store.start_import",
        "store.store",
        "store.take_attempt",
    }


def test_every_verb_of_the_store_either_writes_and_is_a_point_or_reads() -> None:
    verbs = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}

    assert verbs == READS | WRITES
    assert not READS & WRITES


def test_who_is_dead_cleans_up_nothing() -> None:
    points, done = Points(dies_at=0), list[str]()

    def work() -> None:
        try:
            points.reach("work")
        finally:
            points.around("release the lease", lambda: done.append("released"))

    with pytest.raises(Killed):
        work()
    assert (points.names, done) == (["work"], [])

    points.start_anew()
    points.around("work", lambda: done.append("worked"))
    assert done == ["worked"]


def test_a_point_is_passed_before_and_after_the_call_took_effect() -> None:
    points, done = Points(), list[str]()

    points.around("a call", lambda: done.append(f"done at {len(points.names)}"))

    assert points.names == ["before a call", "after a call"]
    assert done == ["done at 1"]
