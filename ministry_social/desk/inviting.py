"""Inviting: a link with which a mission connects its account, and all that becomes of it.

Whoever holds a link can knock as often as they like, and so can whoever makes links up. So that nobody can flood the ledger, it
holds at most `MOST` entries in an hour for each link and reason; the next one says how many were left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_bytes
from threading import Lock

from ..errors import InvalidSettings, LinkRefused, NotAllowed, SignInFailed
from ..model.account import Account
from ..model.ledger import Event
from ..model.life import Invitation, Stage
from ..model.signin import Begun
from ..ports import Reading
from ..rules import invitation as rule
from ..rules.life import may_become
from ..rules.timing import stamp, whole_milliseconds
from .connecting import Connected, Known, Reception, begin, finish, look_up, open_to

MOST = 10  # entries, or tries to sign in, in an hour for each link and reason
HOUR = timedelta(hours=1)
STRANGER = "a stranger"  # who uses a link that is none of ours


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Whoever holds a link that counts: for which account, and by whom it was invited."""

    link: rule.Link
    invitation: Invitation
    account: Account

    @property
    def name(self) -> str:
        """How the ledger calls them."""
        return f"invitation {self.link.id}"


def invite(reception: Reception, name: str, *, days: int, base_url: str, person: str) -> tuple[str, Invitation]:
    """Make a link; an older one of the same account is void from here on. The link itself is kept nowhere."""
    vault, now = reception.vault, whole_milliseconds(reception.clock.now())
    ways = (token_bytes(rule.ID_BYTES), token_bytes(rule.SECRET_BYTES))
    word = rule.word(*ways, vault.mark)
    link = rule.read(word, vault.mark)
    assert link is not None
    made = Invitation(
        id=link.id, account=name, digest=rule.digest(link.secret), by=person, at=now, until=now + timedelta(days=days)
    )  # fmt: skip
    with reception.store.begin() as tx:
        known = look_up(reception, tx, name)
        _may_be_invited(known)
        for one in tx.invitations(name):
            if rule.counts(one, now):
                tx.keep_invitation(replace(one, void=True))
        tx.keep_invitation(made)
        tx.record(Event.INVITED, by=person, at=now, account=name, facts={"invitation": made.id, "until": stamp(made.until)})
        if known.record is not None and may_become(known.record, Stage.INVITED):
            tx.keep_account(known.record.changed(stage=Stage.INVITED, since=now))
    return f"{base_url}/invitation/{word}", made


def take_back(reception: Reception, name: str, *, person: str) -> tuple[Invitation, ...]:
    """No link of this account counts any more. Returns those that did; the account keeps its stage."""
    now = reception.clock.now()
    with reception.store.begin() as tx:
        look_up(reception, tx, name)
        ended = tuple(one for one in tx.invitations(name) if rule.counts(one, now))
        for one in ended:
            tx.keep_invitation(replace(one, void=True))
            tx.record(Event.INVITATION_WITHDRAWN, by=person, at=now, account=name, facts={"invitation": one.id})
    return ended


def state_of(one: Invitation, now: datetime) -> str:
    """How an invitation stands, in a word."""
    if one.used_at is not None:
        return "used"
    if one.void:
        return "void"
    return "expired" if now >= one.until else "open"


def _may_be_invited(known: Known) -> None:
    record = known.record
    if record is None or rule.may_be_invited(record):
        return
    remedy = f"First: ministry-social account approve {record.name}" if record.stage is Stage.REQUESTED else ""
    raise NotAllowed(f"{record.name} is {record.stage.value}, and is not invited.", remedy=remedy)


class Porter:
    """Who stands at the door: looks at each link, and writes down who came with which. One for each process that serves."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._seen: dict[tuple[str, str], tuple[datetime, int]] = {}  # link and reason -> since when, how often
        self._lock = Lock()

    def open(self, word: str) -> Guest:
        """Somebody has followed a link. Raises `LinkRefused`."""
        guest = self._admit(word)
        self._note(Event.INVITATION_OPENED, guest.link.id, "opened", by=guest.name, account=guest.account.name)
        return guest

    def begin(self, word: str, *, callbacks: str) -> tuple[Guest, Begun]:
        """The holder of a link wants to sign in. `callbacks`: the address below which each platform leads back."""
        guest = self._admit(word)
        self._few(guest.link.id, "begin")
        callback = f"{callbacks}/{guest.account.platform}"
        return guest, begin(self._reception, guest.account.name, callback=callback, by=guest.name)

    def finish(self, word: str, account: str, begun: Begun, answer: Mapping[str, str], *, callbacks: str) -> Connected:
        """The platform has led the holder of a link back. `account`: for which the sign-in was begun."""
        guest = self._admit(word)
        if guest.account.name != account:
            raise self._refused("other-account", guest.link, guest.account.name)
        self._few(guest.link.id, "finish")
        callback = f"{callbacks}/{guest.account.platform}"
        try:
            return finish(self._reception, account, begun, answer, callback=callback, by=guest.name, link=guest.link)
        except LinkRefused as late:
            raise self._refused(late.reason, guest.link, account) from late

    def strange(self, platform: str) -> SignInFailed:
        """A platform has led somebody back who began nothing here, or something else. Writes it down; gives back what to raise."""
        error = SignInFailed(f"What came back from {platform} belongs to no sign-in of this browser.", code="strange-answer")
        left_out = self._take("", "strange-answer")
        if left_out is not None:
            facts = {"platform": platform, "code": error.code, "reason": error.sentence}
            with self._reception.store.begin() as tx:
                tx.record(Event.NOT_CONNECTED, by=STRANGER, at=self._reception.clock.now(), facts=facts)
        return error

    def _admit(self, word: str) -> Guest:
        """Whose link it is. What is not genuine is refused before the store is asked."""
        link = rule.read(word, self._reception.vault.mark)
        if link is None:
            raise self._refused("altered", None)
        with self._reception.store.read() as reading:
            found = next((one for one in reading.invitations() if one.id == link.id), None)
            reason = rule.refusal(link, found, self._reception.clock.now())
            if reason or found is None:
                raise self._refused(reason, link, found.account if found else "")
            known = self._known(reading, found.account)
        if known is None or not open_to(known):
            raise self._refused("not-now", link, found.account)
        return Guest(link=link, invitation=found, account=known.account)

    def _known(self, reading: Reading, name: str) -> Known | None:
        try:
            return look_up(self._reception, reading, name)
        except InvalidSettings:
            return None

    def _refused(self, reason: str, link: rule.Link | None, account: str = "") -> LinkRefused:
        """Write it down, and give back what to raise."""
        by = STRANGER if link is None else f"invitation {link.id}"
        self._note(Event.INVITATION_REFUSED, link.id if link else "", reason, by=by, account=account)
        return LinkRefused(rule.REASONS[reason], reason=reason, account=account)

    def _note(self, event: Event, id: str, reason: str, *, by: str, account: str) -> None:
        left_out = self._take(id, reason)
        if left_out is None:
            return
        facts: dict[str, str | int] = {"invitation": id} if id else {}
        facts |= {"reason": reason} if event is Event.INVITATION_REFUSED else {}
        facts |= {"left_out": left_out} if left_out else {}
        with self._reception.store.begin() as tx:
            tx.record(event, by=by, at=self._reception.clock.now(), account=account, facts=facts)

    def _few(self, id: str, what: str) -> None:
        if self._take(id, what) is None:
            raise NotAllowed("That was tried too often with this link.", remedy="Wait an hour, then try again.")

    def _take(self, id: str, reason: str) -> int | None:
        """None where there were enough of this kind in this hour; else how many were left out in the one before."""
        now = self._reception.clock.now()
        with self._lock:
            since, count = self._seen.get((id, reason), (now, 0))
            left_out = 0
            if not since <= now < since + HOUR:
                since, left_out, count = now, max(0, count - MOST), 0
            self._seen[id, reason] = (since, count + 1)
            return left_out if count < MOST else None
