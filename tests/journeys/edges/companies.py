"""What the edges need beside an office: a second one, an older copy of its store, and stores compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from addon.services import build_services
from storage.records import Conversation, Found, Thread, ThreadState
from tests.backends import Place
from tests.office import Office, open_office


def moved_to(place: Place, office: Office) -> Office:
    """The same company and its decisions, with its store in another place."""
    config = replace(
        office.services.config,
        store_url=place.url,
        firestore_emulator=place.environment.get("FIRESTORE_EMULATOR_HOST"),
    )
    return open_office(office.simulator, build_services(config, clock=office.clock), office.clock)


def copy_of(office: Office, place: Place) -> None:
    """Copy the whole store as an operator does, to be put back later."""
    args = ["store", "copy", office.services.config.store_url, place.url]
    result = office.client.application.test_cli_runner().invoke(args=args)
    assert result.exit_code == 0, result.output


def lose_history(office: Office) -> None:
    """The next time history is asked for, Gmail has none after that cursor; whoever asks later finds it again."""
    office.simulator.control.fault("GET .*/history", status=404, reason="notFound", times=1)


# --- stores compared --------------------------------------------------------------------------------------


def remains(office: Office, *emails: str) -> dict[str, Any]:
    """All that a store holds of these mailboxes, without what differs from one company to the next.

    Threads by Gmail's id: what they are followed for and what carries the label. Conversations by their copies.
    """
    threads = {
        (email, thread.id): _shown(thread)
        for email in emails
        for state in ThreadState
        for thread in office.services.store.threads_in(f"sub-{email}", state, limit=1000).items
    }
    held = {
        found.conversation.id: found
        for email in emails
        for found in office.services.store.held_by(f"sub-{email}", limit=1000).items
    }
    conversations = sorted((_told(office, found) for found in held.values()), key=repr)
    return {"threads": threads, "conversations": conversations}


def _shown(thread: Thread) -> tuple[Any, ...]:
    return (
        thread.state.value,
        sorted(reason.value for reason in thread.reasons),
        sorted(thread.labelled),
        sorted(thread.labelled_secret),
        thread.has_work,
        thread.is_aside,
        thread.conversation is not None,
        thread.label_off_at is not None,
    )


def _told(office: Office, found: Found) -> tuple[Any, ...]:
    copies = sorted(
        (sorted(message.gmail_ids.items()), message.text.strip(), message.head is not None)
        for message in office.messages(found)
    )
    summary = found.summary
    counted = (summary.subject, summary.count, sorted(summary.holders), len(summary.candidates))
    return (*_decided(found.conversation), counted, copies)


def _decided(conversation: Conversation) -> Iterator[Any]:
    yield conversation.state.value
    yield (conversation.secret, sorted(conversation.audience))
    yield sorted(conversation.withdrawn)
