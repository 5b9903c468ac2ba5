"""Several workers at one pile of letters."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

from portal.accounts.events import MemberRegistered
from portal.accounts.services import add_member
from portal.database import now, transaction
from portal.notifications import services
from portal.settings import Settings
from tests import factories


def claim(owner):
    with transaction():
        return services.claim(owner, 3, 60, now())


def write_letters(settings: Settings, count: int) -> None:
    with transaction():
        for n in range(count):
            member = add_member(f"ban{n}@example.vn", f"Bạn {n}", now())
            services.write_welcome(MemberRegistered(member.id), settings)


def test_workers_that_claim_at_once_share_the_letters(fresh_app):
    taken = []

    def work(owner):
        with fresh_app.app_context():
            while mine := claim(owner):
                taken.extend(letter.id for letter in mine)

    with fresh_app.app_context():
        write_letters(fresh_app.config["SETTINGS"], 40)
    threads = [Thread(target=work, args=(f"worker {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40


def test_what_tells_of_one_thing_goes_before_one_of_many_and_a_code_before_both(app):
    settings, moment = app.config["SETTINGS"], now()
    members = [factories.member().id for _ in range(3)]
    with transaction():
        services.write_many(settings, "digest", members, moment - timedelta(minutes=40))
        services.write_many(settings, "welcome", members[:2], moment - timedelta(seconds=1))
        services.write_many(settings, "sign_in_code", [None], moment)
    assert [letter.kind for letter in claim("me")] == ["sign_in_code", "welcome", "welcome"]
    assert [letter.kind for letter in claim("me")] == ["digest"] * 3


def test_a_batch_is_filled_up_with_what_may_wait_and_the_oldest_of_a_kind_goes_first(app):
    settings, moment = app.config["SETTINGS"], now()
    members = [factories.member().id for _ in range(4)]
    with transaction():
        for n, member in enumerate(members):
            services.write_many(settings, "digest", [member], moment - timedelta(minutes=n))
        services.write_many(settings, "welcome", members[:1], moment)
    found = [(letter.kind, letter.recipient_id) for letter in claim("me")]
    assert found == [("welcome", members[0]), ("digest", members[3]), ("digest", members[2])]
