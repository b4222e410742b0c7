"""Legal hold: a conversation that is not destroyed, whoever removes it or takes their copies out (R24)."""

from __future__ import annotations

from dataclasses import replace

from addon.services import Services
from storage.port import ConflictError
from storage.records import Act

_TRIES = 5


class UnknownConversationError(Exception):
    """There is no conversation of this id."""

    def __init__(self) -> None:
        super().__init__("There is no conversation of this id.")


def hold(conversation: str, services: Services, *, on: bool, actor: str) -> str:
    """Begin or end it; the id the conversation goes by now. What is destroyed already stays so.

    Whoever changes it at this moment, the purge above all, keeps nobody from it.
    """
    for _ in range(_TRIES - 1):
        try:
            return _hold_once(conversation, services, on=on, actor=actor)
        except ConflictError:
            continue
    return _hold_once(conversation, services, on=on, actor=actor)


def _hold_once(conversation: str, services: Services, *, on: bool, actor: str) -> str:
    found = services.store.conversation(conversation)
    if found is None:
        raise UnknownConversationError
    gate = found.conversation
    if gate.hold is not on:
        services.store.change(
            replace(gate, hold=on),
            act=Act(
                actor=actor,
                verb="hold-on" if on else "hold-off",
                at=services.clock.now(),
                conversation=gate.id,
            ),
        )
    return gate.id
