"""What the sidebar shows: home, the open message, a candidate, a conversation. Reads only; changes nothing."""

from addon.panel.home import home
from addon.panel.lists import candidate, conversation, who_sees
from addon.panel.message import message

__all__ = ["candidate", "conversation", "home", "message", "who_sees"]
