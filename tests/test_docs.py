"""What the README and CONTRIBUTING say is so: commands, variables and paths are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from addon.config import Config, ConfigError
from tests.office import Office

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_path_named_is_there(text: str) -> None:
    named = {
        path
        for path in re.findall(r"[`(]([\w./-]+/[\w.-]*|[\w-]+\.(?:py|md|json))[`)]", text)
        if not path.startswith(("http", "/"))
    }

    assert named
    assert not [path for path in named if not (ROOT / path).exists()]


def test_every_folder_of_the_tree_is_drawn() -> None:
    drawn = README[README.index("## The tree") : README.index("A line imports only")]

    for folder in ("addon", "cards", "storage", "demo", "bench", "tests", "docs"):
        assert f"{folder}/" in drawn
    for part in (ROOT / "addon").iterdir():
        if part.is_dir() and not part.name.startswith("__") and part.name != "lookups":
            assert f"{part.name}/" in drawn


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


def test_every_command_in_the_readme_is_one(office: Office) -> None:
    commands = re.findall(r"flask --app app ([\w-]+(?: import| list)?)", README)
    runner = office.client.application.test_cli_runner()

    assert commands
    for command in commands:
        assert runner.invoke(args=[*command.split(), "--help"]).exit_code == 0
