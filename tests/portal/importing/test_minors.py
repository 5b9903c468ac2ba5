"""Papers of a school: of whose authors some are under age, all are taken for it."""

import json

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.accounts.terms import is_minor, under
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.importing.models import SentFile
from portal.moderation.models import Case, Reason
from portal.units.queries import reference
from tests import factories
from tests.forms import token_in
from tests.portal.ideas.test_places import below
from tests.portal.importing.sent_files import BODY, send, workbook
from tests.portal.importing.test_uploading import begin, work
from tests.portal.notifications import stories
from worker.tasks.moderation import triage_waiting

pytestmark = pytest.mark.one_engine_each
YES = {"minors": "yes", "consents": "y"}


@pytest.fixture
def school(app):
    return below(below("40", "commune", "Phường Trường Vinh"), "school", "Trường Lê Viết Thuật")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"minors": ""}, "Chọn “Có” hoặc “Không”"),
        ({"minors": "x"}, "Chọn một mục trong danh sách"),
        ({"minors": "yes"}, "Chưa có giấy đồng ý thì chưa nhập được bài của người dưới 18 tuổi"),
    ],
)
def test_who_sends_papers_says_whether_minors_wrote_them_and_holds_the_consents(client, officer, said, told):
    page = send(client, workbook(), **said)
    assert page.status_code == 422
    assert told in page.text
    assert "Chọn lại tệp: trang tải lại thì trình duyệt không giữ nó" in page.text
    assert "Chọn một tệp" in client.post("/quan-tri/nhap", data={"csrf_token": token_in(page.text), **said}).text
    assert db.session.scalar(select(func.count(SentFile.id))) == 0


def test_the_ideas_of_minors_name_the_province_and_comments_on_them_wait(client, officer, school):
    rows = [
        ["Cổng trường có vạch chờ riêng", BODY, "Kẻ vạch.", "Trường Lê Viết Thuật", "A 8B"],
        ["Sân trường có thêm bóng cây", BODY + " Nắng lắm.", "Trồng cây.", "", "B 8B"],
    ]
    answer = send(client, workbook(rows), unit=school, **YES)
    assert "có người viết dưới 18 tuổi" in client.get(answer.location).text
    begin(client, answer)
    work()
    found, moment = db.session.scalars(select(Idea)).all(), now()
    assert {idea.unit_id for idea in found} == {reference().unit_by_code["40"].id}
    authors = db.session.scalars(select(Member).where(Member.source == "import")).all()
    assert [(is_minor(one, moment.date()), under(one, moment.date())) for one in authors] == [(True, 18)] * 2
    stories.relay()
    triage_waiting()
    reasons = select(Reason.rule).join(Case, Case.id == Reason.case_id).where(Case.idea_id == found[0].id)
    assert "minor" in db.session.scalars(reasons).all()
    moderator, reader = factories.member("moderator"), factories.member()
    with transaction():
        ideas.publish(found[0].id, 1, moderator, moment)
        comment = discussion.post(reader, found[0].id, "Hay quá, trường mình cũng cần.", moment)
    assert comment.status == "waiting"


def test_that_the_consents_are_there_on_paper_is_in_the_audit(client, officer):
    for said in ({"minors": "no"}, YES):
        begin(client, send(client, workbook(), **said))
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "ideas.import").order_by(AuditEntry.id))
    told = [json.loads(entry.detail) for entry in entries]
    assert [(one["minors"], one.get("paper_consents")) for one in told] == [(False, None), (True, True)]
