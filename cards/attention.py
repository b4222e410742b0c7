"""The next step for a mailbox that cannot be read."""

from google.apps.card_v1 import Widget

from cards.consent import TURN_ON
from cards.language import say
from cards.status import Trouble
from cards.text import name
from cards.widgets import Press, Site, Verb, button, buttons, paragraph


def attention_steps(trouble: Trouble, *, label: str, site: Site) -> list[Widget | None]:
    match trouble:
        case Trouble.ACCESS_ENDED:
            return [buttons(button(say("Reconnect"), TURN_ON, site=site))]
        case Trouble.SCOPES_MISSING:
            return [buttons(button(say("Give the rest"), TURN_ON, site=site))]
        case Trouble.LABEL_GONE:
            return _label_gone(name(label), site=site)
        case Trouble.GMAIL_OFF:
            return [buttons(button(say("Refresh"), Press(Verb.REFRESH), site=site))]


def _label_gone(label: str, *, site: Site) -> list[Widget | None]:
    choose = button(say("Choose"), Press(Verb.SETTINGS), site=site, says=say("Choose another label"))
    if not site.sets_labels:
        by_hand = say("Make a label {label} in Gmail again, or choose another one.", label=label)
        return [paragraph(by_hand), buttons(choose)]
    create = Press(Verb.SETTINGS, {"want": "create-labels"})
    return [buttons(button(say("Create {label}", label=label), create, site=site), choose)]
