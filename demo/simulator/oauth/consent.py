"""The consent page: choose an account, see what is asked for, allow all of it, some of it, or nothing.

Plain forms without script, session or cookie. Each page posts to its own path what the client's request said, as
hidden fields, and with them:

- `account`: the address chosen on the first page;
- `granted`: each Gmail scope whose box is ticked on the second page, repeated;
- `decision`: `allow` or `deny`, the second page's buttons.

The answer to a decision is a redirect (303): with `code`, `state` and `scope` (what was really granted), or with
`error=access_denied` and `state`. Whoever asks again is shown both pages again, also where Google would skip them.
"""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from demo.simulator import scopes
from demo.simulator.account import Account
from demo.simulator.codes import Code, new_code
from demo.simulator.oauth import consent_request
from demo.simulator.oauth.consent_request import ConsentRefusedError, ConsentRequest
from demo.simulator.world import World

PATH = "/o/oauth2/v2/auth"
_OWN_FIELDS = ("account", "granted", "decision")


def answer(world: World) -> Response:
    form = request.form  # read before the lock is taken: a slow sender holds up nobody
    given = MultiDict(form if request.method == "POST" else request.args)
    own = {name: given.poplist(name) for name in _OWN_FIELDS} if request.method == "POST" else {}
    with world.lock:
        try:
            return _answered(world, consent_request.read(given, world.clients), own)
        except ConsentRefusedError as refused:
            return _page("refused.html", status=400, refused=refused)


def _answered(world: World, asked: ConsentRequest, own: Mapping[str, list[str]]) -> Response:
    if "none" in asked.prompts:  # nobody is ever signed in here
        return _back(asked, error="interaction_required")
    if not own.get("account"):
        return _account_page(world, asked)
    account = _account(world, own["account"][0])
    match own.get("decision"):
        case []:
            return _scope_page(asked, account)
        case ["allow"]:
            return _allowed(world, asked, account, own["granted"])
        case ["deny"]:
            return _back(asked, error="access_denied")
        case _:
            raise ConsentRefusedError("invalid_request", "A decision is allow or deny.")


def _account(world: World, email: str) -> Account:
    mailbox = world.mailboxes.get(email.casefold())
    if mailbox is None:
        raise ConsentRefusedError("invalid_request", f"There is no account {email}.")
    return mailbox.account


def _account_page(world: World, asked: ConsentRequest) -> Response:
    """Only the account that was hinted at, or all of them; the link under one leads to all."""
    accounts = [mailbox.account for mailbox in world.mailboxes.values()]
    fitting = [one for one in accounts if asked.domain is None or one.hd == asked.domain]
    hinted = [one for one in fitting if (asked.login_hint or "").casefold() in {one.email, one.sub}]
    without = {name: value for name, value in asked.fields.items() if name not in {"login_hint", "hd"}}
    return _page(
        "accounts.html",
        asked=asked,
        accounts=hinted or fitting,
        chosen=hinted[0] if hinted else None,
        everybody=f"{PATH}?{urlencode(without)}" if len(hinted or fitting) < len(accounts) else None,
    )


def _scope_page(asked: ConsentRequest, account: Account) -> Response:
    rows = [(scope, scopes.known()[scope], not scopes.is_sign_in(scope)) for scope in asked.scopes]
    return _page("scopes.html", asked=asked, account=account, rows=rows)


def _allowed(world: World, asked: ConsentRequest, account: Account, ticked: list[str]) -> Response:
    if not set(ticked) <= set(asked.scopes):
        raise ConsentRefusedError("invalid_scope", "A scope was granted that nobody asked for.")
    granted = tuple(scope for scope in asked.scopes if scopes.is_sign_in(scope) or scope in ticked)
    if not granted:
        return _back(asked, error="access_denied")
    project = asked.client.project
    if asked.include_granted:
        granted = scopes.long_names([*granted, *world.grants.granted(account.email, project, now=world.now())])
    code = Code(
        code=new_code(),
        email=account.email,
        scopes=granted,
        client_id=asked.client.client_id,
        project=project,
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
        nonce=asked.nonce,
        offline=asked.offline,
        prompted="consent" in asked.prompts,
        issued_at=world.now(),
    )
    world.codes.keep(code)
    return _back(asked, code=code.code, scope=" ".join(granted), authuser="0", hd=account.hd, prompt="consent")


def _back(asked: ConsentRequest, **said: str | None) -> Response:
    answers = {name: value for name, value in ({"state": asked.state} | said).items() if value is not None}
    joint = "&" if "?" in asked.redirect_uri else "?"
    response = make_response("", 303)
    response.headers["Location"] = f"{asked.redirect_uri}{joint}{urlencode(answers)}"
    return _kept_to_itself(response)


def _page(template: str, *, status: int = 200, **shown: Any) -> Response:
    nonce = secrets.token_urlsafe(16)
    response = make_response(render_template(f"consent/{template}", path=PATH, nonce=nonce, **shown), status)
    # A form's target is left open: browsers hold the redirect that follows a decision to it as well.
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'"
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    return _kept_to_itself(response)


def _kept_to_itself(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    # Under `no-referrer` a browser would post the form with Origin null, and be refused.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
