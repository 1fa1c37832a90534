"""The review pages as one ASGI application: mounted by the bot under /review, or alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import utc_now
from languages.catalogue import Languages
from models.bundles.manifest import Manifest
from review.desk import Desk, Embed, Explain, Trainer
from review.errors import NotThere
from review.guard import Guard
from review.pages.audit import Trail
from review.pages.dataset.adding.child import Taker
from review.pages.dataset.adding.page import Adding
from review.pages.dataset.exporting import Exports
from review.pages.dataset.figures import Figures
from review.pages.dataset.health import HealthPage
from review.pages.dataset.marks import Marks
from review.pages.deciding import Deciding
from review.pages.entrance import Entrance
from review.pages.front import Front
from review.pages.grid import Grids
from review.pages.labels import Labels
from review.pages.photos import PhotoFiles, Thumbnails
from review.pages.retrainings import Retrainings
from review.rendering import COMPRESSED, Pages
from review.similar.page import Similar

PAGES: Sequence[tuple[str, str]] = (
    ("/queue", "page-queue"),
    ("/dataset", "page-dataset"),
    ("/suspicions", "page-suspicions"),
    ("/labels", "page-labels"),
    ("/retrainings", "page-retrainings"),
    ("/stats", "page-stats"),
    ("/audit", "page-audit"),
)
_STATIC = Path(__file__).parent / "static"
LEASE_LIFETIME_S = 120
"""An open page renews its leases; those of a closed page end after this time."""


def create_app(  # noqa: PLR0913 - the room's one door: each is a choice of who mounts it
    *,
    database: Database,
    photo_store: PhotoStore,
    labels: Sequence[str],
    secret: bytes,
    base_url: str,
    is_reviewer: Callable[[int], bool],
    explain: Explain | None = None,
    embed: Embed | None = None,
    features_file: Path | None = None,
    bundle_folders: Sequence[Path] = (),
    candidates_folder: Path | None = None,
    incoming_folder: Path | None = None,
    taker: Taker | None = None,
    manifest: Callable[[], Manifest] | None = None,
    trainer: Trainer | None = None,
    app_key: bytes | None = None,
    link_lifetime_s: int = 15 * 60,
    session_lifetime_s: int = 12 * 3600,
    thumbnail_bytes: int = 16 * 1024 * 1024,
    now: Callable[[], datetime] = utc_now,
) -> Starlette:
    """The pages. Only the entrance answers without a session.

    `secret` signs links and forms (`access.links.signing_secret`). `base_url` is where reviewers
    reach the pages, mount included; the pages answer only to its host and to this machine's own
    names. Every request asks `is_reviewer`, so a person struck off the list is out at once.
    `app_key` (`access.mini_app.mini_app_key`) lets reviewers in from inside Telegram, for
    `link_lifetime_s` after it opened the pages. `explain` adds heat maps, `features_file` similar
    examples, `embed` those of photos that training has not met, `trainer` retrainings, `manifest`
    what the model in use calls its labels. The pages show the reports of bundles: `bundle_folders`
    hold them by version, `candidates_folder` the unpublished ones as `retraining-<id>`. Photos that
    reviewers add lie in `incoming_folder` until `taker` has taken them in. Works under any mount.
    """
    address = urlsplit(base_url)
    desk = Desk(
        database=database,
        photos=photo_store,
        labels=tuple(labels),
        secret=secret,
        pages=Pages(now=now, show={"pages": PAGES}),
        languages=Languages(),
        is_reviewer=is_reviewer,
        bundle_folders=tuple(bundle_folders),
        candidates_folder=candidates_folder,
        explain=explain,
        manifest=manifest,
        embed=embed,
        features_file=features_file,
        trainer=trainer,
        app_key=app_key,
        link_lifetime_s=link_lifetime_s,
        session_lifetime_s=session_lifetime_s,
        lease_lifetime_s=LEASE_LIFETIME_S,
        now=now,
        secure=address.scheme == "https",
    )

    async def not_found(request: Request, error: Exception) -> Response:
        raise NotThere("missing-page") from error  # the guard answers

    similar = Similar(desk)
    return Starlette(
        routes=[
            *Front(desk).routes(),
            *Entrance(desk).routes(),
            *Grids(desk, ranking=similar.ranking).routes(),
            *similar.routes(),
            *Deciding(desk).routes(),
            *Marks(desk).routes(),
            *PhotoFiles(desk, thumbnails=Thumbnails(most_bytes=thumbnail_bytes)).routes(),
            *Adding(desk, folder=incoming_folder, taker=taker or Taker()).routes(),
            *Exports(desk).routes(),
            *HealthPage(desk).routes(),
            *Figures(desk).routes(),
            *Labels(desk).routes(),
            *Retrainings(desk).routes(),
            *Trail(desk).routes(),
            Mount("/static", StaticFiles(directory=_STATIC), middleware=COMPRESSED),
        ],
        middleware=[Middleware(Guard, desk=desk, hosts=[address.hostname or "localhost"])],
        exception_handlers={HTTPException: not_found},
    )
