"""What can go wrong in the review pages.

ReviewError
 ├─ SecretError       the file with the signing secret cannot be read, written or trusted
 ├─ Refused           answered with 403 and a row in the audit trail
 │   ├─ LinkForged
 │   ├─ LinkExpired
 │   ├─ LinkUsed
 │   ├─ AppDataForged
 │   ├─ AppDataStale
 │   ├─ AppDataUsed
 │   ├─ NotAReviewer
 │   ├─ NoSession
 │   ├─ FormForged
 │   └─ ForeignHost
 └─ BadRequest        answered with 400: a value that our pages never send

The text of each is one sentence for a person: what happened, and what to do.
"""

from __future__ import annotations


class ReviewError(Exception):
    """Any refusal or failure of the review pages."""


class SecretError(ReviewError):
    """The signing secret is unusable."""


class BadRequest(ReviewError):
    """A value that our pages never send."""


class Refused(ReviewError):
    """A request without the right to it; `code` names the case in the audit trail."""

    code = "refused"
    sentence = "This is not allowed."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class LinkForged(Refused):
    code = "link_forged"
    sentence = "The bot did not make this link. Send it /review for a new one."


class LinkExpired(Refused):
    code = "link_expired"
    sentence = "This link has expired. Send the bot /review for a new one."


class LinkUsed(Refused):
    code = "link_used"
    sentence = "This link was used before, and each opens once. Send the bot /review for a new one."


class AppDataForged(Refused):
    code = "app_data_forged"
    sentence = "Telegram did not sign this. Send the bot /review and open the pages by its button."


class AppDataStale(Refused):
    code = "app_data_stale"
    sentence = "This is too old. Close the window and use the bot's button again."


class AppDataUsed(Refused):
    code = "app_data_used"
    sentence = "This was used before. Close the window and use the bot's button again."


class NotAReviewer(Refused):
    code = "not_a_reviewer"
    sentence = "You are no longer among the reviewers: ask an admin of the bot."


class NoSession(Refused):
    code = "no_session"
    sentence = "You are not signed in, or your session has ended: send the bot /review for a link."


class FormForged(Refused):
    code = "form_forged"
    sentence = "This form did not come from these pages. Reload the page and try again."


class ForeignHost(Refused):
    code = "foreign_host"
    sentence = "These pages do not answer to this address: open them by the link that the bot gave."
