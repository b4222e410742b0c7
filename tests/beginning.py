"""A conversation begun from Jane's card, as its owner does it: the button, the composer, and sending."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from addon.gateways.scopes import COMPOSE
from storage.records import Begun
from tests.fakes.clock import Ahead
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

WRITE, SECRET = "Write to Jane Doe", "Write as secret"


def jane_card(office: Office, email: str, at: Mapping[str, str] | None) -> dict[str, Any]:
    return office.answer(email, "actions/candidate", opened=at, parameters={"candidate": office.jane().id})


def begin(office: Office, text: str = WRITE, *, at: Mapping[str, str], email: str = ANNA) -> dict[str, str]:
    """Press a button of Jane's card beside a message; the draft that Gmail is told to open."""
    office.scopes[email] = (COMPOSE,)
    answer = office.press(email, jane_card(office, email, at), text, opened=at)
    opened: dict[str, str] = answer["hostAppAction"]["gmailAction"]["openCreatedDraftActionMarkup"]
    return opened


def written(*to: str, text: str = "Would you like to meet?", **headers: Any) -> EmailMessage:
    """What Anna makes of a draft."""
    return mail(ANNA, *(to or (JANE,)), subject="Our role", text=text, **headers)


def unsent(office: Office, email: str = ANNA) -> list[Begun]:
    return office.services.store.unsent(f"sub-{email}", now=office.clock.now(), limit=9)


def stored(office: Office, email: str = ANNA) -> list[tuple[bool, list[str]]]:
    """What a member sees of Jane: whether each conversation is secret, and its texts, newest first."""
    return [
        (each.conversation.secret, [message.text for message in office.messages(each)])
        for each in office.stored(office.jane(), email)
    ]


def answer_to(
    message_id: str, *to: str, sender: str = JANE, text: str = "Gladly.", **headers: str
) -> EmailMessage:
    """A mail that cites what was begun."""
    cites: dict[str, Any] = {"In_Reply_To": message_id, "References": message_id, **headers}
    return mail(sender, *to, subject="Re: Our role", text=text, **cites)


class Lever:
    """Anna wrote to Jane from Lever. From here on nothing is pressed, and both clocks go together."""

    def __init__(self, office: Office, ahead: Ahead, *, text: str = WRITE, cc: str = "") -> None:
        # Our clock is where Gmail's is: what is searched is searched since a moment.
        office.clock.pass_time(days=1000)
        office.member(ANNA, connected=True)
        office.member(BEN, connected=True)
        office.member(CARA)
        office.candidate("Jane Doe", JANE)
        office.sync_now(ANNA, BEN)
        at = office.deliver(mail("nobody@else.example", ANNA), ANNA)[ANNA]
        opened = begin(office, text, at=at)
        headers = {"Cc": cc} if cc else {}
        office.simulator.control.save_draft(ANNA, opened["draftId"], written(**headers))
        self.office, self.ahead = office, ahead
        self.sent = office.simulator.control.send_draft(ANNA, opened["draftId"])
        self.id = self.sent["messageId"]
        self.sync(ANNA)
        office.simulator.control.reset_meter()

    def sync(self, email: str, *, minutes: float = 11) -> None:
        self.ahead.seconds += minutes * 60
        self.office.clock.pass_time(minutes=minutes)
        self.office.sync_now(email)

    def reaches(self, message: Any, email: str = BEN, *, auth: Any = "pass") -> dict[str, str]:
        """Deliver and sync; where it lies there."""
        at = self.office.simulator.control.deliver(message, to=[email], auth=auth)[email]
        self.sync(email)
        return dict(at)  # type: ignore[arg-type]

    def heads(self) -> list[dict[str, Any]]:
        return [call for call in self.office.calls("messages.get") if call["format"] == "metadata"]

    def searches(self) -> list[str]:
        return [call["query"]["q"] for call in self.office.calls("messages.list")]
