"""Real servers that want TLS or a password: the three kinds of SMTP_URL, and who is not trusted."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.notifications.failures import ServerAway
from portal.notifications.mailer import SmtpMailer
from tests.portal.notifications.test_mailer import Server, free_port, message, send

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that it signed itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server(certificate, request):
    """A server for the scheme a test names; it takes letters only over TLS, from 'nay' with the password 'm@t'."""

    def check(_server, _session, _envelope, _mechanism, login):
        return AuthResult(success=(login.login, login.password) == (b"nay", b"m@t"), handled=False)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    handler, port = Server(), free_port()
    tls = {"ssl_context": context} if request.param == "smtps" else {"tls_context": context, "require_starttls": True}
    whole = request.param == "smtps"  # aiosmtpd does not count TLS around it as TLS
    controller = Controller(
        handler, hostname="127.0.0.1", port=port, authenticator=check,
        auth_required=not whole, auth_require_tls=not whole, **tls,
    )  # fmt: skip
    controller.start()
    handler.url = f"{request.param}://nay:m%40t@127.0.0.1:{port}"
    yield handler
    controller.stop()


@pytest.mark.parametrize("server", ["smtps", "smtp+starttls"], indirect=True)
def test_letters_go_over_tls_with_name_and_password(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailer = SmtpMailer(server.url)
    for _ in range(2):
        send(mailer)
    mailer.close()
    assert len(server.taken) == 2
    assert len(set(server.sessions)) == 1


@pytest.mark.parametrize("server", ["smtps", "smtp+starttls"], indirect=True)
def test_a_server_nobody_vouches_for_gets_neither_letters_nor_the_password(server):
    with pytest.raises(ServerAway) as caught:
        SmtpMailer(server.url).offer(message())
    assert "CERTIFICATE_VERIFY_FAILED" in caught.value.text
    assert server.sessions == []
