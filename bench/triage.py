"""A burst of ideas: how fast triage works through it on one core, whether each rule still fires, and the queue page meanwhile.

`DATABASE_URL` chooses the engine (an empty database); without it a fresh SQLite file is used.
`bench.triage 500` is short; `bench.triage 5000 100` ends the triage after 100 seconds and says how far it came.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from typing import Any

import flask_migrate
from sqlalchemy import func, select

from portal.app import create_app
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.moderation import services as moderation
from portal.moderation.models import Case, Reason
from portal.outbox import services as outbox
from portal.settings import Settings
from tests import factories
from worker.reactions import REACTIONS

GOAL_P95 = 1.0  # seconds, of the queue page
AUTHORS, BATCH = 200, 200
PLANTED = {  # one idea in twenty gives each of these rules something to see
    "contact_data": "Gọi em theo số 0912345678 nhé, em học ở xã.",
    "offensive_words": "Ai vứt rác ra ruộng là đồ ngu, cả xóm em nói thế rồi.",
    "links": "Xem thêm ở https://a.example/bai-viet cho rõ hơn nhé các bạn.",
    "advert": "Inbox shop để đặt hàng, freeship, giảm giá 50 % cho các bạn.",
    "shouting": "Sao không ai làm gì hết???? Bẩn lắm rồi!!!!",
}
PLACES = ("thôn", "xóm", "bản", "ấp", "khu phố", "trường", "chợ", "bến đò", "trạm y tế", "nhà văn hoá")
THINGS = (
    "pin cũ",
    "vỏ hộp sữa",
    "chai nhựa",
    "sách cũ",
    "xe đạp",
    "hạt giống",
    "nước mưa",
    "đèn đường",
    "áo phao",
    "máy tính",
)


def send(count: int) -> None:
    """The burst itself: written as the form writes it, in batches."""
    authors = [factories.member() for _ in range(min(AUTHORS, count))]
    rules = list(PLANTED)
    for first in range(0, count, BATCH):
        with transaction():
            moment = now()
            ideas.write(
                [
                    ideas.compose(authors[n % len(authors)], _content(n, rules), moment)
                    for n in range(first, min(count, first + BATCH))
                ]
            )


def _content(n: int, rules: list[str]) -> Any:
    place, thing = PLACES[n % 10], THINGS[n // 10 % 10]
    planted = PLANTED[rules[n % 20]] if n % 20 < len(rules) else ""
    return factories.content(
        title=f"Góc {thing} ở {place} số {n} của nhóm {n * 7919 % 1000}",
        problem=f"Ở {place} em, {thing} để lẫn với rác, em đếm được {n} lần trong tháng {n % 12 + 1}. {planted}",
        solution=f"Nhóm {n * 31 % 977} đặt một góc nhận {thing}, ghi sổ mỗi tuần và báo lại số liệu cho {place} vào tối thứ {n % 6 + 2}.",
    )


def look(client: Any, ending: threading.Event, took: list[float]) -> None:
    """A moderator who reloads the queue while triage works."""
    while not ending.wait(0.2):
        began = time.monotonic()
        answer = client.get("/kiem-duyet")
        took.append(time.monotonic() - began)
        assert answer.status_code == 200, answer.status_code


def triage_all(seconds: float) -> tuple[int, float]:
    """Cases triaged, and the processor seconds of this thread they took."""
    done, began, spent = 0, time.monotonic(), time.thread_time()
    while time.monotonic() - began < seconds and (waiting := moderation.untriaged(50)):
        for case_id in waiting:
            with transaction():
                moderation.triage(case_id, now())
            done += 1
    return done, time.thread_time() - spent


def main(count: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "VAR_DIR": folder,
            "SECRET_KEY": "bench",
            "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
            "LIMITS": "off",
        }
        app = create_app(Settings.from_env(env))
        with app.app_context():
            flask_migrate.upgrade()
            client = factories.sign_in(app.test_client(), factories.member("moderator"))
            began = time.monotonic()
            send(count)
            print(f"{count:,} ideas sent in {time.monotonic() - began:.1f} s")
            began = time.monotonic()
            while outbox.relay(REACTIONS):
                pass
            print(f"relayed to cases in {time.monotonic() - began:.1f} s")
            ending, took = threading.Event(), []
            reader = threading.Thread(target=look, args=(client, ending, took))
            reader.start()
            began = time.monotonic()
            done, spent = triage_all(seconds)
            lasted = time.monotonic() - began
            ending.set()
            reader.join()
            tell(done, spent, lasted, took)


def tell(done: int, spent: float, lasted: float, took: list[float]) -> None:
    took.sort()
    p95 = took[int(len(took) * 0.95)] if took else 0.0
    print(
        f"triage: {done:,} cases in {lasted:.1f} s, {done / lasted:.0f}/s beside a reader; {done / spent:.0f}/s per core"
    )
    print(f"queue page meanwhile, {len(took)} times: p50 {statistics.median(took or [0]):.2f} s, p95 {p95:.2f} s")
    print(f"p95 = {p95 / GOAL_P95:.0%} of the goal of {GOAL_P95:g} s")
    counts = db.session.execute(select(Reason.rule, func.count()).group_by(Reason.rule)).all()
    fired = Counter({row[0]: row[1] for row in counts})
    seen = db.session.scalar(select(func.count()).where(Case.triaged_at.is_not(None))) or 1
    for rule in PLANTED:
        print(f"{rule:<16} {fired[rule]:>6,} of {seen // 20:,} planted")
    print("also: " + ", ".join(f"{rule} {number:,}" for rule, number in fired.most_common() if rule not in PLANTED))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000, float(sys.argv[2]) if len(sys.argv) > 2 else 600.0)
