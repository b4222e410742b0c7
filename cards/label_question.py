"""What its owner must say about the label: make it, bring in what carries it, or leave that alone."""

from dataclasses import dataclass

from google.apps.card_v1 import Widget

from cards.text import count, name
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
    have = count(question.conversations, "conversation")
    return [
        paragraph(f"You already have a label {name(question.label)} on {have}."),
        buttons(
            button("Use it, bring them in", _say("backfill-all"), site=site),
            button("Use it, new ones only", _say("backfill-new"), site=site),
            None if question.later else button("Not now", _say("backfill-later"), site=site),
        ),
        paragraph("Is it there for something else? Then choose another name in Settings."),
    ]


def _none(question: LabelNone, *, site: Site) -> list[Widget | None]:
    label = name(question.label)
    return [
        paragraph(f"There is no label {label} in your Gmail yet."),
        paragraph(f"Your label {name(question.twin)} only looks like it. To use that one, choose it in Settings.")
        if question.twin
        else None,
        buttons(
            button(f"Create {label} and {label}/Secret", _say("create-labels"), site=site),
            button("Work without labels", _say("backfill-later"), site=site),
        ),
    ]


def choose_label(current: str, *, site: Site) -> list[Widget | None]:
    """Let another name be chosen; labels that are missing are made."""
    return [
        text_input(LABEL_NAME, "Label in Gmail", value=current, hint="Exactly as Gmail shows it"),
        buttons(button("Use this label", _say("create-labels"), site=site)),
    ]


def _say(want: str) -> Press:
    return Press(Verb.SETTINGS, {"want": want})
