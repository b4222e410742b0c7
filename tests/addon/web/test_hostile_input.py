"""Whatever a caller sends, to any door: never 5xx, a card for whom Google proves, and nothing of anybody else."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from app import LARGEST_BODY
from tests.backends import BACKENDS, Place
from tests.cards.grammar import buttons, check_answer, texts
from tests.journeys.importing import begin, newest
from tests.office import ANNA, BASE_URL, BEN, JANE, PUSH_ACCOUNT, Office, mail, push_body

OPEN_TO_ALL = frozenset({"/healthz", "/readyz", "/connect", "/oauth/callback"})
PARAMETERS = "conversation candidate address thread message page want digest import batch".split()  # noqa: SIM905
INPUTS = "audience since secret term query".split()  # noqa: SIM905
WANTS = (  # noqa: SIM905
    "secret now all who audience label conversation address undo no on off off-withdraw create-labels"
    " backfill-all backfill-new backfill-later"
).split()
sample = settings(
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

ODD = st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\ud800",
        "\U0001f600" * 100,
        "\u202e",
        "..",
        "../../etc/passwd",
        "a/b/c",
        "__id__",
        ".",
        "%s%n",
        "' OR 1=1 --",
        "<b>",
        "{0}",
        "0",
        "-1",
        "1" * 2000,
        "x" * 1001,
        "\U0001f600" * 250,
        "x" * 2001,
        "NaN",
        base64.urlsafe_b64encode(b'["\\ud800", "x"]').decode(),
        base64.urlsafe_b64encode(b'[1e999, "x"]').decode(),
        base64.urlsafe_b64encode(b"[99999999999999999999, 1]").decode(),
        base64.urlsafe_b64encode(b'[0, "\\u0000"]').decode(),
    ]
)
TEXTS = ODD | st.text(st.characters(exclude_categories=()), max_size=8) | st.sampled_from(WANTS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
BODIES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b"9" * 10_000]),
    st.sampled_from([b" " * LARGEST_BODY, b" " * (LARGEST_BODY + 1), b'"\\ud800"', b"\xff\xfe{\0}\0", b"nul"]),
    JSON.map(lambda value: json.dumps(value).encode()),
)
TYPES = st.sampled_from(
    ["application/json", "text/plain", "multipart/form-data", "application/json; charset=x", "\xe9"]
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Authorization": st.sampled_from(
            ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c", "Bearer \xe9", "x"]
        ),
        "Cookie": st.sampled_from(["__Host-lever-consent=" + "x" * 43, "=", ";;;", "a" * 4000]),
        "Host": st.sampled_from(["evil.example", "a b", "[", ""]),
        "Content-Length": st.sampled_from(["-1", "x", "99999999999999999999"]),
        "X-HTTP-Method-Override": st.just("DELETE"),
        "Content-Encoding": st.just("gzip"),
    },
)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def mistakes(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What we took for mistakes of our own."""
    caplog.set_level(logging.ERROR)
    return lambda: [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


class Company:
    """Something of everything a caller could name, and events that Google proves."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.member(ANNA, connected=True)
        office.member(BEN)
        office.candidate("Jane Doe", JANE)
        office.sync(ANNA)
        self.at = office.synced()
        other = office.deliver(mail("bob@friends.example", ANNA), ANNA)[ANNA]
        begin(office, since="all")
        office.sync(ANNA)
        [found] = office.stored(office.jane(), ANNA)
        self.named = [
            *(found.conversation.id, office.jane().id, JANE, newest(office).id, found.summary.conversation),
            *(self.at["id"], self.at["threadId"], other["id"], other["threadId"], f"sub-{ANNA}", ANNA, BEN),
        ]
        asked = office.event(ANNA, parameters={"conversation": found.conversation.id}, opened=self.at)
        secret = office.post("actions/make-secret", asked)
        self.named += [each.parameters["digest"] for each in buttons(secret) if "digest" in each.parameters]
        self.opened = [None, self.at, other, {"id": "1", "threadId": "1"}, {"id": "f" * 16, "threadId": "0"}]
        self.events = [office.event(email, opened=each) for email in (ANNA, BEN) for each in self.opened]
        rules = office.client.application.url_map.iter_rules()
        self.routes = sorted((rule.rule, rule.methods or set()) for rule in rules)
        self.paths = [path for path, _ in self.routes if path.startswith("/addon/")]
        self.tokens = {path: office.system_token(f"{BASE_URL}{path}") for path in self.paths}

    def send(self, path: str, body: bytes) -> tuple[int, Any]:
        response = self.office.client.post(
            path, data=body, headers={"Authorization": f"Bearer {self.tokens[path]}"}
        )
        return response.status_code, response.get_json()

    def answered(self, path: str, event: Mapping[str, Any]) -> int:
        """Send an event; where it is answered with a card, one that Gmail takes."""
        status, answer = self.send(path, json.dumps(event).encode())
        if status == 200:
            check_answer(answer, self.office.services.site)
            # The store is there: whoever is told otherwise found a way to break it.
            assert "could not be reached" not in " ".join(texts(answer))
        return status


@pytest.fixture
def company(office: Office) -> Company:
    return Company(office)


def inputs(values: SearchStrategy[str]) -> SearchStrategy[dict[str, Any]]:
    typed = st.lists(values, max_size=3).map(lambda each: {"stringInputs": {"value": each}})
    return st.dictionaries(st.sampled_from(INPUTS) | ODD, typed, max_size=2)


# --- whom Google proves -----------------------------------------------------------------------------------


@settings(sample, max_examples=120)
@given(data=st.data())
def test_whatever_is_named_or_typed_is_answered_with_a_card(
    company: Company, mistakes: Callable[[], list[str]], data: st.DataObject
) -> None:
    values = st.sampled_from(company.named) | TEXTS
    event = deepcopy(data.draw(st.sampled_from(company.events)))
    event["commonEventObject"] |= {
        "parameters": data.draw(st.dictionaries(st.sampled_from(PARAMETERS), values, max_size=4)),
        "formInputs": data.draw(inputs(values)),
        "userLocale": data.draw(st.sampled_from(["en", "de-DE", "zh-Hant-TW"]) | TEXTS),
        "timeZone": {"id": data.draw(st.sampled_from(["UTC", "Pacific/Kiritimati", "../UTC"]) | TEXTS)},
    }

    status = company.answered(data.draw(st.sampled_from(company.paths)), event)

    # A text longer than any of ours is no event of Google's; whatever else was written is answered with a card.
    common = event["commonEventObject"]
    too_long = any(
        len(text) > 2000 for name in ("formInputs", "userLocale", "timeZone") for text in _texts(common[name])
    )
    named = any(len(text.encode("utf-8", "replace")) > 1000 for text in common["parameters"].values())
    assert status == (400 if too_long or named else 200)
    assert mistakes() == []


PAGES: list[Any] = [[], {}, 7, ["x"], [1, 2], ["x", "y"], [2**70, "x"], [-1, "\ud800"], [1.5, None]]


def test_a_page_that_is_none_of_ours_begins_anew(company: Company, mistakes: Callable[[], list[str]]) -> None:
    shown = {"conversation": company.named[0], "candidate": company.named[1]}
    for path, id in shown.items():
        for begins in PAGES:
            page = base64.urlsafe_b64encode(json.dumps(begins).encode()).decode()
            event = deepcopy(company.events[1])
            event["commonEventObject"]["parameters"] = {path: id, "page": page}

            assert company.answered(f"/addon/actions/{path}", event) == 200
    assert mistakes() == []


@settings(sample, max_examples=80)
@given(data=st.data())
def test_an_event_with_anything_in_the_place_of_anything_is_a_card_or_unreadable(
    company: Company, mistakes: Callable[[], list[str]], data: st.DataObject
) -> None:
    event = deepcopy(data.draw(st.sampled_from(company.events)))
    _replace_one(event, data.draw)

    status = company.answered(data.draw(st.sampled_from(company.paths)), event)

    assert status in {200, 400, 401}
    assert mistakes() == []


@settings(sample, max_examples=40)
@given(data=st.data(), body=BODIES)
def test_a_body_that_is_no_event_is_refused(
    company: Company, mistakes: Callable[[], list[str]], data: st.DataObject, body: bytes
) -> None:
    status, _ = company.send(data.draw(st.sampled_from(company.paths)), body)

    assert status == 413 if len(body) > LARGEST_BODY else status in {400, 401}
    assert mistakes() == []


@settings(sample, max_examples=120)
@given(
    told=JSON | st.fixed_dictionaries({"emailAddress": TEXTS, "historyId": JSON}), body=BODIES, whole=st.booleans()
)
def test_every_push_that_is_proven_is_acknowledged_whatever_it_says(
    company: Company,
    mistakes: Callable[[], list[str]],
    told: Any,
    body: bytes,
    whole: bool,  # noqa: FBT001
) -> None:
    url = f"{BASE_URL}/push/gmail"
    token = company.tokens.setdefault(url, company.office.system_token(url, email=PUSH_ACCOUNT))
    data = push_body(told) if whole else body

    response = company.office.client.post("/push/gmail", data=data, headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == (413 if len(data) > LARGEST_BODY else 204)
    assert mistakes() == []


# --- anybody ----------------------------------------------------------------------------------------------


@settings(sample, max_examples=150)
@given(data=st.data(), headers=HEADERS, type_=TYPES, body=BODIES)
def test_nobody_who_is_not_proven_hears_anything_or_leaves_a_trace(
    company: Company,
    place: Place,
    mistakes: Callable[[], list[str]],
    data: st.DataObject,
    headers: dict[str, str],
    type_: str,
    body: bytes,
) -> None:
    path, methods = data.draw(st.sampled_from(company.routes))
    method = data.draw(
        st.sampled_from(sorted(methods)) | st.sampled_from(["GET", "POST", "PUT", "DELETE", "TRACE"])
    )
    names = st.sampled_from(["nonce", "state", "code", "error", "x"])
    query = data.draw(
        st.lists(st.tuples(names, TEXTS.map(lambda text: text.encode("utf-8", "replace"))), max_size=3)
    )
    before = content(place)

    response = company.office.client.open(
        path, method=method, data=body, content_type=type_, headers=headers, query_string=query
    )

    refused = {401, 405, 413} | ({400} if "Host" in headers or "Content-Length" in headers else set())
    if path in OPEN_TO_ALL or method == "OPTIONS":
        refused |= {200, 400}
    assert response.status_code in refused
    assert mistakes() == []
    assert content(place) == before


@pytest.mark.parametrize("ended", [True, False], ids=["chunked", "without a length"])
@pytest.mark.parametrize("size", [2, LARGEST_BODY + 1])
def test_a_body_without_a_length_is_bounded_too(company: Company, size: int, *, ended: bool) -> None:
    path = "/addon/home"
    response = company.office.client.post(
        path,
        input_stream=BytesIO(b" " * size),
        headers={"Authorization": f"Bearer {company.tokens[path]}", "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": ended},
    )

    assert response.status_code == (413 if size > LARGEST_BODY else 400)


def content(place: Place) -> bytes:
    """All that is stored, but SQLite's index of its log, which readers write too."""
    files = sorted(path for path in place.folder.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return b"".join([*(path.read_bytes() for path in files), *sorted(place.documents())])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _texts(each))
    elif isinstance(value, str):
        yield value


def _replace_one(event: dict[str, Any], draw: Callable[[SearchStrategy[Any]], Any]) -> None:
    """Put anything into one place of an event, however deep, but of the tokens that prove who sends it."""
    place: dict[str, Any] = event
    while True:
        name = draw(st.sampled_from(sorted(place)))
        inner = place[name]
        if name.endswith("IdToken"):
            return
        if not isinstance(inner, dict) or not inner or draw(st.booleans()):
            place[name] = draw(JSON)
            return
        place = inner
