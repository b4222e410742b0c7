"""The key Google would sign with: made here, never shipped, published as a map of certificates."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    kid: str
    private_pem: str
    certificate_pem: str

    def sign(self, claims: Mapping[str, Any], *, kid: str | None = None) -> str:
        """`kid` is only what the header says; the signature is always this key's."""
        signed = jwt.encode(_signer(self.private_pem), dict(claims), key_id=kid or self.kid)  # type: ignore[no-untyped-call, unused-ignore]
        return str(signed, "ascii")


def new_key() -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gmail-simulator.invalid")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return SigningKey(
        kid=secrets.token_hex(20),
        private_pem=pem.decode("ascii"),
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode("ascii"),
    )


@lru_cache(maxsize=8)
def _signer(private_pem: str) -> Any:
    return crypt.RSASigner.from_string(private_pem)  # type: ignore[no-untyped-call, unused-ignore]
