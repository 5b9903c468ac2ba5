"""Every route says who may use it, and means it."""

import re
from collections import Counter
from types import SimpleNamespace

import pytest
from flask import Flask

from portal.accounts.policy import ACTIONS, can
from portal.announcements import services as announcements
from portal.database import now, transaction
from portal.units.queries import reference
from portal.web.access import public, undeclared
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import family
from tests.portal.moderation import desk
from tests.portal.notifications import stories
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each

ID = re.compile(r'\sid="([^"]+)"')
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CHANGES_FOR_EVERYBODY = {  # each with a reason why nobody has to be signed in
    "accounts.sign_in", "accounts.code", "accounts.resend", "accounts.password", "accounts.first_password",
    "accounts.second_factor", "accounts.first_factor", "accounts.register", "accounts.sign_out",  # on the way in and out
    "accounts.guardian",  # the key is in the address: guardians need no account
    "ideas.keep", "ideas.send", "ideas.discard",  # drafts of a visitor
    "voting.support", "discussion.follow", "discussion.post", "reports.send",  # held until they sign in
    "pages.theme",  # a cookie
    "notifications.unsubscribe", "notifications.choices_by_ticket", "notifications.returned",  # by the signed word in a letter's link
}  # fmt: skip


OWN_PROOF = {"notifications.unsubscribe", "notifications.returned"}
"""Judged by the signed word in the address alone: mail providers call it without cookie or origin (RFC 8058)."""


def access(app, rule):
    return app.view_functions[rule.endpoint].access


def rules(app, *methods):
    return [rule for rule in app.url_map.iter_rules() if rule.methods & set(methods)]


@pytest.fixture
def things(app):
    """Something real behind every kind of address, so that a guard is seen and not a missing row."""
    case, campaign = desk.waiting_case(), factories.campaign()
    idea = factories.published_idea()
    return {
        "idea_id": idea.id,
        "comment_id": factories.comment(idea).id,
        "report_id": factories.report(idea).id,
        "search_id": factories.saved_search().id,
        "file_id": 1,
        "case_id": case.id,
        "decision_id": desk.approve(desk.waiting_case(), factories.member("moderator")).id,
        "letter_id": letter_written(),
        "letter_kind": "idea_published",
        "letter_language": "vi",
        "announcement_id": announcement_drafted(),
        "ticket": "x",
        "session_id": 1,
        "passkey_id": 1,
        "token_id": 1,
        "raised_id": 1,
        "format_": "csv",
        "slug": "x",
        "name": "x",
        "hash_": "x",
        "outcome": "nho-sua",
        "reason": "unclear",
        "batch": "x",
        "rule": "links",
        "shelf": "bao-cao",
        "number": 1,
        "token": family.token_of(family.child()),
        "member_id": factories.member().id,
        "unit_id": reference().unit_by_code["40"].id,
        "field_id": reference().fields[0].id,
        "campaign_id": campaign.id,
        "question_id": factories.question(campaign),
        "grant_id": factories.member("juror").grants[0].id,
        "handle": factories.member().handle,
    }


def letter_written():
    """The id of a letter that waits to be sent."""
    stories.code_requested()
    stories.relay()
    return stories.letter("sign_in_code").id


def announcement_drafted():
    admin = factories.member("admin")
    words = {"subject": "Hạn gửi bài lùi", "body": "Hạn gửi bài lùi đến thứ Bảy tuần này."}
    with transaction():
        return announcements.draft(admin, words, "field", reference().fields[0].id, now()).id


def address(app, rule, things):
    """An address of a rule with something behind it."""
    with app.test_request_context():
        built = rule.build({name: things[name] for name in rule.arguments})
    return built[1]


def answers(app, things, client, method, *, guards=(), **sent):
    """(rule, access, answer) of every route, or of those with one of these guards."""
    for rule in rules(app, method):
        if not guards or access(app, rule) in guards:
            yield rule, access(app, rule), client.open(address(app, rule, things), method=method, **sent)


def csrf_of(client):
    page = client.get("/toi").text
    return {"X-CSRFToken": token_in(page)}


def test_every_route_declares_an_access_we_know(app):
    known = {"public", "signed_in", *ACTIONS}
    unknown = {endpoint for endpoint, view in app.view_functions.items() if getattr(view, "access", None) not in known}
    assert unknown == set()


def test_a_route_that_declares_nothing_is_named():
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/", "forgotten", lambda: "")
    bare.add_url_rule("/x", "declared", public(lambda: ""))
    assert undeclared(bare) == ["forgotten"]


def test_what_everybody_may_change_is_a_short_list(app):
    found = {rule.endpoint for rule in rules(app, "POST", "PUT", "PATCH", "DELETE") if access(app, rule) == "public"}
    assert found == CHANGES_FOR_EVERYBODY


def test_nothing_is_changed_by_reading(app):
    both = {rule.endpoint for rule in rules(app, "GET") if rule.methods & {"PUT", "PATCH", "DELETE"}}
    assert both == set()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_signed_out_nothing_guarded_opens(app, things, method):
    wrong = []
    for rule, guard, answer in answers(app, things, app.test_client(), method):
        told = (401, None) if rule.rule.startswith("/api/") else (303, "/dang-nhap")
        if guard != "public" and (answer.status_code, answer.location) != told:
            wrong.append((rule.rule, answer.status_code))
    assert wrong == []


def bodies(client, who):
    """Headers a change needs: the page's token, or for the API a bearer token."""
    bearer = factories.api_key(who)
    page = csrf_of(client)
    return lambda rule: bearer if rule.rule.startswith("/api/") else page


def as_somebody(app, things, client, who, concerned):
    """(method, rule, answer) of every route that is `concerned`, by each of its methods, with every token it needs."""
    needed = bodies(client, who)
    for method in METHODS:
        for rule in filter(concerned, rules(app, method)):
            yield method, rule, client.open(address(app, rule, things), method=method, headers=needed(rule))


@pytest.mark.parametrize("role", ["member", "juror", "moderator", "organiser", "admin of a province"])
def test_role_by_route_by_method_what_one_may_not_does_not_exist(app, things, role):
    """The matrix: every route there is, by each of its methods; new routes are in it by themselves."""
    province = {"unit_id": reference().unit_by_code["01"].id} if " of " in role else {}
    who = factories.member(role.split()[0], **province)
    refused = {action for action in ACTIONS if not can(who, action)}
    client = factories.sign_in(app.test_client(), who)
    found = as_somebody(app, things, client, who, lambda rule: access(app, rule) in refused)
    answered = [(method, rule.rule, answer.status_code) for method, rule, answer in found]
    assert answered
    assert [one for one in answered if one[2] != 404] == []


def test_role_by_route_by_method_another_provinces_things_do_not_exist(app, things):
    """What an administrator of Hà Nội may do, they may do there: things of Nghệ An answer as if they were not."""
    here, there = (reference().unit_by_code[code].id for code in ("01", "40"))
    held = factories.member("juror", unit_id=there)
    theirs = {**things, "member_id": held.id, "grant_id": held.grants[0].id, "unit_id": there}
    who = factories.member("admin", unit_id=here)
    client = factories.sign_in(app.test_client(), who)

    def concerned(rule):
        return access(app, rule) == "administer" and rule.arguments & {"member_id", "grant_id", "unit_id"}

    found = as_somebody(app, theirs, client, who, concerned)
    assert [(method, rule.rule) for method, rule, answer in found if answer.status_code != 404] == []


def test_role_by_route_by_method_a_strangers_private_idea_answers_as_one_that_is_not_there(app, things):
    """Whatever is asked of an idea that waits, the answer is that for a number no idea has."""
    who = factories.member()
    client = factories.sign_in(app.test_client(), who)

    def asked_about(idea_id):
        of_an_idea = {**things, "idea_id": idea_id}
        found = as_somebody(app, of_an_idea, client, who, lambda rule: "idea_id" in rule.arguments)
        return {(method, rule.rule): answer.status_code for method, rule, answer in found}

    hidden, missing = asked_about(factories.idea("waiting").id), asked_about(987_654_321)
    assert hidden == missing
    assert {code for (method, _), code in hidden.items() if method == "GET"} == {404}


@pytest.mark.parametrize("role", [None, "member", "juror", "moderator", "organiser", "admin"])
def test_every_page_has_an_answer_for_every_role(app, things, role):
    """Read as each role, no page breaks or says one id twice, and staff do get to see theirs."""
    client = app.test_client()
    who = factories.member(role) if role else SimpleNamespace(role=None)
    if role:
        factories.sign_in(client, who)
    wrong = []
    for rule, guard, answer in answers(app, things, client, "GET"):
        may = guard == "public" or (guard == "signed_in" and role) or who.role in ACTIONS.get(guard, ())
        on_the_way_in = rule.endpoint.startswith("accounts.") and guard == "public"
        turned_away = answer.status_code == 401 or (answer.location == "/dang-nhap" and not on_the_way_in)
        ids = Counter(ID.findall(answer.text)) if answer.mimetype == "text/html" else {}
        twice = [name for name, times in ids.items() if times > 1]  # a label names the first, whichever was meant
        if answer.status_code >= 500 or (may and turned_away) or twice:
            wrong.append((rule.rule, answer.status_code, twice))
    assert wrong == []


def test_signed_in_no_form_is_taken_without_its_token(app, things):
    """A page's form without the token is refused; the API does not know the cookie at all."""
    client = factories.sign_in(app.test_client(), factories.member("admin"))
    found = answers(app, things, client, "POST")
    refusal = {True: 401, False: 400}
    wrong = [
        (rule.rule, answer.status_code)
        for rule, _, answer in found
        if answer.status_code != refusal[rule.rule.startswith("/api/")] and rule.endpoint not in OWN_PROOF
    ]
    assert wrong == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_taken_from_another_site(app, things, method):
    client = factories.sign_in(app.test_client(), factories.member("admin"))
    sent = {"headers": {"Sec-Fetch-Site": "cross-site", **csrf_of(client)}}
    wrong = [
        (rule.rule, answer.status_code)
        for rule, _, answer in answers(app, things, client, method, **sent)
        if answer.status_code != 403 and rule.endpoint not in OWN_PROOF
    ]
    assert wrong == []


def test_looking_as_somebody_else_changes_nothing_in_their_name(app, things):
    """No page an administrator opens as a moderator writes anything: not even who holds a case."""
    seen = factories.member("moderator")
    client = factories.sign_in(app.test_client(), factories.member("admin"))
    client.post(f"/quan-tri/nguoi-dung/{seen.id}/xem-nhu", headers=csrf_of(client))
    assert "Thôi xem" in client.get("/toi").text
    wrote = {}
    for rule in rules(app, "GET"):
        with count_queries() as counted:
            client.get(address(app, rule, things))
        if changes := [one for one in counted.statements if one.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))]:
            wrote[rule.rule] = changes[0][:80]
    assert wrote == {}
