"""Gmail's side panel: Google calls, with a token of its own and one of the user's. One route a verb.

The system token is verified before the body is even read, the user's before anything in it is used.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, g, request

from addon import actions, event, members, panel
from addon.actions import Done, NothingHere, Outcome, Question
from addon.caller import Caller
from addon.event import Event, UnreadableError
from addon.lookups.ids import Ids, ids_in, open_ids
from addon.present.formats import locale_of
from addon.web.answers import (
    NO_MESSAGE,
    after,
    after_import,
    after_on,
    answer,
    caller_here,
    candidate_card,
    confirmed,
    conversation_card,
    ids_or_none,
    meant_ids,
    on_top,
    open_card,
    own_list,
    parameter,
)
from addon.web.door import answer_within, prove_service, services, speak, whole_body
from addon.web.errors import register_cards
from cards.candidate import SEARCH
from cards.importing import BOUND
from cards.label_question import LABEL_NAME
from cards.link import FIELD
from cards.my_data import ALL, NOW, TAKEN_OUT
from cards.plain import outsider_card
from cards.responses import Push, Update
from storage.records import Opened

ASKS_WITHIN_S = 20.0
"""For all calls to Google together: it shows an error of its own at 30 s, and the card has yet to be drawn."""

sidebar = Blueprint("sidebar", __name__, url_prefix="/addon")
register_cards(sidebar)


@sidebar.before_request
def admit_caller() -> Response | None:
    """Prove Google, read the event, prove the user; an outsider's answer ends here."""
    wired = services()
    answer_within(ASKS_WITHIN_S)
    prove_service(wired.config.addon_service_account)
    parsed = event.parse(_body())
    speak(locale_of(parsed))
    identity = wired.verifier.person(parsed.user_token, audience=wired.config.addon_client_id)
    g.caller_proven = True
    opened = _opened_at_once(identity.sub, parsed) if request.endpoint == "sidebar.message" else None
    member = members.enter(identity, wired, opened=opened)
    if member is None:
        return answer(Push(outsider_card(wired.config.company, site=wired.site)))
    g.caller = Caller(member=member, event=parsed, opened=opened)
    return None


@sidebar.post("/home")
def home() -> Response:
    return answer(Push(panel.home(caller_here(), services())))


@sidebar.post("/message")
def message() -> Response:
    return answer(Push(open_card()))


@sidebar.post("/actions/refresh")
def refresh() -> Response:
    given = caller_here().event.parameters
    if (listed := own_list()) is not None:
        return answer(listed)
    if "candidate" in given:
        return answer(Update(candidate_card(), back=parameter("want") == "back"))
    if "conversation" in given and "message" not in given:
        return answer(Update(conversation_card(), back=parameter("want") == "back"))
    return answer(Update(open_card(), to_root=True))


@sidebar.post("/actions/settings")
def settings() -> Response:
    want = parameter("want")
    if want in actions.ANSWERS:
        return _after_label(actions.answer_about_labelled(caller_here(), services(), want=want))
    if want == "create-labels":
        return _after_label(actions.create_labels(caller_here(), services()))
    return answer(Push(panel.settings(caller_here(), services()), from_root=True))


def _after_label(outcome: Outcome) -> Response:
    """Settings again where it was pressed there, beside the field for the label's name; else what is open."""
    if isinstance(outcome, Done) and LABEL_NAME in caller_here().event.inputs:
        card = panel.settings(caller_here(), services())
        return answer(Push(card, from_root=True, notice=outcome.notice, changed=True))
    return after(outcome, ids_or_none())


@sidebar.post("/actions/my-data")
def my_data() -> Response:
    if parameter("want") == TAKEN_OUT:
        return on_top(panel.taken_out(caller_here(), services(), page=parameter("page")))
    card = panel.my_data(caller_here(), services(), page=parameter("page"))
    return answer(Update(card) if parameter("page") else Push(card, from_root=True))


@sidebar.post("/actions/export-mine")
def export_mine() -> Response:
    return after(actions.export_mine(caller_here(), services()), None)


@sidebar.post("/actions/set-email")
def set_email() -> Response:
    return after(actions.set_email(caller_here(), services(), want=parameter("want")), ids_or_none())


@sidebar.post("/actions/candidate")
def candidate() -> Response:
    if SEARCH in caller_here().event.inputs:
        return answer(Update(candidate_card()))
    return on_top(candidate_card())


@sidebar.post("/actions/conversation")
def conversation() -> Response:
    return on_top(conversation_card())


@sidebar.post("/actions/draft")
def draft() -> Response:
    outcome = actions.draft(caller_here(), services(), candidate=parameter("candidate"), want=parameter("want"))
    return after(outcome, None)


@sidebar.post("/actions/sync-thread")
def sync_thread() -> Response:
    ids = open_ids(caller_here(), services())
    if ids is None:
        return after(NothingHere(), None)
    return after(actions.sync_thread(caller_here(), ids, services(), want=parameter("want")), ids)


@sidebar.post("/actions/stop-sync")
def stop_sync() -> Response:
    ids = open_ids(caller_here(), services())
    if ids is None:
        return after(NothingHere(), None)
    verb = actions.take_label_off if parameter("want") == "label" else actions.stop_sync
    return after(verb(caller_here(), ids, services()), ids)


@sidebar.post("/actions/make-secret")
def make_secret() -> Response:
    if parameter("want") == "audience":
        return _let_in()
    return confirmed(actions.make_secret, stays=True)


def _let_in() -> Response:
    """The boxes lie above the card of who sees it."""
    conversation, digest = parameter("conversation"), parameter("digest")
    outcome = actions.let_in(caller_here(), NO_MESSAGE, services(), conversation=conversation, digest=digest)
    if isinstance(outcome, Done):
        card = panel.who_sees(caller_here(), conversation, services())
        return answer(Update(card, notice=outcome.notice, back=True, changed=True))
    return after(outcome, None)


@sidebar.post("/actions/make-visible")
def make_visible() -> Response:
    return confirmed(actions.make_visible, stays=True)


@sidebar.post("/actions/remove")
def remove() -> Response:
    return confirmed(actions.delete_now if parameter("want") in {"now", NOW} else actions.remove)


@sidebar.post("/actions/import-preview")
def import_preview() -> Response:
    parameters = {name: parameter(name) for name in ("candidate", "address")}
    outcome = actions.preview_import(caller_here(), services(), **parameters)
    # What is chosen on the card of an import is told with each press there.
    above = BOUND in caller_here().event.inputs
    if isinstance(outcome, Question) and above:
        return answer(Update(outcome.card))
    return after_import(outcome, above=above)


@sidebar.post("/actions/import-address")
def import_address() -> Response:
    parameters = {name: parameter(name) for name in ("candidate", "address")}
    return after_import(actions.import_address(caller_here(), services(), **parameters), above=True)


@sidebar.post("/actions/import-cancel")
def import_cancel() -> Response:
    return after_import(actions.cancel_import(caller_here(), services(), id=parameter("import")))


@sidebar.post("/actions/search-candidates")
def search_candidates() -> Response:
    caller = caller_here()
    card = panel.search(
        caller,
        meant_ids(),
        services(),
        want=parameter("want"),
        conversation=parameter("conversation"),
    )
    return answer(Update(card) if FIELD in caller.event.inputs else Push(card))


@sidebar.post("/actions/link-candidate")
def link_candidate() -> Response:
    caller, want, conversation = caller_here(), parameter("want"), parameter("conversation")
    if conversation and not parameter("thread"):
        # On the conversation's own card, whatever is open in Gmail meanwhile.
        return after_on(conversation, _linked(caller, NO_MESSAGE, want=want), above=want == "conversation")
    ids = open_ids(caller, services()) or NO_MESSAGE
    outcome = _linked(caller, ids, want=want)
    # Beside a candidate the press speaks of no thread, and that card is drawn anew.
    return after(outcome, ids) if parameter("thread") else after_import(outcome)


def _linked(caller: Caller, ids: Ids, *, want: str) -> Outcome:
    candidate, address, conversation = map(parameter, ("candidate", "address", "conversation"))
    match want:
        case "conversation":
            return actions.link_conversation(
                caller, ids, services(), candidate=candidate, conversation=conversation
            )
        case "address":
            return actions.link_address(
                caller, ids, services(), candidate=candidate, address=address, digest=parameter("digest")
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
    if imported := parameter("import"):
        return after_import(actions.restore_import(caller_here(), services(), id=imported))
    if batch := parameter("batch"):
        return after(actions.restore_batch(caller_here(), services(), batch=batch), ids_or_none())
    ids = open_ids(caller_here(), services())
    return after(actions.restore(caller_here(), services(), conversation=parameter("conversation")), ids)


@sidebar.post("/actions/retry")
def retry() -> Response:
    if imported := parameter("import"):
        return after_import(
            actions.retry_import(caller_here(), services(), id=imported, thread=parameter("thread"))
        )
    ids = open_ids(caller_here(), services())
    return after(actions.retry(caller_here(), services(), thread=parameter("thread")), ids)


@sidebar.post("/actions/withdraw")
def withdraw() -> Response:
    caller, want, batch = caller_here(), parameter("want"), parameter("batch")
    if imported := parameter("import"):
        return after_import(actions.withdraw_import(caller, services(), id=imported))
    if want in {"now", NOW}:
        return confirmed(actions.delete_now)
    if want in {"all", ALL}:
        return after(actions.withdraw_all(caller, services(), digest=parameter("digest")), ids_or_none())
    if batch:
        return after(actions.withdraw_batch(caller, services(), batch=batch), ids_or_none())
    ids = open_ids(caller, services())
    return after(actions.withdraw(caller, services(), conversation=parameter("conversation")), ids)


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
