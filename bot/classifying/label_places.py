"""The order of the labels and what they are called now, for any answering bundle."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.process.database_thread import Records
from dataset.examples.label_order import give_places, label_order
from dataset.examples.labels import Texts, texts
from models.bundles.bundle import shipped_labels


@dataclass(frozen=True)
class Arrangement:
    """What was decided about labels: the order of all, and what people said of some."""

    order: Sequence[str]
    texts: Mapping[str, Texts]


async def arrangement_of(records: Records, labels: Sequence[str]) -> Arrangement:
    """The order of all labels, these among them, and their texts. Raises DatabaseError.

    Those that ship stand in it as the file of labels has them, whatever the order of a bundle that
    was made before it was decided.
    """
    known, said = await records.read(lambda session: (label_order(session), texts(session)))
    if not set(labels) <= set(known):
        shipped = await asyncio.to_thread(shipped_labels)
        known = await records.write(lambda session: give_places(session, labels, first=shipped))
    return Arrangement(known, said)
