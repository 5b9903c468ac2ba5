"""What a link to an idea takes along: a picture, a code to photograph; and how to hand it on."""

from __future__ import annotations

import base64
import io
import json
from contextlib import suppress
from urllib.parse import quote, urlencode

import segno
from flask import Response, url_for
from flask_babel import gettext

from portal.errors import Missing
from portal.files import write_whole
from portal.ideas import picture, queries, schemas
from portal.ideas.queries import Shown
from portal.ideas.views.blueprint import pages
from portal.settings import current_settings
from portal.web.access import public
from portal.web.language import current_language
from portal.web.templating import local

FIVE_MINUTES = 300
"""The title is in both, and may be masked: no cache between us and a reader keeps it for longer than a file."""


@pages.get("/y-tuong/<int:idea_id>/anh.png")
@public
def image(idea_id: int) -> Response:
    """The picture of OpenGraph, drawn once for each version, field and language."""
    shown = _public(idea_id)
    kept = (
        picture.folder(current_settings().var_dir)
        / f"{idea_id}-{shown.idea.version}-{shown.idea.field_id}-{current_language()}-{picture.LOOK}.png"
    )
    try:
        drawn = kept.read_bytes()
    except OSError:
        drawn = picture.draw(shown.idea.title, local(shown.field, "name"), "Nảy")
        with suppress(OSError):  # a folder that cannot be written costs drawing anew, not the answer
            write_whole(kept, drawn, durable=False)
    return _kept_for_a_while(Response(drawn, content_type="image/png"))


@pages.get("/y-tuong/<int:idea_id>/ma-qr.svg")
@public
def qr(idea_id: int) -> Response:
    """The idea's address as a QR code, for a poster or another phone."""
    drawn = io.BytesIO()
    code = segno.make(address(_public(idea_id)), error="m")
    code.save(drawn, kind="svg", scale=4, border=4, light="#fff", title=gettext("Mã QR của ý tưởng"))
    return _kept_for_a_while(Response(drawn.getvalue(), content_type="image/svg+xml"))


def _public(idea_id: int) -> Shown:
    shown = queries.show(idea_id, None)
    if not shown.is_public:
        raise Missing
    return shown


def _kept_for_a_while(answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    return answer


def address(shown: Shown) -> str:
    return schemas.address(shown.idea.id, shown.slug)


def picture_url(shown: Shown) -> str:
    """With the version in it, so that whoever keeps pictures sees a new one."""
    return current_settings().base_url + url_for("ideas.image", idea_id=shown.idea.id, v=shown.idea.version)


def links(shown: Shown) -> list[tuple[str, str]]:
    """Where to hand the address on to: plain links, no script and no pixel of theirs."""
    here = address(shown)
    packed = base64.b64encode(json.dumps({"url": here}).encode()).decode()
    return [
        ("Zalo", "https://button-share.zalo.me/share_external?" + urlencode({"d": quote(packed)})),
        ("Facebook", "https://www.facebook.com/sharer/sharer.php?" + urlencode({"u": here})),
    ]
