"""The order of the labels, for any answering bundle."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.process.database_thread import Records
from dataset.examples.label_order import give_places, label_order
from models.bundles.bundle import shipped_labels


async def places_of(records: Records, labels: Sequence[str]) -> Sequence[str]:
    """The order of all labels, these among them. Raises DatabaseError.

    Those that ship stand in it as the file of labels has them, whatever the order of a bundle that
    was made before it was decided.
    """
    known = await records.read(label_order)
    if set(labels) <= set(known):
        return known
    shipped = await asyncio.to_thread(shipped_labels)
    return await records.write(lambda session: give_places(session, labels, first=shipped))
