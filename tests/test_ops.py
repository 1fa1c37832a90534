"""What lies in ops/ fits the program: units, image, alerts and the dashboard."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from bot.process.metrics import Metrics
from tests.conftest import REPOSITORY, lacking

OPS = REPOSITORY / "ops"


def families(text: str) -> set[str]:
    """The metrics that a text names, without the endings of their series."""
    found = re.findall(r"\b(detector_\w+)", text)
    return {re.sub(r"_(total|bucket|sum|count|created)$", "", name) for name in found}


@pytest.fixture(scope="module")
def measured() -> set[str]:
    """Every metric that a scraper gets; `bot.program.service` watches the one."""
    return families(Metrics().render()[0].decode()) | {"detector_updates_open"}


@pytest.mark.parametrize("name", ["alerts.yml", "grafana.json"])
def test_what_is_watched_is_measured(name: str, measured: set[str]) -> None:
    """An alert on a metric that does not exist never fires, and its panel stays empty."""
    used = families((OPS / name).read_text(encoding="utf-8"))
    assert used
    assert set() == used - measured


def test_every_metric_is_on_the_dashboard(measured: set[str]) -> None:
    """Nothing is measured for nobody."""
    assert set() == measured - families((OPS / "grafana.json").read_text(encoding="utf-8"))


def test_the_dashboard_has_its_own_place_for_each_panel() -> None:
    """No panel lies over another, each has a question, and ids are given once."""
    panels = json.loads((OPS / "grafana.json").read_text(encoding="utf-8"))["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        assert all(target["expr"] for target in panel["targets"])
        taken |= cells
    assert len(panels) == len({panel["id"] for panel in panels})


def test_prometheus_accepts_the_alerts() -> None:
    """promtool checks the rules and plays their test, where it is installed."""
    promtool = shutil.which("promtool")
    if promtool is None:
        lacking("promtool")
    for arguments in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run(
            [promtool, *arguments], cwd=OPS, capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, done.stdout + done.stderr


def test_the_backup_s_unit_is_as_tight_as_the_bot_s() -> None:
    """What the bot's unit takes from the program, the backup's takes from its own."""

    def sandbox(name: str) -> set[str]:
        text = (OPS / name).read_text(encoding="utf-8")
        names = re.findall(r"^([A-Z]\w+)=", text.split("StateDirectory=")[1], flags=re.MULTILINE)
        return set(names) - {"OOMPolicy", "LimitNOFILE", "WantedBy"}

    assert sandbox("bear-detector.service")
    assert set() == sandbox("bear-detector.service") - sandbox("bear-detector-backup.service")


def test_the_image_s_user_is_a_number() -> None:
    """Kubernetes refuses to run a name as non-root; compose and image name the same one."""
    (user,) = re.findall(
        r"^USER (\d+:\d+)$", (OPS / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert f'user: "{user}"' in (OPS / "compose.yaml").read_text(encoding="utf-8")
