"""Many at the same moment, on a database that really commits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from portal.accounts import limits, services
from portal.accounts.credentials import Passkey
from portal.accounts.models import Member, PendingAction, RateHit, SignInAttempt, SignInSession
from portal.accounts.services import passkeys
from portal.accounts.services.telling import Place
from portal.database import db, now, transaction
from portal.errors import Refusal, TooMany
from portal.outbox.models import Fact
from portal.voting.models import Vote
from tests import factories
from tests.portal.accounts import steps

MANY = 50


def all_at_once(app, do, count=MANY):
    """Run `do(number)` in so many threads that wait for each other first; returns the answers."""
    ready = Barrier(count)

    def one(number):
        ready.wait(30)
        with app.app_context():
            return do(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def rows(model):
    return db.session.scalar(select(func.count()).select_from(model))


def copies(app, client, path, data):
    """The same form sent by many at once with one cookie; returns how often each answer came."""
    cookie = client.get_cookie("sid").value

    def send(_number):
        clone = app.test_client()
        clone.set_cookie("sid", cookie)
        page = clone.post(path, data=data)
        with clone.session_transaction() as session:
            return page.status_code, page.location, "_user_id" in session

    return Counter(all_at_once(app, send))


def test_one_code_used_fifty_times_at_once_signs_in_once(fresh_app):
    client = fresh_app.test_client()
    with fresh_app.app_context():
        who, idea = factories.member(), factories.published_idea()
        steps.ask(client, who.email)
        code = steps.code_for(who.email)
        with client.session_transaction() as session, transaction():
            services.hold(session["visitor"], "vote", idea.id, now())
    answers = copies(fresh_app, client, "/dang-nhap/ma", {"code": code})
    signed_in = {answer: count for answer, count in answers.items() if answer[2]}
    assert sum(signed_in.values()) == 1
    assert {answer[0] for answer in answers} <= {303, 429}  # the others are shown how things stand
    with fresh_app.app_context():
        assert (rows(SignInSession), rows(Vote), rows(PendingAction)) == (1, 1, 0)


def test_fifty_wrong_codes_at_once_are_five_tries(fresh_app):
    client = fresh_app.test_client()
    with fresh_app.app_context():
        steps.ask(client, "ban@example.vn")
        guess = steps.wrong(steps.code_for("ban@example.vn"))
    answers = copies(fresh_app, client, "/dang-nhap/ma", {"code": guess})
    looked_at = sum(count for (status, *_), count in answers.items() if status == 422)
    assert looked_at == 5
    with fresh_app.app_context():
        assert db.session.scalar(select(SignInAttempt.tries)) == 5


def test_fifty_clicks_on_send_are_one_letter(fresh_app):
    client = fresh_app.test_client()
    client.get("/dang-nhap")
    answers = copies(fresh_app, client, "/dang-nhap", {"email": "ban@example.vn"})
    assert answers == {(303, "/dang-nhap/ma", False): MANY}
    with fresh_app.app_context():
        assert db.session.scalar(select(func.count()).where(Fact.name == "CodeRequested")) == 1


def test_fifty_clicks_on_register_are_one_account(fresh_app):
    client = fresh_app.test_client()
    with fresh_app.app_context():
        steps.arrive(client, "moi@example.vn")
    answers = copies(fresh_app, client, "/dang-ky", steps.NEWCOMER)
    assert sum(count for answer, count in answers.items() if answer[2]) == 1
    assert {answer[0] for answer in answers} <= {303, 422}
    with fresh_app.app_context():
        assert (rows(Member), rows(SignInSession)) == (1, 1)


def test_a_name_wanted_by_many_at_once_goes_to_one(fresh_app):
    clients = [fresh_app.test_client() for _ in range(8)]
    with fresh_app.app_context():
        for number, client in enumerate(clients):
            steps.arrive(client, f"moi{number}@example.vn")
    register = lambda number: clients[number].post("/dang-ky", data=steps.NEWCOMER).status_code  # noqa: E731
    assert Counter(all_at_once(fresh_app, register, len(clients))) == {303: 1, 422: 7}


def test_a_limit_is_exact_under_fifty_at_once(fresh_app):
    def take(_number):
        try:
            with transaction():
                limits.take("guess:account", "somebody", now())
        except TooMany:
            return "refused"
        return "taken"

    assert Counter(all_at_once(fresh_app, take)) == {"taken": 10, "refused": 40}
    with fresh_app.app_context():
        assert rows(RateHit) == 10


def test_signing_in_while_signing_out_everywhere_loses_nothing_and_breaks_nothing(fresh_app):
    with fresh_app.app_context():
        who = factories.member()

    def act(number):
        with transaction():
            if number % 2:
                services.start_session(who, "test", now())
            else:
                services.end_sessions(who.id, now())
        return "done"

    assert Counter(all_at_once(fresh_app, act, 16)) == {"done": 16}
    with fresh_app.app_context():
        assert rows(SignInSession) == 8


def test_of_eight_passkeys_removed_at_once_staff_keep_one(fresh_app):
    with fresh_app.app_context():
        member_id = factories.member("moderator").id
        made = [{"credential_id": bytes([number]), "public_key": b"", "name": f"{number}"} for number in range(8)]
        with transaction():
            keys = [Passkey(member_id=member_id, created_at=now(), **one) for one in made]
            db.session.add_all(keys)
        key_ids = [key.id for key in keys]

    def remove(number):
        try:
            with transaction():
                passkeys.remove(member_id, key_ids[number], Place(), now(), needs_factor=True)
        except Refusal as refusal:
            return refusal.status
        return "removed"

    assert Counter(all_at_once(fresh_app, remove, 8)) == {"removed": 7, 409: 1}
    with fresh_app.app_context():
        assert rows(Passkey) == 1
