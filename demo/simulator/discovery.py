"""Gmail's description of itself, as shipped with Google's client: its calls, what they take, who may call."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """`kind` is the discovery type; `number` says that the format is an integer's, however it is spelled."""

    name: str
    kind: str
    number: bool
    repeated: bool
    choices: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Method:
    """`name` is Google's id without the prefix: `threads.get`. `request` and `response` name schemas."""

    name: str
    verb: str
    path: re.Pattern[str]
    parameters: Mapping[str, Parameter]
    scopes: frozenset[str]
    request: str | None
    response: str | None
    default_format: str | None


@cache
def document() -> dict[str, Any]:
    text = files("googleapiclient").joinpath("discovery_cache/documents/gmail.v1.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def properties(schema: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["schemas"][schema].get("properties", {})
    return found


def find(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """Find the method this request calls, with the parts of its path."""
    for method in _methods():
        if method.verb == verb and (match := method.path.fullmatch(path)):
            return method, match.groupdict()
    return None


@cache
def _methods() -> tuple[Method, ...]:
    everywhere = {name: _parameter(name, one) for name, one in document()["parameters"].items()}
    return tuple(_method(one, everywhere) for one in _walk(document()))


def _walk(resource: dict[str, Any]) -> list[dict[str, Any]]:
    own = list(resource.get("methods", {}).values())
    return own + [method for inner in resource.get("resources", {}).values() for method in _walk(inner)]


def _method(data: dict[str, Any], everywhere: Mapping[str, Parameter]) -> Method:
    own = {name: _parameter(name, one) for name, one in data["parameters"].items() if one["location"] == "query"}
    path = "/" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", data.get("flatPath", data["path"]))
    return Method(
        name=data["id"].removeprefix("gmail.users."),
        verb=data["httpMethod"],
        path=re.compile(path),
        parameters={**everywhere, **own},
        scopes=frozenset(data.get("scopes", ())),
        request=data.get("request", {}).get("$ref"),
        response=data.get("response", {}).get("$ref"),
        default_format=data["parameters"].get("format", {}).get("default"),
    )


def _parameter(name: str, data: dict[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        kind=data["type"],
        number=data.get("format") in {"int32", "uint32", "int64", "uint64"},
        repeated=data.get("repeated", False),
        choices=frozenset(data.get("enum", ())),
    )
