"""Waves ahead: every wave of a campaign composed, each with what the ones before it will have said. Nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..errors import InvalidMessage
from ..model.campaign import Campaign
from ..model.delivery import State
from ..model.finding import Finding
from ..model.message import Message
from ..model.plan import Assignment
from ..model.variant import Kind
from ..ports import Reading
from ..rules import campaign as rules
from ..rules.checks import blocking, in_order
from ..rules.similarity import Spoken
from . import costs
from .compose import SAID, Draft, House, draft, said_lately
from .costs import Purse
from .timetable import Timed, Times, timed

_WAS_SAID = (*SAID, State.RECALLED)  # a wording that stood there is used, whether it still stands there or not


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A message of a campaign, as it was read: `source` are the bytes whose SHA-256 is the revision, `texts` the files."""

    message: Message
    revision: str
    file: str
    source: bytes
    texts: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Material:
    """All that a campaign is made of: `source` is the SHA-256 of `description`."""

    campaign: Campaign
    pieces: Sequence[Piece]
    source: str
    description: bytes


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One wave as it would go out; `wave` is its number among the waves of its message."""

    number: int
    wave: int
    wall: datetime
    piece: Piece
    timed: Timed

    @property
    def draft(self) -> Draft:
        """What its accounts would say."""
        return self.timed.draft


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every wave of a campaign before anything is signed, and what there is to say against it."""

    material: Material
    waves: tuple[Wave, ...]
    findings: tuple[Finding, ...]
    shortage: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether a finding stops it."""
        return bool(blocking(self.findings))

    @property
    def cost(self) -> int:
        """What all waves cost on X together, in thousandths of a US dollar."""
        return sum(wave.draft.cost.total for wave in self.waves)


def plan(
    reading: Reading,
    material: Material,
    house: House,
    times: Times,
    now: datetime,
    look_back: timedelta,
    purse: Purse | None = None,
) -> Plan:
    """Compose every wave, each with what the ones before it will have said. Nothing is kept.

    A text must differ from all that the campaign says, and from all that the ministry's accounts said in `look_back` before the
    wave, or will have said by then.
    """
    campaign = material.campaign
    ahead = rules.waves(campaign)
    _not_passed(campaign, ahead[0], now)
    _not_embargoed(material, ahead)
    planning = _Planning(material=material, house=house, times=times, now=now, first=first_wave(reading, material))
    planning.remember(reading)
    waves = []
    for beginning in ahead:
        earlier = said_lately(reading, house.platforms, house.accounts, rules.earliest(campaign, beginning) - look_back)
        waves.append(planning.wave(beginning, earlier))
    said = [(wave.number, wave.piece.message, wave.draft.assignments) for wave in waves]
    shortage = rules.shortages(said, {name: planning.used_of(name) for name in planning.used})
    silent = [rules.silent_wave(campaign, b) for b, wave in zip(ahead, waves, strict=True) if not wave.draft.payloads]
    every = [finding for wave in waves for finding in wave.draft.findings]
    if purse is not None:
        spent = [(wave.draft, wave.timed.due, wave.wave) for wave in waves]
        every += costs.of_waves(reading, spent, now, campaign.place, purse)
    return Plan(material=material, waves=tuple(waves), findings=in_order((*every, *shortage, *silent)), shortage=in_order(shortage))


def first_wave(reading: Reading, material: Material) -> int:
    """The highest wave that any of the messages has had: those of this campaign come after it."""
    ours = {piece.message.id for piece in material.pieces}
    return max((wave for message, wave, *_ in reading.releases() if message in ours), default=0)


@dataclass
class _Planning:
    """A plan on its way: what each wave leaves for the next to know. `first` is the number of the first wave before ours."""

    material: Material
    house: House
    times: Times
    now: datetime
    first: int
    used: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    shown: dict[str, set[str]] = field(default_factory=dict)
    said: list[Spoken] = field(default_factory=list)

    def remember(self, reading: Reading) -> None:
        """What accounts have said of these messages before, and which channels have shown their videos."""
        campaigns = reading.campaigns()
        numbers = {(wave.message, wave.wave): wave.wordings for one in campaigns for wave in one.waves}
        for piece in self.material.pieces:
            for one in reading.deliveries(message=piece.message.id, states=_WAS_SAID):
                # What was published outside a campaign was the first wording.
                self._note(one.message, one.account, numbers.get((one.message, one.wave), {}).get(one.account, 1), one.kind)

    def wave(self, beginning: rules.Beginning, earlier: Sequence[Spoken]) -> Wave:
        """Compose one wave, and remember it."""
        campaign, house = self.material.campaign, self.house
        piece = self.material.pieces[rules.message_of(campaign, beginning)]
        name, wave = piece.message.id, self.first + beginning.number
        turn = rules.turn(campaign, beginning, self.used_of(name), self.shown.get(name, ()))
        house = replace(house, rules=replace(house.rules, wave=wave, turn=turn))
        composed = draft(piece.message, piece.revision, house, [*earlier, *self.said])
        found = timed(composed, rules.wish(campaign, beginning), self.times, house.prices, self.now)
        for one in found.draft.assignments:
            self._speak(name, one)
        return Wave(number=beginning.number, wave=wave, wall=beginning.wall, piece=piece, timed=found)

    def used_of(self, message: str) -> Mapping[str, frozenset[int]]:
        """By account, the wordings of a message that it has used so far."""
        return {account: frozenset(numbers) for account, numbers in self.used.get(message, {}).items()}

    def _speak(self, message: str, one: Assignment) -> None:
        if one.variant is None or not rules.speaks(one):
            return
        self._note(message, one.account.name, one.wording, one.variant.kind)
        if self.house.platforms[one.account.platform].limits(one.account).forbids_similar and one.variant.own:
            self.said.append(Spoken(who=one.account.name, text=one.variant.own, earlier=True))

    def _note(self, message: str, account: str, number: int, kind: Kind) -> None:
        if kind is Kind.REPOST:
            return
        self.used.setdefault(message, {}).setdefault(account, set()).add(number)
        if kind is Kind.VIDEO:
            self.shown.setdefault(message, set()).add(account)


def _not_passed(campaign: Campaign, beginning: rules.Beginning, now: datetime) -> None:
    if rules.passed(campaign, beginning, now):
        place = campaign.places.get("start", campaign.place)
        raise InvalidMessage(
            f"Wave 1 was to begin on {beginning.wall:%Y-%m-%d %H:%M}, which has passed.",
            file=place.file,
            line=place.line,
            remedy="Write a later start.",
        )


def _not_embargoed(material: Material, ahead: Sequence[rules.Beginning]) -> None:
    """An embargo would move each wave before its end to one and the same moment: a campaign begins after it."""
    campaign = material.campaign
    for beginning in ahead:
        message = material.pieces[rules.message_of(campaign, beginning)].message
        if message.embargo is not None and rules.passed(campaign, beginning, message.embargo):
            place = campaign.places.get("start", campaign.place)
            raise InvalidMessage(
                f"Wave {beginning.number} ({beginning.wall:%Y-%m-%d %H:%M}) begins before the embargo of {message.id} ends.",
                file=place.file,
                line=place.line,
                remedy="Write a later start.",
            )
