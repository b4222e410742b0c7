"""`appsscript.json` and the code speak of the same routes and scopes, and of no more scopes than are needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from addon.gateways.gmail import Panel
from addon.gateways.scopes import COMPOSE, CURRENT_MESSAGE, MODIFY
from cards.widgets import Site
from tests.office import BASE_URL, Office

MANIFEST = Path(__file__).parent.parent / "appsscript.json"
PLATFORM = {
    "https://www.googleapis.com/auth/gmail.addons.execute",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/script.locale",
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return shown


def test_the_triggers_are_routes_of_ours(manifest: dict[str, Any], office: Office) -> None:
    home = manifest["addOns"]["common"]["homepageTrigger"]["runFunction"]
    [opened] = manifest["addOns"]["gmail"]["contextualTriggers"]
    site = Site(home.removesuffix("/addon/home"))
    routes = {rule.rule for rule in office.client.application.url_map.iter_rules()}

    assert home == site.home
    assert opened == {"unconditional": {}, "onTriggerFunction": site.message}
    assert {site.home.removeprefix(site.base_url), site.message.removeprefix(site.base_url)} <= routes


def test_the_scopes_are_the_platforms_and_what_the_panels_calls_need(manifest: dict[str, Any]) -> None:
    assert set(manifest["oauthScopes"]) == PLATFORM | {CURRENT_MESSAGE, COMPOSE, MODIFY}


@pytest.mark.parametrize("endpoint", Panel)
def test_each_call_of_the_panel_is_covered_by_a_scope_of_the_manifest(
    manifest: dict[str, Any], endpoint: Panel
) -> None:
    shipped = files("googleapiclient.discovery_cache") / "documents" / "gmail.v1.json"
    node = json.loads(shipped.read_text(encoding="utf-8"))["resources"]["users"]
    for name in endpoint.value.collection:
        node = node["resources"][name]

    assert set(node["methods"][endpoint.value.method]["scopes"]) & set(manifest["oauthScopes"])


def test_no_scope_reads_or_deletes_the_whole_mailbox(manifest: dict[str, Any]) -> None:
    for scope in ("https://mail.google.com/", "gmail.readonly", "gmail.metadata", "gmail.send", "gmail.compose"):
        assert not [given for given in manifest["oauthScopes"] if given.endswith(scope)]


def test_google_proves_itself_and_asks_for_scopes_one_by_one(manifest: dict[str, Any]) -> None:
    assert manifest["addOns"]["httpOptions"] == {
        "authorizationHeader": "SYSTEM_ID_TOKEN",
        "granularOauthPermissionSupport": "OPT_IN",
    }
    assert manifest["addOns"]["common"]["useLocaleFromApp"] is True


def test_the_command_prints_it_for_the_companys_own_address(office: Office) -> None:
    result = office.client.application.test_cli_runner().invoke(args=["manifest"])

    printed = json.loads(result.output)
    assert printed["addOns"]["common"]["homepageTrigger"]["runFunction"] == f"{BASE_URL}/addon/home"
    assert "lever.example.com" not in result.output


def test_gmail_may_open_the_candidates_pages_where_the_company_has_them(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(CANDIDATES_URL="https://hire.eu.lever.co")

    result = office.client.application.test_cli_runner().invoke(args=["manifest"])

    prefixes = json.loads(result.output)["addOns"]["common"]["openLinkUrlPrefixes"]
    assert prefixes == [f"{BASE_URL}/", "https://mail.google.com/", "https://hire.eu.lever.co/"]


def test_gmail_may_open_them_where_the_company_decided_nothing(manifest: dict[str, Any], office: Office) -> None:
    assert office.services.config.candidates_url in manifest["addOns"]["common"]["openLinkUrlPrefixes"]


def test_without_labels_the_wide_scope_is_left_out(office: Office) -> None:
    result = office.client.application.test_cli_runner().invoke(args=["manifest", "--no-labels"])

    scopes = json.loads(result.stdout)["oauthScopes"]
    assert MODIFY not in scopes
    assert COMPOSE in scopes
