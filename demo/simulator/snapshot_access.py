"""The part of the snapshot about who let whom in: grants, tokens, codes, clients and service accounts."""

from dataclasses import asdict
from typing import Any

from demo.simulator.clients import Client, Clients
from demo.simulator.codes import Code, Codes
from demo.simulator.grant import AccessToken, End, Grant
from demo.simulator.grants import Grants
from demo.simulator.service_accounts import ServiceAccount, ServiceAccounts
from demo.simulator.signing import SigningKey
from demo.simulator.world import World


def frozen(world: World) -> dict[str, Any]:
    grants, tokens = world.grants.all()
    return {
        "grants": [asdict(one) | {"ended": one.ended.value if one.ended else None} for one in grants],
        "tokens": [asdict(one) for one in tokens],
        "codes": [asdict(one) for one in world.codes.all()],
        "clients": [asdict(one) for one in world.clients.all()],
        "service_accounts": [asdict(one) for one in world.service_accounts.all()],
    }


def thaw(data: dict[str, Any], world: World) -> None:
    world.grants = Grants(
        (Grant(**_scoped(one) | {"ended": End(one["ended"]) if one["ended"] else None}) for one in data["grants"]),
        (AccessToken(**_scoped(one)) for one in data["tokens"]),
    )
    world.codes = Codes(Code(**_scoped(one)) for one in data["codes"])
    world.clients = Clients(
        Client(**one | {"redirect_uris": tuple(one["redirect_uris"])}) for one in data["clients"]
    )
    world.service_accounts = ServiceAccounts(
        ServiceAccount(**_scoped(one) | {"key": SigningKey(**one["key"])}) for one in data["service_accounts"]
    )


def _scoped(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"scopes": tuple(data["scopes"])}
