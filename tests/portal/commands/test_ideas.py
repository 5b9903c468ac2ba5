"""Ideas in and out as files, from the command line."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.commands import ideas as commands
from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.ideas.models import Idea, IdeaRank
from portal.importing.services import Import
from portal.voting.models import Vote

pytestmark = pytest.mark.one_engine_each

DATA = Path(__file__).parents[2] / "data"
POLIS, MADRID = DATA / "polis_extract.csv", DATA / "decide_madrid_extract.csv"


@pytest.fixture
def report(tmp_path):
    return tmp_path / "report.csv"


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_polis_is_imported_with_a_report(ideabank, fresh_app, report):
    result = ideabank("import", "ideas", POLIS, "--state", "published", "--report", report)
    assert result.exit_code == 0
    assert "polis_extract.csv: 12 rows, CSV with commas" in result.output
    assert "title        <- the beginning of text" in result.output
    assert "10 ideas added, 2 rows refused" in result.output
    assert [(line["row"], line["why"]) for line in read(report)] == [
        ("7", "the same text as row 6"),
        ("9", "the same text as row 8"),
    ]
    with fresh_app.app_context():
        assert (count(Idea), count(IdeaRank)) == (10, 10)
        texts = {row["text"] for row in read(POLIS)}
        assert set(db.session.scalars(select(Idea.problem))) <= texts


def test_decide_madrid_is_imported_with_its_titles(ideabank, fresh_app, report):
    result = ideabank("import", "ideas", MADRID, "--report", report)
    assert "9 ideas added, 2 rows refused" in result.output
    assert [line["why"] for line in read(report)] == [
        "the solution is longer than 4,000 characters, by 685",
        "the summary is longer than 200 characters, by 1",
    ]
    with fresh_app.app_context():
        assert "Limpiar las calles" in db.session.scalars(select(Idea.title)).all()
        assert set(db.session.scalars(select(Idea.status))) == {"waiting"}
        assert "decide_madrid_extract:9884" in db.session.scalars(select(Member.external_id)).all()


def test_the_map_of_the_contract_works(ideabank, fresh_app, report):
    result = ideabank("import", "ideas", POLIS, "--map", "title=text,author=author_id", "--report", report)
    assert "10 ideas added" in result.output
    with fresh_app.app_context():
        longest = db.session.scalars(select(Idea).order_by(func.length(Idea.problem).desc()).limit(1)).one()
        assert longest.title.endswith("…")
        assert "polis_extract:6172" in db.session.scalars(select(Member.external_id)).all()


def test_a_run_that_was_killed_is_taken_up_again(ideabank, fresh_app, report, monkeypatch):
    monkeypatch.setattr(commands, "BATCH", 3)
    real, calls = Import.add, []

    def dies(self, rows, moment):
        calls.append(rows)
        outcomes = real(self, rows, moment)
        if len(calls) == 3:
            raise KeyboardInterrupt  # in the middle of the third batch, before its commit
        return outcomes

    monkeypatch.setattr(Import, "add", dies)
    assert ideabank("import", "ideas", POLIS, "--report", report).exit_code != 0
    with fresh_app.app_context():
        assert count(Idea) == 6
    monkeypatch.setattr(Import, "add", real)
    result = ideabank("import", "ideas", POLIS, "--report", report)
    assert "4 ideas added, 6 were there already, 2 rows refused" in result.output
    with fresh_app.app_context():
        assert count(Idea) == 10


def test_a_run_without_faults_leaves_no_report(ideabank, tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("text\nMột ý tưởng\n")
    assert "1 idea added, 0 rows refused." in ideabank("import", "ideas", file).output
    assert not (tmp_path / "one.csv.errors.csv").exists()


def test_the_report_stands_beside_the_file(ideabank, tmp_path):
    file = tmp_path / "two.csv"
    file.write_text("text\nMột\nmột\n")
    ideabank("import", "ideas", file)
    assert read(tmp_path / "two.csv.errors.csv")[0]["text"] == "một"


def test_a_field_that_is_not_known_is_said_in_the_report(ideabank, tmp_path, report):
    file = tmp_path / "one.csv"
    file.write_text("text,field\nMột,Chiêm tinh\n")
    result = ideabank("import", "ideas", file, "--report", report)
    assert "1 added without something that was not understood" in result.output
    assert read(report)[0]["outcome"] == "changed"


def test_when_every_row_is_refused_the_command_fails(ideabank, tmp_path):
    file = tmp_path / "empty.csv"
    file.write_text("text,author\n,7\n")
    assert ideabank("import", "ideas", file).exit_code == 1


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        ("colour,size\nred,5\n", [], "No column is known to hold a text"),
        ("text\n", [], "a header and no rows"),
        ("text\nabc\n", ["--field", "nothing"], "There is no field 'nothing'"),
        ("text\nabc\n", ["--map", "x=text"], "not PART=COLUMN"),
        ("text\nabc\n", ["--report", "/proc/nowhere/r.csv"], "cannot be written"),
    ],
)
def test_nothing_is_written_when_the_whole_is_wrong(refused, content, options, says):
    assert says in refused(content, *options)


@pytest.fixture
def refused(ideabank, failed, fresh_app, tmp_path):
    """The one line an import ends with, after which the bank is still empty."""

    def line(content, *options):
        file = tmp_path / "ideas.csv"
        file.write_text(content)
        said = failed(ideabank("import", "ideas", file, *options))
        with fresh_app.app_context():
            assert count(Idea) == 0
        return said

    return line


@pytest.fixture
def full_bank(ideabank, fresh_app, report):
    """Ten imported ideas, three votes, one public and one hidden comment."""
    ideabank("import", "ideas", POLIS, "--state", "published", "--report", report)
    with fresh_app.app_context(), transaction():
        ids = db.session.scalars(select(Idea.id).order_by(Idea.id)).all()
        author = db.session.scalars(select(Idea.author_id)).first()
        db.session.get_one(Idea, ids[0]).title = "=HYPERLINK(0)"
        db.session.get_one(Idea, ids[9]).status = "hidden"
        for idea_id in ids[:3]:
            db.session.add(Vote(idea_id=idea_id, member_id=author, created_at=now()))
        for status in ("published", "hidden"):
            db.session.add(Comment(idea_id=ids[1], member_id=author, body="Hay quá", status=status, created_at=now()))


def exported(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_export_writes_everything(ideabank, full_bank, tmp_path):
    result = ideabank("export", tmp_path / "all.jsonl")
    lines = exported(tmp_path / "all.jsonl")
    assert result.exit_code == 0
    assert "10 ideas, 2 comments, 3 votes" in result.output
    assert {line["type"] for line in lines} == {"idea", "comment", "vote"}
    idea, vote = lines[0], next(line for line in lines if line["type"] == "vote")
    assert (idea["field"], idea["status"], idea["unit"]) == ("khac", "published", None)
    assert idea["created_at"].endswith("Z")
    assert set(vote) == {"type", "idea_id", "member_id", "created_at"}


def test_a_public_export_names_nobody(ideabank, full_bank, tmp_path):
    ideabank("export", tmp_path / "public.jsonl", "--public")
    lines = exported(tmp_path / "public.jsonl")
    assert [line["type"] for line in lines] == ["idea"] * 9 + ["comment"]
    assert not {"author_id", "member_id", "confidential", "external_id"} & {key for line in lines for key in line}


def test_a_spreadsheet_runs_nothing(ideabank, full_bank, tmp_path):
    ideabank("export", tmp_path / "ideas.csv")
    rows = read(tmp_path / "ideas.csv")
    assert len(rows) == 10
    assert rows[0]["title"] == "'=HYPERLINK(0)"
    assert any(row["problem"].startswith("'- Die StVO") for row in rows)
    assert rows[0]["votes"] == "0"


@pytest.mark.parametrize("name", ["ideas.xlsx", "no/such/folder/ideas.csv"])
def test_an_export_that_cannot_be_says_so(ideabank, failed, tmp_path, name):
    assert failed(ideabank("export", tmp_path / name))
