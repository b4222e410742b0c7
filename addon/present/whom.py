"""Whom an open message is about: what its reader may say, and what was said that they may undo (R15, R16, R33)."""

from __future__ import annotations

from collections.abc import Iterator

from addon.policy import acting, linking, membership
from addon.policy.acting import Act
from addon.policy.matching import canonical
from addon.present.scene import Scene
from cards import whom as cards
from cards.candidate_line import AddressRow
from cards.status import NotSynced, Off, Status, Stopped, Synced, Syncing, Waiting
from storage.records import ConversationState

_WORDS = {
    linking.Likeness.SAME_NAME: cards.Likeness.SAME_NAME,
    linking.Likeness.PLUS_TAG: cards.Likeness.PLUS_TAG,
    linking.Likeness.REPLY_TO: cards.Likeness.REPLY_TO,
}


def whom(scene: Scene, status: Status) -> cards.Whom:
    """What may be said now; nothing of what cannot or shall not be in Lever."""
    if not isinstance(status, Off | NotSynced | Waiting | Syncing | Stopped | Synced) or scene.out_of_sight:
        return cards.Whom()
    in_lever = scene.seen is not None and scene.seen.conversation.state is ConversationState.LIVE
    open_ = _may_say(scene, in_lever=in_lever)
    # What is on its way may turn out to be somebody's: until then only what was said is shown.
    nobody = not scene.about and not isinstance(status, Syncing)
    return cards.Whom(
        choices=tuple(_choices(scene)) if open_ and nobody else (),
        near=tuple(_near(scene)) if nobody else (),
        said=tuple(_said(scene, in_lever=in_lever)),
        conversation_open=open_ and (nobody or in_lever),
        another=bool(scene.about),
        comes_in=nobody and not in_lever and not isinstance(status, Waiting),
        addresses=tuple(_address(each) for each in scene.offers.addresses) if nobody else (),
        nobody=nobody,
        message=scene.message_id,
        thread=scene.thread_id,
        conversation=scene.seen.conversation.id if scene.seen else "",
    )


def _address(address: str) -> AddressRow:
    return AddressRow(id=address, shown=address)


def _may_say(scene: Scene, *, in_lever: bool) -> bool:
    if in_lever:
        return Act.LINK in scene.allowed
    own = scene.found is None and Act.SYNC in scene.allowed
    return own and scene.mailbox is not None and membership.is_on(scene.mailbox)


def _choices(scene: Scene) -> Iterator[cards.Choice]:
    """Those who share an address; the name alone where the reader sees a match by name only (R23)."""
    shared = frozenset[str]().union(*scene.match.shared.values()) if scene.match else frozenset[str]()
    for candidate in sorted(scene.candidates.values(), key=lambda each: (each.name, each.id)):
        if candidate.id in shared and acting.sees_match_by_name(scene.member, candidate.id):
            whole = acting.sees_candidate(scene.member, candidate.id, has_conversations=False)
            yield cards.Choice(
                candidate=candidate.id, name=candidate.name, headline=candidate.headline if whole else ""
            )


def _near(scene: Scene) -> Iterator[cards.Near]:
    for offered in scene.offers.near:
        candidate = scene.candidates.get(offered.near.candidate)
        if candidate is not None:
            yield cards.Near(
                candidate=candidate.id,
                name=candidate.name,
                address=_address(offered.near.address),
                why=_WORDS[offered.near.why],
                digest=offered.digest if offered.addable else "",
                now=offered.brings.now,
                later=offered.brings.later,
            )


def _said(scene: Scene, *, in_lever: bool) -> Iterator[cards.Said]:
    """Links by hand of the candidates that are shown."""
    on_thread = scene.thread.about if scene.thread else frozenset[str]()
    linked = scene.seen.conversation.linked if scene.seen and in_lever else frozenset[str]()
    may_say = _may_say(scene, in_lever=in_lever)
    head = scene.mail.head if scene.mail else scene.message.head if scene.message else None
    there = {canonical(each.address) for each in head.participants} if head else set()
    for candidate in sorted(scene.candidates.values(), key=lambda each: (each.name, each.id)):
        if not acting.sees_match_by_name(scene.member, candidate.id) or candidate.id not in scene.about:
            continue
        if may_say and candidate.id in (linked | on_thread):
            yield cards.Said(candidate=candidate.id, name=candidate.name)
        if acting.may_link_address(scene.member, candidate.id):
            for address in candidate.linked:
                if address in there:
                    yield cards.Said(candidate=candidate.id, name=candidate.name, address=_address(address))
