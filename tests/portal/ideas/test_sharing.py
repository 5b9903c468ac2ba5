"""What a link takes along: a picture with the title in it, a QR code, plain links to elsewhere."""

import io
import os
import re
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import current_app
from PIL import Image

from portal.database import now, transaction
from portal.ideas import picture, services
from tests import factories

pytestmark = pytest.mark.one_engine_each


def image_of(client, idea):
    return client.get(f"/y-tuong/{idea.id}/anh.png")


def test_the_picture_is_drawn_once_for_each_version(client, monkeypatch):
    idea = factories.published_idea(title="Tủ sách đi nhờ xe buýt, Ẳ Ễ Ộ Ữ Ỵ đ ₫")
    answer = image_of(client, idea)
    assert answer.content_type == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=300", "the title may be masked"
    with Image.open(io.BytesIO(answer.data)) as image:
        assert image.size == (1200, 630)
    monkeypatch.setattr(picture, "draw", lambda *_: b"drawn anew")
    assert image_of(client, idea).data == answer.data
    kept = Path(current_app.config["SETTINGS"].var_dir) / "pictures"
    assert [file.name for file in kept.glob(f"{idea.id}-*")] == [f"{idea.id}-1-{idea.field_id}-vi-{picture.LOOK}.png"]
    assert client.get(f"/en/y-tuong/{idea.id}/anh.png").data == b"drawn anew", "the field is named in English there"


def test_old_pictures_are_forgotten_and_young_ones_kept(tmp_path):
    picture.sweep(tmp_path)  # nothing was ever drawn
    picture.folder(tmp_path).mkdir()
    young, old = (picture.folder(tmp_path) / name for name in ("1-1-1-1.png", "1-2-1-1.png"))
    for file, age in ((young, picture.KEPT - 60), (old, picture.KEPT + 60)):
        file.write_bytes(b"drawn")
        os.utime(file, (time.time() - age,) * 2)
    picture.sweep(tmp_path)
    assert (young.exists(), old.exists()) == (True, False)


@pytest.mark.parametrize("title", ["Tủ sách", "Một hai ba " * 11, "x" * 120, "🚌" * 20, "Ẳ" * 60])
def test_every_title_stays_inside_the_picture(title):
    font, lines = picture._fit(picture._known(title))
    assert all(font.getlength(line) <= picture.SIZE[0] - 2 * picture.EDGE for line in lines)
    assert len(lines) * font.size * picture.LEADING <= picture.BOTTOM - picture.TOP
    assert picture.draw(title, "Môi trường", "Nảy").startswith(b"\x89PNG")


def test_the_font_draws_every_vietnamese_letter_itself():
    letters = (
        "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ0123456789₫“”–…?!%"
    )
    assert [letter for letter in letters + letters.upper() if not picture._has(letter)] == []
    assert not picture._has("🚌")


def test_the_code_is_an_svg_that_runs_nothing(client):
    answer = client.get(f"/y-tuong/{factories.published_idea().id}/ma-qr.svg")
    assert answer.content_type == "image/svg+xml"
    assert b"<script" not in answer.data
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("file", ["anh.png", "ma-qr.svg"])
@pytest.mark.parametrize("status", ["waiting", "hidden", "withdrawn"])
def test_what_is_not_public_has_neither(client, file, status):
    idea = factories.published_idea() if status != "waiting" else factories.idea("waiting")
    if status != "waiting":
        with transaction():
            services.advance(idea.id, status, None, now())
    assert client.get(f"/y-tuong/{idea.id}/{file}").status_code == 404


def test_the_page_says_what_it_is_and_hands_on_its_plain_address(client):
    idea = factories.published_idea(title="Tủ sách đi nhờ xe buýt")
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    address = f"http://localhost/y-tuong/{idea.id}-tu-sach-di-nho-xe-buyt"
    assert f'<meta property="og:image" content="http://localhost/y-tuong/{idea.id}/anh.png?v=1">' in page
    assert f'<meta property="og:url" content="{address}">' in page
    facebook = re.search(r'href="(https://www\.facebook\.com/[^"]+)"', page)[1]
    assert unquote(facebook).endswith(f"?u={address}")
    assert 'href="https://button-share.zalo.me/share_external?d=' in page
    assert not re.search(r'<(?:script|iframe|img)[^>]+src="https?:', page)
