"""The seam itself: files, and a real SMTP conversation on the loopback."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from portal.notifications.failures import Later, RecipientRefused, Refused, ServerAway, Unanswered
from portal.notifications.mailer import FolderMailer, SmtpMailer, mailer_for
from portal.notifications.message import Message, compose
from portal.notifications.message import words as encoded

pytestmark = pytest.mark.enable_socket


def message(words="Chào bạn", message_id="<o.1@example.vn>"):
    headers = {"Subject": encoded("Thư thử", "Subject"), "Message-ID": message_id}
    return Message(message_id, "nay@example.vn", "ban@example.vn", compose(headers, words, words))


def send(mailer, letter=None):
    letter = letter or message()
    mailer.offer(letter)
    return mailer.hand_over(letter)


# --- folder -------------------------------------------------------------------------------------


def test_without_a_server_letters_are_kept_as_files(settings_for):
    settings = settings_for()
    send(mailer_for(settings))
    (file,) = settings.mailbox_dir.iterdir()
    assert file.name == "o.1@example.vn.eml"
    assert b"Subject: =?utf-8?" in file.read_bytes()


def test_a_letter_kept_twice_is_one_file(tmp_path):
    mailer = FolderMailer(tmp_path / "mailbox")
    send(mailer)
    send(mailer, message("lần hai"))
    assert len(list((tmp_path / "mailbox").iterdir())) == 1


def test_a_folder_that_cannot_be_written_puts_letters_off(tmp_path):
    (tmp_path / "mailbox").write_text("a file is in the way")
    with pytest.raises(Later):
        send(FolderMailer(tmp_path / "mailbox"))


# --- SMTP ---------------------------------------------------------------------------------------


class Server:
    """Takes letters, or answers as told."""

    def __init__(self, *extensions):
        self.extensions = extensions
        self.taken, self.sessions = [], []
        self.mail = self.rcpt = self.data = None

    async def handle_EHLO(self, _server, session, _envelope, name, answers):  # noqa: N802
        session.host_name = name
        return [answers[0], *(f"250-{extension}" for extension in self.extensions), *answers[1:]]

    async def handle_MAIL(self, _server, session, envelope, address, _options):  # noqa: N802
        self.sessions.append(session.peer)
        envelope.mail_from = address
        return self.mail or "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if not self.rcpt:
            envelope.rcpt_tos.append(address)
        return self.rcpt or "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if self.data == "cut":
            server.transport.abort()
            return "250 never heard"
        if not self.data:
            self.taken.append(envelope)
        return self.data or "250 taken"


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["one by one", "all at once"])
def server(request):
    handler = Server(*request.param)
    controller = Controller(handler, hostname="127.0.0.1", port=0)
    controller.port = free_port()
    controller.start()
    handler.url = f"smtp://127.0.0.1:{controller.port}"
    yield handler
    controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mailer(server):
    mailer = SmtpMailer(server.url)
    yield mailer
    mailer.close()


def test_a_letter_reaches_the_server_as_it_was_written(server, mailer):
    code, _words = send(mailer, message("Chào bạn\n.một dấu chấm đầu dòng"))
    (envelope,) = server.taken
    assert code == 250
    assert (envelope.mail_from, envelope.rcpt_tos) == ("nay@example.vn", ["ban@example.vn"])
    assert envelope.content == message("Chào bạn\n.một dấu chấm đầu dòng").content


def test_one_connection_carries_many_letters(server, mailer):
    for _ in range(3):
        send(mailer)
    assert len(set(server.sessions)) == 1


def test_a_connection_the_server_has_ended_is_opened_again(server, mailer):
    send(mailer)
    mailer.connection.sock.shutdown(socket.SHUT_RDWR)
    send(mailer)
    assert len(server.taken) == 2


@pytest.mark.parametrize(
    ("step", "answer", "failure"),
    [
        ("mail", "451 busy", ServerAway),
        ("mail", "550 not you", ServerAway),
        ("rcpt", "451 greylisted", Later),
        ("rcpt", "550 no such user", RecipientRefused),
        ("data", "452 mailbox full", Later),
        ("data", "554 spam", Refused),
        ("data", "cut", Unanswered),
    ],
)
def test_each_answer_means_something_for_the_letter_and_the_next_one_goes_out(server, mailer, step, answer, failure):
    setattr(server, step, answer)
    with pytest.raises(failure) as caught:
        send(mailer)
    assert answer == "cut" or (caught.value.code, caught.value.text) == (int(answer[:3]), answer[4:])
    setattr(server, step, None)
    send(mailer)
    assert len(server.taken) == 1


def test_a_letter_that_may_not_leave_after_all_is_no_text_and_the_next_one_goes_out(server, mailer):
    mailer.offer(message())
    mailer.close()
    send(mailer, message(message_id="<o.2@example.vn>"))
    assert [b"o.2@" in envelope.content for envelope in server.taken] == [True]


@contextmanager
def talker(**answers):
    """A server that says just that, whatever SMTP allows, and hangs up where it has nothing to say; and what it is told."""
    said = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk():
            connection, _ = listener.accept()
            connection.sendall(b"220 here\r\n")
            with suppress(ConnectionError), connection, connection.makefile("rb") as lines:  # we may be hung up on
                for line in lines:
                    said.append(line.split()[0].decode().upper())
                    answer = answers.get(said[-1], "250 yes")
                    if not answer:
                        return
                    connection.sendall(f"{answer}\r\n".encode())

        thread = threading.Thread(target=talk)
        thread.start()
        yield SmtpMailer(f"smtp://127.0.0.1:{listener.getsockname()[1]}"), said
        thread.join()


def test_a_server_that_wants_a_text_for_nobody_gets_an_empty_one():
    """RFC 2920, 3.1: all was said at once, so the text may be asked for although the recipient was refused."""
    with talker(EHLO="250-here\r\n250 PIPELINING", RCPT="550 no such user", DATA="354 go on") as (mailer, said):
        with pytest.raises(RecipientRefused):
            mailer.offer(message())
        mailer.close()
    assert said[1:] == ["MAIL", "RCPT", "DATA", ".", "RSET", "QUIT"]


@pytest.mark.parametrize("can", ["PIPELINING", "8BITMIME"])
def test_who_wants_no_text_says_nothing_of_the_recipient(can):
    """As by a rule of the server for all that we send: nobody's address is to be given up for it."""
    with talker(EHLO=f"250-here\r\n250 {can}", DATA="550 administrative prohibition") as (mailer, _):
        with pytest.raises(Refused) as caught:
            mailer.offer(message())
        mailer.close()
    assert not isinstance(caught.value, RecipientRefused)


def test_a_server_that_is_not_there_is_away():
    with pytest.raises(ServerAway):
        SmtpMailer(f"smtp://127.0.0.1:{free_port()}").offer(message())


def test_a_server_that_talks_nonsense_is_away():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk():
            connection, _ = listener.accept()
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(ServerAway):
            SmtpMailer(f"smtp://127.0.0.1:{listener.getsockname()[1]}").offer(message())
        thread.join()


def test_a_connection_lost_before_the_text_was_asked_for_puts_the_letter_off():
    with talker(DATA="") as (mailer, _), pytest.raises(Later):
        send(mailer)


@pytest.mark.parametrize(("password", "accepted"), [("m%40t", True), ("sai", False)])
def test_the_url_carries_name_and_password(password, accepted):
    def check(_server, _session, _envelope, _mechanism, login):
        return AuthResult(success=login.password == b"m@t", handled=False)

    handler = Server()
    controller = Controller(
        handler, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_require_tls=False
    )
    controller.start()
    mailer = SmtpMailer(f"smtp://nay:{password}@127.0.0.1:{controller.port}")
    try:
        if accepted:
            send(mailer)
            assert len(handler.taken) == 1
        else:
            with pytest.raises(ServerAway) as caught:
                mailer.offer(message())
            assert caught.value.code == 535
    finally:
        mailer.close()
        controller.stop()
