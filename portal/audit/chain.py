"""How entries hang together: each one's hash is an HMAC over what it says and the hash before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from portal.audit.models import AuditEntry


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold, by the number of the entry, and in what way."""

    seq: int
    what: str


def canonical_json(detail: Mapping[str, Any]) -> str:
    """One spelling for one content: the database must not re-order what was hashed."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(secret_key: str, entry: AuditEntry, seq: int, prev_hash: str) -> str:
    """The hash of an entry at its place in the chain, hexadecimal."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    what = [entry.actor_id, entry.action, entry.object_kind, entry.object_id, entry.detail]
    row = json.dumps(["audit", seq, entry.id, at, *what, prev_hash], ensure_ascii=False, separators=(",", ":"))
    return hmac.new(secret_key.encode(), row.encode(), hashlib.sha256).hexdigest()


def first_break(secret_key: str, chain: str, entries: Iterable[AuditEntry], heads: Mapping[int, str]) -> Break | None:
    """Walk the chained entries in order. `heads` are ends of the chain that were noted elsewhere: number and hash.

    An entry that was changed or swapped no longer fits its hash; one that was deleted leaves a gap; a tail that was
    cut off is missed by the heads.
    """
    expected, seq = chain, 0
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            return Break(seq, "is missing")
        if entry.prev_hash != expected or entry.hash != link(secret_key, entry, seq, expected):
            return Break(seq, "is not as it was written")
        if heads.get(seq, entry.hash) != entry.hash:
            return Break(seq, "is not the one that was noted outside the table")
        expected = entry.hash
    if max(heads, default=0) > seq:
        return Break(seq + 1, "is missing: the chain was cut off before its noted end")
    return None
