"""A simulator on a free port for each test, and Google's own client pointed at it."""

import json
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import cache
from importlib.resources import files
from typing import Any

import google.auth.transport.requests
import httplib2
import pytest
import requests
from googleapiclient.discovery import build_from_document

from demo.simulator.server import Simulator, serve

READONLY = "https://www.googleapis.com/auth/gmail.readonly"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(clock: Clock) -> Iterator[Simulator]:
    with serve(seed=7, clock=clock) as running:
        running.control.add_mailbox("ana@acme.test", sub="101", name="Ana Reyes", send_as=["jobs@acme.test"])
        running.control.add_mailbox("ben@acme.test", sub="102", name="Ben Okoye")
        yield running


@pytest.fixture
def gmail(simulator: Simulator) -> Iterator[Callable[..., Any]]:
    """`gmail(email, *scopes)`: readonly unless told; `token=` for a new grant; `headers=` on each call."""
    opened = []

    def connect(email: str, *scopes: str, token: str | None = None, headers: dict[str, str] | None = None) -> Any:
        token = token or simulator.control.grant(email, scopes or [READONLY])["access_token"]
        http = WithHeaders({"Authorization": f"Bearer {token}"} | (headers or {}))
        document = json.loads(_document()) | {"rootUrl": f"{simulator.url}/", "baseUrl": f"{simulator.url}/"}
        document.pop("mtlsRootUrl")
        service = build_from_document(document, http=http)
        opened.append(service)
        return service.users()

    yield connect
    for service in opened:
        service.close()


@pytest.fixture
def ask(simulator: Simulator) -> Callable[..., requests.Response]:
    """Posts a form as an OAuth client does."""

    def post(path: str, auth: tuple[str, str] | None = None, **form: str) -> requests.Response:
        return requests.post(simulator.url + path, data=form, auth=auth, timeout=5)

    return post


@pytest.fixture
def transport() -> Iterator[google.auth.transport.requests.Request]:
    with requests.Session() as session:
        yield google.auth.transport.requests.Request(session)


@pytest.fixture
def ana(gmail: Callable[..., Any]) -> Any:
    return gmail("ana@acme.test", MODIFY)


@pytest.fixture
def write() -> Callable[..., bytes]:
    """A plain mail; `headers` by name, an underscore for a dash."""

    def mail(text: str = "Hello", **headers: str) -> bytes:
        message = EmailMessage()
        given = {
            "From": "cand@mail.test",
            "To": "ana@acme.test",
            "Subject": "Role",
            "Message_ID": "<1@mail.test>",
        }
        for name, value in (given | headers).items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message.as_bytes()

    return mail


class WithHeaders(httplib2.Http):  # type: ignore[misc, unused-ignore]
    """The transport under Google's client; a token alone, so that nobody refreshes it behind a test's back."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(proxy_info=None)
        self._more = headers

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Any = None,
        redirections: int = 5,
        connection_type: Any = None,
    ) -> Any:
        all_headers = {**(headers or {}), **self._more}
        return super().request(uri, method, body, all_headers, redirections, connection_type)


@cache
def _document() -> str:
    path = files("googleapiclient").joinpath("discovery_cache/documents/gmail.v1.json")
    return path.read_text(encoding="utf-8")
