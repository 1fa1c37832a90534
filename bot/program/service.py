"""The life of the bot's process: a start that misses nothing, the run, a stop that ends in time."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp
from telegram.error import BadRequest, TelegramError

from bot.admin.retraining.process import Trainer
from bot.chat.erasing import Eraser
from bot.classifying.decoder import Decoder
from bot.classifying.label_places import arrangement_of
from bot.classifying.model_check import HeadStart, OpenClassifier, opener
from bot.classifying.model_host import ModelHost
from bot.connection.connecting import reach
from bot.connection.poller_lock import only_poller
from bot.connection.polling import Polling
from bot.connection.receiver import Receiver
from bot.connection.tenancy import Tenancy
from bot.connection.webhook import Webhook
from bot.errors import StartError
from bot.intake.inbox import Inbox
from bot.process.cancelling import end_all
from bot.process.daemon_pool import DaemonPool
from bot.process.database_thread import Records
from bot.process.metrics import Metrics
from bot.process.process_name import own_name
from bot.process.timing import Timing
from bot.program.application import ALLOWED_UPDATES, Built, Parts, build
from bot.program.background import tell, watch_over
from bot.program.serving.health import Health
from bot.program.serving.probe import Probe
from bot.program.serving.review_pages import ReviewPages
from bot.program.serving.web import Door, WebServer, create_app, listen
from bot.program.tasks import Tasks
from bot.settings import BotSettings, reachable_at
from bot.speech.preferences import People
from dataset.errors import DatabaseError
from dataset.examples import retrainings
from dataset.photos.opening import store_of
from dataset.privacy.erasing import erase
from dataset.privacy.retention import purge
from dataset.storage.database import Database
from languages.catalogue import Languages
from models.bundles.bundle import STARTER
from models.registry.opening import registry_of

logger = logging.getLogger(__name__)

LOCAL_ADMIN = 2
_LOCAL_BOT_ID = 7_000_000_001
_STOP_WITHIN_S = 10.0
_LET_GO_WITHIN_S = 5.0
_WORKERS = 2


class Service:
    """One running bot: on Telegram, or on the local chat that it then serves itself."""

    def __init__(
        self,
        settings: BotSettings,
        *,
        local: bool,
        open_classifier: OpenClassifier | None = None,
        head_start: HeadStart | None = None,
        make_decoder: Callable[[], Decoder] = Decoder,
        timing: Timing = Timing(),  # noqa: B008 - it cannot be changed
    ) -> None:
        """`open_classifier` makes a classifier of a bundle; by default the models room's.
        `head_start` may have proven the current bundle already, in that way."""
        self._settings = settings
        self._local = local
        self._tasks = Tasks()
        self._stop = asyncio.Event()
        self._open_classifier = open_classifier or opener(settings)
        self._head_start = head_start
        self._make_decoder = make_decoder
        self._timing = timing
        if local:
            self.token = f"{_LOCAL_BOT_ID}:{secrets.token_urlsafe(24)}"
            self.admins = settings.admin_ids | {LOCAL_ADMIN}
        else:
            self.token = settings.telegram_bot_token.get_secret_value()
            self.admins = settings.admin_ids

    async def run(self, *, on_ready: Callable[[str, str], None]) -> None:
        """Start, call `on_ready(bot's name, web address)`, and run until `stop()`.

        Raises StartError, or the dataset's and the models' errors, with a sentence for a person.
        """
        settings = self._settings
        async with AsyncExitStack() as stack:
            listener = listen(settings.web_host, settings.web_port)
            stack.callback(listener.close)
            web_url = reachable_at(*listener.getsockname()[:2])
            api_url = web_url if self._local else settings.telegram_api_url
            if not self._has_webhook:
                stack.enter_context(only_poller(self.token, api_url))
            asyncio.get_running_loop().set_default_executor(DaemonPool())
            database = Database(
                settings.resolved_database_url,
                busy_timeout_s=self._timing.busy_timeout_s,
                answer_within_s=self._timing.answer_within_s,
            )
            records = Records(database)
            stack.callback(records.close)
            registry = registry_of(settings)
            host = ModelHost(
                registry,
                self._open_classifier,
                workers=_WORKERS,
                photos_at_once=settings.photos_waiting,
                head_start=self._head_start,
                arrange=partial(arrangement_of, records),
            )
            stack.callback(host.close)
            decoder = self._make_decoder()
            stack.push_async_callback(decoder.close)
            door = Door(lambda: host.problem, settings.own_names)
            web = WebServer(door, listener)
            web.start()
            stack.push_async_callback(web.stop)
            tenancy = Tenancy(records, bot_id=int(self.token.partition(":")[0]))
            if not await self._unless_stopped(self._prepare(records, host, tenancy)):
                records.break_off()
                return
            if not self._has_webhook:
                stack.push_async_callback(tenancy.leave)
            self._tasks.begin(tenancy.hold_on())

            store = store_of(settings)
            pages = ReviewPages(
                settings=settings,
                database=database,
                store=store,
                host=host,
                admins=self.admins,
                base_url=settings.review_url or f"{web_url}/review",
            )
            inbox = Inbox(records, holder=own_name())
            parts = Parts(
                settings=settings,
                limits=settings.limits(near=self._local or settings.api_is_on_this_machine),
                token=self.token,
                api_url=api_url,
                admins=self.admins,
                records=records,
                inbox=inbox,
                store=store,
                host=host,
                decoder=decoder,
                people=People(records, Languages()),
                metrics=Metrics(),
                pages=pages,
                registry=registry,
                trainer=Trainer(
                    records,
                    python=settings.training_python,
                    budget_s=60 * settings.retrain_budget_minutes,
                    log_dir=settings.data_dir / retrainings.LOG_FOLDER,
                    current_version=registry.current_version,
                    elsewhere=settings.train_elsewhere,
                ),
                purge=partial(purge, database, store),
                eraser=Eraser(partial(erase, database, store, settings.data_dir), inbox),
                shares_rates=self._has_webhook and not database.is_sqlite,
                timing=self._timing,
            )
            built = build(parts)
            pages.attach(built.for_pages, token=self.token)
            receiver = self._receiver(built, api_url)
            mounts: dict[str, ASGIApp] = {"/review": pages, **receiver.mounts}
            chat = self._local_chat(stack) if self._local else None
            if chat is not None:
                mounts[""] = chat
            door.open(self._pages(stack, built, receiver, database, mounts))
            # Before what it shows: last in, first out.
            stack.push_async_callback(web.stop)
            if chat is not None:
                # Open pages wait for news: they get their answer, and nothing holds the stop up.
                stack.callback(chat.state.world.history.close)
            stack.push_async_callback(self._shut_down, built, receiver)
            if not await self._unless_stopped(self._start(built, receiver, api_url)):
                return
            self._tasks.begin(self._stop.wait())
            if self._has_webhook:
                application, inbox = built.application, built.services.inbox
                self._tasks.begin(inbox.adopt(application.bot, application.update_queue.put))
            watch_over(built, receiver, self._tasks)
            on_ready(f"@{built.application.bot.username}", web_url)
            await self._tasks.until_one_ends()

    def stop(self) -> None:
        """Let `run` come to its end; called on the event loop."""
        self._stop.set()

    @property
    def _has_webhook(self) -> bool:
        """On the local chat the bot polls, whatever the settings for Telegram."""
        return bool(self._settings.webhook_url) and not self._local

    def _receiver(self, built: Built, api_url: str) -> Receiver:
        application, inbox = built.application, built.services.inbox
        if not self._has_webhook:
            return Polling(
                application,
                inbox,
                timing=self._timing,
                api_url=api_url,
                allowed_updates=ALLOWED_UPDATES,
                on_lasting_conflict=lambda: self._tasks.begin_aside(tell(built, "alert-conflict")),
            )
        return Webhook(
            application,
            inbox,
            public_url=self._settings.webhook_url,
            secret=self._settings.resolved_webhook_secret,
            api_url=api_url,
            allowed_updates=ALLOWED_UPDATES,
            on_trouble=lambda reason: self._tasks.begin_aside(
                tell(built, "alert-webhook", reason=reason)
            ),
        )

    def _local_chat(self, stack: AsyncExitStack) -> Starlette:
        from bot.local.app import create_app as chat_app  # only for the local chat

        hosts, photos = [self._settings.web_host], sorted((STARTER / "golden").glob("*.jpg"))
        chat = chat_app(token=self.token, admin_id=LOCAL_ADMIN, allowed_hosts=hosts, samples=photos)
        stack.callback(chat.state.world.close)
        return chat

    def _pages(
        self,
        stack: AsyncExitStack,
        built: Built,
        receiver: Receiver,
        database: Database,
        mounts: dict[str, ASGIApp],
    ) -> ASGIApp:
        """All that the port answers once the bot can work."""
        services = built.services
        inbox, metrics = services.inbox, services.metrics
        metrics.watch("detector_updates_open", "Updates not finished", lambda: float(len(inbox)))
        of_database = Probe("database", database.ping)
        of_store = Probe("store of photos", built.parts.store.ping)
        for probe in (of_database, of_store):
            stack.callback(probe.close)
        health = Health(
            host=services.host,
            decoder=built.parts.decoder,
            receiver=receiver,
            inbox=inbox,
            eraser=built.parts.eraser,
            records=services.records,
            database=of_database,
            store=of_store,
            data_dir=self._settings.data_dir,
            disk_reserve_mb=self._settings.disk_reserve_mb,
        )
        return create_app(health, metrics, mounts, names=self._settings.own_names)

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do this, or give up when `stop()` is called meanwhile; whether it was done."""
        stop = asyncio.create_task(self._stop.wait())
        doing = asyncio.create_task(work)
        await asyncio.wait((doing, stop), return_when=asyncio.FIRST_COMPLETED)
        done = doing.done()
        await end_all((doing, stop))
        if done:
            doing.result()
        return done

    async def _prepare(self, records: Records, host: ModelHost, tenancy: Tenancy) -> None:
        await asyncio.gather(records.upgrade(), host.start())
        await tenancy.take()
        await host.arrange()

    async def _start(self, built: Built, receiver: Receiver, api_url: str) -> None:
        await self._connect(built, api_url)
        await self._begin(built, receiver)

    async def _connect(self, built: Built, api_url: str) -> None:
        """Make the bot known to the Bot API."""
        try:
            await reach(built.application.initialize, api_url=api_url)
        except BadRequest as exc:
            raise StartError(
                f"The Bot API at {api_url} refuses this bot ({exc.message}).", exit_code=75
            ) from exc
        except (AttributeError, KeyError, TypeError) as exc:  # so PTB fails where no bot answers
            raise StartError(
                f"What answers at {api_url} describes no bot; check TELEGRAM_API_URL.", exit_code=2
            ) from exc

    async def _begin(self, built: Built, receiver: Receiver) -> None:
        """Take up what an earlier run left, then receive what is new."""
        application, inbox = built.application, built.services.inbox
        # Behind a webhook other processes may be at work on theirs.
        left = await inbox.left_over(application.bot, take_over=not self._has_webhook)
        if left:
            logger.info("%d updates of an earlier run are taken up", len(left))
        await application.start()
        await built.clock_services.follower.take_up()
        for update in left:
            await application.update_queue.put(update)
        await receiver.begin()

    async def _shut_down(self, built: Built, receiver: Receiver) -> None:
        """Take nothing more in, end what is at work in a moment, leave the rest in the inbox."""
        application = built.application
        built.intake.stop()
        await self._tasks.end()
        await built.clock_services.follower.close()
        begun = (receiver.stop, application.stop) if application.running else ()
        # PTB leaves the connections of a start that failed open.
        for step in (*begun, application.shutdown, application.bot.request.shutdown):
            try:
                await asyncio.wait_for(step(), _STOP_WITHIN_S)
            except (TimeoutError, asyncio.TimeoutError):
                logger.warning("work was left unfinished; the next start takes it up")
            except (RuntimeError, TelegramError) as exc:
                logger.info("stopping: %s", exc)
        for step in (built.services.inbox.let_go, built.clock_services.leader.resign):
            try:
                await asyncio.wait_for(step(), _LET_GO_WITHIN_S)
            except (TimeoutError, asyncio.TimeoutError, DatabaseError) as exc:
                logger.warning("others wait for what this process had: %s", exc or "no answer")
                break
