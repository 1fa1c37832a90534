"""Recording a claim and answering it, for the command and the buttons."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session
from telegram import Message, User

from bot.chat import consent
from bot.chat.context import Context
from bot.speech.wording import name_of
from dataset.conversation.claims import claims
from dataset.errors import ClaimsBanned, NotFoundError, QuotaExceeded
from dataset.photos.duplicates import is_any_forgotten
from dataset.privacy import consents
from dataset.storage.schema import Claim, ClaimKind, ClaimStatus, Prediction, Verdict
from languages.catalogue import Words


@dataclass(frozen=True)
class Claimed:
    """A claim that was recorded."""

    claim: Claim
    prediction: Prediction
    is_kept: bool
    """Whether the photo is kept or will be: only then can the model learn from the claim."""
    is_in_doubt: bool
    """Whether it may turn out to be one that somebody had removed, and not be kept after all."""


async def record(
    context: Context,
    prediction: Prediction,
    person: User,
    kind: ClaimKind,
    label: str | None = None,
) -> Claimed | str:
    """Record this person's claim on an answer; the catalogue's message id where it is refused.

    To name the label of a sure answer is to say that the answer is right.
    """
    services = context.services
    if kind is ClaimKind.LABEL and _is_what_was_answered(prediction, label):
        kind, label = ClaimKind.RIGHT, None

    def write(session: Session) -> tuple[Claim, bool, bool]:
        made = claims.record_claim(
            session,
            claims.NewClaim(
                prediction_id=prediction.id,
                user_id=person.id,
                kind=kind,
                label=label,
                by_admin=context.is_admin(person),
            ),
            quorum=services.settings.claim_quorum,
            quota=services.quota,
        )
        is_there = prediction.photo_id is not None
        will_be = not is_there and consents.current(session, prediction.user_id) is not None
        return made, is_there or will_be, will_be and is_any_forgotten(session)

    try:
        made, is_kept, is_in_doubt = await services.records.write(write)
    except QuotaExceeded:
        return "claims-quota"
    except ClaimsBanned:
        return "claims-banned"
    except NotFoundError:
        return "old-button"
    # Some day a model may get this photo right, and its thanks should be in their language.
    await services.people.note(person)
    services.questions.take(prediction.chat_id)
    services.metrics.claims.labels(kind.value).inc()
    services.keeper.sweep_soon(prediction.user_id)
    return Claimed(made, prediction, is_kept, is_in_doubt)


def refusal(message_id: str, context: Context, words: Words) -> str:
    """The sentence for a claim that was not taken."""
    return words(message_id, count=context.services.settings.claims_per_day)


def note(claim: Claim, context: Context, words: Words) -> str:
    """ "Noted: black bear. Thank you!"."""
    if claim.kind is ClaimKind.LABEL:
        assert claim.label is not None
        name = name_of(claim.label, context.services.host.manifest, words)
        return words("claim-label", name=name)
    return words(f"claim-{claim.kind.value}")


async def full_note(claimed: Claimed, context: Context, words: Words) -> str:
    """The note, and what happens next with a dispute."""
    thanks = note(claimed.claim, context, words)
    if claimed.claim.kind is ClaimKind.RIGHT:
        return thanks
    is_kept = claimed.is_kept
    if claimed.is_in_doubt:
        is_kept = await context.services.keeper.may_keep(claimed.prediction)
    if not is_kept:
        after = "claim-next-numbers"
    elif claimed.claim.by_admin or claimed.claim.status is ClaimStatus.ACCEPTED:
        after = "claim-next-accepted"
    else:
        after = "claim-next-review"
    return f"{thanks} {words(after)}"


async def ask_for_photo(context: Context, message: Message, claimed: Claimed, person: User) -> None:
    """At a person's first dispute about their own photo, ask whether the bot may keep it."""
    if claimed.claim.kind is ClaimKind.RIGHT or claimed.prediction.user_id != person.id:
        return
    await consent.ask_once(context, message, person, await context.words(person))


def _is_what_was_answered(prediction: Prediction, label: str | None) -> bool:
    return prediction.verdict is Verdict.SURE and prediction.label == label
