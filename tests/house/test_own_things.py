"""What is somebody's own answers to everybody else as if it did not exist: drafts, files, reports, searches, keys."""

import pytest
from sqlalchemy import func, select

from portal.accounts import services as accounts
from portal.accounts.credentials import Passkey
from portal.accounts.models import ApiToken, RaisedLimit, SignInSession
from portal.accounts.services import raising
from portal.attachments.models import Attachment
from portal.database import db, now, transaction
from portal.discussion.models import Comment, Report
from portal.ideas.models import Draft
from portal.importing.models import SentFile
from portal.searches.models import SavedSearch
from portal.units.queries import reference
from tests import factories
from tests.house.test_access import METHODS, address, bodies, rules, things  # noqa: F401  # a fixture
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each
NOBODYS, NO_TOKEN = 987_654_321, "nobodys-nobodys-nobodys-nobodys-nobodys-nob"
SILENT = {"accounts.end_device", "accounts.revoke_token"}  # they say "done" whatever was named, and do nothing
WORDS = "Chỉ mình tác giả đọc được câu này"


@pytest.fixture
def owned(app):
    """By name in an address: something of a member or an organiser, each but theirs alone."""
    owner, moment = factories.member(), now()
    officer = factories.member("organiser", unit_id=reference().unit_by_code["40"].id)
    idea, waiting = factories.published_idea(), factories.idea("waiting", owner)
    said, report = factories.comment(idea, owner), factories.report(idea, owner)
    with transaction():
        accounts.start_session(owner, "x", moment)
        accounts.issue_token(owner, moment)
        raised = raising.raise_limits(officer, "k", "113.161.72.*", "Trường Nguyễn Huệ", moment)
        key = Passkey(member_id=owner.id, credential_id=b"c", public_key=b"k", name="x", created_at=moment)
        file = Attachment(idea_id=waiting.id, token="t" * 43, name="a.pdf", kind="pdf", size=1, created_at=moment)
        db.session.add_all([key, file])
        sent = SentFile(
            token="s", member_id=officer.id, unit_id=officer.unit_id, name="a.csv", kind="csv", columns=[], parts={},
            field=reference().fields[0].code, size=1, created_at=moment,
        )  # fmt: skip
        db.session.add(sent)
    newest = lambda row: db.session.scalars(select(func.max(row.id)).where(row.member_id == owner.id)).one()  # noqa: E731
    return {
        "idea_id": idea.id,
        "comment_id": said.id,
        "report_id": report.id,
        "search_id": factories.saved_search(owner).id,
        "session_id": newest(SignInSession),
        "token_id": newest(ApiToken),
        "passkey_id": key.id,
        "token": file.token,
        "raised_id": raised.id,
        "file_id": sent.id,
    }


OWN = ("comment_id", "report_id", "search_id", "session_id", "token_id", "passkey_id", "token", "raised_id", "file_id")


def kept():
    """How much of it there still is, and how much of that is still good."""
    good = [
        select(func.count()).select_from(row) for row in (Report, SavedSearch, Passkey, Attachment, SentFile, Draft)
    ] + [
        select(func.count()).where(SignInSession.revoked_at.is_(None)),
        select(func.count()).where(ApiToken.revoked_at.is_(None)),
        select(func.count()).where(RaisedLimit.until > now()),
        select(func.count()).where(Comment.edited_at.is_(None)),
    ]
    return [db.session.scalar(count) for count in good]


@pytest.mark.parametrize("role", ["member", "organiser"])
def test_another_persons_things_answer_as_those_of_nobody(app, things, owned, role):  # noqa: F811
    """Every route that names such a thing, by each of its methods: new routes are in it by themselves."""
    who = factories.member(role, unit_id=reference().unit_by_code["01"].id)
    client = factories.sign_in(app.test_client(), who)
    needed = bodies(client, who)
    asked = [
        rule for rule in rules(app, *METHODS) if rule.arguments & set(OWN) and rule.endpoint != "accounts.guardian"
    ]

    def answers(values):
        found = {}
        for rule in asked:
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                answer = client.open(address(app, rule, {**things, **values}), method=method, headers=needed(rule))
                found[rule.endpoint, method] = answer.status_code
        return found

    before = kept()
    theirs = answers(owned)
    nobodys = answers({**owned, **dict.fromkeys(OWN, NOBODYS), "token": NO_TOKEN})
    public = {"reports.write", "reports.send"}  # a comment everybody reads
    assert {one: code for one, code in theirs.items() if one[0] not in public and nobodys[one] != code} == {}
    opened = {one for one, code in theirs.items() if code < 400 and one[0] not in public | SILENT}
    assert opened == set()
    assert kept() == before


def test_the_silent_ones_do_nothing_to_anothers(app, owned):
    client = factories.sign_in(app.test_client(), factories.member())
    before, token = kept(), {"csrf_token": steps.form_token(client, "/toi/cai-dat")}
    for path in (f"/toi/bao-mat/may/{owned['session_id']}", f"/toi/bao-mat/ma-api/{owned['token_id']}/thu-hoi"):
        assert client.post(path, data=token).status_code == 303
    assert kept() == before


@pytest.mark.parametrize("signed_in", [True, False], ids=["a member", "a visitor"])
@pytest.mark.parametrize("whose", ["a member's", "a browser's"])
def test_anothers_draft_is_nobodys(app, client, signed_in, whose):
    owner = factories.member()
    draft = factories.draft(owner if whose == "a member's" else None, visitor="b" * 43, problem=WORDS * 3)
    form = {}
    if signed_in:
        factories.sign_in(client, factories.member())
        form = {"csrf_token": steps.form_token(client, "/toi/cai-dat")}
    client.get("/dang-nhap")

    def asked(token):
        seen = [client.get(f"{path}?nhap={token}") for path in ("/gui-y-tuong", "/gui-y-tuong/kiem-tra")]
        seen.append(client.post(f"/gui-y-tuong/kiem-tra?nhap={token}", data={**form, "own_work": "1"}))
        seen.append(client.post("/gui-y-tuong/xoa", data={**form, "nhap": token}))
        return [(answer.status_code, answer.location, WORDS in answer.text) for answer in seen]

    assert asked(draft.token) == asked(NO_TOKEN)
    assert not any(shown for *_, shown in asked(draft.token))
    assert db.session.get(Draft, draft.id, populate_existing=True) is not None
