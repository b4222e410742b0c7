"""Partial responses: Google's `fields` grammar (`a,b(c,d),e/f,*`), checked against the schema of the answer."""

import re
from collections.abc import Iterator
from typing import Any

from demo.simulator.discovery import properties
from demo.simulator.errors import ApiError

# A mask maps a name (or `*`) to the mask below it; an empty mask takes everything below.
_TOKEN = re.compile(r"\s*([A-Za-z0-9_]+|[*,/()])")


def parse(text: str, schema: str) -> dict[str, Any]:
    """Read the mask; raise 400 for bad grammar and for a field the answer cannot have."""
    tokens = list(_tokens(text))
    mask, rest = _selection(tokens, text)
    if rest or not mask:
        raise _refused(text)
    _check(mask, schema)
    return mask


def select(answer: Any, mask: dict[str, Any]) -> Any:
    """Keep what `mask` lets through."""
    if not mask:
        return answer
    if isinstance(answer, list):
        return [select(one, mask) for one in answer]
    if not isinstance(answer, dict):
        return answer
    kept = {}
    for name, value in answer.items():
        wanted = [mask[one] for one in (name, "*") if one in mask]
        below = _both(wanted[0], wanted[-1]) if wanted else None
        if below == {} or (below and isinstance(value, dict | list)):
            kept[name] = select(value, below)
    return kept


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while place < len(text.rstrip()):
        token = _TOKEN.match(text, place)
        if token is None:
            raise _refused(text)
        yield token[1]
        place = token.end()


def _selection(tokens: list[str], text: str) -> tuple[dict[str, Any], list[str]]:
    """One comma-separated list, up to its closing bracket or the end."""
    mask: dict[str, Any] = {}
    while True:
        name, below, tokens = _path(tokens, text)
        mask[name] = _both(mask[name], below) if name in mask else below
        if not tokens or tokens[0] != ",":
            return mask, tokens
        tokens = tokens[1:]


def _path(tokens: list[str], text: str) -> tuple[str, dict[str, Any], list[str]]:
    if not tokens or tokens[0] in ",/()":
        raise _refused(text)
    name, rest = tokens[0], tokens[1:]
    if rest[:1] == ["/"]:
        inner, below, rest = _path(rest[1:], text)
        return name, {inner: below}, rest
    if rest[:1] == ["("]:
        below, rest = _selection(rest[1:], text)
        if rest[:1] != [")"]:
            raise _refused(text)
        return name, below, rest[1:]
    return name, {}, rest


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if not one or not other:
        return {}
    return {
        name: _both(one[name], other[name]) if name in one and name in other else (one | other)[name]
        for name in one | other
    }


def _check(mask: dict[str, Any], schema: str) -> None:
    known = properties(schema)
    for name, below in mask.items():
        if name == "*":
            _check_any(below, known)
        elif name not in known:
            raise _refused(name)
        elif below:
            inner = _schema_below(known[name])
            if inner is None:
                raise _refused(next(iter(below)))
            _check(below, inner)


def _check_any(below: dict[str, Any], known: dict[str, Any]) -> None:
    """Below a wildcard a field must exist somewhere."""
    if not below:
        return
    for inner in filter(None, map(_schema_below, known.values())):
        try:
            _check(below, inner)
        except ApiError:
            continue
        return
    raise _refused(next(iter(below)))


def _schema_below(field: dict[str, Any]) -> str | None:
    found: str | None = field.get("$ref") or field.get("items", {}).get("$ref")
    return found


def _refused(name: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid field selection {name}", parameter="fields")
