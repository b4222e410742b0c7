"""A company in a test: real store, real wiring, real HTTP to the simulated Gmail, real tokens at the door.

Nothing of ours is replaced but the clock.
"""

from __future__ import annotations

import base64
import io
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from addon import members as colleagues
from addon import sync
from addon.candidates import Imported, import_csv
from addon.config import Config
from addon.gateways.scopes import BACKGROUND, MODIFY
from addon.lookups.conversations import conversations_of
from addon.policy.matching import canonical
from addon.services import Services, build_services
from addon.sync import Outcome
from app import create_app
from demo.simulator.server import Simulator
from storage import open_transfer
from storage.records import Act, Candidate, Entry, Found, Member, Message, Role, Thread
from storage.sealing import Sealer
from storage.transfer import Collection, Row
from tests.cards.grammar import Button, button, buttons, check_answer, links, texts
from tests.fakes.clock import MovedClock

ADDON_ACCOUNT = "service-1@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
ADDON_CLIENT = "addon.apps.googleusercontent.com"
OAUTH_CLIENT = "background.apps.googleusercontent.com"
JOBS_ACCOUNT = "jobs@acme.iam.gserviceaccount.com"
PUSH_ACCOUNT = "gmail-push@acme.iam.gserviceaccount.com"
TOPIC = "projects/acme/topics/gmail"
SUBSCRIPTION = "projects/acme/subscriptions/gmail"
BASE_URL = "http://127.0.0.1:9999"
HEADERS_SCOPE = "https://www.googleapis.com/auth/gmail.addons.current.message.metadata"
ANNA = "anna@acme.example"
BEN = "ben@acme.example"
CARA = "cara@acme.example"
JANE = "jane@people.example"


def environment(simulator: str, **more: str) -> dict[str, str]:
    """What a company sets, on a machine that talks to itself only."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "BASE_URL": BASE_URL,
        "GOOGLE_API_URL": simulator,
        "SEAL_KEYS": f"k1:{key}",
        "INTERNAL_DOMAINS": "acme.example",
        "ADDON_SERVICE_ACCOUNT": ADDON_ACCOUNT,
        "ADDON_CLIENT_ID": ADDON_CLIENT,
        "OAUTH_CLIENT_ID": OAUTH_CLIENT,
        "OAUTH_CLIENT_SECRET": "not-a-secret",
        "JOBS_SERVICE_ACCOUNT": JOBS_ACCOUNT,
        "PUSH_SERVICE_ACCOUNT": PUSH_ACCOUNT,
        **more,
    }


def mail(
    sender: str,
    *to: str,
    subject: str = "Hello",
    text: str = "Hello",
    reply_to: EmailMessage | None = None,
    **headers: str,
) -> EmailMessage:
    """A message; `reply_to` is the message it answers, not the header."""
    message = EmailMessage()
    message["From"], message["To"] = sender, ", ".join(to)
    message["Subject"] = f"Re: {reply_to['Subject']}" if reply_to else subject
    message["Message-ID"] = f"<{secrets.token_hex(8)}@mail.example>"
    message["Date"] = format_datetime(_next_date())
    if reply_to:
        message["In-Reply-To"] = reply_to["Message-ID"]
        message["References"] = f"{reply_to.get('References', '')} {reply_to['Message-ID']}".strip()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


_clock = MovedClock()


def _next_date() -> Any:
    _clock.pass_time(seconds=1)
    return _clock.now().replace(microsecond=0)


@dataclass(frozen=True)
class Office:
    """`services` and a client of the app, in front of one simulator."""

    simulator: Simulator
    services: Services
    clock: MovedClock
    client: FlaskClient
    scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What each member granted the panel beside the scopes it begins with."""

    # --- people -------------------------------------------------------------------------------------------

    def member(self, email: str, role: Role = Role.TEAM_MEMBER, *, connected: bool = False) -> Member:
        """A colleague with a mailbox who has opened the panel once; `connected`: with Email on."""
        name = email.partition("@")[0].capitalize()
        self.simulator.control.add_mailbox(email, sub=f"sub-{email}", name=name)
        self.answer(email, "home")
        colleagues.set_role(email, role, self.services, actor="operator:test")
        if connected:
            self.connect(email)
        return colleagues.find(email, self.services)

    def connect(self, email: str) -> None:
        grant = self.simulator.control.grant(email, BACKGROUND)
        colleagues.connect(email, grant["refresh_token"], self.services, actor="operator:test")

    def ask(self, email: str) -> str:
        """Press *Turn on Email*; the way to our page, as the button has it."""
        answer = self.answer(email, "actions/set-email", parameters={"want": "on"})
        [link] = [url for text, url in links(answer) if text == "Continue to Google"]
        return link.removeprefix(BASE_URL)

    def consent(
        self,
        email: str,
        *,
        account: str = "",
        scopes: Iterable[str] | None = None,
        deny: bool = False,
        browser: FlaskClient | None = None,
    ) -> TestResponse:
        """Turn Email on as a person does: panel, our page, Google's page, back; what the browser shows then."""
        browser = browser or self.browser()
        gone = browser.get(self.ask(email))
        back = self.simulator.control.consent(
            gone.headers["Location"], email=account or email, scopes=scopes, deny=deny
        )
        return browser.get(back.removeprefix(BASE_URL))

    def browser(self) -> FlaskClient:
        """One with no cookies yet."""
        return self.client.application.test_client()

    def candidate(self, name: str, *addresses: str, **fields: str) -> Candidate:
        columns = ["name", "addresses", *fields]
        values = [name, " ".join(addresses), *fields.values()]
        self.import_candidates(",".join(columns) + "\n" + ",".join(f'"{value}"' for value in values) + "\n")
        found = self.services.store.find([canonical(addresses[0])])
        people = self.services.store.candidates(found[canonical(addresses[0])])
        return next(person for person in people.values() if person.name == name)

    def import_candidates(self, text: str) -> Imported:
        return import_csv(io.StringIO(text, newline=""), self.services, actor="operator:test")

    # --- mail ---------------------------------------------------------------------------------------------

    def deliver(self, message: EmailMessage, *to: str) -> dict[str, dict[str, str]]:
        """Deliver to mailboxes; `{mailbox: {id, threadId}}`."""
        return dict(self.simulator.control.deliver(message, to=list(to)))  # type: ignore[arg-type]

    def label(self, email: str, thread: str, *names: str) -> None:
        self.simulator.control.label(email, thread, add=list(names or ("Lever",)))

    def unlabel(self, email: str, thread: str, *names: str) -> None:
        self.simulator.control.label(email, thread, remove=list(names or ("Lever",)))

    def sync(self, *emails: str) -> list[Outcome]:
        """One turn for each mailbox, a minute later so that nothing waits for its gap."""
        outcomes = []
        for email in emails:
            self.clock.pass_time(minutes=1)
            outcomes += self.sync_now(email)
        return outcomes

    def sync_now(self, *emails: str) -> list[Outcome]:
        """One turn for each mailbox, at this very moment."""
        bells = [self.services.store.bell(f"sub-{email}") for email in emails]
        until = self.clock.now() + timedelta(days=366)
        return [sync.take_turn(bell, self.services, until=until) for bell in bells if bell is not None]

    def sweep(self) -> int:
        """What the sweep every minute does: the turns it gave."""
        return sync.sweep(self.services, until=self.clock.now() + timedelta(seconds=25)).ran

    def push(self, address: str, history_id: Any = None, **claims: Any) -> TestResponse:
        """Tell that a mailbox changed, as Gmail does through Pub/Sub; by default up to where it stands now."""
        told = self.simulator.control.mailbox(address)["historyId"] if history_id is None else history_id
        return self.push_raw(push_body({"emailAddress": address, "historyId": told}), **claims)

    def push_raw(self, body: bytes, **claims: Any) -> TestResponse:
        url = f"{BASE_URL}/push/gmail"
        token = self.simulator.control.id_token(**({"aud": url, "email": PUSH_ACCOUNT, "sub": "pubsub"} | claims))
        return self.client.post(
            "/push/gmail", data=body, headers={"Authorization": f"Bearer {token}"}, content_type="application/json"
        )

    # --- the panel ----------------------------------------------------------------------------------------

    def answer(
        self,
        email: str,
        path: str,
        *,
        opened: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        inputs: Mapping[str, Iterable[str]] | None = None,
    ) -> dict[str, Any]:
        """Send an event as Gmail would; the answer, held to what Gmail takes. `opened`: {id, threadId}."""
        return self.post(path, self.event(email, opened=opened, parameters=parameters, inputs=inputs))

    def post(self, path: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Send an event as it is, proven as Google's."""
        response = self.client.post(
            f"/addon/{path}",
            json=event,
            headers={"Authorization": f"Bearer {self.system_token(f'{BASE_URL}/addon/{path}')}"},
        )
        assert response.status_code == 200, response.get_data(as_text=True)
        answer: dict[str, Any] = response.get_json()
        check_answer(answer, self.services.site)
        return answer

    def event(
        self,
        email: str,
        *,
        opened: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        inputs: Mapping[str, Iterable[str]] | None = None,
    ) -> dict[str, Any]:
        control = self.simulator.control
        scopes = (HEADERS_SCOPE, *self.scopes.get(email, ()))
        common: dict[str, Any] = {"hostApp": "GMAIL", "platform": "WEB"}
        common |= {"userLocale": "en", "timeZone": {"id": "UTC", "offset": 0}}
        if parameters:
            common["parameters"] = dict(parameters)
        if inputs is not None:
            common["formInputs"] = {
                name: {"stringInputs": {"value": list(values)}} for name, values in inputs.items()
            }
        event: dict[str, Any] = {
            "commonEventObject": common,
            "authorizationEventObject": {
                "userOAuthToken": control.grant(email, scopes)["access_token"],
                "userIdToken": control.id_token(aud=ADDON_CLIENT, sub=f"sub-{email}", email=email, hd=_hd(email)),
                "authorizedScopes": list(scopes),
            },
        }
        if opened:
            event["gmail"] = {
                "messageId": _event_id("msg", opened["id"]),
                "threadId": _event_id("thread", opened["threadId"]),
                "accessToken": "current-message",
            }
        return event

    def system_token(self, url: str, **claims: Any) -> str:
        return self.simulator.control.id_token(
            **({"aud": url, "email": ADDON_ACCOUNT, "sub": "platform"} | claims)
        )

    def open(self, email: str, opened: Mapping[str, str]) -> dict[str, Any]:
        return self.answer(email, "message", opened=opened)

    def press(
        self,
        email: str,
        answer: Mapping[str, Any],
        text: str,
        *,
        opened: Mapping[str, str] | None = None,
        inputs: Mapping[str, Iterable[str]] | None = None,
    ) -> dict[str, Any]:
        """Press the button that says `text`, as the card has it."""
        return self.press_button(email, button(answer, text), opened=opened, inputs=inputs)

    def press_button(
        self,
        email: str,
        pressed: Button,
        *,
        opened: Mapping[str, str] | None = None,
        inputs: Mapping[str, Iterable[str]] | None = None,
    ) -> dict[str, Any]:
        path = pressed.url.removeprefix(f"{BASE_URL}/addon/")
        return self.answer(email, path, opened=opened, parameters=pressed.parameters, inputs=inputs)

    def confirm(
        self,
        email: str,
        answer: Mapping[str, Any],
        *words: str,
        opened: Mapping[str, str] | None = None,
        inputs: Mapping[str, Iterable[str]] | None = None,
    ) -> dict[str, Any]:
        """Press one button after the other, each on the card the one before brought."""
        current = dict(answer)
        for word in words:
            current = self.press(email, current, word, opened=opened, inputs=inputs)
        return current

    # --- what became of it --------------------------------------------------------------------------------

    def stored(self, candidate: Candidate, email: str) -> list[Found]:
        """The candidate's conversations, as this member's list has them."""
        member = colleagues.find(email, self.services)
        return list(conversations_of(member, candidate.id, self.services, limit=100).items)

    def messages(self, found: Found) -> list[Message]:
        return list(self.services.store.messages(found.conversation.id, limit=1000).items)

    def jane(self) -> Candidate:
        [id] = self.services.store.find([JANE])[JANE]
        found = self.services.store.candidate(id)
        assert found is not None
        return found

    def synced(
        self, *, holder: str = ANNA, subject: str = "Application", also: Iterable[str] = ()
    ) -> dict[str, str]:
        """A mail from Jane, labelled and synced in `holder`'s mailbox; where it lies there."""
        return self.synced_mail(mail(JANE, holder, *also, subject=subject), holder=holder, also=also)

    def synced_mail(
        self, message: EmailMessage, *, holder: str = ANNA, also: Iterable[str] = ()
    ) -> dict[str, str]:
        at = self.deliver(message, holder, *also)[holder]
        self.label(holder, at["threadId"])
        self.sync(holder)
        return at

    def thread(self, email: str, at: Mapping[str, str]) -> Thread | None:
        return self.services.store.threads(f"sub-{email}", [at["threadId"]]).get(at["threadId"])

    def audit(self) -> list[Act]:
        """The whole audit log, oldest first; acts of one moment in no order."""
        acts = [row.act for row in self.rows(Collection.AUDIT) if isinstance(row, Entry)]
        return sorted(acts, key=lambda act: act.at)

    def rows(self, collection: Collection) -> list[Row]:
        """All that is stored of one kind, as it would be copied to another store."""
        config = self.services.config
        whole = open_transfer(
            config.store_url,
            Sealer(config.seal_keys),
            make=False,
            firestore_emulator=config.firestore_emulator,
        )
        with closing(whole):
            found: list[Row] = []
            after: str | None = None
            while True:
                batch = whole.batch(collection, after=after)
                found += batch.rows
                after = batch.next
                if after is None:
                    return found

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """The calls Gmail has seen since the meter was last reset."""
        return [call for call in self.simulator.control.calls() if not method or call["method"] == method]

    def units(self, email: str) -> int:
        return int(self.simulator.control.meter().get(email, {"units": 0})["units"])


def push_body(told: Any, *, subscription: str = SUBSCRIPTION) -> bytes:
    """What Pub/Sub posts."""
    data = base64.b64encode(json.dumps(told).encode()).decode()
    return json.dumps({"message": {"data": data, "messageId": "1"}, "subscription": subscription}).encode()


def open_office(simulator: Simulator, services: Services, clock: MovedClock) -> Office:
    return Office(simulator=simulator, services=services, clock=clock, client=create_app(services).test_client())


@contextmanager
def offices(simulator: Simulator, place: Mapping[str, str]) -> Iterator[Callable[..., Office]]:
    """Opens companies with their own decisions, with a store where `place` says, and closes them at the end."""
    opened: list[Office] = []

    def make(**decisions: str) -> Office:
        clock = MovedClock()
        config = Config.from_env(environment(simulator.url, **place, **decisions))
        opened.append(open_office(simulator, build_services(config, clock=clock), clock))
        return opened[-1]

    try:
        yield make
    finally:
        for office in opened:
            office.services.store.close()


def _hd(email: str) -> str | None:
    domain = email.rpartition("@")[2]
    return None if domain == "gmail.com" else domain


def _event_id(kind: str, id: str) -> str:
    """Gmail's panel names messages in decimal, its API in hexadecimal."""
    return f"{kind}-f:{int(id, 16)}"


__all__ = ["MODIFY", "Office", "buttons", "environment", "mail", "offices", "open_office", "texts"]
