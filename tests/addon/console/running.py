"""A command, typed at the console of an office."""

from __future__ import annotations

from click.testing import Result

from tests.office import Office


def run(office: Office, *args: str) -> Result:
    return office.client.application.test_cli_runner().invoke(args=list(args))
