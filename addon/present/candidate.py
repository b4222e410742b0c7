"""A candidate's card: addresses, conversations, what was searched for, and who has been in contact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from addon.policy import acting, visibility
from addon.policy.matching import canonical
from addon.present.formats import Formats
from addon.present.people import nameable_holders, names
from cards.candidate import CandidateView, Contact, ConversationRow, Updates, Writing
from cards.candidate_line import AddressRow
from cards.importing import ImportLine
from storage.records import (
    Candidate,
    Found,
    Member,
    Message,
    Participant,
    Place,
    SecretPolicy,
    Thread,
    ThreadState,
)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One page of what the caller sees; the store never read the rest."""

    shown: Sequence[Found]
    page: str
    next_page: str
    search: str = field(default="", repr=False)
    searched_all: bool = True


def candidate_view(
    candidate: Candidate,
    *,
    listed: Listed,
    updates: Mapping[str, Updates],
    writing: Writing,
    reader: Member,
    members: Mapping[str, Member],
    importing: ImportLine | None,
    contact: Contact | None,
    formats: Formats,
    now: datetime,
) -> CandidateView:
    """`importing`: the caller's own."""

    def row(found: Found) -> ConversationRow:
        mine = (reader.display_name,) if reader.sub in found.summary.holders else ()
        return ConversationRow(
            conversation=found.conversation.id,
            subject=found.summary.subject,
            last=formats.moment(found.summary.last_at, now=now),
            holders=mine + names(nameable_holders(found, but=reader), members),
            secret=found.conversation.secret,
            updates=updates.get(found.conversation.id, Updates.NOT_TOLD),
        )

    undoes = acting.may_link_address(reader, candidate.id)
    return CandidateView(
        id=candidate.id,
        name=candidate.name,
        headline=candidate.headline,
        stage=candidate.stage,
        owner=candidate.owner,
        url=candidate.url,
        addresses=tuple(
            AddressRow(id=each, shown=each, undoable=each in candidate.linked and undoes)
            for each in candidate.addresses
        ),
        writing=writing,
        conversations=tuple(row(found) for found in listed.shown),
        next_page=listed.next_page,
        page=listed.page,
        importing=importing,
        contact=contact,
        search=listed.search,
        searched_all=listed.searched_all,
    )


def told_of(found: Found, reader: Member) -> frozenset[str]:
    """Whose copies the reader may know of: their own, and those of holders that may be named (R18)."""
    return nameable_holders(found, but=reader) | (found.summary.holders & {reader.sub})


def updates_of(threads: Iterable[Thread], *, told: Collection[str], unread: Collection[str]) -> Updates:
    """Whether any mailbox the reader may know of follows it; one whose Email is off follows nothing.

    Neither does one of those that cannot be read, `unread`, until its owner has done something about it.
    """
    if not told:
        return Updates.NOT_TOLD
    following = any(
        thread.state is ThreadState.FOLLOWING and thread.sub in told and thread.sub not in unread
        for thread in threads
    )
    return Updates.COME_IN if following else Updates.ENDED


# --- searching --------------------------------------------------------------------------------------------


def people_to_search(found: Found, reader: Member) -> frozenset[str]:
    """Members by whom the reader may find a conversation: a Bcc finds none, but one's own (R18)."""
    return found.summary.named | (found.summary.relations & {reader.sub})


def matches(
    words: Iterable[str],
    found: Found,
    *,
    reader: Member,
    policy: SecretPolicy,
    members: Mapping[str, Member],
    candidates: Mapping[str, Candidate],
) -> bool:
    """Whether every word stands in the subject, or in the name or an address of somebody on it.

    Who from outside is on it is read in its mail: by them nobody finds what they would be noted for reading.
    """
    people = [members[sub] for sub in people_to_search(found, reader) if sub in members]
    about = [candidates[id] for id in found.summary.candidates if id in candidates]
    text = "\n".join(
        [
            found.summary.subject,
            *(f"{each.name}\n{each.email}" for each in people),
            *("\n".join((each.name, *each.addresses)) for each in about),
            *(found.summary.outside if visibility.reads_unnoticed(reader, found, policy) else ()),
        ]
    ).casefold()
    return all(word in text for word in words)


# --- contact ----------------------------------------------------------------------------------------------


def in_contact(shown: Iterable[Found], reader: Member, policy: SecretPolicy) -> list[Found]:
    """Of what is listed, that of which the reader may be told more: not a secret they are not on (R21)."""
    return [found for found in shown if visibility.reads_unnoticed(reader, found, policy)]


def contact_of(
    known: Collection[Found],
    last: Message | None,
    *,
    more: bool,
    reader: Member,
    members: Mapping[str, Member],
    formats: Formats,
) -> Contact | None:
    """Who is named on the newest conversation, and since when any of them is on one of `known`."""
    if last is None or last.head is None:
        return None
    newest = next(iter(known))
    people = people_to_search(newest, reader)
    begun = [found.summary.first_at for found in known if people & people_to_search(found, reader)]
    since = min((each for each in begun if each is not None), default=None)
    author = next((each for each in last.head.participants if each.place is Place.FROM), None)
    return Contact(
        you=reader.sub in people,
        names=names(people - {reader.sub}, members),
        since=formats.date(since) if since else "",
        or_before=more,
        last_by=_called(author, members) if author else "",
        last_on=formats.date(last.sent_at),
    )


def _called(author: Participant, members: Mapping[str, Member]) -> str:
    """A colleague by the name they have here, anybody else by the one they wrote under."""
    address = canonical(author.address)
    ours = next((each for each in members.values() if address in each.addresses), None)
    return ours.display_name if ours else author.name or author.address
