"""The few pages a browser sees: one sentence, a next step, and a way back to Gmail.

They fetch nothing and name nobody but the reader. What is written into them is escaped; style and script are
constants, and the policy names them by their hash. There is no opener policy: with one, Gmail could not tell that
the window was closed, and would not draw its panel anew.
"""

from __future__ import annotations

import base64
import hashlib
from http import HTTPStatus

from flask import Response
from markupsafe import escape

from cards.language import language, say

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#202124;background:#fff}"
    "main{max-width:32rem;margin:12vh auto;padding:0 1.5rem}h1{font-size:1.4rem}"
    "button{font:inherit;padding:.5rem 1.25rem;border:1px solid #747775;border-radius:1.25rem;background:#fff;"
    "cursor:pointer}"
    "@media(prefers-color-scheme:dark){body,button{color:#e3e3e3;background:#1f1f1f}}"
)
_SCRIPT = (
    "const close=()=>window.close();"
    'document.querySelector("button").addEventListener("click",close);'
    'if(document.body.id==="done")setTimeout(close,1500);'
)


def _named(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


_POLICY = "; ".join(
    [
        "default-src 'none'",
        f"style-src {_named(_STYLE)}",
        f"script-src {_named(_SCRIPT)}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


def page(title: str, *sentences: str, status: HTTPStatus = HTTPStatus.OK, done: bool = False) -> Response:
    """A page of its own; `done` closes itself, for there is nothing left to read."""
    said, close = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences), say("Close this window")
    body = (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f'<body id="{"done" if done else "stay"}"><main><h1>{escape(title)}</h1>{said}'
        f'<button type="button">{escape(close)}</button></main>'
        f"<script>{_SCRIPT}</script></body></html>"
    )
    response = Response(body, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    return response
