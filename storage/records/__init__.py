"""What we remember: every record, frozen, with the words of the product and nothing that acts.

Times are aware UTC, ids are strings. `version` is the backend's mark of the state a record was read in:
opaque, compared only by the backend, empty on a record that is not stored yet.
Fields that hold mail, names of candidates or tokens are kept out of `repr`, so that no log line or
traceback can carry them.
"""

from __future__ import annotations

from storage.records.acts import (
    MOST_IN_A_LINK,
    Act,
    Entry,
    Link,
)
from storage.records.begun import (
    Begun,
)
from storage.records.consents import (
    Consent,
    ConsentAttempt,
    ConsentRequest,
    Errand,
    Refusal,
    Revocation,
)
from storage.records.conversations import (
    MOST_OUTSIDE,
    NOT_PURGED,
    Conversation,
    ConversationState,
    Removal,
    Summary,
    Withdrawal,
)
from storage.records.imports import (
    MOST_IMPORTED,
    MOST_UNREAD,
    Import,
    ImportState,
    NotRead,
    Unread,
)
from storage.records.mailboxes import (
    UNREADABLE,
    Attention,
    Backfill,
    Bell,
    Holdings,
    LabelBatch,
    Lane,
    Lease,
    Mailbox,
)
from storage.records.messages import (
    TEXT_PIECE,
    Attachment,
    Head,
    Invitation,
    Kept,
    Message,
    Participant,
    Place,
)
from storage.records.people import (
    Candidate,
    Member,
    Permission,
    Role,
    SecretPolicy,
)
from storage.records.reads import (
    Copy,
    Found,
    Opened,
    Page,
)
from storage.records.threads import (
    MOST_IN_A_SLICE,
    Examined,
    Look,
    Pointing,
    Reason,
    Slice,
    Thread,
    ThreadState,
    fits_a_slice,
)

__all__ = [
    "MOST_IMPORTED",
    "MOST_IN_A_LINK",
    "MOST_IN_A_SLICE",
    "MOST_OUTSIDE",
    "MOST_UNREAD",
    "NOT_PURGED",
    "TEXT_PIECE",
    "UNREADABLE",
    "Act",
    "Attachment",
    "Attention",
    "Backfill",
    "Begun",
    "Bell",
    "Candidate",
    "Consent",
    "ConsentAttempt",
    "ConsentRequest",
    "Conversation",
    "ConversationState",
    "Copy",
    "Entry",
    "Errand",
    "Examined",
    "Found",
    "Head",
    "Holdings",
    "Import",
    "ImportState",
    "Invitation",
    "Kept",
    "LabelBatch",
    "Lane",
    "Lease",
    "Link",
    "Look",
    "Mailbox",
    "Member",
    "Message",
    "NotRead",
    "Opened",
    "Page",
    "Participant",
    "Permission",
    "Place",
    "Pointing",
    "Reason",
    "Refusal",
    "Removal",
    "Revocation",
    "Role",
    "SecretPolicy",
    "Slice",
    "Summary",
    "Thread",
    "ThreadState",
    "Unread",
    "Withdrawal",
    "fits_a_slice",
]
