"""The heaviest decisions are looked at again too: what was hidden or removed, with all that came with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion.models import Comment, Report
from portal.errors import Conflict
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import queries, services
from portal.moderation.models import Case
from portal.notifications import delivery
from tests.factories import comment, content, member, published_idea, report, sign_in
from tests.portal.moderation import desk
from tests.portal.moderation.desk import ADVICE, THREE_DAYS, again, case_of, decide, refuse, relay, waiting_case
from tests.portal.moderation.pages import send
from tests.portal.notifications import stories

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
WHY = "Mình đã hỏi uỷ ban xã, việc này chi đoàn làm được."
HEAVY = services.Heavier(remove=True, silence_days=30)


def status_of(thing):
    model = type(thing)
    return db.session.scalar(select(model.status).where(model.id == thing.id))


def appeal(author, thing, body=WHY):
    idea_id, comment_id = (thing.idea_id, thing.id) if isinstance(thing, Comment) else (thing.id, None)
    with transaction():
        made = services.appeal(author, idea_id, body, THREE_DAYS, now(), comment_id=comment_id)
    return again(made.case_id)


def heavily(case):
    """Refused by two, with all that a refusal may carry."""
    for who in (member("moderator"), member("moderator")):
        with transaction():
            case = again(case.id)
            services.decide(case.id, who, case.version, "reject", "offensive", ADVICE, now(), heavier=HEAVY)


def silenced(author):
    return db.session.scalar(select(Member.silenced_until).where(Member.id == author.id)) is not None


def taken_away(how, author):
    """Something of an author's that is kept from its readers in one of the ways there are."""
    if how == "refused and removed":
        case = waiting_case(author)
        heavily(case)
        return db.session.get(Idea, case.idea_id)
    if how == "comment refused and removed":
        said = comment(published_idea(), author, "Gọi mình 0912 345 678 nhé.")
        relay()
        heavily(case_of(said.idea_id))
        return said
    idea = published_idea(None if "comment" in how else author)
    thing = comment(idea, author) if "comment" in how else idea
    report(idea, comment=thing if "comment" in how else None)
    relay()
    heavily(case_of(idea.id)) if "removed" in how else refuse(case_of(idea.id), member("moderator"))
    return thing


def letters_to(author):
    """What is due to an author, in plain words."""
    stories.relay()
    stories.due_now()
    delivery.drain(mailer=(sink := stories.Sink()))
    return " ".join(one.get_body(("plain",)).get_content() for one in sink.taken if author.email in str(one["To"]))


def ways_on(author):
    """Addresses of the form that letters to an author lead to."""
    return {word.partition("http://localhost")[2] for word in letters_to(author).split() if "xem-lai" in word}


WAYS = ("refused and removed", "hidden", "removed", "comment hidden", "comment removed", "comment refused and removed")


@pytest.mark.parametrize("how", WAYS)
def test_whatever_is_kept_from_readers_is_looked_at_again_and_undone_it_is_as_before(how):
    author, other = member(), member("moderator")
    thing = taken_away(how, author)
    before, was_silenced = status_of(thing), silenced(author)
    assert (before, was_silenced) == (("removed", True) if "removed" in how else ("hidden", False))
    asked = appeal(author, thing)
    answer = decide(asked, other, "approve", "", ADVICE)
    assert (status_of(thing), silenced(author)) == ("published", False)
    with transaction():
        services.undo(answer.id, other, 60, now())
    assert (status_of(thing), silenced(author)) == (before, was_silenced)
    decide(again(asked.id), other, "reject", "", ADVICE)
    assert status_of(thing) == before
    with pytest.raises(Conflict, match="một lần"):
        appeal(author, thing)


def test_trust_that_ended_with_a_refusal_comes_back_with_an_appeal_that_is_granted():
    author, who, other = member(), member("moderator"), member("moderator")
    with transaction():
        services.trust(author, who, now())
    case = waiting_case(author, problem="Ai vứt rác ra ruộng là đồ ngu, cả xóm em nói thế rồi. Gọi em 0912345678.")
    refuse(case, who)

    def trusted():
        return queries.author_facts(author, now().date()).trusted

    assert not trusted()
    answer = decide(appeal(author, db.session.get(Idea, case.idea_id)), other, "approve", "", ADVICE)
    assert trusted()
    with transaction():
        services.undo(answer.id, other, 60, now())
    assert not trusted()


def test_reports_that_an_appeal_has_overturned_were_wrong_and_it_takes_twice_as_many_to_hide_it_again():
    author = member()
    idea = taken_away("hidden", author)
    assert db.session.scalars(select(Report.upheld)).all() == [True]
    answer = decide(appeal(author, idea), other := member("moderator"), "approve", "", ADVICE)
    assert db.session.scalars(select(Report.upheld)).all() == [False]
    with transaction():
        services.undo(answer.id, other, 60, now())
    assert db.session.scalars(select(Report.upheld)).all() == [True]
    decide(again(answer.case_id), other, "approve", "", ADVICE)
    for _ in range(3):
        report(idea)
    relay()
    assert status_of(idea) == "published"


@pytest.mark.parametrize("how", WAYS)
def test_the_letter_leads_to_a_form_that_sends(client, how):
    author = member(name="Phương Thảo")
    taken_away(how, author)
    (path,) = ways_on(author)
    sign_in(client, author)
    page = client.get(path).text
    assert ADVICE in page
    assert "Lý do: Lời lẽ xúc phạm" in page if "removed" in how else "Lý do: Ngoài phạm vi" in page
    answer = send(client, path, path, body=WHY)
    assert answer.status_code == 303
    assert client.get(answer.location, follow_redirects=True).status_code == 200
    sign_in(client, member("moderator"))
    asked = db.session.scalars(select(Case.id).where(Case.kind == "appeal")).one()
    shown = client.get(f"/kiem-duyet/{asked}").text
    assert WHY in shown
    assert ("Đăng ý này" if how == "refused and removed" else "Cho hiện") in shown
    sign_in(client, member())
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("outcome", ["approve", "reject"])
@pytest.mark.parametrize("how", WAYS)
def test_the_answer_says_what_becomes_of_the_text(how, outcome):
    author = member()
    thing = taken_away(how, author)
    asked = appeal(author, thing)
    letters_to(author)
    decide(asked, member("moderator"), outcome, "", ADVICE)
    told = letters_to(author)
    assert ADVICE in told
    assert ("đã xem lại bình luận của bạn ở" in told) is ("comment" in how)
    never_shown = how == "refused and removed"
    results = {
        "approve": "Kết quả đổi: ý tưởng được đăng." if never_shown else "Kết quả đổi: bài hiện trên Nảy.",
        "reject": "ý tưởng không được đăng." if never_shown else "Quyết định trước được giữ: bài không hiện.",
    }
    assert results[outcome] in told
    gone = outcome == "reject" and status_of(thing) == "removed" and "comment" not in how
    assert ("Về trang của bạn: http://localhost/toi" in told) is gone


def test_the_author_of_a_hidden_idea_reads_why_on_its_page_and_how_to_ask_again(client):
    author = member()
    idea = published_idea(author)
    for _ in range(3):
        report(idea)
    relay()
    sign_in(client, author)
    path = f"/y-tuong/{idea.id}"
    page = client.get(path, follow_redirects=True).text
    assert "ẩn đến khi người duyệt đọc lại" in page
    assert f"{path}/xem-lai" not in page, "nobody has decided yet"
    refuse(case_of(idea.id), member("moderator"))
    page = client.get(path, follow_redirects=True).text
    for words in ("Lý do: Ngoài phạm vi", ADVICE, f"{path}/xem-lai"):
        assert words in page
    assert f"{path}/xem-lai" in client.get("/toi").text
    appeal(author, idea)
    page = client.get(path, follow_redirects=True).text
    assert "Một người khác đang đọc" in page
    assert f"{path}/xem-lai" not in page + client.get("/toi").text


def test_words_of_an_earlier_decision_are_not_shown_for_a_later_one(client):
    author, who = member(), member("moderator")
    case = waiting_case(author)
    desk.ask_to_change(case, who)
    with transaction():
        ideas.revise(author, case.idea_id, 1, content(), now())
    relay()
    desk.approve(case_of(case.idea_id), who)
    assert queries.last_advice(case.idea_id) is None


def test_what_was_typed_stays_on_the_page_if_somebody_was_faster(client):
    author, who = member(), member("moderator")
    case = waiting_case(author)
    decision = refuse(case, who)
    sign_in(client, author)
    path = f"/y-tuong/{case.idea_id}/xem-lai"
    assert client.get(path).status_code == 200
    with transaction():
        services.undo(decision.id, who, 60, now())
    answer = send(client, path, body=WHY)
    assert answer.status_code == 409
    assert WHY in answer.text
    assert "đã chuyển sang trạng thái khác" in answer.text


def test_a_refusal_that_is_being_looked_at_again_is_not_restored_from_the_log():
    author, who = member(), member("moderator")
    case = waiting_case(author)
    decision = refuse(case, who)
    asked = appeal(author, db.session.get(Idea, case.idea_id))
    for way in (lambda: services.restore(decision.id, who, now()), lambda: services.undo(decision.id, who, 60, now())):
        with pytest.raises(Conflict, match="đề nghị xem lại"), transaction():
            way()
    decide(asked, member("moderator"), "approve", "", ADVICE)
    assert status_of(db.session.get(Idea, case.idea_id)) == "published"


def test_what_its_author_would_change_waits_for_nobody_while_the_idea_is_merged():
    author, who = member(), member("moderator")
    idea, into = published_idea(author), published_idea()
    with transaction():
        ideas.propose(author, idea.id, 1, content(), now())
        merging = services.open_merge_case(idea.id, who, THREE_DAYS, now())
    relay()
    edit = db.session.scalars(select(Case.id).where(Case.kind == "edit")).one()
    with transaction():
        decision = services.decide(merging, who, again(merging).version, "merge", "", "", now(), into=into.id)
    assert again(edit).state == "closed"
    with transaction():
        services.undo(decision.id, who, 60, now())
    decide(again(edit), who)
    assert db.session.scalar(select(Idea.version).where(Idea.id == idea.id)) == 2
