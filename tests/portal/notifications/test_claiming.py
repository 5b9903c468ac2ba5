"""Several workers at one pile of letters."""

from __future__ import annotations

from threading import Thread

from portal.accounts.events import MemberRegistered
from portal.accounts.services import add_member
from portal.database import now, transaction
from portal.notifications import services
from portal.settings import Settings


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
