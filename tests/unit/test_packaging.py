"""The files that set the project up agree with each other."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DISPLAY = {"panel", "param", "holoviews", "bokeh", "datashader", "hvplot"}
TOP = ("app", "components.page", "components.server", "components.command")
VIEWS = ROOT / "components" / "views"


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def test_environment_yml_installs_what_pyproject_lists() -> None:
    lines = [line.strip() for line in (ROOT / "environment.yml").read_text().splitlines()]
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    start = lines.index("dependencies:")
    assert lines[start + 1 :] == [f"- python{wanted}", "- pip", "- pip:", "- -e ."]


def test_every_dependency_has_a_lower_bound_and_no_pin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [item for items in project["optional-dependencies"].values() for item in items]
    for requirement in [*project["dependencies"], *extras]:
        assert ">=" in requirement, requirement
        assert "==" not in requirement, requirement


@pytest.mark.parametrize("path", sources("analysis"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_science_imports_no_display_library_and_nothing_above_it(path: Path) -> None:
    names = imported(path)
    assert not {name for name in names if name.split(".")[0] in DISPLAY}
    assert not {name for name in names if name.split(".")[0] in {"components", "app"}}


@pytest.mark.parametrize("path", sources("components/state"), ids=lambda path: path.name)
def test_state_is_headless(path: Path) -> None:
    names = imported(path)
    assert not {name for name in names if name.split(".")[0] in DISPLAY - {"param"}}
    assert not {name for name in names if name.startswith("components.views") or name in TOP}
    assert not {name for name in names if name == "components.theme"}


@pytest.mark.parametrize("path", sorted(VIEWS.glob("*.py")), ids=lambda path: path.name)
def test_views_do_not_import_views(path: Path) -> None:
    names = imported(path)
    assert not {name for name in names if name.startswith("components.views.") or name in TOP}


def test_nothing_but_the_top_imports_the_top() -> None:
    for folder in ("analysis", "components/state", "components/views"):
        for path in sources(folder):
            assert not imported(path) & set(TOP), path


def test_no_source_file_is_long() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for folder in ("analysis", "components", "tests")
        for path in sources(folder)
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_no_two_test_files_share_a_name() -> None:
    """pytest takes two files of one name in folders without packages for the same module and runs neither."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
