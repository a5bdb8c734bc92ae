"""The plan: for every account, what it will carry, or why it stays silent."""

from dataclasses import dataclass
from enum import StrEnum

from .account import Account
from .campaign import PostKind
from .variant import Variant


class Silence(StrEnum):
    """Why an account carries nothing. docs/accounts.md has a line for each."""

    NOT_ADDRESSED = "not addressed"
    OFFICIAL_NOT_ADDRESSED = "official, not addressed"
    OWES_LOCAL_TEXT = "owes a local text"
    NO_TRANSLATION = "no translation"
    NO_VIDEO = "no video"
    NO_TEXT = "no text"
    NOT_THEN = "not at that time"
    NOT_THIS_WAVE = "not in this wave"
    NO_WORDING = "no unused wording"


SILENCES = {
    Silence.NOT_ADDRESSED: "the message's audience does not hold it",
    Silence.OFFICIAL_NOT_ADDRESSED: "a person in office speaks only when named: by `officials`, `account:` or `mission:`",
    Silence.OWES_LOCAL_TEXT: "it has no local text, and enough accounts repost already, or it is a person in office",
    Silence.NO_TRANSLATION: "the message has none of its languages, and no fallback is wanted",
    Silence.NO_VIDEO: "the message has no video for a channel",
    Silence.NO_TEXT: "no text can be sent; a finding says why",
    Silence.NOT_THEN: "the calendar says `skip` for its hour: quiet hours, a holiday, a closure, mourning",
    Silence.NOT_THIS_WAVE: "of a campaign: it is another platform's turn, or its channel has shown the video already",
    Silence.NO_WORDING: "of a campaign: it has said each wording of the message once, and says none twice",
}


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What one account gets, and why, in words for a press officer. Without a variant it stays silent for `silence`.

    `owes`: its mission should have written a local text for it, and has not. `wording` is the number of the one that it says;
    `post_kind` what goes with it, where a campaign decides that.
    """

    account: Account
    reason: str
    variant: Variant | None = None
    silence: Silence | None = None
    owes: bool = False
    wording: int = 1
    post_kind: PostKind | None = None


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a wave costs on X, in thousandths of a US dollar: posts with a link, other posts and reposts, alt texts."""

    with_link: int
    others: int
    alt_texts: int
    total: int
