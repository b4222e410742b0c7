"""What can happen in a history, step by step.

What happens outside happens once, whoever dies. A step of ours that died is begun again from its beginning, as a
member presses again what is still offered and the job runs again when a mailbox is due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from http import HTTPStatus
from typing import Any, Protocol

from addon import holding, purging, renewing, sync
from addon.gateways.scopes import COMPOSE, MODIFY
from addon.policy import membership
from addon.web.jobs import AT_MOST
from storage.records import ImportState, Role
from tests.cards.grammar import buttons
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

TOM, ZOE = "tom@people.example", "zoe@people.example"
PEOPLE = (ANNA, BEN, CARA)
_LONG = timedelta(days=366)
_WISHED = {"withdraw": ImportState.TAKEN_OUT, "restore": ImportState.DONE}
_PRESSES = 3
"""Where time was up the card says to press once more."""


class Jobs(Protocol):
    """Who does what nobody presses."""

    def sync(self, office: Office) -> None:
        """Every mailbox that is due gets its turn; what waits for a later try may be left."""

    def tidy(self, office: Office) -> None:
        """What is done by the hour and by the day."""


class Here:
    """This process does."""

    def sync(self, office: Office) -> None:
        sync.sweep(office.services, until=office.clock.now() + _LONG)

    def tidy(self, office: Office) -> None:
        renewing.renew(office.services, until=office.clock.now() + AT_MOST)
        purging.purge_due(office.services, until=office.clock.now() + AT_MOST)


@dataclass
class Notes:
    """Where the mail of the history lies: by name the message, and each copy's place by mailbox."""

    mails: dict[str, EmailMessage] = field(default_factory=dict)
    at: dict[str, dict[str, Mapping[str, str]]] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    """The button that made a draft -> Gmail's id of the draft that opened."""
    jobs: Jobs = field(default_factory=Here)
    again: bool = False
    """The step is done once more after a crash: what it did before that is no longer offered."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happens; `ours`: the product does it, and may die over it."""

    name: str
    do: Callable[[Office, Notes], None]
    ours: bool = True


def prepared(office: Office, jobs: Jobs) -> None:
    """A company with three mailboxes and two candidates."""
    office.scopes[ANNA] = (MODIFY, COMPOSE)
    office.scopes[BEN] = ()
    office.scopes[CARA] = ()
    office.candidate("Jane Doe", JANE)
    office.candidate("Tom Ray", TOM)
    for email in PEOPLE:
        office.member(email, Role.ADMIN if email == ANNA else Role.TEAM_MEMBER, connected=True)
    settle(office, jobs, turns=1)


def settle(office: Office, jobs: Jobs, *, turns: int = 4) -> None:
    """Run the job until nothing is left to do, and what time makes due."""
    for _ in range(turns):
        office.clock.pass_time(minutes=11)
        jobs.sync(office)
    jobs.tidy(office)


# --- what can happen --------------------------------------------------------------------------------------


def arrives(name: str, sender: str, *to: str, answers: str = "", label: str = "") -> Step:
    """A mail is delivered to those of `to` who are members, and its sender's copy; its text is its name."""

    def do(office: Office, notes: Notes) -> None:
        first = notes.mails.get(answers)
        notes.mails[name] = mail(sender, *to, subject=name, text=name, reply_to=first)
        there = [email for email in (sender, *to) if email in PEOPLE]
        notes.at[name] = dict(office.deliver(notes.mails[name], *there))
        for email in there if label else ():
            office.label(email, notes.at[name][email]["threadId"], label)

    return Step(name=f"{name} arrives", do=do, ours=False)


def arrives_as(email: str, name: str, *, answers: str) -> Step:
    """A mail that another mailbox has in a thread of its own arrives in this one as an answer."""

    def do(office: Office, notes: Notes) -> None:
        known, answered = notes.mails[name], notes.mails[answers]
        copy = mail(JANE, email, text=name, reply_to=answered)
        for header in ("Message-ID", "Date"):
            copy.replace_header(header, known[header])
        office.deliver(copy, email)

    return Step(name=f"{name} arrives as an answer to {answers}", do=do, ours=False)


def becomes_candidate(name: str, address: str) -> Step:
    """The console imports one."""
    text = f"name,addresses\n{name},{address}\n"
    return Step(name=f"{name} becomes a candidate", do=lambda office, _: _imported(office, text))


def _imported(office: Office, text: str) -> None:
    office.import_candidates(text)


def labels(email: str, name: str, label: str = "Lever") -> Step:
    return Step(
        name=f"{email} labels {name}",
        do=lambda office, notes: office.label(email, notes.at[name][email]["threadId"], label),
        ours=False,
    )


def unlabels(email: str, name: str) -> Step:
    return Step(
        name=f"{email} takes the label off {name}",
        do=lambda office, notes: office.unlabel(email, notes.at[name][email]["threadId"]),
        ours=False,
    )


def syncs() -> Step:
    """Every mailbox is due, and the job gives each its turn."""

    def do(office: Office, notes: Notes) -> None:
        office.clock.pass_time(minutes=11)
        notes.jobs.sync(office)

    return Step(name="the job runs", do=do)


def presses(email: str, name: str, *words: str) -> Step:
    """A member opens a message and presses one button after the other, as far as they are offered."""
    return _presses(email, name, *words)


def lets_in(email: str, name: str, *others: str) -> Step:
    """A member says anew which others may see a secret conversation: these, and nobody else."""
    ticked = {"audience": [f"sub-{other}" for other in others]}
    return _presses(email, name, "Who sees it", "Let in or out", "Save", ticked=ticked)


def _presses(email: str, name: str, *words: str, ticked: Mapping[str, list[str]] | None = None) -> Step:
    def do(office: Office, notes: Notes) -> None:
        at = notes.at[name][email]
        card: Mapping[str, Any] = office.open(email, at)
        for word in words:
            offered = [each for each in buttons(card) if each.text == word]
            if not offered:
                assert notes.again, f"{word} is not offered"
                return
            inputs = ticked if word == "Save" else _all_ticked(word)
            card = office.press_button(email, offered[0], opened=at, inputs=inputs)
            office.clock.pass_time(seconds=1)

    return Step(name=f"{email} presses {', '.join(words)} on {name}", do=do)


def imports(email: str) -> Step:
    """A member has their mailbox searched for Jane's address, where none of theirs for her runs or is done."""

    def do(office: Office, notes: Notes) -> None:
        if notes.again and office.services.store.imports(f"sub-{email}", limit=1):
            return
        jane = {"candidate": office.jane().id, "address": JANE}
        office.answer(email, "actions/import-address", parameters=jane, inputs={"since": ["all"]})

    return Step(name=f"{email} imports Jane's mail", do=do)


def import_is(email: str, verb: str) -> Step:
    """A member undoes their newest import (`withdraw`), or undoes that (`restore`)."""

    def do(office: Office, _: Notes) -> None:
        for _press in range(_PRESSES):
            [record] = office.services.store.imports(f"sub-{email}", limit=1)
            if record.state is _WISHED[verb]:
                break
            office.answer(email, f"actions/{verb}", parameters={"import": record.id})
        office.clock.pass_time(seconds=1)

    return Step(name=f"{email} has the import undone: {verb}", do=do)


def batch_is(email: str, verb: str) -> Step:
    """A member undoes what they labelled together (`withdraw`), or undoes that (`restore`)."""

    def do(office: Office, _: Notes) -> None:
        for _press in range(_PRESSES):
            mailbox = office.services.store.mailbox(f"sub-{email}")
            assert mailbox is not None
            [batch] = mailbox.batches
            if (batch.out_until is not None) is (verb == "withdraw"):
                break
            office.answer(email, f"actions/{verb}", parameters={"batch": batch.id})
        office.clock.pass_time(seconds=1)

    return Step(name=f"{email} has the batch undone: {verb}", do=do)


def presses_of_candidate(email: str, address: str, name: str, *words: str) -> Step:
    """A member looks at a candidate beside a message and presses; a draft that opens is kept by the last word."""

    def do(office: Office, notes: Notes) -> None:
        [candidate] = office.services.store.find([address])[address]
        at = notes.at[name][email]
        card = office.answer(email, "actions/candidate", opened=at, parameters={"candidate": candidate})
        for word in words:
            offered = [each for each in buttons(card) if each.text == word]
            if not offered:
                assert notes.again, f"{word} is not offered"
                return
            card = office.press_button(email, offered[0], opened=at)
        if draft := card.get("hostAppAction"):
            notes.drafts[words[-1]] = draft["gmailAction"]["openCreatedDraftActionMarkup"]["draftId"]

    return Step(name=f"{email} presses {', '.join(words)} of {address}", do=do)


def says_whom(email: str, name: str, text: str, chosen: str) -> Step:
    """A member says by hand whom a conversation is about, or whose an address is."""

    def do(office: Office, notes: Notes) -> None:
        at = notes.at[name][email]
        card: Mapping[str, Any] = office.open(email, at)
        offered = [each for each in buttons(card) if each.text == text]
        if not offered:
            # It was said before the crash; what was to follow from it, the hourly job does.
            assert notes.again, f"{text} is not offered"
            notes.jobs.tidy(office)
            return
        card = office.press_button(email, offered[0], opened=at)
        card = office.press(email, card, "Search", opened=at, inputs={"name": [chosen]})
        card = office.press(email, card, "This one", opened=at)
        if link := [each for each in buttons(card) if each.text == "Link"]:
            office.press_button(email, link[0], opened=at)

    return Step(name=f"{email} says {text} {chosen} of {name}", do=do)


def writes(email: str, draft: str, name: str, *to: str) -> Step:
    """Its owner writes the draft that opened, which Gmail puts into another thread for that."""

    def do(office: Office, notes: Notes) -> None:
        notes.mails[name] = mail(email, *to, subject=name, text=name)
        office.simulator.control.moved_drafts(email)
        office.simulator.control.save_draft(email, notes.drafts[draft], notes.mails[name])

    return Step(name=f"{email} writes {name}", do=do, ours=False)


def sends(email: str, draft: str, name: str) -> Step:
    """Its owner sends what they wrote."""

    def do(office: Office, notes: Notes) -> None:
        sent = office.simulator.control.send_draft(email, notes.drafts[draft])
        notes.mails[name].replace_header("Message-ID", sent["messageId"])

    return Step(name=f"{email} sends {name}", do=do, ours=False)


def turns_off(email: str, want: str = "off") -> Step:
    """A member turns Email off; `off-withdraw`: and takes out all that came from their mailbox."""

    def do(office: Office, _: Notes) -> None:
        office.answer(email, "actions/set-email", parameters={"want": want})

    return Step(name=f"{email} turns Email {want}", do=do)


def turns_on(email: str) -> Step:
    """A member turns Email on, by our page and Google's, unless it is on."""

    def do(office: Office, notes: Notes) -> None:
        if not membership.is_on(office.services.store.mailbox(f"sub-{email}")):
            assert office.consent(email).status_code == HTTPStatus.OK
        else:
            assert notes.again, "Email is on already"

    return Step(name=f"{email} turns Email on", do=do)


def answers_about_labelled(email: str, want: str) -> Step:
    """A member says what is to become of what carried the label before Email was on."""

    def do(office: Office, _: Notes) -> None:
        office.answer(email, "actions/settings", parameters={"want": want})

    return Step(name=f"{email} answers {want}", do=do)


def access_ends(email: str) -> Step:
    """Its owner takes our access away in their Google account."""

    def do(office: Office, _: Notes) -> None:
        consent = office.services.store.consent(f"sub-{email}")
        assert consent is not None
        office.services.tokens.revoke(consent.refresh_token)

    return Step(name=f"{email} ends our access", do=do, ours=False)


def history_is_lost(email: str) -> Step:
    """Gmail no longer has the history after our cursor."""
    return Step(
        name=f"Gmail loses the history of {email}",
        do=lambda office, _: office.simulator.control.expire_history(email),
        ours=False,
    )


def holds(email: str, name: str, *, on: bool) -> Step:
    """The console puts the conversation of a mail on legal hold, or ends that."""

    def do(office: Office, notes: Notes) -> None:
        thread = office.thread(email, notes.at[name][email])
        assert thread is not None
        assert thread.conversation is not None
        holding.hold(thread.conversation, office.services, on=on, actor="operator:test")

    return Step(name=f"{name} is {'put on' if on else 'taken off'} hold", do=do)


def time_passes(**duration: float) -> Step:
    return Step(name="time passes", do=lambda office, _: office.clock.pass_time(**duration), ours=False)


def jobs_by_the_hour() -> Step:
    return Step(name="the hourly and daily jobs run", do=lambda office, notes: notes.jobs.tidy(office))


def _all_ticked(word: str) -> Mapping[str, list[str]] | None:
    """The card of *Make secret* asks who may still see it: everybody it names."""
    return {"audience": [f"sub-{email}" for email in PEOPLE]} if word == "Make secret" else None
