"""What a visitor wanted to do is done when they sign in: once, and they are back where they were."""

import html
import re

import pytest
from sqlalchemy import func, select

from portal.accounts import services
from portal.accounts.models import PendingAction
from portal.database import db, now, transaction
from portal.ideas.models import Draft
from portal.voting.models import Vote
from tests import factories
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each


def votes(idea):
    return db.session.scalar(select(func.count()).where(Vote.idea_id == idea.id))


def hold(client, idea):
    """What the vote button does for a visitor."""
    client.get("/dang-nhap")
    with client.session_transaction() as session:
        browser = session["visitor"]
    with transaction():
        services.hold(browser, "vote", idea.id, now())
    return browser


def test_a_held_vote_is_shown_while_signing_in(client):
    idea = factories.published_idea(title="Thùng thu pin cũ ở nhà văn hoá")
    hold(client, idea)
    page = client.get("/dang-nhap").text
    assert "Nhập e-mail để lượt ủng hộ được tính" in page
    assert "Lượt ủng hộ của bạn đang được giữ" in page
    assert "Thùng thu pin cũ ở nhà văn hoá" in page


def test_a_held_vote_counts_once_its_owner_signs_in(client):
    idea, who = factories.published_idea(title="Thùng thu pin cũ ở nhà văn hoá"), factories.member()
    hold(client, idea)
    assert votes(idea) == 0
    page = steps.arrive(client, who.email)
    assert page.location == f"/y-tuong/{idea.id}-thung-thu-pin-cu-o-nha-van-hoa"
    assert votes(idea) == 1
    after = client.get("/toi").text
    assert "Đã ủng hộ «Thùng thu pin cũ ở nhà văn hoá»" in after
    assert f'action="/y-tuong/{idea.id}/theo-doi"' in after


def test_a_held_vote_counts_once_its_owner_has_registered(client):
    idea = factories.published_idea()
    hold(client, idea)
    assert steps.arrive(client, "moi@example.vn").location == "/dang-ky"
    assert votes(idea) == 0
    client.post("/dang-ky", data=steps.NEWCOMER)
    assert votes(idea) == 1


def test_several_held_votes_count_together(client):
    ideas = [factories.published_idea() for _ in range(3)]
    for idea in ideas:
        hold(client, idea)
    steps.arrive(client, factories.member().email)
    assert [votes(idea) for idea in ideas] == [1, 1, 1]
    assert "Đã ủng hộ 3 ý tưởng" in client.get("/toi").text


def test_two_clicks_on_confirm_are_one_vote_and_one_session(client):
    idea, who = factories.published_idea(), factories.member()
    hold(client, idea)
    steps.ask(client, who.email)
    before = client.get_cookie("sid").value
    steps.type_code(client, steps.code_for(who.email))
    signed_in = client.get_cookie("sid").value
    client.set_cookie("sid", before)  # the second click left before the first answer came
    second = steps.type_code(client, steps.code_for(who.email))
    assert (second.status_code, second.location) == (303, "/dang-nhap/ma")
    assert second.headers.get("Set-Cookie") is None  # it must not undo the first one's cookie
    client.set_cookie("sid", signed_in)
    assert client.get("/dang-nhap/ma").location == "/toi"
    assert votes(idea) == 1


def test_the_back_button_after_signing_in_leads_on(client):
    idea, who = factories.published_idea(), factories.member()
    hold(client, idea)
    steps.arrive(client, who.email)
    for path in ("/dang-nhap", "/dang-nhap/ma", "/dang-ky", "/dang-nhap/mat-khau"):
        assert client.get(path).location == "/toi"
    assert votes(idea) == 1


def test_a_form_of_before_signing_in_asks_again_and_then_leads_on(client):
    who = factories.member()
    steps.ask(client, who.email)
    steps.type_code(client, steps.code_for(who.email))
    stale = client.post("/dang-nhap", data={"email": who.email})
    assert stale.status_code == 400
    assert f'value="{who.email}"' in stale.text


def test_the_other_tab_finds_the_visitor_signed_in(client):
    who = factories.member()
    client.get("/dang-nhap")
    steps.arrive(client, who.email)
    assert client.get("/dang-nhap").location == "/toi"


def test_two_tabs_with_two_addresses_end_with_the_last(client):
    first, second = factories.member(), factories.member()
    steps.ask(client, first.email)
    steps.ask(client, second.email)
    assert steps.type_code(client, steps.code_for(second.email)).location == "/toi"
    assert second.email in client.get("/toi").text


def test_a_vote_for_ones_own_idea_is_refused_in_words_and_signs_in_all_the_same(client):
    who = factories.member()
    hold(client, factories.published_idea(author=who))
    other = factories.published_idea()
    hold(client, other)
    steps.arrive(client, who.email)
    page = client.get("/toi").text
    assert "bạn không tự ủng hộ được" in page
    assert "Đã ủng hộ «" in page
    assert votes(other) == 1


def test_a_vote_for_an_idea_closed_meanwhile_stops_nobody(client):
    idea = factories.idea("waiting")
    hold(client, idea)
    assert steps.arrive(client, factories.member().email).location == "/toi"
    assert votes(idea) == 0
    assert db.session.scalar(select(func.count()).select_from(PendingAction)) == 0


def test_the_drafts_of_this_browser_become_the_members(client):
    client.get("/dang-nhap")
    with client.session_transaction() as session:
        draft = factories.draft(visitor=session["visitor"])
    who = factories.member()
    steps.arrive(client, who.email)
    assert db.session.scalar(select(Draft.member_id).where(Draft.id == draft.id)) == who.id


def test_the_next_on_the_same_phone_is_another_visitor(client):
    browser = hold(client, factories.published_idea())
    steps.arrive(client, factories.member().email)
    with client.session_transaction() as session:
        assert session.get("visitor") is None
        session.clear()
    client.get("/dang-nhap")
    with client.session_transaction() as session:
        assert session["visitor"] != browser


def test_reading_a_guarded_page_leads_back_to_it(client):
    assert client.get("/toi/cai-dat?x=1").location == "/dang-nhap"
    assert steps.arrive(client, factories.member().email).location == "/toi/cai-dat?x=1"


def test_an_english_reader_comes_back_to_the_english_page(client):
    assert client.get("/en/toi/cai-dat").location == "/en/dang-nhap"
    assert steps.arrive(client, factories.member().email).location == "/en/toi/cai-dat"


def test_next_in_the_address_leads_back(client):
    client.get("/dang-nhap?next=/y-tuong%3Fsort%3Dnew")
    assert steps.arrive(client, factories.member().email).location == "/y-tuong?sort=new"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "javascript:alert(1)", "/\r\nLocation: https://evil.example", "http:evil.example", "evil.example", "",
    ],
)  # fmt: skip
def test_next_never_leaves_the_portal(client, target):
    client.get("/dang-nhap", query_string={"next": target})
    assert steps.arrive(client, factories.member().email).location == "/"


def test_the_host_header_leads_nobody_away(client):
    who = factories.member()
    client.get("/toi", headers={"Host": "evil.example"})
    steps.ask(client, who.email)
    page = client.post(
        "/dang-nhap/ma", data={"code": steps.code_for(who.email)}, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert page.location == "/toi"


@pytest.mark.parametrize("path", ["/gui-y-tuong?chien-dich=xanh", "/en/y-tuong?q=rac&sort=new"])
def test_signing_in_from_the_header_leads_back_to_the_page(client, path):
    link = html.unescape(re.search(r'href="((?:/en)?/dang-nhap\?next=[^"]+)"', client.get(path).text)[1])
    client.get(link)
    with client.session_transaction() as session:
        assert session["next"] == path
    assert "next=" not in client.get("/dang-nhap").text  # nor does the page itself become the aim
