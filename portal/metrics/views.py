"""`/metrics` for Prometheus, for whoever has the token; to all others there is no such page."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, request

from portal.database import now
from portal.errors import Missing
from portal.metrics import queries
from portal.metrics.queries import Metric
from portal.settings import current_settings
from portal.web import traffic
from portal.web.access import public

pages = Blueprint("metrics", __name__)
PREFIX = "ideabank_"


@pages.get("/metrics")
@public
def metrics() -> Response:
    settings = current_settings()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.metrics_token or not hmac.compare_digest(given.encode(), settings.metrics_token.encode()):
        raise Missing
    body = "".join(f"{line}\n" for metric in (*queries.gauges(now()), *requests()) for line in lines(metric))
    return Response(body, content_type="text/plain; version=0.0.4; charset=utf-8")


def requests() -> Iterable[Metric]:
    seen = traffic.figures()
    total = sum(seen.by_class.values())
    yield Metric(
        "requests_total",
        "Requests answered since the server started.",
        {f'{{class="{name}"}}': count for name, count in seen.by_class.items()},
        "counter",
    )
    limits = dict(zip(traffic.BUCKETS, seen.buckets, strict=True)) | {"+Inf": total}
    samples: dict[str, float] = {f'_bucket{{le="{limit}"}}': count for limit, count in limits.items()}
    samples |= {"_sum": seen.seconds, "_count": total}
    yield Metric("request_seconds", "How long requests took.", samples, "histogram")


def lines(metric: Metric) -> Iterator[str]:
    """The text exposition format, version 0.0.4."""
    yield f"# HELP {PREFIX}{metric.name} {metric.help}"
    yield f"# TYPE {PREFIX}{metric.name} {metric.kind}"
    for labels, value in metric.samples.items():
        yield f"{PREFIX}{metric.name}{labels} {float(value)!r}"
