"""A desk with work on it, made through the services that make it in the product."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sqlalchemy import select, update

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.events import IdeaSubmitted
from portal.moderation import services as moderation
from portal.moderation.models import Case
from portal.outbox import services as outbox
from portal.outbox.models import Fact
from tests import factories
from tests.faults.processes import NO_ANSWER
from worker.reactions import REACTIONS

ADVICE = "Bạn kể thêm ai đang gặp khó nhé, một ví dụ là đủ."
TRY_AGAIN = 503  # "the database is busy": a client of a machine under load asks again
OUTCOMES = (
    {"outcome": "approve"},
    {"outcome": "return", "reason": "unclear", "advice": ADVICE},
    {"outcome": "reject", "reason": "out_of_scope", "advice": ADVICE},
)


def waiting_cases(count: int, **values: Any) -> tuple[Member, Sequence[Any]]:
    """A moderator, and cases nobody has to do anything about any more but decide."""
    moderator = factories.member("moderator")
    with transaction():
        for n in range(count):
            author = accounts.add_member(f"tacgia{n}@example.vn", f"Tác giả {n}", now())
            idea = ideas.add(author, factories.content(**values), now(), source="demo")
            moderation.open_case(IdeaSubmitted(idea.id, idea.version), moderation.Deadlines(review=60))
        db.session.execute(update(Fact).values(state="relayed", relayed_at=now()))
        db.session.execute(update(Case).values(triaged_at=now()))
    cases = db.session.execute(select(Case.id, Case.version).where(Case.state == "open").order_by(Case.id)).all()
    db.session.commit()  # nothing stays open while the processes work
    return moderator, cases


def decide(case: Any, moderator: Member) -> None:
    with transaction():
        moderation.decide(case.id, moderator, case.version, "approve", "", "", now())


def token_of(member: Member) -> str:
    with transaction():
        return accounts.issue_token(member, now())


def answers(address: str) -> bool:
    try:
        return bool(urlopen(f"{address}/livez", timeout=2).status == 200)
    except NO_ANSWER:
        return False


def post(address: str, path: str, token: str, body: dict[str, Any] | None = None) -> int:
    """The status of an answer of the API."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    asked = Request(f"{address}/api/v1{path}", data=json.dumps(body or {}).encode(), headers=headers, method="POST")
    try:
        with urlopen(asked, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


def race(address: str, case: Any, tokens: Sequence[str]) -> Counter[int]:
    """All decide about one case at once, each in their own way; how many got which status."""

    def decide_as(n: int) -> int:
        body = {"version": case.version, **OUTCOMES[n % len(OUTCOMES)]}
        path = f"/moderation/cases/{case.id}/decision"
        while (status := post(address, path, tokens[n], body)) == TRY_AGAIN:
            pass
        return status

    with ThreadPoolExecutor(len(tokens)) as together:
        return Counter(together.map(decide_as, range(len(tokens))))


def relay_all() -> None:
    while outbox.relay(REACTIONS):
        pass
