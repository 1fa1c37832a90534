"""Checks of the model, the decoder's sandbox, the schedule, and the pages' addresses."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import datetime, timezone
from urllib.parse import urlsplit

import httpx

from bot.admin.retraining.training_python import python_that_trains
from bot.classifying.decoder import COMMAND
from bot.doctor.examination import Finding, fail, ok, warn
from bot.doctor.storage import has_a_bot
from bot.errors import TrainingUnavailable
from bot.settings import BotSettings, address_of, reachable_at
from models.bundles.bundle import STARTER, Bundle
from models.errors import ModelsError
from models.inference.classifier import Classifier
from models.registry.opening import registry_of
from objects.settings import is_loopback


def check_model(settings: BotSettings) -> Iterator[Finding]:
    """The bundle that answers: its hashes, and its golden photos."""
    try:
        path = registry_of(settings).current()
        bundle = Bundle.open(path)
        Classifier(bundle, threads=1).check_golden()
    except ModelsError as exc:
        yield fail(
            f"the current model is not usable: {exc}",
            "bear-detector models list shows the others; go to a good one with "
            "bear-detector models rollback VERSION",
        )
        return
    except Exception as exc:
        yield fail(
            f"the current model cannot be run ({type(exc).__name__})",
            "go to another one with bear-detector models rollback VERSION",
        )
        return
    photos = len(bundle.golden())
    which = "the one that ships" if path == STARTER else path.name
    yield ok(f"{which} ({', '.join(bundle.manifest.labels)}); {photos} golden photos agree")


def check_decoder() -> Iterator[Finding]:
    """Whether what strangers' files could make of their decoder is shut in."""
    tried = subprocess.run(  # noqa: S603 - this program's own
        (*COMMAND, "--check"), capture_output=True, text=True, check=False
    )
    if tried.returncode == 0:
        yield ok("strangers' files are decoded in a sandbox")
        return
    why = (tried.stderr.strip().splitlines() or [f"it ended with {tried.returncode}"])[-1]
    yield warn(
        f"strangers' files are decoded without a sandbox: {why}",
        "a file that takes its decoder over may do what the bot's user may: on Linux, install "
        "libseccomp (Debian: libseccomp2)",
    )


def check_schedule(settings: BotSettings) -> Iterator[Finding]:
    """The next retraining, and a Python that can do it."""
    if settings.retrain_cron:
        from cronsim import CronSim

        due = next(CronSim(settings.retrain_cron, datetime.now(timezone.utc)))
        yield ok(f"the next retraining is due {due:%Y-%m-%d %H:%M} UTC")
    else:
        yield ok("RETRAIN_CRON is off: retraining happens by hand only")
        if settings.training_python is None:
            return  # most who never retrain have no Python for it
    if settings.train_elsewhere:
        yield ok("TRAIN_ELSEWHERE is set: a bear-detector worker does it")
        return
    try:
        yield ok(f"{python_that_trains(settings.training_python)} trains")
    except TrainingUnavailable as exc:
        otherwise = "or set RETRAIN_CRON=off" if settings.retrain_cron else "or unset it"
        yield warn(f"no retraining can run: {exc}", otherwise)


def check_pages(settings: BotSettings) -> Iterator[Finding]:
    """The bot's own port, and the address under which reviewers come to it."""
    if settings.web_port:
        yield _port(reachable_at(settings.web_host, settings.web_port), settings)
    else:
        yield ok("WEB_PORT is 0: each start takes a port that is free")
    if not is_loopback(address_of(settings.web_host, settings.web_port)):
        yield warn(
            f"WEB_HOST is {settings.web_host}: everybody who reaches the port reads /metrics",
            "listen on 127.0.0.1 and let a proxy pass on /review and /telegram, unless a container "
            "publishes the port on 127.0.0.1 only",
        )
    address = urlsplit(settings.review_url)
    if not settings.review_url:
        yield ok("reviewers reach the pages from this machine only (REVIEW_URL is empty)")
    elif address.scheme == "https" or is_loopback(settings.review_url):
        yield ok(f"reviewers reach the pages at {settings.review_url}")
    else:
        yield warn(
            f"REVIEW_URL ({settings.review_url}) is not https: links and sessions can be read on "
            "their way",
            "put a proxy with a certificate in front and set an https address",
        )


def _port(url: str, settings: BotSettings) -> Finding:
    place = url.removeprefix("http://")
    try:
        # The environment's proxy does not serve this machine.
        answer = httpx.get(f"{url}/healthz", timeout=10, trust_env=False)
        state = answer.json()
        healthy = bool(state["ok"] and state["model"])
    except httpx.ConnectError:
        return ok(f"nothing listens on {place} yet: the bot is not running")
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return fail(
            f"another program listens on {place}", "end it, or set WEB_PORT to another port"
        )
    if not has_a_bot(settings.resolved_database_url):
        return fail(
            f"a bot with another DATA_DIR or DATABASE_URL listens on {place}",
            "end it, or set WEB_PORT to another port",
        )
    if healthy:
        return ok(f"the bot runs on {place} and is well")
    problems = [str(value) for name, value in state.items() if name.endswith("problem") and value]
    return fail(
        f"the bot runs on {place} and is not well: {'; '.join(problems) or 'it does not say why'}",
        "see the findings above, and its log",
    )
