"""The picture that stands for an idea where its link is shared: its title, its field, and whose portal it is."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from portal.files import older_than

STATIC = Path(__file__).parents[1] / "static"
SIZE = (1200, 630)
EDGE = 72
TOP, BOTTOM = 178, 520
"""Between these stands the title."""
LOOK = 1
"""To be raised with any change of what is drawn: kept pictures go by it."""
GROUND, LIME, WHITE = "#0A1E6B", "#CBF35C", "#FFFFFF"
TITLE_SIZES = range(84, 43, -4)
LEADING = 1.32
"""Room for marks on capitals above marks under letters."""


KEPT = 86_400
"""Seconds a drawn picture is kept: it carries a title that may have been changed or taken away since."""


def folder(var_dir: Path) -> Path:
    return Path(var_dir) / "pictures"


def sweep(var_dir: Path) -> None:
    """Forget old pictures; whoever shares the idea again has it drawn anew."""
    for file in older_than(folder(var_dir), KEPT):
        file.unlink(missing_ok=True)


def draw(title: str, field: str, site: str) -> bytes:
    """A PNG. Letters the font does not have are left out."""
    image = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(image)
    mark = _mark()
    image.paste(mark, (EDGE, EDGE - 8), mark)
    pen.text((EDGE + mark.width + 24, EDGE + mark.height // 2 - 8), _known(site), WHITE, _font(48), anchor="lm")
    pen.text((EDGE, SIZE[1] - EDGE + 12), _known(field), LIME, _font(40), anchor="ls")
    font, lines = _fit(_known(title))
    step = round(font.size * LEADING)
    top = TOP + max(0, (BOTTOM - TOP - step * len(lines)) // 2)
    for number, line in enumerate(lines):
        pen.text((EDGE, top + step * number), line, WHITE, font)
    whole = io.BytesIO()
    image.quantize(64).save(whole, "PNG", optimize=True)
    return whole.getvalue()


def _fit(title: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest letters in which the title stays within its lines; the smallest cut what is left over."""
    for size in TITLE_SIZES:
        font = _font(size)
        lines = wrap(title, font)
        if len(lines) * size * LEADING <= BOTTOM - TOP:
            break
    return font, lines[: int((BOTTOM - TOP) // (size * LEADING))]


def wrap(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Lines no wider than the picture; a word that is wider by itself is cut."""
    lines, room = [""], SIZE[0] - 2 * EDGE
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if font.getlength(lines[-1] + letter) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _known(text: str) -> str:
    return " ".join("".join(letter for letter in text if letter == " " or _has(letter)).split())


@lru_cache(maxsize=1024)
def _has(letter: str) -> bool:
    """The font draws every letter it lacks as the same box."""
    font = _font(40)
    return bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(STATIC / "nay-display-800.woff2", size)


@lru_cache(maxsize=1)
def _mark() -> Image.Image:
    with Image.open(STATIC / "mark-192.png") as file:
        mark = file.convert("RGBA")
    corners = Image.new("L", mark.size)
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, *mark.size), mark.width * 0.3, fill=255)
    mark.putalpha(corners)
    return mark.resize((88, 88), Image.Resampling.LANCZOS)
