"""What README, CONTRIBUTING and the docs say is so: commands, options, variables, figures and paths are there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from addon.config import Config, ConfigError
from addon.console import COMMANDS
from tests.office import BASE_URL, JOBS_ACCOUNT, Office

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
WEB_TESTS = ROOT / "tests" / "addon" / "web"
"""Two of its files are named in one breath."""
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_named_is_there(page: Path) -> None:
    named = {
        path
        for path in re.findall(
            r"[`(]([\w./-]+/[\w.-]*|[\w-]+\.(?:py|md|json))[`)]", page.read_text(encoding="utf-8")
        )
        if not path.startswith(("http", "/", "BASE_URL/", "projects/", "roles/"))
    }

    assert named or page.parent.name == "decisions"
    assert not [
        path for path in named if not any((place / path).exists() for place in (ROOT, page.parent, WEB_TESTS))
    ]


def test_every_folder_of_the_tree_is_drawn() -> None:
    drawn = README[README.index("## The tree") : README.index("A line imports only")]

    for folder in ("addon", "cards", "storage", "demo", "bench", "tests", "docs"):
        assert f"{folder}/" in drawn
    for part in (ROOT / "addon").iterdir():
        if part.is_dir() and not part.name.startswith("__"):
            assert f"{part.name}/" in drawn


def test_the_order_of_imports_that_is_drawn_is_the_one_that_is_enforced() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    arrows = settings["tool"]["importlinter"]["contracts"][0]
    drawn = re.search(r"\n\n((?:    [a-z |]+\n)+)", CONTRIBUTING[CONTRIBUTING.index("A line may import only") :])

    assert drawn is not None
    assert [line.strip() for line in drawn[1].splitlines()] == arrows["layers"]


def test_every_make_target_named_is_one() -> None:
    named = set(re.findall(r"`?\bmake (\w+)", README + CONTRIBUTING)) - {"and"}

    assert {"demo", "test", "check", "help", "snapshots"} <= named
    assert not [target for target in named if not re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)]


def test_every_variable_that_must_be_set_is_in_the_readme() -> None:
    with pytest.raises(ConfigError) as refused:
        Config.from_env({})

    for problem in refused.value.problems:
        assert f"`{problem.variable}`" in README


def test_every_variable_in_the_readme_is_one_that_is_read() -> None:
    config = (ROOT / "addon" / "config.py").read_text(encoding="utf-8")
    table = README[README.index("| variable |") : README.index("gunicorn")]

    for variable in re.findall(r"`([A-Z_]{5,})`", table):
        assert f'"{variable}"' in config


def test_every_command_named_is_one_and_has_the_options_named_with_it() -> None:
    commands = {command.name: command for command in COMMANDS}
    named = {
        line.split("#")[0]
        for page in PAGES
        for line in re.findall(
            rf"(?:flask --app app|`)\s?((?:{'|'.join(filter(None, commands))})(?![\w.])[^`\n]*)",
            page.read_text(encoding="utf-8"),
        )
    }

    assert {"doctor", "seal rotate", "audit verify --noted"} <= named
    for line in named:
        first, *words = line.split()
        command = commands[first]
        if isinstance(command, click.Group) and words:
            command = command.commands[words.pop(0)]
        options = {option for each in command.params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_every_figure_named_is_told(office: Office) -> None:
    token = office.simulator.control.id_token(aud=f"{BASE_URL}/metrics", email=JOBS_ACCOUNT, sub="prometheus")
    told = office.client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).get_data(as_text=True)
    named = re.findall(r"`(lever_\w+)", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))

    assert named
    assert not [name for name in named if f"# TYPE {name} " not in told]


def test_every_variable_an_operator_may_set_is_in_the_readme() -> None:
    config = (ROOT / "addon" / "config.py").read_text(encoding="utf-8")
    ours = {"GOOGLE_API_URL", "FIRESTORE_EMULATOR_HOST", "DIRECTORY_URL"}  # of one machine, or with one value only
    guide = (ROOT / "docs" / "admin-guide.md").read_text(encoding="utf-8")

    read = set(re.findall(r'read\(\s*"([A-Z_]+)"', config))

    assert "SEAL_KEYS" in read
    assert not [variable for variable in read - ours if f"`{variable}`" not in README + guide]
