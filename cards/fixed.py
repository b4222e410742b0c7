"""Parts of cards that are the same for everybody: told once as JSON, and known again by their kind and bytes.

Menu, footer and Help are two thirds of what an open message's card is made of. They are kept as long as the
process lives, in each language that was spoken; nothing about anybody may be fixed.
"""

from typing import Any, TypeVar

T = TypeVar("T")
_Key = tuple[type, bytes]

_told: dict[_Key, dict[str, Any]] = {}


def fixed(part: T) -> T:
    """Have `part`, of one of Google's types, told once."""
    _told[_key_of(part)] = _as_json(part)
    return part


def told(part: Any) -> dict[str, Any]:
    """Give the JSON of a part; of one that is fixed always the same, which nobody may change."""
    return _told.get(_key_of(part)) or _as_json(part)


def _key_of(part: Any) -> _Key:
    return type(part), type(part).pb(part).SerializeToString()


def _as_json(part: Any) -> dict[str, Any]:
    drawn: dict[str, Any] = type(part).to_dict(
        part,
        use_integers_for_enums=False,
        preserving_proto_field_name=False,
        always_print_fields_with_no_presence=False,
    )
    return drawn
