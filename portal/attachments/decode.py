"""Run as a process of its own: a picture on stdin becomes WebP on stdout, or nothing and exit status 1.

What arrives was sent by anybody. So it is opened where nothing can be lost: with little memory, five seconds, no
files to write, no network to speak of, and only the pixels leave. EXIF (with the place a photo was taken), colour
profiles, further frames and whatever hangs behind the picture stay here.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from portal import confined

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY = 120 * 1024 * 1024
"""Bytes beyond the bare interpreter: a picture of a few kilobytes can unfold into gigabytes."""
SECONDS = 5
LONGEST_SIDE = 1600
QUALITY = 80
PIXELS = 16_000_000
JPEG_PIXELS = 64_000_000
"""A JPEG is read at a fraction of its size, so a telephone's large photo costs no more."""
THUMBNAIL_MODES = ("RGB", "RGBA", "L")
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def redraw(source: bytes) -> bytes:
    """The picture as WebP, upright, no side longer than 1600 pixels. Raises for whatever is no picture of ours."""
    from PIL import Image, ImageOps  # noqa: PLC0415  # after the limits

    Image.MAX_IMAGE_PIXELS = JPEG_PIXELS
    with Image.open(io.BytesIO(source), formats=FORMATS) as image:
        if image.width * image.height > (JPEG_PIXELS if image.format == "JPEG" else PIXELS):
            raise ValueError("too many pixels")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        pixels = image if image.mode in THUMBNAIL_MODES else _in_colour(image)
        pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)  # before anything makes a copy
        pixels = _in_colour(ImageOps.exif_transpose(pixels))
    pixels.info = {}
    drawn = io.BytesIO()
    pixels.save(drawn, "WEBP", quality=QUALITY, method=4)
    return drawn.getvalue()


def _in_colour(image: Image) -> Image:
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def main() -> int:
    confined.limit(MEMORY, SECONDS)
    try:
        drawn = redraw(sys.stdin.buffer.read())
    except Exception as error:  # noqa: BLE001  # any failure is the same answer; the parent says it in words
        sys.stderr.write(type(error).__name__)
        return 1
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
