"""Writing: the texts of a message with the variables of one account filled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..errors import InvalidMessage
from ..model.account import Account
from ..model.finding import Finding, Weight
from ..model.message import Media, Message, Place, Prose
from ..model.variant import Limits, Reference, Text
from .direction import directed
from .roles import TEXTS

# What a template may use: text of one prose, with the variables of a message and an account. Raises `InvalidMessage`.
Fill = Callable[[Prose, Mapping[str, object]], str]

# Stands for `{{ video }}` between filling and cutting into pieces: a noncharacter (Unicode, 23.7), so that no filter changes it.
VIDEO = "\ufdd0"


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes for one account. `video` is the address that the message's video will have, if a channel shows it.

    `ours` are the ministry's own variables, which an account's may take the place of.
    """

    message: Message
    account: Account
    limits: Limits
    fill: Fill
    wave: int
    video: Reference | None
    ours: Mapping[str, str] = field(default_factory=dict)

    def filled(self, prose: Prose, language: str, *, video: str = "") -> str:
        """A text in a language with its variables, and `video` where it says `{{ video }}`. Raises `InvalidMessage`."""
        return directed(self.worded(prose, language, video=video), language)

    def worded(self, prose: Prose, language: str, *, video: str = "") -> str:
        """The same without a look at its direction: for what a machine reads, and for what is not whole yet."""
        return self.fill(prose, self.variables() | {"video": video, "language": language}).strip()

    def variables(self) -> dict[str, object]:
        """What a template can use: the account's, over these the message's own, over these what is fixed."""
        account = self.account
        own: dict[str, object] = {"hashtags": "", "mentions": "", "website": "", **self.ours, **account.variables}
        fixed = {
            "account": account.name, "title": account.title, "handle": account.handle, "mission": account.mission,
            "city": account.city, "country": own.get("country_name", account.country), "platform": account.platform,
            "country_code": account.country, "link": self.message.link,
        }  # fmt: skip
        return own | dict(self.message.variables) | fixed

    def pieces(self, prose: Prose, language: str, *, append: bool) -> Text:
        """A filled text, cut where the video's address goes. `append`: at its end, where the text itself does not ask for it."""
        if self.video is None:
            return (self.filled(prose, language),)
        filled = self.worded(prose, language, video=VIDEO)
        if append and filled and VIDEO not in filled:
            filled = f"{filled}\n{VIDEO}"
        filled = directed(filled, language)  # with the address, since what stands around it turns it
        pieces: list[str | Reference] = []
        for number, between in enumerate(filled.split(VIDEO)):
            pieces += [self.video] if number else []
            pieces += [between] if between else []
        return tuple(pieces)

    def section_texts(self) -> dict[str, Prose]:
        """The texts of a post that stand under `## for`: the account's own section, else its platform's."""
        for target in (f"account {self.account.name}", self.account.platform):
            given = {part: prose for part, prose in self._section(target).items() if part in TEXTS}
            if given:
                return given
        return {}

    def section_parts(self) -> dict[str, Prose]:
        """Every part that stands under `## for`, the account's own before those for its platform."""
        return dict(self._section(self.account.platform)) | dict(self._section(f"account {self.account.name}"))

    def finding(self, name: str, weight: Weight, sentence: str, at: Prose | Media | InvalidMessage | None = None) -> Finding:
        """A finding about this account, where the text, file or error `at` stands."""
        place = Place(file=at.file or "", line=at.line or 1) if isinstance(at, InvalidMessage) else at.place if at else None
        return Finding(
            name=name, weight=weight, sentence=sentence, place=place or self.message.place, accounts=(self.account.name,)
        )

    def section_in(self, language: str) -> Mapping[str, Prose]:
        """The parts that stand under `## for PLATFORM in LANGUAGE`."""
        return self._section(self.account.platform, language)

    def _section(self, target: str, language: str = "") -> Mapping[str, Prose]:
        found = (one.parts for one in self.message.overrides if (one.target, one.language) == (target, language))
        return next(found, {})
