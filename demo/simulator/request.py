"""One authenticated call of the Gmail API, parsed at the door and handed to the method it calls."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.simulator.errors import ApiError, invalid
from demo.simulator.grant import AccessToken
from demo.simulator.grants import Grants
from demo.simulator.index import Index
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
    """`now` is the simulator's clock in Unix seconds."""

    mailbox: Mailbox
    token: AccessToken
    grants: Grants
    path: Mapping[str, str]
    query: Query
    body: Mapping[str, Any]
    now: float

    @property
    def id(self) -> str:
        return self.path_id("id")

    def path_id(self, name: str) -> str:
        """One id in the path; raises 400 for anything but Gmail's own hexadecimal ones."""
        value = self.path[name]
        if not is_id(value):
            raise invalid("Invalid id value")
        return value

    @property
    def project(self) -> str:
        """The Cloud project of the client that calls."""
        return self.grants.project(self.token)

    def index(self) -> Index:
        return self.mailbox.index(self.now)

    @property
    def format(self) -> Format:
        """Raises 403 for bodies under a metadata scope, which narrows even a wider one beside it."""
        wanted = Format(self.query.text("format") or "full")
        if wanted in {Format.FULL, Format.RAW}:
            self.refuse_content_under_metadata(wanted)
        return wanted

    def refuse_content_under_metadata(self, wanted: Format = Format.FULL) -> None:
        if self._metadata_only():
            raise ApiError(403, "forbidden", f"Metadata scope doesn't allow format {wanted.name}")

    def search_text(self) -> str | None:
        """`q`; raises 403 under a metadata scope, also for an empty one."""
        text = self.query.text("q")
        if text is not None and self._metadata_only():
            raise ApiError(403, "forbidden", "Metadata scope does not support 'q' parameter")
        return text

    def label_ids(self, name: str) -> frozenset[str]:
        """Labels named in the body; raises 400 for unknown ones."""
        return self.mailbox.labels.known(self.body.get(name, ()))

    def _metadata_only(self) -> bool:
        poisoned = "https://www.googleapis.com/auth/gmail.metadata" in self.token.scopes
        return poisoned or all(scope in _METADATA_SCOPES for scope in self.token.scopes if "/gmail" in scope)


def is_id(value: str) -> bool:
    """Say whether it looks like the id of a message or thread."""
    return _ID.fullmatch(value) is not None
