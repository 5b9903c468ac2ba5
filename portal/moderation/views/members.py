"""Those who write, as the desk knows them: what was decided about them, and what they may do at the moment."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Missing
from portal.moderation import queries, services
from portal.moderation.views.base import desk
from portal.moderation.views.blueprint import pages
from portal.web.access import allowed


@pages.get("/kiem-duyet/thanh-vien")
@allowed("moderate")
def members() -> str:
    """Who is trusted, and who is silenced."""
    moment = now()
    return desk("moderation/members.html", moment, people=queries.limited(_scope(), moment))


@pages.get("/kiem-duyet/thanh-vien/<int:member_id>")
@allowed("moderate")
def member(member_id: int) -> str:
    scope, moment = _scope(), now()
    known = _known(member_id, scope)
    return desk(
        "moderation/member.html",
        moment,
        known=known,
        facts=queries.author_facts(known.member, moment.date()),
        entries=queries.lines_about(queries.wrote(member_id), scope),
        notes=queries.notes_about(member_id, scope),
    )


@pages.post("/kiem-duyet/thanh-vien/<int:member_id>/thoi-tin")
@allowed("moderate")
def distrust(member_id: int) -> Any:
    """Everything of theirs is read first again."""
    _known(member_id, _scope())
    with transaction():
        services.end_trust(member_id, current_user.member)
    flash(gettext("Từ nay bài của tác giả được đọc trước khi lên trang."), "done")
    return redirect(url_for(".member", member_id=member_id), 303)


@pages.post("/kiem-duyet/thanh-vien/<int:member_id>/cho-gui")
@allowed("moderate")
def give_voice(member_id: int) -> Any:
    """They may send again, before their time is over."""
    _known(member_id, _scope())
    with transaction():
        services.give_voice(member_id, current_user.member, now())
    flash(gettext("Bạn ấy gửi bài lại được từ bây giờ, và được báo."), "done")
    return redirect(url_for(".member", member_id=member_id), 303)


def _scope() -> queries.Where:
    """What colleagues say of one's own texts, or of one's family's, is not for oneself."""
    return services.may_talk(current_user.member)


def _known(member_id: int, scope: queries.Where) -> queries.Limited:
    found = queries.writer(member_id, scope)
    if found is None:
        raise Missing
    return found
