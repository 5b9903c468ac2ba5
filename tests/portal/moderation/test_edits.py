"""Edits of published ideas: the page keeps its words until somebody agrees."""

import pytest
from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.errors import Conflict, Refusal
from portal.ideas import queries as idea_queries
from portal.ideas import search
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import services
from portal.moderation.models import Case
from tests.factories import content, member, published_idea, sign_in
from tests.forms import token_in
from tests.portal.moderation.desk import ADVICE, decide, relay, undo, waiting_case
from tests.portal.moderation.desk import again as case_again

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
OLD, NEW = "Trạm đổi vỏ hộp sữa ở cổng trường", "Trạm đổi vỏ hộp sữa và vỏ chai ở cổng trường"
FEW = "Đặt hai trạm đổi ở cổng trường: gom đủ hai mươi vỏ đã rửa sạch thì nhận một bầu cây."


def author_of(idea):
    return db.session.get_one(Member, idea.author_id)


def propose(idea, *, hide_old=False, **texts):
    new = content(**{"title": idea.title, **texts})
    with transaction():
        ideas.propose(author_of(idea), idea.id, fresh(idea).version, new, now(), hide_old=hide_old)
    relay()
    return case_again(db.session.scalar(select(Case.id).where(Case.idea_id == idea.id).order_by(Case.id.desc())))


def fresh(idea):
    return db.session.get_one(Idea, idea.id, populate_existing=True)


def test_the_page_keeps_its_words_until_somebody_agrees():
    idea, who = published_idea(title=OLD), member("moderator")
    case = propose(idea, title=NEW)
    assert (case.kind, case.state, fresh(idea).title) == ("edit", "open", OLD)
    decide(case, who)
    assert fresh(idea).title == NEW
    assert [twin.id for twin in search.similar(NEW)] == [idea.id], "it is found by its new name"
    first, last = idea_queries.versions(idea_queries.show(idea.id, None), whole=False)
    assert (first.content["title"], last.content["title"]) == (OLD, NEW)


def test_what_is_refused_leaves_no_trace_on_the_page():
    idea = published_idea(title=OLD)
    decide(propose(idea, title=NEW), member("moderator"), "reject", "unclear", ADVICE)
    assert fresh(idea).title == OLD
    assert len(idea_queries.versions(idea_queries.show(idea.id, None), whole=True)) == 1


@pytest.mark.parametrize(("outcome", "words"), [("approve", ("", "")), ("reject", ("unclear", ADVICE))])
def test_undoing_puts_page_and_case_back(outcome, words):
    idea, who = published_idea(title=OLD), member("moderator")
    case = propose(idea, title=NEW)
    undo(decide(case, who, outcome, *words), who)
    assert (fresh(idea).title, case_again(case.id).state) == (OLD, "open")
    decide(case_again(case.id), who)
    assert fresh(idea).title == NEW, "it can be decided again"


def test_an_edit_written_anew_is_the_same_case_and_nobody_decides_on_the_old_words():
    idea, who = published_idea(title=OLD), member("moderator")
    first = propose(idea, title=NEW)
    read = first.version
    assert propose(idea, title=NEW + " hai").id == first.id
    with pytest.raises(Conflict), transaction():
        services.decide(first.id, who, read, "approve", "", "", now())


@pytest.mark.parametrize("act", ["take_back", "withdraw"])
def test_nobody_reads_an_edit_that_is_not_wanted_any_more(act):
    idea = published_idea(title=OLD)
    case = propose(idea, title=NEW)
    with transaction():
        if act == "take_back":
            ideas.take_back_edit(author_of(idea), idea.id, now())
        else:
            ideas.withdraw(author_of(idea), idea.id, "", now())
    relay()
    assert case_again(case.id).state == "closed"


def test_an_edit_that_changes_nothing_is_no_case():
    idea = published_idea()
    same = idea_queries.show(idea.id, None).content
    with pytest.raises(Refusal, match="chưa đổi"), transaction():
        ideas.propose(author_of(idea), idea.id, 1, same, now())


# --- trust ---------------------------------------------------------------------------------------


@pytest.fixture
def trusted():
    idea, who = published_idea(title=OLD), member("moderator")
    with transaction():
        services.trust(author_of(idea), who, now())
    return idea


def test_little_that_a_trusted_author_changes_is_shown_first_and_read_afterwards(trusted):
    case = propose(trusted, problem=trusted.problem, solution=FEW)
    assert (fresh(trusted).solution, case.state, case.edit.live) == (FEW, "open", True)
    decide(case, member("moderator"), "reject", "unclear", ADVICE)
    assert fresh(trusted).solution == trusted.solution
    assert "hai trạm" not in str(idea_queries.versions(idea_queries.show(trusted.id, None), whole=False))


@pytest.mark.parametrize(
    "texts",
    [
        {"title": NEW},
        {"solution": "Mình viết lại cả bài. " * 12},
        {"solution": FEW + " Gọi 0912 345 678."},
    ],
    ids=["another name", "much", "a telephone number"],
)
def test_what_a_trusted_author_changes_much_or_carelessly_waits(trusted, texts):
    case = propose(trusted, **{"problem": trusted.problem, "solution": trusted.solution, **texts})
    assert (fresh(trusted).title, fresh(trusted).solution, case.edit.live) == (OLD, trusted.solution, False)


def test_a_refused_edit_that_was_shown_leaves_no_history_to_the_public(client, trusted):
    decide(propose(trusted, problem=trusted.problem, solution=FEW), member("moderator"), "reject", "unclear", ADVICE)
    assert "lich-su" not in client.get(f"/y-tuong/{trusted.id}", follow_redirects=True).text
    assert numbers(trusted) == [3]


def test_nobody_trusts_a_child_in_this_way():
    child, who = member(birth=(2012, 5)), member("moderator")
    with pytest.raises(Refusal, match="18 tuổi"), transaction():
        services.trust(child, who, now())


# --- what is taken out ---------------------------------------------------------------------------

NUMBER = "Gọi mình số 0912 345 678 để biết trường nào thiếu trạm đổi vỏ hộp sữa."


def numbers(idea, *, whole=False):
    """Of the versions somebody reads."""
    return [one.number for one in idea_queries.versions(idea_queries.show(idea.id, None), whole=whole)]


def test_the_public_reads_no_earlier_version_if_its_author_does_not_want_it():
    idea, who = published_idea(title=OLD), member("moderator")
    decide(propose(idea, title=NEW), who)
    assert numbers(idea) == [1, 2]
    decide(propose(idea, title=NEW + " hai", hide_old=True), who)
    assert numbers(idea) == [3]
    assert numbers(idea, whole=True) == [1, 2, 3]


@pytest.mark.parametrize("out", ["0912 345 678", "Nguyễn Phương"])
def test_what_a_person_is_found_by_goes_out_of_the_history_too(out):
    idea = published_idea(member(name="Nguyễn Phương"), problem=f"Hỏi {out} để biết trường nào thiếu trạm đổi vỏ hộp.")
    case = propose(idea)
    assert case.edit.hides_old
    decide(case, member("moderator"))
    assert numbers(idea) == [2]


def test_what_stays_or_comes_in_hides_nothing():
    idea = published_idea(problem=NUMBER)
    case = propose(idea, problem=NUMBER.replace("0912 345 678", "0912345678"), solution=FEW + " Gọi 0987 654 321.")
    assert not case.edit.hides_old


@pytest.mark.parametrize(("sent", "left"), [({}, [2]), ({"hide_old": ""}, [1, 2]), ({"hide_old": ["", "1"]}, [2])])
def test_the_desk_is_asked_and_may_think_otherwise(client, sent, left):
    idea = published_idea(problem=NUMBER)
    case = propose(idea)
    sign_in(client, member("moderator"))
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert 'name="hide_old" value="1" form="approve" checked' in page
    form = {"version": case_again(case.id).version, "csrf_token": token_in(page), **sent}
    assert client.post(f"/kiem-duyet/{case.id}/duyet", data=form).status_code == 303
    assert numbers(idea) == left


def test_the_desk_hides_what_nobody_asked_to_be_hidden(client):
    idea = published_idea(title=OLD)
    case = propose(idea, title=NEW)
    sign_in(client, member("moderator"))
    page = client.get(f"/kiem-duyet/{case.id}").text
    form = {"version": case_again(case.id).version, "csrf_token": token_in(page), "hide_old": ["", "1"]}
    client.post(f"/kiem-duyet/{case.id}/duyet", data=form)
    assert numbers(idea) == [2]


# --- pages ---------------------------------------------------------------------------------------


def test_an_author_edits_a_published_idea_and_takes_it_back(client):
    idea = published_idea(title=OLD)
    sign_in(client, author_of(idea))
    page = client.get(f"/y-tuong/{idea.id}/sua")
    assert "Trang giữ như cũ đến khi người duyệt đọc bản sửa" in page.text
    token = token_in(page.text)
    texts = {**content(title=NEW).as_dict(), "version": "1", "csrf_token": token, "hide_old": "1"}
    sent = client.post(f"/y-tuong/{idea.id}/sua", data=texts, follow_redirects=True)
    assert "Bản sửa của bạn đang chờ người duyệt" in sent.text
    assert OLD in sent.text
    begun = client.get(f"/y-tuong/{idea.id}/sua").text
    assert NEW in begun, "one goes on with what one has written"
    assert 'name="hide_old" value="1" checked' in begun
    back = client.post(f"/y-tuong/{idea.id}/sua/rut", data={"csrf_token": token}, follow_redirects=True)
    assert "Trang giữ như cũ" in back.text
    assert "đang chờ người duyệt" not in back.text


def test_an_author_reads_why_an_edit_was_refused_and_goes_on_from_it(client):
    idea = published_idea(title=OLD)
    edit = propose(idea, title=NEW, start="Xin một thùng sạch của quán nước.")
    decide(edit, member("moderator"), "reject", "unclear", ADVICE)
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert "không lên trang" not in page, "that is for its author alone"
    sign_in(client, author_of(idea))
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert "Bản sửa của bạn không lên trang" in page
    assert ADVICE in page
    assert NEW not in client.get(f"/y-tuong/{idea.id}/sua").text
    begun = client.get(f"/y-tuong/{idea.id}/sua?tiep=1").text
    assert NEW in begun
    assert "Xin một thùng sạch của quán nước." in begun
    assert "data-draft-fresh" in begun
    texts = {**content(title=NEW).as_dict(), "version": "1.0", "csrf_token": token_in(begun)}
    sent = client.post(f"/y-tuong/{idea.id}/sua", data=texts, follow_redirects=True).text
    assert "đang chờ người duyệt" in sent
    assert "không lên trang" not in sent


def test_a_refusal_that_does_not_stand_is_not_told(client):
    idea, who = published_idea(title=OLD), member("moderator")
    case = propose(idea, title=NEW)
    undo(decide(case, who, "reject", "unclear", ADVICE), who)
    sign_in(client, author_of(idea))
    assert "đang chờ người duyệt" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    decide(case_again(case.id), who)
    assert "không lên trang" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


def test_one_goes_on_from_the_last_edit_alone(client):
    idea, who = published_idea(title=OLD), member("moderator")
    decide(propose(idea, title=NEW), who, "reject", "unclear", ADVICE)
    decide(propose(idea, title=OLD + " và ở chợ"), who)
    sign_in(client, author_of(idea))
    begun = client.get(f"/y-tuong/{idea.id}/sua?tiep=1").text
    assert OLD + " và ở chợ" in begun
    assert NEW not in begun


def test_the_desk_shows_an_edit_as_a_difference(client):
    idea = published_idea(title=OLD)
    case = propose(idea, title=NEW)
    waiting_case()
    sign_in(client, member("moderator"))
    shelf = client.get("/kiem-duyet/ban-sua").text
    assert NEW in shelf
    assert shelf.count('href="/kiem-duyet/') - shelf.count('href="/kiem-duyet/ban-sua"') >= 1
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert "<ins>và vỏ chai </ins>" in page or "<ins> và vỏ chai</ins>" in page
    assert "Đăng bản sửa" in page
    assert "Giữ bản cũ" in page
    assert "Nhờ sửa</span>" not in page
