"""What tests of the talk do to it, and see of it."""

from portal.database import now
from portal.discussion import services
from portal.ideas import queries as ideas
from portal.moderation import services as moderation
from tests import factories
from tests.transactions import run

CHILD = {"birth": (2012, 5)}


def post(who, idea, body="Thêm một vòi nước cạnh trạm là ổn.", **kwargs):
    return run(services.post, who, idea.id, body, now(), **kwargs)


def shown(idea):
    return ideas.show(idea.id, None).comments


def decide(case, version, outcome):
    moderator, reason = factories.member("moderator"), "" if outcome == "approve" else "other"
    return run(moderation.decide, case.id, moderator, version, outcome, reason, "Vì có lời xúc phạm trong đó.", now())


def page(client, idea, query=""):
    return client.get(f"/y-tuong/{idea.id}{query}", follow_redirects=True).text
