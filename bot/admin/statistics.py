"""/stats and the weekly digest for admins: how the bot does, as numbers and as a picture."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy.orm import Session
from telegram import Update

from bot.admin.access import admitted
from bot.admin.charts import days_chart
from bot.chat.context import Context
from bot.chat.feature import Command, Feature, Menu
from dataset.reviewing import stats
from dataset.reviewing.drift import THRESHOLD, Drift, measure
from dataset.storage.schema import ClaimStatus
from languages.catalogue import Words, decimal, share

_DAYS = 30
_KINDS = ("sure", "unsure", "outside", "disputed")


@dataclass(frozen=True)
class Report:
    """What /stats shows."""

    text: str
    picture: bytes


async def statistics(update: Update, context: Context) -> None:
    """/stats: the last 30 days."""
    message, _, words = await context.asked(update)
    if not await admitted(update, context, "stats"):
        return
    version = context.services.host.version
    collected, drift = await context.services.records.read_aside(
        lambda session: collect(session, version)
    )
    report = await asyncio.to_thread(make_report, collected, drift, version, words)
    await context.bot.send_photo(message.chat_id, report.picture, caption=report.text)


def collect(session: Session, version: str) -> tuple[stats.Stats, Drift]:
    """Everything the report is made of."""
    return stats.collect(session, days=_DAYS), measure(session, version)


def make_report(collected: stats.Stats, drift: Drift, version: str, words: Words) -> Report:
    """The numbers as text (within a caption's 1,024 characters) and the picture."""
    total = collected.total
    lines = [
        words("stats-title", days=_DAYS, photos=total.total),
        words(
            "stats-shares",
            sure=share(total.share(total.sure)),
            unsure=share(total.share(total.unsure)),
            outside=share(total.share(total.outside)),
            disputed=share(total.share(total.disputed)),
        ),
        words(
            "stats-claims",
            accepted=collected.claims[ClaimStatus.ACCEPTED],
            pending=collected.claims[ClaimStatus.PENDING],
            rejected=collected.claims[ClaimStatus.REJECTED],
            waiting=collected.waiting,
        ),
        _estimate(collected.sample, words),
        _drift(drift, words),
        words("stats-model", version=version),
    ]
    picture = days_chart(
        collected.days,
        collected.models,
        title=words("stats-chart"),
        legend={kind: words(f"stats-{kind}") for kind in _KINDS},
        day_name=words.short_day,
    )
    return Report("\n".join(lines), picture)


def _estimate(sample: stats.Estimate, words: Words) -> str:
    if sample.accuracy is None or sample.low is None or sample.high is None:
        return words("stats-no-estimate", reviewed=sample.reviewed, drawn=sample.drawn)
    return words(
        "stats-estimate",
        accuracy=share(sample.accuracy),
        low=share(sample.low),
        high=share(sample.high),
        reviewed=sample.reviewed,
    )


def _drift(drift: Drift, words: Words) -> str:
    if drift.inputs is None or drift.outputs is None:
        return words("stats-no-drift")
    return words(
        "stats-drift",
        inputs=decimal(drift.inputs),
        outputs=decimal(drift.outputs),
        threshold=decimal(THRESHOLD),
    )


FEATURE = Feature(commands=(Command("stats", statistics, (Menu.ADMINS,)),))
