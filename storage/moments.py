"""Times and spans as whole microseconds since 1970 UTC, the form in which every backend keeps them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@overload
def micros(at: datetime) -> int: ...
@overload
def micros(at: None) -> None: ...
@overload
def micros(at: datetime | None) -> int | None: ...
def micros(at: datetime | None) -> int | None:
    """Microseconds since 1970; a time without a zone is refused (`TypeError`)."""
    return None if at is None else (at - _EPOCH) // _MICROSECOND


@overload
def moment(at: int) -> datetime: ...
@overload
def moment(at: None) -> None: ...
@overload
def moment(at: int | None) -> datetime | None: ...
def moment(at: int | None) -> datetime | None:
    return None if at is None else _EPOCH + at * _MICROSECOND


def micros_in(span: timedelta) -> int:
    return span // _MICROSECOND
