"""Parts of cards that are the same for everybody: told once as JSON, and known again by their bytes.

Menu, footer and Help are two thirds of what an open message's card is made of. Nothing about anybody may be fixed:
it is kept as long as the process lives.
"""

from typing import Any, TypeVar

T = TypeVar("T")
_MOST = 512
"""Parts kept, of as many languages and sites as a process speaks for; a dozen is what one needs."""

_told: dict[bytes, dict[str, Any]] = {}


def fixed(part: T) -> T:
    """Have `part`, of one of Google's types, told once."""
    if len(_told) >= _MOST:
        _told.clear()
    _told[_bytes_of(part)] = _as_json(part)
    return part


def told(part: Any) -> dict[str, Any]:
    """Give the JSON of a part; of one that is fixed always the same, which nobody may change."""
    return _told.get(_bytes_of(part)) or _as_json(part)


def _bytes_of(part: Any) -> bytes:
    written: bytes = type(part).pb(part).SerializeToString()
    return written


def _as_json(part: Any) -> dict[str, Any]:
    drawn: dict[str, Any] = type(part).to_dict(
        part,
        use_integers_for_enums=False,
        preserving_proto_field_name=False,
        always_print_fields_with_no_presence=False,
    )
    return drawn
