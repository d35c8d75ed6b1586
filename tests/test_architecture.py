"""Tidy: the house rules that a machine can see, read off the source tree."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("bench", "clients", "demo", "embedded", "ledger", "portal", "tests")
LINES_MAX = 300
FUNCTION_LINES_MAX = 60
SUMMARY_MAX = 110
TEXT_SUFFIXES = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".yml",
    ".html",
    ".css",
    ".js",
    ".mjs",
    ".json",
    ".cfg",
    ".ini",
    "",
}
# Written in pieces, so that this file does not contain what it forbids.
FOREIGN = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"/wo" + r"rk/",
        r"/ro" + r"ot/",
        r"/ho" + r"me/[a-z]",
        r"\.lib" + r"rary/",
        r"registry\.npm" + r"js",
        r"py" + r"pi\.org",
        r"deb\.deb" + r"ian\.org",
        r"files\.python" + r"hosted",
    )
]


def tracked() -> list[Path]:
    """Every file that belongs to the project, committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def sources() -> list[Path]:
    """Every Python file of ours."""
    files = [path for path in tracked() if path.suffix == ".py"]
    return [path for path in files if path.parent == ROOT or path.relative_to(ROOT).parts[0] in FOLDERS]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


every_source = pytest.mark.parametrize("path", sources(), ids=name_of)
every_test = pytest.mark.parametrize(
    "path", [path for path in sources() if path.is_relative_to(ROOT / "tests")], ids=name_of
)


@every_source
def test_files_are_short_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= LINES_MAX, f"more than {LINES_MAX} lines"
    if text.strip() and "migrations" not in path.parts:
        summary = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        assert summary, "no docstring on top that says what the file is for"


@every_source
def test_functions_are_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= FUNCTION_LINES_MAX, f"{node.name} has {lines} lines"


@every_test
def test_tests_wait_for_conditions_and_never_sleep(path: Path) -> None:
    """A short pause between two looks, in a loop that waits for a condition, is the one use of a sleep."""
    tree = ast.parse(path.read_text())
    sleeps = {node for node in ast.walk(tree) if is_sleep(node)}
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.While)]
    pauses = {node for loop in loops for node in ast.walk(loop) if is_sleep(node) and is_short(node)}
    assert not sleeps - pauses, "wait for a condition instead"


@pytest.mark.parametrize("path", sorted((ROOT / "ledger" / "protocol").rglob("*.py")), ids=name_of)
def test_the_kernel_knows_no_float(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float | complex)), "a float"
        assert not (isinstance(node, ast.Name) and node.id == "float"), "float"
        assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), "true division"


def test_importing_the_kernel_imports_no_framework() -> None:
    modules = [path for path in (ROOT / "ledger" / "protocol").rglob("*.py") if path.name != "__init__.py"]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules]
    heavy = ("django", "celery", "kombu", "redis", "psycopg", "rest_framework")
    code = f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
    code += f"print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", sorted((ROOT / "clients").rglob("*.py")), ids=name_of)
def test_clients_know_nothing_of_ours_but_the_protocol(path: Path) -> None:
    for name in imports(path):
        top, _, rest = name.partition(".")
        assert top not in {"portal", "demo", "embedded", "django"}, name
        assert top != "ledger" or rest.split(".")[0] == "protocol", name


def test_nothing_names_a_machine_or_a_registry() -> None:
    found = [
        f"{name_of(path)}: {pattern.pattern}"
        for path in tracked()
        if path.suffix in TEXT_SUFFIXES and path != Path(__file__)
        for pattern in FOREIGN
        if pattern.search(path.read_text(errors="ignore"))
    ]
    assert found == []


def test_nothing_is_left_to_do_in_comments() -> None:
    marks = re.compile(r"#.*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [name_of(path) for path in sources() if marks.search(path.read_text())]
    assert found == []


@every_source
def test_database_transactions_are_written_atomic(path: Path) -> None:
    """ "Transaction" is the ledger's word."""
    assert "transaction.atomic" not in path.read_text() or path == Path(__file__)


def is_sleep(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep", "asyncio.sleep"}


def is_short(call: ast.AST) -> bool:
    seconds = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return isinstance(seconds, ast.Constant) and seconds.value <= 0.1


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
