"""Ideas that answer what their campaign asks."""

from portal.campaigns import asking
from portal.database import db, now, transaction
from portal.ideas import services
from portal.ideas.models import Idea
from tests import factories

COST, COST_EN = "Cần bao nhiêu tiền để bắt đầu?", "How much money to begin?"
TRIED = {"label_vi": "Bạn đã thử chưa?", "kind": "choice", "choices": "Chưa thử | Not yet\nĐã thử | Tried it"}


def fresh(idea_id):
    return db.session.get_one(Idea, idea_id, populate_existing=True)


def organiser():
    return factories.member("organiser")


def drop(campaign, number):
    by = organiser()
    with transaction():
        asking.drop(campaign.id, number, by)


def publish(idea):
    by = organiser()
    with transaction():
        services.publish(idea.id, idea.version, by, now())


def answered(campaign, number, text="Khoảng 300 nghìn", status="published", who=None):
    """An idea that was written with an answer, then brought to a state."""
    who = who or factories.member()
    with transaction():
        content = factories.content(campaign=campaign.slug, answers={str(number): text})
        idea = services.add(who, content, now())
    if status == "published":
        publish(idea)
    return fresh(idea.id), who
