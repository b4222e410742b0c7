"""The control API, typed, for tests and the demo's launcher: standard library only, no way into Gmail's own."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Literal, cast
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from demo.simulator import visitor
from demo.simulator.shown import Copy, ShownMailbox

# The machine's proxy, if it has one, is no way to a loopback address.
_OPENER = build_opener(ProxyHandler({}))
_TIMEOUT = 60


class ControlRefusedError(Exception):
    """The simulator said no; `status` is HTTP's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


@dataclass(frozen=True)
class Control:
    """One method for each route under `/_sim/`, and a person at the consent page."""

    url: str

    def add_mailbox(
        self,
        email: str,
        *,
        sub: str | None = None,
        name: str | None = None,
        send_as: Iterable[str | Mapping[str, str]] = (),
        **more: Any,
    ) -> dict[str, Any]:
        """Open a mailbox, or find it open.

        `send_as` takes addresses, or `email`, `name` and `verificationStatus` of one. `more` takes
        `hd` (None for an account outside Workspace) and `history_id` (where history starts).
        """
        given = {"email": email, "send_as": list(send_as)} | _given(sub=sub, name=name) | more
        return self._post("mailboxes", given)

    def mailbox(self, email: str) -> ShownMailbox:
        return cast(ShownMailbox, self._get(_of(email)))

    def deliver(
        self, raw: bytes | EmailMessage, *, to: Iterable[str], auth: Literal["pass", "fail"] = "pass"
    ) -> dict[str, Copy]:
        return cast(dict[str, Copy], self._post("deliver", {"raw": _base64(raw), "to": list(to), "auth": auth}))

    def load(self, email: str, mbox: bytes) -> dict[str, int]:
        return cast(dict[str, int], self._send("POST", _of(email, "load"), mbox, "application/mbox"))

    def draft(
        self, email: str, raw: bytes | EmailMessage, *, thread: str | None = None, replaces: str | None = None
    ) -> Copy:
        given = {"raw": _base64(raw)} | _given(threadId=thread, replaces=replaces)
        return cast(Copy, self._post(_of(email, "drafts"), given))

    def delete_message(self, email: str, message: str) -> None:
        """For good; the trash is `label(…, add=["TRASH"])`."""
        self._post(_of(email, "messages", message, "delete"), {})

    def alias(self, email: str, message: str) -> dict[str, str]:
        return cast(dict[str, str], self._post(_of(email, "aliases"), {"message": message}))

    def label(
        self,
        email: str,
        thread: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        messages: Iterable[str] = (),
    ) -> None:
        """Names, or ids of Gmail's own labels; without `messages` every message now in the thread."""
        given = {"add": list(add), "remove": list(remove), "messages": list(messages)}
        self._post(_of(email, "threads", thread, "labels"), given)

    def create_label(self, email: str, name: str, *, twin: bool = False) -> str:
        """Its id. `twin` allows a name that differs only in case from another, which Gmail itself refuses."""
        return str(self._post(_of(email, "labels"), {"create": name, "twin": twin})["id"])

    def rename_label(self, email: str, old: str, new: str) -> None:
        self._post(_of(email, "labels"), {"rename": [old, new]})

    def delete_label(self, email: str, name: str) -> None:
        self._post(_of(email, "labels"), {"delete": name})

    def filter(self, email: str, *, sender: str, label: str) -> str:
        """Labels what `sender` delivers from now on; the label's id."""
        return str(self._post(_of(email, "labels"), {"filter": {"from": sender, "label": label}})["id"])

    def expire_history(self, email: str) -> None:
        self._post(_of(email, "expire-history"), {})

    def empty_history_page(self, email: str) -> None:
        """Let the next list of history start with a page that has a next one and no records."""
        self._post(_of(email, "history"), {"empty_page": True})

    def fault(
        self,
        match: str,
        *,
        status: int = 500,
        reason: str = "backendError",
        times: int = 1,
        **more: Any,
    ) -> None:
        """`more` takes `retry_after` (seconds), `retry_at` (ISO time in the text), `message` and `after`."""
        self._post("fault", {"match": match, "status": status, "reason": reason, "times": times} | more)

    def clear_faults(self) -> None:
        self._post("clear-faults", {})

    def calls(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self._get("calls")["calls"])

    def meter(self) -> dict[str, dict[str, Any]]:
        return self._get("meter")

    def reset_meter(self) -> None:
        self._post("reset-meter", {})

    def id_token(self, **claims: Any) -> str:
        """Claims left out are Google's, None leaves one out; also `kid` and `forge`."""
        return str(self._post("id-token", claims)["token"])

    def grant(self, email: str, scopes: Iterable[str], **more: Any) -> dict[str, str]:
        """Tokens without a consent page.

        `more` takes `expires_in` and `refresh_token_expires_in` (seconds), `client_id` (without it any client may
        use them) and `project` (whose grants are revoked together).
        """
        return cast(dict[str, str], self._post("grant", {"email": email, "scopes": list(scopes)} | more))

    def consent(self, url: str, *, email: str, scopes: Iterable[str] | None = None, deny: bool = False) -> str:
        """Where the consent page at `url` redirects to; `scopes` are the boxes left ticked, None for all."""
        return visitor.consent(url, email=email, scopes=scopes, deny=deny)

    def end_grants(
        self, email: str, how: Literal["revoked", "password", "rapt", "expired"], *, project: str | None = None
    ) -> int:
        """End what this account gave, for that reason; how many grants that were."""
        return int(self._post(_of(email, "end-grants"), {"how": how} | _given(project=project))["ended"])

    def client(self, client_id: str, **more: Any) -> None:
        """Describe a client, instead of all that was said of it before.

        `more` takes `secret`, `project`, `redirect_uris`, `refresh_token_expires_in` (seconds; for access that
        users give for a while only) and `deleted`.
        """
        self._post("clients", {"client_id": client_id} | more)

    def service_account(self, email: str, scopes: Iterable[str]) -> dict[str, str]:
        """Its key file; it may act for every mailbox, with exactly these scopes from now on."""
        return cast(dict[str, str], self._post("service-accounts", {"email": email, "scopes": list(scopes)}))

    def _get(self, path: str) -> dict[str, Any]:
        return self._send("GET", path, None, None)

    def _post(self, path: str, given: Mapping[str, Any]) -> dict[str, Any]:
        return self._send("POST", path, json.dumps(given).encode(), "application/json")

    def _send(self, method: str, path: str, content: bytes | None, content_type: str | None) -> dict[str, Any]:
        headers = {"Content-Type": content_type} if content_type else {}
        request = Request(f"{self.url}/_sim/{path}", data=content, headers=headers, method=method)  # noqa: S310
        try:
            with _OPENER.open(request, timeout=_TIMEOUT) as response:
                return cast(dict[str, Any], json.load(response))
        except HTTPError as error:
            with error:
                raise ControlRefusedError(error.code, error.read().decode("utf-8", "replace")) from error


def _of(email: str, *rest: str) -> str:
    return "/".join(["mailboxes", quote(email, safe="@"), *(quote(one, safe=":") for one in rest)])


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _base64(raw: bytes | EmailMessage) -> str:
    content = raw if isinstance(raw, bytes) else raw.as_bytes()
    return urlsafe_b64encode(content).decode("ascii")
