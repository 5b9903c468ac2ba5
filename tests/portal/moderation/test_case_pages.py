"""One case as a moderator sees it."""

import re

import pytest

from portal.attachments.models import Attachment
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import IdeaVersion
from portal.moderation import queries, services
from tests.factories import api_key, content, idea, member, published_idea, report, sign_in
from tests.portal.accounts import family
from tests.portal.moderation.desk import ADVICE, again, approve, case_of, relay, waiting_case
from tests.portal.moderation.pages import CHILD, hold, panes, send
from tests.queries import count_queries


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
    assert "Dưới 16 tuổi" in page
    assert "bi.mat@example.vn" not in page
    assert "2012" not in page


def test_a_case_shows_what_is_like_it(client, moderator):
    published_idea(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    case = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thủy canh")
    assert "Giống 100%" in client.get(f"/kiem-duyet/{case.id}").text


def test_what_is_like_it_is_public_or_of_the_readers_units(client):
    titles = {status: f"Mô hình nuôi cá kết hợp trồng rau thuỷ canh {status}" for status in ("published", "waiting")}
    author = member()
    elsewhere = idea(author=author, title=titles["waiting"], unit="01")
    published_idea(title=titles["published"], unit="01")
    case = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh", unit="40")
    sign_in(client, member("moderator", unit_id=case.unit_id))
    path = f"/kiem-duyet/{case.id}"
    page = client.get(path).text
    assert titles["published"] in page
    assert titles["waiting"] not in page
    sign_in(client, member("moderator"))
    with transaction():
        services.release(case.id, again(case.id).claimed_by)
    assert titles["waiting"] in client.get(path).text, "the centre's know of everything"
    with transaction():
        ideas.withdraw(author, elsewhere.id, "rethink", now())
    relay()
    assert titles["waiting"] not in client.get(path).text


def test_a_case_shows_the_pictures_and_files_of_its_idea(client, moderator):
    case = waiting_case()
    about = {"idea_id": case.idea_id, "size": 2048, "width": 640, "height": 480, "created_at": now()}
    with transaction():
        db.session.add(Attachment(token="anh", kind="image", name="a.webp", alt="Cổng trường giờ tan học", **about))
        db.session.add(Attachment(token="tep", kind="pdf", name="Bản vẽ.pdf", **about))
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert 'src="/tep/anh"' in page
    assert 'alt="Cổng trường giờ tan học"' in page
    assert "Bản vẽ.pdf" in page


def test_a_case_costs_few_queries(client, moderator):
    case = waiting_case()
    client.get(f"/kiem-duyet/{case.id}")
    with count_queries() as counted:
        client.get(f"/kiem-duyet/{case.id}")
    assert counted.n <= 14, counted.statements


def test_a_case_that_a_colleague_holds_can_only_be_read(client, moderator):
    case = waiting_case()
    hold(case, member("moderator", name="Lan Hương"))
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert "Lan Hương đang xem mục này, giữ đến" in page
    assert "Duyệt đăng" not in panes(page)


def test_ones_own_idea_can_only_be_read(client, moderator):
    page = client.get(f"/kiem-duyet/{waiting_case(moderator).id}").text
    assert "Bạn không tự kiểm duyệt bài của mình." in page
    assert "Duyệt đăng" not in panes(page)


@pytest.mark.parametrize("near", ["own", "family", "reporter"])
def test_whoever_is_near_to_a_text_reads_it_and_nothing_that_is_said_of_it(client, near):
    who, proposer, other = member("moderator", email=family.PARENT), member("moderator"), member("moderator")
    author = {"own": who, "family": family.allowed_child(), "reporter": member()}[near]
    secret = "Em chỉ kể riêng với người duyệt."
    about = {"problem": "Ở xóm em pin vứt đầy ruộng, ai cũng kêu. Hỏi 0912 345 678.", "confidential": secret}
    if near == "reporter":
        reported = published_idea(author, **about)
        report(reported, who)
        report(reported, note="Bạn lớp 6A kể với em.")
        relay()
        case = case_of(reported.id)
    else:
        case = waiting_case(author, **about)
        with transaction():
            heavy = services.Heavier(remove=True)
            services.decide(case.id, proposer, 1, "reject", "privacy", ADVICE, now(), heavier=heavy)
    with transaction():
        services.add_note(case.id, other, "Mình đã gọi cho nhà trường.", now())
    path, told = f"/kiem-duyet/{case.id}", ("Mình đã gọi cho nhà trường.", secret, "số điện thoại", ADVICE, "lớp 6A")
    sign_in(client, other)
    seen = client.get(path).text
    assert [words for words in told if words not in seen] == [told[4] if near != "reporter" else told[3]]
    with transaction():
        services.release(case.id, other)
    sign_in(client, who)
    page = client.get(path).text
    assert "ai cũng kêu" in page
    assert [words for words in told if words in page] == []
    assert send(client, f"{path}/ghi-chu", "/gioi-thieu", note="Ai báo vậy?").status_code == 404
    with transaction():
        note = services.add_note(case.id, other, f"Hỏi @{who.handle} thử xem, hoặc @{proposer.handle}.", now())
    assert services.called(note) == [proposer.id]
    body = client.get("/api/v1/moderation/cases", headers=api_key(who)).json["items"][0]
    assert (body["id"], body["reasons"]) == (case.id, [])


def test_a_parent_who_moderates_reads_no_more_of_their_childs_idea_than_others_do(client):
    secret = "Em chỉ kể riêng với người duyệt."
    child, parent = family.allowed_child(), member("moderator", email=family.PARENT)
    shown, waiting = published_idea(child, confidential=secret), waiting_case(child, confidential=secret)
    sign_in(client, parent)
    page = client.get(f"/y-tuong/{shown.id}", follow_redirects=True)
    assert (page.status_code, secret in page.text) == (200, False)
    assert client.get(f"/y-tuong/{waiting.idea_id}", follow_redirects=True).status_code == 404
    sign_in(client, member("moderator"))
    for idea_id in (shown.id, waiting.idea_id):
        assert secret in client.get(f"/y-tuong/{idea_id}", follow_redirects=True).text


@pytest.mark.parametrize("near", ["own", "family"])
def test_a_moderator_hears_of_a_report_of_their_own_text_when_everybody_else_would(client, near):
    who, colleague = member("moderator", email=family.PARENT), member("moderator")
    reported = published_idea(who if near == "own" else family.allowed_child(), title="Sân chơi chung sau nhà văn hoá")
    report(reported, reason="danger")
    relay()
    path = f"/kiem-duyet/{case_of(reported.id).id}"
    sign_in(client, who)
    assert client.get(path).status_code == 404
    assert reported.title not in client.get("/kiem-duyet").text
    assert client.get("/api/v1/moderation/cases", headers=api_key(who)).json["items"] == []
    sign_in(client, colleague)
    assert client.get(path).status_code == 200
    assert reported.title in client.get("/kiem-duyet").text


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
    assert "Lan Hương đang xem mục này, giữ đến" in answer.text


def test_a_case_counts_what_its_author_changed_before_it_and_nobody_else(client, moderator):
    author = member()
    case = waiting_case(author)
    with transaction():
        for number, by in enumerate((author, moderator, author), 1):
            said = {"idea_id": case.idea_id, "version": number, "at": now(), "by_id": by.id, "content": {}}
            db.session.add(IdeaVersion(**said))
        again(case.id).idea_version = 3
    assert queries.case(case.id).revisions == 1
