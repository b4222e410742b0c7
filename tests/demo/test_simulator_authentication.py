"""What Google says of a sender, in the topmost header of what arrives."""

from collections.abc import Callable
from typing import Any

import pytest

from demo.simulator.client import ControlRefusedError
from demo.simulator.server import Simulator

Write = Callable[..., bytes]
Results = Callable[..., str]
ANA = "ana@acme.test"
PASS, FAIL = "dmarc=pass (p=REJECT sp=REJECT dis=NONE)", "dmarc=fail (p=NONE sp=NONE dis=NONE)"


@pytest.fixture
def results(simulator: Simulator, ana: Any, write: Write) -> Results:
    """`results(auth)`: the topmost header of a mail from the candidate, checks in one line."""

    def arrive(auth: Any, **headers: str) -> str:
        copy = simulator.control.deliver(write(**headers), to=[ANA], auth=auth)[ANA]
        first = ana.messages().get(userId="me", id=copy["id"]).execute()["payload"]["headers"][0]
        assert first["name"] == "Authentication-Results"
        return " ".join(first["value"].split())

    return arrive


def test_pass_and_fail_are_said_of_the_senders_own_domain(results: Results) -> None:
    assert results("pass") == (
        "mx.google.com; dkim=pass header.i=@mail.test header.s=sim header.b=c2ltdWxh;"
        f" spf=pass smtp.mailfrom=cand@mail.test; {PASS} header.from=mail.test"
    )
    assert results("fail") == (
        "mx.google.com; dkim=fail (signature did not verify) header.i=@mail.test header.s=sim header.b=c2ltdWxh;"
        f" spf=softfail smtp.mailfrom=cand@mail.test; {FAIL} header.from=mail.test"
    )


@pytest.mark.parametrize(
    ("domain", "dmarc"),
    [("mail.test", PASS), ("bulk.mail.test", PASS), ("mailer.test", FAIL), ("email.test", FAIL)],
)
def test_a_signature_of_another_domain_is_not_aligned(results: Results, domain: str, dmarc: str) -> None:
    said = results({"domain": domain})

    assert f"dkim=pass header.i=@{domain} " in said
    assert f"spf=pass smtp.mailfrom=bounce@{domain};" in said
    assert f"{dmarc} header.from=mail.test" in said


def test_each_check_can_be_ordered_or_left_out(results: Results) -> None:
    ordered = results({"dkim": "neutral", "spf": None, "dmarc": "pass", "domain": "mailer.test"})
    unsigned = results({"dkim": "none", "dmarc": None})

    assert "dkim=neutral header.i=@mailer.test" in ordered
    assert "spf=" not in ordered
    assert PASS in ordered
    assert unsigned == "mx.google.com; dkim=none; spf=pass smtp.mailfrom=cand@mail.test"
    assert FAIL in results({"dkim": None})
    assert results({"dkim": None, "spf": None, "dmarc": None}) == "mx.google.com; none"


@pytest.mark.parametrize(
    ("auth", "labels"),
    [
        ("pass", ["SENT"]),
        ("fail", ["INBOX", "UNREAD"]),
        ({"domain": "mailer.test"}, ["INBOX", "UNREAD"]),
        ({"domain": "mailer.test", "dmarc": "pass"}, ["SENT"]),
        ({"dkim": "none", "dmarc": "none"}, ["INBOX", "UNREAD"]),
    ],
)
def test_only_a_proven_owner_has_a_sent_copy(
    simulator: Simulator, ana: Any, write: Write, auth: Any, labels: list[str]
) -> None:
    copy = simulator.control.deliver(write(From=ANA), to=[ANA], auth=auth)[ANA]

    assert ana.messages().get(userId="me", id=copy["id"], format="minimal").execute()["labelIds"] == labels


def test_no_sender_writes_into_the_header(results: Results) -> None:
    said = results("fail", From='"x" <"a;dkim=pass(b)"@evil.test>')

    assert said.count(";") == 3
    assert "(b)" not in said


@pytest.mark.parametrize("auth", ["maybe", {"dkim": "perhaps"}, {"arc": "pass"}, {"domain": 3}])
def test_an_order_nobody_understands_is_refused(simulator: Simulator, write: Write, auth: Any) -> None:
    with pytest.raises(ControlRefusedError, match="400"):
        simulator.control.deliver(write(), to=[ANA], auth=auth)
