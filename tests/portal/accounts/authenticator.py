"""A passkey in software: makes a key pair and signs challenges as a browser's authenticator does."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, ATTESTED = 0x01, 0x40


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class SoftKey:
    """One key pair and the counter of its uses."""

    def __init__(self, origin: str = "http://localhost", transports: Sequence[str] = ()) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.origin, self.transports = origin, transports
        self.uses = 0

    def create(self, options: str) -> str:
        """The answer of `navigator.credentials.create`."""
        told = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        key = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(told["rp"]["id"], PRESENT | ATTESTED) + key
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", told["challenge"])
        made = {"clientDataJSON": b64(client), "attestationObject": b64(attestation)}
        return self._answer({**made, "transports": self.transports})

    def get(self, options: str) -> str:
        """The answer of `navigator.credentials.get`."""
        told = json.loads(options)
        self.uses += 1
        data, client = self._data(told["rpId"], PRESENT), self._client("webauthn.get", told["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
        )

    def _data(self, domain: str, flags: int) -> bytes:
        return hashlib.sha256(domain.encode()).digest() + struct.pack(">BI", flags, self.uses)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response})
