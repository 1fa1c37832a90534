"""Two bots on one database would lose each other's updates in silence: the second is refused."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import free_port
from tests.system.processes import TOKEN, Program


def test_the_second_program_ends_with_a_sentence(tmp_path: Path) -> None:
    """Nobody has to find out from people who get no answer."""
    port = str(free_port())
    settings = {
        "DATA_DIR": str(tmp_path / "data"),
        "MODELS_DIR": str(tmp_path / "published"),
        "RETRAIN_CRON": "off",
    }
    local = ("bot", "--local", "--no-browser", "--port", port)
    another = settings | {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
        "WEB_PORT": "0",
    }
    with Program(*local, folder=tmp_path, settings=settings) as first:
        first.until_ready()
        with Program("bot", folder=tmp_path, settings=another) as second:
            assert 1 == second.status()
            assert "Another bot, 7000000001, runs on this database" in second.output
            assert "Traceback" not in second.output
