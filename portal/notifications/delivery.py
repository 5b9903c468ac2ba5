"""Sending what is due: claim, look once more, write, send, mark. No transaction is open while a server is waited for."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from portal.database import db, now, transaction
from portal.notifications import addresses, bounces, lookups, pausing, rendering, services, troubles
from portal.notifications.catalogue import KINDS
from portal.notifications.circuit import Circuit
from portal.notifications.failures import (
    Broken,
    Failure,
    Later,
    NotWanted,
    NotYet,
    RecipientRefused,
    Refused,
    ServerAway,
    Unheard,
)
from portal.notifications.mailer import HANDING_OVER, Mailer, mailer_for
from portal.notifications.message import Message
from portal.notifications.models import BULK, URGENT, Letter
from portal.settings import Settings, SettingsError, current_settings

log = logging.getLogger(__name__)

BATCH = 40
BUDGET = 2.0  # seconds: whatever else there is to do waits no longer than this behind a mountain of letters
LONGEST_PAUSE = 15.0  # seconds without asking a server that is away
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)


@dataclass
class Pause:
    """While the server is away nobody's letter is to blame: wait, longer each time, and harm none."""

    failures: int = 0
    until: float = 0.0

    def begin(self, trouble: ServerAway) -> None:
        self.failures += 1
        wait = min(2.0 ** (self.failures - 1), LONGEST_PAUSE)
        self.until = time.monotonic() + wait
        log.error("mail server away, asking again in %g s: %s", wait, trouble)

    def end(self) -> None:
        self.failures, self.until = 0, 0.0

    @property
    def lasts(self) -> bool:
        return time.monotonic() < self.until


pause, circuit = Pause(), Circuit()  # of this process


def drain(
    down_to: int = BULK,
    budget: float | None = None,
    mailer: Mailer | None = None,
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Send due letters down to a priority until none is left, the time is up or the process is ending.

    Returns how many were dealt with. The Celery task and the ticker both call this, and may do so at once: the claims
    keep them apart.
    """
    if pause.lasts:
        return 0
    settings = current_settings()
    try:
        mailer = mailer or mailer_for(settings)
    except SettingsError as error:  # a key that was there when the process began
        hold_all(ServerAway(str(error)))
        return 0
    round_ = Round(mailer, settings, f"{socket.gethostname()[:20]}:{os.getpid()}:{token_hex(8)}")
    try:
        until = time.monotonic() + (BUDGET if budget is None else budget)
        return round_.run(down_to, lambda: time.monotonic() > until or is_ending())
    except ServerAway as trouble:
        hold_all(trouble)
        return round_.done
    finally:
        round_.end()


def hold_all(trouble: ServerAway) -> None:
    """Wait before asking again, and write down why for those who look into the ledger."""
    pause.begin(trouble)
    with suppress(*DATABASE_AWAY), transaction(durable=False):
        troubles.note(str(trouble), now())


@dataclass
class Round:
    """One drain: one mailer, one owner of the letters it holds."""

    mailer: Mailer
    settings: Settings
    owner: str
    done: int = 0
    troubled: bool = False  # somebody wrote down that the server does not talk to us
    claimed_at: tuple[datetime, float] | None = None  # by the database's clock, and by ours

    def run(self, down_to: int, is_over: Callable[[], bool]) -> int:
        with transaction(durable=False):
            services.take_back(now())
            self.troubled = troubles.standing()
        while batch := self.claim(down_to):
            with lookups.holding(batch):
                for letter in batch:
                    if is_over():
                        return self.done
                    self.deliver(letter)
                    self.done += 1
        return self.done

    def claim(self, down_to: int) -> list[Letter]:
        with transaction(durable=False):  # undone, it only means that they are claimed again
            if down_to > URGENT and pausing.pause():
                down_to = URGENT
            self.claimed_at = now(), time.monotonic()
            return services.claim(self.owner, BATCH, self.settings.outbox_lease, self.claimed_at[0], down_to)

    def now(self) -> datetime:
        """The database's clock, asked once for each batch."""
        if self.claimed_at is None:
            return now()
        moment, then = self.claimed_at
        return moment + timedelta(seconds=time.monotonic() - then)

    def deliver(self, letter: Letter) -> None:
        """Take one letter as far as it goes today. Raises ServerAway, with the letter unharmed."""
        domain = ""
        try:
            message = self.write(letter)
            domain = message.recipient.rpartition("@")[2]
            key = addresses.key_of(self.settings.secret_key, message.recipient)
            if rest := circuit.rest(domain):
                for_certain(
                    partial(services.put_off, letter, self.owner, rest, f"{domain} does not talk to us", self.now())
                )
                return
            self.offer(letter, message, key)
            if not self.may_leave(letter, key):  # we were too slow and somebody else has it
                self.mailer.close()
                return
            answer = self.mailer.hand_over(message)
        except NotYet as why:
            for_certain(partial(services.put_off, letter, self.owner, why.seconds, str(why), self.now()))
        except NotWanted as why:
            cancel = services.leave_untold if isinstance(why, Unheard) else services.cancel
            for_certain(partial(cancel, letter, self.owner, str(why)))
        except ServerAway:
            raise
        except Failure as failure:
            if isinstance(failure, Later) and domain:
                circuit.failed(domain, failure.code)
            self.note_failure(letter, failure)
        else:
            circuit.worked(domain)
            noted = partial(services.mark_sent, letter, self.owner, answer, self.now(), key)
            for_certain(noted, durable=letter.delivery == "at_most_once")

    def note_failure(self, letter: Letter, failure: Failure) -> None:
        log.warning("letter %s (%s): %s", letter.id, letter.kind, failure)
        if not for_certain(partial(services.mark_failed, letter, self.owner, failure, self.now())):
            log.error("letter %s (%s): its failure was not noted, somebody else has it", letter.id, letter.kind)

    def may_leave(self, letter: Letter, key: str) -> bool:
        """Whether it is still ours. What must not come twice is marked as leaving first.

        Of the others a kill repeats the one in our hands, marked or not: so they save the commit, which costs as much
        as all the rest of a letter, as long as nobody else can take them before the slowest server has answered.
        """
        until = letter.lease_until
        if letter.delivery == "at_least_once" and until and self.now() + HANDING_OVER < until:
            return True
        with transaction(durable=letter.delivery == "at_most_once"):
            return services.mark_sending(letter, self.owner, self.settings.outbox_lease, self.now(), key)

    def offer(self, letter: Letter, message: Message, key: str) -> None:
        """Name the recipient. One the server has never heard of counts like a letter that came back."""
        try:
            self.mailer.offer(message)
        except (Refused, Later) as answer:
            if answer.code:
                self.is_heard()
            if isinstance(answer, RecipientRefused):
                status = bounces.status_of(answer.code, answer.text)
                found = bounces.Returned(letter.id, hard=bounces.is_hard(status), code=status, text=answer.text)
                for_certain(partial(addresses.note_return, self.settings.secret_key, letter, key, found, self.now()))
            raise
        self.is_heard()

    def is_heard(self) -> None:
        """The server talks to us: whatever kept the letters here is over."""
        pause.end()
        if self.troubled:
            with suppress(*DATABASE_AWAY), transaction(durable=False):
                troubles.end()
            self.troubled = False

    def write(self, letter: Letter) -> Message:
        """Look everything up and write it. Whatever goes wrong here but the database is the letter's own fault."""
        try:
            moment = self.now()
            content = KINDS[letter.kind].find(letter, moment, self.settings)
            self.check_address(letter, content.address)
            return rendering.render(letter, content, moment, self.settings)
        except (NotWanted, Failure, *DATABASE_AWAY):
            raise
        except Exception as error:
            log.exception("letter %s (%s) cannot be written", letter.id, letter.kind)
            raise Broken(repr(error)[:500]) from error
        finally:
            db.session.rollback()  # nothing stays open while the network is waited for

    def check_address(self, letter: Letter, address: str) -> None:
        """Nothing is sent where letters come back from, but what somebody is waiting for at this moment."""
        if KINDS[letter.kind].priority > URGENT and addresses.is_dead(self.settings.secret_key, address):
            raise Unheard("letters to this address come back")

    def end(self) -> None:
        self.mailer.close()
        with suppress(*DATABASE_AWAY), transaction(durable=False):  # if it is away, the leases lapse
            services.release(self.owner)


def for_certain(work: Callable[[], bool], wait: float = 0.1, *, durable: bool = True) -> bool:
    """What a server answered is known only here: ask the database until it takes it, as long as the process lives."""
    while True:
        try:
            with transaction(durable=durable):
                result = work()
        except DATABASE_AWAY as error:
            log.warning("database away, a letter's outcome is kept in memory: %s", type(error).__name__)
            db.session.rollback()
            time.sleep(wait)
            wait = min(wait * 2, 2.0)
        else:
            return result
