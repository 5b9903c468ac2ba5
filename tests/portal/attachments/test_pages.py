"""Attaching, and who may see what was attached."""

import io
import os
import time
from pathlib import Path

import pytest
from flask import current_app
from PIL import Image
from sqlalchemy import select

from portal.accounts import limits
from portal.accounts.events import MemberErased
from portal.attachments import queries, services, storage
from portal.attachments.rules import HEARD, MEGABYTE, MOST, SMALL
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.outbox.models import Fact
from tests import factories
from tests.portal.attachments import pictures
from tests.portal.attachments.sending import attach, publish, rows, send, version_of
from tests.queries import count_queries


def var_dir():
    return Path(current_app.config["SETTINGS"].var_dir)


def test_what_is_attached_to_a_draft_goes_along_with_it(client, me):
    draft = factories.draft(me)
    page = f"/gui-y-tuong/tep?nhap={draft.token}"
    assert send(client, page, pictures.picture()).location == f"{page}#them"
    assert "Cổng trường nhìn từ đường" in client.get(page).text
    assert "Cổng trường nhìn từ đường" in client.get(f"/gui-y-tuong/kiem-tra?nhap={draft.token}").text
    send(client, f"/gui-y-tuong/kiem-tra?nhap={draft.token}", own_work="y")
    (row,) = rows()
    idea = db.session.scalars(select(Idea)).one()
    assert (row.draft_id, row.idea_id) == (None, idea.id)
    assert f"/tep/{row.token}" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


@pytest.mark.parametrize("case", pictures.HOSTILE)
def test_what_is_refused_leaves_nothing_behind(client, me, case):
    content, name = pictures.HOSTILE[case]
    answer = send(client, f"/gui-y-tuong/tep?nhap={factories.draft(me).token}", content, name)
    assert answer.status_code in {413, 422}
    assert rows() == []
    assert "<svg xmlns" not in answer.text


def test_after_a_file_the_page_says_how_many_more_there_may_be(client, me):
    draft = factories.draft(me)
    page = f"/gui-y-tuong/tep?nhap={draft.token}"
    assert f"Còn thêm được {MOST} tệp" in client.get(page).text
    after = client.get(send(client, page, pictures.PDF, "bao-gia.pdf", alt="").location).text
    assert "Đã thêm “bao-gia.pdf”." in after
    assert f'id="them" tabindex="-1">Còn thêm được {MOST - 1} tệp<' in after


def test_files_of_a_draft_are_its_writers_alone(app, client, me):
    draft = factories.draft(me)
    send(client, f"/gui-y-tuong/tep?nhap={draft.token}", pictures.picture())
    address = f"/tep/{rows()[0].token}"
    mine = client.get(address, buffered=True)
    assert (mine.status_code, mine.content_type) == (200, "image/webp")
    assert "private" in mine.headers["Cache-Control"]
    for other in (app.test_client(), factories.sign_in(app.test_client(), factories.member("moderator"))):
        assert other.get(address, buffered=True).status_code == 404
    assert client.get(f"/tep/{'x' * 43}", buffered=True).status_code == 404
    assert client.get("/tep/..%2f..%2fx").status_code == 404


def test_files_of_an_idea_are_seen_by_whoever_may_read_it(app, client, me):
    idea = factories.idea("waiting", me)
    address = f"/tep/{attach(client, idea).token}"
    stranger = app.test_client()
    assert stranger.get(address, buffered=True).status_code == 404
    assert (
        factories.sign_in(app.test_client(), factories.member("moderator")).get(address, buffered=True).status_code
        == 200
    )
    publish(idea)
    seen = stranger.get(address, buffered=True)
    assert (seen.status_code, "public" in seen.headers["Cache-Control"]) == (200, True)
    with transaction():
        ideas.advance(idea.id, "removed", None, now())
    assert stranger.get(address, buffered=True).status_code == 404
    assert client.get(address, buffered=True).status_code == 404


def test_a_file_runs_nothing_and_a_pdf_is_never_shown_inline(client, me):
    idea = factories.idea("waiting", me)
    image = client.get(f"/tep/{attach(client, idea).token}", buffered=True)
    named = attach(client, idea, pictures.PDF, name="<b>x;.pdf", alt="")
    pdf = client.get(f"/tep/{named.token}", buffered=True)
    for answer in (image, pdf):
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert pdf.content_type == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    assert not image.headers["Content-Disposition"].startswith("attachment")


def test_a_moderator_has_to_read_again_what_has_a_new_file(client, me):
    idea = factories.idea("waiting", me)
    attach(client, idea)
    assert version_of(idea) == 2
    facts = db.session.scalars(select(Fact).where(Fact.name == "IdeaSubmitted")).all()
    assert facts[-1].payload == {"idea_id": idea.id, "version": 2}
    publish(idea)
    assert send(client, f"/y-tuong/{idea.id}/tep", pictures.picture()).status_code == 409


def test_files_are_taken_away_by_their_author_alone(app, client, me):
    idea = factories.idea("waiting", me)
    row = attach(client, idea)
    other = factories.sign_in(app.test_client(), factories.member())
    assert send(other, f"/tep/{row.token}/xoa").status_code == 404
    assert send(other, f"/y-tuong/{idea.id}/tep", pictures.picture()).status_code == 404
    assert send(client, f"/tep/{row.token}/xoa").status_code == 303
    assert rows() == []


def test_an_author_takes_a_file_off_whatever_has_become_of_the_idea(client, me):
    idea = factories.idea("waiting", me)
    first, second = attach(client, idea), attach(client, idea)
    publish(idea)
    version = db.session.get_one(Idea, idea.id, populate_existing=True).version
    page = client.get(f"/y-tuong/{idea.id}/tep").text
    assert "không thêm tệp được nữa" in page
    assert 'type="file"' not in page
    assert send(client, f"/tep/{first.token}/xoa").location == f"/y-tuong/{idea.id}/tep"
    assert client.get(f"/tep/{first.token}").status_code == 404
    stranger = client.application.test_client()
    assert first.token not in stranger.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert "Bỏ bớt tệp" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    with transaction():
        ideas.withdraw(me, idea.id, "other", now())
    assert send(client, f"/tep/{second.token}/xoa").status_code == 303
    assert rows() == []
    kept = db.session.get_one(Idea, idea.id, populate_existing=True)
    assert kept.version == version  # the words are what they were: versions and receipts say the truth


def test_so_many_and_no_more(client, me, monkeypatch):
    draft = factories.draft(me)
    page = f"/gui-y-tuong/tep?nhap={draft.token}"
    for n in range(MOST):
        assert send(client, page, pictures.PDF, f"{n}.pdf", alt="").status_code == 303
    assert send(client, page, pictures.PDF, "nua.pdf", alt="").status_code == 422
    assert f"nhiều nhất {MOST} tệp" in client.get(page).text
    monkeypatch.setitem(limits.LIMITS, "upload:account", (1, 3600))
    assert send(client, page, pictures.PDF, "nua.pdf", alt="").status_code in {422, 429}


def test_only_these_routes_take_more_than_a_megabyte(client, me):
    big = "x" * (2 * 1024 * 1024)
    assert client.post("/gui-y-tuong", data={"problem": big}).status_code == 413
    assert (
        send(client, f"/gui-y-tuong/tep?nhap={factories.draft(me).token}", bytes(12 * 1024 * 1024)).status_code == 413
    )


@pytest.mark.parametrize("to", ["draft", "idea"])
def test_a_file_too_large_is_named_and_what_was_said_of_it_stays(client, me, to):
    draft, idea = factories.draft(me), factories.idea("waiting", me)
    path = f"/gui-y-tuong/tep?nhap={draft.token}" if to == "draft" else f"/y-tuong/{idea.id}/tep"
    large = send(client, path, bytes(12 * MEGABYTE + 1), "ban-ve.png", alt="Bản vẽ tay cổng trường")
    assert large.status_code == 413
    assert "“ban-ve.png” nặng 13 MB. Mỗi tệp tối đa 10 MB." in large.text
    assert 'value="Bản vẽ tay cổng trường"' in large.text
    vast = send(client, path, bytes(HEARD), "ban-ve.png")  # nothing of it is read
    assert vast.status_code == 413
    assert "Mỗi tệp tối đa 10 MB." in vast.text
    assert 'type="file"' in vast.text
    assert rows() == []


def test_the_page_of_an_idea_with_files_still_costs_five_queries(client, me):
    idea = factories.idea("waiting", me)
    for _ in range(2):
        attach(client, idea)
    attach(client, idea, pictures.PDF, name="bao-gia.pdf", alt="")
    publish(idea)
    client.get(f"/y-tuong/{idea.id}", follow_redirects=True)
    slug = client.get(f"/y-tuong/{idea.id}").location
    factories.sign_in(client, factories.member())
    client.get("/")
    with count_queries() as counted:
        page = client.get(slug).text
    assert counted.n <= 5, counted.statements
    assert page.count('alt="Cổng trường nhìn từ đường"') == 2
    assert "bao-gia.pdf" in page


def test_a_telephone_takes_a_smaller_copy(client, me):
    idea = factories.idea("waiting", me)
    large = attach(client, idea, pictures.picture(size=(1600, 1200)))
    page, address = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text, f"/tep/{large.token}"
    assert f'srcset="{address}?nho=1 {SMALL}w, {address} 1600w"' in page
    whole, small = (client.get(one, buffered=True) for one in (address, f"{address}?nho=1"))
    assert (size_of(whole.data), size_of(small.data)) == ((1600, 1200), (SMALL, 600))
    assert whole.headers["ETag"] != small.headers["ETag"]
    assert small.headers["Cache-Control"] == whole.headers["Cache-Control"]


def test_a_picture_without_a_copy_is_handed_out_as_it_is(client, me):
    idea = factories.idea("waiting", me)
    file = attach(client, idea)
    assert "srcset" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert size_of(client.get(f"/tep/{file.token}?nho=1", buffered=True).data) == (640, 480)


def size_of(content):
    with Image.open(io.BytesIO(content)) as image:
        return image.size


def test_files_without_a_row_are_swept_once_they_are_old(client, me):
    idea = factories.idea("waiting", me)
    kept = storage.path_of(var_dir(), attach(client, idea, pictures.picture(size=(1600, 1200))))
    lost, young = kept.with_name("x" * 43 + ".webp"), kept.with_name("y" * 43 + ".webp")
    theirs = [kept, storage.small_of(kept)]
    gone = [lost, storage.small_of(lost)]
    for file in (*gone, young):
        file.write_bytes(b"x")
    for file in (*theirs, *gone):
        os.utime(file, (0, time.time() - storage.ORPHANS_AFTER - 1))
    storage.sweep(var_dir(), queries.known)
    assert [file.exists() for file in (*theirs, *gone, young)] == [True, True, False, False, True]
    young.unlink()


def test_a_draft_that_is_thrown_away_takes_its_files_along(client, me):
    draft = factories.draft(me)
    send(client, f"/gui-y-tuong/tep?nhap={draft.token}", pictures.PDF, "x.pdf", alt="")
    send(client, "/gui-y-tuong/xoa", nhap=draft.token)
    assert rows() == []


def test_files_go_with_an_erased_author(client, me):
    idea = factories.idea("waiting", me)
    attach(client, idea)
    with transaction():
        services.forget_author(MemberErased(me.id, keep_ideas=True))
    assert rows() == []
