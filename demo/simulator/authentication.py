"""Authentication-Results as Google writes them on top of what arrives: who signed, and does it fit the From."""

from dataclasses import dataclass
from email.utils import parseaddr

from demo.simulator.envelope import Envelope

RESULTS = frozenset(
    {"pass", "fail", "none", "neutral", "softfail", "policy", "temperror", "permerror"}
)  # RFC 8601, 2.7
_COMMENTS = {
    ("dkim", "fail"): " (signature did not verify)",
    ("dmarc", "pass"): " (p=REJECT sp=REJECT dis=NONE)",
    ("dmarc", "fail"): " (p=NONE sp=NONE dis=NONE)",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A check's result, None for one Google does not mention.

    `domain` is who signed and whose server delivered, the sender's own where it is None.
    """

    dkim: str | None = "pass"
    spf: str | None = "pass"
    dmarc: str | None = "pass"
    domain: str | None = None

    def proves(self, about: Envelope) -> bool:
        """Say whether the mail is from whom it says: DMARC passed, or a passed signature is aligned."""
        return self.dmarc == "pass" or (self.dkim == "pass" and aligned(about, self.domain))


PASS = Verdict()
FAIL = Verdict(dkim="fail", spf="softfail", dmarc="fail")


def aligned(about: Envelope, domain: str | None) -> bool:
    """Relaxed alignment: the same domain, or one below the other."""
    sender, signer = _domain(about), (domain or _domain(about)).casefold()
    return sender == signer or sender.endswith(f".{signer}") or signer.endswith(f".{sender}")


def results(about: Envelope, verdict: Verdict) -> str:
    """The header, folded as Google folds it; there is always at least the name of the server."""
    own = _domain(about)
    signer = _safe(verdict.domain or "") or own
    mail_from = _address(about) if verdict.domain is None else f"bounce@{signer}"
    signature = "" if verdict.dkim == "none" else f" header.i=@{signer} header.s=sim header.b=c2ltdWxh"
    checks = [
        _item("dkim", verdict.dkim, signature),
        _item("spf", verdict.spf, f" smtp.mailfrom={mail_from or own}"),
        _item("dmarc", verdict.dmarc, f" header.from={own}"),
    ]
    told = [check for check in checks if check] or ["none"]
    return ";\r\n       ".join(["Authentication-Results: mx.google.com", *told])


def _item(check: str, result: str | None, about: str) -> str:
    return f"{check}={result}{_COMMENTS.get((check, result), '')}{about}" if result else ""


def _domain(about: Envelope) -> str:
    return _address(about).rpartition("@")[2].casefold() or "unknown.invalid"


def _address(about: Envelope) -> str:
    return _safe(parseaddr(about.sender)[1])


def _safe(text: str) -> str:
    # Only what is safe inside a header gets in: the address comes from whoever wrote the mail.
    return "".join(one for one in text if one.isprintable() and one not in "();<>")
