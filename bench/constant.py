"""What the panel is compared with: a Flask application that proves the same caller and answers the same bytes."""

from __future__ import annotations

import json
import os
from pathlib import Path

from flask import Flask, Response, request

from addon.config import Config
from addon.gateways.google.identity import Verifier

ANSWER = "BENCH_ANSWER"
"""Names the variable with the path of what is answered."""


def create_app() -> Flask:
    """Wired from the environment, as the product is."""
    app, config = Flask(__name__, static_folder=None), Config.from_env(os.environ)
    verifier, answer = Verifier(config.google), Path(os.environ[ANSWER]).read_bytes()

    @app.post("/addon/message")
    def message() -> Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        verifier.service(token, audience=config.base_url + request.path, account=config.addon_service_account)
        event = json.loads(request.get_data(cache=False))
        verifier.person(event["authorizationEventObject"]["userIdToken"], audience=config.addon_client_id)
        return Response(answer, mimetype="application/json")

    return app
