"""The worker is killed in the middle of an officer's file. Each row is there once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.database import db, now, transaction
from portal.ideas.models import Idea
from portal.importing import uploading
from portal.importing.models import SentFile, SentRow
from portal.units.queries import reference
from tests import factories
from tests.faults.processes import wait_for

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket, pytest.mark.timeout(170)]
ROWS = 100  # four batches


def collected(folder):
    """A file that a worker needs more than a moment for."""
    lines = [f"Ý số {n},Cổng trường nào cũng kẹt lúc tan học; ở trường thứ {n} thì kẹt nhất." for n in range(ROWS)]
    path = folder / "phieu.csv"
    path.write_text("\n".join(["Tên ý tưởng,Vấn đề", *lines]), encoding="utf-8")
    return uploading.read(path.read_bytes(), path.name)


def judged():
    db.session.commit()
    return db.session.scalar(select(func.count()).where(SentRow.outcome.is_not(None)))


def is_done():
    db.session.commit()
    return db.session.scalar(select(SentFile.state)) == "done"


def test_a_worker_killed_amid_a_file_leaves_no_row_out_and_adds_none_twice(site, tmp_path):
    officer = factories.member("organiser", unit_id=reference().unit_by_code["40"].id)
    with transaction():
        file = uploading.keep(officer, "phieu.csv", collected(tmp_path), "40", "khac", now())
        uploading.start(officer, file.id, now())
    site.worker.start()
    wait_for(judged, 60, "the first rows")
    site.worker.kill()
    assert not is_done()
    site.worker.start()
    wait_for(is_done, 100, "the end of the file")
    assert db.session.scalars(select(SentRow.outcome)).all() == ["added"] * ROWS
    titles = db.session.scalars(select(Idea.title)).all()
    assert sorted(titles) == sorted(f"Ý số {n}" for n in range(ROWS))
