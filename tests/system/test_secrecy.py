"""A process of the same user cannot look into the bot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.system.processes import TOKEN

SOURCE = (REPOSITORY / "bot" / "process" / "hidden_memory.py").read_text(encoding="utf-8")

# Root may read everything: the two become an ordinary user first, readable like its programs.
ORDINARY = """
import ctypes, os
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
"""
HIDDEN = f"{ORDINARY}\n{SOURCE.replace('from __future__ import annotations', '')}\nhide_memory()"
WAIT = "\nprint('ready', flush=True)\ninput()"
LOOK = """
import sys
try:
    print(sys.argv[2] in open(f'/proc/{sys.argv[1]}/environ').read())
except PermissionError:
    print('refused')
"""


def looked_into(code: str) -> str:
    """What a process of the same user finds of the token in one that runs `code`."""
    with subprocess.Popen(
        [sys.executable, "-c", code + WAIT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN},
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        found = subprocess.run(
            [sys.executable, "-c", ORDINARY + LOOK, str(process.pid), TOKEN],
            capture_output=True,
            text=True,
            check=True,
        )
        process.stdin.write("\n")
    return found.stdout.strip()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has this protection")
def test_the_token_cannot_be_read_by_a_process_of_the_same_user() -> None:
    """Without the protection it can."""
    assert ["True", "refused"] == [looked_into(ORDINARY), looked_into(HIDDEN)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has this protection")
def test_the_bots_program_protects_itself(tmp_path: Path) -> None:
    """Whatever it is asked to do: afterwards the system says that it may not be looked into."""
    code = (
        "import ctypes, sys, bot.__main__ as program; program.main(['doctor']); "
        "sys.exit(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert (0, b"") == (done.returncode, done.stderr)
