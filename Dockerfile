# One image for web, worker, scheduler and the trial mail catcher.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# Nobody in particular: the code belongs to root, and only /data can be written.
RUN groupadd --gid 10001 nay && useradd --uid 10001 --gid nay --home-dir /data --shell /usr/sbin/nologin nay \
    && mkdir -p /data && chown nay:nay /data

COPY requirements/run.txt requirements/dkim.txt requirements/
RUN python -m venv .venv && .venv/bin/pip install --quiet --no-deps --require-hashes --requirement requirements/run.txt
# `--build-arg DKIM=1`, or DKIM=1 in .env: for portals that sign their letters themselves (docs/how-to/mail.md).
ARG DKIM=
RUN [ -z "$DKIM" ] || .venv/bin/pip install --quiet --no-deps --no-build-isolation --require-hashes --requirement requirements/dkim.txt

COPY pyproject.toml README.md LICENSE ./
COPY portal portal
COPY worker worker
COPY templates templates
COPY deploy/catch_mail.py deploy/catch_mail.py
RUN .venv/bin/pip install --quiet --no-deps --no-build-isolation --editable . \
    && .venv/bin/pybabel -q compile -d portal/translations \
    && .venv/bin/python -m compileall -q portal worker

USER 10001:10001
VOLUME /data
ENV PATH=/app/.venv/bin:$PATH VAR_DIR=/data HOST=0.0.0.0 PORT=8000 APP_PROFILE=production
EXPOSE 8000
CMD ["ideabank", "web"]
