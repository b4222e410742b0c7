"""Authorization codes between a person's consent and the client that redeems it: good once, for ten minutes."""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

LIFETIME = 600
_SHAPE = re.compile(r"4/0sim-[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, kw_only=True)
class Code:
    """`challenge` is PKCE's by S256; `prompted` says that the client asked for the consent page."""

    code: str
    email: str
    scopes: tuple[str, ...]
    client_id: str
    project: str
    redirect_uri: str
    challenge: str | None
    nonce: str | None
    offline: bool
    prompted: bool
    issued_at: float

    def alive(self, now: float) -> bool:
        return now < self.issued_at + LIFETIME


def new_code() -> str:
    return "4/0sim-" + secrets.token_urlsafe(24)


def is_well_formed(text: str) -> bool:
    """Say whether this could be a code, be it a used one."""
    return _SHAPE.fullmatch(text) is not None


class Codes:
    def __init__(self, codes: Iterable[Code] = ()) -> None:
        self._codes = {code.code: code for code in codes}

    def all(self) -> list[Code]:
        return list(self._codes.values())

    def keep(self, code: Code) -> None:
        self._codes[code.code] = code

    def find(self, text: str, *, now: float) -> Code | None:
        code = self._codes.get(text)
        return code if code and code.alive(now) else None

    def spend(self, code: Code) -> None:
        """Let nobody redeem it again."""
        self._codes.pop(code.code, None)

    def drop(self, which: Callable[[Code], bool]) -> None:
        """Let nobody redeem these."""
        self._codes = {text: code for text, code in self._codes.items() if not which(code)}
