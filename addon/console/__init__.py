"""What an operator does at the console: `flask --app app …`. Acts are logged as `operator:<os user>`.

Prints counts, addresses of members and ids; never mail, never a token. A module for each group of commands.
"""

from __future__ import annotations

from addon.console import (
    audit,
    candidates,
    doctor,
    explain,
    ledger,
    manifest,
    members,
    purge,
    renew,
    seal,
    store,
    sync,
)
from addon.console.failing import in_a_sentence

_COMMANDS = (
    sync.sync,
    renew.renew,
    purge.purge,
    purge.hold,
    doctor.doctor,
    explain.explain,
    ledger.ledger,
    audit.audit,
    candidates.candidates,
    members.members,
    store.store,
    seal.seal,
    manifest.manifest,
)
COMMANDS = tuple(map(in_a_sentence, _COMMANDS))
