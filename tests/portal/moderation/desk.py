"""A case as it comes about in the product: an idea is sent, its fact is relayed, the rules run."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from threading import Thread
from typing import Any

from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion.events import CommentPosted, ContentReported
from portal.errors import Refusal
from portal.ideas.events import EditProposed, EditTakenBack, IdeaSubmitted, IdeaWithdrawn
from portal.ideas.models import Idea
from portal.moderation import queries, services
from portal.moderation.models import Case, Decision
from portal.outbox import services as outbox
from portal.units.queries import reference
from tests import factories

ADVICE = "Bạn kể thêm ai đang gặp khó nhé."
WINDOW = 60
THREE_DAYS = services.Deadlines(review=259_200)
REACTIONS = {
    IdeaSubmitted: (partial(services.open_case, deadlines=THREE_DAYS),),
    IdeaWithdrawn: (services.close_case,),
    CommentPosted: (partial(services.screen_comment, deadlines=THREE_DAYS),),
    ContentReported: (partial(services.open_report_case, deadlines=THREE_DAYS),),
    EditProposed: (partial(services.open_edit_case, deadlines=THREE_DAYS),),
    EditTakenBack: (services.close_edit_case,),
}


def relay() -> None:
    """What the worker does of its own accord."""
    outbox.relay(REACTIONS)
    for case_id in services.untriaged(100):
        with transaction():
            services.triage(case_id, now())


def waiting_case(author: Member | None = None, **texts: Any) -> Case:
    """A case in the queue about an idea just sent."""
    idea = factories.idea(author=author, **texts)
    relay()
    return case_of(idea.id)


def case_of(idea_id: int) -> Case:
    """The newest case of an idea, as it is now."""
    newest = db.session.scalar(select(Case.id).where(Case.idea_id == idea_id).order_by(Case.id.desc()))
    assert newest is not None
    return again(newest)


def again(case_id: int) -> Case:
    """A case as it is now."""
    case = queries.case(case_id)
    assert case is not None
    return case


def decide(case: Case, moderator: Member, outcome: str = "approve", reason: str = "", advice: str = "") -> Decision:
    with transaction():
        return services.decide(case.id, moderator, case.version, outcome, reason, advice, now())


def approve(case: Case, moderator: Member) -> Decision:
    return decide(case, moderator)


def ask_to_change(case: Case, moderator: Member) -> Decision:
    return decide(case, moderator, "return", "unclear", ADVICE)


def refuse(case: Case, moderator: Member) -> Decision:
    return decide(case, moderator, "reject", "out_of_scope", ADVICE)


def undo(decision: Decision, moderator: Member, later: float = 0) -> Case:
    """So many seconds from now."""
    with transaction():
        return services.undo(decision.id, moderator, WINDOW, now() + timedelta(seconds=later))


def status_of(case: Case) -> str | None:
    """Of the idea that a case is about."""
    return db.session.scalar(select(Idea.status).where(Idea.id == case.idea_id))


def of_unit(code: str, **values: Any) -> Member:
    """A moderator of the unit with this code."""
    return factories.member("moderator", unit_id=reference().unit_by_code[code].id, **values)


def at_once(app: Any, act: Any, people: list[Any]) -> list[Any]:
    """What each got who did it in a thread of their own at the same time: a result, or the refusal."""
    got: list[Any] = []

    def run(who: Member) -> None:
        with app.app_context():
            try:
                got.append(act(who))
            except Refusal as refusal:
                got.append(refusal)

    threads = [Thread(target=run, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
