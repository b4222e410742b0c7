"""What the sidebar shows: home, the open message, a candidate, a conversation, settings. Changes nothing."""

from addon.panel.home import home
from addon.panel.link import search
from addon.panel.lists import candidate, conversation, who_sees
from addon.panel.message import message
from addon.panel.settings import settings

__all__ = ["candidate", "conversation", "home", "message", "search", "settings", "who_sees"]
