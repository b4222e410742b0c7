"""Sealing at rest: AES-256-GCM over everything that holds mail, a candidate or a token, and the keyed hashes.

A sealed value names its key in clear and is bound to record, id and field: moved to another row or field it
does not open. Neither keys nor content ever stand in an exception, a `repr` or a log line.
Nonces are random, so one key may seal some four thousand million values; add a new first key long before, and
seal everything anew with it (`storage.resealing`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from itertools import chain

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.port import StoreError

KEY_BYTES = 32
NONCE_BYTES = 12
HASH_CHARACTERS = 32  # 128 bits in hex: no two of a company's mails will ever meet by chance

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_ID = 32
_KEY_ID = re.compile(f"[A-Za-z0-9_-]{{1,{_LONGEST_ID}}}")
_MAKE_ONE = "import base64, secrets; print('k1:' + base64.b64encode(secrets.token_bytes(32)).decode())"
_HOW = (
    "SEAL_KEYS must be id:key pairs separated by commas, the key 32 bytes in base64, for example"
    " SEAL_KEYS=k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= (do not use this one)."
    f' Make one with: python3 -c "{_MAKE_ONE}"'
)


class SealError(StoreError):
    """A sealed value does not open: its key is not listed, or it is not what was sealed there."""


def storable(text: str) -> str:
    """`text` with every lone surrogate replaced by U+FFFD.

    Broken mail and hostile JSON bring them, and no encoding can hold them. Replaced at the door, everywhere
    and in ids too, so that a lookup finds what was stored and never fails.
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


class Sealer:
    """Seals with the first key of `SEAL_KEYS`, opens with any of them."""

    def __init__(self, seal_keys: str) -> None:
        """Raise `ValueError`, with an example and without the value, where `seal_keys` cannot be used."""
        self._keys: dict[str, AESGCM] = {}
        for entry in seal_keys.split(","):
            key_id, _, encoded = entry.strip().partition(":")
            if not _KEY_ID.fullmatch(key_id) or key_id in self._keys:
                raise ValueError(f"{_HOW}. Ids are letters, digits, - and _, each once.")
            self._keys[key_id] = AESGCM(_key_bytes(encoded))
        self.key_ids = tuple(self._keys)

    @property
    def first(self) -> str:
        """The id of the key that seals."""
        return self.key_ids[0]

    def seal(self, kind: str, id: str, field: str, text: str) -> bytes:
        """`text` sealed for this field of this record."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._keys[self.first].encrypt(nonce, storable(text).encode(), _framed(kind, id, field))
        return self.first.encode() + b":" + nonce + sealed

    def open(self, kind: str, id: str, field: str, sealed: bytes) -> str:
        """What was sealed for this field of this record; `SealError` for anything else."""
        key_id = key_id_of(sealed)
        if key_id and key_id not in self._keys:
            raise SealError(
                f"A value of {kind} was sealed with the key {key_id}, which is not in SEAL_KEYS:"
                " list that key again."
            )
        rest = sealed[len(key_id) + 1 :]
        try:
            opened = self._keys[key_id].decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _framed(kind, id, field))
        except (InvalidTag, KeyError, ValueError):  # KeyError, ValueError: it names no key, or is too short
            other = f", or the key {key_id} of SEAL_KEYS is not the one it was" if key_id else ""
            raise SealError(f"A sealed value of {kind} does not open: it was changed or moved{other}.") from None
        return opened.decode()


def key_id_of(sealed: bytes) -> str:
    """The id of the key a value was sealed with, which stands before it in clear; empty where none does."""
    key_id, colon, _ = sealed[: _LONGEST_ID + 1].partition(b":")
    named = key_id.decode("ascii", "replace")
    return named if colon and _KEY_ID.fullmatch(named) else ""


class IndexKey:
    """The key of the hashes by which addresses and Message-IDs are found.

    Random, made once and kept sealed in the store: it outlives every rotation of `SEAL_KEYS`, or tombstones
    would be lost with the first one.
    """

    def __init__(self, secret: str) -> None:
        self._secret = bytes.fromhex(secret)

    @staticmethod
    def new() -> str:
        return secrets.token_hex(KEY_BYTES)

    def key(self, kind: str, *parts: str) -> str:
        """HMAC-SHA256 cut to 128 bits, in hex."""
        return hmac.new(self._secret, _framed(kind, *parts), hashlib.sha256).hexdigest()[:HASH_CHARACTERS]


def _framed(*parts: str) -> bytes:
    """Parts with their lengths before them, so that ("ab", "c") and ("a", "bc") stay apart."""
    encoded = [storable(part).encode() for part in parts]
    return b"".join(chain.from_iterable((len(part).to_bytes(8, "big"), part) for part in encoded))


def _key_bytes(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{_HOW}. One of the keys given is not 32 bytes in base64.")
    return key
