"""The environment, read once: every variable, every problem at once, no default that is unsafe.

The only reader of the environment. Values that are secret are kept out of `repr` and out of every problem's text.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from addon.policy.labels import may_name_a_label
from storage import names_a_store
from storage.records import Role, SecretPolicy
from storage.sealing import Sealer

T = TypeVar("T")

GOOGLE_CERTS = "https://www.googleapis.com/oauth2/v1/certs"
GOOGLE_CONSENT = "https://accounts.google.com/o/oauth2/v2/auth"
GOOGLE_TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105 (an address)
GOOGLE_REVOKE = "https://oauth2.googleapis.com/revoke"
GOOGLE_USERINFO = "https://openidconnect.googleapis.com/v1/userinfo"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to put right: the variable, what is wrong with it, and what it should look like."""

    variable: str
    wrong: str
    example: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.wrong}. Example: {self.variable}={self.example}"


class ConfigError(Exception):
    """The environment cannot be used; holds every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(["The add-on cannot start:", *(f"  {problem}" for problem in problems)]))
        self.problems = problems


class _WrongError(ValueError):
    """What is wrong with one value, without the value where it may be secret."""


@dataclass(frozen=True, kw_only=True)
class Google:
    """Where Google is. Another root than Google's own is for a machine that talks to itself only."""

    root: str | None
    """None: Google's own hosts."""

    @property
    def certs(self) -> str:
        return self.here(GOOGLE_CERTS)

    @property
    def token(self) -> str:
        return self.here(GOOGLE_TOKEN)

    @property
    def revoke(self) -> str:
        return self.here(GOOGLE_REVOKE)

    @property
    def userinfo(self) -> str:
        return self.here(GOOGLE_USERINFO)

    def here(self, url: str) -> str:
        """An address of Google's, at the other root where there is one."""
        return self.root + url[url.index("/", len("https://")) :] if self.root else url


class ConsentBy(Enum):
    """Who lets the job read a mailbox whose box is ticked: its user at Google, or the admin for all at once."""

    USER = "user"
    DELEGATED = "delegated"


@dataclass(frozen=True, kw_only=True)
class Config:
    """What the company decided, as it was when the process started."""

    base_url: str
    store_url: str
    seal_keys: str = field(repr=False)
    internal_domains: frozenset[str]
    super_admins: frozenset[str]
    """Addresses, lower case; each binds to the first `sub` that comes with it from an internal domain."""
    default_role: Role
    label_name: str
    panel_labels: bool
    """The panel sets our label in Gmail, which Google's widest scope allows; else its users alone do (R31)."""
    secret_policy: SecretPolicy
    blocklist: frozenset[str]
    """Addresses and bare domains, lower case."""
    candidates_url: str
    """Where the candidates' own pages are, ending in `/`; Gmail opens no link to them elsewhere."""
    grace_days: int
    debounce: timedelta
    poll: timedelta
    addon_service_account: str | None
    addon_client_id: str | None
    oauth_client_id: str
    oauth_client_secret: str = field(repr=False)
    consent: ConsentBy
    delegate: Mapping[str, Any] | None = field(repr=False)
    """The key of the service account to which the admin delegated; None where users consent themselves."""
    jobs_service_account: str | None
    push_service_account: str | None
    topic: str | None
    """Where Gmail tells of changes; None: it is not asked to, and polling alone finds them."""
    google: Google
    firestore_emulator: str | None
    """Host and port; None: Google's own Firestore."""

    @property
    def host(self) -> str:
        """Where we are reached, without scheme and port."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def word(self) -> str:
        """The product's word in texts: the last part of the label's name."""
        return self.label_name.rpartition("/")[2]

    @property
    def company(self) -> str:
        return ", ".join(sorted(self.internal_domains))

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Read `env`; raise `ConfigError` with every problem."""
        read = _Reader(env)
        base_url = read("BASE_URL", _base_url, example="https://lever.example.com")
        google_root = read("GOOGLE_API_URL", _loopback_url, default=None, example="http://127.0.0.1:8900")
        if base_url and google_root and not is_loopback(base_url):
            read.problem(
                "GOOGLE_API_URL",
                "is the root of trust, so BASE_URL must be on this machine too",
                example="(unset it: Google's own hosts are used)",
            )
        emulator = read("FIRESTORE_EMULATOR_HOST", _loopback_host, default=None, example="127.0.0.1:8901")
        if base_url and emulator and not is_loopback(base_url):
            read.problem(
                "FIRESTORE_EMULATOR_HOST",
                "loses what is stored when it ends, so BASE_URL must be on this machine too",
                example="(unset it: Google's own Firestore is used)",
            )
        addon_client = read("ADDON_CLIENT_ID", str.strip, default=None, example="123.apps.googleusercontent.com")
        oauth_client = read("OAUTH_CLIENT_ID", _given, example="456.apps.googleusercontent.com")
        if addon_client and addon_client == oauth_client:
            read.problem(
                "OAUTH_CLIENT_ID",
                "must be another client than ADDON_CLIENT_ID",
                example="456.apps.googleusercontent.com",
            )
        consent = read("CONSENT", _consent, default=ConsentBy.USER, example="user")
        delegate = None
        if consent is ConsentBy.DELEGATED:
            delegate = read("GOOGLE_APPLICATION_CREDENTIALS", _service_account, example="/etc/lever/delegate.json")
        read("DIRECTORY_URL", _own_directory, default="store:", example="store:")
        config = {
            "base_url": base_url,
            "store_url": read("STORE_URL", _store_url, default=_DEFAULT_STORE, example=_DEFAULT_STORE),
            "seal_keys": read("SEAL_KEYS", _seal_keys, example="k1:<what is printed by: openssl rand -base64 32>"),
            "internal_domains": read("INTERNAL_DOMAINS", _domains, example="example.com,example.org"),
            "super_admins": read("SUPER_ADMINS", _addresses, default=frozenset(), example="anna@example.com"),
            "default_role": read("DEFAULT_ROLE", _role, default=Role.INTERVIEWER, example="team_member"),
            "label_name": read("LABEL_NAME", _label, default="Lever", example="Lever"),
            "panel_labels": read("PANEL_LABELS", _switch, default=True, example="on"),
            "secret_policy": read("SECRET_POLICY", _policy, default=SecretPolicy.CLASSIC, example="classic"),
            "blocklist": read("BLOCKLIST", _blocklist, default=frozenset(), example="ceo@rival.com,bank.com"),
            "candidates_url": read("CANDIDATES_URL", _prefix, default=CANDIDATES_URL, example=CANDIDATES_URL),
            "grace_days": read("GRACE_DAYS", _count, default=30, example="30"),
            "debounce": read("DEBOUNCE_S", _seconds, default=timedelta(seconds=5), example="5"),
            "poll": read("POLL_S", _seconds, default=timedelta(seconds=600), example="600"),
            "addon_service_account": read(
                "ADDON_SERVICE_ACCOUNT",
                str.strip,
                default=None,
                example="service-1234@gcp-sa-gsuiteaddons.iam.gserviceaccount.com",
            ),
            "addon_client_id": addon_client,
            "oauth_client_id": oauth_client,
            "oauth_client_secret": read("OAUTH_CLIENT_SECRET", _given, example="<the client's secret>"),
            "consent": consent,
            "delegate": delegate,
            "jobs_service_account": read(
                "JOBS_SERVICE_ACCOUNT", str.strip, default=None, example="jobs@project.iam.gserviceaccount.com"
            ),
            "push_service_account": read(
                "PUSH_SERVICE_ACCOUNT", str.strip, default=None, example="push@project.iam.gserviceaccount.com"
            ),
            "topic": read("PUBSUB_TOPIC", _topic, default=None, example="projects/project/topics/gmail"),
            "google": Google(root=google_root),
            "firestore_emulator": emulator,
        }
        if read.problems:
            raise ConfigError(tuple(read.problems))
        return cls(**config)  # type: ignore[arg-type]  # no problem was found, so every value is there


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine and cannot be any other."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_DEFAULT_STORE = "sqlite:///var/addon.db"
CANDIDATES_URL = "https://hire.lever.co/"
_REQUIRED = object()


class _Reader:
    """Reads variables one by one and collects what is wrong, so that one start tells everything."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[Problem] = []

    def __call__(
        self, variable: str, parse: Callable[[str], T], *, example: str, default: object = _REQUIRED
    ) -> T | None:
        value = self._env.get(variable, "").strip()
        if not value:
            if default is _REQUIRED:
                self.problem(variable, "is not set", example=example)
                return None
            return default  # type: ignore[return-value]  # each call gives a default of the parsed type
        try:
            return parse(value)
        except _WrongError as wrong:
            self.problem(variable, str(wrong), example=example)
        except ValueError:
            # A library's own words may quote the value, and that may be secret.
            self.problem(variable, "cannot be read", example=example)
        return None

    def problem(self, variable: str, wrong: str, *, example: str) -> None:
        self.problems.append(Problem(variable=variable, wrong=wrong, example=example))


def _given(value: str) -> str:
    return value


def _seal_keys(value: str) -> str:
    try:
        Sealer(value)
    except ValueError:
        raise _WrongError("is not id:key pairs separated by commas, each key 32 bytes in base64") from None
    return value


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def _url(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port  # read, because only that finds a port which is no number
    except ValueError:
        raise _WrongError("is not an address") from None
    return parts


def _base_url(value: str) -> str:
    parts = _url(value)
    if not parts.hostname or parts.query or parts.fragment or parts.scheme not in {"http", "https"}:
        raise _WrongError("is not the address at which Google reaches the add-on")
    if parts.scheme != "https" and not is_loopback(value):
        raise _WrongError("must begin with https:// (tokens travel over it)")
    return value.rstrip("/")


def _prefix(value: str) -> str:
    """Closed by a slash, so that no other host begins with it."""
    parts = _url(value)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise _WrongError("must begin with https:// and a host, and end before any ? or #")
    return f"{value.rstrip('/')}/"


def _loopback_url(value: str) -> str:
    if _url(value).scheme not in {"http", "https"} or not is_loopback(value):
        raise _WrongError("is the root of trust and must be an address of this machine")
    return value.rstrip("/")


def _loopback_host(value: str) -> str:
    if not re.fullmatch(r"[^/@?#\s]+:[0-9]{1,5}", value) or not is_loopback(f"//{value}"):
        raise _WrongError("holds everything that is stored and must be a port of this machine")
    return value


def _store_url(value: str) -> str:
    if not names_a_store(value):
        raise _WrongError(
            "is not a store this version knows (sqlite:///PATH beside app.py, sqlite:////PATH elsewhere,"
            " firestore://PROJECT/DATABASE)"
        )
    return value


def _own_directory(value: str) -> str:
    if value != "store:":
        raise _WrongError(
            "is not a directory this version knows (store: keeps candidates in the add-on's own store)"
        )
    return value


_TOPIC = re.compile(r"projects/[a-z0-9:.-]+/topics/(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}")


def _topic(value: str) -> str:
    if not _TOPIC.fullmatch(value):
        raise _WrongError("is not a topic's whole name")
    return value


_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}")


def _domain(value: str) -> str:
    domain = value.lower().removeprefix("@")
    if not _DOMAIN.fullmatch(domain):
        raise _WrongError(f"{value!r} is not a domain")
    return domain


def _address(value: str) -> str:
    local, at, domain = value.lower().rpartition("@")
    if not at or not local:
        raise _WrongError(f"{value!r} is not an address")
    return f"{local}@{_domain(domain)}"


def _domains(value: str) -> frozenset[str]:
    domains = frozenset(_domain(item) for item in _items(value))
    if not domains:
        raise _WrongError("names no domain")
    return domains


def _addresses(value: str) -> frozenset[str]:
    return frozenset(_address(item) for item in _items(value))


def _blocklist(value: str) -> frozenset[str]:
    def entry(item: str) -> str:
        return _address(item) if "@" in item.removeprefix("@") else _domain(item)

    return frozenset(entry(item) for item in _items(value))


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError:
        raise _WrongError(f"{value!r} is none of {', '.join(role.value for role in Role)}") from None


def _policy(value: str) -> SecretPolicy:
    try:
        return SecretPolicy(value)
    except ValueError:
        raise _WrongError(f"{value!r} is none of {', '.join(policy.value for policy in SecretPolicy)}") from None


def _switch(value: str) -> bool:
    if value not in {"on", "off"}:
        raise _WrongError(f"{value!r} is neither on nor off")
    return value == "on"


def _consent(value: str) -> ConsentBy:
    try:
        return ConsentBy(value)
    except ValueError:
        raise _WrongError(f"{value!r} is neither user nor delegated") from None


_KEY_FIELDS = frozenset({"client_email", "private_key", "private_key_id", "token_uri"})


def _service_account(value: str) -> Mapping[str, Any]:
    """The text of the file is secret: what is wrong with it is said without any of it."""
    try:
        key = json.loads(Path(value).read_text(encoding="utf-8"))
    except OSError:
        raise _WrongError("names no file that can be read") from None
    if not isinstance(key, dict) or not key.keys() >= _KEY_FIELDS or key.get("type") != "service_account":
        raise _WrongError("is not the key file of a service account")
    return key


def _label(value: str) -> str:
    if not may_name_a_label(value):
        raise _WrongError(f"{value!r} cannot be a label's name in Gmail")
    return value


_MOST_DIGITS = 6
"""Longer times end after the last day a calendar knows, and the first removal would fail on it."""


def _count(value: str) -> int:
    if not value.isdecimal() or len(value) > _MOST_DIGITS:
        raise _WrongError(f"{value[:20]!r} is not a whole number of at most {_MOST_DIGITS} digits")
    return int(value)


def _seconds(value: str) -> timedelta:
    seconds = _count(value)
    if seconds == 0:
        raise _WrongError("is to be a whole number of seconds above 0")
    return timedelta(seconds=seconds)
