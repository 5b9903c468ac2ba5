"""Signed-in devices and the tokens of the API. A cookie or a header carries the token; only its SHA-256 is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, update

from portal import text
from portal.accounts import secrets
from portal.accounts.models import ApiToken, Member, SignInSession
from portal.accounts.services.telling import Place, tell
from portal.database import db, insert_ignore


def start_session(member: Member, device: str, now: datetime, network: str = "") -> str:
    """A new signed-in device; returns the token for its cookie."""
    token = secrets.new_token()
    db.session.add(
        SignInSession(
            token_hash=secrets.digest(token),
            member_id=member.id,
            created_at=now,
            last_seen_at=now,
            authenticated_at=now,
            device=text.normalise(device)[:200],
            network=network,
        )
    )
    return token


def end_session(session_id: int, now: datetime) -> None:
    _end(SignInSession.id == session_id, now)


def end_one_of(member_id: int, session_id: int, now: datetime) -> None:
    """End one of a member's own sessions; another's is left alone."""
    _end((SignInSession.member_id == member_id) & (SignInSession.id == session_id), now)


def end_sessions(member_id: int, now: datetime, *, keep: int | None = None) -> None:
    """Sign a member out everywhere, but for the session `keep`."""
    _end((SignInSession.member_id == member_id) & (SignInSession.id != (keep or 0)), now)


def _end(which: ColumnElement[bool], now: datetime) -> None:
    live = which & SignInSession.revoked_at.is_(None)
    db.session.execute(update(SignInSession).where(live).values(revoked_at=now))


def touch_session(session_id: int, now: datetime, network: str) -> None:
    """Remember the last use; called at most once a minute for each session."""
    values = {"last_seen_at": now, "network": network}
    db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(values))


def issue_token(member: Member, now: datetime, *, name: str = "", token: str | None = None) -> str:
    """A new API token, or the one given (a form sent twice makes one)."""
    token = token or secrets.new_token()
    values = {"token_hash": secrets.digest(token), "member_id": member.id, "name": name, "created_at": now}
    db.session.execute(insert_ignore(ApiToken.__table__).values(**values))
    return token


def touch_token(token_id: int, now: datetime) -> None:
    db.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def end_one_token(member_id: int, token_id: int, place: Place, now: datetime) -> None:
    """Revoke one of a member's own tokens; another's is left alone."""
    mine = (ApiToken.member_id == member_id, ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
    ended = update(ApiToken).where(*mine).values(revoked_at=now).returning(ApiToken.id)
    if db.session.scalar(ended) is not None:
        tell(member_id, "token_revoked", place, now)


def shut_out(member_id: int, now: datetime, *, keep: int | None = None) -> None:
    """Whoever got in before is out: every session but `keep` ends, and every API token."""
    end_sessions(member_id, now, keep=keep)
    mine = update(ApiToken).where(ApiToken.member_id == member_id, ApiToken.revoked_at.is_(None))
    db.session.execute(mine.values(revoked_at=now))
