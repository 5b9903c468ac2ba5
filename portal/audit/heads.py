"""The end of the chain, noted outside the database: whoever cuts the table's tail does not reach this file.

One line each: time, chain, number, hash. Lines are only ever appended.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE = "audit-heads.txt"
RESTORED = "restored"  # in place of a hash: a backup was put back, entries after this number are gone for that reason


@dataclass(frozen=True)
class Head:
    """The end of a chain at some time."""

    chain: str
    seq: int
    hash: str


def note(var_dir: Path, head: Head, now: datetime) -> None:
    """Append a head, unless it is the last one noted already."""
    if head.seq and last(var_dir, head.chain) != head:
        _append(var_dir, f"{now.isoformat(timespec='seconds')} {head.chain} {head.seq} {head.hash}\n")


def note_restored(var_dir: Path, head: Head, now: datetime) -> None:
    """After a backup was put back: the entries after it are gone, and that is no tampering."""
    newest = last(var_dir, head.chain)
    if newest and newest.seq > head.seq:
        _append(var_dir, f"{now.isoformat(timespec='seconds')} {head.chain} {head.seq} {RESTORED}\n")


def noted(var_dir: Path, chain: str) -> dict[int, str]:
    """The noted ends of a chain: number to hash."""
    found: dict[int, str] = {}
    for head in _read(var_dir):
        if head.chain != chain:
            continue
        if head.hash == RESTORED:
            found = {seq: hash_ for seq, hash_ in found.items() if seq <= head.seq}
        else:
            found[head.seq] = head.hash
    return found


def last(var_dir: Path, chain: str) -> Head | None:
    found = noted(var_dir, chain)
    return Head(chain, max(found), found[max(found)]) if found else None


def _read(var_dir: Path) -> list[Head]:
    file = var_dir / FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    parts = [line.split(" ") for line in lines]
    return [Head(chain, int(seq), hash_) for _, chain, seq, hash_ in (part for part in parts if _is_whole(part))]


def _is_whole(parts: list[str]) -> bool:
    """A crash may have left half a line."""
    return len(parts) == 4 and parts[2].isdecimal() and (len(parts[3]) == 64 or parts[3] == RESTORED)


def _append(var_dir: Path, line: str) -> None:
    var_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(var_dir / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)
