"""Whoever has good proof and sends anything beside it: never 5xx, nothing said again, logged or stored of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.addon.web.test_hostile_input import BODIES, TEXTS, TYPES, content, sample
from tests.backends import BACKENDS, Place
from tests.canaries import WORD, Watch, watching
from tests.office import ANNA, BASE_URL, BEN, JANE, JOBS_ACCOUNT, Office

MACHINES = {"/jobs/sync": "POST", "/jobs/renew": "POST", "/jobs/purge": "POST", "/metrics": "GET"}
COOKIE = "__Host-lever-consent"
RAW = st.sampled_from(["%", "%zz", "%ff%fe", "%00", "%ed%a0%80", "+", ";", "&&", "=", "%26", "x" * 10_000])
"""As it stands in a URL, right or wrong."""
VALUES = RAW | TEXTS.map(lambda text: quote(text.encode("utf-8", "replace")))
ODD_HEADERS = st.fixed_dictionaries(
    {"X-Odd": st.just(WORD), "User-Agent": st.just(WORD), "Referer": st.just(f"https://{WORD}.example")},
    optional={
        "Accept-Language": st.sampled_from(["", "*", "de;q=x", "de;q=9, " * 500, WORD, "../de", "\xe9"]),
        "Accept": st.sampled_from(["", "image/*", ",;=", WORD]),
        "Cookie": st.sampled_from(["", "=", ";;;", f"{COOKIE}=", f"{WORD}={WORD}", "a" * 4000, "\xe9"]),
        "Host": st.sampled_from([f"{WORD}.example", "a b", "["]),
        "Content-Length": st.sampled_from(["-1", "x", "9" * 20]),
        "X-Forwarded-Host": st.just(f"{WORD}.example"),
        "X-HTTP-Method-Override": st.just("DELETE"),
        "Range": st.just("bytes=0-1,9-"),
        "If-None-Match": st.just("*"),
        "Content-Encoding": st.just("gzip"),
    },
)
METHODS = st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "ODD"])


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def watch(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with watching(place, Path(tmp_path_factory.mktemp("temporary"))) as watch:
        yield watch


@pytest.fixture
def office(office: Office) -> Office:
    """With nothing due."""
    office.member(ANNA, connected=True)
    office.member(BEN)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    for path, method in MACHINES.items():
        token = office.system_token(f"{BASE_URL}{path}", email=JOBS_ACCOUNT)
        proof = {"Authorization": f"Bearer {token}"}
        assert office.client.open(path, method=method, headers=proof).status_code == 200
    return office


def queries(*names: str) -> st.SearchStrategy[list[str]]:
    """Parts of a query, of these parameters and others; each bears the word that is looked for."""
    part = st.tuples(st.sampled_from([*names, WORD]), VALUES).map(lambda each: f"{each[0]}={WORD}{each[1]}")
    return st.lists(part, max_size=3)


def traces(watch: Watch, answer: TestResponse, *secrets: str) -> set[str]:
    """Where what was sent, a secret or a traceback is found, of what came out meanwhile and of what is stored."""
    watch.opened.clear()  # hypothesis has some of its own
    watch.answers.append(f"{answer.headers} {answer.get_data().decode(errors='replace')}")
    found = watch.canaries() | {
        where for where, said in watch.said().items() for secret in secrets if secret.encode() in said
    }
    return found | {"log" for line in watch.logged if "Traceback" in line}


def begin(watch: Watch) -> None:
    watch.logged.clear()
    watch.answers.clear()


@settings(sample, max_examples=40)
@given(
    path=st.sampled_from(sorted(MACHINES)),
    method=METHODS,
    turned=st.sampled_from(["{}"] * 6 + ["{}/", "{}/..", "{}\0", "{};x", "{}\xff"]),
    query=queries("until", "limit", "mailbox"),
    headers=ODD_HEADERS,
    type_=TYPES,
    body=BODIES,
)
def test_a_proven_job_is_done_as_ever_whatever_comes_with_its_token(
    office: Office,
    place: Place,
    watch: Watch,
    path: str,
    method: str,
    turned: str,
    query: list[str],
    headers: dict[str, str],
    type_: str,
    body: bytes,
) -> None:
    token = office.system_token(f"{BASE_URL}{path}", email=JOBS_ACCOUNT)
    proof = {"Authorization": f"Bearer {token}"}
    before = content(place)
    begin(watch)

    answer = office.client.open(
        path,
        method=method,
        environ_overrides={"PATH_INFO": turned.format(path)},
        query_string="&".join(query),
        headers=headers | proof,
        content_type=type_,
        data=WORD.encode() + body,
    )

    asked = {MACHINES[path], "OPTIONS", *(["HEAD"] if MACHINES[path] == "GET" else [])}
    refused = {400} if {"Host", "Content-Length"} & headers.keys() else set()
    expected = {404, 405} if turned != "{}" else {200} if method in asked else {405}
    assert answer.status_code in expected | refused
    assert content(place) == before
    assert traces(watch, answer, token) == set()


@settings(sample, max_examples=30)
@given(
    method=METHODS,
    times=st.sampled_from([1, 1, 1, 0, 2]),
    before=st.sampled_from(["", "", "", "%00", "%ff", "+"]),
    after=st.sampled_from(["", "", "", "%", "x" * 9000]),
    more=queries("x", "state", "nonce[]"),
    headers=ODD_HEADERS,
    body=BODIES,
)
def test_a_good_link_leads_to_google_and_nothing_that_comes_with_it_goes_along(
    office: Office,
    place: Place,
    watch: Watch,
    method: str,
    times: int,
    before: str,
    after: str,
    more: list[str],
    headers: dict[str, str],
    body: bytes,
) -> None:
    nonce = parse_qs(urlsplit(office.ask(BEN)).query)["nonce"][0]
    stored = content(place)
    begin(watch)

    query = [f"nonce={before}{nonce}{after}"] * times + more
    answer = office.browser().open(
        "/connect", method=method, query_string="&".join(query), headers=headers, data=WORD.encode() + body
    )

    good = method in {"GET", "HEAD"} and times == 1 and not before and not after
    if "Host" in headers or "Content-Length" in headers:
        assert answer.status_code in {200, 302, 400, 405}
    else:
        expected = 302 if good else 400 if method in {"GET", "HEAD"} else 200 if method == "OPTIONS" else 405
        assert answer.status_code == expected
    assert (content(place) == stored) is (answer.status_code != 302)
    assert traces(watch, answer, nonce) == set()


@settings(sample, max_examples=30)
@given(
    method=st.sampled_from(["GET"] * 12 + ["HEAD", "POST", "OPTIONS", "ODD"]),
    states=st.sampled_from(["{}"] * 6 + ["", "{}&state={}", "{}%00", "%ff{}"]),
    brought=VALUES.map(lambda code: [("code", code)])
    | st.lists(st.tuples(st.sampled_from(["code", "error", "scope", "iss"]), VALUES), max_size=3),
    headers=ODD_HEADERS,
    body=BODIES,
)
def test_a_browser_that_was_sent_by_us_comes_back_with_anything_and_nothing_of_it_is_kept(
    office: Office,
    watch: Watch,
    method: str,
    states: str,
    brought: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
) -> None:
    browser = office.browser()
    gone = browser.get(office.ask(BEN))
    state = parse_qs(urlsplit(gone.headers["Location"]).query)["state"][0]
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    was = office.services.store.consent(f"sub-{BEN}")
    begin(watch)

    headers = {name: value for name, value in headers.items() if name not in {"Cookie", "Host"}}
    query = [f"state={states.replace('{}', state)}", *(f"{name}={WORD}{value}" for name, value in brought)]
    answer = browser.open(
        "/oauth/callback", method=method, query_string="&".join(query), headers=headers, data=WORD.encode() + body
    )

    if "Content-Length" not in headers:
        assert answer.status_code == {"GET": 400, "HEAD": 400, "OPTIONS": 200}.get(method, 405)
    assert answer.status_code < 500
    assert office.services.store.consent(f"sub-{BEN}") == was
    assert traces(watch, answer, state, cookie.value) == set()


def test_a_path_with_a_slash_too_many_leads_nowhere_and_says_nothing_again(office: Office) -> None:
    for rule in office.client.application.url_map.iter_rules():
        for path in {f"{rule.rule}/", f"{rule.rule}//", rule.rule[0] + rule.rule[1:].replace("/", "//")}:
            if path != rule.rule:
                query, host = {"state": WORD}, {"Host": f"{WORD}.example"}
                answer = office.client.get(path, query_string=query, headers=host)
                assert answer.status_code == 404
                assert "Location" not in answer.headers
                assert WORD not in answer.get_data(as_text=True)
