"""A row for every verb of the panel: what it is asked about, and who may. A verb without a row fails.

`about` names the parameter that says which conversation or candidate is meant; what belongs to the presser alone,
and to nobody's conversation, has none and stands in `OWN`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.sight import expected
from tests.sight.people import Person
from tests.sight.topics import Topic

FEW_TOPICS = {"visible", "secret", "removed-secret", "alone"}
May = Callable[[Person, Topic, str], bool]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One verb, with one `want`."""

    verb: str
    want: str = ""
    about: str = "conversation"
    more: Mapping[str, str] = field(default_factory=dict)
    """What else the press carries: `candidate`, `conversation` or `message` (stored), and whose topic it is."""
    inputs: Mapping[str, list[str]] = field(default_factory=dict)
    """What is typed or ticked beside it."""
    may: May
    """By person, conversation and policy. Everybody else gets the answer for an unknown id."""
    few: bool = False
    """Asked of `FEW_TOPICS` only: it goes the way of another row."""
    at_once: bool = False
    """It needs no second press: an allowed one changes something."""

    def is_asked_of(self, topic: Topic) -> bool:
        return not self.few or topic.name in FEW_TOPICS

    def __str__(self) -> str:
        return f"{self.verb} {self.want}".strip()


def _opens(one: Person, topic: Topic, policy: str) -> bool:
    return expected.reads(one, topic, policy) or expected.one_line(one, topic)


ROWS = (
    Row(verb="conversation", may=_opens),
    Row(verb="conversation", want="who", may=expected.reads),
    Row(verb="refresh", may=_opens, few=True),
    Row(verb="make-secret", may=expected.makes_secret),
    Row(verb="make-secret", want="audience", may=expected.lets_in),
    Row(verb="make-visible", may=expected.makes_visible),
    Row(verb="remove", may=expected.removes),
    Row(verb="remove", want="now", may=expected.deletes_now),
    Row(verb="restore", may=expected.restores, at_once=True),
    Row(verb="withdraw", may=expected.withdraws, at_once=True),
    Row(verb="withdraw", want="now", may=expected.deletes_now, few=True),
    Row(verb="candidate", about="candidate", may=expected.sees_candidate),
    Row(verb="refresh", about="candidate", may=expected.sees_candidate, few=True),
    Row(verb="draft", about="candidate", may=expected.sees_candidate, few=True, at_once=True),
    Row(verb="import-preview", about="candidate", may=expected.sees_candidate, few=True, at_once=True),
    Row(verb="import-address", about="candidate", may=expected.sees_candidate, few=True, at_once=True),
)

OWN = {
    "sync-thread": ("", "secret"),
    "stop-sync": ("", "label"),
    "retry": ("",),
    "import-cancel": ("",),
    "set-email": ("", "on", "off", "off-withdraw"),
    "settings": ("", "create-labels", "backfill-all", "backfill-new", "backfill-later"),
    "withdraw": ("all",),
}
"""Verb -> its values of `want`: the presser's own mailbox, threads and imports, whatever ids come with it."""
