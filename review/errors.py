"""What can go wrong in the review pages.

ReviewError
 ├─ SecretError       the file with the signing secret cannot be read, written or trusted
 ├─ Unreadable        a ZIP is refused; the text says why, in English, if anything does
 └─ Answered          answered with a page that says what happened, and what to do
     ├─ Refused       403, and a row in the audit trail
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
     ├─ NotThere      404: a page, photo or file that is not, or no longer, there
     ├─ BadRequest    400: a value that our pages never send
     └─ Declined      400: a sentence that somebody else has already found for the reader
"""

from __future__ import annotations

from languages.catalogue import Value, Words


class ReviewError(Exception):
    """Any refusal or failure of the review pages."""


class SecretError(ReviewError):
    """The signing secret is unusable."""


class Unreadable(ReviewError):
    """A ZIP is refused; the text is the command's sentence for why, empty where it said none."""


class Answered(ReviewError):
    """What the reader sees instead of the page: a message of the catalogue, and its values."""

    status = 400

    def __init__(self, message_id: str, **values: Value) -> None:
        super().__init__(message_id)
        self._message_id = message_id
        self._values = values

    def sentence(self, words: Words) -> str:
        """What happened, in the reader's language."""
        return words(self._message_id, **self._values)


class BadRequest(Answered):
    """A value that our pages never send."""


class NotThere(Answered):
    """A page, photo or file that is not there."""

    status = 404


class Declined(Answered):
    """A sentence that is in the reader's language already."""

    def sentence(self, words: Words) -> str:
        return self._message_id


class Refused(Answered):
    """A request without the right to it; `code` names the case in the audit trail."""

    status = 403
    code = "refused"

    def __init__(self) -> None:
        super().__init__(f"refused-{self.code.replace('_', '-')}")


class LinkForged(Refused):
    code = "link_forged"


class LinkExpired(Refused):
    code = "link_expired"


class LinkUsed(Refused):
    code = "link_used"


class AppDataForged(Refused):
    code = "app_data_forged"


class AppDataStale(Refused):
    code = "app_data_stale"


class AppDataUsed(Refused):
    code = "app_data_used"


class NotAReviewer(Refused):
    code = "not_a_reviewer"


class NoSession(Refused):
    code = "no_session"


class FormForged(Refused):
    code = "form_forged"


class ForeignHost(Refused):
    code = "foreign_host"
