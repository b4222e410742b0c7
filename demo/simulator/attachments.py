"""The ids under which Gmail hands out attachments: another one with every read, good for one message only."""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from demo.simulator.errors import invalid

_PREFIX = "ANGjdJ"
_NOISE = 24
_PLACE = re.compile(r"(?P<message>[0-9a-f]+):(?P<part>[0-9.]*)")


def new_id(message_id: str, part_id: str) -> str:
    place = secrets.token_bytes(_NOISE) + f"{message_id}:{part_id}".encode("ascii")
    return _PREFIX + urlsafe_b64encode(place).decode("ascii").rstrip("=")


def part_of(attachment_id: str, message_id: str) -> str:
    """Give the part's id; raise 400 for an id that was made up, or is another message's."""
    coded = attachment_id.removeprefix(_PREFIX)
    try:
        text = urlsafe_b64decode(coded + "=" * (-len(coded) % 4))[_NOISE:].decode("ascii")
    except ValueError:
        text = ""
    place = _PLACE.fullmatch(text)
    if place is None or place["message"] != message_id:
        raise invalid("Invalid attachment token")
    return place["part"]
