"""From what was sent to what may be kept: told by its first bytes, never by its name or what the browser calls it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from threading import BoundedSemaphore

from PIL import Image

from portal import confined, text
from portal.attachments.decode import QUALITY
from portal.attachments.rules import LARGEST, MEGABYTE, NAME_MAX, SMALL, TOO_LARGE
from portal.errors import N_, Refusal

DECODE_SECONDS = 8
PDF_HEAD, PDF_TAIL, PDF_TAIL_WITHIN = b"%PDF-", b"%%EOF", 2048
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_one_at_a_time = BoundedSemaphore(1)  # in each process: a burst of photos waits rather than fill the memory

NOT_OURS = N_("“%(name)s” không phải ảnh hay tệp PDF. Chỉ nhận JPEG, PNG, WebP, GIF và PDF.")
EMPTY = N_("“%(name)s” trống, không có gì bên trong. Chọn tệp khác.")
BROKEN = N_("“%(name)s” bị hỏng hoặc chưa tải hết. Mở thử trên máy rồi gửi lại.")
NOT_OPENED = N_("“%(name)s” không mở được, hoặc quá lớn. Thử chụp lại hoặc thu nhỏ ảnh.")


@dataclass(frozen=True)
class File:
    """A file as it will be kept."""

    kind: str
    name: str
    content: bytes
    width: int = 0
    height: int = 0
    small: bytes = b""
    """A picture's copy for telephones; none of one that is as small itself."""


def read(content: bytes, name: str) -> File:
    """What is kept of a file. Slow, so never inside a transaction. Raises Refusal for what is neither picture nor PDF."""
    if not content:
        raise _refusal(EMPTY, name) if name else Refusal(N_("Chọn một ảnh hoặc tệp PDF"), field="file")
    refuse_large(len(content), name)
    if content.startswith(PDF_HEAD):
        if PDF_TAIL not in content[-PDF_TAIL_WITHIN:]:
            raise _refusal(BROKEN, name)
        return File("pdf", text.display_name(name, "tai-lieu.pdf", NAME_MAX), content)
    if not (content.startswith(_IMAGES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")):
        raise _refusal(NOT_OURS, name)
    drawn = _redrawn(content)
    if not drawn:
        raise _refusal(NOT_OPENED, name)
    with Image.open(io.BytesIO(drawn), formats=("WEBP",)) as image:
        return File(
            "image", text.display_name(name, "anh", NAME_MAX), drawn, image.width, image.height, _smaller(image)
        )


def _smaller(image: Image.Image) -> bytes:
    """What the decoder drew is ours, so it may be opened here."""
    if image.width <= SMALL:
        return b""
    copy, drawn = image.copy(), io.BytesIO()
    copy.thumbnail((SMALL, image.height), Image.Resampling.LANCZOS)
    copy.save(drawn, "WEBP", quality=QUALITY)
    return drawn.getvalue()


def refuse_large(size: int, name: str) -> None:
    """Raise Refusal for more bytes than are kept, with the name and the size in megabytes."""
    if size > LARGEST:
        raise _refusal(TOO_LARGE, name, status=413, size=-(-size // MEGABYTE))


def _refusal(why: str, name: str, **more: int) -> Refusal:
    """Named: who chose several in a row is told which one."""
    return Refusal(why, field="file", name=text.display_name(name, "tep", NAME_MAX), **more)


def _redrawn(content: bytes) -> bytes:
    """Nothing of what cannot be opened."""
    with _one_at_a_time:
        done = confined.run("portal.attachments.decode", content, DECODE_SECONDS)
    return b"" if done is None or done.returncode != 0 else done.stdout
