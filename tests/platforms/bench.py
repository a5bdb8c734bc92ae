"""The values and the small world that a platform's tests need around it."""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import requests

from ministry_social import ports
from ministry_social.errors import LedgerBroken
from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import Prepared, Receipt
from ministry_social.model.variant import Attachment, Kind, Payload, Text, Variant
from ministry_social.platforms.gate import Wire
from tests.conftest import Rehearsal

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Seconds:
    """A deadline that stays as far away as it is told to be, in seconds."""

    seconds: float = 60.0

    def left(self) -> float:
        return self.seconds


AMPLE, LATE = Seconds(60.0), Seconds(1.0)


@dataclass
class FixedClock:
    """Stands still at `at`, but sleeping moves it on, so that a test never waits."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def real(self, duration: timedelta) -> timedelta:
        return duration

    def sleep_until(self, moment: datetime, at_most: float) -> None:
        self.at = max(self.at, min(moment, self.at + timedelta(seconds=at_most)))

    def deadline(self, duration: timedelta) -> ports.Deadline:
        return Seconds(duration.total_seconds())


@dataclass
class RehearsalClock(FixedClock):
    """The rehearsal's own clock; sleeping moves the rehearsal on instead of waiting."""

    rehearsal: Rehearsal | None = None

    def now(self) -> datetime:
        assert self.rehearsal is not None
        return self.rehearsal.world.clock.now()

    def sleep_until(self, moment: datetime, at_most: float) -> None:
        seconds = min((moment - self.now()).total_seconds(), at_most)
        if seconds > 0:
            self.pass_by(timedelta(seconds=seconds))

    def pass_by(self, duration: timedelta) -> None:
        """Let time pass in the rehearsal."""
        assert self.rehearsal is not None
        self.rehearsal.post("/rehearsal/clock", {"advance": duration.total_seconds()})


@dataclass
class Shelf:
    """Media in memory, under their SHA-256."""

    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.files[digest] = data
        return digest

    def open(self, digest: str) -> BinaryIO:
        if digest not in self.files:
            raise LedgerBroken(f"There is no file {digest}.")
        return io.BytesIO(self.files[digest])

    def attach(self, file: str, data: bytes, type: str, alt: str = "") -> Attachment:
        """Put a file on the shelf; returns it as a post carries it."""
        kind = "gif" if type == "image/gif" else type.partition("/")[0]
        return Attachment(file=file, digest=self.put(data), type=type, kind=kind, size=len(data), alt=alt)


def make_account(platform: str, name: str = "embassy-paris", id: str = "4001", **more: Any) -> Account:
    """An account with the fields that no test of a platform is about."""
    fields: dict[str, Any] = {
        "name": name, "platform": platform, "handle": name.replace("-", "_"), "id": id, "mission": name,
        "title": "Embassy in Paris", "languages": ("fr", "en"), "zone": "Europe/Paris", "country": "FR", "city": "Paris",
    }  # fmt: skip
    return Account(**fields | more)


@dataclass
class Bench:
    """One platform against its rehearsal, with an account and all that a delivery of it takes."""

    name: str
    platform: ports.Platform
    account: Account
    credential: Credential
    rehearsal: Rehearsal
    clock: RehearsalClock
    variant: Variant
    again: Callable[..., ports.Platform] | None = None
    # What the contract suite needs besides: the platform behind another wire, and how many uploads have been begun.
    build: Callable[[Wire], ports.Platform] | None = None
    wire: Wire = field(default_factory=lambda: Wire(base_url="http://127.0.0.1:1"))
    begun: Callable[[], int] = lambda: 0
    kept: list[Prepared] = field(default_factory=list)
    reported: list[tuple[int, int]] = field(default_factory=list)

    def saying(self, text: str) -> Variant:
        """The bench's variant with another text."""
        return replace(self.variant, text=(text,), own=text)

    def payload(self, variant: Variant | None = None) -> Payload:
        return self.platform.render(self.account, variant or self.variant)

    def prepare(self, payload: Payload, so_far: Prepared | None = None) -> Prepared:
        return self.platform.prepare(
            self.account, self.credential, payload, so_far,
            keep=self.kept.append, report=lambda done, total: self.reported.append((done, total)),
        )  # fmt: skip

    def send(self, payload: Payload, prepared: Prepared, deadline: ports.Deadline = AMPLE) -> Receipt:
        return self.platform.publish(self.account, self.credential, payload, prepared, key="m/1/a/post", deadline=deadline)

    def publish(self, variant: Variant | None = None) -> Receipt:
        """Render, prepare, publish."""
        payload = self.payload(variant)
        return self.send(payload, self.prepare(payload))

    def standing(self) -> list[dict[str, Any]]:
        """What the public sees of the account now, by the rehearsal's own records, oldest first."""
        rows = self.rehearsal.records(platform=self.name, account=self.account.name)
        return [row for row in rows if row["public"] and not row["deleted_at"] and row["kind"] != "photo"]

    def rows(self, kind: str = "") -> list[dict[str, Any]]:
        """All that the rehearsal has of the account, unseen, unpublished and deleted things included."""
        rows = self.rehearsal.records(platform=self.name, account=self.account.name)
        return [row for row in rows if kind in ("", row["kind"])]

    def calm(self) -> None:
        """Turn every fault off."""
        for fault in self.rehearsal.get("/rehearsal/faults")["on"]:
            requests.delete(f"{self.rehearsal.address}/rehearsal/faults/{fault['id']}", timeout=10)

    def with_wire(self, **changes: Any) -> "Bench":
        """The same bench with another way to reach the platform."""
        assert self.build is not None
        wire = replace(self.wire, **changes)
        return replace(self, platform=self.build(wire), wire=wire)

    def fault(self, kind: str, **details: Any) -> None:
        answer = self.rehearsal.fault(kind, self.name, account=self.account.name, **details)
        assert "error" not in answer, answer


def post_variant(account: Account, text: Text, attachments: tuple[Attachment, ...] = (), **more: Any) -> Variant:
    """A post of local text, or what `more` says."""
    fields: Mapping[str, Any] = {"kind": Kind.LOCAL, "language": "fr", "own": str(text)}
    return Variant(account=account.name, text=text, attachments=attachments, **fields | more)
