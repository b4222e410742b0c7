"""The access token a call of one of Google's APIs came with."""

from flask import request

from demo.simulator.errors import ApiError, bad_credentials
from demo.simulator.grant import AccessToken
from demo.simulator.world import World


def token_of_the_call(world: World) -> AccessToken:
    """Raise 401 for none, a dead one, and one nobody ever got."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    token = world.grants.find(value.strip(), now=world.now()) if scheme.lower() == "bearer" else None
    if token is None:
        raise bad_credentials()
    if token.email not in world.mailboxes:  # a service account that acts for nobody has no mail
        raise ApiError(400, "failedPrecondition", "Precondition check failed.")
    return token
