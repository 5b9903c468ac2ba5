"""Letters about an idea with enough support: to those who wrote it, and to those who answer for it; each once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.campaigns import queries, services
from portal.campaigns.models import Campaign
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.notices.models import Notice
from portal.notifications import delivery
from portal.notifications.models import Letter
from portal.units.queries import reference
from portal.voting import goals
from portal.voting import services as voting
from portal.voting.models import SupportGoal
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories
from worker.tasks.voting import look_for_goals

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


@pytest.fixture
def officer():
    return factories.member("organiser", unit_id=reference().unit_by_code["40"].id)


def letters(kind):
    db.session.expire_all()
    return db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)).all()


def sent():
    """(to, subject, body) of what leaves now."""
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    return [(one["To"], one["Subject"], one.get_body(("plain",)).get_content()) for one in sink.taken]


def support(idea, times):
    for who in [factories.member() for _ in range(times)]:
        with transaction():
            voting.cast(who, idea.id, now())


def set_goal(idea, goal):
    """By somebody who organises everywhere."""
    actor, one = factories.member("admin"), queries.by_number(idea.campaign_id)
    with transaction():
        services.set_support(actor, one.id, one.version, goal, None, now())
    queries.forget()


def minutes_later():
    """The goals that were set have become known everywhere; the ideas that are there already are looked for."""
    with transaction():
        db.session.execute(update(Campaign).where(Campaign.goal_due_at.is_not(None)).values(goal_due_at=now()))
    look_for_goals()
    stories.relay()
    stories.gathered("now")


def test_author_and_co_author_hear_at_once_and_the_officer_of_the_unit_what_waits(officer):
    idea = stories.reached_goal("vi")
    stories.relay()
    stories.gathered("now")
    (author, subject, body), (office, asked, waits) = sent()
    writer = db.session.get(type(officer), idea.author_id)
    assert (author, office) == (writer.email, officer.email)
    assert subject.endswith("đủ 2 ủng hộ")
    assert "Đơn vị phụ trách đã được báo." in body
    assert asked.endswith("đủ ủng hộ, chờ trả lời")
    assert f"/y-tuong/{idea.id}/phan-hoi" in waits
    assert writer.display_name not in waits
    assert {(row.kind, row.letter_id is None) for row in db.session.scalars(select(Notice))} == {
        ("goal", False),
        ("goal_unit", False),
    }


def test_up_and_down_again_it_is_told_once_and_of_a_higher_goal_once_more(officer):
    idea = stories.reached_goal("vi")
    who = factories.member()
    for verb in (voting.cast, voting.take_back, voting.cast):
        with transaction():
            verb(who, idea.id, now())
    stories.relay()
    set_goal(idea, 4)
    support(idea, 1)
    stories.relay()
    set_goal(idea, 3)
    minutes_later()
    assert [letter.payload["goal"] for letter in letters("idea_goal")] == [2, 4]
    assert db.session.scalars(select(SupportGoal.goal)).all() == [4]


def test_what_was_there_before_the_goal_is_found_and_told_in_one_letter(officer):
    first = stories.reached_goal("vi", at=3)
    support(first, 1)
    slug = db.session.get(Campaign, first.campaign_id).slug
    second, few = (factories.published_idea(unit="40", campaign=slug) for _ in range(2))
    done = factories.idea("realised", unit="40", campaign=slug)
    support(second, 2)
    support(done, 2)
    support(few, 1)
    stories.relay()
    set_goal(second, 2)
    assert not goals.is_due(now())
    minutes_later()
    assert {letter.payload["idea_id"] for letter in letters("idea_goal")} == {first.id, second.id}
    assert [letter.recipient_id for letter in letters("unit_goals")] == [officer.id]
    assert "2 ý đủ ủng hộ, chờ đơn vị trả lời" in {subject for _, subject, _ in sent()}
    assert not goals.is_due(now() + timedelta(days=1))


@pytest.mark.parametrize("gone", ["withdrawn", "hidden", "merged", "removed", "realised"])
def test_nobody_is_written_to_about_an_idea_that_is_gone_by_then(officer, gone):
    idea = stories.reached_goal("vi")
    stories.relay()
    stories.gathered("now")
    with transaction():
        db.session.execute(update(Idea).where(Idea.id == idea.id).values(status=gone))
    assert sent() == []
    assert {letter.state for letter in (*letters("idea_goal"), *letters("unit_goals"))} == {"cancelled"}


def test_the_officer_chooses_daily_or_never(officer):
    stories.wants(officer, goals="daily")
    stories.reached_goal("vi")
    stories.relay()
    stories.gathered("now")
    assert letters("unit_goals") == []
    stories.gathered()
    assert (
        "Một ý tưởng ở đơn vị bạn đã đủ ủng hộ, đang chờ phản hồi."
        in {to: body for to, _, body in sent()}[officer.email]
    )
    stories.wants(officer, goals="never")
    stories.reached_goal("vi")
    stories.relay()
    stories.gathered("now")
    stories.gathered()
    assert officer.email not in {to for to, *_ in sent()}


def test_a_childs_letter_goes_to_the_guardian_without_a_name_in_its_subject():
    young = family.allowed_child()
    factories.campaign("cua-em", support_goal=1)
    idea = factories.published_idea(young, campaign="cua-em")
    support(idea, 1)
    stories.relay()
    ((to, subject, body),) = [one for one in sent() if "ủng hộ" in one[1]]
    assert to == family.PARENT
    assert young.display_name not in subject
    assert "phụ huynh" in body


def test_an_idea_without_a_unit_is_for_the_unit_of_its_campaign(officer):
    unit_id = reference().unit_by_code["40"].id
    factories.campaign("cua-tinh", unit_id, support_goal=1)
    idea = factories.published_idea(unit=None, campaign="cua-tinh")
    neighbour = factories.member(unit_id=unit_id)
    with transaction():
        voting.cast(neighbour, idea.id, now())
    stories.relay()
    kinds = select(Notice.member_id).where(Notice.kind == "goal_unit")
    assert db.session.scalars(kinds).all() == [officer.id]


def test_what_comes_with_a_duty_is_offered_to_whoever_has_it(client, officer):
    factories.sign_in(client, factories.member())
    assert "Ý đủ ủng hộ" not in client.get("/toi/thu").text
    factories.sign_in(client, officer)
    assert "Ý đủ ủng hộ" in client.get("/toi/thu").text


def test_the_co_author_is_told_as_the_author_is(officer):
    author, beside = factories.member(), factories.member()
    factories.campaign("hai-nguoi", support_goal=1)
    idea = factories.published_idea(author, campaign="hai-nguoi")
    with transaction():
        ideas.coauthors.invite(author, idea.id, f"@{beside.handle}", now())
        ideas.coauthors.accept(beside, idea.id, now())
    support(idea, 1)
    stories.relay()
    assert {letter.recipient_id for letter in letters("idea_goal")} == {author.id, beside.id}
