"""Thanks: people learn, once, that their correction has worked."""

from __future__ import annotations

import asyncio
import logging

from telegram import ReplyParameters
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.classifying.model_host import ModelHost
from bot.process.database_thread import Records
from bot.speech.wording import name_of
from dataset.conversation.claims import claims
from dataset.errors import DatasetError
from dataset.photos.store import PhotoStore
from dataset.storage.schema import Verdict
from languages.catalogue import Languages
from models.errors import PhotoError
from models.inference.classifier import Prediction

logger = logging.getLogger(__name__)


async def thank_who_was_right(
    *,
    bot: ExtBot[int],
    host: ModelHost,
    records: Records,
    store: PhotoStore,
    languages: Languages,
) -> int:
    """Try corrected photos on the model that answers now; thank for those it gets right.

    Returns how many people were thanked. It takes one photo at a time, so that people who wait for
    an answer hardly notice.
    """
    thanked = after_id = 0
    while True:
        start = after_id
        found = await records.read(
            lambda session: claims.to_thank(session, after_id=start)  # noqa: B023 - awaited here
        )
        if not found:
            return thanked
        for correction in found:
            after_id = correction.claim.id
            try:
                data = await asyncio.to_thread(store.get, correction.photo.sha256)
                seen = await host.classify(data)
                if _agrees(seen, correction):
                    thanked += await _thank(
                        correction, seen, bot=bot, host=host, records=records, languages=languages
                    )
            except (DatasetError, PhotoError, TelegramError) as exc:
                logger.info("claim %d gets no thanks: %s", after_id, exc)


def _agrees(seen: Prediction, correction: claims.Correction) -> bool:
    """Whether the model now says, for sure, what the person said."""
    newer = seen.model_version != correction.prediction.model_version
    return newer and seen.verdict == Verdict.SURE and seen.label == correction.claim.label


async def _thank(
    correction: claims.Correction,
    seen: Prediction,
    *,
    bot: ExtBot[int],
    host: ModelHost,
    records: Records,
    languages: Languages,
) -> bool:
    # Marked first: a crash in between costs a thank-you rather than repeating it.
    claim_id = correction.claim.id
    if not await records.write(lambda session: claims.mark_thanked(session, claim_id)):
        return False
    words = languages.words(correction.language)
    name = name_of(seen.label, host.manifest, words)
    await bot.send_message(
        correction.prediction.chat_id,
        words("thanks-worked", name=name, percent=words.percent(seen.probability)),
        reply_parameters=ReplyParameters(
            correction.prediction.photo_message_id, allow_sending_without_reply=True
        ),
    )
    return True
