"""The mailbox of a portal that sends no mail: for whoever tries it out on their own machine, and for nobody else."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from flask import Response, make_response, render_template, request

from portal.errors import Missing
from portal.notifications import mailbox as letters
from portal.notifications.views.blueprint import pages
from portal.settings import current_settings
from portal.web.access import public
from portal.web.security import CONTENT_SECURITY_POLICY

FRAMES = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
NEW_TAB = '<head><base target="_blank">'  # a link in a frame would open inside it


@pages.get("/dev/mailbox")
@public
def mailbox() -> str:
    return render_template("notifications/mailbox.html", letters=letters.newest(folder()))


@pages.get("/dev/mailbox/<name>")
@public
def mail(name: str) -> Response:
    answer = make_response(render_template("notifications/mail.html", letter=kept(name)))
    answer.headers["Content-Security-Policy"] = FRAMES
    return answer


@pages.get("/dev/mailbox/<name>/html")
@public
def mail_html(name: str) -> Response:
    """The letter as its reader sees it, shown in a frame that may do nothing."""
    answer = make_response(kept(name).body("html").replace("<head>", NEW_TAB, 1))
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer


def kept(name: str) -> letters.Kept:
    letter = letters.find(folder(), name)
    if letter is None:
        raise Missing
    return letter


def folder() -> Path:
    """The folder, for a reader on this machine and in the development profile. To all others there is no such page."""
    settings = current_settings()
    if settings.production or not request.remote_addr or not ip_address(request.remote_addr).is_loopback:
        raise Missing
    return settings.mailbox_dir
