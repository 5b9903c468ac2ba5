"""The guardian's page, for which nobody needs an account, and the child's side of it under "Tôi"."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, flash, request
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import consents, limits, links, queries, rules, services, terms
from portal.accounts.consents import Guardianship
from portal.accounts.family_forms import GuardianEmailForm, GuardianForm
from portal.accounts.models import Member
from portal.accounts.views.base import go_to, page
from portal.accounts.views.blueprint import pages
from portal.accounts.views.data import fetch
from portal.database import now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.rules import Invalid
from portal.settings import current_settings
from portal.web.access import public, signed_in
from portal.web.language import current_language, words


@pages.route("/dong-y/<token>", methods=["GET", "POST"])
@public
def guardian(token: str) -> Response:
    """What is asked, how it stands, and how to change it. An old link can only be sent anew, to the address we know."""
    row, child, fresh = read_link(token)
    if child.status != "erased" and not child.is_child:
        return guardian_page("accounts/guardian_grown.html", GuardianForm(), row, child, status=410)
    if child.status == "erased":
        return guardian_page("accounts/guardian_gone.html", GuardianForm(), row, child, status=410)
    form = GuardianForm(
        purpose=sorted(queries.standing(child.id)["guardian"]), guardian_name=row.name, relation=row.relation
    )
    if request.method == "POST":
        try:
            return act(row, child, form, fresh=fresh)
        except Invalid as refusal:
            form.add_errors(refusal.errors)
        except Refusal as refusal:
            flash(words(refusal), "error")
    return guardian_page("accounts/guardian.html" if fresh else "accounts/guardian_old.html", form, row, child)


@pages.get("/dong-y/<token>/du-lieu")
@public
def guardian_copy(token: str) -> Response:
    """The copy of the child's data, for whoever has the guardian's live link."""
    _, child, fresh = read_link(token)
    if not fresh or not child.is_child:
        raise Missing
    return fetch(child.id)


def read_link(token: str) -> tuple[Guardianship, Member, bool]:
    """The guardian's row, the child, and whether the link may still act. Raises Missing for one we never sent."""
    known = links.read_guardian_token(current_settings(), token)
    found = queries.guardianship_by_key(known[0]) if known else None
    if known is None or found is None:
        raise Missing
    return *found, known[1]


def act(row: Guardianship, child: Member, form: GuardianForm, *, fresh: bool) -> Response:
    """Do what the pressed button says. Raises Refusal for what cannot be."""
    answer, moment, language = request.form.get("answer"), now(), current_language()
    if not fresh or answer == "resend":
        with transaction():
            services.resend(row, moment)
        flash(gettext("Đã gửi đường dẫn mới tới địa chỉ của anh/chị."), "done")
    elif answer == "stop":
        with transaction():
            services.stop(row.id, moment)
        flash(gettext("Đã ghi nhận. Không còn gì của con hiện với người khác."), "done")
    elif answer == "copy":
        with transaction():
            services.ask_copy(child, moment)
        flash(gettext("Bản sao đang được làm. Xong thì có thư báo, và trang này có đường tải về."), "done")
    elif answer == "agree":
        who = form.guardian_name.data or "", form.relation.data or ""
        with transaction():
            services.agree(row.id, shown(form.purpose.data or ()), who, language, moment)
        flash(gettext("Đã ghi nhận ý kiến của anh/chị. Thư xác nhận đang được gửi tới anh/chị."), "done")
    return Response(status=303, headers={"Location": request.full_path.rstrip("?")})


def shown(purposes: Iterable[str]) -> dict[str, str]:
    """The words beside each ticked box, as they were read."""
    asked = {name: consents.PURPOSES[name] for name in consents.PURPOSES if name in set(purposes)}
    return {name: f"{gettext(purpose.label)}. {gettext(purpose.explained)}" for name, purpose in asked.items()}


def guardian_page(template: str, form: GuardianForm, row: Guardianship, child: Member, *, status: int = 0) -> Response:
    answer = page(
        template,
        form,
        row=row,
        child=child,
        deadline=row.asked_at + terms.waits().deadline,
        purposes=consents.PURPOSES,
        copy=queries.data_copy_of(child.id, now()),
        settings=current_settings(),
    )
    answer.status_code = status or answer.status_code
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is a key
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


# --- the child's side ---------------------------------------------------------------------------


@pages.post("/toi/phu-huynh")
@signed_in
def ask_guardian() -> Response:
    """One more letter to the guardian, to the same address or the right one."""
    member = current_user.member
    if not member.is_child:
        raise Missing
    try:
        address = rules.read_email(request.form.get("guardian_email", ""))
        with transaction():
            limits.take_mailbox(address, now())
            services.ask_guardian(member, address, now())
        flash(gettext("Đã gửi thư cho phụ huynh."), "done")
    except Refusal as refusal:
        flash(words(refusal), "error")
    return go_to("accounts.me")


@pages.route("/toi/du-tuoi", methods=["GET", "POST"])
@signed_in
def of_age() -> Response:
    """Old enough for an account of one's own: what one agrees to, and what changes."""
    member, moment = current_user.member, now()
    if not services.is_of_age(member, moment):
        return go_to("accounts.me")
    if request.method == "POST":
        read = {name: gettext(purpose.to_child) for name, purpose in consents.OF_AGE.items()}
        with transaction():
            services.come_of_age(member.id, read, current_language(), moment)
        flash(gettext("Từ giờ tài khoản này là của riêng bạn."), "done")
        return go_to("accounts.me")
    guardian_of_mine = queries.guardianship_of(member.id)
    shared = guardian_of_mine is not None and guardian_of_mine.email == member.email
    return page("accounts/of_age.html", GuardianEmailForm(), asked=consents.OF_AGE.values(), shared=shared)


@pages.route("/toi/dong-y", methods=["GET", "POST"])
@signed_in
def consent() -> Response:
    """The child reads what the guardian allows, and says yes as well: from seven on both have to."""
    member = current_user.member
    if not member.is_child:
        raise Missing
    given = queries.standing(member.id)
    asked = [name for name in consents.PURPOSES if name in given["guardian"] and name not in given["member"]]
    if request.method == "POST" and asked:
        read = {name: gettext(consents.PURPOSES[name].to_child) for name in asked}
        try:
            with transaction():
                services.confirm(member.id, read, current_language(), now())
            flash(gettext("Xong rồi. Ý bạn gửi từ trước đang được chuyển cho người duyệt."), "done")
        except Conflict as refusal:
            flash(words(refusal), "error")
    if request.method == "POST" or not asked:
        return go_to("accounts.me")
    return page("accounts/consent.html", GuardianEmailForm(), asked=[consents.PURPOSES[name] for name in asked])
