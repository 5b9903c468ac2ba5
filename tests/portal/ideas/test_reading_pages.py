"""What readers see: the list, an idea, what was put to use, the feed."""

import re
from urllib.parse import unquote_plus

import pytest

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import services
from portal.ideas.models import Idea
from portal.ideas.queries import overview
from portal.voting import services as voting
from tests import factories
from tests.portal.campaigns.campaign_rows import campaign
from tests.queries import count_queries


def run(verb, *args, **kwargs):
    with transaction():
        return verb(*args, **kwargs)


def page_of(client, idea, prefix=""):
    return client.get(f"{prefix}/y-tuong/{idea.id}", follow_redirects=True)


def titles(page):
    return re.findall(r'class="ttl"[^>]*><a [^>]*>([^<]+)<', page.text)


# --- the list -----------------------------------------------------------------------------------


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


# --- one idea -----------------------------------------------------------------------------------


def test_the_id_decides_and_the_slug_is_put_right(client):
    idea = factories.published_idea(title="Tủ sách đi nhờ xe buýt")
    for address in (f"/y-tuong/{idea.id}", f"/y-tuong/{idea.id}-sai", f"/en/y-tuong/{idea.id}-x?tra-loi=1"):
        answer = client.get(address)
        assert answer.status_code == 301
        assert f"/y-tuong/{idea.id}-tu-sach-di-nho-xe-buyt" in answer.location
        assert answer.location.startswith("/en/") is address.startswith("/en/")


def test_an_idea_can_be_read_whole(client):
    idea = factories.published_idea(
        factories.member(name="Minh Anh"), unit="92", start="- Một thùng", impact="Cả trường."
    )
    page = page_of(client, idea)
    for words in (
        "Minh Anh",
        "Cần Thơ",
        idea.problem,
        idea.solution,
        "<li>Một thùng</li>",
        "Cả trường.",
        "Hành trình",
        "Đã duyệt đăng",
    ):
        assert words in page.text
    assert page.text.count("<h1") == 1


def test_what_is_confidential_is_shown_to_author_and_moderators_only(app, client):
    author = factories.member()
    idea = factories.published_idea(author, confidential="Công thức bí mật 4711")
    assert "4711" not in page_of(client, idea).text
    for reader in (author, factories.member("moderator")):
        assert "4711" in page_of(factories.sign_in(app.test_client(), reader), idea).text


def test_markup_of_members_does_nothing(client):
    idea = factories.published_idea(
        title="<script>alert(1)</script> tên",
        problem="<img src=x onerror=alert(1)> [x](javascript:alert(1)) " + "chữ " * 20,
    )
    page = page_of(client, idea)
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert 'href="javascript' not in page.text


def test_a_waiting_idea_is_there_for_its_author_with_a_way_to_change_it(app, client):
    author = factories.member()
    idea = factories.idea("waiting", author)
    assert page_of(client, idea).status_code == 404
    page = page_of(factories.sign_in(app.test_client(), author), idea)
    assert "Chờ duyệt" in page.text
    assert f"/y-tuong/{idea.id}/sua" in page.text
    assert "ung-ho" not in page.text
    assert page_of(factories.sign_in(app.test_client(), factories.member()), idea).status_code == 404


def test_a_withdrawn_idea_keeps_its_page_with_the_reason(app, client):
    author = factories.member()
    idea = factories.published_idea(author)
    run(services.withdraw, author, idea.id, "done", now(), note="Gọi mình số 0912 345 678.")
    page = page_of(client, idea)
    assert "Tác giả đã rút ý tưởng này." in page.text
    assert "Lý do: Mình đã làm xong" in page.text
    assert "/ung-ho" not in page.text
    for reader in (author, factories.member("moderator")):
        assert "0912" in page_of(factories.sign_in(app.test_client(), reader), idea).text
    assert "0912" not in page.text


def test_words_that_nobody_has_checked_are_no_public_reason(client):
    author = factories.member()
    idea = factories.published_idea(author)
    run(services.withdraw, author, idea.id, "Vì lớp 8B trường mình cười.", now())
    page = page_of(client, idea)
    assert "Tác giả đã rút ý tưởng này." in page.text
    assert "Lý do" not in page.text
    assert "8B" not in page.text


def test_a_removed_idea_is_gone(client):
    idea, moderator = factories.published_idea(), factories.member("moderator")
    run(services.advance, idea.id, "removed", moderator, now())
    assert page_of(client, idea).status_code == 410
    assert client.get(f"/api/v1/ideas/{idea.id}").status_code == 410


def test_a_merged_idea_leads_to_the_other_and_says_why(client):
    idea, other, moderator = factories.published_idea(), factories.published_idea(), factories.member("moderator")
    with transaction():
        services.advance(idea.id, "merged", moderator, now())
        db.session.get_one(Idea, idea.id).merged_into_id = other.id
    assert client.get(f"/y-tuong/{idea.id}").status_code == 301
    page = page_of(client, idea)
    assert "đã được gộp vào ý này" in page.text
    assert other.title in page.text


def test_the_way_of_an_idea_is_told_with_notes_and_what_comes_next(client):
    idea, moderator = factories.idea("adopted"), factories.member("moderator")
    run(services.advance, idea.id, "in_progress", moderator, now(), note_vi="Tuần 3 trên 8.", note_en="Week 3 of 8.")
    assert re.search(
        r'Phản hồi chính thức.*Tuần 3 trên 8\..*class="now" aria-current="step"><b>Đang thử nghiệm</b>.*class="next"><b>Đã áp dụng',
        page_of(client, idea).text,
        re.DOTALL,
    )
    assert "Week 3 of 8." in page_of(client, idea, "/en").text


def test_like_ideas_are_beside_an_idea(client):
    idea = factories.published_idea(title="Trạm đổi vỏ hộp sữa lấy cây giống")
    factories.published_idea(title="Trạm đổi vỏ hộp sữa lấy sách cũ")
    assert "Ý tưởng gần giống" in page_of(client, idea).text


def test_the_page_of_an_idea_costs_five_queries_at_most(client):
    who = factories.member()
    idea = factories.published_idea(title="Trạm đổi vỏ hộp sữa lấy cây giống")
    factories.published_idea(title="Trạm đổi vỏ hộp sữa lấy sách cũ")
    parent = run(discussion.post, who, idea.id, "Hay quá", now())
    run(discussion.post, who, idea.id, "Thật vậy", now(), parent_id=parent.id)
    run(voting.cast, who, idea.id, now())
    author = db.session.get_one(Member, idea.author_id)
    for reader in (who, author):
        address = page_of(factories.sign_in(client, reader), idea).request.path
        with count_queries() as counted:
            page = client.get(address)
        assert "Thật vậy" in page.text
        assert counted.n <= 5, counted.statements


def test_an_english_reader_finds_words_in_english_and_the_idea_as_written(client):
    idea = factories.published_idea(unit="40")
    page = page_of(client, idea, "/en")
    assert '<html lang="en"' in page.text
    assert f'<h1 class="title-big" lang="vi">{idea.title}</h1>' in page.text


# --- the rest -----------------------------------------------------------------------------------


def test_likeness_is_a_hint_for_the_form_and_never_in_the_way(client):
    factories.published_idea(title="Trạm đổi vỏ hộp sữa lấy cây giống")
    assert "Có 1 ý tưởng gần giống" in client.get("/y-tuong/goi-y?title=Trạm đổi vỏ hộp sữa").text
    for title in ("", "Trạm", "x" * 5000, "Chuyện khác hẳn không liên quan"):
        assert client.get("/y-tuong/goi-y", query_string={"title": title}).text.strip() == ""


def test_what_was_put_to_use_is_told_with_notes(client):
    idea, moderator = factories.idea("in_progress"), factories.member("moderator")
    assert "Đang thử nghiệm" in client.get("/da-ap-dung").text
    run(
        services.advance,
        idea.id,
        "realised",
        moderator,
        now(),
        note_vi="Nay đã có ở 12 trường.",
        note_en="In 12 schools.",
    )
    assert "Nay đã có ở 12 trường." in client.get("/da-ap-dung").text
    assert "In 12 schools." in client.get("/en/da-ap-dung").text


def test_nothing_put_to_use_yet_is_said_honestly(client):
    assert "Chưa có ý tưởng nào được áp dụng" in client.get("/da-ap-dung").text
