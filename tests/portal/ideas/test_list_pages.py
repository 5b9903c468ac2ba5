"""What readers see of many ideas: the list, its filters and places, the pages of a field and a province."""

import re
from urllib.parse import unquote_plus

import pytest

from portal.database import now
from portal.ideas import services
from portal.ideas.queries import overview
from portal.voting import services as voting
from tests import factories
from tests.portal.campaigns.campaign_rows import campaign
from tests.queries import count_queries
from tests.transactions import run


def titles(page):
    return re.findall(r'class="ttl"[^>]*><a [^>]*>([^<]+)<', page.text)


def test_the_list_shows_ideas_and_how_many(client):
    factories.published_idea(title="Tủ sách đi nhờ xe buýt")
    page = client.get("/y-tuong")
    assert titles(page) == ["Tủ sách đi nhờ xe buýt"]
    assert re.search(r'role="status">1 ý tưởng<', page.text)


def test_the_list_goes_on_by_a_plain_link(client):
    for _ in range(23):
        factories.published_idea()
    first = client.get("/y-tuong?sort=new")
    link = re.search(r'href="([^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = client.get(link)
    assert (len(titles(first)), len(titles(second))) == (20, 3)
    assert not set(titles(first)) & set(titles(second))
    assert 'rel="next"' not in second.text


def test_words_filters_and_sorts_stay_in_every_link(client):
    factories.published_idea(unit="40")
    page = client.get("/y-tuong?q=hop+sua&unit=40&status=published&language=vi&sort=top")
    links = [link for link in re.findall(r'href="(/y-tuong\?[^"]+)"', page.text) if "field=" in link]
    assert links
    assert all(
        word in link for link in links for word in ("q=hop", "unit=40", "status=published", "language=vi", "sort=top")
    )


def test_seven_fields_are_in_sight_and_the_chosen_one_always(client):
    page = client.get("/y-tuong?field=van-hoa-nghe-thuat")
    assert re.search(r'href="[^"]*field=van-hoa-nghe-thuat[^"]*" aria-current="true"', page.text)
    assert len(re.findall(r'class="fbtn" data-cat', page.text)) == 8


def test_what_narrows_the_list_stands_above_it_with_a_way_to_drop_it(client):
    factories.published_idea(unit="40")
    page = client.get("/y-tuong?unit=40&status=published&language=vi&sort=top")
    dropped = dict(
        re.findall(r'<a class="fbtn" href="([^"]+)"><svg.+?</svg><span class="vh">Bỏ lọc: </span>([^<]+)<', page.text)
    )
    assert list(dropped.values()) == ["Nghệ An", "Đã đăng", "Tiếng Việt"]
    assert list(dropped)[1] == "/y-tuong?sort=top&amp;unit=40&amp;language=vi"
    assert "Bỏ lọc:" not in client.get("/tinh/nghe-an").text


def test_an_empty_list_says_what_to_do(client):
    page = client.get("/y-tuong?q=khong-co-gi&field=khac")
    assert "Chưa có ý tưởng nào khớp «khong-co-gi»." in page.text
    assert "Xem tất cả ý tưởng" in page.text
    assert "Tìm trong mọi ý tưởng" in page.text


def test_ten_thousand_and_more_is_said_with_a_plus(client, monkeypatch):
    monkeypatch.setattr("portal.ideas.queries.lists.MANY", 1)
    factories.published_idea()
    factories.published_idea()
    assert "1+ ý tưởng" in client.get("/y-tuong").text


def test_the_list_is_filtered_by_campaign_and_its_chips_say_how_many(client):
    campaign("sang-tao-xanh")
    factories.published_idea(title="Dự thi sáng tạo xanh năm nay", campaign="sang-tao-xanh")
    factories.published_idea(title="Không dự thi ở đâu cả năm nay")
    page = client.get("/y-tuong").text
    assert '<option value="sang-tao-xanh">Sáng tạo xanh</option>' in page
    assert re.search(r'Môi trường <span class="num small">2</span>', page)
    page = client.get("/y-tuong?campaign=sang-tao-xanh&field=moi-truong").text
    assert '<option value="sang-tao-xanh" selected>' in page
    assert "Dự thi sáng tạo xanh" in page
    assert "Không dự thi" not in page


@pytest.mark.parametrize(
    "query", ["sort=best", "field=x", "unit=0", "status=waiting", "language=fr", "campaign=none", "after="]
)
def test_what_the_list_does_not_understand_it_passes_over(client, query):
    factories.published_idea(title="Tủ sách đi nhờ xe buýt")
    assert titles(client.get(f"/y-tuong?{query}")) == ["Tủ sách đi nhờ xe buýt"]


@pytest.mark.parametrize("sort", ["new", "top"])
def test_a_place_to_go_on_from_that_is_none_is_refused_in_words_with_a_way_to_the_top(client, sort):
    for _ in range(21):
        factories.published_idea()
    after = re.search(r"after=([\w-]+)", client.get("/y-tuong?sort=new").text)[1]
    for broken in ("bad", f"x{after}", after if sort == "top" else after[:-2]):
        answer = client.get(f"/en/y-tuong?field=moi-truong&sort={sort}&after={broken}")
        assert answer.status_code == 400
        assert "This list cannot go on from there" in answer.text
        top = re.search(r'href="([^"]+)">To the top of the list', answer.text)[1].replace("&amp;", "&")
        assert top == f"/en/y-tuong?field=moi-truong&sort={sort}"
        assert client.get(top).status_code == 200


def test_a_member_sees_what_they_support_and_what_is_theirs(client):
    who = factories.member()
    supported, mine = factories.published_idea(), factories.published_idea(who)
    run(voting.cast, who, supported.id, now())
    page = factories.sign_in(client, who).get("/y-tuong")
    assert page.text.count('aria-pressed="true"') == 1 + page.text.count('name="theme" value="auto"')
    assert "Của bạn" in page.text
    assert f'action="/y-tuong/{mine.id}/ung-ho"' not in page.text


def test_the_list_costs_five_queries_at_most(client):
    who = factories.member()
    for _ in range(21):
        factories.published_idea()
    factories.sign_in(client, who).get("/y-tuong")
    for address in ("/y-tuong", "/y-tuong?q=hộp+sữa&field=moi-truong&sort=top", "/y-tuong?q=hop&unit=40"):
        with count_queries() as counted:
            client.get(address)
        assert counted.n <= 5, counted.statements


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/tim?q=rác nhựa&field=moi-truong", "/y-tuong?q=rác nhựa&field=moi-truong"),
        ("/linh-vuc/moi-truong?sort=top", "/y-tuong?sort=top&field=moi-truong"),
        ("/tinh/nghe-an?after=x", "/y-tuong?after=x&unit=40"),
        ("/tinh/40", "/tinh/nghe-an"),
        ("/en/tinh/thanh-hoa?q=la", "/en/y-tuong?q=la&unit=38"),
    ],
)
def test_short_addresses_that_ask_for_more_lead_to_the_list(client, address, leads_to):
    answer = client.get(address)
    assert (answer.status_code, unquote_plus(answer.location)) == (301, leads_to)


def test_a_field_and_a_province_have_a_page_that_search_engines_may_show(client):
    ideas = [factories.published_idea(unit="40"), factories.published_idea(unit="38")]
    factories.published_idea(unit="40", field="nang-luong")
    for step in ("shortlisted", "adopted", "in_progress"):
        run(services.advance, ideas[0].id, step, None, now())
    overview.forget()
    field = client.get("/linh-vuc/moi-truong")
    assert "<h1>Ý tưởng về Môi trường" in field.text
    assert "0 đã áp dụng · 1 đang thử nghiệm · 2 ý tưởng · từ 2 tỉnh, thành</p>" in field.text
    assert sorted(titles(field)) == sorted(idea.title for idea in ideas)
    province = client.get("/en/tinh/nghe-an?utm_source=x").text
    assert "<h1>Ideas in Nghe An</h1>" in province
    assert "0 in use · 1 in pilot · 2 ideas</p>" in province
    for page in (field.text, province):
        assert "noindex" not in page
        assert 'rel="canonical"' in page


@pytest.mark.parametrize("address", ["/linh-vuc/x", "/tinh/x", "/tinh/tw"])
def test_a_field_or_province_that_is_none_has_no_address(client, address):
    assert client.get(address).status_code == 404
