"""Which scopes there are, what a person is told about each, and which cannot be left out of a consent."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from demo.simulator import discovery

OPENID = "openid"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
PROFILE = "https://www.googleapis.com/auth/userinfo.profile"
_LONG_NAMES = MappingProxyType({"email": EMAIL, "profile": PROFILE})
_SIGN_IN = MappingProxyType(
    {
        OPENID: "Know who you are",
        EMAIL: "See your email address",
        PROFILE: "See your name",
    }
)


def long_names(scopes: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order given, by the name that a token's answer has for it."""
    return tuple(dict.fromkeys(_LONG_NAMES.get(scope, scope) for scope in scopes))


@cache
def known() -> Mapping[str, str]:
    """Every scope a consent can be asked for, with a sentence for the person who is asked."""
    gmail = {name: one["description"] for name, one in discovery.document()["auth"]["oauth2"]["scopes"].items()}
    return MappingProxyType({**_SIGN_IN, **gmail})


def is_sign_in(scope: str) -> bool:
    """Part of signing in, which is given whole or not at all."""
    return scope in _SIGN_IN


def is_gmail(scope: str) -> bool:
    return scope not in _SIGN_IN and scope in known()
