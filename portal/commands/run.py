"""The commands that run: everything at once, or one kind of process in the foreground."""

from __future__ import annotations

import os
import runpy
import sys

import click
import flask_migrate

from portal import demonstration, launcher
from portal.app import create_app
from portal.commands.database import ask_anew
from portal.database import db
from portal.notifications.signing import signer_for
from portal.settings import Settings, SettingsError


def settings() -> Settings:
    try:
        return Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def to_send_with() -> Settings:
    """Settings of what sends letters: it finds out at the start if none could be signed."""
    ready = settings()
    try:
        signer_for(ready)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    return ready


@click.command()
def up() -> None:
    """Run everything in the foreground: broker, web, worker and scheduler. Ctrl-C ends it all."""
    try:
        launcher.up(to_send_with(), port_given=bool(os.environ.get("PORT")), prepare=prepare)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def prepare(ready: Settings) -> str:
    """Migrate, load the demonstration where it belongs, and say where everything is."""
    with create_app(ready).app_context():
        flask_migrate.upgrade()
        ask_anew()
        lines = ["", f"  Nảy is ready:  {ready.base_url}", ""]
        if not ready.production:
            lines += demonstration.set_up(ready.var_dir)
            mail = f"{ready.base_url}/dev/mailbox" if ready.smtp_url is None else "sent by SMTP"
            lines += ["", f"  Mail:          {mail}"]
        db.engine.dispose()  # no connection may cross a fork
    return "\n".join([*lines, "  Stop:          Ctrl-C", ""])


@click.command()
def web() -> None:
    """Serve the pages and the API (gunicorn, threads)."""
    ready = settings()
    become(
        "gunicorn",
        "portal.app:create_app()",
        f"--bind={ready.host}:{ready.port}",
        f"--workers={ready.web_workers}",
        "--worker-class=gthread",
        "--threads=8",
        "--graceful-timeout=10",
        "--timeout=60",
        "--keep-alive=75",
        "--no-control-socket",
        "--log-level=warning",
    )


@click.command()
@click.option("--scheduler", is_flag=True, help="Run the scheduler inside, for an installation with one worker.")
@click.option("--concurrency", default=2, show_default=True, help="Processes that do the work.")
def worker(scheduler: bool, concurrency: int) -> None:
    """Do the background work: triage, letters, deadlines."""
    to_send_with()
    options: list[str] = ["--beat", "--scheduler=worker.schedule:Ticks"] if scheduler else []
    celery("worker", f"--concurrency={concurrency}", "--pool=prefork", "--without-gossip", "--without-mingle", *options)


@click.command()
def scheduler() -> None:
    """Tick. What is due stands in the database, so two schedulers do no harm."""
    celery("beat", "--scheduler=worker.schedule:Ticks")


def celery(command: str, *options: str) -> None:
    ready = settings()
    if ready.redis_url is None:
        raise click.ClickException("REDIS_URL is not set. `ideabank up` brings a broker of its own.")
    os.environ["REMAP_SIGTERM"] = "SIGQUIT"  # SIGTERM asks Celery for its soft shutdown, which ends within seconds
    become("celery", "--app=worker.app", "--quiet", command, "--loglevel=WARNING", *options)


def become(module: str, *arguments: str) -> None:
    """Go on as `python -m module`, in this very process: signals reach it, and what is loaded is not loaded again."""
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
