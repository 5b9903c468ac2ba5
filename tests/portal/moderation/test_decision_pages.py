"""Decisions and letters as a moderator makes them."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import replies, services
from portal.moderation.models import Decision
from tests.factories import comment, content, member, published_idea, report
from tests.portal.moderation.desk import ADVICE, again, approve, case_of, relay, status_of, waiting_case
from tests.portal.moderation.pages import choose, hold, panes, send, token


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


def test_the_letter_begins_with_the_reason_the_rules_suggest(client, moderator):
    case = waiting_case(
        member(name="Phương Thảo"), problem="Ở xóm em pin vứt đầy ruộng, ai cũng kêu. Hỏi 0912 345 678."
    )
    page = client.get(f"/kiem-duyet/{case.id}/nho-sua").text
    assert "Chào Phương Thảo, bạn giúp mình bỏ số điện thoại" in page


def test_choosing_a_reason_writes_its_letter(client, moderator):
    case = waiting_case()
    page = choose(client, f"/kiem-duyet/{case.id}/khong-dang", "out_of_scope")
    assert "Uỷ ban xã" in page
    assert 'value="out_of_scope"' in page


def test_the_keyboard_begins_at_the_reason_that_is_proposed_not_at_the_first(client, moderator):
    case = waiting_case(problem="Cả xóm em ai cũng bảo nó là đồ chó, thấy ghét lắm, nói mãi mà không ai chịu nghe.")
    dialog = client.get(f"/kiem-duyet/{case.id}").text.partition('<dialog id="reject"')[2].partition("</dialog>")[0]
    (begun,) = re.findall(r"<input[^>]* autofocus>", dialog)
    assert 'value="offensive"' in begun


@pytest.mark.parametrize("outcome", ["nho-sua", "khong-dang"])
def test_another_reason_leaves_the_words_of_a_moderator_and_writes_over_no_others(client, moderator, outcome):
    case = waiting_case(member(name="Phương Thảo"))
    path = f"/kiem-duyet/{case.id}/{outcome}"
    own = "Chào Thảo, hôm qua mình đọc bài của bạn ở chi đoàn."
    page = choose(client, path, "advert", reason="unclear", advice=own, remove="1")
    assert own in page
    assert 'name="reason" value="advert"' in page
    if outcome == "khong-dang":
        assert 'name="remove" value="1" checked' in page
    untouched = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", choose(client, path, "advert"), re.DOTALL)[1]
    assert "Chào Phương Thảo" in untouched
    assert "xúc phạm" in choose(client, path, "offensive", reason="advert", advice=html.unescape(untouched))
    assert status_of(case) == "waiting"


def test_words_typed_while_a_colleague_took_the_case_come_back_with_another_reason(client, moderator):
    case = waiting_case()
    seen = token(client, f"/kiem-duyet/{case.id}")
    hold(case, member("moderator"), later=1000)
    fields = {"csrf_token": seen, "version": 1, "choose": "advert", "advice": "Chào bạn, mình viết riêng."}
    answer = client.post(f"/kiem-duyet/{case.id}/nho-sua", data=fields)
    assert answer.status_code == 409
    assert "Chào bạn, mình viết riêng." in answer.text


def test_an_idea_chosen_to_merge_into_is_still_chosen_when_it_cannot_be(client, moderator):
    published_idea(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    second = published_idea(title="Mô hình nuôi cá kết hợp trồng rau thủy canh tại nhà")
    path = f"/kiem-duyet/{waiting_case(title='Mô hình nuôi cá kết hợp trồng rau thủy canh').id}/gop"
    answer = send(client, path, path, version=1, into=second.id, number="#99999")
    assert answer.status_code == 422
    assert 'name="number" value="#99999"' in answer.text
    assert re.findall(r'name="into" value="(\d+)" checked', answer.text) == [str(second.id)]


def test_the_letter_about_a_duplicate_names_the_other_idea(client, moderator):
    published_idea(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    case = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thủy canh")
    page = choose(client, f"/kiem-duyet/{case.id}/nho-sua", "duplicate")
    assert "«Mô hình nuôi cá kết hợp trồng rau thuỷ canh»" in page


@pytest.mark.parametrize("status", ["waiting", "rejected", "hidden"])
def test_the_letter_names_no_idea_that_its_reader_may_not_read(client, moderator, status):
    twin = published_idea(title="Mô hình nuôi cá kết hợp trồng rau thuỷ canh")
    db.session.execute(update(Idea).where(Idea.id == twin.id).values(status=status))
    case = waiting_case(title="Mô hình nuôi cá kết hợp trồng rau thủy canh")
    for path in (f"/kiem-duyet/{case.id}/nho-sua", f"/kiem-duyet/{case.id}/khong-dang"):
        page = choose(client, path, "duplicate")
        assert "«một ý đã có trên Nảy»" in page
        assert twin.title not in page
    assert f"«{twin.title}»" not in client.get(f"/kiem-duyet/{case.id}").text


def test_a_letter_without_a_reason_is_empty(client, moderator):
    page = choose(client, f"/kiem-duyet/{waiting_case().id}/nho-sua", "nonsense")
    assert "Chào" not in page


def cases_with_letters():
    """By kind, a case whose decision carries words, and what its page must say of who reads them."""
    idea, talk, author = published_idea(), published_idea(), member()
    edited = published_idea(author)
    said = comment(talk, body="Gọi mình 0912 345 678 nhé.")
    report(idea)
    with transaction():
        ideas.propose(author, edited.id, 1, content(), now())
    relay()
    found = {"report": idea, "comment": db.session.get(Idea, said.idea_id), "edit": edited}
    return {kind: case_of(about.id) for kind, about in found.items()}


@pytest.mark.parametrize(
    ("kind", "button", "mailed"),
    [("report", "Ẩn bài và gửi thư", True), ("edit", "Giữ bản cũ và gửi thư", True), ("comment", "Không đăng", False)],
)
def test_the_page_of_a_letter_says_who_reads_it(client, moderator, kind, button, mailed):
    case = cases_with_letters()[kind]
    assert case.kind == kind
    path = f"/kiem-duyet/{case.id}/khong-dang"
    for page in (client.get(path).text, send(client, path, path, version=case.version, reason="", advice="x").text):
        assert f">{button}</button>" in page
        assert ("ở lại trong nhật ký" in page) is not mailed
        assert f"<h1>{button.removesuffix(' và gửi thư')}</h1>" in page
    dialog = client.get(f"/kiem-duyet/{case.id}").text.partition('<dialog id="reject"')[2]
    assert button in dialog
    assert "maxlength" not in dialog.partition("</textarea>")[0]  # a browser would cut what is pasted without a word
    assert 'data-for="reject-letter" data-most="2000"' in dialog
    assert ("ở lại trong nhật ký" in dialog) is not mailed


@pytest.mark.parametrize("of_comment", [False, True], ids=["idea", "comment"])
def test_the_letter_after_reports_is_about_what_was_reported(client, moderator, of_comment):
    idea = published_idea(title="Sân chơi chung sau nhà văn hoá")
    said = comment(idea, member(name="Phương Thảo")) if of_comment else None
    report(idea, comment=said)
    relay()
    path = f"/kiem-duyet/{case_of(idea.id).id}/khong-dang"
    thing = ("ý tưởng «{}» của bạn", "bình luận của bạn ở «{}»")[of_comment].format(idea.title)
    for reason in replies.REASON_LABELS:
        words = choose(client, path, reason)
        assert f"mình đã ẩn {thing}, vì" in words


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


def test_what_was_ticked_beside_a_letter_with_faults_comes_back_too(client, moderator):
    path = f"/kiem-duyet/{waiting_case().id}/khong-dang"
    page = send(client, path, path, version=1, reason="advert", advice="", remove="1", silence_days="30").text
    assert 'name="remove" value="1" checked' in page
    assert '<option value="30" selected>' in page


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
    assert "Lan Hương đang xem mục này, giữ đến" in answer.text
    assert ADVICE in answer.text
