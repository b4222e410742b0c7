"""Parts of cards that are the same for everybody: told once as JSON, and known again by their kind and bytes.

Menu, footer and Help are two thirds of what an open message's card is made of. They are kept as long as the
process lives, in each language that was spoken; nothing about anybody may be fixed.
"""

from typing import Any, TypeVar

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

T = TypeVar("T")
_Key = tuple[type, bytes]

_told: dict[_Key, dict[str, Any]] = {}


def fixed(part: T) -> T:
    """Have `part`, of one of Google's types, told once."""
    drawn: Message = type(part).pb(part)  # type: ignore[attr-defined]  # every type of the library has it
    _told[_key_of(drawn)] = MessageToDict(drawn)
    return part


def told(drawn: Message) -> dict[str, Any]:
    """Give the JSON of the message under a part; a fixed one is shared, and nobody may change it."""
    return _told.get(_key_of(drawn)) or MessageToDict(drawn)


def _key_of(drawn: Message) -> _Key:
    return type(drawn), drawn.SerializeToString()
