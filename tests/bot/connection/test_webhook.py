"""The watch over the webhook: it reports trouble once, and mends it where it can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.connection.webhook import PATH, Webhook
from bot.intake.inbox import Inbox
from bot.process.database_thread import Records
from dataset.storage.database import Database
from tests.conftest import free_port
from tests.local.serving import TOKEN, LocalServer, Script


@pytest.fixture
def telegram() -> Iterator[Script]:
    """A Telegram that delivers."""
    with LocalServer() as server:
        script = Script(server.url)
        yield script
        script.close()


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    """An empty inbox."""
    records = Records(Database(f"sqlite:///{tmp_path / 'd.sqlite3'}"))
    await records.upgrade()
    yield Inbox(records, holder="a")
    records.close()


class Troubles:
    """The reports, and the moment of the first one."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.first = asyncio.Event()

    def __call__(self, reason: str) -> None:
        self.told.append(reason)
        self.first.set()


async def watched(
    telegram: Script, inbox: Inbox, troubles: Troubles, *, public_url: str
) -> tuple[Webhook, Application]:  # type: ignore[type-arg]
    """A webhook that was set, on an application that was made known."""
    bot: ExtBot[None] = ExtBot(
        TOKEN, base_url=f"{telegram.url}/bot", base_file_url=f"{telegram.url}/file/bot"
    )
    application = ApplicationBuilder().bot(bot).build()
    await application.initialize()
    webhook = Webhook(
        application,
        inbox,
        public_url=public_url,
        secret="a-secret-of-the-test",
        api_url=telegram.url,
        allowed_updates=("message",),
        on_trouble=troubles,
        look_every_s=0.01,
    )
    await webhook.begin()
    return webhook, application


async def test_an_address_that_leads_nowhere_is_told_once(telegram: Script, inbox: Inbox) -> None:
    """Telegram cannot deliver: admins hear of it, and health is bad until it is put right."""
    troubles = Troubles()
    nowhere = f"http://127.0.0.1:{free_port()}"
    webhook, application = await watched(telegram, inbox, troubles, public_url=nowhere)
    assert webhook.problem() is None
    await asyncio.to_thread(telegram.send, user=1, text="hello")
    watch = asyncio.create_task(webhook.watch())
    await asyncio.wait_for(troubles.first.wait(), 30)
    problem = webhook.problem()
    assert problem is not None
    assert problem.startswith(f"Telegram cannot deliver to {nowhere}{PATH}")
    assert {"webhook_pending": 1} == webhook.figures()
    await asyncio.to_thread(telegram.result, "deleteWebhook", drop_pending_updates=True)
    while webhook.problem() is not None:  # until a look finds nothing waiting
        await asyncio.to_thread(telegram.result, "getMe")
    watch.cancel()
    assert [problem] == troubles.told
    await application.shutdown()


async def test_a_webhook_that_another_program_took_away_is_set_again(
    telegram: Script, inbox: Inbox
) -> None:
    """Somebody polled with the same token, which deletes it."""
    troubles = Troubles()
    ours = f"http://127.0.0.1:{free_port()}"
    webhook, application = await watched(telegram, inbox, troubles, public_url=ours)
    await asyncio.to_thread(telegram.result, "deleteWebhook")
    watch = asyncio.create_task(webhook.watch())
    while (await asyncio.to_thread(telegram.result, "getWebhookInfo"))["url"] != ours + PATH:
        assert not watch.done()
    watch.cancel()
    assert [] == troubles.told
    await application.shutdown()
