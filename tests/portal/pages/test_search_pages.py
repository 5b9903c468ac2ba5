"""Searching everything at once."""

import pytest

from portal.database import now, transaction
from portal.ideas import frequent, search
from portal.voting import services as voting
from tests import factories
from tests.portal.campaigns.campaign_rows import campaign
from tests.queries import count_queries


def test_ideas_campaigns_and_help_are_found_with_one_word(client):
    factories.published_idea(title="Rút ngắn đường đi học bằng cầu phao")
    campaign("rut-ngan", "Rút ngắn thủ tục")
    page = client.get("/tim?q=rút").text
    assert "Rút ngắn đường đi học" in page
    assert ">Rút ngắn thủ tục</a>" in page
    assert 'href="/tro-giup#rut">Rút một ý tưởng</a>' in page
    assert "Withdrawing an idea" in client.get("/en/tim?q=withdrawing").text


def test_every_section_of_the_help_page_can_be_led_to(client):
    page = client.get("/tro-giup").text
    assert "<h2>" not in page
    assert 'action="/tim"' in page


def test_without_a_word_there_is_a_place_to_type_one(client):
    page = client.get("/tim").text
    assert "<h2" not in page.partition("<main")[2].partition("</main>")[0]
    assert 'name="q"' in page


def test_many_ideas_lead_to_the_list(client):
    for _ in range(7):
        factories.published_idea()
    page = client.get("/tim?q=hop+sua").text
    assert page.count("<article") == 6
    assert 'href="/y-tuong?q=hop+sua"' in page
    assert "Xem cả 7 ý tưởng" in page


def test_nothing_found_says_what_to_try_and_what_is_near(client):
    factories.published_idea(title="Tủ sách đi nhờ xe buýt về quê")
    page = client.get("/tim?q=tủ+sách+đi+nhờ+xe+buýt+lên+trăng").text
    assert "Chưa có ý tưởng nào khớp «tủ sách đi nhờ xe buýt lên trăng»" in page
    assert "gõ không dấu" in page
    assert "Có phải bạn tìm:" in page
    assert "Tủ sách đi nhờ xe buýt về quê" in page
    assert 'href="/tim?q=t%E1%BB%A7' in client.get("/y-tuong?q=tủ+sách+lên+trăng").text


@pytest.mark.parametrize("q", ["hộp sữa", "không có gì như thế cả"])
def test_searching_is_cheap_for_a_member_too(client, q):
    who, idea = factories.member(), factories.published_idea()
    with transaction():
        voting.cast(who, idea.id, now())
    factories.sign_in(client, who).get("/tim")
    frequent.tokens(search.TITLE, search.COMMON)  # asked once in ten minutes
    with count_queries() as counted:
        client.get(f"/tim?q={q}")
    assert counted.n <= 5, counted.statements


@pytest.mark.parametrize("q", ["%00", "%ff%fe", "a" * 3000, "%3Cscript%3E", "%E2%80%8B", "' OR 1=1 --", "*", '"'])
def test_whatever_is_asked_is_answered(client, q):
    answer = client.get(f"/tim?q={q}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text.partition("<main")[2]
