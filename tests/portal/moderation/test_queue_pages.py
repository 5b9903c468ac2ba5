"""The queue and the log as moderators see them, and who may see them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.moderation.models import Case
from tests.factories import member, published_idea, sign_in
from tests.portal.moderation.desk import case_of, refuse, relay, waiting_case
from tests.portal.moderation.pages import CHILD, choose, hold, panes, send
from tests.queries import count_queries


@pytest.mark.parametrize("path", ["/kiem-duyet", "/kiem-duyet/nhat-ky", "/kiem-duyet/{}", "/kiem-duyet/{}/nho-sua"])
def test_the_desk_does_not_exist_for_members(client, path):
    case = waiting_case()
    sign_in(client, member())
    assert client.get(path.format(case.id)).status_code == 404


@pytest.mark.parametrize("role", ["moderator", "organiser", "admin"])
def test_the_desk_is_open_to_staff(client, role):
    waiting_case()
    sign_in(client, member(role))
    assert client.get("/kiem-duyet").status_code == 200


def test_an_empty_queue_says_thanks(client, moderator):
    assert "Hết việc rồi. Cảm ơn bạn." in client.get("/kiem-duyet").text


def test_the_queue_shows_urgent_first_with_its_flags(client, moderator):
    waiting_case(title="Bếp ăn chung cho khu trọ công nhân")
    text = "Em thấy pin vứt đầy ruộng, ai cũng kêu. Liên hệ em qua 0912 345 678 nhé."
    waiting_case(member(birth=CHILD), title="Xe đạp cũ cho học sinh vùng cao", problem=text)
    page = client.get("/kiem-duyet").text
    assert "2 mục chờ" in page
    assert page.index("An toàn trẻ em") < page.index("Xe đạp cũ") < page.index("Bếp ăn chung")


def test_the_queue_says_who_looks_at_what_and_what_is_late(client, moderator):
    case = waiting_case()
    hold(case, member("moderator", name="Lan Hương"))
    with transaction():
        db.session.execute(update(Case).values(due_at=now() - timedelta(hours=1)))
    page = client.get("/kiem-duyet").text
    assert "Lan Hương đang xem" in page
    assert "Quá hạn" in page


def test_the_queue_costs_few_queries_however_long_it_is(client, moderator):
    for _ in range(6):
        waiting_case()
    client.get("/kiem-duyet")
    with count_queries() as counted:
        client.get("/kiem-duyet")
    assert counted.n <= 5, counted.statements


def test_the_queue_goes_on_after_a_page(client, moderator):
    titles = [waiting_case(title=f"Ý thứ {n:02} của hàng chờ").idea.title for n in range(22)]
    first = client.get("/kiem-duyet").text
    more = re.search(r'href="(/kiem-duyet\?after=\d+)"', first).group(1)
    second = client.get(more).text
    assert [title for title in titles if title in first] == titles[:20]
    assert [title for title in titles if title in second] == titles[20:]


def test_the_queue_stands_in_english_too(client, moderator):
    waiting_case()
    assert client.get("/en/kiem-duyet").status_code == 200


def test_a_comment_is_judged_without_being_sent_back(client, moderator):
    child, about = member(birth=CHILD), published_idea()
    with transaction():
        discussion.post(child, about.id, "Trường em cũng muốn làm ạ.", now())
    relay()
    case = case_of(about.id)
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert "Trường em cũng muốn làm ạ." in page
    assert "Nhờ sửa" not in panes(page)
    assert client.get(f"/kiem-duyet/{case.id}/nho-sua").status_code == 404


def test_a_refused_comment_needs_a_note_and_promises_no_letter(client, moderator):
    child, about = member(birth=CHILD), published_idea()
    with transaction():
        discussion.post(child, about.id, "Trường em cũng muốn làm ạ.", now())
    relay()
    path = f"/kiem-duyet/{case_of(about.id).id}/khong-dang"
    page = choose(client, path, "offensive")
    assert "Không đăng bình luận này vì: lời lẽ xúc phạm." in page
    answer = send(client, path, path, version=1, reason="offensive", advice="Không đăng bình luận này vì: chửi bậy.")
    done = client.get(answer.location).text
    assert "Không đăng bình luận ở" in done
    assert "Thư gửi sau" not in done


def test_the_log_tells_who_decided_what(client, moderator):
    case = waiting_case()
    refuse(case, member("moderator", name="Lan Hương"))
    page = client.get("/kiem-duyet/nhat-ky").text
    for words in (case.idea.title, "Lan Hương", "Không đăng", "Ngoài phạm vi"):
        assert words in page


def test_an_empty_log_says_so(client, moderator):
    assert "Chưa có quyết định nào." in client.get("/kiem-duyet/nhat-ky").text
