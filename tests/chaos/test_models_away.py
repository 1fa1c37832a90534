"""Unreadable is not absent: the running model goes on answering, and a new process waits."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import httpx
import pytest

from bot.classifying.model_host import ModelHost
from models.bundles.bundle import Bundle
from models.registry.local import Registry
from models.registry.shared import SharedRegistry
from objects.bucket import Bucket
from tests.bot.classifying.test_reload import make_bundle, wait_for_model
from tests.bot.running import SURE_GRIZZLY, ColourClassifier, RunningBot, photo
from tests.conftest import free_port, until
from tests.object_store import ObjectStore
from tests.system.processes import Program


def test_a_models_folder_that_goes_away_takes_no_model_with_it(tmp_path: Path) -> None:
    """A network file system drops out: people get answers as before, operators an alert."""
    published = tmp_path / "published"
    Registry(published).publish(make_bundle(tmp_path, "better-first"))
    with RunningBot(tmp_path) as bot:
        wait_for_model(bot.person(), "better-first")
        published.rename(tmp_path / "away")
        until(lambda: bot.http.get("/healthz").status_code == 503)
        state = bot.http.get("/healthz").json()
        person = bot.person()
        person.show(photo(SURE_GRIZZLY))
        answer = person.hear()["text"]
        ready = bot.http.get("/readyz").status_code
        (tmp_path / "away").rename(published)
        until(lambda: bot.http.get("/healthz").status_code == 200)

    assert ("better-first", True) == (state["model"], "held bundles" in state["model_problem"])
    assert answer.startswith("Black bear")
    assert 200 == ready


async def test_a_fresh_machine_waits_for_a_store_that_refuses(
    tmp_path: Path, bucket: Bucket, object_store: ObjectStore
) -> None:
    """It would answer with a model that nobody chose; as soon as it can know, it begins."""
    SharedRegistry(tmp_path / "one", bucket).publish(make_bundle(tmp_path, "better-first"))
    object_store.down()
    fresh = SharedRegistry(tmp_path / "two", bucket)
    host = ModelHost(fresh, ColourClassifier, workers=1, photos_at_once=1)
    start = asyncio.create_task(host.start(first_pause_s=0.05))
    await asyncio.to_thread(until, lambda: host.problem is not None)
    waits_for = host.problem or ""
    assert not start.done()
    object_store.up()
    await asyncio.wait_for(start, 60)

    assert "what is published is not known" in waits_for
    assert ("better-first", None) == (host.version, host.problem)
    host.close()


@pytest.mark.usefixtures("object_store")
def test_who_waits_at_a_start_says_so_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """The port answers, with what it waits for; SIGTERM is an orderly end."""
    port = free_port()
    silent = free_port()
    settings = {
        "MODELS_URL": "s3://bears/models",
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{silent}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "DATA_DIR": str(tmp_path / "data"),
        "MODELS_DIR": str(tmp_path / "published"),
        "RETRAIN_CRON": "off",
    }
    program = Program(
        "bot", "--local", "--no-browser", "--port", str(port), folder=tmp_path, settings=settings
    )
    with program as bot, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:

        def waits_for() -> str:
            try:
                return str(http.get("/readyz").json()["model_problem"])
            except httpx.TransportError:
                return ""

        until(lambda: "what is published is not known" in waits_for())
        assert 503 == http.get("/healthz").status_code
        assert 0 == bot.end(signal.SIGTERM)
        assert "Traceback" not in bot.output


def test_a_bundle_that_never_answers_is_refused_and_the_bot_follows_on(tmp_path: Path) -> None:
    """Published under a running bot: what is published after it takes over."""
    published = tmp_path / "published"

    class Endless(ColourClassifier):
        def __init__(self, bundle: Bundle) -> None:
            super().__init__(bundle)
            if self.version == "endless":
                raise RuntimeError("the graph has not answered its golden photos after 60 s")

    with RunningBot(tmp_path, open_classifier=Endless) as bot:
        Registry(published).publish(make_bundle(tmp_path, "endless"))
        assert "failed its check" in bot.admin.hear()["text"]
        Registry(published).publish(make_bundle(tmp_path, "better-after"))
        wait_for_model(bot.person(), "better-after")
