"""Photos are fetched and classified before their turn to be answered comes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from telegram import Message, PhotoSize
from telegram.ext import ExtBot

from bot.classifying.decoder import Decoder
from bot.classifying.model_host import ModelHost
from bot.classifying.photo_message import fetch, photo_in
from bot.errors import PhotoUnavailable, Postponed
from bot.process.metrics import Metrics
from bot.speech.addressing import sender_id
from models.errors import PhotoError
from models.inference.classifier import Prediction

Sight = Prediction | str
"""The classifier's prediction, or the catalogue's sentence for why there is none."""


class LookAhead:
    """Fetches and classifies photos before their turn to be answered comes.

    Answers of a chat go out in the order of its photos, but the work for the next photo need not
    wait until the last answer was delivered.
    """

    def __init__(self, host: ModelHost, decoder: Decoder, metrics: Metrics) -> None:
        self._host = host
        self._decoder = decoder
        self._metrics = metrics
        self._begun: dict[tuple[int, int], asyncio.Task[Sight]] = {}

    def begin(self, bot: ExtBot[int], message: Message) -> None:
        """Start on a photo before its turn, unless already started."""
        if (message.chat_id, message.message_id) in self._begun:
            return
        task = asyncio.create_task(self._look(bot, message), name="look-ahead")
        # If its turn never comes, nobody reads the outcome.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._begun[message.chat_id, message.message_id] = task

    async def sight(self, bot: ExtBot[int], message: Message) -> Sight:
        """The sight for this message's photo."""
        begun = self._begun.pop((message.chat_id, message.message_id), None)
        return await (begun if begun is not None else self._look(bot, message))

    def drop(self, message: Message) -> None:
        """Stop working on a photo that will not be answered now."""
        begun = self._begun.pop((message.chat_id, message.message_id), None)
        if begun is not None:
            begun.cancel()

    async def _look(self, bot: ExtBot[int], message: Message) -> Sight:
        photo = photo_in(message)
        if isinstance(photo, str):
            return photo
        short_side_px = self._host.manifest.preparation.short_side_px
        size = photo.smallest_sufficient(short_side_px)
        # Telegram's servers made a photo's sizes; anybody may make a file or a preview.
        trusted = isinstance(size, PhotoSize) and not photo.is_preview
        person = sender_id(message)
        try:
            for is_first in (True, False):
                with suppress(Postponed):
                    async with (
                        self._decoder.place(trusted=trusted, person=person),
                        self._host.place(),
                    ):
                        data = await fetch(bot, size.file_id, size.file_size)
                        with self._metrics.model_seconds.time():
                            safe = await self._decoder.pixels(
                                data,
                                short_side_px=short_side_px,
                                trusted=trusted,
                                person=person,
                                may_be_postponed=is_first,
                            )
                            seen = await self._host.classify(safe.data)
                            is_cut = safe.is_incomplete
                            return replace(seen, is_incomplete=True) if is_cut else seen
            raise AssertionError("nothing is postponed twice")
        except PhotoUnavailable as exc:
            sentence = exc.message_id
        except PhotoError as exc:
            sentence = f"photo-{exc.code}"
        self._metrics.refused.labels(sentence).inc()
        return sentence
