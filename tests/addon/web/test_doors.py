"""Who may call: everybody is refused who does not prove, for this very address, to be who must call it."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import pytest

from addon.gateways.errors import NotProvenError
from storage.port import StoreError
from storage.records import Role
from tests.cards.grammar import texts
from tests.office import ADDON_CLIENT, ANNA, BASE_URL, JANE, JOBS_ACCOUNT, OAUTH_CLIENT, Office, mail

HOME = f"{BASE_URL}/addon/home"
OPEN_TO_ALL = {"/healthz", "/readyz", "/connect", "/oauth/callback"}


def _post(office: Office, token: str | None, body: Any = None, path: str = "/addon/home") -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    given: Any = office.event(ANNA) if body is None else body
    kind: dict[str, Any] = {"data": given} if isinstance(given, bytes) else {"json": given}
    return office.client.post(path, headers=headers, **kind).status_code


@pytest.fixture
def staffed(office: Office) -> Office:
    office.member(ANNA)
    return office


# --- Google itself ----------------------------------------------------------------------------------------


def test_every_route_but_health_and_the_two_of_consent_refuses_an_anonymous_request(staffed: Office) -> None:
    routes = {
        (rule.rule, method)
        for rule in staffed.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    refused = {
        path for path, method in routes if staffed.client.open(path, method=method, json={}).status_code == 401
    }

    assert {path for path, _ in routes} - refused == OPEN_TO_ALL


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": f"{BASE_URL}/addon/message"},
        {"aud": BASE_URL},
        {"aud": f"{HOME}?x=y"},
        {"aud": ADDON_CLIENT},
        {"email": "service-2@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"email_verified": None},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 60},
        {"kid": "unknown"},
        {"forge": True},
    ],
    ids=lambda claims: "-".join(f"{name}" for name in claims),
)
def test_a_system_token_that_is_not_googles_for_this_address_is_refused(
    staffed: Office, claims: dict[str, Any]
) -> None:
    assert _post(staffed, staffed.system_token(HOME)) == 200
    assert _post(staffed, staffed.system_token(HOME, **claims)) == 401


def test_garbage_for_a_token_is_refused(staffed: Office) -> None:
    good = staffed.system_token(HOME)
    head, body, signature = good.split(".")

    deep = base64.urlsafe_b64encode(b"[" * 3000).decode() + ".e30.AAAA"

    changed = f"{head}.{body}.{signature[:-4]}AAAA"

    for token in ("", "x", deep, "a.b.c", f"{head}.{body}.", changed, "é.é.é", good * 40):
        assert _post(staffed, token) == 401


def test_the_audience_comes_from_the_configuration_and_never_from_the_host_header(staffed: Office) -> None:
    token = staffed.system_token("http://evil.example/addon/home")

    response = staffed.client.post(
        "/addon/home",
        json=staffed.event(ANNA),
        headers={"Authorization": f"Bearer {token}", "Host": "evil.example"},
    )

    assert response.status_code == 401


# --- the user ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": OAUTH_CLIENT},
        {"aud": HOME},
        {"email_verified": False},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 60},
        {"forge": True},
        {"sub": ""},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_user_token_that_does_not_prove_the_user_to_us_is_refused(
    staffed: Office, claims: dict[str, Any]
) -> None:
    event = staffed.event(ANNA)
    given = {"aud": ADDON_CLIENT, "sub": f"sub-{ANNA}", "email": ANNA, "hd": "acme.example"} | claims
    event["authorizationEventObject"]["userIdToken"] = staffed.simulator.control.id_token(**given)

    assert _post(staffed, staffed.system_token(HOME), event) == 401


def test_the_system_token_alone_proves_no_user(staffed: Office) -> None:
    event = staffed.event(ANNA)
    del event["authorizationEventObject"]["userIdToken"]

    assert _post(staffed, staffed.system_token(HOME), event) == 401


def test_an_account_from_elsewhere_is_told_so_and_becomes_no_member(staffed: Office) -> None:
    staffed.simulator.control.add_mailbox("eve@else.example", sub="sub-eve@else.example", name="Eve")

    card = staffed.answer("eve@else.example", "home")

    assert "is not part of acme.example" in " ".join(texts(card))
    assert staffed.services.store.member("sub-eve@else.example") is None


def test_an_address_of_ours_without_googles_word_for_the_domain_is_an_outsider(staffed: Office) -> None:
    event = staffed.event(ANNA)
    event["authorizationEventObject"]["userIdToken"] = staffed.simulator.control.id_token(
        aud=ADDON_CLIENT, sub="sub-other", email="fake@acme.example", hd=None
    )

    card = staffed.post("home", event)

    assert "is not part of" in " ".join(texts(card))
    assert staffed.services.store.member("sub-other") is None


def test_the_same_address_with_another_sub_inherits_nothing(staffed: Office) -> None:
    event = staffed.event(ANNA)
    event["authorizationEventObject"]["userIdToken"] = staffed.simulator.control.id_token(
        aud=ADDON_CLIENT, sub="sub-newcomer", email=ANNA, hd="acme.example"
    )

    staffed.post("home", event)

    newcomer = staffed.services.store.member("sub-newcomer")
    assert newcomer is not None
    assert newcomer.role.value == "interviewer"
    assert staffed.services.store.members_at([ANNA])[ANNA].sub == "sub-newcomer"


def test_another_sub_with_a_super_admins_address_never_becomes_one_however_often_it_comes(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(SUPER_ADMINS=ANNA)
    office.simulator.control.add_mailbox(ANNA, sub=f"sub-{ANNA}", name="Anna")
    office.answer(ANNA, "home")
    event = office.event(ANNA)
    event["authorizationEventObject"]["userIdToken"] = office.simulator.control.id_token(
        aud=ADDON_CLIENT, sub="sub-newcomer", email=ANNA, hd="acme.example"
    )

    for _ in range(3):
        office.post("home", event)

    first, newcomer = (office.services.store.member(sub) for sub in (f"sub-{ANNA}", "sub-newcomer"))
    assert first is not None
    assert newcomer is not None
    assert (first.role, newcomer.role) == (Role.SUPER_ADMIN, Role.INTERVIEWER)


def test_a_member_who_moved_to_another_company_is_an_outsider(staffed: Office) -> None:
    event = staffed.event(ANNA)
    event["authorizationEventObject"]["userIdToken"] = staffed.simulator.control.id_token(
        aud=ADDON_CLIENT, sub=f"sub-{ANNA}", email="anna@rival.example", hd="rival.example"
    )

    card = staffed.post("home", event)

    assert "is not part of" in " ".join(texts(card))


# --- bodies -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b'"x"', b'{"commonEventObject": []}', b"null", b"NaN"],
    ids=["empty", "cut", "bytes", "deep", "list", "text", "wrong shape", "null", "nan"],
)
def test_a_body_we_cannot_read_is_400_or_unproven_and_never_5xx(staffed: Office, body: bytes) -> None:
    assert _post(staffed, staffed.system_token(HOME), body) in {400, 401}


def test_a_body_over_256_kb_is_413(staffed: Office) -> None:
    assert _post(staffed, staffed.system_token(HOME), b'{"x": "' + b"y" * 262_144 + b'"}') == 413


def test_nothing_of_a_body_is_looked_at_before_google_is_proven(staffed: Office) -> None:
    assert _post(staffed, None, b"{" * 10) == 401
    assert _post(staffed, "x", b"y" * 300_000) in {401, 413}


def test_tokens_never_come_back_in_an_answer_or_a_log(staffed: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    at = staffed.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    event = staffed.event(ANNA, opened=at)
    tokens = [
        staffed.system_token(f"{BASE_URL}/addon/message"),
        *(v for k, v in event["authorizationEventObject"].items() if k != "authorizedScopes"),
        "current-message",
    ]

    answer = staffed.post("message", event)

    assert not [token for token in tokens if token in str(answer) or token in caplog.text]


# --- jobs and health --------------------------------------------------------------------------------------


def test_the_scheduler_proves_itself_with_its_own_account_for_its_own_address(staffed: Office) -> None:
    url = f"{BASE_URL}/jobs/sync"

    def post(**claims: Any) -> int:
        return _post(staffed, staffed.system_token(url, **claims), {}, "/jobs/sync")

    assert post(email=JOBS_ACCOUNT) == 200
    assert post() == 401
    assert post(email=JOBS_ACCOUNT, aud=HOME) == 401


def test_the_jobs_door_syncs_what_is_due_and_says_what_remains(anna_connected: Office) -> None:
    office = anna_connected
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])
    office.clock.pass_time(minutes=11)
    token = office.system_token(f"{BASE_URL}/jobs/sync", email=JOBS_ACCOUNT)

    answer = office.client.post("/jobs/sync", headers={"Authorization": f"Bearer {token}"}).get_json()

    assert answer == {"ran": 1, "more": False}
    assert len(office.stored(office.jane(), ANNA)) == 1


@pytest.fixture
def anna_connected(office: Office) -> Office:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


def test_health_is_one_word_for_anybody(staffed: Office) -> None:
    assert staffed.client.get("/healthz").get_data(as_text=True) == "ok"
    assert staffed.client.get("/readyz").get_data(as_text=True) == "ready"


def test_a_store_that_does_not_answer_is_a_card_for_the_proven_and_not_ready_for_the_probe(
    staffed: Office, silent: StoreError
) -> None:
    card = staffed.post("home", staffed.event(ANNA))

    assert "could not be reached" in " ".join(texts(card))
    assert str(silent) not in str(card)
    assert staffed.client.get("/readyz").status_code == 503


@pytest.fixture
def silent(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> StoreError:
    error = StoreError("the disk is gone")

    def fail(*_: object, **__: object) -> None:
        raise error

    for verb in ("ping", "member", "due"):
        monkeypatch.setattr(staffed.services.store, verb, fail)
    return error


@pytest.mark.parametrize("path", ["/addon/home", "/jobs/sync", "/readyz"])
def test_whoever_calls_what_the_store_says_of_its_silence_is_in_the_log_with_the_request(
    staffed: Office, silent: StoreError, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    account = {"email": JOBS_ACCOUNT} if path == "/jobs/sync" else {}
    headers = {"Authorization": f"Bearer {staffed.system_token(f'{BASE_URL}{path}', **account)}"}
    event = staffed.event(ANNA)

    answer = staffed.client.open(path, method="GET" if path == "/readyz" else "POST", json=event, headers=headers)

    assert f"request {answer.headers['X-Request-Id']}: the store failed: {silent}" in caplog.text


def test_what_escapes_every_handler_is_logged_by_type_and_place_and_never_by_its_text(
    staffed: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("Quite particular words")

    monkeypatch.setitem(staffed.client.application.error_handler_spec[None][None], NotProvenError, broken)

    answer = staffed.client.post("/jobs/sync")

    assert answer.status_code == 500
    assert f"request {answer.headers['X-Request-Id']}: KeyError at" in caplog.text
    assert "particular" not in caplog.text + answer.get_data(as_text=True)
