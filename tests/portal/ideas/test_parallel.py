"""Many at once, on databases that really commit."""

from concurrent.futures import ThreadPoolExecutor, wait

from sqlalchemy import func, select

from portal.accounts import services as accounts
from portal.database import db, now, transaction
from portal.errors import Conflict
from portal.ideas import queries, services
from portal.ideas.models import Idea, IdeaEdit, IdeaVersion
from portal.outbox.models import Fact
from portal.units.queries import reference
from tests import factories

AT_ONCE = 10


def at_once(app, act, times):
    def one(number):
        with app.app_context():
            try:
                return act(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(times)))


def test_a_draft_sent_fifty_times_at_once_is_one_idea(fresh_app):
    with fresh_app.app_context():
        who = factories.member()
        token = factories.draft(who).token

    def send(_number):
        with transaction():
            return services.submit(who, token, now()).id

    made = at_once(fresh_app, send, 50)
    with fresh_app.app_context():
        assert len(set(made)) == 1
        assert db.session.scalar(select(func.count()).select_from(Idea)) == 1
        assert db.session.scalar(select(func.count()).where(Fact.name == "IdeaSubmitted")) == 1


def test_what_is_kept_at_the_moment_its_writer_signs_in_is_not_lost(fresh_app):
    with fresh_app.app_context():
        who = factories.member(unit_id=reference().unit_by_code["40"].id)
        token = factories.draft(visitor="this-browser").token

    def sign_in():
        with fresh_app.app_context(), transaction():
            services.attach_drafts("this-browser", db.session.merge(who, load=False))

    with ThreadPoolExecutor(1) as pool, fresh_app.app_context():
        with transaction():
            services.save_draft(None, "this-browser", factories.content(problem="Viết thêm"), now(), token=token)
            arriving = pool.submit(sign_in)
            wait([arriving], 0.5)  # until it waits for the draft
        arriving.result(30)
        kept = queries.draft(token, who.id, None).content
    assert (kept["problem"], kept["unit"]) == ("Viết thêm", "40")


def test_one_request_of_the_api_sent_fifty_times_at_once_is_one_idea(fresh_app):
    with fresh_app.app_context():
        with transaction():
            token = accounts.issue_token(accounts.add_member("a@example.vn", "Bạn thử", now()), now())
        body = {name: text for name, text in factories.content().as_dict().items() if text}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one"}

    def send(_number):
        return fresh_app.test_client().post("/api/v1/ideas", json=body, headers=headers)

    answers = at_once(fresh_app, send, 50)
    with fresh_app.app_context():
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        assert db.session.scalar(select(func.count()).select_from(Idea)) == 1


def test_of_twenty_decisions_at_once_one_stands(fresh_app):
    with fresh_app.app_context():
        idea, moderator = factories.idea("waiting"), factories.member("moderator")
    verbs = (services.publish, services.return_to_author, services.reject)

    def decide(number):
        try:
            with transaction():
                return verbs[number % 3](idea.id, 1, moderator, now()).status
        except Conflict:
            return None

    outcomes = [outcome for outcome in at_once(fresh_app, decide, 20) if outcome]
    with fresh_app.app_context():
        assert outcomes == [db.session.get_one(Idea, idea.id).status]


def test_a_proposed_edit_sent_twelve_times_at_once_is_one_edit(fresh_app):
    with fresh_app.app_context():
        who = factories.member()
        idea, new = factories.published_idea(who), factories.content(title="Tên mới của ý tưởng đã đăng")

    def propose(_number):
        with transaction():
            return services.propose(who, idea.id, 1, new, now()).id

    made = at_once(fresh_app, propose, 12)
    with fresh_app.app_context():
        assert len(set(made)) == 1
        assert db.session.scalar(select(func.count()).select_from(IdeaEdit)) == 1


def test_of_many_changes_to_one_version_one_stands(fresh_app):
    with fresh_app.app_context():
        who = factories.member()
        idea = factories.idea("waiting", who)

    def revise(number):
        try:
            with transaction():
                return services.revise(
                    who, idea.id, 1, factories.content(title=f"Bản thứ {number} của ý tưởng"), now()
                ).title
        except Conflict:
            return None

    kept = [title for title in at_once(fresh_app, revise, 12) if title]
    with fresh_app.app_context():
        assert kept == [db.session.get_one(Idea, idea.id).title]
        assert db.session.scalar(select(func.count()).select_from(IdeaVersion)) == 1
