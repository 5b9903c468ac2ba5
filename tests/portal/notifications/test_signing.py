"""DKIM over the bytes that leave. Runs where the extra `dkim` is installed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from portal.commands import mail_names
from portal.notifications import delivery
from portal.notifications.mailer import SmtpMailer
from portal.notifications.signing import signer_for
from portal.settings import SettingsError
from tests.portal.notifications import stories
from tests.portal.notifications.test_mailer import server  # noqa: F401  # a fixture

dkim = pytest.importorskip("dkim", reason="the extra 'dkim' is not installed: signatures are NOT tested")
pytestmark = [pytest.mark.enable_socket, pytest.mark.usefixtures("app")]


@pytest.fixture
def settings(app, tmp_path):
    file = tmp_path / "dkim.pem"
    pem, pkcs1 = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file.write_bytes(made.private_bytes(pem, pkcs1, serialization.NoEncryption()))
    return replace(app.config["SETTINGS"], mail_from="Nảy <thu@nay.example.vn>", dkim_key=file)


def test_a_letter_arrives_with_a_signature_that_holds(app, settings, server, monkeypatch):  # noqa: F811
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    stories.decided()
    stories.relay()
    stories.due_now()
    delivery.drain(mailer=SmtpMailer(server.url, signer_for(settings)))
    published = f"v=DKIM1; k=rsa; p={mail_names.public_key(settings.dkim_key.read_bytes())}".encode()
    names = {b"nay._domainkey.nay.example.vn.": published}
    assert len(server.taken) == 2
    for envelope in server.taken:
        assert dkim.verify(envelope.content, dnsfunc=lambda name, **_more: names.get(name))
        assert not dkim.verify(envelope.content + b"more\r\n", dnsfunc=lambda name, **_more: names.get(name))
    signed = next(one.content for one in server.taken if b"List-Unsubscribe-Post" in one.content)
    signature = "".join(signed.decode("ascii", "replace").partition("b=")[0].lower().split())
    assert ":list-unsubscribe:list-unsubscribe-post:" in signature


@pytest.mark.parametrize("content", [None, "no key"])
def test_a_key_that_is_none_stops_the_start(settings, content):
    if content is None:
        settings.dkim_key.unlink()
    else:
        settings.dkim_key.write_text(content)
    with pytest.raises(SettingsError, match="DKIM_KEY"):
        signer_for(settings)
