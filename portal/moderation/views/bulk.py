"""Many at once: one outcome, one reason, a result for each, and one way back for all."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from flask import request
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Missing, Refusal
from portal.moderation import queries, replies, services
from portal.moderation.models import Case
from portal.moderation.queries import SHELVES
from portal.moderation.views.base import OUTCOMES, desk, scope
from portal.moderation.views.blueprint import pages
from portal.moderation.views.letters import draft, with_a_letter
from portal.moderation.views.place import Place
from portal.settings import current_settings
from portal.web import ids
from portal.web.access import allowed
from portal.web.ids import row_id
from portal.web.language import words as in_words

MOST = 50
KINDS = ("idea", "comment", "report")
REASONS = tuple(reason for reason in replies.REASON_LABELS if reason != "other")
"""A letter with a gap cannot go to many."""


class Result(NamedTuple):
    """What came of one: `words` if it was not done."""

    case: Case
    done: bool
    words: str


@pages.get("/kiem-duyet/nhieu")
@allowed("moderate")
def many() -> str:
    """The head of the queue with boxes to tick, one kind at a time."""
    return _page(_kind())


@pages.post("/kiem-duyet/nhieu")
@allowed("moderate")
def decide_many() -> Any:
    """Each in a transaction of its own: what a colleague holds or has decided does not stop the others."""
    kind, outcome, reason = _kind(), OUTCOMES.get(request.form.get("outcome", "")), request.form.get("reason", "")
    if outcome not in {"approve", *with_a_letter(kind)}:
        raise Missing
    picked = request.form.getlist("case")[:MOST]
    if not picked or (outcome != "approve" and reason not in REASONS):
        return _page(kind, picked, outcome, reason, fault=True), 422
    batch = secrets.token_urlsafe(16)
    pairs = [pair.partition(":") for pair in picked]
    results = [_one(row_id(number) or 0, ids.version(version), outcome, reason, batch) for number, _, version in pairs]
    found = [result for result in results if result]
    undoable = any(result.done for result in found)
    return desk("moderation/many_done.html", now(), results=found, batch=batch if undoable else None, outcome=outcome)


@pages.post("/kiem-duyet/nhieu/<batch>/hoan-tac")
@allowed("moderate")
def undo_many(batch: str) -> str:
    """Take all of it back, as far as each may still be."""
    results = []
    for decision_id, case_id in queries.of_batch(batch, current_user.id):
        done, said = True, ""
        try:
            with transaction():
                services.undo(decision_id, current_user.member, current_settings().undo_window, now())
        except Refusal as refusal:
            done, said = False, in_words(refusal)
        results.append(Result(_found(case_id), done, said))
    if not results:
        raise Missing
    return desk("moderation/many_done.html", now(), results=results, batch=None, outcome=None)


def _one(case_id: int, version: int, outcome: str, reason: str, batch: str) -> Result | None:
    """None for what the reader may not know of."""
    case = queries.case(case_id, scope())
    if case is None:
        return None
    own = queries.own_templates(case.writer.language)
    advice = "" if outcome == "approve" else draft(case, outcome, reason, [], own)
    try:
        with transaction():
            decision = services.decide(case_id, current_user.member, version, outcome, reason, advice, now())
            if decision:
                decision.batch = batch
    except Refusal as refusal:
        return Result(_found(case_id), done=False, words=in_words(refusal))
    return Result(_found(case_id), done=decision is not None, words="")


def _found(case_id: int) -> Case:
    case = queries.case(case_id, scope())
    if case is None:
        raise Missing
    return case


def _page(
    kind: str, picked: Sequence[str] = (), chosen: str = "approve", reason: str = "", *, fault: bool = False
) -> str:
    """What may be decided together; `picked`, `chosen` and `reason` as they were sent, if something lacked."""
    which = replace(Place.here(), shelf="").which
    listed = queries.queue(
        [queries.OPEN, Case.kind == kind, *services.may_have(current_user.member), *which], limit=MOST
    )
    outcomes = ("approve", *with_a_letter(kind))
    return desk(
        "moderation/many.html",
        now(),
        listed=listed,
        kind=kind,
        kinds=KINDS,
        outcomes=outcomes,
        reasons=REASONS,
        picked=picked,
        chosen=chosen,
        reason=reason,
        fault=fault,
    )


def _kind() -> str:
    of_shelf = SHELVES.get(Place.here().shelf, KINDS)[0]
    kind = request.values.get("loai", of_shelf if of_shelf in KINDS else KINDS[0])
    if kind not in KINDS:
        raise Missing
    return kind
