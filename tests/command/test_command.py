"""`bear-detector`: every command by one name, light, with help that shows how."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bear_detector.commands import COMMANDS
from bear_detector.neighbours import ROOMS
from bear_detector.tables import table
from models.bundles.bundle import STARTER
from tests.conftest import REPOSITORY

DESIGN = (
    "run doctor classify review collect add clean train evaluate retrain models backup restore "
    "export"
)


def run(*arguments: str, folder: Path, path: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    """`bear-detector ARGUMENTS` as its installed script runs it."""
    return subprocess.run(
        [sys.executable, "-m", "bear_detector", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_and_loads_nothing(tmp_path: Path) -> None:
    """The commands of the design are all there; their rooms are not imported to say so."""
    script = (
        "import sys; before = set(sys.modules); from bear_detector.__main__ import main; main([]);"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(REPOSITORY)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    *help_lines, loaded = shown.stdout.splitlines()
    named = {line.split()[0] for line in help_lines if line.startswith("  ")}

    assert set(DESIGN.split()) <= named
    assert set(ast.literal_eval(loaded)) <= {"bear_detector", *sys.stdlib_module_names}


def test_messages_name_commands_that_exist() -> None:
    """What a sentence tells a person to type works, wherever the project is installed."""
    texts = [path for room in ROOMS for path in (REPOSITORY / room).rglob("*.*")]
    named = {
        word
        for path in texts
        if path.suffix in (".py", ".ftl", ".html")
        for word in re.findall(r"`bear-detector ([a-z-]+)", path.read_text(encoding="utf-8"))
    }
    assert {"add", "worker", "models"} <= named
    assert named <= {*COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_with_examples(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its help has the name by which it was called, and every line fits a terminal."""
    from bear_detector.__main__ import main

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "argv", ["bear-detector"])
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    shown = capsys.readouterr().out

    assert 0 == ended.value.code
    assert shown.startswith(f"usage: bear-detector {name} ")
    assert "\nexamples:\n" in shown
    assert f"  bear-detector {name}" in shown.split("\nexamples:\n")[1]


def test_what_follows_goes_to_the_module(tmp_path: Path) -> None:
    """Arguments, output and exit status are the module's."""
    photo = STARTER / "golden" / "teddy.jpg"
    answered = run("classify", "--json", str(photo), folder=tmp_path)
    refused = run("classify", "nowhere.jpg", folder=tmp_path)

    assert "teddy" == json.loads(answered.stdout)["label"]
    assert (0, 1) == (answered.returncode, refused.returncode)
    assert refused.stderr.startswith("nowhere.jpg: ")


def test_a_misspelt_command_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It names the one that was meant, and ends with 2."""
    from bear_detector.__main__ import main

    assert 2 == main(["trian"])
    assert "bear-detector has no command 'trian'; did you mean train?\n" == capsys.readouterr().err
    assert 2 == main(["xyz"])
    assert "--help lists them" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"]])
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, arguments: list[str]) -> None:
    """As under `| head -1`, whose end closes the pipe."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "bear_detector", *arguments],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY)},
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)

    assert (0, "") == (done.returncode, done.stderr)


def test_tables_line_up() -> None:
    """Numbers flush right, also under words whose letters take two columns or none."""
    rows = [["9", "熊貓", "a"], ["10", "ours\u0301", "b"]]
    assert [" N  LABEL  X", " 9  熊貓   a", "10  ours\u0301   b"] == table(
        [" N", "LABEL", "X"], rows
    )


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_can_complete(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script names commands and their options, and the shell accepts it."""
    from bear_detector.completion import main

    assert 0 == main([shell])
    script = capsys.readouterr().out
    assert all(name in script for name in DESIGN.split())
    assert "--per-label" in script
    assert "--recipe" in script
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=script, text=True, check=True)


def test_a_package_written_over_is_told_in_one_sentence(tmp_path: Path) -> None:
    """pip lets another distribution's `models` replace ours, and says nothing."""
    site = tmp_path / "site"
    shutil.copytree(REPOSITORY / "bear_detector", site / "bear_detector")
    recorded = []
    for room in ROOMS:
        (site / room).mkdir()
        shutil.copy(REPOSITORY / room / "__init__.py", site / room)
        recorded.append(record(site / room / "__init__.py", site))
    (site / "bear_detector-0.1.0.dist-info").mkdir()
    (site / "bear_detector-0.1.0.dist-info" / "RECORD").write_text("\n".join(recorded))
    (site / "models" / "__init__.py").write_text("# somebody else's")
    (tmp_path / "empty").mkdir()
    done = run("models", "list", folder=tmp_path / "empty", path=site)

    (sentence,) = done.stderr.splitlines()
    assert 1 == done.returncode
    assert "has written over this program's own package 'models'" in sentence


@pytest.mark.parametrize("module", ["models", "dataset.backup"])
def test_another_package_named_objects_is_told_in_one_sentence(module: str, tmp_path: Path) -> None:
    """Python looks into the working folder first, also for the commands that need no more of us."""
    (tmp_path / "objects.py").write_text("print('somebody else runs')")
    done = subprocess.run(
        [sys.executable, "-m", module, "list"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )

    (sentence,) = done.stderr.splitlines()
    assert (1, "") == (done.returncode, done.stdout)
    assert sentence.startswith(f"Python takes {tmp_path / 'objects.py'} for this program's own")


@pytest.mark.parametrize("program", ["bot", "bear_detector run", "bear_detector train"])
def test_ctrl_c_while_it_loads_is_no_traceback(program: str, tmp_path: Path) -> None:
    """Whoever thinks better of it at once sees nothing."""
    # Python runs this first; Ctrl-C then comes when the settings' library is looked for.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "class Person:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name in ('dataset.errors', 'pydantic'):\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Person())\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", *program.split()],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{tmp_path}{os.pathsep}{REPOSITORY}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (-signal.SIGINT, "", "") == (done.returncode, done.stdout, done.stderr)


def record(file: Path, site: Path) -> str:
    """A line of RECORD, as a wheel has it."""
    import base64
    import hashlib

    digest = base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
    return f"{file.relative_to(site).as_posix()},sha256={digest.rstrip('=')},1"
