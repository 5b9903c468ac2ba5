"""Words for what a picture shows: asked for with the picture, and said anew later."""

import pytest
from sqlalchemy import select

from portal.database import db
from portal.outbox.models import Fact
from tests import factories
from tests.portal.attachments import pictures
from tests.portal.attachments.sending import attach, publish, rows, send, version_of


def test_a_picture_is_told_in_words_and_a_pdf_need_not_be(client, me):
    page = f"/gui-y-tuong/tep?nhap={factories.draft(me).token}"
    faulty = send(client, page, pictures.picture(), alt="")
    assert faulty.status_code == 422
    assert "Tả ảnh trong một câu" in faulty.text
    assert 'id="file-error"' in faulty.text  # a browser forgets which file it was
    assert send(client, page, pictures.PDF, "bao-gia.pdf", alt="").status_code == 303
    assert [row.name for row in rows()] == ["bao-gia.pdf"]


def test_a_document_is_not_told_in_more_words_than_fit(client, me):
    page = f"/gui-y-tuong/tep?nhap={factories.draft(me).token}"
    answer = send(client, page, pictures.PDF, "bao-gia.pdf", alt="dài quá " * 30)
    assert answer.status_code == 422
    assert "Dài quá 39 ký tự" in answer.text


@pytest.mark.parametrize("to", ["draft", "waiting", "needs_changes"])
def test_what_a_picture_shows_is_said_anew_without_sending_it_again(client, me, to):
    if to == "draft":
        page = f"/gui-y-tuong/tep?nhap={factories.draft(me).token}"
    else:
        page = f"/y-tuong/{factories.idea(to, me).id}/tep"
    send(client, page, pictures.picture())
    (row,) = rows()
    faulty = send(client, f"/tep/{row.token}/ta", alt="<b")
    assert faulty.status_code == 422
    assert '<a href="#alt-' in faulty.text
    assert 'value="&lt;b"' in faulty.text
    assert [one.alt for one in rows()] == ["Cổng trường nhìn từ đường"]
    saved = send(client, f"/tep/{row.token}/ta", alt=" Cổng trường  ngập nước ")
    assert saved.location == f"{page}#tep-{row.id}"
    assert [(one.token, one.alt) for one in rows()] == [(row.token, "Cổng trường ngập nước")]
    assert "<b>Cổng trường ngập nước</b>" in client.get(page).text


def test_whoever_has_read_an_idea_reads_it_again_once_a_picture_is_told_otherwise(client, me):
    idea = factories.idea("waiting", me)
    row = attach(client, idea)
    same = send(client, f"/tep/{row.token}/ta", alt=row.alt)
    assert (same.status_code, version_of(idea)) == (303, 2)
    assert send(client, f"/tep/{row.token}/ta", alt="Cổng trường ngập nước").status_code == 303
    assert version_of(idea) == 3
    facts = db.session.scalars(select(Fact).where(Fact.name == "IdeaSubmitted").order_by(Fact.id)).all()
    assert facts[-1].payload == {"idea_id": idea.id, "version": 3}
    assert 'alt="Cổng trường ngập nước"' in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


def test_what_a_picture_shows_is_said_by_its_author_alone_and_before_a_decision(app, client, me):
    idea, draft = factories.idea("waiting", me), factories.draft(me)
    row = attach(client, idea)
    send(client, f"/gui-y-tuong/tep?nhap={draft.token}", pictures.picture())
    other = factories.sign_in(app.test_client(), factories.member())
    for one in rows():
        assert send(other, f"/tep/{one.token}/ta", alt="Không phải ảnh của tôi").status_code == 404
    assert send(client, f"/tep/{'x' * 43}/ta").status_code == 404
    publish(idea)
    assert send(client, f"/tep/{row.token}/ta", alt="Muộn rồi mà vẫn muốn đổi").status_code == 409
    assert f"/tep/{row.token}/ta" not in client.get(f"/y-tuong/{idea.id}/tep").text
    assert {one.alt for one in rows()} == {"Cổng trường nhìn từ đường"}
