"""JSON bodies of the control API, read strictly: a misspelt field is an error, not a default."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

_FOREVER_S = 10**9


class ControlError(Exception):
    """A control call that cannot be carried out, in one sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True)
class Body:
    fields: Mapping[str, Any]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def text(self, name: str, default: str | None = None) -> str:
        """Raise 400 where it is neither given nor has a default."""
        value = self.fields.get(name, default)
        if not isinstance(value, str):
            raise ControlError(400, f"'{name}' must be a text.")
        return value

    def optional(self, name: str) -> str | None:
        return None if self.fields.get(name) is None else self.text(name)

    def texts(self, name: str) -> list[str]:
        value = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ControlError(400, f"'{name}' must be a list of texts.")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.fields.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ControlError(400, f"'{name}' must be a whole number.")
        return value

    def optional_number(self, name: str) -> int | None:
        return None if self.fields.get(name) is None else self.number(name, 0)

    def seconds(self, name: str, default: float) -> float:
        value = self.fields.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < _FOREVER_S:
            raise ControlError(400, f"'{name}' must be a number of seconds.")
        return float(value)

    def chance(self, name: str) -> float:
        """Read a number from 0 to 1, or true and false for always and never."""
        value = self.fields.get(name, 0)
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise ControlError(400, f"'{name}' must be a chance: a number from 0 to 1, true or false.")
        return float(value)

    def raw(self) -> bytes:
        """Read the mail in `raw`, base64url with or without its padding."""
        text = self.text("raw")
        try:
            return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except ValueError as error:
            raise ControlError(400, "'raw' must be base64url.") from error

    def flag(self, name: str) -> bool:
        value = self.fields.get(name, False)
        if not isinstance(value, bool):
            raise ControlError(400, f"'{name}' must be true or false.")
        return value

    def part(self, name: str, *known: str) -> "Body":
        return _checked(self.fields.get(name), known, what=f"'{name}'")

    def parts(self, name: str, first: str, *more: str) -> "list[Body]":
        """Read a list of objects with these fields; a bare text stands for an object with only the first."""
        given = self.fields.get(name, [])
        if not isinstance(given, list):
            raise ControlError(400, f"'{name}' must be a list.")
        whole = [{first: one} if isinstance(one, str) else one for one in given]
        return [_checked(one, (first, *more), what=f"'{name}'") for one in whole]


def read(*known: str) -> Body:
    """Read the request's body, which may hold these fields and no others."""
    data = request.get_json(silent=True) if request.get_data() else {}
    return _checked(data, known, what="The body")


def _checked(data: object, known: tuple[str, ...], *, what: str) -> Body:
    if not isinstance(data, dict):
        raise ControlError(400, f"{what} must be a JSON object.")
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ControlError(400, f"{what} has unknown fields: {', '.join(map(str, unknown))}.")
    return Body(data)
