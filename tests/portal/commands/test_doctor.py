"""What the doctor finds, and what it tells the operator to do."""

import socket

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from portal.database import db

pytestmark = [pytest.mark.enable_socket, pytest.mark.one_engine_each]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Particular(Sink):
    """A mail server that knows whose letters it takes."""

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802
        envelope.mail_from = address
        return "250 OK" if address.endswith(".vn") else "550 5.1.8 this sender is not ours"


@pytest.fixture
def smtp():
    server = Controller(Particular(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield f"smtp://127.0.0.1:{server.port}"
    server.stop()


def finding(result, name):
    return next(line for line in result.output.splitlines() if f" {name}: " in line)


def test_a_healthy_portal(ideabank, smtp):
    result = ideabank("doctor", SMTP_URL=smtp, MAIL_FROM="Nảy <nay@example.vn>")
    assert result.exit_code == 0, result.output
    assert [line[:6].strip() for line in result.output.splitlines()] == ["ok"] * 7
    assert "127.0.0.1 takes letters from us; without BOUNCE_ADDRESS" in finding(result, "mail")


def test_wrong_settings_are_one_line(ideabank, failed):
    assert "APP_PROFILE is 'test'" in failed(ideabank("doctor", APP_PROFILE="test"))


def test_a_database_that_is_not_there(ideabank, tmp_path):
    result = ideabank("doctor", DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite3")
    assert result.exit_code == 1
    assert finding(result, "database").startswith("WRONG  database: there is no file")
    assert not (tmp_path / "none.sqlite3").exists()


def test_a_database_server_that_is_not_there(ideabank):
    result = ideabank("doctor", DATABASE_URL=f"postgresql://127.0.0.1:{free_port()}/nay")
    assert "Start it, or correct DATABASE_URL." in finding(result, "database")


def test_a_database_of_another_schema(ideabank, fresh_app):
    with fresh_app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    assert "Run `ideabank migrate`." in finding(ideabank("doctor"), "database")


def test_a_broker_that_does_not_answer(ideabank):
    result = ideabank("doctor", REDIS_URL=f"redis://:secret@127.0.0.1:{free_port()}/0")
    assert "does not answer" in finding(result, "broker")
    assert "secret" not in result.output


def test_a_mail_server_that_does_not_answer(ideabank):
    assert "Correct SMTP_URL" in finding(ideabank("doctor", SMTP_URL=f"smtp://127.0.0.1:{free_port()}"), "mail")
    assert "SMTP_URL begins with" in ideabank("doctor", SMTP_URL="http://127.0.0.1").output


@pytest.mark.parametrize(
    "sender", [{"MAIL_FROM": "nay@elsewhere.example"}, {"BOUNCE_ADDRESS": "back@elsewhere.example"}]
)
def test_a_mail_server_that_takes_no_letters_of_this_sender(ideabank, smtp, sender):
    result = ideabank("doctor", SMTP_URL=smtp, **{"MAIL_FROM": "nay@example.vn", **sender})
    assert "does not take letters from us (550 5.1.8 this sender is not ours)" in finding(result, "mail")


def test_production_wants_a_mail_server(ideabank):
    result = ideabank("doctor", APP_PROFILE="production", BASE_URL="https://nay.example.vn")
    assert "no letter leaves the portal" in finding(result, "mail")


def test_a_folder_that_cannot_be_written(ideabank, tmp_path):
    (tmp_path / "file").write_text("")
    assert "Set VAR_DIR" in finding(ideabank("doctor", VAR_DIR=str(tmp_path / "file" / "var")), "folder")
