"""What its owner must say about the label: make it, bring in what carries it, or leave that alone."""

from dataclasses import dataclass

from google.apps.card_v1 import Widget

from cards.language import plural, say
from cards.text import name
from cards.widgets import Press, Site, Verb, button, buttons, paragraph, text_input

LABEL_NAME = "label_name"
"""The field in which another name for the label is typed."""


@dataclass(frozen=True, kw_only=True)
class LabelFound:
    """Conversations carried the label before Email was turned on."""

    label: str
    conversations: int
    later: bool = False
    """Not now, its owner said: it stays offered, and is not urged."""


@dataclass(frozen=True, kw_only=True)
class LabelNone:
    """There is no label of ours in Gmail."""

    label: str
    twin: str = ""
    """One that differs in case only."""


LabelQuestion = LabelFound | LabelNone


def label_question(question: LabelQuestion, *, site: Site) -> list[Widget | None]:
    match question:
        case LabelFound():
            return _found(question, site=site)
        case LabelNone():
            return _none(question, site=site)


def _found(question: LabelFound, *, site: Site) -> list[Widget | None]:
    return [
        paragraph(
            plural(
                "You already have a label {label} on {n} conversation.",
                "You already have a label {label} on {n} conversations.",
                question.conversations,
                label=name(question.label),
            )
        ),
        buttons(
            button(say("Use it, bring them in"), _answer("backfill-all"), site=site),
            button(say("Use it, new ones only"), _answer("backfill-new"), site=site),
            None if question.later else button(say("Not now"), _answer("backfill-later"), site=site),
        ),
        paragraph(say("Is it there for something else? Then choose another name in Settings.")),
    ]


def _none(question: LabelNone, *, site: Site) -> list[Widget | None]:
    label, secret = name(question.label), f"{name(question.label)}/Secret"
    create = say("Create {label} and {secret}", label=label, secret=secret)
    by_hand = say(
        "Make {label} and {secret} in Gmail. A conversation with one of them comes in, with {secret} as secret.",
        label=label,
        secret=secret,
    )
    return [
        paragraph(say("There is no label {label} in your Gmail yet.", label=label)),
        paragraph(
            say(
                "Your label {label} only looks like it. To use that one, choose it in Settings.",
                label=name(question.twin),
            )
        )
        if question.twin
        else None,
        None if site.sets_labels else paragraph(by_hand),
        buttons(
            button(create, _answer("create-labels"), site=site) if site.sets_labels else None,
            button(say("Work without labels"), _answer("backfill-later"), site=site),
        ),
    ]


def choose_label(current: str, *, site: Site) -> list[Widget | None]:
    """Let another name be chosen; labels that are missing are made."""
    return [
        text_input(LABEL_NAME, say("Label in Gmail"), value=current, hint=say("Exactly as Gmail shows it")),
        buttons(button(say("Use this label"), _answer("create-labels"), site=site)),
    ]


def _answer(want: str) -> Press:
    return Press(Verb.SETTINGS, {"want": want})
