"""One notification, as Gmail publishes it and as Pub/Sub pushes it."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Note:
    """`id` is Pub/Sub's, the same however often it is delivered; `published_at` is the simulator's clock."""

    id: str
    topic: str
    email: str
    history_id: int
    published_at: float

    def publication(self) -> dict[str, Any]:
        return {"messages": [{"data": self._data()}]}

    def envelope(self, *, subscription: str) -> dict[str, Any]:
        """Both spellings of a name, as Pub/Sub has them."""
        moment = datetime.fromtimestamp(self.published_at, UTC).isoformat(timespec="milliseconds")
        published = moment.replace("+00:00", "Z")
        return {
            "message": {
                "data": self._data(),
                "messageId": self.id,
                "message_id": self.id,
                "publishTime": published,
                "publish_time": published,
            },
            "subscription": subscription,
        }

    def _data(self) -> str:
        content = {"emailAddress": self.email, "historyId": self.history_id}
        return b64encode(json.dumps(content, separators=(",", ":")).encode()).decode("ascii")
