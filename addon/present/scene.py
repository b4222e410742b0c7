"""What was read about an open message: the last place where records of mail stand beside who looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from addon.policy import acting, returning, visibility
from addon.policy.acting import Act, Case
from addon.policy.explain import Explanation
from addon.policy.linking import Offers
from addon.policy.mail import Mail
from addon.policy.matching import Match
from storage.records import (
    Candidate,
    ConsentRequest,
    Found,
    Mailbox,
    Member,
    Message,
    SecretPolicy,
    Thread,
    Withdrawal,
)


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """How a copy stands that is in colleagues' mailboxes only."""

    followed: bool
    """In one of them replies still come in."""
    checked_at: datetime | None
    """The last complete check of such a mailbox."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """All that was read about an open message, by and for one caller.

    `found` is what is stored of its conversation, where the caller may know of it. `mail` is there only where
    Gmail was asked, which a synced message never needs (R32).
    """

    member: Member
    policy: SecretPolicy
    now: datetime
    message_id: str
    thread_id: str
    mailbox: Mailbox | None
    thread: Thread | None
    message: Message | None
    found: Found | None
    mail: Mail | None
    match: Match | None
    candidates: Mapping[str, Candidate]
    members: Mapping[str, Member]
    out_of_sight: bool = False
    """The caller's own thread lies in a conversation the caller may not know of."""
    elsewhere: Elsewhere | None = None
    """Where the copy is a colleague's."""
    label_missing: bool = False
    request: ConsentRequest | None = None
    """The caller's, where Email is off."""
    continues: Found | None = None
    """What the open message answers, where that is stored from the caller's own mailbox and seen by them."""
    explained: Explanation | None = None
    """What is known of the open message by its Message-ID, where Gmail was asked."""
    offers: Offers = field(default_factory=Offers)
    """What was found where nobody on it is a candidate."""

    @cached_property
    def seen(self) -> Found | None:
        """The conversation, where the caller sees it."""
        return self.found if self.found and visibility.may_see(self.member, self.found, self.policy) else None

    @property
    def holds_without_sight(self) -> bool:
        return self.found is not None and self.seen is None and self.took_out is None

    @property
    def took_out(self) -> Withdrawal | None:
        """The caller's own copies, where they took them out and it is not for good yet."""
        return visibility.took_out(self.member, self.found) if self.found else None

    @property
    def thread_in(self) -> Thread | None:
        """The caller's own thread, as long as anything may come in by it."""
        out = self.found and returning.is_out(self.found.conversation, self.member.sub)
        return None if out else self.thread

    @property
    def about(self) -> frozenset[str]:
        """Candidates to show: matched by the open message, of its conversation where that is seen, or said."""
        matched = self.match.candidates | self.match.internal if self.match else frozenset[str]()
        said = self.thread.about if self.thread and not self.out_of_sight else frozenset[str]()
        return matched | said | (self.seen.summary.candidates if self.seen else frozenset())

    @cached_property
    def case(self) -> Case:
        return Case(
            member=self.member,
            found=self.found,
            policy=self.policy,
            thread=self.thread,
            own_copy=self.mailbox is not None,
        )

    @cached_property
    def allowed(self) -> frozenset[Act]:
        """R33: what the caller may do with it."""
        return acting.open_acts(Act, self.case)
