"""A demo on the visitor's own mail: an mbox, whose it is, and candidates to look for."""

import re
from pathlib import Path

from demo.plan import Person, Plan, PlanError

_ADDRESS = re.compile(r"[^@\s<>,;]+@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,})")
_FOR_EVERYBODY = frozenset({"gmail.com", "googlemail.com"})
_STAND_IN = "my-company.example"
"""Who shares a domain with the world has candidates there too, and colleagues are never matched (R13)."""


def own_plan(*, mbox: str, me: str, candidates: str, candidates_url: str = "") -> Plan:
    """Read the files; `PlanError` where one cannot be read or something is missing."""
    given = {"MBOX": mbox, "ME": me, "CANDIDATES": candidates}
    if missing := [name for name, value in given.items() if not value.strip()]:
        raise PlanError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given. For your own mail all"
            " three are needed: make demo MBOX=mail.mbox ME=you@yours.com CANDIDATES=candidates.csv"
        )
    address = me.strip().casefold()
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise PlanError(f"ME={me} is not an address. It is whose mail the mbox holds: ME=you@yours.com")
    mail = _content("MBOX", mbox)
    if not mail.lstrip(b"\r\n").startswith(b"From "):
        raise PlanError(f"MBOX={mbox} is not an mbox: its first line must begin with 'From '.")
    domain = _STAND_IN if found[1] in _FOR_EVERYBODY else found[1]
    return Plan(
        domain=domain,
        people=(Person(email=address, name=address.partition("@")[0], role="super_admin"),),
        mail={address: mail},
        candidates=_content("CANDIDATES", candidates),
        candidates_url=candidates_url.strip(),
    )


def _content(name: str, path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise PlanError(f"{name}={path} cannot be read: {why}.") from None
