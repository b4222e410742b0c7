"""*Export*: the link to one's own file. What is in it is decided when it is made (`addon.exporting`)."""

from __future__ import annotations

from addon import opting
from addon.actions.outcome import Outcome, Question
from addon.caller import Caller
from addon.policy import retention
from addon.services import Services
from cards.export import ExportView, export_card
from storage.records import Errand

_MINUTE_S = 60


def export_mine(caller: Caller, services: Services) -> Outcome:
    """A link of its own for each press: the one before leads nowhere any more."""
    minutes = int(retention.LINK_LASTS.total_seconds()) // _MINUTE_S
    link = opting.ask(caller.member, services, errand=Errand.EXPORT)
    return Question(card=export_card(ExportView(link=link, minutes=minutes), site=services.site), again=False)
