"""Receipts of ideas: for their authors to keep, for anybody to check."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_login import current_user

from portal.errors import Missing
from portal.ideas import queries, receipts
from portal.ideas.queries import Shown
from portal.ideas.views.blueprint import pages
from portal.settings import current_settings
from portal.web.access import public, signed_in

LONGEST = 200


@pages.get("/y-tuong/<int:idea_id>/bien-nhan")
@signed_in
def receipt(idea_id: int) -> str:
    """A receipt for each text that came in, for those whose names stand under the idea; all of them for its author."""
    shown = _ours(idea_id)
    kept = {receipts.sha256_of(text) for text in queries.kept_texts(shown, current_user.id)}
    mine = shown.idea.author_id == current_user.id
    rows = [row for row in queries.received(idea_id) if mine or row.sha256 in kept]
    written = [receipts.write(current_settings().secret_key, row) for row in rows]
    return render_template("ideas/receipt.html", shown=shown, idea=shown.idea, receipts=written, kept=kept)


@pages.get("/y-tuong/<int:idea_id>/bien-nhan/<int:number>.json")
@signed_in
def receipt_text(idea_id: int, number: int) -> Response:
    """The very bytes a receipt's hash is of, while they are kept."""
    shown = _ours(idea_id)
    wanted = next((row.sha256 for row in queries.received(idea_id) if row.number == number), None)
    texts = queries.kept_texts(shown, current_user.id) if wanted else ()
    found = next((text for text in texts if receipts.sha256_of(text) == wanted), None)
    if found is None:
        raise Missing
    name = f"y-tuong-{idea_id}-ban-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(receipts.text_of(found), content_type="application/json; charset=utf-8", headers=headers)


@pages.get("/bien-nhan")
@public
def check_receipt() -> str:
    """`ma` is the code of a receipt, `bam` the hash it is said to be for."""
    code, sha256 = (request.args.get(name, "").strip()[:LONGEST] for name in ("ma", "bam"))
    found = receipts.read(current_settings().secret_key, code, sha256) if code or sha256 else None
    return render_template("ideas/check_receipt.html", code=code, sha256=sha256, found=found)


def _ours(idea_id: int) -> Shown:
    shown = queries.show(idea_id, current_user.member)
    if not shown.is_by(current_user.id):
        raise Missing
    return shown
