"""The scheduler's door: what has to be done without anybody looking on."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, Response, jsonify

from addon import purging, renewing, sync
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
    """What time makes due, as `renewing` has it."""
    return jsonify(asdict(renewing.renew(services(), until=services().clock.now() + AT_MOST)))


@jobs.post("/purge")
def purge_due() -> Response:
    """Destroy what can no longer be undone: of how many conversations, and whether some are left."""
    purged = purging.purge_due(services(), until=services().clock.now() + AT_MOST)
    return jsonify(purged=purged.done, more=purged.more)
