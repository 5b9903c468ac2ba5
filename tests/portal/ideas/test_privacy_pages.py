"""Who reads what: nothing public tells who is a child, and what is not public is for those who judge it."""

import re

import pytest

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services
from portal.moderation import services as moderation
from portal.moderation.services import opening
from portal.outbox import services as outbox
from portal.units.queries import reference
from tests import factories
from tests.portal.accounts import family
from tests.portal.moderation import desk
from tests.queries import count_queries
from tests.transactions import run
from worker.reactions import REACTIONS

pytestmark = pytest.mark.usefixtures("app")
SECRET = "Công thức bí mật 4711"


def relay():
    outbox.relay(REACTIONS)
    desk.relay()


def take_back(child):
    """The account may stay, the ideas may not be shown."""
    family.agree(child, "account")
    relay()


def steps(client, idea, prefix=""):
    page = client.get(f"{prefix}/y-tuong/{idea.id}", follow_redirects=True).text
    return re.findall(r'<li class="(?:done|now)"[^>]*><b>([^<]+)</b>', page)


def reads(app, who, address):
    client = factories.sign_in(app.test_client(), who) if who else app.test_client()
    return client.get(address, follow_redirects=True, buffered=True)


def unit(code):
    return reference().unit_by_code[code].id


def moderator(code):
    return factories.member("moderator", unit_id=unit(code))


# --- the way of an idea -------------------------------------------------------------------------


def test_the_way_of_a_childs_idea_is_told_like_anybodys(app, client):
    child = family.child()
    idea = factories.idea("waiting_guardian", child)
    family.agree(child)
    family.confirm(child)
    relay()
    run(services.publish, idea.id, 2, factories.member("moderator"), now())
    grown_up = factories.idea("waiting")
    run(services.publish, grown_up.id, 1, factories.member("moderator"), now())
    assert steps(client, idea) == steps(client, grown_up) == ["Đã gửi", "Đã duyệt đăng"]
    assert "guardian" not in client.get(f"/en/y-tuong/{idea.id}", follow_redirects=True).text.lower()
    assert "Chờ phụ huynh" in steps(factories.sign_in(app.test_client(), child), idea)
    assert "Chờ phụ huynh" in steps(factories.sign_in(app.test_client(), factories.member("moderator")), idea)


@pytest.mark.parametrize("away", ["hidden", "merged"])
def test_that_an_idea_was_out_of_sight_for_a_while_is_not_told(client, away):
    idea, staff, into = factories.idea("waiting"), factories.member("moderator"), factories.published_idea()
    with transaction():
        services.publish(idea.id, 1, staff, now())
        services.advance(idea.id, "shortlisted", staff, now(), note_vi="Hội đồng đang đọc.", note_en="Being read.")
    with transaction():
        if away == "hidden":
            services.hide(idea.id, staff, now())
            services.restore(idea.id, staff, now())
        else:
            services.merge(idea.id, into.id, 1, staff, now())
            services.put_back(idea.id, "merged", "shortlisted", staff, now())
    assert steps(client, idea) == ["Đã gửi", "Đã duyệt đăng", "Đang xem xét"]
    assert "Hội đồng đang đọc." in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


# --- a yes taken back ---------------------------------------------------------------------------


@pytest.mark.parametrize("left", ["withdrawn", "merged"])
def test_with_the_guardians_yes_goes_the_page_of_what_was_public_once(app, left):
    child, into = family.allowed_child(), factories.published_idea()
    idea = factories.published_idea(child)
    file = factories.attachment(idea)
    if left == "withdrawn":
        run(services.withdraw, child, idea.id, "", now())
    else:
        run(services.merge, idea.id, into.id, 1, factories.member("moderator"), now())
    addresses = [f"/y-tuong/{idea.id}", f"/y-tuong/{idea.id}/lich-su", f"/api/v1/ideas/{idea.id}"]
    files = [f"/api/v1/ideas/{idea.id}/files", f"/tep/{file.token}"]
    assert {reads(app, None, address).status_code for address in addresses} == {200}
    take_back(child)
    for reader in (None, factories.member()):
        assert {reads(app, reader, address).status_code for address in (*addresses, *files)} == {404}
    assert idea.problem in reads(app, child, f"/api/v1/ideas/{idea.id}").json["problem"]


def test_what_went_up_in_another_leads_there_from_every_address(app):
    idea, into = factories.published_idea(), factories.published_idea()
    file, author = factories.attachment(idea), db.session.get_one(Member, idea.author_id)
    run(services.merge, idea.id, into.id, 1, factories.member("moderator"), now())
    for address in (f"/y-tuong/{idea.id}", f"/y-tuong/{idea.id}/lich-su"):
        assert into.title in reads(app, None, address).text
    assert reads(app, None, f"/api/v1/ideas/{idea.id}").json["id"] == into.id
    assert reads(app, author, f"/api/v1/ideas/{idea.id}").json["id"] == idea.id
    own = reads(app, author, f"/y-tuong/{idea.id}")
    assert own.request.path.startswith(f"/y-tuong/{idea.id}-")
    assert "đã được gộp vào một ý khác" in own.text
    assert f'href="/y-tuong/{into.id}?gop={idea.id}"' in own.text
    assert f'href="/y-tuong/{idea.id}/bien-nhan"' in own.text
    for address in (f"/api/v1/ideas/{idea.id}/files", f"/api/v1/ideas/{idea.id}/comments", f"/tep/{file.token}"):
        assert reads(app, None, address).status_code == 404


def test_only_the_idea_that_took_it_in_says_so(client):
    idea, into, other = (factories.published_idea() for _ in range(3))
    run(services.merge, idea.id, into.id, 1, factories.member("moderator"), now())
    assert "đã được gộp vào ý này" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    for lie in (f"{other.id}?gop={idea.id}", f"{into.id}?gop={other.id}", f"{into.id}?gop=1e9"):
        page = client.get(f"/y-tuong/{lie}", follow_redirects=True)
        assert page.status_code == 200
        assert "đã được gộp vào ý này" not in page.text


# --- who judges ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["waiting", "needs_changes", "rejected", "hidden"])
def test_what_is_not_public_is_read_by_its_own_moderators_alone(app, status):
    idea = factories.idea(status, unit="40", confidential=SECRET)
    for reader in (moderator("40"), factories.member("moderator")):
        assert SECRET in reads(app, reader, f"/y-tuong/{idea.id}").text
        assert reads(app, reader, f"/api/v1/ideas/{idea.id}").json["confidential"] == SECRET
    for address in (f"/y-tuong/{idea.id}", f"/y-tuong/{idea.id}/lich-su", f"/api/v1/ideas/{idea.id}"):
        assert reads(app, moderator("48"), address).status_code == 404


def test_what_is_confidential_in_a_public_idea_is_not_for_another_units_moderators(app):
    idea = factories.published_idea(unit="40", confidential=SECRET)
    assert SECRET not in reads(app, moderator("48"), f"/y-tuong/{idea.id}").text
    assert "confidential" not in reads(app, moderator("48"), f"/api/v1/ideas/{idea.id}").json


def test_who_was_passed_a_case_reads_the_idea_and_its_files_while_it_is_open(app):
    case = desk.waiting_case(unit="40", confidential=SECRET)
    file, other, first = factories.attachment(case.idea), moderator("48"), moderator("40")
    run(moderation.pass_on, case.id, first, "48", "Ý này nói về Đà Nẵng.", now())
    addresses = [f"/y-tuong/{case.idea_id}", f"/api/v1/ideas/{case.idea_id}", f"/tep/{file.token}"]
    assert {reads(app, other, address).status_code for address in addresses} == {200}
    assert SECRET in reads(app, other, addresses[0]).text
    client = factories.sign_in(app.test_client(), other)
    whole = client.get(addresses[0], follow_redirects=True).request.path
    with count_queries() as counted:
        client.get(whole)
    assert counted.n <= 5, counted.statements
    run(opening.close, case.subject)
    assert {reads(app, other, address).status_code for address in addresses} == {404}


def test_what_waits_for_a_guardian_is_its_authors_alone_until_somebody_has_to_see_to_it(app):
    child, beside, staff = family.allowed_child(), factories.member(), factories.member("moderator")
    idea = factories.published_idea(child)
    held = factories.idea("waiting_guardian", family.child("khac@example.vn"))
    for reader in (staff, factories.member("admin")):
        assert reads(app, reader, f"/y-tuong/{held.id}").status_code == 404
    run(services.coauthors.invite, child, idea.id, f"@{beside.handle}", now())
    run(services.coauthors.accept, beside, idea.id, now())
    take_back(child)
    assert reads(app, beside, f"/y-tuong/{idea.id}").status_code == 404
    assert reads(app, child, f"/y-tuong/{idea.id}").status_code == 200
    assert reads(app, staff, f"/y-tuong/{idea.id}").status_code == 200, "the case of the withdrawal is open"
    run(opening.close, f"withdrawal:{idea.id}")
    assert reads(app, staff, f"/y-tuong/{idea.id}").status_code == 404
