"""`python -m review`: the review pages alone, on this machine, with a link that opens them once."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import uvicorn
from numpy.typing import NDArray

from bear_detector.parsing import CommandParser, command_parser
from dataset.errors import DatasetError
from dataset.examples.label_order import give_places, in_order, labels_as_they_came
from dataset.photos.opening import store_of
from dataset.settings import DatasetSettings
from dataset.storage.database import Database
from dataset.storage.private_files import keep_private
from dataset.storage.schema import utc_now
from models.bundles.bundle import STARTER, Bundle, shipped_labels
from models.errors import ModelsError
from models.inference.classifier import Classifier
from models.registry.opening import registry_of
from models.settings import ModelsSettings
from objects.errors import SettingsError
from objects.loading import load_settings
from review.access.links import make_link, signing_secret
from review.app import create_app
from review.connections import BoundedHttp
from review.errors import ReviewError
from review.pages.labelling import offered
from review.settings import ReviewSettings
from review.similar.index import FEATURES, features_of

HOST = "127.0.0.1"
PORT = 8081
OPERATOR = 0
"""The id of the operator, who reviews from the terminal without a Telegram account."""


class Settings(DatasetSettings, ModelsSettings, ReviewSettings):
    """The settings of the review pages run alone."""


class Server(uvicorn.Server):
    """Prints the link as soon as it answers."""

    def __init__(self, config: uvicorn.Config, *, link: str) -> None:
        super().__init__(config)
        self._link = link

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"Open this once, within minutes, in a browser on this machine:\n{self._link}")
        print("Ready", flush=True)


class _Model:
    """The model in use, loaded by who looks through it first: deciding takes none, and 39 MB less
    (0251)."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._lock = threading.Lock()
        self._loaded: Classifier | None = None

    def classifier(self) -> Classifier:
        """It, ready to run. Raises BundleError."""
        with self._lock:
            if self._loaded is None:
                self._loaded = Classifier(self._bundle)
            return self._loaded


def main(given: Sequence[str] | None = None) -> int:
    """Serve until a signal; the exit status."""
    arguments = parser().parse_args(given)
    keep_private()
    try:
        settings = load_settings(Settings)
        serve(settings, port=arguments.port)
    except (SettingsError, DatasetError, ModelsError, ReviewError) as error:
        print(error, file=sys.stderr)
        return 2
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "a port is a number from 0 to 65535"
        print(f"Port {arguments.port} cannot be used: {reason}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before it served
        return 130
    return 0


def parser() -> CommandParser:
    """What it takes."""
    command = command_parser(
        "review",
        "Run the review pages alone, on this machine, and print a link that opens them once.",
        ("", "--port 8090"),
    )
    command.add_argument(
        "--port", type=int, default=PORT, help=f"default {PORT}; 0 takes a free one"
    )
    return command


def serve(settings: Settings, *, port: int) -> None:
    """Answer on loopback until a signal stops it."""
    secret = signing_secret(settings.review_secret.get_secret_value(), data_dir=settings.data_dir)
    database = Database(settings.resolved_database_url)
    database.upgrade()
    bundle = registry_of(settings).open()
    known = bundle.manifest.labels
    with database.session() as session:
        learned = labels_as_they_came(session)
        labels = offered(known, learned)
        came = [label for label in learned if label in labels]
        order = give_places(session, [*came, *labels], first=shipped_labels())
    model = _Model(bundle)

    async def explain(photo: bytes) -> bytes:
        return await asyncio.to_thread(lambda: model.classifier().explain(photo))

    async def embed(photo: bytes) -> NDArray[np.float32]:
        return await asyncio.to_thread(lambda: features_of(model.classifier(), photo))

    with socket.create_server((HOST, port)) as listening:
        # asyncio sets it only on sockets that name their protocol; connections inherit it.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        base_url = f"http://{HOST}:{listening.getsockname()[1]}"
        app = create_app(
            database=database,
            photo_store=store_of(settings),
            labels=in_order(labels, order),
            secret=secret,
            base_url=base_url,
            explain=explain,
            manifest=lambda: bundle.manifest,
            embed=embed,
            features_file=settings.data_dir / FEATURES,
            is_reviewer=lambda reviewer_id: reviewer_id == OPERATOR,
            bundle_folders=(STARTER.parent, settings.models_dir),
            candidates_folder=settings.data_dir / "candidates",
            incoming_folder=settings.data_dir / "incoming",
            session_lifetime_s=settings.review_session_hours * 3600,
            thumbnail_bytes=settings.review_thumbnails_mb * 1024 * 1024,
        )
        link = make_link(
            secret=secret,
            base_url=base_url,
            reviewer_id=OPERATOR,
            lifetime_s=settings.review_link_minutes * 60,
            now=utc_now(),
        )
        config = uvicorn.Config(
            app, http=BoundedHttp, log_level="warning", access_log=False, server_header=False
        )
        # uvicorn repeats the signal that ended it, so treat both as an ordinary end.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            Server(config, link=link).run(sockets=[listening])
    database.dispose()


if __name__ == "__main__":
    sys.exit(main())
