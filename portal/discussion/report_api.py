"""The API of reports."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import AwareDateTime, Boolean, Integer, String
from flask_login import current_user

from portal.database import now, transaction
from portal.discussion import reporting
from portal.discussion.models import REPORT_REASONS, Report
from portal.discussion.rules import REPORT_NOTE
from portal.web.access import signed_in
from portal.web.api import between, json_only, one_of
from portal.web.fields import RuleString

api = APIBlueprint("reports_api", __name__, tag="reports")
KINDS = ("idea", "comment")


class ReportIn(Schema):
    kind = String(required=True, validate=one_of(KINDS), metadata={"enum": list(KINDS)})
    id = Integer(required=True, strict=True, validate=between(1))
    reason = String(required=True, validate=one_of(REPORT_REASONS), metadata={"enum": list(REPORT_REASONS)})
    note = RuleString(REPORT_NOTE)


class ReportOut(Schema):
    id = Integer()
    kind = String(metadata={"enum": list(KINDS)})
    reason = String()
    note = String()
    created_at = AwareDateTime()
    upheld = Boolean(allow_none=True, metadata={"description": "What was decided; null before that."})


@api.post("/reports")
@signed_in
@json_only
@api.input(ReportIn, arg_name="body")
@api.output(ReportOut, status_code=201)
@api.doc(security="token")
def report(body: dict[str, Any]) -> dict[str, Any]:
    """Say that a person should look at an idea or a comment. A second report of the same thing gives the first back."""
    target = (body["id"], None) if body["kind"] == "idea" else (None, body["id"])
    with transaction():
        sent = reporting.report(current_user.member, reporting.thing(*target), body["reason"], body["note"], now())
    return _body(sent)


def _body(sent: Report) -> dict[str, Any]:
    names = ("id", "reason", "note", "created_at", "upheld")
    return {**{name: getattr(sent, name) for name in names}, "kind": "comment" if sent.comment_id else "idea"}
