"""An OpenID provider as others run them, made with Authlib and served over HTTP on this machine."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from flask import Flask, jsonify
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "nay", "a secret between two services"


@dataclass
class Person:
    """Who sits before the provider's page: always the same one, already signed in there."""

    claims: dict[str, Any] = field(default_factory=dict)

    def get_user_id(self) -> str:
        return str(self.claims["sub"])


@dataclass
class Code:
    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    get_acr = get_amr = get_auth_time


class Client:
    """The one client, registered with one address to send people back to."""

    def __init__(self, back: str) -> None:
        self.client_id, self.back = CLIENT, back

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Provider:
    """`person.claims` are what it says of who signs in; `lies` replace claims of the signed token; `broken`: it is ill."""

    def __init__(self, back: str) -> None:
        self.person = Person({"sub": "p-1", "email": "phuong@example.vn", "email_verified": True})
        self.lies: dict[str, Any] = {}
        self.broken = self.bare = False  # bare: the e-mail only stands in the answer about the user
        self.codes: dict[str, Code] = {}
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self._http = make_server("127.0.0.1", 0, self._application(Client(back)), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def consent(self, address: str) -> str:
        """What the person's browser does at the provider: it opens `address` and is sent back; where to."""
        with build_opener(_Stay).open(address) as answer:
            return str(answer.headers["Location"])

    def _application(self, client: Client) -> Flask:
        app = Flask("provider")
        server = AuthorizationServer(
            app, lambda name: client if name == CLIENT else None, lambda _token, _request: None
        )
        server.register_grant(_grant(self), [CodeChallenge(required=True), _id_token(self)])

        @app.get("/.well-known/openid-configuration")
        def metadata() -> Any:
            places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            if self.broken:
                return "", 503
            return {
                "issuer": self.issuer,
                **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()},
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }

        @app.get("/keys")
        def keys() -> Any:
            return jsonify(keys=[self.published.as_dict(private=False)])

        @app.get("/authorize")
        def authorize() -> Any:
            return server.create_authorization_response(
                grant_user=self.person, grant=server.get_consent_grant(self.person)
            )

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        @app.get("/userinfo")
        def userinfo() -> Any:
            return self.person.claims

        return app


class _Stay(HTTPRedirectHandler):
    """A redirect is an answer like another."""

    def http_error_302(self, _request: Any, answer: Any, *_rest: Any) -> Any:
        return answer


def _grant(provider: Provider) -> type:
    class CodeGrant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            provider.codes[code] = Code(
                code,
                asked["redirect_uri"],
                asked["scope"],
                asked.get("nonce"),
                asked.get("code_challenge"),
                asked.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, _client: Any) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, code: Code) -> None:
            del provider.codes[code.code]

        def authenticate_user(self, _code: Code) -> Person:
            return provider.person

    return CodeGrant


def _id_token(provider: Provider) -> OpenIDCode:
    class Signed(OpenIDCode):
        def exists_nonce(self, _nonce: str, _request: Any) -> bool:
            return False

        def resolve_client_private_key(self, _client: Any) -> Any:
            return provider.key

        def get_client_algorithm(self, _client: Any) -> str:
            return "RS256"

        def get_client_claims(self, _client: Any) -> dict[str, Any]:
            return {"iss": provider.issuer, "aud": [CLIENT]}

        def generate_user_info(self, user: Person, _scope: str) -> dict[str, Any]:
            told = {"sub": user.claims["sub"]} if provider.bare else user.claims
            return {**told, **provider.lies}

    return Signed(require_nonce=True)
