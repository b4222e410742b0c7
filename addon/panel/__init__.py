"""What the sidebar shows: home, an open message, candidate, conversation, settings, my data.

Showing changes nothing of what is shown; that a secret was opened is on record, and which id a message really has.
"""

from addon.panel.candidate import candidate
from addon.panel.conversation import conversation, is_stored_mail, message_text
from addon.panel.home import home
from addon.panel.link import search
from addon.panel.message import message
from addon.panel.my_data import my_data
from addon.panel.settings import settings
from addon.panel.taken_out import taken_out
from addon.panel.who_sees import who_sees

__all__ = [
    "candidate",
    "conversation",
    "home",
    "is_stored_mail",
    "message",
    "message_text",
    "my_data",
    "search",
    "settings",
    "taken_out",
    "who_sees",
]
