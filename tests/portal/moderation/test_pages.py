"""The desk as moderators see it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import services
from portal.moderation.models import Case, Decision
from tests.factories import content, member, published_idea, sign_in
from tests.portal.moderation.desk import ADVICE, again, approve, case_of, refuse, relay, waiting_case
from tests.queries import count_queries

CHILD = (2012, 5)


@pytest.fixture
def moderator(client):
    who = member("moderator", name="Minh Quân")
    sign_in(client, who)
    return who


def token(client, path):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text).group(1)


def send(client, path, seen=None, **fields):
    """Send a form as it stands on the page `seen`."""
    return client.post(path, data={"csrf_token": token(client, seen or "/gioi-thieu"), **fields})


def panes(page):
    """What stands on the page before the list of shortcuts, which names every action."""
    return page.partition('<dialog id="keys"')[0]


def hold(case, who, later=0):
    with transaction():
        services.claim(case.id, who, 600, now() + timedelta(seconds=later))


def status_of(case):
    return db.session.scalar(select(Idea.status).where(Idea.id == case.idea_id))


# --- who may come in ----------------------------------------------------------------------------


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


# --- the queue ----------------------------------------------------------------------------------


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


# --- one case -----------------------------------------------------------------------------------


def test_opening_a_case_holds_it_and_shows_text_reasons_and_facts(client, moderator):
    case = waiting_case(problem="Ở xóm em pin vứt đầy ruộng, ai cũng kêu. Hỏi em qua 0912 345 678 nhé.")
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert again(case.id).claimed_by_id == moderator.id
    for words in (
        "Bạn đang giữ",
        "tự nhả lúc",
        "ai cũng kêu",
        "số điện thoại (1)",
        "Ý tưởng đầu tiên của tác giả",
        "Tham gia",
    ):
        assert words in page


def test_the_desk_never_shows_an_address_or_a_birthday(client, moderator):
    case = waiting_case(member(birth=CHILD, email="bi.mat@example.vn"))
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert "Dưới 18 tuổi" in page
    assert "bi.mat@example.vn" not in page
    assert "2012" not in page


def test_a_case_shows_what_is_like_it(client, moderator):
    published_idea(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    case = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thủy canh")
    assert "Giống 100%" in client.get(f"/kiem-duyet/{case.id}").text


def test_a_case_costs_few_queries(client, moderator):
    case = waiting_case()
    client.get(f"/kiem-duyet/{case.id}")
    with count_queries() as counted:
        client.get(f"/kiem-duyet/{case.id}")
    assert counted.n <= 12, counted.statements


def test_a_case_that_a_colleague_holds_can_only_be_read(client, moderator):
    case = waiting_case()
    hold(case, member("moderator", name="Lan Hương"))
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert "Lan Hương đang xem mục này." in page
    assert "Duyệt đăng" not in panes(page)


def test_ones_own_idea_can_only_be_read(client, moderator):
    page = client.get(f"/kiem-duyet/{waiting_case(moderator).id}").text
    assert "Bạn không tự kiểm duyệt bài của mình." in page
    assert "Duyệt đăng" not in panes(page)


def test_a_decided_case_says_who_and_when(client, moderator):
    case = waiting_case()
    approve(case, member("moderator", name="Lan Hương"))
    assert re.search(r"Lan Hương vừa xử lý mục này lúc \d\d:\d\d\.", client.get(f"/kiem-duyet/{case.id}").text)


def test_an_idea_sent_again_shows_what_its_author_was_told(client, moderator):
    author = member()
    case = waiting_case(author, title="Thùng thu pin cũ ở thôn")
    with transaction():
        services.decide(case.id, moderator, 1, "return", "unclear", ADVICE, now())
    with transaction():
        ideas.revise(author, case.idea_id, 1, content(title="Thùng thu pin cũ ở nhà văn hoá thôn"), now())
    relay()
    page = client.get(f"/kiem-duyet/{case_of(case.idea_id).id}").text
    for words in (ADVICE, "Bản sửa lần 1", "<ins> nhà văn hoá</ins>"):
        assert words in page


def test_a_case_that_is_not_there(client, moderator):
    assert client.get("/kiem-duyet/4711").status_code == 404


def test_letting_go_frees_the_case(client, moderator):
    case = waiting_case()
    answer = send(client, f"/kiem-duyet/{case.id}/nha", f"/kiem-duyet/{case.id}")
    assert (answer.status_code, answer.location) == (303, "/kiem-duyet")
    assert again(case.id).claimed_by_id is None


def test_taking_a_case_that_a_colleague_holds_says_who(client, moderator):
    case = waiting_case()
    hold(case, member("moderator", name="Lan Hương"))
    answer = send(client, f"/kiem-duyet/{case.id}/giu", f"/kiem-duyet/{case.id}")
    assert answer.status_code == 409
    assert "Lan Hương đang xem mục này." in answer.text


# --- decisions ----------------------------------------------------------------------------------


def test_approving_leads_to_the_next_case_with_a_way_back(client, moderator):
    case, following = waiting_case(title="Bếp ăn chung cho khu trọ"), waiting_case()
    answer = send(client, f"/kiem-duyet/{case.id}/duyet", f"/kiem-duyet/{case.id}", version=1)
    assert (answer.status_code, status_of(case)) == (303, "published")
    assert answer.location.startswith(f"/kiem-duyet/{following.id}?vua=")
    page = client.get(answer.location).text
    assert "Đã duyệt “Bếp ăn chung cho khu trọ”." in page
    assert "Hoàn tác" in page
    assert again(following.id).claimed_by_id == moderator.id


def test_the_last_decision_leads_to_the_empty_queue_with_a_way_back(client, moderator):
    case = waiting_case()
    answer = send(client, f"/kiem-duyet/{case.id}/duyet", f"/kiem-duyet/{case.id}", version=1)
    page = client.get(answer.location).text
    assert "Hết việc rồi" in page
    assert "Hoàn tác" in page


def test_undoing_brings_the_case_back(client, moderator):
    case = waiting_case()
    answer = send(client, f"/kiem-duyet/{case.id}/duyet", f"/kiem-duyet/{case.id}", version=1)
    answer = send(client, f"/kiem-duyet/{case.id}/hoan-tac", answer.location)
    assert (answer.status_code, answer.location, status_of(case)) == (303, f"/kiem-duyet/{case.id}", "waiting")
    assert "Đã hoàn tác" in client.get(answer.location).text


def test_nothing_to_undo_after_the_window(client, moderator):
    case = waiting_case()
    decision = approve(case, moderator)
    with transaction():
        db.session.execute(update(Decision).values(decided_at=now() - timedelta(seconds=61)))
    assert "Hoàn tác" not in panes(client.get(f"/kiem-duyet?vua={decision.id}").text)
    assert send(client, f"/kiem-duyet/{case.id}/hoan-tac").status_code == 409


def test_only_the_moderator_who_decided_is_offered_the_undo(client, moderator):
    decision = approve(waiting_case(), member("moderator"))
    assert "Hoàn tác" not in panes(client.get(f"/kiem-duyet?vua={decision.id}").text)


def test_coming_second_says_who_was_first_and_leads_back(client, moderator):
    case = waiting_case()
    seen = token(client, f"/kiem-duyet/{case.id}")
    with transaction():
        services.release(case.id, moderator)
    approve(again(case.id), member("moderator", name="Lan Hương"))
    answer = client.post(f"/kiem-duyet/{case.id}/duyet", data={"csrf_token": seen, "version": 1})
    assert answer.status_code == 409
    assert "Lan Hương vừa xử lý mục này lúc" in answer.text
    assert 'href="/kiem-duyet"' in answer.text


# --- letters ------------------------------------------------------------------------------------


def test_the_letter_begins_with_the_reason_the_rules_suggest(client, moderator):
    case = waiting_case(
        member(name="Phương Thảo"), problem="Ở xóm em pin vứt đầy ruộng, ai cũng kêu. Hỏi 0912 345 678."
    )
    page = client.get(f"/kiem-duyet/{case.id}/nho-sua").text
    assert "Chào Phương Thảo, bạn giúp mình bỏ số điện thoại" in page


def test_choosing_a_reason_writes_its_letter(client, moderator):
    case = waiting_case()
    page = client.get(f"/kiem-duyet/{case.id}/khong-dang?ly-do=out_of_scope").text
    assert "Uỷ ban xã" in page
    assert 'value="out_of_scope"' in page


def test_the_letter_about_a_duplicate_names_the_other_idea(client, moderator):
    published_idea(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    case = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thủy canh")
    page = client.get(f"/kiem-duyet/{case.id}/nho-sua?ly-do=duplicate").text
    assert "«Mô hình nuôi cá kết hợp trồng rau thuỷ canh»" in page


def test_a_letter_without_a_reason_is_empty(client, moderator):
    page = client.get(f"/kiem-duyet/{waiting_case().id}/nho-sua?ly-do=nonsense").text
    assert "Chào" not in page


def test_the_letter_is_marked_as_being_in_the_authors_language(client, moderator):
    case = waiting_case(member(language="en"))
    assert '<div lang="en">' in client.get(f"/kiem-duyet/{case.id}/nho-sua").text


def test_there_is_no_letter_to_write_about_a_case_a_colleague_holds(client, moderator):
    case, other = waiting_case(), member("moderator")
    hold(case, other)
    answer = client.get(f"/kiem-duyet/{case.id}/nho-sua")
    assert (answer.status_code, answer.location) == (303, f"/kiem-duyet/{case.id}")


def test_asking_for_changes_sends_the_idea_back(client, moderator):
    case = waiting_case()
    path = f"/kiem-duyet/{case.id}/nho-sua"
    assert send(client, path, path, version=1, reason="unclear", advice=ADVICE).status_code == 303
    assert status_of(case) == "needs_changes"


def test_a_letter_with_faults_comes_back_as_it_was_typed(client, moderator):
    case = waiting_case()
    path = f"/kiem-duyet/{case.id}/khong-dang"
    answer = send(client, path, path, version=1, reason="", advice="Tệ lắm")
    assert answer.status_code == 422
    for words in ("<title>Lỗi: ", "Chọn một lý do", "Viết cho tác giả thêm một chút", "Tệ lắm"):
        assert words in answer.text
    assert status_of(case) == "waiting"


def test_a_lost_lease_keeps_the_letter(client, moderator):
    case = waiting_case()
    path = f"/kiem-duyet/{case.id}/nho-sua"
    seen = token(client, path)
    hold(case, member("moderator", name="Lan Hương"), later=601)
    answer = client.post(path, data={"csrf_token": seen, "version": 1, "reason": "unclear", "advice": ADVICE})
    assert answer.status_code == 409
    assert "Lan Hương đang xem mục này." in answer.text
    assert ADVICE in answer.text


# --- comments and the log -----------------------------------------------------------------------


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
    page = client.get(f"{path}?ly-do=offensive").text
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
