"""Receipts of ideas: for their authors to keep, for anybody to check."""

from __future__ import annotations

from flask import Response, current_app, render_template, request
from flask_login import current_user

from portal.errors import Missing
from portal.ideas import queries, receipts
from portal.ideas.queries import Shown
from portal.ideas.queries.versions import Version
from portal.ideas.views.blueprint import pages
from portal.web.access import public, signed_in

LONGEST = 200


@pages.get("/y-tuong/<int:idea_id>/bien-nhan")
@signed_in
def receipt(idea_id: int) -> str:
    """A receipt for each version, for those whose names stand under the idea."""
    shown, versions = _ours(idea_id)
    written = [receipts.write(_secret(), idea_id, version) for version in reversed(versions)]
    return render_template("ideas/receipt.html", shown=shown, idea=shown.idea, receipts=written)


@pages.get("/y-tuong/<int:idea_id>/bien-nhan/<int:number>.json")
@signed_in
def receipt_text(idea_id: int, number: int) -> Response:
    """The very bytes a receipt's hash is of."""
    _, versions = _ours(idea_id)
    text = next((receipts.text_of(version) for version in versions if version.number == number), None)
    if text is None:
        raise Missing
    name = f"y-tuong-{idea_id}-ban-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


@pages.get("/bien-nhan")
@public
def check_receipt() -> str:
    """`ma` is the code of a receipt, `bam` the hash it is said to be for."""
    code, sha256 = (request.args.get(name, "").strip()[:LONGEST] for name in ("ma", "bam"))
    found = receipts.read(_secret(), code, sha256) if code or sha256 else None
    return render_template("ideas/check_receipt.html", code=code, sha256=sha256, found=found)


def _ours(idea_id: int) -> tuple[Shown, list[Version]]:
    shown = queries.show(idea_id, current_user.member)
    if not shown.is_by(current_user.id):
        raise Missing
    return shown, queries.versions(shown, whole=True)


def _secret() -> str:
    secret: str = current_app.config["SETTINGS"].secret_key
    return secret
