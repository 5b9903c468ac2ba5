"""Limits: exact, forgotten after a while, and kept under names that tell nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts import limits, services
from portal.accounts.models import PendingAction, RateHit, SignInAttempt
from portal.accounts.visitor import network
from portal.database import db, now, transaction
from portal.errors import TooMany
from tests import factories
from tests.portal.accounts import steps
from tests.queries import count_queries


def take(name="guess:account", who="somebody", at=None):
    with transaction():
        limits.take(name, who, at or now())


def test_a_full_window_says_how_long_to_wait(app):
    start = now()
    for _ in range(10):
        take(at=start)
    with pytest.raises(TooMany) as refused:
        take(at=start + timedelta(seconds=100))
    assert refused.value.retry_after == 201


def test_a_window_slides(app):
    start = now()
    for second in range(10):
        take(at=start + timedelta(seconds=second))
    take(at=start + timedelta(seconds=300.5))
    with pytest.raises(TooMany):
        take(at=start + timedelta(seconds=300.5))


def test_a_refused_try_is_not_counted(app):
    for _ in range(10):
        take()
    for _ in range(3):
        with pytest.raises(TooMany):
            take()
    assert db.session.scalar(select(func.count()).select_from(RateHit)) == 10


def test_limits_can_be_switched_off_in_one_place(app):
    settings = app.config["SETTINGS"]
    object.__setattr__(settings, "limits", False)
    try:
        for _ in range(50):
            take()
    finally:
        object.__setattr__(settings, "limits", True)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_phone_cannot_change_the_address_it_is_counted_by(address, counted):
    assert network(address) == counted


def test_neither_address_can_be_read_in_the_database(client):
    steps.ask(client, "ban@example.vn")
    keys = " ".join(db.session.scalars(select(RateHit.key)))
    assert keys
    assert "ban" not in keys.replace("account", "")
    assert "127.0.0.1" not in keys


def test_a_forwarded_address_is_not_believed(client):
    for number in range(3):
        client.post(
            "/dang-nhap", data={"email": f"a{number}@x.vn"}, headers={"X-Forwarded-For": f"198.51.100.{number}"}
        )
    addresses = {key for key in db.session.scalars(select(RateHit.key)) if key.startswith("code:address")}
    assert len(addresses) == 1


def test_ten_wrong_codes_in_five_minutes_are_the_most_for_one_address(app):
    for guess in range(10):
        with transaction():
            attempt = services.request_code(
                "ban@example.vn", "vi", (f"k{guess}", "n"), 600, now() + timedelta(seconds=31 * guess)
            )
            assert services.enter_code(attempt, "x", "test", ("account", f"n{guess}"), now()) is not None
    with pytest.raises(TooMany), transaction():
        services.enter_code(attempt, "x", "test", ("account", f"n{guess}"), now())


def test_what_is_over_is_swept_away(app):
    moment = now()
    take(at=moment - timedelta(days=2))
    take()
    with transaction():
        db.session.add(RateHit(key="of before:somebody", at=moment - timedelta(days=2)))  # a limit that is no more
        services.hold("old", "vote", 1, moment - timedelta(days=8))
        services.hold("new", "vote", 1, moment)
        services.request_code("cu@example.vn", "vi", ("a", "b"), 600, moment - timedelta(days=2))
        services.request_code("moi@example.vn", "vi", ("a", "b"), 600, moment)
    with transaction():
        services.sweep(moment)
    assert db.session.scalars(select(PendingAction.visitor)).all() == ["new"]
    assert db.session.scalars(select(SignInAttempt.email)).all() == ["moi@example.vn"]
    assert db.session.scalar(select(func.count()).where(RateHit.key.startswith("guess:account:"))) == 1
    assert db.session.scalar(select(func.count()).where(RateHit.key.startswith("of before:"))) == 0


def test_limits_are_swept_in_one_walk(app):
    for minutes in (0, 20):  # the window of this one is shorter, that of others longer
        take(at=now() - timedelta(minutes=minutes))
        take("comment:account", at=now() - timedelta(minutes=minutes))
    with transaction(), count_queries() as counted:
        limits.sweep(now())
    assert counted.n == 1
    left = [key.rpartition(":")[0] for key in db.session.scalars(select(RateHit.key).order_by(RateHit.key))]
    assert left == ["comment:account", "comment:account", "guess:account"]


def test_a_click_held_too_long_is_not_done(app):
    with transaction():
        services.hold("browser", "vote", 7, now() - timedelta(days=8))
        services.hold("browser", "vote", 8, now())
        services.hold("browser", "vote", 8, now())
    with transaction():
        assert [action.target_id for action in services.release("browser", now())] == [8]
    with transaction():
        assert services.release("browser", now()) == []


def test_an_address_is_kept_as_it_is_compared(app):
    assert factories.member(email=" Thao@Example.VN ").email == "thao@example.vn"
