"""Every error of ministry_social, sorted by who must act next.

MinistryError
├── InvalidMessage      the author corrects the message
├── InvalidSettings     the operator corrects the config
├── NotAllowed          a rule says no; the sentence names the ways on
│   └── LinkRefused     an invitation's link opens nothing: its holder asks for a new one
├── RegisterRefused     whoever reads a register believes nothing of it
├── LedgerBroken        stop: the record does not hold together
├── AlertFailed         a message to a person did not get through: it is tried again; the operator corrects [alerts]
├── StoreGone           the database does not answer: nothing is sent until it does
└── PlatformError       a platform did not do what was asked
    ├── Rejected        never again as it is: a person corrects
    ├── Unauthorized    the account must be connected again
    ├── SignInFailed    connecting came to nothing: whoever runs the account tries again
    ├── Throttled       certainly not done; again from `retry_at` on
    ├── OutOfCredit     certainly not done; the operator pays
    ├── Unreachable     certainly not done; again later
    └── OutcomeUnknown  it may be public: look, never resend
"""

from datetime import datetime


class MinistryError(Exception):
    """The root: an error with one clear sentence for a person.

    `file` and `line` (counted from 1) say where a person must look, `remedy` what to do.
    """

    def __init__(self, sentence: str, *, file: str | None = None, line: int | None = None, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.file = file
        self.line = line
        self.remedy = remedy

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return " ".join(part for part in (f"{where}:" if where else "", self.sentence, self.remedy) if part)


class InvalidMessage(MinistryError):
    """A message file, or what belongs to it, is not valid: its author acts."""


class InvalidSettings(MinistryError):
    """A config file, setting or environment variable is not valid: the operator acts."""


class NotAllowed(MinistryError):
    """A rule of the house says no."""


class LinkRefused(NotAllowed):
    """The link of an invitation opens nothing. `reason` is one of `rules.invitation.REASONS`; `account` is known where the link
    is genuine."""

    def __init__(self, sentence: str, *, reason: str, account: str = "") -> None:
        super().__init__(sentence, remedy="Ask the ministry for a new link.")
        self.reason = reason
        self.account = account


class RegisterRefused(MinistryError):
    """A register that must not be believed. `code`: no-register, changed, other-key, expired, not-yet or not-had."""

    def __init__(self, sentence: str, *, code: str, remedy: str = "", file: str | None = None) -> None:
        super().__init__(sentence, remedy=remedy, file=file)
        self.code = code


class LedgerBroken(MinistryError):
    """The ledger does not hold together: nothing may be sent until somebody has looked."""


class AlertFailed(MinistryError):
    """A mail or a webhook did not get through. It is tried again; whoever runs the ministry looks at [alerts]."""


class StoreGone(MinistryError):
    """The database does not answer, or its answer to a commit was lost. Nothing may be sent until it does; what is in hand is
    written down then."""


class PlatformError(MinistryError):
    """A platform did not do what was asked.

    `code` is the platform's own word for it (`CreditsDepleted`, `190/463`, `quotaExceeded`, `HTTP 503`);
    the sentence never holds a secret. What a platform puts into either that no ledger takes (a zero byte, half a
    character) is a space.
    """

    def __init__(self, sentence: str, *, code: str = "", remedy: str = "") -> None:
        super().__init__(_printable(sentence), remedy=remedy)
        self.code = _printable(code)


class Rejected(PlatformError):
    """The platform refused it for good: somebody corrects the message, or asks again.

    `duplicate` is true where the refusal says that the same post stands there already:
    after an unknown attempt this is evidence, not a failure.
    """

    def __init__(self, sentence: str, *, code: str = "", remedy: str = "", duplicate: bool = False) -> None:
        super().__init__(sentence, code=code, remedy=remedy)
        self.duplicate = duplicate


class Unauthorized(PlatformError):
    """The platform does not accept the account's credential, or the account may not post.

    `probe` is true where one such answer proves little (a bare 401 of X, which had outages that said so).
    """

    def __init__(self, sentence: str, *, code: str = "", remedy: str = "", probe: bool = False) -> None:
        super().__init__(sentence, code=code, remedy=remedy)
        self.probe = probe


class SignInFailed(PlatformError):
    """A sign-in did not lead to a credential, and nothing was stored. `code` is one of `rules.signin.CODES`."""


class Throttled(PlatformError):
    """Certainly not done; allowed again from `retry_at` on (None: the platform did not say).

    `whole_app` is true where the limit is that of our app or project, and so holds for all its accounts.
    """

    def __init__(self, sentence: str, *, code: str = "", retry_at: datetime | None = None, whole_app: bool = False) -> None:
        super().__init__(sentence, code=code)
        self.retry_at = retry_at
        self.whole_app = whole_app


class OutOfCredit(PlatformError):
    """Certainly not done: the platform wants to be paid first."""


class Unreachable(PlatformError):
    """Certainly not done: the request never got there, or the step may be repeated without harm."""


class OutcomeUnknown(PlatformError):
    """It may have gone out. Nothing may send it again before somebody has looked."""


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)
