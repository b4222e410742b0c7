"""The next step for a mailbox that cannot be read."""

from google.apps.card_v1 import Widget

from cards.consent import TURN_ON
from cards.language import say
from cards.status import Trouble
from cards.text import name
from cards.widgets import Press, Site, Verb, button, buttons


def attention_buttons(trouble: Trouble, *, label: str, site: Site) -> Widget | None:
    match trouble:
        case Trouble.ACCESS_ENDED:
            return buttons(button(say("Reconnect"), TURN_ON, site=site))
        case Trouble.SCOPES_MISSING:
            return buttons(button(say("Give the rest"), TURN_ON, site=site))
        case Trouble.LABEL_GONE:
            create = Press(Verb.SETTINGS, {"want": "create-labels"})
            return buttons(
                button(say("Create {label}", label=name(label)), create, site=site),
                button(say("Choose"), Press(Verb.SETTINGS), site=site, says=say("Choose another label")),
            )
        case Trouble.GMAIL_OFF:
            return buttons(button(say("Refresh"), Press(Verb.REFRESH), site=site))
