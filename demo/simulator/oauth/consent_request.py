"""What a client asks of the consent page, read and checked as Google does before anybody sees a page of it.

A request that is wrong is never sent back to its redirect address: that address may be what is wrong with it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from demo.simulator import scopes
from demo.simulator.clients import Client, Clients

_PARAMETERS = frozenset(
    {
        "access_type",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "hd",
        "hl",
        "include_granted_scopes",
        "login_hint",
        "nonce",
        "prompt",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    }
)
_PROMPTS = frozenset({"none", "consent", "select_account"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_S256 = re.compile(r"[A-Za-z0-9_-]{43}")


class ConsentRefusedError(Exception):
    """A page instead of an answer; `error` is Google's name for it, `shown_status` the number beside it."""

    def __init__(self, error: str, text: str, *, shown_status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.text = text
        self.shown_status = shown_status


@dataclass(frozen=True, kw_only=True)
class ConsentRequest:
    """`fields` are the parameters as they came, for the next page to send again."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    offline: bool
    prompts: frozenset[str]
    challenge: str | None
    nonce: str | None
    login_hint: str | None
    domain: str | None
    include_granted: bool
    fields: Mapping[str, str]


def read(given: MultiDict[str, str], clients: Clients) -> ConsentRequest:
    fields = _fields(given)
    client = _client(fields, clients)
    redirect_uri = _redirect_uri(fields, client)
    if _needed(fields, "response_type") != "code":
        raise ConsentRefusedError("unsupported_response_type", f"Invalid response_type: {fields['response_type']}")
    return ConsentRequest(
        client=client,
        redirect_uri=redirect_uri,
        scopes=_scopes(fields),
        state=fields.get("state"),
        offline=_choice(fields, "access_type", "online", "offline") == "offline",
        prompts=_prompts(fields),
        challenge=_challenge(fields),
        nonce=fields.get("nonce"),
        login_hint=fields.get("login_hint"),
        domain=fields.get("hd"),
        include_granted=_choice(fields, "include_granted_scopes", "false", "true") == "true",
        fields=fields,
    )


def _fields(given: MultiDict[str, str]) -> dict[str, str]:
    for name, values in given.lists():
        if name not in _PARAMETERS:
            raise ConsentRefusedError("invalid_request", f"Parameter not allowed for this message type: {name}")
        if len(values) > 1:
            raise ConsentRefusedError(
                "invalid_request", f"OAuth 2 parameters can only have a single value: {name}"
            )
    return given.to_dict()


def _needed(fields: Mapping[str, str], name: str) -> str:
    if not fields.get(name):
        raise ConsentRefusedError("invalid_request", f"Missing required parameter: {name}")
    return fields[name]


def _choice(fields: Mapping[str, str], name: str, usual: str, other: str) -> str:
    value = fields.get(name) or usual
    if value not in {usual, other}:
        raise ConsentRefusedError("invalid_request", f"Invalid parameter value for {name}: '{value}' is not valid")
    return value


def _client(fields: Mapping[str, str], clients: Clients) -> Client:
    client = clients.get(_needed(fields, "client_id"))
    if client.deleted:
        raise ConsentRefusedError("deleted_client", "The OAuth client was deleted.", shown_status=401)
    return client


def _redirect_uri(fields: Mapping[str, str], client: Client) -> str:
    uri = _needed(fields, "redirect_uri")
    if not _is_loopback(uri) or (client.redirect_uris and uri not in client.redirect_uris):
        raise ConsentRefusedError(
            "redirect_uri_mismatch",
            f"The redirect URI in the request, {uri}, does not match the ones authorized for the OAuth client.",
        )
    return uri


def _is_loopback(uri: str) -> bool:
    if not re.fullmatch(r"[!-~]+", uri) or set(uri) & set("\\#"):
        return False
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK and "@" not in parts.netloc


def _scopes(fields: Mapping[str, str]) -> tuple[str, ...]:
    asked = scopes.long_names(_needed(fields, "scope").split())
    if wrong := [scope for scope in asked if scope not in scopes.known()]:
        raise ConsentRefusedError("invalid_scope", f"Some requested scopes were invalid. {{invalid={wrong}}}")
    if not asked:
        raise ConsentRefusedError("invalid_request", "Missing required parameter: scope")
    return asked


def _prompts(fields: Mapping[str, str]) -> frozenset[str]:
    prompts = frozenset(fields.get("prompt", "").split())
    if not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        value = fields["prompt"]
        raise ConsentRefusedError("invalid_request", f"Invalid parameter value for prompt: '{value}' is not valid")
    return prompts


def _challenge(fields: Mapping[str, str]) -> str | None:
    """PKCE by S256 or not at all; Google would take `plain` as well, and nobody should ask for it."""
    challenge, method = fields.get("code_challenge"), fields.get("code_challenge_method")
    if challenge is None and method is None:
        return None
    if method != "S256":
        raise ConsentRefusedError("invalid_request", "The simulator takes code_challenge_method S256 only.")
    if challenge is None or not _S256.fullmatch(challenge):
        raise ConsentRefusedError("invalid_request", "Invalid code_challenge.")
    return challenge
