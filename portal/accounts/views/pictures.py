"""Pictures drawn for one page, inline: no file keeps them, no other server sees them."""

from __future__ import annotations

import segno
from markupsafe import Markup, escape


def qr(content: str, title: str) -> Markup:
    """A QR code as SVG, dark on light also where the page is dark: cameras want it so."""
    drawn = segno.make(content, micro=False).svg_inline(scale=5, dark="#000", light="#fff", title=str(escape(title)))
    return Markup(drawn)  # noqa: S704  # segno draws paths; the title is escaped
