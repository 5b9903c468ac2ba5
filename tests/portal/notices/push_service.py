"""A push service on this machine and a browser behind it: it takes what is sent, and decrypts it as the browser does."""

from __future__ import annotations

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Browser:
    """One device: its keys, its address, and what it has shown."""

    def __init__(self, service: PushService, name: str) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.endpoint = f"{service.url}/{name}"
        self.shown: list[dict[str, Any]] = []
        service.browsers[f"/{name}"] = self

    @property
    def given(self) -> dict[str, str]:
        """What its page hands to the portal."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": encoded(point), "auth": encoded(self.auth)}

    def show(self, body: bytes) -> None:
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        self.shown.append(json.loads(plain))


class PushService:
    """Answers with `status`; keeps the headers it saw."""

    def __init__(self) -> None:
        self.status, self.browsers, self.headers = 201, {}, []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.headers.append({name.lower(): value for name, value in self.headers.items()})
                if service.status == 201:
                    service.browsers[self.path].show(body)
                self.send_response(service.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
