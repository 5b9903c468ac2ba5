"""What is kept of a file: pixels drawn anew, nothing that came along with them."""

import io
import time
from types import SimpleNamespace

import pytest
from PIL import Image

from portal import confined, text
from portal.attachments import decode
from portal.attachments.reading import read
from portal.attachments.rules import NAME_MAX
from portal.errors import Refusal
from tests.portal.attachments import pictures


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_drawn_anew(kind):
    file = read(pictures.picture(kind), "ảnh của em.jpg")
    assert (file.kind, file.width, file.height) == ("image", 640, 480)
    with Image.open(io.BytesIO(file.content)) as image:
        assert image.format == "WEBP"


def test_place_maker_and_comment_stay_behind_and_the_photo_stands_upright():
    file = read(pictures.with_place(), "x.jpg")
    assert (file.width, file.height) == (480, 640)
    for told in (b"Telephone", b"Nguyen", b"Exif", b"GPS"):
        assert told not in file.content
    with Image.open(io.BytesIO(file.content)) as image:
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize("tail", [pictures.SCRIPT, pictures.PDF, b"PK\x03\x04<?php system($_GET[0]) ?>"])
def test_what_hangs_behind_a_picture_does_not_come_along(tail):
    assert tail not in read(pictures.picture("GIF") + tail, "x.gif").content


def test_a_large_photo_is_made_small_and_a_see_through_one_stays_so():
    large = read(pictures.picture("JPEG", (6000, 8000)), "x.jpg")
    assert max(large.width, large.height) == 1600
    with Image.open(io.BytesIO(large.small)) as image:
        assert image.size == (800, 1067)
    assert read(pictures.picture("JPEG", (800, 600)), "x.jpg").small == b""
    clear = read(pictures.picture("PNG", mode="RGBA"), "x.png")
    with Image.open(io.BytesIO(clear.content)) as image:
        assert image.mode in {"RGBA", "RGB"}


def test_of_a_thousand_frames_one_is_kept():
    file = read(pictures.frames(1000), "x.gif")
    with Image.open(io.BytesIO(file.content)) as image:
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize("case", pictures.HOSTILE)
def test_what_is_hostile_or_broken_is_refused_soon(case):
    began = time.monotonic()
    with pytest.raises(Refusal):
        read(*pictures.HOSTILE[case])
    assert time.monotonic() - began < 30  # a bound against hanging; the figure is measured in bench/


@pytest.mark.parametrize("case", [case for case in pictures.HOSTILE if case != "11 MB"])
def test_who_chose_several_in_a_row_is_told_which_one_is_refused(case):
    content, name = pictures.HOSTILE[case]
    with pytest.raises(Refusal) as refused:
        read(content, f"C:\\phim\\{name}")
    assert str(refused.value).startswith(f"“{name}” ")
    assert refused.value.field == "file"


def test_who_chose_nothing_is_asked_to_choose():
    with pytest.raises(Refusal, match="Chọn một ảnh hoặc tệp PDF"):
        read(b"", "")


def test_a_pdf_is_kept_as_it_is():
    file = read(pictures.PDF, "báo giá.pdf")
    assert (file.kind, file.name, file.content) == ("pdf", "báo giá.pdf", pictures.PDF)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/var/www/x.jpg", "x.jpg"),
        (".htaccess", "htaccess"),
        ("a\0\n\u202ex.jpg", "a x.jpg"),
        ("", "anh"),
        ("...", "anh"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_name_is_words_and_no_path(sent, kept):
    assert text.display_name(sent, "anh", NAME_MAX) == kept


@pytest.mark.parametrize(("size", "most"), [(1000, 1000 + decode.MEMORY), (0, confined.MEMORY_AT_ALL)])
def test_the_decoder_limits_itself_before_it_opens_anything(monkeypatch, size, most):
    limited = []
    monkeypatch.setattr(confined.resource, "setrlimit", lambda what, most: limited.append((what, most)))
    monkeypatch.setattr(confined, "_size", lambda: size)
    monkeypatch.setattr(decode, "redraw", lambda _source: limited.append("opened") or b"")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO()))
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=io.BytesIO()))
    assert decode.main() == 0
    assert (confined.resource.RLIMIT_AS, (most, most)) in limited
    assert (confined.resource.RLIMIT_CPU, (decode.SECONDS, decode.SECONDS)) in limited
    assert (confined.resource.RLIMIT_FSIZE, (0, 0)) in limited
    assert limited[-1] == "opened"
