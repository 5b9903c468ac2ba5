"""What hangs beside a text is read like it: by the rules, and by a person before it goes up."""

import pytest
from sqlalchemy import select

from portal.attachments import services as attachments
from portal.attachments.models import Attachment
from portal.attachments.reading import File
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.ideas.models import Idea
from portal.moderation import services
from portal.notices.models import Notice
from tests import factories
from tests.portal.moderation.desk import case_of, relay, waiting_case
from tests.portal.moderation.pages import send
from tests.portal.moderation.test_seconding import OTHER
from tests.portal.notifications import stories

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def with_file(idea, alt="Cổng trường nhìn từ đường", name="cong.jpg"):
    kept = attachments.prepare(File("image", name, b"RIFF", 100, 100), alt, now())
    kept.idea_id = idea.id
    with transaction():
        db.session.add(kept)
    return kept


@pytest.fixture
def trusted():
    author, who = factories.member(), factories.member("moderator")
    case = waiting_case(author)
    with transaction():
        services.decide(case.id, who, 1, "approve", "", "", now(), trusting=True)
    return author


@pytest.mark.parametrize(("filed", "status"), [(True, "waiting"), (False, "published")])
def test_an_idea_with_a_picture_waits_for_a_person_whoever_wrote_it(trusted, filed, status):
    idea = factories.idea("waiting", trusted, **OTHER)
    if filed:
        with_file(idea)
    relay()
    assert db.session.scalar(select(Idea.status).where(Idea.id == idea.id)) == status


@pytest.mark.parametrize("where", ["alt", "name"])
def test_a_telephone_number_beside_a_picture_is_found_and_masked(where):
    idea = factories.idea("waiting")
    kept = with_file(idea, **{where: "Gọi bạn An số 0912345678"})
    relay()
    case = case_of(idea.id)
    assert "contact_data" in {reason.rule for reason in case.reasons}
    who = factories.member("moderator")
    with transaction():
        services.mask(case.id, who, case.version, {"phone": "[đã che]"}, now())
    after = db.session.get_one(Attachment, kept.id, populate_existing=True)
    assert "0912345678" not in getattr(after, where)
    assert "Gọi bạn An" in getattr(after, where)


def test_the_desk_takes_a_file_off_what_is_public_and_its_author_is_told(client):
    author, who = factories.member(), factories.member("moderator")
    idea = factories.published_idea(author)
    kept = with_file(idea)
    factories.report(idea)
    relay()
    case = case_of(idea.id)
    version = db.session.scalar(select(Idea.version).where(Idea.id == idea.id))
    factories.sign_in(client, who)
    path = f"/kiem-duyet/{case.id}"
    assert f"{path}/bo-tep/{kept.token}" in client.get(path).text
    assert send(client, f"{path}/bo-tep/{'x' * 43}", path).status_code == 404
    assert send(client, f"{path}/bo-tep/{kept.token}", path).location == path
    assert db.session.scalars(select(Attachment)).all() == []
    assert db.session.scalar(select(Idea.version).where(Idea.id == idea.id)) == version
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "case.file"))
    assert (entry.actor_id, entry.object_id) == (who.id, case.id)
    stories.relay()
    told = db.session.scalars(select(Notice.kind).where(Notice.member_id == author.id)).all()
    assert told == ["file_off"]
    assert send(client, f"{path}/bo-tep/{kept.token}", path).status_code == 404


def test_nobody_takes_a_file_off_a_case_that_another_holds_or_that_is_of_another_idea(client):
    idea, other = factories.idea("waiting"), factories.idea("waiting")
    kept, theirs = with_file(idea), with_file(other)
    relay()
    case, holder, who = case_of(idea.id), factories.member("moderator"), factories.member("moderator")
    with transaction():
        services.claim(case.id, holder, 600, now())
    factories.sign_in(client, who)
    path = f"/kiem-duyet/{case.id}"
    assert "bo-tep" not in client.get(path).text
    assert send(client, f"{path}/bo-tep/{kept.token}", path).status_code == 409
    assert send(factories.sign_in(client, holder), f"{path}/bo-tep/{theirs.token}", path).status_code == 404
    assert len(db.session.scalars(select(Attachment)).all()) == 2
