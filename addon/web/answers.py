"""What Gmail is answered after a press: which card is drawn, where it goes, and what is said with it.

A press acts on what its button spoke of, and is answered with the card it was made on as that stands afterwards.
"""

from __future__ import annotations

from flask import Response, g, jsonify
from google.apps.card_v1 import Card

from addon import actions, panel
from addon.actions import CHANGED, Done, DraftMade, NeedsScopes, NothingHere, Outcome, Question, Told
from addon.caller import Caller
from addon.gateways.errors import OutsideError
from addon.lookups.ids import Ids, open_ids
from addon.web.door import services
from cards.candidate import SEARCH
from cards.language import say
from cards.my_data import ALL, MINE, NOW, TAKEN_OUT
from cards.plain import Failure, nothing_here_card, trouble_card
from cards.responses import Answer, AskScopes, Notice, OpenDraft, Push, Update, to_json

NO_MESSAGE = Ids(message="", thread="")


def caller_here() -> Caller:
    caller: Caller = g.caller
    return caller


def parameter(name: str) -> str:
    return caller_here().event.parameters.get(name, "")


def confirmed(verb: actions.Confirmed, *, stays: bool = False) -> Response:
    """A verb that first names its consequences; the digest of what was named does it.

    `stays`: what it is done to is there afterwards, and shown again where that is on its own card.
    """
    ids, conversation = meant_ids(), parameter("conversation")
    outcome = verb(caller_here(), ids, services(), conversation=conversation, digest=parameter("digest"))
    if ids.thread:
        return after(outcome, ids)
    # Of the conversation there is nothing more to show: what is open in Gmail is, or Home.
    return after_on(conversation, outcome, above=True) if stays else after(outcome, ids_or_none())


def meant_ids() -> Ids:
    """The open message, where a press speaks of it; on a conversation's own card it does not, whatever is open."""
    given = caller_here().event.parameters
    if "conversation" in given and not given.keys() & {"message", "thread"}:
        return NO_MESSAGE
    return open_ids(caller_here(), services()) or NO_MESSAGE


def after_on(conversation: str, outcome: Outcome, *, above: bool) -> Response:
    """The conversation's own card as it stands after a press on it, or on a card `above` it."""
    if isinstance(outcome, Done):
        card = panel.conversation(caller_here(), conversation, services())
        return answer(Update(card, notice=outcome.notice, back=above, changed=True))
    return after(outcome, None)


def after(outcome: Outcome, ids: Ids | None) -> Response:
    """The card as it stands after a press."""
    match outcome:
        case Done(notice=notice) if (listed := own_list(notice)) is not None:
            return answer(listed)
        case Done(notice=notice, label_missing=label_missing):
            card = _card_after(ids, label_missing=label_missing)
            return answer(Update(card, notice=notice, to_root=True, changed=True))
        case Question(card=card, again=False):
            return answer(Push(card))
        case Question(card=card):
            return answer(Update(card, notice=say(CHANGED)))
        case NeedsScopes(scopes=scopes):
            return answer(AskScopes(scopes))
        case Told(notice=notice):
            return answer(Notice(notice))
        case DraftMade(draft=draft, thread=thread):
            return answer(OpenDraft(draft=draft, thread=thread))
        case NothingHere():
            return answer(_as_it_stands(ids))


def _as_it_stands(ids: Ids | None) -> Answer:
    """What is no more to be done, as after a second press, is answered with the card it was pressed on.

    That is the caller's own: a list of theirs, or the card of the message in their mailbox beside which the button
    was. It says the same whether what was meant is hidden from them or does not exist (R20).
    """
    if (listed := own_list(say(CHANGED))) is not None:
        return listed
    beside = ids is not None and ids.message and {"message", "thread"} <= caller_here().event.parameters.keys()
    if not beside:
        return Push(nothing_here_card(site=services().site))
    return Update(_card_for(ids), notice=say(CHANGED), to_root=True, changed=True)


def own_list(notice: str | None = None) -> Answer | None:
    """The list of the caller's own on which a press was made, or a question above it; None for any other card."""
    want, page, changed = parameter("want"), parameter("page"), notice is not None
    if want in {TAKEN_OUT, NOW}:
        card = panel.taken_out(caller_here(), services(), page=page)
        return Update(card, notice=notice, back=want == NOW, changed=changed)
    if want not in {MINE, ALL}:
        return None
    card = panel.my_data(caller_here(), services(), page=page)
    return Push(card, from_root=True, notice=notice, changed=changed)


def after_import(outcome: Outcome, *, above: bool = False) -> Response:
    """The candidate's card where it was pressed on that, or on the card of an import `above` it; else home."""
    if isinstance(outcome, Done) and parameter("candidate"):
        return answer(Update(candidate_card(), notice=outcome.notice, back=above, changed=True))
    return after(outcome, None)


def ids_or_none() -> Ids | None:
    """The open message, where finding out which costs no call; settings are the same beside any."""
    opened = caller_here().event.open
    return open_ids(caller_here(), services()) if opened and opened.message_hex and opened.thread_hex else None


def _card_for(ids: Ids | None, *, label_missing: bool = False) -> Card:
    """The message the event speaks of, where one is open; else home."""
    if ids is None or not ids.message:
        return panel.home(caller_here(), services())
    return panel.message(caller_here(), ids, services(), label_missing=label_missing)


def _card_after(ids: Ids | None, *, label_missing: bool) -> Card:
    """The same after a press, which stands whatever Gmail says now: no scope is asked for, nothing denied."""
    try:
        return _card_for(ids, label_missing=label_missing)
    except OutsideError:
        return trouble_card(Failure.DONE_UNSEEN, site=services().site)


def open_card() -> Card:
    return _card_for(open_ids(caller_here(), services()))


def candidate_card() -> Card:
    search = caller_here().event.inputs.get(SEARCH, ("",))[:1]
    return panel.candidate(
        caller_here(), parameter("candidate"), services(), page=parameter("page"), search="".join(search)
    )


def conversation_card() -> Card:
    if parameter("want") == "who":
        return panel.who_sees(caller_here(), parameter("conversation"), services())
    id, message, page = parameter("conversation"), parameter("message"), parameter("page")
    if panel.is_stored_mail(message):
        return panel.message_text(caller_here(), id, message, services(), page=page)
    return panel.conversation(caller_here(), id, services(), page=page)


def on_top(card: Card) -> Response:
    """A card on top; the next page of a list takes the place of the one before."""
    return answer(Update(card) if parameter("page") else Push(card))


def answer(what: Answer) -> Response:
    return jsonify(to_json(what))
