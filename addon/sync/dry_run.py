"""How much could sync at most, said before anything does: no message is opened at Gmail and nothing is stored.

A mailbox by the labels of its threads, an mbox by the addresses on its messages. Both are upper bounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from addon import opting
from addon.batches import batches
from addon.gateways.errors import GoneError
from addon.gateways.gmail import StoredGmail
from addon.policy.admission import Admission, Denial, Denied, Facts, admit, never_stored
from addon.policy.mail import Mail
from addon.policy.matching import People, everyone, match
from addon.services import Services
from storage.records import Consent, Mailbox, Member, Reason, ThreadState

_AT_ONCE = 50
_NEVER = frozenset({Denied.BLOCKED, Denied.SELF})
"""One such message keeps its whole conversation out."""


@dataclass(frozen=True, kw_only=True)
class Possible:
    """`at_most` conversations could come in; `others` could not, or are in already."""

    at_most: int
    others: int


# --- a mailbox --------------------------------------------------------------------------------------------


def possible_in_mailbox(consent: Consent, mailbox: Mailbox, services: Services) -> Possible:
    """By labels alone: ids of threads that carry one of ours. Raise `OutsideError` where Gmail will not say."""
    gmail = services.gmail.stored(consent, address=mailbox.address)
    bound = opting.look_up_labels(mailbox, gmail, services).mailbox
    ids = {id for label in (bound.label, bound.secret_label) if label for id in _carrying(label, gmail)}
    settled = sum(_settled(mailbox.sub, some, services) for some in batches(sorted(ids), _AT_ONCE))
    return Possible(at_most=len(ids) - settled, others=settled)


def _carrying(label: str, gmail: StoredGmail) -> Iterable[str]:
    try:
        yield from (id for id, _ in gmail.threads_with(label))
    except GoneError:
        return


def _settled(sub: str, ids: list[str], services: Services) -> int:
    """How many are in already, or were stopped by their owner."""
    known = services.store.threads(sub, ids).values()
    return sum(
        thread.state is ThreadState.STOPPED or (thread.conversation is not None and not thread.todo_all)
        for thread in known
    )


# --- an mbox ----------------------------------------------------------------------------------------------


def possible_in_mails(mails: Iterable[Mail], owner: Member, services: Services) -> Possible:
    """If every conversation carried the label: those in which a candidate takes part and nobody is blocked."""
    conversations = _Conversations()
    for some in batches(mails, _AT_ONCE):
        addresses = everyone(some)
        people = People(
            candidates=services.directory.find(addresses), members=services.store.members_at(addresses)
        )
        for mail in some:
            if never_stored(mail) is None:
                conversations.take(mail, _decided(mail, people, owner, services))
    return conversations.counted()


def _decided(mail: Mail, people: People, owner: Member, services: Services) -> Admission | Denial:
    matched = match([mail], people=people, company=services.company)
    return admit(Facts(on=True, owner=owner, reasons=frozenset({Reason.LABEL}), match=matched))


class _Conversations:
    """Messages brought together by Gmail's thread or by what they cite; nothing of them is held but ids."""

    def __init__(self) -> None:
        self._leads: dict[str, str] = {}
        self._come: set[str] = set()
        self._stay_out: set[str] = set()

    def take(self, mail: Mail, decision: Admission | Denial) -> None:
        cited = [f"<{id}>" for id in (mail.message_id, *mail.references) if id is not None]
        names = [f"thread {mail.thread}"] if mail.thread else cited or [f"message {mail.id}"]
        first = self._root(names[0])
        for name in names[1:]:
            self._leads[self._root(name)] = first
        if isinstance(decision, Admission):
            self._come.add(names[0])
        elif decision.why in _NEVER:
            self._stay_out.add(names[0])

    def counted(self) -> Possible:
        every = {self._root(name) for name in list(self._leads)}
        come = {self._root(name) for name in self._come} - {self._root(name) for name in self._stay_out}
        return Possible(at_most=len(come), others=len(every) - len(come))

    def _root(self, name: str) -> str:
        root = name
        while (above := self._leads.setdefault(root, root)) != root:
            root = above
        while self._leads[name] != root:  # so that the next one finds it at once
            self._leads[name], name = root, self._leads[name]
        return root
