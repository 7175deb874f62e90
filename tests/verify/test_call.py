"""How the verifier is called, and that it stands alone."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.verify.papers import KEY, answer
from verify import derbes_verify

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["receipt"],
        ["note", "x"],
        ["journal", "x"],
        ["history", "x"],
        ["receipt", "x", "--key", "nonsense"],
    ],
)
def test_a_wrong_call_is_told_how_to_call(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        answer(*arguments)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path, capsys):
    assert answer("receipt", tmp_path / "nothing") == 2
    assert "cannot be read" in capsys.readouterr().err


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["document", "signature", "inclusion", "opening", "type", "v"]), inner
        )
    ),
    max_leaves=8,
)


@pytest.fixture
def some_file(tmp_path):
    return tmp_path / "some.json"


def test_any_json_and_any_bytes_are_refused_in_a_sentence(some_file):
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
    def refused(data):
        some_file.write_bytes(data)
        assert answer("receipt", some_file) == answer("edition", some_file) == 1

    refused()


def test_the_verifier_stands_alone():
    source = Path(derbes_verify.__file__).read_text(encoding="utf-8")
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_what_stands_beside_it_needs_nothing_of_ours_either():
    folder = Path(derbes_verify.__file__).parent
    beside = {path.stem for path in folder.glob("*.py")}
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        froms = {node.module.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        plain = {
            alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert (froms | plain) - set(sys.stdlib_module_names) - beside <= {"cryptography"}, path.name


def test_the_verifier_runs_by_itself(receipt):
    program = [sys.executable, "-I", derbes_verify.__file__, "receipt", str(receipt), "--key", KEY]
    ran = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("OK.\n")
