"""What an author answers a campaign is read, found out about and masked like the rest of their words."""

import pytest

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import Idea, IdeaVersion
from tests import factories
from tests.portal.moderation.desk import again, case_of, relay
from tests.portal.moderation.pages import send

pytestmark = pytest.mark.one_engine_each
PHONE = "0912 345 678"
ASKED = "Liên lạc với nhóm thế nào?"


@pytest.fixture
def campaign(app):
    return factories.campaign()


@pytest.fixture
def number(campaign):
    return str(factories.question(campaign, ASKED))


@pytest.fixture
def desk(client):
    return factories.sign_in(client, factories.member("moderator"))


def content(campaign, number, said, **texts):
    return factories.content(campaign=campaign.slug, answers={number: said}, **texts)


def written(campaign, number, said):
    author = factories.member()
    with transaction():
        idea = ideas.add(author, content(campaign, number, said), now())
    relay()
    return author, idea


def fresh(idea):
    return db.session.get_one(Idea, idea.id, populate_existing=True)


def test_the_desk_reads_marks_and_masks_an_answer_wherever_it_stands(desk, campaign, number):
    author, idea = written(campaign, number, f"Gọi mình {PHONE} nhé")
    with transaction():
        ideas.revise(author, idea.id, 1, content(campaign, number, f"Gọi mình {PHONE} hoặc nhắn tin"), now())
    relay()
    case = case_of(idea.id)
    assert "contact_data" in {reason.rule for reason in case.reasons}
    path = f"/kiem-duyet/{case.id}"
    page = desk.get(path).text
    assert ASKED in page
    assert PHONE in page
    assert send(desk, f"{path}/che", path, version=str(again(case.id).version)).status_code == 303
    said = [fresh(idea).answers, *db.session.scalars(db.select(IdeaVersion.content["answers"]))]
    assert len(said) == 2
    assert PHONE not in str(said)
    assert "hoặc nhắn tin" in str(said)


def test_an_edited_answer_is_never_shown_unread_and_its_change_is_named(desk, campaign, number):
    author, idea = written(campaign, number, "Qua thư của trường")
    with transaction():
        ideas.publish(idea.id, 1, db.session.get_one(Member, author.id), now())
    version, texts = fresh(idea).version, {"title": idea.title, "problem": idea.problem, "solution": idea.solution}
    with transaction():
        ideas.propose(author, idea.id, version, content(campaign, number, f"Gọi {PHONE}", **texts), now())
    relay()
    case = case_of(idea.id)
    assert case.kind == "edit"
    assert "contact_data" in {reason.rule for reason in case.reasons}
    assert fresh(idea).answers[0]["text"] == "Qua thư của trường"
    page = desk.get(f"/kiem-duyet/{case.id}").text
    assert f">{ASKED}</b>" in page
    assert "<del>Qua thư của trường</del>" in page


def test_a_trusted_authors_few_words_in_an_answer_wait_all_the_same(campaign, number, monkeypatch):
    author, idea = written(campaign, number, "Qua thư")
    with transaction():
        ideas.publish(idea.id, 1, author, now())
    monkeypatch.setattr("portal.moderation.services.editing.is_trusted", lambda _: True)
    texts = {"title": idea.title, "problem": idea.problem, "solution": idea.solution}
    with transaction():
        ideas.propose(author, idea.id, 1, content(campaign, number, "Qua thư trường", **texts), now())
    relay()
    assert not case_of(idea.id).edit.live


def test_the_api_of_the_desk_tells_them(client, campaign, number):
    _, idea = written(campaign, number, "Qua thư của trường")
    key = factories.api_key(factories.member("moderator"))
    (told,) = client.get("/api/v1/moderation/cases", headers=key).json["items"]
    assert told["idea"]["campaign_answers"] == [{"question": int(number), "label": ASKED, "text": "Qua thư của trường"}]
    assert told["idea"]["id"] == idea.id
