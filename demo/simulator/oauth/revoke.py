"""Taking access back: by a client's own call, or by whatever else ends what a user gave."""

from typing import Any

from flask import request

from demo.simulator.grant import End
from demo.simulator.oauth.answers import Refused
from demo.simulator.scopes import is_gmail
from demo.simulator.world import World


def revoke(world: World, form: dict[str, str]) -> dict[str, Any]:
    """End every grant of that user in the whole Cloud project, whichever token of a pair is named."""
    token = request.args.get("token") or form.get("token", "")
    if grant := world.grants.find_grant(token, now=world.now()):
        end_grants(world, grant.email, how=End.REVOKED, project=grant.project)
    elif world.grants.find(token, now=world.now()):
        world.grants.forget(token)
    else:
        raise Refused("invalid_token", "Token expired or revoked")
    return {}


def end_grants(world: World, email: str, *, how: End, project: str | None = None) -> int:
    """End what this account gave, in all projects or in one, and say how many grants that were.

    A new password ends only those with a Gmail scope. Access taken back takes codes with it that nobody has
    redeemed yet.
    """
    if how is End.REVOKED:
        world.codes.drop(lambda code: code.email == email and project in {None, code.project})
    return world.grants.end(
        how,
        lambda grant: (
            grant.email == email
            and project in {None, grant.project}
            and (how is not End.PASSWORD or any(is_gmail(scope) for scope in grant.scopes))
        ),
    )
