"""The box "Email", and what its owner says about the label (R1 to R4, R8)."""

from __future__ import annotations

from dataclasses import replace

from addon import opting
from addon.actions import labels
from addon.actions.outcome import Done, NothingHere, Outcome, Question
from addon.actions.withdrawal import take_everything_out, withdrawal_of
from addon.caller import Caller
from addon.config import ConsentBy
from addon.gateways.errors import AttentionError, OutsideError, RefusedError
from addon.lookups.conversations import holdings_of
from addon.mailboxes import change_mailbox, history_ids
from addon.policy import membership, retention
from addon.policy.labels import may_name_a_label
from addon.present.formats import formats_of
from addon.services import Services
from cards.consent import ConsentView, consent_card
from cards.email_off import EmailOffView, email_off_card
from cards.label_question import LABEL_NAME
from cards.language import mark, say
from storage.records import Act, Backfill, Mailbox

ANSWERS = {
    "backfill-all": (Backfill.ALL, mark("They come in one after the other.")),
    "backfill-new": (Backfill.NEW_ONLY, mark("Only what you label from now on comes in.")),
    "backfill-later": (Backfill.LATER, mark("Left as it is. You can choose in Settings.")),
}
_NOT_PERMITTED = mark("Google's permission to make labels was not given.")
_MINUTE_S = 60


def set_email(caller: Caller, services: Services, *, want: str) -> Outcome:
    """`want`: on, off or off-withdraw; without, the question what turning off means.

    A box without a value never means off.
    """
    if not membership.may_turn_on(caller.member):
        return NothingHere()
    match want:
        case "on":
            return _turn_on(caller, services)
        case "off":
            opting.turn_off(caller.member, services, actor=caller.member.sub)
            return Done(notice=say("Email is off. Nothing is read any more."))
        case "off-withdraw":
            return _turn_off_and_take_out(caller, services)
        case _:
            return _ask_before_turning_off(caller, services)


def _turn_on(caller: Caller, services: Services) -> Outcome:
    member = caller.member
    mailbox = services.store.mailbox(member.sub)
    if membership.is_on(mailbox):
        return Done(notice=say("Email is on."))
    if services.config.consent is ConsentBy.DELEGATED:
        if not opting.turn_on_delegated(member, services, actor=member.sub):
            return NothingHere()
        return Done(notice=say("Email is on."))
    minutes = int(retention.LINK_LASTS.total_seconds()) // _MINUTE_S
    view = ConsentView(link=opting.ask(member, services), minutes=minutes)
    return Question(card=consent_card(view, site=services.site), again=False)


def _turn_off_and_take_out(caller: Caller, services: Services) -> Outcome:
    """Reading stops first. Where the mailbox stands is asked before that, for afterwards nobody may ask."""
    member = caller.member
    barrier = history_ids([member.sub], services)[member.sub]
    withdrawal = withdrawal_of(member, services, barrier=barrier)
    opting.turn_off(member, services, actor=member.sub)
    if not take_everything_out(member, withdrawal, services):
        return Done(notice=say("Email is off. Settings takes out what is still left of your mailbox."))
    return Done(notice=say("Email is off, and your copies are out of {word}.", word=services.site.word))


def _ask_before_turning_off(caller: Caller, services: Services) -> Outcome:
    if services.store.mailbox(caller.member.sub) is None:
        return Done(notice=say("Email is off."))
    held = holdings_of(caller.member, services)
    until = retention.purge_at(services.clock.now(), grace_days=services.config.grace_days)
    view = EmailOffView(
        conversations=held.conversations, alone=held.alone, undo_until=formats_of(caller.event).date(until)
    )
    return Question(card=email_off_card(view, site=services.site), again=False)


def answer_about_labelled(caller: Caller, services: Services, *, want: str) -> Outcome:
    """What is to become of threads that carried the label before; the job does it."""
    answer, notice = ANSWERS[want]
    member = caller.member
    act = _act(caller, want, services)
    if change_mailbox(member.sub, lambda mailbox: replace(mailbox, backfill=answer), services, act=act) is None:
        return NothingHere()
    _ring(member.sub, services)
    return Done(notice=say(notice))


def create_labels(caller: Caller, services: Services) -> Outcome:
    """Make our two labels where they are missing, under the name that was typed or else the company's."""
    member, store = caller.member, services.store
    mailbox = store.mailbox(member.sub)
    if mailbox is None:
        return NothingHere()
    typed = caller.event.inputs.get(LABEL_NAME, ("",))[0].strip()
    name = typed or mailbox.label_name or services.config.label_name
    if not may_name_a_label(name):
        return Done(notice=say("Gmail takes no label of that name. Choose another one."))
    if not services.config.panel_labels:
        _choose(caller, name, services)
        return Done(notice=say("The label is {label}. Where it is missing, make it in Gmail.", label=name))
    if not labels.may_change_labels(caller):
        return labels.ask(caller, services) or Done(notice=say(_NOT_PERMITTED))
    try:
        labels.make_both(caller, name, _chosen(mailbox, name, services), services)
    except AttentionError:
        return Done(notice=say(_NOT_PERMITTED))
    except RefusedError:
        return Done(notice=say("Gmail refused the label: you may have one whose name looks like it."))
    except OutsideError:
        return Done(notice=say("Gmail did not answer. Try again."))
    _choose(caller, name, services)
    return Done(notice=say("The label is {label}.", label=name))


def _choose(caller: Caller, name: str, services: Services) -> None:
    services.store.record(_act(caller, "create-labels", services))
    change_mailbox(caller.member.sub, lambda box: _chosen(box, name, services), services)
    _ring(caller.member.sub, services)


def _chosen(mailbox: Mailbox, name: str, services: Services) -> Mailbox:
    """Another name than before has the job look which labels are ours from now on (`policy.labels.bind`)."""
    if name == (mailbox.label_name or services.config.label_name):
        return mailbox
    return replace(mailbox, label_name="" if name == services.config.label_name else name, labels_at=None)


def _act(caller: Caller, verb: str, services: Services) -> Act:
    sub = caller.member.sub
    return Act(actor=sub, verb=verb, at=services.clock.now(), subject=sub)


def _ring(sub: str, services: Services) -> None:
    services.store.ring(sub, now=services.clock.now(), soon=services.config.debounce, gap=services.gap)
