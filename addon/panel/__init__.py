"""What the sidebar shows: home, an open message, candidate, conversation, settings, my data. Changes nothing."""

from addon.panel.home import home
from addon.panel.lists import candidate, conversation, who_sees
from addon.panel.message import message
from addon.panel.my_data import my_data
from addon.panel.settings import settings

__all__ = ["candidate", "conversation", "home", "message", "my_data", "settings", "who_sees"]
