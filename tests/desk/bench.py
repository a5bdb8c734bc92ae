"""The small world that the desk's tests need: a stage for a platform, a clock in hand, a real store and a real vault."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ministry_social import ports
from ministry_social.desk import deliver, outcomes, prepare, schedule
from ministry_social.desk.compose import Draft
from ministry_social.desk.means import Means
from ministry_social.desk.schedule import At, Planned
from ministry_social.desk.tidy import tidy
from ministry_social.desk.timetable import Times
from ministry_social.model.account import Account, Credential, Standing
from ministry_social.model.delivery import Delivery, PostRef, Prepared, Receipt, RemotePost
from ministry_social.model.message import Message, Place
from ministry_social.model.plan import Assignment, Cost
from ministry_social.model.variant import Attachment, Counting, Kind, Limits, Payload, Reference, Variant
from ministry_social.rules import chain
from ministry_social.rules.canonical import canonical, digest
from ministry_social.rules.references import as_json, as_object
from ministry_social.store import SqliteStore, open_store
from ministry_social.vault import KeyringVault, SealedFile
from ministry_social.vault.cipher import new_key

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
VIDEO_URL = "https://youtu.be/abcdefghijk"
CREDENTIAL = Credential({"access_token": "1-tell-tale", "access_token_secret": "tell-tale"})


@dataclass(frozen=True)
class Ample:
    """A deadline that never comes."""

    def left(self) -> float:
        return 60.0


@dataclass
class HandClock:
    """Moves when the test moves it, and when somebody sleeps."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def real(self, duration: timedelta) -> timedelta:
        return duration

    def sleep_until(self, moment: datetime, at_most: float) -> None:
        self.at = max(self.at, min(moment, self.at + timedelta(seconds=at_most)))

    def deadline(self, duration: timedelta) -> ports.Deadline:
        return Ample()

    def pass_by(self, duration: timedelta) -> None:
        self.at += duration


@dataclass(frozen=True)
class Call:
    """One call of `publish` or `prepare`, and what the database said at that moment."""

    key: str
    payload: Payload
    prepared: Prepared | None
    state: str
    events: tuple[str, ...]


@dataclass
class Stage:
    """A platform that does what the test says: `next` holds what comes of the next calls, an error or nothing.

    It looks into the database, over a connection of its own, at the moment that it is called: it sees what was committed.
    """

    file: Path
    clock: HandClock
    published: list[Call] = field(default_factory=list)
    prepared: list[Call] = field(default_factory=list)
    next: deque[Exception | None] = field(default_factory=deque)
    next_preparing: deque[Exception | None] = field(default_factory=deque)
    meanwhile: Callable[[], None] = lambda: None

    def limits(self, account: Account) -> Limits:
        return Limits(text=280, counting=Counting.X_WEIGHTED, forbids_similar=account.platform == "x")

    def render(self, account: Account, variant: Variant) -> Payload:
        inside: dict[str, Any] = {"text": as_json(variant.text), "media": [a.digest for a in variant.attachments]}
        if variant.of is not None:
            inside = {"repost": as_object(variant.of)}
        return Payload(platform=account.platform, kind=variant.kind, body=canonical(inside))

    def publish(
        self, account: Account, credential: Credential, payload: Payload, prepared: Prepared, *, key: str, deadline: ports.Deadline
    ) -> Receipt:
        self.published.append(self._look(key, payload, prepared))
        self.meanwhile()
        self._do(self.next)
        number = str(1000 + len(self.published))
        video = payload.kind is Kind.VIDEO
        post = PostRef(kind="video", id="abcdefghijk") if video else PostRef(kind="post", id=number)
        url = VIDEO_URL if video else f"https://stage.example.org/{account.handle}/{number}"
        return Receipt(post=post, url=url, at=self.clock.now(), answer=b'{"ok":true}')

    def prepare(
        self,
        account: Account,
        credential: Credential,
        payload: Payload,
        so_far: Prepared | None,
        *,
        keep: Callable[[Prepared], None],
        report: Callable[[int, int], None],
    ) -> Prepared:
        self.prepared.append(self._look(account.name, payload, so_far))
        keep(Prepared(complete=False, data={"session": "https://upload.example.org/tell-tale"}))
        report(1, 2)
        self.meanwhile()
        self._do(self.next_preparing)
        return Prepared(complete=True, data={"media_id": "77"})

    def inspect(self, account: Account, credential: Credential) -> Standing:
        raise AssertionError("the desk does not ask for this")

    def renew(self, account: Account, credential: Credential) -> Credential:
        raise AssertionError("the desk does not ask for this")

    def fetch(self, account: Account, credential: Credential, post: PostRef) -> RemotePost | None:
        raise AssertionError("the desk does not ask for this")

    def recent(self, account: Account, credential: Credential, *, since: datetime) -> Iterator[RemotePost]:
        raise AssertionError("the desk does not ask for this")

    def delete(self, account: Account, credential: Credential, post: PostRef) -> None:
        raise AssertionError("the desk does not ask for this")

    def _do(self, coming: deque[Exception | None]) -> None:
        outcome = coming.popleft() if coming else None
        if outcome is not None:
            raise outcome

    def _look(self, key: str, payload: Payload, prepared: Prepared | None) -> Call:
        raw = sqlite3.connect(self.file)
        state = raw.execute("SELECT state FROM delivery WHERE key = ?", (key,)).fetchone()
        events = raw.execute("SELECT event FROM entry WHERE delivery = ? ORDER BY position", (key,)).fetchall()
        raw.close()
        return Call(key, payload, prepared, state[0] if state else "", tuple(event for (event,) in events))


def account(name: str, platform: str = "x", **more: Any) -> Account:
    values: dict[str, Any] = {
        "name": name, "platform": platform, "handle": name.replace("-", "_"), "id": f"id-{name}", "mission": name, "title": name,
        "languages": ("en",), "zone": "UTC", "country": "XT", "city": "Taverne",
    }  # fmt: skip
    return Account(**values | more)


def says(name: str, text: str = "", *, platform: str = "x", kind: Kind = Kind.LOCAL, **more: Any) -> tuple[Account, Variant]:
    """An account and what it will say."""
    spoken = more.pop("pieces", (text or f"{name} speaks",))
    return account(name, platform), Variant(account=name, kind=kind, language="en", text=spoken, **more)


def video(name: str = "channel") -> tuple[Account, Variant]:
    return says(name, platform="youtube", kind=Kind.VIDEO, attachments=(attachment("briefing.mp4", "video"),))


def with_video(name: str, *, otherwise: str = "", message: str = "grain") -> tuple[Account, Variant]:
    """A post that carries the address of the channel's video."""
    address = Reference(delivery=f"{message}/1/channel/video", field="url", shape="youtube-url")
    return says(name, pieces=("Watch ", address), otherwise=(otherwise,) if otherwise else ())


def attachment(file: str = "minister.jpg", kind: str = "image") -> Attachment:
    return Attachment(file=file, digest=digest(file.encode()), type="image/jpeg", kind=kind, size=9, alt="The minister")


@dataclass
class Bench:
    """Everything that delivering needs, and short words for what tests do with it."""

    means: Means
    store: SqliteStore
    clock: HandClock
    stage: Stage
    vault: KeyringVault
    accounts: dict[str, Account]
    times: Times

    def draft(self, *spoken: tuple[Account, Variant], message: str = "grain", source: bytes = b"one", **more: Any) -> Draft:
        said = Message(id=message, kind="statement", source="en", place=Place(file="grain.md", line=1), **more)
        payloads, otherwise = {}, {}
        for who, variant in spoken:
            self.accounts[who.name] = who
            self.vault.put(who.name, CREDENTIAL)
            payloads[who.name] = self.stage.render(who, variant)
            if variant.otherwise:
                otherwise[who.name] = self.stage.render(who, replace(variant, text=variant.otherwise))
        assignments = tuple(Assignment(account=who, reason="", variant=variant) for who, variant in spoken)
        cost = Cost(with_link=0, others=0, alt_texts=0, total=0)
        return Draft(
            message=said, revision=digest(source), assignments=assignments,
            payloads=payloads, otherwise=otherwise, findings=(), cost=cost,
        )  # fmt: skip

    def plan(
        self,
        *spoken: tuple[Account, Variant],
        at: At = None,
        source: bytes = b"one",
        message: str = "grain",
        anew: bool = False,
        **more: Any,
    ) -> Planned:
        drafted = self.draft(*spoken, source=source, message=message, **more)
        return schedule.plan(
            self.store, self.clock, drafted,
            wave=1, times=self.times, at=at, file="grain.md", source=source, person="ana", anew=anew,
        )  # fmt: skip

    def claim(self) -> list[deliver.Claim]:
        with self.store.begin() as tx:
            return deliver.claim(tx, self.means, tx.due(self.means.now(), 100))

    def settle(self, *results: deliver.Result) -> list[Delivery]:
        with self.store.begin() as tx:
            return outcomes.settle(tx, self.means, results)

    def send(self) -> list[Delivery]:
        """One round of the engine, without its threads: whatever is due goes out."""
        return self.settle(*[deliver.send(self.means, one) for one in self.claim()])

    def tidy(self) -> list[Delivery]:
        with self.store.begin() as tx:
            return tidy(tx, self.means)

    def waiting(self) -> list[prepare.Preparation]:
        with self.store.begin() as tx:
            return prepare.waiting(tx, self.means, 9)

    def prepare(self) -> list[Delivery]:
        """Whatever is to be prepared by now."""
        prepared = [prepare.prepare(self.means, one, lambda key, done, total: None) for one in self.waiting()]
        with self.store.begin() as tx:
            return prepare.settle(tx, self.means, prepared)

    def delivery(self, name: str, *, message: str = "grain", part: str = "post") -> Delivery:
        with self.store.read() as reading:
            found = reading.delivery(f"{message}/1/{name}/{part}")
        assert found is not None
        return found

    def events(self, name: str, *, message: str = "grain", part: str = "post") -> list[str]:
        return [str(fact["event"]) for fact in self.story(name, message=message, part=part)]

    def story(self, name: str, *, message: str = "grain", part: str = "post") -> list[dict[str, Any]]:
        from ministry_social.desk.report import story

        with self.store.read() as reading:
            return story(reading, f"{message}/1/{name}/{part}")

    def change(self, statement: str, *values: object) -> None:
        """What somebody with access to the database file could do."""
        raw = sqlite3.connect(self.store.file)
        assert raw.execute(statement, values).rowcount > 0
        raw.commit()
        raw.close()

    def verify(self) -> None:
        with self.store.read() as reading:
            chain.verify(reading.entries())


def make_bench(folder: Path) -> Bench:
    clock = HandClock()
    file = folder / "ledger.sqlite"
    store = open_store(f"sqlite:///{file}", "rehearsal", clock, by="ana")
    stage = Stage(file=file, clock=clock)
    vault = KeyringVault(SealedFile(folder / "vault.sealed", new_key()), "rehearsal")
    accounts: dict[str, Account] = {}
    platforms: Mapping[str, ports.Platform] = {"x": stage, "facebook": stage, "youtube": stage}
    means = Means(
        store=store, clock=clock, vault=vault, platforms=platforms, accounts=accounts,
        lease=timedelta(seconds=60), repost_gap=10 * MINUTE,
    )  # fmt: skip
    times = Times(repost_gap=10 * MINUTE, stale_after=12 * HOUR)
    return Bench(means=means, store=store, clock=clock, stage=stage, vault=vault, accounts=accounts, times=times)
