"""The one seam: where a finished letter leaves the portal, by SMTP or into a folder."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from portal.notifications.failures import Failure, Later, RecipientRefused, Refused, ServerAway, Unanswered
from portal.notifications.message import Answer, Message
from portal.notifications.signing import Signer, signer_for
from portal.settings import SMTP_PORTS, Settings

CONNECT, COMMAND, TEXT, ANSWER = 5.0, 10.0, 10.0, 30.0  # seconds
"""RFC 5321 would wait ten minutes for the answer to a letter; a lease that long would hold up everything after a
kill. A server slower than this may get a letter twice, with the same Message-ID."""
HANDING_OVER = timedelta(seconds=TEXT + ANSWER)
"""The longest that `hand_over` takes."""
ACCEPTED, GO_ON = 250, 354
SUCCESS = range(ACCEPTED, 300)  # the classes of RFC 5321


class Mailer(Protocol):
    """Two steps, so that what can fail without doubt comes before the letter is marked as leaving."""

    def offer(self, message: Message) -> None:
        """All but the text: sender, recipient, and whether the text may come. Raises ServerAway, Later or Refused."""

    def hand_over(self, message: Message) -> Answer:
        """Send the text and return the server's answer. Raises Later, Refused or Unanswered."""

    def close(self) -> None: ...


def mailer_for(settings: Settings) -> Mailer:
    if not settings.smtp_url:
        return FolderMailer(settings.mailbox_dir)
    return SmtpMailer(settings.smtp_url, signer_for(settings))


class FolderMailer:
    """Keeps letters as files. A letter kept twice is one file, because its Message-ID names it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def offer(self, message: Message) -> None:
        pass

    def hand_over(self, message: Message) -> Answer:
        final = self.folder / f"{message.message_id.strip('<>')}.eml"
        part = final.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_bytes(message.content)
            part.replace(final)  # whoever lists the folder sees whole letters only
        except OSError as error:
            raise Later(str(error)) from error
        return ACCEPTED, b"kept in the mailbox folder"

    def close(self) -> None:
        pass


class SmtpMailer:
    """One connection for as many letters as the server takes over it."""

    def __init__(self, url: str, sign: Signer | None = None) -> None:
        self.sign = sign
        parts = urlsplit(url)
        self.scheme, self.host = parts.scheme, parts.hostname or ""
        self.port = parts.port or SMTP_PORTS[parts.scheme]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.connection: smtplib.SMTP | None = None
        self.is_waited_for = False  # the server waits for a text, and takes whatever we say for it

    def offer(self, message: Message) -> None:
        reused = self.connection is not None
        try:
            smtp, answers = self._begin(message)
        except ServerAway:
            if not reused:
                raise
            smtp, answers = self._begin(message)  # servers end idle connections; that is no failure
        self._judged(smtp, partial(next, answers), on_loss=Later, on_no=RecipientRefused, rest=answers)
        self._judged(smtp, partial(next, answers), on_loss=Later, yes=(GO_ON,))
        self.is_waited_for = True

    def hand_over(self, message: Message) -> Answer:
        smtp = self.connection
        if smtp is None or smtp.sock is None:
            raise Later("the connection was closed before the letter left")
        content = self._final(message.content)
        self.is_waited_for = False
        return self._judged(smtp, partial(_send_text, smtp, content), on_loss=Unanswered)

    def _final(self, content: bytes) -> bytes:
        """The bytes that leave, signed: nothing may change after that."""
        return self.sign(content) + content if self.sign else content

    def greet(self, sender: str) -> None:
        """Connect, sign in and name the sender, and send nothing: for `ideabank doctor`. Raises OSError, or ValueError."""
        self.connection = self._connect(our_name=sender.rpartition("@")[2])
        code, text = self.connection.mail(sender)
        self.close()
        if code != ACCEPTED:
            raise OSError(f"{code} {_text(text)}")

    def close(self) -> None:
        if self.connection is not None:
            if not self.is_waited_for:
                with suppress(OSError):
                    self.connection.quit()
            self._drop()

    def _drop(self) -> None:
        self.is_waited_for = False
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _begin(self, message: Message) -> tuple[smtplib.SMTP, Iterator[Answer]]:
        """Connect if need be, and name the sender; the other answers are still to come.

        Whatever fails here concerns us, not the letter.
        """
        commands = f"MAIL FROM:<{message.sender}>", f"RCPT TO:<{message.recipient}>", "DATA"
        try:
            if self.connection is None:
                self.connection = self._connect(our_name=message.sender.rpartition("@")[2])
            answers = _conversation(self.connection, commands)
            code, text = next(answers)
        except (OSError, ValueError) as error:  # OSError is smtplib's; ValueError: a password it cannot encode
            self._drop()
            raise ServerAway(*_words(error)) from error
        if code != ACCEPTED:
            self._drop()
            raise ServerAway(_text(text), code)
        return self.connection, answers

    def _connect(self, our_name: str) -> smtplib.SMTP:
        """A connection on which a letter may be begun. Raises OSError."""
        if self.scheme == "smtps":
            tls = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, our_name, timeout=CONNECT, context=tls)
        else:
            smtp = smtplib.SMTP(self.host, self.port, our_name, timeout=CONNECT)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.scheme == "smtp+starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()  # what it can do is asked again over TLS (RFC 3207, 4.2)
            if self.user:
                smtp.login(self.user, self.password)
            smtp.sock.settimeout(COMMAND)  # type: ignore[union-attr]  # it is connected
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _judged(
        self,
        smtp: smtplib.SMTP,
        step: Callable[[], Answer],
        on_loss: type[Failure],
        on_no: type[Refused] = Refused,
        yes: Collection[int] = SUCCESS,
        rest: Iterable[Answer] = (),
    ) -> Answer:
        """Take a step with this letter and turn the answer into what it means for it.

        After a no the `rest` of what was said with it is answered, and then the next letter may be begun.
        """
        try:
            code, text = step()
        except OSError as error:
            self._drop()
            raise on_loss(*_words(error)) from error
        if code in yes:
            return code, text
        if code < 400:  # no answer to what we said; smtplib says -1 to what is no answer at all
            self._drop()
            raise on_loss(_text(text), code)
        with suppress(OSError):
            if any(answer == GO_ON for answer, _ in rest):
                smtp.docmd(".")  # RFC 2920, 3.1: a text for nobody, which ends at once
            smtp.rset()
        raise (Later if code < 500 else on_no)(_text(text), code)


def _conversation(smtp: smtplib.SMTP, commands: Collection[str]) -> Iterator[Answer]:
    """The answer to each command, up to the first no.

    A server that says it can (RFC 2920) is told all at once, and answers all: half as many waits for each letter.
    """
    if smtp.has_extn("pipelining"):
        smtp.send("".join(f"{command}\r\n" for command in commands))
        yield from (smtp.getreply() for _ in commands)
        return
    for command in commands:
        code, text = smtp.docmd(command)
        yield code, text
        if code >= 400:
            return


def _send_text(smtp: smtplib.SMTP, content: bytes) -> Answer:
    """As smtplib's own after its DATA, but with a time for each of its waits."""
    sock: socket.socket = smtp.sock  # type: ignore[assignment]  # it is connected
    sock.settimeout(TEXT)
    smtp.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")  # RFC 5321, 4.5.2; the first line is a header
    sock.settimeout(ANSWER)
    answer = smtp.getreply()
    sock.settimeout(COMMAND)
    return answer


def _words(error: Exception) -> tuple[str, int | None]:
    if isinstance(error, smtplib.SMTPResponseException):
        return _text(error.smtp_error), error.smtp_code
    return f"{type(error).__name__}: {error}", None


def _text(words: bytes | str) -> str:
    """Without what a database would not take."""
    return (words.decode("utf-8", "replace") if isinstance(words, bytes) else words).replace("\0", "")[:500]
