"""What the pages of accounts share: a form shown with what is wrong in it, and how far a sign-in has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user

from portal.accounts import queries, steps
from portal.accounts.credentials import Factors
from portal.accounts.devices import masked
from portal.accounts.models import SignInAttempt
from portal.accounts.services.telling import Place
from portal.accounts.steps import Demands, Step
from portal.database import now
from portal.errors import Refusal, TooMany
from portal.settings import current_settings
from portal.web.fields import PageForm
from portal.web.language import words
from portal.web.security import local_path

View = TypeVar("View", bound=Callable[..., Any])


def go_to(endpoint: str, **values: Any) -> Response:
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]  # Flask's own Response


def onward(otherwise: str = "accounts.me") -> Response:
    """To where somebody wanted to be before they were asked who they are."""
    target = session.pop("next", None)
    return redirect(local_path(target) if target else url_for(otherwise), 303)  # type: ignore[return-value]


def for_visitors(view: View) -> View:
    """Who is signed in already (in another tab, by the first click of two) goes on to where they wanted to be.

    But for those who are asked to prove once more that it is them (`accounts.confirm`).
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated or "confirming" in session:
            return view(*args, **kwargs)
        return onward()

    return guarded  # type: ignore[return-value]


def page(template: str, form: PageForm, refusal: Refusal | None = None, **values: Any) -> Response:
    """A form as typed, with what is wrong beside it; `refusal` is about the whole form."""
    if refusal:
        form.form_errors.append(words(refusal))
    answer = make_response(render_template(template, form=form, **values))
    answer.status_code = refusal.status if refusal else 422 if form.errors else 200
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def current_attempt() -> SignInAttempt | None:
    return queries.attempt(session.get("attempt"))


def demands() -> Demands:
    """What this portal asks of staff, and how long a proof counts."""
    return Demands(strict=current_settings().production, within=timedelta(seconds=current_settings().reset_ttl))


def next_page(attempt: SignInAttempt | None) -> str:
    """The page for what this attempt still lacks."""
    if attempt is None:
        return "accounts.sign_in"
    member = queries.member_by_email(attempt.email)
    factors = queries.factors(member.id) if member else Factors()
    step = steps.next_step(attempt, member, factors, now(), demands())
    return f"accounts.{Step.CODE if step is Step.DONE else step}"


def place() -> Place:
    """Where this request comes from, as far as its owner may be told."""
    return Place(request.user_agent.string, masked(request.remote_addr))
