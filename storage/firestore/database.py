"""Reading, asking and committing, with errors in our words and tries that end.

Commits carry preconditions; where the answer to one is lost, it is looked up by the random `mark` it wrote
before anything is decided. Transactions only hold gates still while something is written beside them: what
they read they do not write, so that two of them never wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore_v1 import types

from storage.firestore.connection import Connection
from storage.firestore.documents import Document, Write, document_of, stamp_of, written
from storage.firestore.errors import (
    PASSING,
    REFUSED,
    STALE,
    UNSURE,
    AgainError,
    StaleError,
    UnsureError,
    in_our_words,
    is_expired,
)
from storage.firestore.patience import Patience
from storage.firestore.queries import Query
from storage.port import ConflictError, TooLargeError

T = TypeVar("T")

MOST_BYTES = 4 * 1024 * 1024 - 64 * 1024
"""Bytes of one request: the only limit of a commit. The service takes 10 MiB, the emulator 4."""
WRITES_AT_ONCE = 500
"""Of writes that need not go together."""
DOCUMENTS_AT_ONCE = 300
_BESIDE = 512
"""Bytes that a request, and each write in it, may need beside the write itself."""

_Commit = types.CommitRequest.pb()
_BatchGet = types.BatchGetDocumentsRequest.pb()
_RunQuery = types.RunQueryRequest.pb()
_Aggregate = types.RunAggregationQueryRequest.pb()
_ASCENDING = types.StructuredQuery.Direction.ASCENDING


class Held:
    """Documents that do not change until `commit`, or until the block ends."""

    def __init__(self, database: Database, documents: dict[str, Document], transaction: bytes) -> None:
        self.documents = documents
        self.transaction = transaction
        self.ended = False
        self._database = database

    def commit(self, writes: Sequence[Write], *, within: Patience) -> str:
        stamp = self._database.commit(writes, within=within, transaction=self.transaction)
        self.ended = True
        return stamp


class Database:
    """One Firestore database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def close(self) -> None:
        self._connection.close()

    # --- reading ------------------------------------------------------------------------------------------

    def get(
        self, paths: Collection[str], *, within: Patience | None = None, only: Sequence[str] = ()
    ) -> dict[str, Document]:
        """Those of the documents that are there, by path; `only` these fields of them."""
        within = within or Patience()
        wanted = list(dict.fromkeys(paths))
        found: dict[str, Document] = {}
        for some in chunks(wanted, DOCUMENTS_AT_ONCE):
            request = self._batch_get(some)
            if only:
                request.mask.field_paths.extend(only)
            found |= self._patiently(partial(self._got, request, within), within)[0]
        return found

    def query(self, query: Query, *, within: Patience | None = None) -> list[Document]:
        within = within or Patience()
        request = self._run_query(query)
        return self._patiently(lambda: self._asked(request, within), within)

    def get_and_query(
        self, paths: Collection[str], query: Query, *, within: Patience
    ) -> tuple[dict[str, Document], list[Document]]:
        """Both at once: the query is on its way before the documents are there."""
        get, ask = self._batch_get(list(dict.fromkeys(paths))), self._run_query(query)

        def both() -> tuple[dict[str, Document], list[Document]]:
            getting, asking = self._begin_get(get, within), self._begin_query(ask, within)
            try:
                return self._found(getting)[0], self._answered(asking)
            except BaseException:
                asking.cancel()
                raise

        return self._patiently(both, within)

    def in_order(
        self, collection: str, *, after: str | None, limit: int, only: tuple[str, ...] = ()
    ) -> list[Document]:
        """Documents of a collection by name, those after the one called `after`; no index is needed."""
        within = Patience()
        request = _RunQuery(parent=self._connection.root.rstrip("/"))
        query = request.structured_query
        query.CopyFrom(Query(collection=collection, limit=limit, only=only).message())
        query.order_by.add(direction=_ASCENDING).field.field_path = "__name__"
        if after is not None:
            query.start_at.values.add().reference_value = self._connection.root + after
        return self._patiently(lambda: self._asked(request, within), within)

    def count(self, query: Query, *, within: Patience | None = None) -> int:
        """How many documents there are; none of them is read."""
        within = within or Patience()
        request = _Aggregate(parent=self._connection.root.rstrip("/"))
        inner = request.structured_aggregation_query
        inner.structured_query.CopyFrom(query.message())
        inner.aggregations.add(alias="rows").count.SetInParent()

        def counted() -> int:
            answers = self._connection.client.run_aggregation_query(
                types.RunAggregationQueryRequest.wrap(request),
                metadata=self._connection.metadata,
                retry=None,
                timeout=within.call,
            )
            messages = [types.RunAggregationQueryResponse.pb(answer) for answer in answers]
            return sum(each.result.aggregate_fields["rows"].integer_value for each in messages)

        return self._patiently(counted, within)

    # --- writing ------------------------------------------------------------------------------------------

    def commit(self, writes: Sequence[Write], *, within: Patience, transaction: bytes = b"") -> str:
        """All of `writes` or nothing; the stamp that every changed document bears from now on.

        Raise `StaleError` where a precondition does not hold (or the transaction ended), `UnsureError` where
        the answer was lost: both mean to read again and decide anew.
        """
        request = _Commit(database=self._connection.name, transaction=transaction)
        request.writes.extend([written(write, self._connection.root) for write in writes])
        if request.ByteSize() > MOST_BYTES:
            raise TooLargeError("The store cannot write this at once: it is too large.")
        while True:
            try:
                answer = self._connection.client.commit(
                    types.CommitRequest.wrap(request),
                    metadata=self._connection.metadata,
                    retry=None,
                    timeout=within.call,
                )
            except STALE:
                raise StaleError from None
            except REFUSED:
                if transaction:
                    raise StaleError from None
                within.pause()
            except UNSURE:
                raise UnsureError from None
            except GoogleAPICallError as error:
                if transaction and is_expired(error):
                    raise StaleError from None
                raise in_our_words(error) from None
            else:
                return stamp_of(types.CommitResponse.pb(answer).commit_time)

    def put(self, writes: Sequence[Write], *, mark: str) -> str:
        """Commit what the caller decided: `ConflictError` where it was decided on a state that has passed.

        The first write carries `mark`; by it we know our own commit again when its answer was lost.
        """
        within = Patience()
        unsure = False
        while True:
            try:
                return self.commit(writes, within=within)
            except AgainError as again:
                unsure = unsure or isinstance(again, UnsureError)
                if unsure:
                    there = self.get([writes[0].path], within=within).get(writes[0].path)
                    if there is None and writes[0].delete:
                        return ""
                    if there is not None and there.fields.get("mark") == mark:
                        return there.stamp
                if isinstance(again, StaleError):
                    raise ConflictError("Somebody changed this meanwhile: read it again.") from None
            within.pause()

    def pour(self, writes: Sequence[Write]) -> None:
        """Writes without preconditions, as many at a time as a commit takes; once more does no harm."""
        for some in self._fitting(writes):
            within = Patience()
            while True:
                try:
                    self.commit(some, within=within)
                except AgainError:
                    within.pause()
                except TooLargeError:
                    if len(some) == 1:
                        raise
                    for half in _halves(some):
                        self.pour(half)
                    break
                else:
                    break

    def put_each(self, writes: Sequence[Write]) -> set[str]:
        """Each write by itself if its precondition holds, as many at a time as a commit takes.

        The paths of those that are certainly there: of the others it does not hold, or the answer was lost.
        """
        there: set[str] = set()
        for some in self._fitting(writes):
            try:
                self.commit(some, within=Patience())
            except AgainError:
                alone = some if len(some) > 1 else ()
                there.update(*(self.put_each([each]) for each in alone))
            except TooLargeError:
                if len(some) == 1:
                    raise
                there.update(*map(self.put_each, _halves(some)))
            else:
                there.update(each.path for each in some)
        return there

    def _fitting(self, writes: Sequence[Write]) -> Iterator[Sequence[Write]]:
        """`writes` in order, as many at a time as one commit takes."""
        some: list[Write] = []
        size = 0
        for write in writes:
            more = written(write, self._connection.root).ByteSize() + _BESIDE
            if some and (len(some) == WRITES_AT_ONCE or size + more > MOST_BYTES - _BESIDE):
                yield some
                some, size = [], 0
            some.append(write)
            size += more
        if some:
            yield some

    @contextmanager
    def holding(self, paths: Collection[str], *, within: Patience) -> Iterator[Held]:
        """Read documents and keep them as they are until a commit of this transaction, or the end of the block."""
        request = self._batch_get(paths)
        request.new_transaction.read_write.SetInParent()
        documents, transaction = self._patiently(lambda: self._got(request, within), within)
        held = Held(self, documents, transaction)
        try:
            yield held
        finally:
            if not held.ended:
                self._roll_back(held, within)

    # --- calls --------------------------------------------------------------------------------------------

    def _batch_get(self, paths: Collection[str]) -> Any:
        request = _BatchGet(database=self._connection.name)
        request.documents.extend([self._connection.root + each for each in paths])
        return request

    def _run_query(self, query: Query) -> Any:
        request = _RunQuery(parent=self._connection.root.rstrip("/"))
        request.structured_query.CopyFrom(query.message())
        return request

    def _got(self, request: Any, within: Patience) -> tuple[dict[str, Document], bytes]:
        return self._found(self._begin_get(request, within))

    def _asked(self, request: Any, within: Patience) -> list[Document]:
        return self._answered(self._begin_query(request, within))

    def _begin_get(self, request: Any, within: Patience) -> Any:
        return self._connection.client.batch_get_documents(
            types.BatchGetDocumentsRequest.wrap(request),
            metadata=self._connection.metadata,
            retry=None,
            timeout=within.call,
        )

    def _begin_query(self, request: Any, within: Patience) -> Any:
        return self._connection.client.run_query(
            types.RunQueryRequest.wrap(request),
            metadata=self._connection.metadata,
            retry=None,
            timeout=within.call,
        )

    def _found(self, answers: Any) -> tuple[dict[str, Document], bytes]:
        found: dict[str, Document] = {}
        transaction = b""
        for answer in answers:
            message = types.BatchGetDocumentsResponse.pb(answer)
            transaction = message.transaction or transaction
            if message.WhichOneof("result") == "found":
                document = document_of(message.found, self._connection.root)
                found[document.path] = document
        return found, transaction

    def _answered(self, answers: Any) -> list[Document]:
        messages = [types.RunQueryResponse.pb(answer) for answer in answers]
        return [
            document_of(message.document, self._connection.root)
            for message in messages
            if message.HasField("document")
        ]

    def _patiently(self, read: Callable[[], T], within: Patience) -> T:
        """Reading may be tried again whatever became of it; what will not pass is told at once."""
        while True:
            try:
                return read()
            except PASSING as error:
                if within.over:
                    raise in_our_words(error) from None
                within.pause()
            except GoogleAPICallError as error:
                raise in_our_words(error) from None

    def _roll_back(self, held: Held, within: Patience) -> None:
        """Let go at once; an abandoned transaction would keep others waiting for a minute."""
        with suppress(GoogleAPICallError):
            self._connection.client.rollback(
                types.RollbackRequest(database=self._connection.name, transaction=held.transaction),
                metadata=self._connection.metadata,
                retry=None,
                timeout=within.call,
            )


def _halves(writes: Sequence[Write]) -> tuple[Sequence[Write], Sequence[Write]]:
    """Of what is too large together though little is written: whole documents count, and entries in indexes."""
    middle = len(writes) // 2
    return writes[:middle], writes[middle:]


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in order, at most `size` at a time."""
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]
