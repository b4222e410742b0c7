"""What Firestore says, in our words.

No exception of Google's client leaves this package, for its text may hold anything.
"""

from __future__ import annotations

from google.api_core import exceptions as said

from storage.port import StoreError, TooLargeError

_UNUSABLE = "The store cannot be used"
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (
        said.PermissionDenied,
        f"{_UNUSABLE}: this account may not read and write Firestore in STORE_URL's project, or its API is off.",
    ),
    (
        said.Unauthenticated,
        f"{_UNUSABLE}: Google does not accept this machine's credentials. Renew them.",
    ),
    (
        said.NotFound,
        f"{_UNUSABLE}: the project or the database that STORE_URL names does not exist. Create it in Native mode.",
    ),
    (
        said.FailedPrecondition,
        "The store lacks an index, or its database is not in Native mode: deploy firestore.indexes.json.",
    ),
    (said.ResourceExhausted, "The store refuses more requests: its quota is used up. Try again later."),
    (said.DeadlineExceeded, "The store did not answer in time. Try again."),
    (said.ServiceUnavailable, "The store cannot be reached. Check the network, or try again."),
    (said.Aborted, "The store is busy: others are writing the same. Try again."),
)

PASSING = (
    said.Aborted,
    said.ServiceUnavailable,
    said.DeadlineExceeded,
    said.InternalServerError,
    said.ResourceExhausted,
    said.Unknown,
    said.Cancelled,
)
"""Errors of a read that another try may not meet."""

STALE = (said.FailedPrecondition, said.AlreadyExists, said.NotFound)
"""What a commit says whose precondition does not hold. On a query the first is a missing index."""

REFUSED = (said.Aborted, said.ResourceExhausted)
"""What a commit says that was certainly not applied and may be tried again as it is."""

UNSURE = (said.ServiceUnavailable, said.DeadlineExceeded, said.InternalServerError, said.Unknown, said.Cancelled)
"""What leaves open whether a commit was applied."""


_EXPIRED = "transaction has expired"


def is_expired(error: Exception) -> bool:
    """Whether a transaction ended before its commit came, by its age or to let another one pass.

    Google gives that the code of a mistake of ours; its own clients know it by these words too.
    """
    return isinstance(error, said.InvalidArgument) and _EXPIRED in str(error.message)


class AgainError(Exception):
    """A commit that must be decided anew from what is stored by now; never leaves this package."""


class StaleError(AgainError):
    """A precondition does not hold any more."""


class UnsureError(AgainError):
    """Nobody knows whether it was applied."""


def in_our_words(error: Exception) -> StoreError:
    """Never the error's own text; one we do not know by the name of its type."""
    if isinstance(error, said.InvalidArgument):
        return TooLargeError("The store cannot hold this: a value or a name is too large.")
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return StoreError(sentence)
    return StoreError(f"The store failed ({type(error).__name__}).")
