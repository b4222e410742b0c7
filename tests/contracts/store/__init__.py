"""What every store promises, as tests: a backend's test class inherits them and gives `open_store`."""

from tests.contracts.store.acts import Acts
from tests.contracts.store.admission import Admission
from tests.contracts.store.candidates import Candidates
from tests.contracts.store.chain import Chain
from tests.contracts.store.consents import Consents
from tests.contracts.store.conversations import Conversations
from tests.contracts.store.crash import Crash
from tests.contracts.store.crowds import Crowds
from tests.contracts.store.held import Held
from tests.contracts.store.imports import Imports
from tests.contracts.store.keys import Keys
from tests.contracts.store.ledger import Ledger
from tests.contracts.store.mailboxes import Mailboxes
from tests.contracts.store.members import Members
from tests.contracts.store.messages import Messages
from tests.contracts.store.opting_out import OptingOut
from tests.contracts.store.outbox import Outbox
from tests.contracts.store.outside import Outside
from tests.contracts.store.pace import Pace
from tests.contracts.store.races import Races
from tests.contracts.store.removal import Removals
from tests.contracts.store.roundtrip import RoundTrip
from tests.contracts.store.sight import Sight
from tests.contracts.store.threads import Threads


class StoreContract(
    Keys,
    RoundTrip,
    Members,
    Consents,
    OptingOut,
    Mailboxes,
    Pace,
    Threads,
    Outbox,
    Conversations,
    Admission,
    Messages,
    Outside,
    Removals,
    Sight,
    Held,
    Candidates,
    Acts,
    Chain,
    Ledger,
    Imports,
    Races,
    Crash,
    Crowds,
):
    """All of it."""
