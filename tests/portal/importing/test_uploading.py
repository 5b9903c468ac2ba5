"""A file of collected ideas: sent by an officer, its columns chosen, added by the worker, reported row by row."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.accounts.models import Member
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.errors import Conflict, Missing
from portal.ideas.models import Idea
from portal.importing import adding, queries, uploading
from portal.importing.models import SentFile, SentRow
from portal.importing.reading import Reader
from portal.moderation.models import Case
from portal.units.queries import reference
from tests import factories
from tests.forms import token_in
from tests.portal.importing.sent_files import BODY, csv, send, workbook
from tests.portal.notifications import stories

pytestmark = pytest.mark.one_engine_each


def begin(client, answer):
    """As a browser does: every choice of the form is sent, also those left at 'none'."""
    page = client.get(answer.location).text
    fields = dict.fromkeys(re.findall(r'<select class="input" id="[^"]+" name="([^"]+)"', page), "")
    chosen = {
        "title": "Tên ý tưởng",
        "problem": "Nội dung",
        "solution": "Giải pháp",
        "unit": "Tỉnh",
        "author": "Tác giả",
    }
    fields |= {f"part-{part}": column for part, column in chosen.items()}
    return client.post(answer.location, data={"csrf_token": token_in(page), **fields, "start": "1"})


def work(times=100):
    for _ in range(times):
        with transaction():
            if not adding.work(now()):
                return


def outcomes():
    db.session.expire_all()
    return [
        (row.outcome, row.reason)
        for row in db.session.scalars(select(SentRow).order_by(SentRow.file_id, SentRow.number))
    ]


@pytest.mark.parametrize(("content", "name"), [(workbook(), "phieu.xlsx"), (csv(), "phieu.csv")])
def test_from_a_file_to_a_result_for_each_row(client, officer, content, name):
    answer = send(client, content, name)
    page = client.get(answer.location).text
    assert '<option value="Nội dung" selected>' in page
    assert "Cổng trường có vạch chờ riêng" in page
    assert "Tỉnh, thành, đơn vị: không thuộc quyền của bạn" in page
    assert "Không hiểu “Sao Hoả” nên bỏ qua" in page
    assert db.session.scalar(select(func.count(Idea.id))) == 0
    assert begin(client, answer).status_code == 303
    work()
    page = client.get(answer.location).text
    expected = [("added", ""), ("added", ""), ("refused", "invalid"), ("refused", "too_long")]
    assert [one for one in outcomes() if one != ("refused", "empty")] == expected
    assert "2 đã thêm" in page
    assert "Tên ý tưởng: Dài quá" in page
    assert "Gần giống:" in page
    assert "1 gần giống ý đã có" in page
    ideas = db.session.scalars(select(Idea).order_by(Idea.id)).all()
    assert [(idea.status, idea.source, idea.unit_id) for idea in ideas] == [("waiting", "import", officer_unit())] * 2
    report = client.get(f"{answer.location}/bao-cao.csv")
    assert report.data.decode("utf-8-sig").count("\n") == len(outcomes()) + 1


def officer_unit():
    return db.session.scalar(select(SentFile.unit_id))


def test_nobodys_name_from_a_paper_is_kept_with_the_idea(client, officer):
    begin(client, send(client, workbook()))
    assert queries.is_running()
    work()
    assert not queries.is_running()
    authors = db.session.scalars(select(Member).where(Member.source == "import")).all()
    assert len(authors) == 2
    assert all("Nguyễn" not in f"{one.display_name} {one.external_id} {one.handle}" for one in authors)


def test_a_file_sent_twice_adds_nothing_the_second_time(client, officer):
    for _ in range(2):
        begin(client, send(client, workbook()))
        work()
    assert db.session.scalar(select(func.count(Idea.id))) == 2
    assert [kind for kind, _ in outcomes()].count("known") == 2


def test_a_worker_that_is_killed_goes_on_where_it_was(client, officer, monkeypatch):
    monkeypatch.setattr(adding, "BATCH", 2)
    rows = [[f"Ý số {n} cho cổng trường", f"{BODY} Lần thứ {n}.", "Kẻ vạch.", "", ""] for n in range(7)]
    begin(client, send(client, workbook(rows)))
    work(times=2)
    assert [kind for kind, _ in outcomes()].count("added") == 4
    with pytest.raises(SystemExit):
        be_killed()
    assert [kind for kind, _ in outcomes()].count("added") == 4
    work()
    assert [kind for kind, _ in outcomes()].count("added") == 7
    assert db.session.scalar(select(func.count(Idea.id))) == 7
    assert db.session.scalar(select(SentFile.state)) == "done"


@pytest.mark.parametrize("batch", [2, 25])
def test_a_row_like_an_earlier_one_of_its_file_is_called_that_however_it_is_cut_up(client, officer, monkeypatch, batch):
    monkeypatch.setattr(adding, "BATCH", batch)
    rows = [[f"Ý số {n} cho cổng trường", f"{BODY} Lần thứ {n}.", "Kẻ vạch.", "", ""] for n in (1, 2, 1, 3, 1)]
    begin(client, send(client, workbook(rows)))
    work()
    added, doubled = ("added", ""), ("refused", "duplicate")
    assert outcomes() == [added, added, doubled, added, doubled]
    begin(client, send(client, workbook(rows)))
    work()
    known = ("known", "")
    assert outcomes()[5:] == [known, known, doubled, known, doubled]


def test_a_file_nothing_can_be_done_with_keeps_nobody_waiting_and_is_given_up(client, officer, monkeypatch):
    rows = [[f"Ý số {n} cho cổng trường", f"{BODY} Lần thứ {n}.", "Kẻ vạch.", "", ""] for n in range(4)]
    first = send(client, workbook([*rows[:2], ["Ý hỏng", BODY, "", "", ""], *rows[2:]]))
    begin(client, first)
    begin(client, send(client, workbook([["Ý của tệp sau", f"{BODY} Tệp sau.", "Kẻ vạch.", "", ""]])))
    read = Reader.read

    def stumble(self, cells):
        if "Ý hỏng" in cells.values():
            raise ZeroDivisionError
        return read(self, cells)

    monkeypatch.setattr(Reader, "read", stumble)
    work()
    work()
    assert outcomes()[-1] == ("added", "")
    for _ in range(10):
        work()
    assert outcomes() == [("added", ""), ("added", ""), (None, ""), (None, ""), (None, ""), ("added", "")]
    assert "Dừng ở dòng 4 vì" in client.get(first.location).text
    assert "Dừng giữa chừng" in client.get("/quan-tri/nhap").text
    assert not queries.is_running()


def test_before_anything_is_added_the_first_rows_say_what_is_like_them(client, officer):
    known = factories.published_idea(title="Cổng trường có vạch chờ")
    page = client.get(send(client, workbook()).location).text
    assert page.count(f'Gần giống: <a href="/y-tuong/{known.id}') == 2


def test_with_the_wrong_columns_it_is_taken_back_and_sent_again(client, officer):
    answer = send(client, workbook())
    begin(client, answer)
    work()
    kept, gone = db.session.scalars(select(Idea).order_by(Idea.id)).all()
    stories.relay()
    with transaction():
        db.session.execute(update(Idea).where(Idea.id == kept.id).values(status="needs_changes"))
    page = client.get(answer.location).text
    assert "Rút lại 1 ý của tệp này" in page
    stranger = factories.sign_in(client.application.test_client(), factories.member("admin"))
    back = {"csrf_token": token_in(stranger.get("/quan-tri/nhap").text)}
    assert stranger.post(f"{answer.location}/rut", data=back).status_code == 404
    assert client.post(f"{answer.location}/rut", data={"csrf_token": token_in(page)}).status_code == 303
    page = client.get(f"{answer.location}?xem=undone").text
    assert "Đã rút lại 1 ý tưởng" in page
    assert "Chọn nhầm cột?" not in page
    stories.relay()
    db.session.expire_all()
    assert [kept.status, gone.status] == ["needs_changes", "withdrawn"]
    assert db.session.scalar(select(Case.state).where(Case.idea_id == gone.id)) == "closed"
    detail = db.session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "ideas.unimport"))
    assert '"ideas":1' in detail
    begin(client, send(client, workbook()))
    work()
    assert [kind for kind, _ in outcomes()][-5:].count("added") == 1


def be_killed():
    """Before the commit of a batch."""
    with transaction():
        adding.work(now())
        raise SystemExit


def test_only_ones_own_units_may_be_written_for(client, officer):
    assert send(client, workbook(), unit="48").status_code == 422
    page = client.get("/quan-tri/nhap").text
    assert '<option value="40"' in page
    assert '<option value="48"' not in page


def test_who_loses_the_role_meanwhile_adds_nothing_more(client, officer):
    begin(client, send(client, workbook()))
    with transaction():
        for grant in db.session.get_one(Member, officer.id).grants:
            grant.revoked_at = now()
    work()
    assert db.session.scalar(select(func.count(Idea.id))) == 0


def test_what_somebody_else_sent_does_not_exist(client, officer):
    answer = send(client, workbook())
    other = client.application.test_client()
    factories.sign_in(other, factories.member("admin"))
    assert other.get(answer.location).status_code == 404
    assert other.get(f"{answer.location}/bao-cao.csv").status_code == 404


def test_columns_are_chosen_until_it_runs(client, officer):
    answer = send(client, workbook())
    token = token_in(client.get(answer.location).text)
    refused = client.post(answer.location, data={"csrf_token": token, "start": "1"})
    assert refused.status_code == 422
    assert "Chọn ít nhất một cột có chữ" in refused.text
    client.post(answer.location, data={"csrf_token": token, "part-problem": "Giải pháp"})
    assert '<option value="Giải pháp" selected>' in client.get(answer.location).text
    begin(client, answer)
    assert client.post(answer.location, data={"csrf_token": token, "part-problem": "Tỉnh"}).status_code == 409
    assert client.post(f"{answer.location}/xoa", data={"csrf_token": token}).status_code == 409
    work()
    assert client.post(f"{answer.location}/xoa", data={"csrf_token": token}).status_code == 303
    assert db.session.scalar(select(func.count(SentRow.number))) == 0


def test_starting_is_in_the_audit_without_a_word_of_the_file(client, officer):
    begin(client, send(client, workbook()))
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "ideas.import"))
    assert entry.actor_id == officer.id
    assert "phieu" not in str(entry.detail)


def test_old_files_are_forgotten_but_not_one_that_runs(app):
    who = factories.member("organiser", unit_id=reference().unit_by_code["40"].id)
    with transaction():
        for state in ("draft", "running", "done"):
            db.session.add(
                SentFile(
                    token=state, member_id=who.id, unit_id=who.grants[0].unit_id, name="a.csv", kind="CSV", columns=[],
                    parts={}, field="khac", state=state, size=0, created_at=now() - timedelta(days=31),
                )
            )  # fmt: skip
    with transaction():
        uploading.sweep(now())
    assert list(db.session.scalars(select(SentFile.state))) == ["running"]


def test_services_refuse_what_the_page_would_not_offer(app):
    stranger = factories.member()
    with pytest.raises(Missing):
        queries.show(1, stranger)
    assert Conflict.status == 409


@pytest.mark.parametrize(("root", "said"), [("", "(tối đa 1.500)"), ("/en", "(at most 1,500)")])
def test_numbers_in_what_is_wrong_with_a_row_are_written_as_the_page_writes_them(client, officer, root, said):
    rows = [["Cổng trường có vạch chờ", "Xe đỗ chắn cổng. " * 100, "Kẻ vạch chờ. " * 400]]
    answer = send(client, workbook(rows, ["Tên ý tưởng", "Vấn đề", "Giải pháp"]))
    assert said in client.get(f"{root}{answer.location}").text
