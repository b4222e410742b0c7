"""The next step for a mailbox that cannot be read."""

from google.apps.card_v1 import Widget

from cards.consent import TURN_ON
from cards.status import Trouble
from cards.widgets import Press, Site, Verb, button, buttons


def attention_buttons(trouble: Trouble, *, site: Site) -> Widget | None:
    match trouble:
        case Trouble.ACCESS_ENDED:
            return buttons(button("Reconnect", TURN_ON, site=site))
        case Trouble.SCOPES_MISSING:
            return buttons(button("Give the rest", TURN_ON, site=site))
        case Trouble.LABEL_GONE:
            create = Press(Verb.SETTINGS, {"want": "create-labels"})
            return buttons(
                button(f"Create {site.word}", create, site=site),
                button("Choose", Press(Verb.SETTINGS), site=site, says="Choose another label"),
            )
        case Trouble.GMAIL_OFF:
            return buttons(button("Refresh", Press(Verb.REFRESH), site=site))
