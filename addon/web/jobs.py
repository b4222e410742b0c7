"""The scheduler's door: what has to be done without anybody looking on."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, jsonify

from addon import auditing, opting, purging, sync
from addon.web.door import prove_service, services

AT_MOST = timedelta(seconds=25)
"""A scheduler's call gives up at 30 s or later; what is left is taken up by the next call."""

jobs = Blueprint("jobs", __name__, url_prefix="/jobs")


@jobs.before_request
def admit_scheduler() -> None:
    prove_service(services().config.jobs_service_account)


@jobs.post("/sync")
def sync_due() -> Response:
    """Run what is due: how many turns were given, and whether some are left."""
    swept = sync.sweep(services(), until=services().clock.now() + AT_MOST)
    return jsonify(ran=swept.ran, more=swept.more)


@jobs.post("/renew")
def renew() -> Response:
    """What is due now and then: tokens to revoke, the audit log's seal, what expired, mailboxes to watch on."""
    store, now = services().store, services().clock.now()
    store.expire_looks(now=now)
    revoked = opting.tidy(services())
    sealed = auditing.seal(store, now=now)
    renewed = sync.renew_watches(services(), until=now + AT_MOST)
    return jsonify(revoked=revoked, sealed=sealed, renewed=renewed.mailboxes, more=renewed.more)


@jobs.post("/purge")
def purge_due() -> Response:
    """Destroy what can no longer be undone: of how many conversations, and whether some are left."""
    purged = purging.purge_due(services(), until=services().clock.now() + AT_MOST)
    return jsonify(purged=purged.done, more=purged.more)
