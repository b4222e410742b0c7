"""The box "Email": asking for consent, turning on what was consented to, and turning off at once.

    ask (panel) | begin (browser, on its way to Google) | finish (browser, on its way back) | turn_on
    turn_off | tidy

Nothing of Google's is stored before it is known whose consent it is, and nothing is read once the box is unticked.
"""

from addon.opting.asking import DeadLink, Departure, LinkError, Outcome, ask, begin, finish
from addon.opting.revoking import tidy
from addon.opting.seeding import labelled, look_up_labels
from addon.opting.turning import turn_off, turn_on, turn_on_delegated

__all__ = [
    "DeadLink",
    "Departure",
    "LinkError",
    "Outcome",
    "ask",
    "begin",
    "finish",
    "labelled",
    "look_up_labels",
    "tidy",
    "turn_off",
    "turn_on",
    "turn_on_delegated",
]
