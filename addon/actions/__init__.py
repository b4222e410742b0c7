"""What a press of a button does: ask the policy again, change a record, ring. Never the syncing itself.

Each verb may come twice: Google repeats a press after it asked for a permission. Each answers with an outcome;
drawing the next card is the door's business.
"""

from addon.actions.bringing_back import restore_batch
from addon.actions.draft import draft
from addon.actions.email import ANSWERS, answer_about_labelled, create_labels, set_email
from addon.actions.export import export_mine
from addon.actions.import_undo import restore_import, withdraw_import
from addon.actions.importing import cancel_import, import_address, preview_import, retry_import
from addon.actions.link_address import link_address, unlink_address
from addon.actions.linking import link_conversation, not_this_one, unlink_conversation
from addon.actions.outcome import (
    CHANGED,
    Confirmed,
    Done,
    DraftMade,
    NeedsScopes,
    NothingHere,
    Outcome,
    Question,
    Told,
)
from addon.actions.removal import delete_now, remove, restore
from addon.actions.retry import retry
from addon.actions.secrecy import let_in, make_secret, make_visible
from addon.actions.stop import stop_sync, take_label_off
from addon.actions.sync import sync_thread
from addon.actions.withdrawal import withdraw, withdraw_all, withdraw_batch

__all__ = [
    "ANSWERS",
    "CHANGED",
    "Confirmed",
    "Done",
    "DraftMade",
    "NeedsScopes",
    "NothingHere",
    "Outcome",
    "Question",
    "Told",
    "answer_about_labelled",
    "cancel_import",
    "create_labels",
    "delete_now",
    "draft",
    "export_mine",
    "import_address",
    "let_in",
    "link_address",
    "link_conversation",
    "make_secret",
    "make_visible",
    "not_this_one",
    "preview_import",
    "remove",
    "restore",
    "restore_batch",
    "restore_import",
    "retry",
    "retry_import",
    "set_email",
    "stop_sync",
    "sync_thread",
    "take_label_off",
    "unlink_address",
    "unlink_conversation",
    "withdraw",
    "withdraw_all",
    "withdraw_batch",
    "withdraw_import",
]
