"""One's own votes: seen by nobody else, each with a receipt that only its owner can check."""

import re
from datetime import UTC, datetime

import pytest

from portal.database import now, transaction
from portal.ideas import services as ideas
from portal.voting import receipts
from portal.voting import services as voting
from tests import factories
from tests.portal.accounts.family import child
from tests.queries import count_queries

AT = datetime(2026, 11, 26, 5, 0, 0, 123456, tzinfo=UTC)


def support(who, idea, verb=voting.cast):
    with transaction():
        verb(who, idea.id, now())


def receipt_on(page):
    return re.search(r"<code>([^<]+)</code>", page)[1]


def test_a_receipt_says_again_what_was_written():
    typed = receipts.write("key", 7, 18, AT)
    assert receipts.read("key", 7, f" {typed[:9]} {typed[9:]}\n") == receipts.Receipt(18, AT)


@pytest.mark.parametrize(
    ("key", "member_id", "change"),
    [
        ("other", 7, str),
        ("key", 8, str),
        ("key", 7, lambda typed: "19" + typed[2:]),
        ("key", 7, lambda typed: typed[:-1] + ("A" if typed[-1] != "A" else "B")),
        ("key", 7, lambda typed: typed.lower()),
        ("key", 7, lambda typed: typed + "A"),
        ("key", 7, lambda _: "\0" * 50),
        ("key", 7, lambda _: "9" * 19 + "-zzzzzzzzzzzz-AAAAAAAAAAAAAAAA"),
    ],
)
def test_what_we_never_wrote_for_this_member_is_no_receipt(key, member_id, change):
    assert receipts.read(key, member_id, change(receipts.write("key", 7, 18, AT))) is None


def test_the_page_shows_ones_own_votes_newest_first(client):
    who = factories.member()
    older, newer, hidden = (factories.published_idea(title=f"Ý tưởng được ủng hộ thứ {n}") for n in range(3))
    for idea in (older, newer, hidden):
        support(who, idea)
    support(factories.member(), factories.published_idea(title="Ý tưởng của người khác ủng hộ"))
    with transaction():
        ideas.advance(hidden.id, "hidden", None, now())
    factories.sign_in(client, who)
    with count_queries() as counted:
        page = client.get("/toi/ung-ho").text
    assert counted.n <= 5
    assert page.index(newer.title) < page.index(older.title)
    assert f"Ý tưởng số {hidden.id}, nay không còn trong danh sách" in page
    assert hidden.title not in page
    assert "người khác" not in page


def test_a_receipt_is_checked_by_its_owner_alone(app, client):
    who, idea = factories.member(), factories.published_idea()
    support(who, idea)
    factories.sign_in(client, who)
    typed = receipt_on(client.get("/toi/ung-ho").text)
    assert "lượt đó đang được tính" in client.get(f"/toi/ung-ho?bien-nhan={typed}").text
    assert "Không phải biên nhận" in client.get(f"/toi/ung-ho?bien-nhan={typed[:-1]}").text
    other = factories.sign_in(app.test_client(), factories.member())
    assert "Không phải biên nhận" in other.get(f"/toi/ung-ho?bien-nhan={typed}").text
    support(who, idea, voting.take_back)
    assert "Lượt đó nay không còn" in client.get(f"/toi/ung-ho?bien-nhan={typed}").text


def test_many_votes_go_on_by_a_link(client, monkeypatch):
    monkeypatch.setattr("portal.voting.queries.MINE", 1)
    who = factories.member()
    older, newer = factories.published_idea(), factories.published_idea()
    for idea in (older, newer):
        support(who, idea)
    factories.sign_in(client, who)
    first = client.get("/toi/ung-ho").text
    assert (newer.title in first, older.title in first) == (True, False)
    link = re.search(r'href="(/toi/ung-ho\?after=[\d.-]+)"', first)[1]
    assert older.title in client.get(link).text
    support(who, newer, voting.take_back)
    assert older.title in client.get(link).text
    assert client.get("/toi/ung-ho?after=99999999999.000000-1").status_code == 400


def test_no_votes_yet_is_an_invitation(client):
    assert "Bạn chưa ủng hộ ý nào" in factories.sign_in(client, factories.member()).get("/toi/ung-ho").text


def test_nowhere_is_told_who_supported(client):
    who = factories.member(name="Người ủng hộ kín tiếng")
    idea = factories.published_idea()
    support(who, idea)
    for address in (f"/y-tuong/{idea.id}", "/y-tuong", "/", f"/api/v1/ideas/{idea.id}", "/feeds/ideas.atom"):
        answer = client.get(address, follow_redirects=True).text
        assert who.display_name not in answer
        assert who.handle not in answer


def test_a_childs_held_votes_are_listed_as_what_they_are(client):
    waiting = child()
    idea = factories.published_idea(title="Ý tưởng mà một bạn nhỏ ủng hộ")
    support(waiting, idea)
    page = factories.sign_in(client, waiting).get("/toi/ung-ho").text
    assert "Ý tưởng mà một bạn nhỏ ủng hộ" in page
    assert "Được tính khi phụ huynh đồng ý" in page
    assert "<code>" not in page  # no receipt for what does not count yet
    assert "Bạn chưa ủng hộ ý nào" not in page
