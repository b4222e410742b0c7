"""Who may speak to the simulator: programs on this machine, never a page from elsewhere in a browser."""

from flask import Flask, Response, abort, request

_MBOX_TYPES = frozenset({"application/mbox", "application/octet-stream"})


def guard(app: Flask, *, port: int) -> None:
    """Exact Host on every route, no Origin but its own, and no body a form could send to the control API."""
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    @app.before_request
    def refuse_strangers() -> None:
        host = request.environ.get("HTTP_HOST", "")
        if host not in hosts:
            _refuse(403, "Host must be the simulator's own.")
        origin = request.environ.get("HTTP_ORIGIN")
        if origin is not None and origin != f"http://{host}":
            _refuse(403, "Origin must be the simulator's own.")
        if request.path.startswith("/_sim/") and request.method not in {"GET", "HEAD"}:
            mbox = request.endpoint == "control.mail.load"
            if request.mimetype not in (_MBOX_TYPES if mbox else {"application/json"}):
                _refuse(415, "The control API takes application/json; mail to load is application/mbox.")


def _refuse(status: int, text: str) -> None:
    abort(Response(f'{{"error": "{text}"}}\n', status=status, mimetype="application/json"))
