"""Queries, in the one form in which this backend can ask them.

Each needs an index of its own in `firestore.indexes.json`: fields of equality and the array first, then the
order. A missing one is an error in production and never on the emulator, so tests hold the file to what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1 import types

from storage.firestore.documents import filled

AT_ONCE = 30
"""Values that one `in` or `array-contains-any` may name."""

_Query = types.StructuredQuery.pb()
_Field = types.StructuredQuery.FieldFilter.Operator
_Composite = types.StructuredQuery.CompositeFilter.Operator
_Direction = types.StructuredQuery.Direction


@dataclass(frozen=True, kw_only=True)
class Query:
    """`order` names fields, with a minus before those that fall; `after` is a place in that order."""

    collection: str
    equal: Mapping[str, Any] = field(default_factory=dict)
    among: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    contains: Mapping[str, str] = field(default_factory=dict)
    contains_any: Mapping[str, Sequence[str]] = field(default_factory=dict)
    at_most: Mapping[str, int | datetime] = field(default_factory=dict)
    at_least: Mapping[str, str | int] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    after: Sequence[Any] = ()
    limit: int | None = None
    only: tuple[str, ...] = ()
    """The fields that are read; all where none is named."""

    def message(self) -> Any:
        """The query as Firestore takes it."""
        query = _Query()
        query.from_.add(collection_id=self.collection)
        for name in self.only:
            query.select.fields.add(field_path=name)
        query.where.composite_filter.op = _Composite.AND
        filters = query.where.composite_filter.filters
        for op, fields in (
            (_Field.EQUAL, self.equal),
            (_Field.IN, self.among),
            (_Field.ARRAY_CONTAINS, self.contains),
            (_Field.ARRAY_CONTAINS_ANY, self.contains_any),
            (_Field.LESS_THAN_OR_EQUAL, self.at_most),
            (_Field.GREATER_THAN_OR_EQUAL, self.at_least),
        ):
            for name, value in fields.items():
                added = filters.add().field_filter
                added.field.field_path = name
                added.op = op
                filled(added.value, value)
        if not filters:
            query.ClearField("where")
        for name in self.order:
            direction = _Direction.DESCENDING if name[0] == "-" else _Direction.ASCENDING
            query.order_by.add(direction=direction).field.field_path = name.lstrip("-")
        for value in self.after:
            filled(query.start_at.values.add(), value)
        if self.limit is not None:
            query.limit.value = self.limit
        return query
