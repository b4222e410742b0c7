"""What goes over the wire to Firestore: really sent, and counted, noted, and cut where a test says so."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from google.api_core.exceptions import InvalidArgument, ServiceUnavailable
from google.cloud.firestore_v1 import types

_Operator = types.StructuredQuery.FieldFilter.Operator
_Direction = types.StructuredQuery.Direction


class DeadError(BaseException):
    """This process is gone, as far as it knows."""


class Wire(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Counts documents as Firestore bills them: one that is not there is read too, an empty query is one read."""

    def __init__(self) -> None:
        self.trips = self.reads = self.writes = 0
        self.queries: list[Any] = []
        """Those that need an index; by name any collection can be read."""
        self.written: set[str] = set()
        """Collections that were written to."""
        self.transformed = 0
        """Most transformations of one document in one commit; each element of an array is one."""
        self.dies_after: int | None = None
        """Calls that still get through; the one after them never leaves."""
        self.loses = 0
        """Commits that are still to be applied and to remain unanswered."""
        self.expires = 0
        """Transactions that are still to end before their commit comes, in production's words."""
        self.takes: int | None = None
        """Documents that one commit may change, as where these are large; production says no more than this."""
        self.meanwhile: tuple[int, Callable[[], object]] | None = None
        """What somebody else does before one of the next calls, unless that is under a lock of ours."""
        self.came = False
        self._held = False
        self._unread: Counter[int] = Counter()
        """Questions to which the answer is not read to its end, by the thread that asked."""
        self._lock = threading.Lock()

    @property
    def waits(self) -> bool:
        """Whether what somebody else was to do meanwhile is still to come."""
        return self.meanwhile is not None

    def counted(self, act: Callable[[], object]) -> tuple[int, int, int]:
        """Reads, writes and trips of `act`."""
        before = (self.reads, self.writes, self.trips)
        act()
        return self.reads - before[0], self.writes - before[1], self.trips - before[2]

    def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        self._go()
        if isinstance(request, types.CommitRequest):
            self._refuse(request)
        call = continuation(details, request)
        self._held = False  # both a commit and a rollback end what is held
        if isinstance(request, types.CommitRequest):
            with self._lock:
                self.trips += 1
                self.writes += len(request.writes)
                for write in types.CommitRequest.pb(request).writes:
                    name = write.delete or write.update.name
                    self.written.add(name.split("/documents/")[1].split("/")[0])
                    self.transformed = max(self.transformed, sum(map(_elements, write.update_transforms)))
                lost, self.loses = self.loses > 0, max(0, self.loses - 1)
            if lost:
                call.result()
                raise ServiceUnavailable("lost")  # type: ignore[no-untyped-call]
        return call

    def intercept_unary_stream(self, continuation: Any, details: Any, request: Any) -> Any:
        self._go()
        me = threading.get_ident()
        with self._lock:
            # What is asked while an answer is still to be read travels beside it.
            self.trips += not self._unread[me]
            self._unread[me] += 1
        if isinstance(request, types.BatchGetDocumentsRequest):
            self._held = "new_transaction" in request
            with self._lock:
                self.reads += len(request.documents)
            return _Answers(continuation(details, request), self)
        if isinstance(request, types.RunAggregationQueryRequest):
            self.queries.append(request.structured_aggregation_query.structured_query)
            return _Tallied(continuation(details, request), self)
        if not _by_name(request.structured_query):
            self.queries.append(request.structured_query)
        return _Counted(continuation(details, request), self)

    def _refuse(self, request: Any) -> None:
        if request.transaction and self.expires:
            self.expires -= 1
            raise InvalidArgument("The referenced transaction has expired or is no longer valid.")  # type: ignore[no-untyped-call]
        if self.takes is not None and len(request.writes) > self.takes:
            raise InvalidArgument("Transaction too big. Decrease transaction size.")  # type: ignore[no-untyped-call]

    def read(self, thread: int) -> None:
        """The answer to one of this thread's questions is there."""
        with self._lock:
            self._unread[thread] -= 1

    def _go(self) -> None:
        if self.dies_after is not None:
            if self.dies_after == 0:
                raise DeadError
            self.dies_after -= 1
        if self.meanwhile is not None:
            left, act = self.meanwhile
            self.meanwhile = (left - 1, act) if left else None
            if not left and not self._held:
                self.came = True
                act()


def _elements(transform: Any) -> int:
    arrays = (transform.append_missing_elements, transform.remove_all_from_array)
    return sum(len(array.values) for array in arrays) or 1


class _Answers:
    """What comes back, until its end."""

    def __init__(self, call: Any, wire: Wire) -> None:
        self._call = call
        self._wire = wire
        self._asked_by: int | None = threading.get_ident()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        try:
            return next(self._call)
        except BaseException:
            self._over()
            raise

    def cancel(self) -> Any:
        self._over()
        return self._call.cancel()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)

    def _over(self) -> None:
        if self._asked_by is not None:
            self._wire.read(self._asked_by)
        self._asked_by = None


class _Counted(_Answers):
    """The answers to a query, counted as they come."""

    def __init__(self, call: Any, wire: Wire) -> None:
        super().__init__(call, wire)
        self._documents = 0

    def _read(self, answer: Any) -> int:
        return "document" in answer

    def __next__(self) -> Any:
        try:
            answer = super().__next__()
        except StopIteration:
            self._wire.reads += max(1, self._documents)
            raise
        self._documents += self._read(answer)
        return answer


class _Tallied(_Counted):
    """The answer to how many there are: a thousand of them cost a read."""

    def _read(self, answer: Any) -> int:
        return sum(-(-each.integer_value // 1000) for each in answer.result.aggregate_fields.values())


# --- the index a query needs ------------------------------------------------------------------------------

Index = tuple[str, tuple[tuple[str, str], ...]]
"""A collection, and its fields with ASCENDING, DESCENDING or CONTAINS."""


def serves(index: Index, query: Any) -> bool:
    """Whether Firestore can answer by this index: equalities and the array first, then the order, nothing else."""
    collection, fields = index
    first, order = _needs(query)
    return (
        collection == query.from_[0].collection_id
        and set(fields[: len(first)]) == first
        and list(fields[len(first) :]) == order
    )


def _by_name(query: Any) -> bool:
    first, order = _needs(query)
    return not first and order == [("__name__", "ASCENDING")]


def said(query: Any) -> str:
    """What a query asks, without its values."""
    first, order = _needs(query)
    return f"{query.from_[0].collection_id}: {sorted(first)} then {order}"


def _needs(query: Any) -> tuple[set[tuple[str, str]], list[tuple[str, str]]]:
    first, ranges = set(), set()
    for each in query.where.composite_filter.filters:
        name, op = each.field_filter.field.field_path, each.field_filter.op
        if op in (_Operator.EQUAL, _Operator.IN):
            first.add((name, "ASCENDING"))
        elif op in (_Operator.ARRAY_CONTAINS, _Operator.ARRAY_CONTAINS_ANY):
            first.add((name, "CONTAINS"))
        else:
            ranges.add(name)
    order = [(each.field.field_path, _Direction(each.direction).name) for each in query.order_by]
    assert not query.offset  # what is left out is read and paid for all the same
    assert ranges <= {name for name, _ in order[:1]}
    return first, order
