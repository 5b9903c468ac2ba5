"""What readers see of one idea; likeness, and what was put to use."""

import re

import pytest

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import services
from portal.ideas.models import Idea
from portal.voting import services as voting
from portal.web.templating import markdown
from tests import factories
from tests.queries import count_queries
from tests.transactions import run


def page_of(client, idea, prefix=""):
    return client.get(f"{prefix}/y-tuong/{idea.id}", follow_redirects=True)


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


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Xem ![bến xe](https://a.example/x.png) nhé", '<p>Xem <a href="https://a.example/x.png" rel="nofollow ugc noopener">bến xe</a> nhé</p>'),
        ("![](https://a.example/?a=1&b=2)", '<p><a href="https://a.example/?a=1&amp;b=2" rel="nofollow ugc noopener">https://a.example/?a=1&amp;b=2</a></p>'),
        ("[![xe](https://a.example/x.png)](https://b.example)", '<p><a href="https://b.example" rel="nofollow ugc noopener">xe</a></p>'),
        ("[đọc](https://b.example) ![ ](https://a.example)", '<p><a href="https://b.example" rel="nofollow ugc noopener">đọc</a> <a href="https://a.example" rel="nofollow ugc noopener">https://a.example</a></p>'),
        ("Hay quá! [đọc](https://a.example)", '<p>Hay quá! <a href="https://a.example" rel="nofollow ugc noopener">đọc</a></p>'),
    ],
)  # fmt: skip
def test_a_picture_of_elsewhere_is_a_link_to_it(source, shown):
    assert markdown(source).strip() == shown


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
