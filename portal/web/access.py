"""Who may use a route is written on the route. `create_app` refuses to start with one that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app
from flask_login import current_user

from portal.errors import Missing

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Everybody, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Members; others are sent to sign in and come back."""
    return _guard(view, "signed_in", lambda: True)


def allowed(action: str) -> Callable[[View], View]:
    """Members who may do `action`; to others the page does not exist."""
    return lambda view: _guard(view, action, lambda: current_user.can(action))


def _guard(view: View, access: str, passes: Callable[[], bool]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if not passes():
            raise Missing
        return view(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def undeclared(app: Flask) -> list[str]:
    """Endpoints whose access is not declared."""
    return sorted(endpoint for endpoint, view in app.view_functions.items() if not hasattr(view, "access"))
