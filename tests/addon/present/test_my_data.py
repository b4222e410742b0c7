"""A card about one's own mailbox receives nothing of a conversation its reader does not see."""

from __future__ import annotations

from datetime import UTC

from babel import Locale

from addon.present.formats import Formats
from addon.present.my_data import Mine, my_data_view
from cards.my_data import Shown
from storage.records import Holdings, SecretPolicy
from tests.addon.policy import samples
from tests.addon.policy.samples import NOW


def test_of_what_a_holder_does_not_see_no_subject_and_no_date_reaches_the_card() -> None:
    reader = samples.member("ben")
    found = samples.found(holders={"anna", "ben"}, secret_by="anna")

    view = my_data_view(
        [Mine(found=found, threads=(), opened=())],
        holdings=Holdings(conversations=1, messages=1, alone=1),
        next_page="",
        page="",
        reader=reader,
        label="Lever",
        members={},
        policy=SecretPolicy.CLASSIC,
        formats=Formats(locale=Locale("en"), zone=UTC, told=False),
        now=NOW,
    )

    [row] = view.rows
    assert row.shown is Shown.SECRET
    assert (row.subject, row.last, row.removed, row.opened_by) == ("", "", None, ())
