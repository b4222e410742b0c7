"""Google's OAuth side: the consent page, tokens and how they end, who somebody is, and certificates.

Any client id is taken unless the control API described it: who may use which client is Google's secret to keep.
No page of it sets a cookie; a person is whoever they choose to be on the consent page.
"""

from flask import Blueprint, Response, jsonify

from demo.simulator.oauth import consent, revoke, token
from demo.simulator.oauth.answers import answered
from demo.simulator.oauth.userinfo import userinfo
from demo.simulator.world import World

_CERTS_MAX_AGE = 21_600


def oauth(world: World) -> Blueprint:
    blueprint = Blueprint("oauth", __name__, template_folder="templates")

    @blueprint.route(consent.PATH, methods=["GET", "POST"])
    def show_consent() -> Response:
        return consent.answer(world)

    @blueprint.post("/token")
    def post_token() -> Response:
        return answered(world, token.token)

    @blueprint.post("/revoke")
    def post_revoke() -> Response:
        return answered(world, revoke.revoke)

    @blueprint.get("/v1/userinfo")
    def show_userinfo() -> Response:
        return userinfo(world)

    @blueprint.get("/oauth2/v1/certs")
    def certs() -> Response:
        response = jsonify({world.key.kid: world.key.certificate_pem})
        response.headers["Cache-Control"] = f"public, max-age={_CERTS_MAX_AGE}, must-revalidate, no-transform"
        return response

    return blueprint
