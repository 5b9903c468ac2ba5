"""Co-authors: asked, and there only if they say yes; an address is never said to be known."""

import pytest
from sqlalchemy import select

from portal.accounts.events import MemberRegistered
from portal.database import db, now
from portal.discussion import services as discussion
from portal.errors import Conflict, Missing, Refusal, TooMany
from portal.ideas import queries, services
from portal.ideas.models import IdeaAuthor
from portal.ideas.services import coauthors
from portal.notifications.models import Letter
from portal.outbox import services as outbox
from portal.voting import services as voting
from tests import factories
from tests.forms import send
from tests.transactions import run
from worker.reactions import REACTIONS

pytestmark = pytest.mark.one_engine_each


def invite(idea, author, whom):
    run(coauthors.invite, author, idea.id, whom, now())


@pytest.fixture
def author(app):
    return factories.member(name="Minh Anh")


@pytest.fixture
def friend(app):
    return factories.member(name="Quốc Huy", email="huy@example.vn")


def joined(idea, author, who):
    invite(idea, author, f"@{who.handle}")
    run(coauthors.accept, who, idea.id, now())


def shown_under(idea):
    return [one.display_name for one in queries.show(idea.id, None).coauthors]


def typed(idea):
    return [row.invited_as for row in queries.unanswered(idea.id)]


@pytest.mark.parametrize("whom", ["huy@example.vn", " Huy@Example.VN ", "handle", "@handle"])
def test_asked_by_address_or_handle_and_there_after_a_yes(author, friend, whom):
    idea = factories.published_idea(author)
    invite(idea, author, whom.replace("handle", friend.handle))
    assert shown_under(idea) == []
    for _ in range(2):
        run(coauthors.accept, friend, idea.id, now())
    assert shown_under(idea) == ["Quốc Huy"]
    assert typed(idea) == []


def test_a_known_an_unknown_and_an_unwilling_address_look_the_same(author, friend):
    idea = factories.published_idea(author)
    willing = factories.member(email="lan@example.vn")
    joined(idea, author, willing)
    for whom in ("huy@example.vn", "khong-ai@example.vn", "lan@example.vn"):
        invite(idea, author, whom)
    run(coauthors.decline, friend, idea.id, now())
    assert typed(idea) == ["huy@example.vn", "khong-ai@example.vn", "lan@example.vn"]


def test_who_declined_or_left_is_not_asked_again(author, friend):
    idea = factories.published_idea(author)
    joined(idea, author, friend)
    run(coauthors.decline, friend, idea.id, now())
    assert shown_under(idea) == []
    invite(idea, author, "huy@example.vn")
    assert queries.beside_of(friend.id) == []
    with pytest.raises(Missing):
        run(coauthors.accept, friend, idea.id, now())


def test_an_invitation_waits_for_an_address_to_register(author):
    idea = factories.published_idea(author)
    invite(idea, author, "moi@example.vn")
    newcomer = factories.member(email="moi@example.vn")
    run(outbox.record, MemberRegistered(newcomer.id))
    outbox.relay(REACTIONS)
    assert [one.id for one in queries.beside_of(newcomer.id)] == [idea.id]


@pytest.mark.parametrize("whom", ["", "x", "@", "hai người", "a@b", "@khongcoai99", "me"])
def test_what_is_nobody_is_refused(author, whom):
    idea = factories.published_idea(author)
    with pytest.raises(Refusal):
        invite(idea, author, author.email if whom == "me" else whom)
    assert typed(idea) == []


def test_only_the_author_invites_and_only_while_it_is_open(author, friend):
    idea = factories.published_idea(author)
    joined(idea, author, friend)
    with pytest.raises(Missing):
        invite(idea, friend, "ai@example.vn")
    run(services.withdraw, author, idea.id, "", now())
    with pytest.raises(Conflict):
        invite(idea, author, "ai@example.vn")


def test_five_at_most_and_not_a_flood(author, monkeypatch):
    idea = factories.published_idea(author)
    for n in range(5):
        invite(idea, author, f"ban-{n}@example.vn")
    with pytest.raises(Refusal, match="nhiều nhất"):
        invite(idea, author, "nua@example.vn")
    monkeypatch.setitem(coauthors.limits.LIMITS, "invite:account", (5, 86400))
    with pytest.raises(TooMany):
        invite(factories.published_idea(author), author, "nua@example.vn")


def test_an_invitation_is_taken_back_and_a_coauthor_removed_by_the_author_alone(author, friend):
    idea = factories.published_idea(author)
    invite(idea, author, "huy@example.vn")
    row = queries.unanswered(idea.id)[0]
    with pytest.raises(Missing):
        run(coauthors.cancel, friend, idea.id, row.id)
    run(coauthors.cancel, author, idea.id, row.id)
    with pytest.raises(Missing):
        run(coauthors.accept, friend, idea.id, now())
    joined(idea, author, friend)
    with pytest.raises(Missing):
        run(coauthors.remove, friend, idea.id, friend.id)
    run(coauthors.remove, author, idea.id, friend.id)
    assert shown_under(idea) == []


def test_invitations_are_forgotten_after_thirty_days(author, friend):
    idea = factories.published_idea(author)
    for whom in ("huy@example.vn", "khong-ai@example.vn"):
        invite(idea, author, whom)
    run(coauthors.decline, friend, idea.id, now())
    run(coauthors.sweep_invitations, now() + coauthors.KEEP_INVITATIONS)
    rows = db.session.execute(select(IdeaAuthor.state, IdeaAuthor.invited_as)).all()
    assert [tuple(row) for row in rows] == [("declined", None)]


# --- what it means ------------------------------------------------------------------------------


def test_a_coauthor_reads_what_waits_and_what_is_confidential(client, author, friend):
    idea = factories.idea("waiting", author, confidential="Công thức ủ nằm ở đây.")
    invite(idea, author, "huy@example.vn")
    factories.sign_in(client, friend)
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert "Minh Anh mời bạn cùng đứng tên" in page
    assert "Công thức ủ" not in page
    run(coauthors.accept, friend, idea.id, now())
    assert "Công thức ủ" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert client.get(f"/y-tuong/{idea.id}/sua").status_code == 404


def test_a_coauthors_support_ends_and_cannot_be_given(author, friend):
    idea = factories.published_idea(author)
    run(voting.cast, friend, idea.id, now())
    joined(idea, author, friend)
    outbox.relay(REACTIONS)
    assert queries.show(idea.id, None).votes == 0
    with pytest.raises(Refusal, match="tự ủng hộ"):
        run(voting.cast, friend, idea.id, now())


def test_a_minor_among_the_authors_is_a_minor_taking_part(author):
    idea, child = factories.published_idea(author), factories.member(birth=(2012, 5))
    joined(idea, author, child)
    assert run(discussion.post, factories.member(), idea.id, "Hay quá đi", now()).status == "waiting"


def test_the_page_and_the_api_name_those_who_said_yes(client, author, friend):
    idea = factories.published_idea(author)
    invite(idea, author, "huy@example.vn")
    assert "Quốc Huy" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    run(coauthors.accept, friend, idea.id, now())
    assert "cùng Quốc Huy" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    for body in (client.get(f"/api/v1/ideas/{idea.id}").json, client.get("/api/v1/ideas").json["items"][0]):
        assert body["coauthors"] == [{"handle": friend.handle, "display_name": "Quốc Huy"}]


def test_a_letter_goes_to_members_alone(author, friend):
    idea = factories.published_idea(author)
    invite(idea, author, "huy@example.vn")
    invite(idea, author, "khong-ai@example.vn")
    outbox.relay(REACTIONS)
    letters = db.session.scalars(select(Letter.recipient_id).where(Letter.kind == "co_author_invited")).all()
    assert letters == [friend.id]


# --- pages --------------------------------------------------------------------------------------


def test_the_author_invites_and_takes_back_on_a_page(client, author, friend):
    idea = factories.published_idea(author)
    factories.sign_in(client, author)
    address = f"/y-tuong/{idea.id}/dong-tac-gia"
    assert send(client, address, whom="huy@example.vn").location == address
    page = client.get(address).text
    assert "Quốc Huy" not in page
    assert "huy@example.vn" in page
    faulty = send(client, address, whom="hai người")
    assert faulty.status_code == 422
    assert "hai người" in faulty.text
    invitation = queries.unanswered(idea.id)[0].id
    assert send(client, f"{address}/bo", invitation=invitation).status_code == 303
    assert "huy@example.vn" not in client.get(address).text


def test_the_invited_finds_it_under_toi_and_answers(client, author, friend):
    idea = factories.published_idea(author, title="Tủ sách đi nhờ xe buýt")
    invite(idea, author, "huy@example.vn")
    factories.sign_in(client, friend)
    assert "Tủ sách đi nhờ xe buýt" in client.get("/toi/dong-tac-gia").text
    assert "Nhận lời" in client.get(f"/y-tuong/{idea.id}/dong-tac-gia").text
    send(client, f"/y-tuong/{idea.id}/dong-tac-gia/tra-loi", answer="yes")
    assert shown_under(idea) == ["Quốc Huy"]
    assert "Bạn cùng đứng tên" in client.get("/toi/dong-tac-gia").text
    send(client, f"/y-tuong/{idea.id}/dong-tac-gia/tra-loi", answer="no")
    assert shown_under(idea) == []
    assert "Chưa có ai mời bạn" in client.get("/toi/dong-tac-gia").text


def test_of_an_idea_that_is_not_public_the_page_does_not_exist(client, author):
    idea = factories.idea("waiting", author)
    factories.sign_in(client, factories.member())
    assert client.get(f"/y-tuong/{idea.id}/dong-tac-gia").status_code == 404
    assert send(client, f"/y-tuong/{idea.id}/dong-tac-gia", whom="a@example.vn").status_code == 404
