"""Nobody waits in silence: reminded, passed up level by level, each once, and never decided by waiting."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select, update

from portal import database
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import services
from portal.moderation.models import Case, Deadline, Move
from portal.moderation.services.deadlines import begin
from portal.outbox.models import Fact
from portal.units.queries import reference
from tests.factories import content, member, published_idea, report
from tests.portal.moderation.desk import ADVICE, THREE_DAYS, again, approve, case_of, relay, waiting_case
from tests.portal.moderation.pages import CHILD

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def later(days=0, minutes=1):
    with transaction():
        return services.keep_deadlines(THREE_DAYS, now() + timedelta(days=days, minutes=minutes))


def facts(name):
    return db.session.scalar(select(func.count()).select_from(Fact).where(Fact.name == name))


def test_a_case_begins_with_a_reminder_and_a_way_up(app):
    case = waiting_case()
    rows = db.session.execute(select(Deadline.level, Deadline.due_at).order_by(Deadline.level)).all()
    assert [(row.level, row.due_at - case.created_at) for row in rows] == [(0, 3 * DAY), (1, 4 * DAY)]


def test_nothing_happens_before_its_time(app):
    waiting_case()
    assert later(2) == 0
    assert (facts("CaseOverdue"), facts("CaseEscalated")) == (0, 0)


def test_when_it_is_due_its_moderators_are_reminded_once(app):
    case = waiting_case(unit="40")
    assert [later(3), later(3)] == [1, 0]
    assert (facts("CaseOverdue"), again(case.id).level) == (1, 0)


def test_many_that_are_due_ask_the_database_for_the_time_once(app, monkeypatch):
    for _ in range(3):
        waiting_case()
    asked, clock = [], database.now
    monkeypatch.setattr(database, "now", lambda: asked.append("time") or clock())
    assert later(3) == facts("CaseOverdue") == 3
    assert asked == ["time"]


def test_then_it_goes_to_the_unit_above_and_is_never_refused(app):
    case = waiting_case(unit="40")
    later(4)
    up = again(case.id)
    assert (up.unit_id, up.level, up.state) == (reference().centre.id, 1, "open")
    assert db.session.scalar(select(Idea.status).where(Idea.id == case.idea_id)) == "waiting"
    assert db.session.scalars(select(Move.level)).all() == [1]
    later(40)
    assert db.session.scalars(select(Move.level)).all() == [1]  # above the centre is nobody


def reported(reason, on=None):
    idea = on or published_idea(unit="40")
    report(idea, reason=reason)
    relay()
    return case_of(idea.id)


@pytest.mark.parametrize(("reason", "due"), [("danger", [1, 2]), ("spam", [24, 48])])
def test_a_report_is_reminded_of_and_goes_up_by_what_its_writer_was_promised(app, reason, due):
    case = reported(reason)
    rows = db.session.scalars(select(Deadline.due_at).order_by(Deadline.level)).all()
    assert [(at - case.created_at) / HOUR for at in rows] == due
    later(minutes=due[1] * 60 + 1)
    assert (facts("CaseOverdue"), again(case.id).level) == (1, 1)


def test_a_later_report_of_danger_brings_the_deadlines_forward(app):
    case = reported("spam")
    assert reported("danger", case.idea).id == case.id
    later(minutes=62)
    assert (facts("CaseOverdue"), again(case.id).level) == (1, 0)
    later(minutes=122)
    assert again(case.id).level == 1


def test_an_undone_decision_about_danger_has_an_hour_again(app):
    case, moderator = reported("danger"), member("moderator")
    decision = approve(case, moderator)
    later(minutes=300)
    with transaction():
        services.restore(decision.id, moderator, now() + 5 * HOUR)
    assert later(minutes=359) == 0
    later(minutes=361)
    assert again(case.id).level == 1


def test_a_case_somebody_looks_at_is_left_to_them(app):
    case, holder = waiting_case(unit="40"), member("moderator")
    with transaction():
        services.claim(case.id, holder, 600, now() + 4 * DAY)
    later(4)
    assert again(case.id).level == 0
    later(4, minutes=15)
    assert again(case.id).level == 1


def test_what_is_decided_goes_nowhere(app):
    case = waiting_case(unit="40")
    approve(case, member("moderator"))
    later(5)
    assert (facts("CaseEscalated"), again(case.id).level) == (0, 0)


def test_what_a_moderator_passed_up_does_not_go_up_again(app):
    case, moderator = waiting_case(unit="40"), member("moderator")
    with transaction():
        services.pass_on(case.id, moderator, "", "Việc của trung ương.", now())
    later(5)
    assert db.session.scalars(select(Move.level)).all() == [1]


def test_an_undone_decision_has_a_day_again(app):
    case, moderator = waiting_case(unit="40"), member("moderator")
    decision = approve(case, moderator)
    later(5)
    with transaction():
        services.restore(decision.id, moderator, now() + 5 * DAY)
    assert later(5) == 0
    later(6)
    assert again(case.id).level == 1


def test_the_centre_is_reminded_twice_and_nothing_says_it_went_up(app):
    case = waiting_case()
    later(5)
    assert (facts("CaseOverdue"), facts("CaseEscalated"), again(case.id).level) == (2, 0, 0)


# --- the author writes it anew ----------------------------------------------------------------------


def written_anew(case, **values):
    idea = again(case.id).idea
    unit = {"unit": "40", **values}
    with transaction():
        ideas.revise(db.session.get_one(Member, idea.author_id), idea.id, idea.version, content(**unit), now())
    relay()
    return again(case.id)


def test_a_new_text_stays_where_its_case_went_up_to_and_is_waited_for_anew(app):
    case = waiting_case(unit="40")
    later(4)
    anew = written_anew(case)
    assert (anew.unit_id, anew.level, anew.version) == (reference().centre.id, 1, 3)
    assert (anew.queue_at, anew.due_at - anew.idea.updated_at) == (case.queue_at, 3 * DAY)
    reminded = facts("CaseOverdue")
    later(3)
    assert facts("CaseOverdue") == reminded + 1


def test_a_new_text_stays_with_the_neighbour_it_was_referred_to_and_goes_up_from_there(app):
    case, moderator = waiting_case(unit="40"), member("moderator")
    with transaction():
        services.pass_on(case.id, moderator, "01", "Việc của tỉnh bên.", now())
    assert written_anew(case).unit_id == reference().unit_by_code["01"].id
    later(4)
    assert again(case.id).unit_id == reference().centre.id


def test_a_text_that_belongs_elsewhere_now_goes_there_and_up_again_from_there(app):
    case = waiting_case(unit="40")
    later(4)
    assert written_anew(case, unit="01").unit_id == reference().unit_by_code["01"].id
    later(4, minutes=2)
    up = again(case.id)
    assert (up.unit_id, up.level) == (reference().centre.id, 2)


def test_nobody_is_kept_from_a_new_text(app):
    case, moderator = waiting_case(member(birth=CHILD), unit="40"), member("moderator")
    with transaction():
        services.decide(case.id, moderator, 1, "reject", "unclear", ADVICE, now())
    assert again(case.id).barred_id == moderator.id
    approve(written_anew(case), moderator)
    assert again(case.id).state == "decided"


def test_many_at_once_with_two_schedulers_are_each_done_once(fresh_app):
    count = 60
    with fresh_app.app_context():
        model = waiting_case(unit="40")
        with transaction():
            rows = [
                {
                    "kind": "idea",
                    "subject": f"idea:-{n}",
                    "idea_id": model.idea_id,
                    "idea_version": 1,
                    "unit_id": model.unit_id,
                    "created_at": now() - 5 * DAY,
                    "due_at": now() - 2 * DAY,
                }
                for n in range(count - 1)
            ]
            db.session.execute(Case.__table__.insert(), rows)
            db.session.execute(update(Case).values(created_at=now() - 5 * DAY))
            db.session.execute(Deadline.__table__.delete())
            for case_id in db.session.scalars(select(Case.id)).all():
                begin(case_id, now() - 2 * DAY, DAY)

    def scheduler():
        with fresh_app.app_context():
            while services.oldest_due(now()) is not None:
                with transaction():
                    services.keep_deadlines(THREE_DAYS, now())

    both = [Thread(target=scheduler) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    with fresh_app.app_context():
        assert (facts("CaseOverdue"), facts("CaseEscalated")) == (count, count)
        assert db.session.scalar(select(func.count()).select_from(Move)) == count
