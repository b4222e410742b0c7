"""Gmail's side panel: Google calls, with a token of its own and one of the user's. One route a verb.

The system token is verified before the body is even read, the user's before anything in it is used.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, g, jsonify, request
from google.apps.card_v1 import Card

from addon import actions, event, members, panel
from addon.actions import Done, DraftMade, NeedsScopes, NothingHere, Outcome, Question, Told
from addon.caller import Caller
from addon.event import Event, UnreadableError
from addon.lookups.ids import Ids, ids_in, open_ids
from addon.present.formats import locale_of
from addon.web.door import prove_service, services, speak, whole_body
from addon.web.errors import register_cards
from cards.candidate import SEARCH
from cards.importing import BOUND
from cards.language import say
from cards.link import FIELD
from cards.my_data import ALL, MINE, TAKEN_OUT
from cards.plain import nothing_here_card, outsider_card
from cards.responses import Answer, AskScopes, Notice, OpenDraft, Push, Update, to_json
from storage.records import Opened

_NO_MESSAGE = Ids(message="", thread="")

sidebar = Blueprint("sidebar", __name__, url_prefix="/addon")
register_cards(sidebar)


@sidebar.before_request
def admit_caller() -> Response | None:
    """Prove Google, read the event, prove the user; an outsider's answer ends here."""
    wired = services()
    prove_service(wired.config.addon_service_account)
    parsed = event.parse(_body())
    speak(locale_of(parsed))
    identity = wired.verifier.person(parsed.user_token, audience=wired.config.addon_client_id)
    g.caller_proven = True
    opened = _opened_at_once(identity.sub, parsed) if request.endpoint == "sidebar.message" else None
    member = members.enter(identity, wired, opened=opened)
    if member is None:
        return _answer(Push(outsider_card(wired.config.company, site=wired.site)))
    g.caller = Caller(member=member, event=parsed, opened=opened)
    return None


@sidebar.post("/home")
def home() -> Response:
    return _answer(Push(panel.home(_caller(), services())))


@sidebar.post("/message")
def message() -> Response:
    return _answer(Push(_open_card()))


@sidebar.post("/actions/refresh")
def refresh() -> Response:
    given = _caller().event.parameters
    if (listed := _own_list()) is not None:
        return _answer(listed)
    if "candidate" in given:
        return _answer(Update(_candidate_card(), back=_parameter("want") == "back"))
    if "conversation" in given and "message" not in given:
        return _answer(Update(_conversation_card(), back=_parameter("want") == "back"))
    return _answer(Update(_open_card(), to_root=True))


@sidebar.post("/actions/settings")
def settings() -> Response:
    want = _parameter("want")
    if want in actions.ANSWERS:
        return _after(actions.answer_about_labelled(_caller(), services(), want=want), _ids_or_none())
    if want == "create-labels":
        return _after(actions.create_labels(_caller(), services()), _ids_or_none())
    return _answer(Push(panel.settings(_caller(), services()), from_root=True))


@sidebar.post("/actions/my-data")
def my_data() -> Response:
    if _parameter("want") == TAKEN_OUT:
        return _opened(panel.taken_out(_caller(), services(), page=_parameter("page")))
    card = panel.my_data(_caller(), services(), page=_parameter("page"))
    return _answer(Update(card) if _parameter("page") else Push(card, from_root=True))


@sidebar.post("/actions/export-mine")
def export_mine() -> Response:
    return _after(actions.export_mine(_caller(), services()), None)


@sidebar.post("/actions/set-email")
def set_email() -> Response:
    return _after(actions.set_email(_caller(), services(), want=_parameter("want")), _ids_or_none())


@sidebar.post("/actions/candidate")
def candidate() -> Response:
    if SEARCH in _caller().event.inputs:
        return _answer(Update(_candidate_card()))
    return _opened(_candidate_card())


@sidebar.post("/actions/conversation")
def conversation() -> Response:
    return _opened(_conversation_card())


@sidebar.post("/actions/draft")
def draft() -> Response:
    outcome = actions.draft(_caller(), services(), candidate=_parameter("candidate"), want=_parameter("want"))
    return _after(outcome, None)


@sidebar.post("/actions/sync-thread")
def sync_thread() -> Response:
    ids = open_ids(_caller(), services())
    if ids is None:
        return _after(NothingHere(), None)
    return _after(actions.sync_thread(_caller(), ids, services(), want=_parameter("want")), ids)


@sidebar.post("/actions/stop-sync")
def stop_sync() -> Response:
    ids = open_ids(_caller(), services())
    if ids is None:
        return _after(NothingHere(), None)
    verb = actions.take_label_off if _parameter("want") == "label" else actions.stop_sync
    return _after(verb(_caller(), ids, services()), ids)


@sidebar.post("/actions/make-secret")
def make_secret() -> Response:
    if _parameter("want") == "audience":
        return _confirmed(actions.let_in)
    return _confirmed(actions.make_secret, stays=True)


@sidebar.post("/actions/make-visible")
def make_visible() -> Response:
    return _confirmed(actions.make_visible, stays=True)


@sidebar.post("/actions/remove")
def remove() -> Response:
    return _confirmed(actions.delete_now if _parameter("want") == "now" else actions.remove)


@sidebar.post("/actions/import-preview")
def import_preview() -> Response:
    parameters = {name: _parameter(name) for name in ("candidate", "address")}
    outcome = actions.preview_import(_caller(), services(), **parameters)
    # What is chosen on the card of an import is told with each press there.
    above = BOUND in _caller().event.inputs
    if isinstance(outcome, Question) and above:
        return _answer(Update(outcome.card))
    return _after_import(outcome, above=above)


@sidebar.post("/actions/import-address")
def import_address() -> Response:
    parameters = {name: _parameter(name) for name in ("candidate", "address")}
    return _after_import(actions.import_address(_caller(), services(), **parameters), above=True)


@sidebar.post("/actions/import-cancel")
def import_cancel() -> Response:
    return _after_import(actions.cancel_import(_caller(), services(), id=_parameter("import")))


@sidebar.post("/actions/search-candidates")
def search_candidates() -> Response:
    caller = _caller()
    card = panel.search(
        caller,
        _meant_ids(),
        services(),
        want=_parameter("want"),
        conversation=_parameter("conversation"),
    )
    return _answer(Update(card) if FIELD in caller.event.inputs else Push(card))


@sidebar.post("/actions/link-candidate")
def link_candidate() -> Response:
    caller, want, conversation = _caller(), _parameter("want"), _parameter("conversation")
    if conversation and not _parameter("thread"):
        # On the conversation's own card, whatever is open in Gmail meanwhile.
        return _after_on(conversation, _linked(caller, _NO_MESSAGE, want=want), above=want == "conversation")
    ids = open_ids(caller, services()) or _NO_MESSAGE
    outcome = _linked(caller, ids, want=want)
    # Beside a candidate the press speaks of no thread, and that card is drawn anew.
    return _after(outcome, ids) if _parameter("thread") else _after_import(outcome)


def _linked(caller: Caller, ids: Ids, *, want: str) -> Outcome:
    candidate, address, conversation = map(_parameter, ("candidate", "address", "conversation"))
    match want:
        case "conversation":
            return actions.link_conversation(
                caller, ids, services(), candidate=candidate, conversation=conversation
            )
        case "address":
            return actions.link_address(
                caller, ids, services(), candidate=candidate, address=address, digest=_parameter("digest")
            )
        case "undo" if address:
            return actions.unlink_address(caller, services(), candidate=candidate, address=address)
        case "undo":
            return actions.unlink_conversation(
                caller, ids, services(), candidate=candidate, conversation=conversation
            )
        case "no":
            return actions.not_this_one(caller, ids, services(), candidate=candidate)
        case _:
            return NothingHere()


@sidebar.post("/actions/restore")
def restore() -> Response:
    if imported := _parameter("import"):
        return _after_import(actions.restore_import(_caller(), services(), id=imported))
    if batch := _parameter("batch"):
        return _after(actions.restore_batch(_caller(), services(), batch=batch), _ids_or_none())
    ids = open_ids(_caller(), services())
    return _after(actions.restore(_caller(), services(), conversation=_parameter("conversation")), ids)


@sidebar.post("/actions/retry")
def retry() -> Response:
    if imported := _parameter("import"):
        return _after_import(actions.retry_import(_caller(), services(), id=imported, thread=_parameter("thread")))
    outcome = actions.retry(_caller(), services(), thread=_parameter("thread"))
    return _after(outcome, open_ids(_caller(), services()))


@sidebar.post("/actions/withdraw")
def withdraw() -> Response:
    caller, want, batch = _caller(), _parameter("want"), _parameter("batch")
    if imported := _parameter("import"):
        return _after_import(actions.withdraw_import(caller, services(), id=imported))
    if want == "now":
        return _confirmed(actions.delete_now)
    if want in {"all", ALL}:
        return _after(actions.withdraw_all(caller, services(), digest=_parameter("digest")), _ids_or_none())
    if batch:
        return _after(actions.withdraw_batch(caller, services(), batch=batch), _ids_or_none())
    ids = open_ids(caller, services())
    return _after(actions.withdraw(caller, services(), conversation=_parameter("conversation")), ids)


# --- from event to answer ---------------------------------------------------------------------------------


def _body() -> object:
    try:
        body: object = json.loads(whole_body())
    except (ValueError, RecursionError):
        raise UnreadableError("the body is not JSON") from None
    return body


def _opened_at_once(sub: str, parsed: Event) -> Opened | None:
    """What is stored of the open message, and who the member is; None where its ids do not say which it is."""
    ids = ids_in(parsed)
    if ids is None:
        return None
    return services().store.opened(sub, thread=ids.thread, message=ids.message, and_member=True)


def _caller() -> Caller:
    caller: Caller = g.caller
    return caller


def _parameter(name: str) -> str:
    return _caller().event.parameters.get(name, "")


def _confirmed(verb: actions.Confirmed, *, stays: bool = False) -> Response:
    """A verb that first names its consequences; the digest of what was named does it.

    `stays`: what it is done to is there afterwards, and shown again where that is on its own card.
    """
    ids, conversation = _meant_ids(), _parameter("conversation")
    outcome = verb(_caller(), ids, services(), conversation=conversation, digest=_parameter("digest"))
    return _after_on(conversation, outcome, above=True) if stays and not ids.thread else _after(outcome, ids)


def _meant_ids() -> Ids:
    """The open message, where a press speaks of it; on a conversation's own card it does not, whatever is open."""
    given = _caller().event.parameters
    if "conversation" in given and not given.keys() & {"message", "thread"}:
        return _NO_MESSAGE
    return open_ids(_caller(), services()) or _NO_MESSAGE


def _after_on(conversation: str, outcome: Outcome, *, above: bool) -> Response:
    """The conversation's own card as it stands after a press on it, or on a card `above` it."""
    if isinstance(outcome, Done):
        card = panel.conversation(_caller(), conversation, services())
        return _answer(Update(card, notice=outcome.notice, back=above, changed=True))
    return _after(outcome, None)


def _after(outcome: Outcome, ids: Ids | None) -> Response:
    """The card as it stands after a press."""
    match outcome:
        case Done(notice=notice) if (listed := _own_list(notice)) is not None:
            return _answer(listed)
        case Done(notice=notice, label_missing=label_missing):
            card = _card_for(ids, label_missing=label_missing)
            return _answer(Update(card, notice=notice, to_root=True, changed=True))
        case Question(card=card, again=False):
            return _answer(Push(card))
        case Question(card=card):
            return _answer(Update(card, notice=say("This changed meanwhile; here is how it stands.")))
        case NeedsScopes(scopes=scopes):
            return _answer(AskScopes(scopes))
        case Told(notice=notice):
            return _answer(Notice(notice))
        case DraftMade(draft=draft, thread=thread):
            return _answer(OpenDraft(draft=draft, thread=thread))
        case NothingHere():
            return _answer(Push(nothing_here_card(site=services().site)))


def _own_list(notice: str | None = None) -> Answer | None:
    """The list of the caller's own on which a press was made, or a question above it; None for any other card."""
    want, page, changed = _parameter("want"), _parameter("page"), notice is not None
    if want == TAKEN_OUT:
        return Update(panel.taken_out(_caller(), services(), page=page), notice=notice, changed=changed)
    if want not in {MINE, ALL}:
        return None
    card = panel.my_data(_caller(), services(), page=page)
    return Push(card, from_root=True, notice=notice, changed=changed)


def _after_import(outcome: Outcome, *, above: bool = False) -> Response:
    """The candidate's card where it was pressed on that, or on the card of an import `above` it; else home."""
    if isinstance(outcome, Done) and _parameter("candidate"):
        return _answer(Update(_candidate_card(), notice=outcome.notice, back=above, changed=True))
    return _after(outcome, None)


def _ids_or_none() -> Ids | None:
    """The open message, where finding out which costs no call; settings are the same beside any."""
    opened = _caller().event.open
    return open_ids(_caller(), services()) if opened and opened.message_hex and opened.thread_hex else None


def _card_for(ids: Ids | None, *, label_missing: bool = False) -> Card:
    """The message the event speaks of, where one is open; else home."""
    if ids is None or not ids.message:
        return panel.home(_caller(), services())
    return panel.message(_caller(), ids, services(), label_missing=label_missing)


def _open_card() -> Card:
    return _card_for(open_ids(_caller(), services()))


def _candidate_card() -> Card:
    search = _caller().event.inputs.get(SEARCH, ("",))[:1]
    return panel.candidate(
        _caller(), _parameter("candidate"), services(), page=_parameter("page"), search="".join(search)
    )


def _conversation_card() -> Card:
    if _parameter("want") == "who":
        return panel.who_sees(_caller(), _parameter("conversation"), services())
    id, message, page = _parameter("conversation"), _parameter("message"), _parameter("page")
    if panel.is_stored_mail(message):
        return panel.message_text(_caller(), id, message, services(), page=page)
    return panel.conversation(_caller(), id, services(), page=page)


def _opened(card: Card) -> Response:
    """A card on top; the next page of a list takes the place of the one before."""
    return _answer(Update(card) if _parameter("page") else Push(card))


def _answer(answer: Answer) -> Response:
    return jsonify(to_json(answer))
