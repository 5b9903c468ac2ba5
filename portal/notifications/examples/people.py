"""Examples of letters about accounts, to guardians, and to staff."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from portal.accounts import secrets
from portal.accounts import services as accounts
from portal.accounts.consents import Consent, Guardianship
from portal.accounts.credentials import SecurityEvent
from portal.accounts.models import RoleGrant, Suspension
from portal.accounts.queries import guardianship_of
from portal.accounts.requests import DataCopy, Erasure
from portal.accounts.services import addresses
from portal.audit import services as chain
from portal.database import db
from portal.notifications.examples.cast import Cast, Story, case, kept, letter
from portal.notifications.models import Letter
from portal.outbox.models import DEAD, Fact
from portal.units.queries import reference


def code(cast: Cast) -> Letter:
    keys = ("example:account", "example:address")
    attempt = accounts.request_code(cast.reader.email or "", cast.reader.language, keys, 600, cast.at)
    return letter("sign_in_code", cast, attempt_id=attempt.id)


def new_address(cast: Cast) -> Letter:
    attempt = addresses.request_change(cast.reader, "dia.chi.moi@example.vn", 600, cast.at)
    return letter("email_change_code", cast, attempt_id=attempt.id)


def security(kind: str, what: str) -> Story:
    def story(cast: Cast) -> Letter:
        row = SecurityEvent(
            member_id=cast.reader.id, kind=what, at=cast.at, device="Android Chrome", network="113.161.72.*"
        )
        return letter(kind, cast, event_id=kept(row).id)

    return story


def guardian(kind: str, state: str, **more: str) -> Story:
    def story(cast: Cast) -> Letter:
        row = guardianship_of(cast.reader.id) or Guardianship(member_id=cast.reader.id, key=secrets.new_token())
        row.email, row.language, row.state, row.asked_at = "phu-huynh@example.vn", cast.reader.language, state, cast.at
        row.answered_at = None if state == "waiting" else cast.at
        db.session.execute(
            delete(Consent).where(Consent.member_id == cast.reader.id)
        )  # what this child's own guardian said
        for purpose in ("account", "publish") if state == "agreed" else ():
            said = {"purpose": purpose, "text_version": "example", "text_hash": "", "language": cast.reader.language}
            kept(Consent(member_id=cast.reader.id, giver="guardian", given_at=cast.at, **said))
        return letter(kind, cast, guardianship_id=kept(row).id, **more)

    return story


def role_changed(cast: Cast) -> Letter:
    unit = reference().unit_by_id.get(cast.idea.unit_id or 0, reference().centre)
    grant = RoleGrant(member_id=cast.reader.id, role="moderator", unit_id=unit.id, starts_at=cast.at)
    return letter("role_changed", cast, grant_id=kept(grant).id, given=True)


def suspension(kind: str) -> Story:
    def story(cast: Cast) -> Letter:
        closed = kind == "account_suspended"
        cast.reader.status = "suspended" if closed else "active"
        row = Suspension(
            member_id=cast.reader.id,
            reason="Gửi quảng cáo nhiều lần.",
            was="active",
            starts_at=cast.at,
            by_id=cast.other.id,
            lifted_at=None if closed else cast.at,
        )
        return letter(kind, cast, suspension_id=kept(row).id)

    return story


def erasure(kind: str) -> Story:
    def story(cast: Cast) -> Letter:
        row = Erasure(
            member_id=cast.reader.id,
            asked_by="member",
            asked_at=cast.at,
            due_at=cast.at + timedelta(days=14),
            done_at=cast.at if kind == "erasure_done" else None,
            language=cast.reader.language,
            receipt_to=cast.reader.email,
        )
        return letter(kind, cast, erasure_id=kept(row).id)

    return story


def data_ready(cast: Cast) -> Letter:
    expires = cast.at + timedelta(days=7)
    row = DataCopy(member_id=cast.reader.id, asked_at=cast.at, ready_at=cast.at, expires_at=expires)
    return letter("data_ready", cast, copy_id=kept(row).id)


def urgent_report(cast: Cast) -> Letter:
    return letter("urgent_report", cast, case_id=case(cast, state="open", kind="report", urgent=0).id)


def post_alert(cast: Cast) -> Letter:
    kept(Fact(name="Example", payload={}, state=DEAD, next_at=cast.at, created_at=cast.at))
    return letter("post_alert", cast, waited=75, dead=2, facts=1, trouble="535 5.7.8 authentication failed")


def admin_daily(cast: Cast) -> Letter:
    head = chain.head()
    db.session.flush()
    return letter("admin_daily", cast, seq=head.seq, hash=head.hash, broken=0, acts=12)


STORIES: dict[str, Story] = {
    "sign_in_code": code,
    "email_change_code": new_address,
    "new_device": security("new_device", "new_device"),
    "security_changed": security("security_changed", "password_changed"),
    "email_changed": security("email_changed", "email_changed"),
    "welcome": lambda cast: letter("welcome", cast),
    "guardian_request": guardian("guardian_request", "waiting"),
    "guardian_reminder": guardian("guardian_reminder", "waiting"),
    "guardian_receipt": guardian("guardian_receipt", "agreed"),
    "guardian_renewal": guardian("guardian_renewal", "agreed", purposes="contest"),
    "role_changed": role_changed,
    "account_suspended": suspension("account_suspended"),
    "account_restored": suspension("account_restored"),
    "erasure_asked": erasure("erasure_asked"),
    "erasure_done": erasure("erasure_done"),
    "data_ready": data_ready,
    "post_alert": post_alert,
    "admin_daily": admin_daily,
    "urgent_report": urgent_report,
}
