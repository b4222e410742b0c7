"""One authenticated call of the Gmail API, parsed at the door and handed to the method it calls."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.simulator.errors import ApiError, invalid
from demo.simulator.grant import AccessToken
from demo.simulator.mail import Format
from demo.simulator.mailboxes import Mailbox
from demo.simulator.query import Query

_ID = re.compile(r"[0-9a-f]{1,16}")
_METADATA_SCOPES = frozenset(
    {
        "https://www.googleapis.com/auth/gmail.metadata",
        "https://www.googleapis.com/auth/gmail.addons.current.message.metadata",
    }
)


@dataclass(frozen=True, kw_only=True)
class Request:
    mailbox: Mailbox
    token: AccessToken
    path: Mapping[str, str]
    query: Query
    body: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id in the path; raises 400 for anything but Gmail's own hexadecimal ones."""
        value = self.path["id"]
        if not _ID.fullmatch(value):
            raise invalid("Invalid id value")
        return value

    @property
    def format(self) -> Format:
        """Raises 403 for bodies under a metadata scope, which narrows even a wider one beside it."""
        wanted = Format(self.query.text("format") or "full")
        if wanted in {Format.FULL, Format.RAW} and self._metadata_only():
            raise ApiError(403, "forbidden", f"Metadata scope doesn't allow format {wanted.name}")
        return wanted

    def refuse_search(self) -> None:
        if self.query.text("q") is None:
            return
        if self._metadata_only():
            raise ApiError(403, "forbidden", "Metadata scope does not support 'q' parameter")
        raise ApiError(501, "notImplemented", "The simulator does not search: parameter 'q' is not supported yet.")

    def label_ids(self, name: str) -> frozenset[str]:
        """Labels named in the body; raises 400 for unknown ones."""
        return self.mailbox.labels.known(self.body.get(name, ()))

    def _metadata_only(self) -> bool:
        poisoned = "https://www.googleapis.com/auth/gmail.metadata" in self.token.scopes
        return poisoned or all(scope in _METADATA_SCOPES for scope in self.token.scopes if "/gmail" in scope)
