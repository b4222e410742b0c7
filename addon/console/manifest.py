"""`manifest`: what Google is given."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from addon.config import CANDIDATES_URL
from addon.console.session import services_here
from addon.gateways.scopes import MODIFY

_EXAMPLE_URL = "https://lever.example.com"
"""The address in appsscript.json, which Google needs whole."""


@click.command("manifest")
@click.option("--no-labels", is_flag=True, help="Leave out the permission to set our label in Gmail.")
@with_appcontext
def manifest(*, no_labels: bool) -> None:
    """Print the deployment for Google: appsscript.json with this company's own addresses."""
    written = (Path(current_app.root_path) / "appsscript.json").read_text(encoding="utf-8")
    config = services_here().config
    deployment = json.loads(written.replace(_EXAMPLE_URL, config.base_url))
    common = deployment["addOns"]["common"]
    prefixes = [config.candidates_url if url == CANDIDATES_URL else url for url in common["openLinkUrlPrefixes"]]
    # Where the candidates' pages are ours, it would be there twice.
    common["openLinkUrlPrefixes"] = list(dict.fromkeys(prefixes))
    if no_labels or not config.panel_labels:
        deployment["oauthScopes"].remove(MODIFY)
    if no_labels and config.panel_labels:
        click.echo("Set PANEL_LABELS=off too, or the panel asks for a permission that this leaves out.", err=True)
    click.echo(json.dumps(deployment, indent=2))
