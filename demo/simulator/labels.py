"""The labels of one mailbox: Gmail's own by name, the user's by an id that outlives every rename."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from demo.simulator.errors import ApiError, invalid

SYSTEM = (
    "INBOX",
    "SENT",
    "DRAFT",
    "TRASH",
    "SPAM",
    "UNREAD",
    "STARRED",
    "IMPORTANT",
    "CHAT",
    "CATEGORY_PERSONAL",
    "CATEGORY_SOCIAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_UPDATES",
    "CATEGORY_FORUMS",
)
# Gmail puts these on by itself; no call may add or remove them.
UNTOUCHABLE = frozenset({"SENT", "DRAFT", "CHAT"})
_LONGEST_NAME = 225


@dataclass(frozen=True, kw_only=True)
class Label:
    id: str
    name: str
    message_list_visibility: str = "show"
    label_list_visibility: str = "labelShow"

    @property
    def system(self) -> bool:
        return self.id in SYSTEM


class Labels:
    def __init__(self, rng: random.Random, labels: Iterable[Label] = ()) -> None:
        self._rng = rng
        self._by_id = {name: Label(id=name, name=name) for name in SYSTEM} | {label.id: label for label in labels}

    def all(self) -> list[Label]:
        return list(self._by_id.values())

    def get(self, label_id: str) -> Label | None:
        return self._by_id.get(label_id)

    def known(self, label_ids: Iterable[str]) -> frozenset[str]:
        """Give the same ids as a set; raise 400 for one this mailbox does not have."""
        ids = frozenset(label_ids)
        for label_id in sorted(ids):
            if label_id not in self._by_id:
                raise invalid(f"Invalid label: {label_id}")
        return ids

    def named(self, name: str) -> Label | None:
        """Exactly this name, or a system id."""
        return next((label for label in self._by_id.values() if label.name == name), None)

    def create(self, name: str, *, twin: bool = False) -> Label:
        """Raise 400 for a reserved name and 409 for one that differs only in case or blanks.

        `twin` lets that collision pass: mailboxes older than the rule have such pairs.
        """
        self._check(name, taken_by_others=not twin)
        label = Label(id=f"Label_{self._rng.randrange(10**18, 10**19)}", name=name.strip() if not twin else name)
        self._by_id[label.id] = label
        return label

    def change(
        self,
        label: Label,
        *,
        name: str | None = None,
        message_list_visibility: str | None = None,
        label_list_visibility: str | None = None,
    ) -> Label:
        if name is not None and name != label.name:
            self._check(name, besides=label)
        changed = replace(
            label,
            name=label.name if name is None else name.strip(),
            message_list_visibility=message_list_visibility or label.message_list_visibility,
            label_list_visibility=label_list_visibility or label.label_list_visibility,
        )
        self._by_id[label.id] = changed
        return changed

    def delete(self, label: Label) -> None:
        del self._by_id[label.id]

    def _check(self, name: str, *, besides: Label | None = None, taken_by_others: bool = True) -> None:
        plain = _plain(name)
        if not plain or len(name) > _LONGEST_NAME or plain in {_plain(system) for system in SYSTEM}:
            raise invalid("Invalid label name")
        others = (label for label in self._by_id.values() if label is not besides)
        if taken_by_others and any(_plain(label.name) == plain for label in others):
            raise ApiError(409, "aborted", "Label name exists or conflicts")


def _plain(name: str) -> str:
    return name.strip().casefold()
