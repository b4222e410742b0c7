"""A demo empties its folder, and only a folder a demo made."""

from pathlib import Path

import pytest

from demo.folder import FolderError, empty, held, move_aside


def test_a_demo_begins_with_an_empty_folder_also_after_another(tmp_path: Path) -> None:
    with held(tmp_path / "var"):
        (tmp_path / "var" / "addon.db").touch()
        (tmp_path / "var" / "old").mkdir()
        (tmp_path / "var" / "old" / "file").touch()

    with held(tmp_path / "var"):
        empty(tmp_path / "var")
        left = [path.name for path in (tmp_path / "var").iterdir()]

    assert left == ["demo.lock"]


def test_a_store_no_demo_made_is_moved_aside_and_never_deleted(tmp_path: Path) -> None:
    var = tmp_path / "var"
    for content in ("first", "second"):
        var.mkdir()
        (var / "addon.db").write_text(content)
        move_aside(var)

    assert not var.exists()
    assert sorted(path.read_text() for path in tmp_path.glob("var.*/addon.db")) == ["first", "second"]


def test_a_folder_that_was_named_is_refused_where_it_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "letter").touch()

    with pytest.raises(FolderError, match="holds what no demo made"), held(tmp_path):
        pass

    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_what_a_link_in_the_folder_points_at_stays(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").touch()
    with held(tmp_path / "var"):
        (tmp_path / "var" / "link").symlink_to(tmp_path / "precious")
        empty(tmp_path / "var")

    assert (tmp_path / "precious" / "file").exists()


def test_a_folder_that_cannot_be_looked_into_or_moved_is_told_in_a_sentence(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.symlink_to(tmp_path / ("x" * 300))

    with pytest.raises(FolderError, match=r"var cannot be used: .+\."), held(var):
        pass
