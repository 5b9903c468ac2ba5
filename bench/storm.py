"""The storm at length: facts at a steady rate while everything that can break does, and what came of it.

`python -m bench.storm [FACTS [SECONDS_AWAY [KILLS]]]`; the whole one is 10000 60 5 and takes about six minutes, with
0 kills nothing may come twice. Needs the test dependencies: the database is a PostgreSQL of its own, to be killed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import goal, missed
from portal.launcher import any_free_port
from tests.faults.processes import site_of
from tests.faults.report import LONGEST_REQUEST, REPEATS_PER_KILL, Plan, Report
from tests.faults.storm import Storm, own_database

FACTS, AWAY, KILLS = 10_000, 60, 5
PER_SECOND = 30


def goals(report: Report) -> list[tuple[str, float, float]]:
    """(what, measured, at most)"""
    return [
        ("facts or letters without an end state", report.not_ended, 0),
        ("letters said to be sent that never arrived", report.missing, 0),
        ("answered requests for a code without a trace", report.unanswered_codes, 0),
        ("repeats after kills, same Message-ID", report.repeats, REPEATS_PER_KILL * report.kills),
        ("letters of the at-most-once class that came twice", report.twice_at_most_once, 0),
        ("slowest request without a broker, s", report.slowest_without_broker, LONGEST_REQUEST),
        (f"catch-up with {report.backlog} left, s", report.catch_up, report.allowed_catch_up),
    ]


def main() -> int:
    given = [int(word) for word in sys.argv[1:]]
    facts, away, kills = given + [FACTS, AWAY, KILLS][len(given) :]
    port = any_free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(Path(folder), port) as (app, server),
        site_of(app, Path(folder), PORT=str(port), LIMITS="off") as site,
    ):
        report = Storm(site, server, Plan(facts, PER_SECOND, away, kills), port).run()
    print(f"{report.facts} facts, letters: {dict(report.states)}, requests: {report.requests}")
    print(f"{report.other_repeats} repeats of letters the server kept without saying so (RFC 1047)")
    for what, measured, most in goals(report):
        goal(measured <= most, f"{what}: {measured:g} (at most {most:g})")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
