"""A call's parameters and body, refused where Gmail refuses them: unknown names, wrong types, wrong values."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from demo.simulator import discovery
from demo.simulator.discovery import Method, Parameter
from demo.simulator.errors import ApiError, invalid

_LARGEST = 2**64
_TYPES: Mapping[str, type] = MappingProxyType({"array": list, "string": str})


@dataclass(frozen=True, kw_only=True)
class Query:
    values: Mapping[str, list[str]]

    def text(self, name: str) -> str | None:
        return self.values[name][-1] if name in self.values else None

    def texts(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def number(self, name: str) -> int | None:
        value = self.text(name)
        return None if value is None else int(value)

    def flag(self, name: str) -> bool:
        return self.text(name) == "true"

    def page_size(self) -> int:
        """100 unless told; more than 500 is quietly 500, as with Gmail."""
        size = self.number("maxResults")
        if size == 0:
            raise invalid("Invalid value for maxResults: 0", parameter="maxResults")
        return min(size or 100, 500)


def read(method: Method, values: Mapping[str, list[str]]) -> Query:
    for name, given in values.items():
        parameter = method.parameters.get(name)
        if parameter is None:
            text = f"Cannot bind query parameter. Field '{name}' could not be found in request message."
            raise _unknown(name, text)
        for value in given:
            _check(parameter, value)
    return Query(values=values)


def check_body(method: Method, body: Mapping[str, Any]) -> None:
    if method.request:
        _check_object(method.request, body)


def _check_object(schema: str, body: Mapping[str, Any]) -> None:
    known = discovery.properties(schema)
    for name, value in body.items():
        if name not in known:
            raise _unknown(name, "Cannot find field.")
        inner, choices = known[name].get("$ref"), known[name].get("enum")
        wanted = dict if inner else _TYPES.get(known[name].get("type", ""), object)
        if not isinstance(value, wanted) or (
            isinstance(value, list) and not all(isinstance(one, str) for one in value)
        ):
            raise invalid(f"Invalid value at '{name}'")
        if choices and value not in choices:
            raise invalid(f"Invalid value at '{name}', \"{value}\"")
        if isinstance(value, dict) and inner:
            _check_object(inner, value)


def _check(parameter: Parameter, value: str) -> None:
    if parameter.name == "alt" and value != "json":
        raise invalid(f"Unsupported Output Format: {value}", parameter="alt")
    if parameter.choices and value not in parameter.choices:
        raise invalid(f"Invalid value at '{parameter.name}', \"{value}\"", parameter=parameter.name)
    if parameter.number and not (value.isascii() and value.isdigit() and int(value) < _LARGEST):
        raise invalid(f"Invalid value at '{parameter.name}' (TYPE_UINT64), \"{value}\"", parameter=parameter.name)
    if parameter.kind == "boolean" and value not in {"true", "false"}:
        raise invalid(f"Invalid value at '{parameter.name}' (TYPE_BOOL), \"{value}\"", parameter=parameter.name)


def _unknown(name: str, text: str) -> ApiError:
    return ApiError(400, "invalid", f'Invalid JSON payload received. Unknown name "{name}": {text}')
