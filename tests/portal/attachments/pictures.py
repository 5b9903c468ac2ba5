"""Files as people send them, and as people who mean harm do."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SCRIPT = b"<script>alert(1)</script>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **how: Any) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, (200, 30, 30, 255)[: len(mode)]).save(made, kind, **how)
    return made.getvalue()


def with_place() -> bytes:
    """A photo that says where and with what it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x010F] = "Telephone of a child"
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 46.0, 36.0), 3: "E", 4: (106.0, 41.0, 60.0)})
    return picture(exif=exif, comment=b"Nguyen Van A")


def png(width: int, height: int, rows: bytes = b"\0") -> bytes:
    """A PNG that claims a size whatever it holds."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


MULTIPART = "multipart/form-data; boundary=edge"


def multipart(fields: dict[str, str], content: bytes | None, name: str) -> bytes:
    """The body of a form with a file, by hand: the test client would leave large ones in a temporary file, open."""
    parts = [_part(f'name="{key}"', value.encode()) for key, value in fields.items()]
    if content is not None:
        parts.append(_part(f'name="file"; filename="{name}"', content))
    return b"".join(parts) + b"--edge--\r\n"


def _part(head: str, content: bytes) -> bytes:
    return f"--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"


def frames(number: int) -> bytes:
    made = io.BytesIO()
    first, *rest = [Image.new("RGB", (32, 32), (n % 256, n // 256, 0)) for n in range(number)]
    first.save(made, "GIF", save_all=True, append_images=rest, duration=10)
    return made.getvalue()


HOSTILE = {
    "nothing": (b"", "anh.jpg"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "anh.svg"),
    "html called jpg": (b"<html>" + SCRIPT, "anh.jpg"),
    "a zip": (b"PK\x03\x04" + bytes(200), "anh.png"),
    "an executable": (b"MZ" + bytes(200), "anh.jpg"),
    "a bomb of 50,000 x 50,000": (png(50_000, 50_000), "anh.png"),
    "a bomb that unpacks": (png(20_000, 20_000, bytes(30_000_000)), "anh.png"),
    "cut off": (picture()[:400], "anh.jpg"),
    "a head alone": (b"\xff\xd8\xff\xe0", "anh.jpg"),
    "tiff called png": (picture("TIFF"), "anh.png"),
    "half a pdf": (PDF[:30], "tep.pdf"),
    "11 MB": (picture("PNG") + bytes(11 * 1024 * 1024), "anh.png"),
}
"""What is refused, and the name it comes under."""
