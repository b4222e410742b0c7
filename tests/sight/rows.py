"""A row for every verb of the panel: what it is asked about, and who may. A verb without a row fails.

`about` names the parameter that says which conversation or candidate is meant; what belongs to the presser alone,
and to nobody's conversation, has none and stands in `OWN`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.sight import expected
from tests.sight.people import Person
from tests.sight.topics import TOPICS, Topic

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
    address: str = ""
    inputs: Mapping[str, list[str]] = field(default_factory=dict)
    """What is typed or ticked beside it."""
    carries: bool = False
    """The id stands in the answer for the press that follows, whatever it is the id of: it is not looked at."""
    may: May
    """By person, conversation and policy. Everybody else gets the answer for an unknown id."""
    few: bool = False
    """Asked of `FEW_TOPICS` only: it goes the way of another row."""
    at_once: bool = False
    """It needs no second press: an allowed one changes something."""

    def is_asked_of(self, topic: Topic) -> bool:
        return not self.few or topic.name in FEW_TOPICS

    def __str__(self) -> str:
        beside = (*self.more, *(name for name in ("address", "inputs") if getattr(self, name)))
        return " ".join(filter(None, (self.verb, self.want, self.about, *beside)))


def _opens(one: Person, topic: Topic, policy: str) -> bool:
    return expected.reads(one, topic, policy) or expected.one_line(one, topic)


def _reads_mail_of(name: str) -> May:
    """A stored mail shows with the conversation it lies in, and with no other."""

    def may(one: Person, topic: Topic, policy: str) -> bool:
        return topic.name == name and expected.reads(one, topic, policy)

    return may


def _says_it_is_about_the_visible_ones(one: Person, topic: Topic, policy: str) -> bool:
    """Whoever they choose is a candidate they see."""
    return expected.links(one, topic, policy) and expected.sees_candidate(one, VISIBLE, policy)


def _nobody(one: Person, topic: Topic, policy: str) -> bool:  # noqa: ARG001 (every row is asked alike)
    return False


VISIBLE = next(topic for topic in TOPICS if topic.name == "visible")
_CHOSEN = {"candidate": "visible"}
NEW_ADDRESS = "mara.at.home@people.example"
"""No candidate has it."""
_SEARCHED = {"name": ["case"]}
"""Everybody is called that."""

ROWS = (
    Row(verb="conversation", may=_opens),
    Row(
        verb="conversation",
        about="message",
        more={"conversation": "visible"},
        may=_reads_mail_of("visible"),
        few=True,
    ),
    Row(
        verb="conversation",
        about="message",
        more={"conversation": "secret"},
        may=_reads_mail_of("secret"),
        few=True,
    ),
    Row(verb="conversation", want="who", may=expected.reads),
    Row(verb="refresh", may=_opens, few=True),
    Row(verb="make-secret", may=expected.makes_secret),
    Row(verb="make-secret", want="audience", may=expected.lets_in),
    Row(verb="make-visible", may=expected.makes_visible),
    Row(verb="remove", may=expected.removes),
    Row(verb="remove", want="now", may=expected.deletes_now),
    Row(verb="remove", want="now-taken-out", may=expected.deletes_now, few=True),
    Row(verb="restore", may=expected.restores, at_once=True),
    Row(verb="withdraw", may=expected.withdraws, at_once=True),
    Row(verb="withdraw", want="now", may=expected.deletes_now, few=True),
    Row(verb="withdraw", want="now-taken-out", may=expected.deletes_now, few=True),
    Row(
        verb="link-candidate",
        want="conversation",
        more=_CHOSEN,
        may=_says_it_is_about_the_visible_ones,
        at_once=True,
    ),
    Row(verb="link-candidate", want="undo", more=_CHOSEN, may=expected.links, few=True),
    Row(
        verb="link-candidate",
        want="address",
        about="candidate",
        address=NEW_ADDRESS,
        may=expected.links_addresses,
        few=True,
    ),
    Row(
        verb="link-candidate",
        want="undo",
        about="candidate",
        address=NEW_ADDRESS,
        may=expected.links_addresses,
        few=True,
    ),
    Row(
        verb="search-candidates",
        want="conversation",
        inputs=_SEARCHED,
        may=_nobody,
        few=True,
        carries=True,
    ),
    Row(verb="candidate", about="candidate", may=expected.sees_candidate),
    Row(
        verb="candidate",
        about="candidate",
        inputs={"search": ["subject"]},
        may=expected.sees_candidate,
        few=True,
    ),
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
    "withdraw": ("all", "all-my-data"),
    "link-candidate": ("no",),
    "search-candidates": ("", "address"),
    "my-data": ("", "taken-out"),
    "export-mine": ("",),
}
"""Verb -> its values of `want`: the presser's own mailbox, threads and imports, whatever ids come with it."""
