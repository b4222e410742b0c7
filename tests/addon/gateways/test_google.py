"""Google's certificates: fetched once, kept, and looked for anew where an unknown key turns up."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from addon.gateways.errors import UnavailableError
from addon.gateways.google import identity
from addon.gateways.google.identity import Certificates
from tests.addon.gateways.broken import BROKEN, answering


@dataclass
class Issuer:
    """A real HTTP server of certificates that counts who asks."""

    certs: dict[str, str] = field(default_factory=lambda: {"k1": "pem"})
    status: int = 200
    max_age: int = 3600
    asked: int = 0
    url: str = ""


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    shown = Issuer()

    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            shown.asked += 1
            body = json.dumps(shown.certs).encode()
            self.send_response(shown.status)
            self.send_header("Cache-Control", f"public, max-age={shown.max_age}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    shown.url = f"http://127.0.0.1:{server.server_port}/oauth2/v1/certs"
    yield shown
    server.shutdown()
    server.server_close()
    thread.join()


def test_certificates_are_fetched_once_for_many_callers(issuer: Issuer) -> None:
    certificates = Certificates(issuer.url)

    for _ in range(20):
        assert certificates.for_key("k1") == {"k1": "pem"}

    assert issuer.asked == 1


def test_an_unknown_key_is_looked_for_once_and_not_at_every_call(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates = Certificates(issuer.url)
    certificates.for_key("k1")
    for _ in range(20):
        certificates.for_key("forged")
    hammered = issuer.asked
    monkeypatch.setattr(identity, "REFETCH_AFTER_S", 0)

    issuer.certs["k2"] = "newer"
    found = certificates.for_key("k2")

    assert hammered == 1
    assert found["k2"] == "newer"
    assert issuer.asked == 2


def test_certificates_are_fetched_again_when_they_have_run_out(issuer: Issuer) -> None:
    issuer.max_age = 0
    certificates = Certificates(issuer.url)

    certificates.for_key("k1")
    certificates.for_key("k1")

    assert issuer.asked == 2


@pytest.mark.parametrize(("status", "certs"), [(500, {}), (200, [])])
def test_certificates_that_cannot_be_had_are_no_proof_and_no_crash(
    issuer: Issuer, status: int, certs: dict[str, str]
) -> None:
    issuer.status, issuer.certs = status, certs

    with pytest.raises(UnavailableError):
        Certificates(issuer.url).for_key("k1")


def test_where_certificates_cannot_be_had_forged_keys_do_not_ask_for_them_at_every_call(issuer: Issuer) -> None:
    certificates = Certificates(issuer.url)
    certificates.for_key("k1")
    issuer.status = 500
    # As if a good while had passed.
    certificates._fetched = float("-inf")

    with pytest.raises(UnavailableError):
        certificates.for_key("forged")
    again = [certificates.for_key("forged") for _ in range(20)]

    assert again == [{"k1": "pem"}] * 20
    assert issuer.asked == 2


def test_nobody_at_the_address_is_no_crash() -> None:
    with pytest.raises(UnavailableError):
        Certificates("http://127.0.0.1:9/oauth2/v1/certs").for_key("k1")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httplib2 leaves a broken one open
@pytest.mark.parametrize("said", BROKEN)
def test_a_connection_that_breaks_or_is_no_web_server_is_no_answer(said: bytes) -> None:
    with answering(said) as url, pytest.raises(UnavailableError):
        Certificates(url).for_key("k1")
