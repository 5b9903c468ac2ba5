"""create_app(): the table of contents of the portal."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from apiflask import APIFlask
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

import portal.accounts.api
import portal.accounts.views
import portal.administration.views
import portal.announcements.views
import portal.attachments.api
import portal.attachments.views
import portal.audit.views
import portal.campaigns.api
import portal.campaigns.views
import portal.discussion.api
import portal.discussion.report_api
import portal.discussion.report_views
import portal.discussion.views
import portal.exports.views
import portal.ideas.api
import portal.ideas.views
import portal.importing.views
import portal.ledger.views
import portal.metrics.views
import portal.moderation.api
import portal.moderation.triage_views
import portal.moderation.views
import portal.notices.api
import portal.notices.views
import portal.notifications.models  # only the worker writes letters, but their table is the portal's
import portal.notifications.views
import portal.pages.views
import portal.searches.views
import portal.units.api
import portal.units.views
import portal.voting.api
import portal.voting.views
from portal.accounts import oidc, principal
from portal.database import db, engine_options
from portal.extensions import babel, compress, migrate
from portal.settings import Settings
from portal.web import access, api, assets, conditional, errors, language, security, templating, traffic
from portal.web.ids import RowId

ROOT = Path(__file__).parent
MEGABYTE = 1024 * 1024

PAGES = (
    portal.pages.views.pages,
    portal.ideas.views.pages,
    portal.attachments.views.pages,
    portal.voting.views.pages,
    portal.discussion.views.pages,
    portal.discussion.report_views.pages,
    portal.searches.views.pages,
    portal.exports.views.pages,
    portal.campaigns.views.pages,
    portal.accounts.views.pages,
    portal.moderation.triage_views.pages,
    portal.moderation.views.pages,
    portal.administration.views.pages,
    portal.units.views.pages,
    portal.audit.views.pages,
    portal.notices.views.pages,
    portal.notifications.views.pages,
    portal.ledger.views.pages,
    portal.importing.views.pages,
    portal.announcements.views.pages,
    portal.metrics.views.pages,
)
APIS = (
    portal.ideas.api.api,
    portal.attachments.api.api,
    portal.voting.api.api,
    portal.discussion.api.api,
    portal.discussion.report_api.api,
    portal.campaigns.api.api,
    portal.units.api.api,
    portal.accounts.api.api,
    portal.moderation.api.api,
    portal.notices.api.api,
)


def create_app(settings: Settings | None = None) -> APIFlask:
    """A portal for these settings, or for those of the environment. Raises RuntimeError for a route without access."""
    settings = settings or Settings.from_env()
    app = APIFlask(
        "portal",
        title="Nảy",
        version="1",
        docs_path=None,
        spec_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # portal.web.assets serves them
        template_folder=str(ROOT.parent / "templates"),
    )
    configure(app, settings)
    app.url_map.converters["int"] = RowId
    app.url_map.merge_slashes = False  # the redirect would lead to whatever host the request names
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    babel.init_app(
        app, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh", locale_selector=language.current_language
    )
    compress.init_app(app)
    traffic.init_app(app)
    errors.init_app(app)
    principal.init_app(app)
    oidc.init_app(app, settings)
    app.before_request(know_the_reader)
    app.before_request(portal.attachments.views.expect_files)
    security.init_app(app)
    app.before_request(portal.accounts.views.phone.ask_first)
    assets.init_app(app, ROOT / "static")
    conditional.init_app(app)
    templating.init_app(app)
    api.init_app(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for blueprint in APIS:
        app.register_blueprint(blueprint, url_prefix="/api/v1")
    if settings.proxy_hops:  # each proxy adds to the list of addresses; scheme and host are one word, passed on
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxy_hops, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.wsgi_app = language.LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    if missing := access.undeclared(app):
        raise RuntimeError(f"no access declared on: {', '.join(missing)}")
    return app


def configure(app: APIFlask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-sid" if settings.secure_cookies else "sid",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=settings.session_idle),
        MAX_CONTENT_LENGTH=MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        MAX_FORM_PARTS=200,
        OPENAPI_VERSION="3.1.0",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=500,
        TEMPLATES_AUTO_RELOAD=False,
    )
    logging.getLogger("portal").setLevel(settings.log_level)


def know_the_reader() -> None:
    """Load the signed-in member before any view, so that no view does it inside its transaction."""
    current_user.is_authenticated  # noqa: B018  # the property loads
