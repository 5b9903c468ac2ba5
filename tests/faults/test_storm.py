"""The storm, short enough for every run: all blows, each outage three seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.launcher import any_free_port
from tests import half_answers
from tests.faults.life import Life
from tests.faults.processes import site_of
from tests.faults.report import LONGEST_REQUEST, REPEATS_PER_KILL, Plan
from tests.faults.storm import Storm
from tests.faults.storm import own_database as own

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket, pytest.mark.timeout(420)]
SHORT = Plan(facts=300, per_second=10, away=3)


@pytest.mark.parametrize("said", [half_answers.BEFORE_ITS_STATUS, half_answers.BEFORE_ITS_END])
def test_an_answer_in_whose_middle_the_portal_was_killed_is_none(said: bytes) -> None:
    with half_answers.dying(said) as port:
        assert not Life(SHORT, port).timed("/quy-tac")


@pytest.fixture
def storm(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Storm]:
    port = any_free_port()
    with own(tmp_path, port) as (app, server), site_of(app, tmp_path, PORT=str(port), LIMITS="off") as site:
        yield Storm(site, server, request.param, port)


@pytest.mark.parametrize("storm", [SHORT], indirect=True, ids=["all blows"])
def test_in_a_storm_no_letter_is_lost_and_a_repeat_is_the_same_letter(storm: Storm) -> None:
    report = storm.run()
    assert report.not_ended == 0, report
    assert report.missing == 0, report
    assert report.unanswered_codes == 0, report
    assert report.repeats <= REPEATS_PER_KILL * report.kills, report
    assert report.twice_at_most_once == 0, report
    assert report.slowest_without_broker < LONGEST_REQUEST, report
    assert report.catch_up <= report.allowed_catch_up, report
