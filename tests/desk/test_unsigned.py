"""Whatever somebody changes in the store or the media folder: the stage receives exactly what was signed, or nothing."""

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ministry_social import ports
from ministry_social.desk.policy import Policies
from ministry_social.errors import MinistryError
from ministry_social.files.media import MediaFolder
from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import Prepared, Receipt
from ministry_social.model.variant import Attachment, Kind, Payload, Reference
from ministry_social.rules.canonical import digest

from .bench import CREDENTIAL, HOUR, MINUTE, NOON, Bench, Stage, account, make_bench, says, video, with_video
from .office import Office, make_office

PICTURE, OTHER = b"the minister at a long table", b"somebody else, not at a table"
Seen = tuple[str, str, str, str, bytes]  # account, its id, platform, kind, bytes


@dataclass
class Witness(Stage):
    """A stage that notes what it was given to publish, for whom and when, and which bytes it has read of the media."""

    media: MediaFolder | None = None
    public: list[Seen] = field(default_factory=list)
    times: list[Any] = field(default_factory=list)
    read: list[bytes] = field(default_factory=list)

    def publish(
        self, account: Account, credential: Credential, payload: Payload, prepared: Prepared, *, key: str, deadline: ports.Deadline
    ) -> Receipt:
        self.public.append((account.name, account.id, account.platform, payload.kind.value, payload.body))
        self.times.append(self.clock.now())
        receipt = super().publish(account, credential, payload, prepared, key=key, deadline=deadline)
        if payload.kind is Kind.VIDEO:
            return receipt
        # The same id in every run, whatever went out before.
        return replace(receipt, post=replace(receipt.post, id=str(int(digest(account.name.encode())[:8], 16))))

    def prepare(self, account: Account, credential: Credential, payload: Payload, so_far: Prepared | None, **more: Any) -> Prepared:
        assert self.media is not None
        if account.name == "oslo":
            with self.media.open(digest(PICTURE)) as file:
                self.read.append(file.read())
        return super().prepare(account, credential, payload, so_far, **more)


def spoken() -> list[Any]:
    """One of each kind: with a picture, with the video's address, a repost, a page post, a video."""
    picture = Attachment(file="m.jpg", digest=digest(PICTURE), type="image/jpeg", kind="image", size=9, alt="The minister")
    original = Reference(delivery="grain/1/mfa/post", field="id", shape="x-id")
    repost = (account("lima"), replace(says("lima", kind=Kind.REPOST)[1], of=original))
    return [
        says("mfa", "Original", kind=Kind.ORIGINAL), says("oslo", "With a picture", attachments=(picture,)), video(),
        with_video("bern", otherwise="No video today"), repost,
        says("page", "On the page", platform="facebook", kind=Kind.PAGE_POST),
    ]  # fmt: skip


def reopened(folder: Path, office: Office) -> tuple[Bench, Witness]:
    """A bench over a copy of the office's store."""
    (folder / "vault.sealed").unlink(missing_ok=True)
    bench = make_bench(folder)
    stage = Witness(file=bench.stage.file, clock=bench.clock, media=MediaFolder(folder / "media"))
    for who, _ in spoken():
        bench.accounts[who.name] = who
        bench.vault.put(who.name, CREDENTIAL)
    platforms = {"x": stage, "facebook": stage, "youtube": stage}
    bench.means = replace(bench.means, platforms=platforms, policies=Policies(lambda: office.written))
    return bench, stage


def rounds(bench: Bench, number: int) -> None:
    """What an engine does; one that stops at an error has sent nothing."""
    for _ in range(number):
        with contextlib.suppress(MinistryError, ValueError, KeyError, TypeError, sqlite3.Error, sqlite3.Warning):
            bench.prepare()
        with contextlib.suppress(MinistryError, ValueError, KeyError, TypeError, sqlite3.Error, sqlite3.Warning):
            bench.send()
        bench.clock.pass_by(4 * MINUTE)


@dataclass(frozen=True)
class Signed:
    """An office's folder with a release, and what may become public of it."""

    folder: Path
    office: Office
    allowed: frozenset[Seen]


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """A release that is signed as the policy asks."""
    return make(tmp_path_factory.mktemp("signed"), "boris", "clara")


@pytest.fixture(scope="module")
def half_signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """The same, with one signature of two."""
    return make(tmp_path_factory.mktemp("half"), "boris")


def make(folder: Path, *signers: str) -> Signed:
    home = folder / "office"
    home.mkdir()
    office = make_office(home)
    office.adopt("boris", "clara")
    (home / "m.jpg").write_bytes(PICTURE)
    MediaFolder(home / "media").take(home / "m.jpg")
    office.submit(*spoken(), at=NOON + HOUR)
    office.sign(*signers)
    office.bench.store.close()
    if len(signers) < 2:
        return Signed(home, office, frozenset())
    copy = folder / "untouched"
    shutil.copytree(home, copy)
    bench, stage = reopened(copy, office)
    bench.clock.pass_by(HOUR)
    rounds(bench, 8)
    bench.store.close()
    assert len(stage.public) == 6
    otherwise = stage.render(*says("bern", "No video today")).body
    return Signed(home, office, frozenset({*stage.public, ("bern", "id-bern", "x", "local", otherwise)}))


COLUMNS = (
    "key", "message", "wave", "account", "platform", "part", "kind", "payload", "otherwise", "release", "due_at", "stale_at",
    "waits_for", "state", "prepared", "attempts", "fence", "remote_id", "url", "look_first", "started_at", "lease_until",
)  # fmt: skip
VALUES = (
    "", "oslo", "bern", "mfa", "x", "facebook", "post", "video", "local", "original", "planned", "sending", "published",
    "https://youtu.be/EVILEVILEVI", "EVILEVILEVI", "6666", "grain/1/mfa/post", "2020-01-01T00:00:00.000Z",
    "2099-01-01T00:00:00.000Z", 1, 0, None,
)  # fmt: skip


def tamper(data: st.DataObject, folder: Path) -> None:
    """Change one thing, as somebody with access to the database or the folders could; some changes the database refuses."""
    raw = sqlite3.connect(folder / "ledger.sqlite")
    with contextlib.suppress(sqlite3.Error), contextlib.closing(raw):
        match data.draw(st.sampled_from(["row", "swap", "blob", "entry", "preparation", "release", "media"]), label="what"):
            case "row":
                column = data.draw(st.sampled_from(COLUMNS), label="column")
                row = data.draw(st.integers(1, 6), label="row")
                value = data.draw(st.sampled_from(VALUES), label="value")
                raw.execute(f"UPDATE delivery SET {column} = ? WHERE rowid = ?", (value, row))
            case "swap":
                column = data.draw(st.sampled_from(COLUMNS), label="column")
                one, other = data.draw(st.tuples(st.integers(1, 6), st.integers(1, 6)), label="rows")
                raw.execute(
                    f"UPDATE delivery SET {column} = (SELECT {column} FROM delivery WHERE rowid = ?) WHERE rowid = ?", (one, other)
                )
            case "blob":
                names = [name for (name,) in raw.execute("SELECT digest FROM blob ORDER BY digest")]
                name = data.draw(st.sampled_from(names), label="blob")
                body = flipped(data, raw.execute("SELECT bytes FROM blob WHERE digest = ?", (name,)).fetchone()[0])
                raw.execute("UPDATE blob SET bytes = ? WHERE digest = ?", (body, name))
            case "entry":
                raw.execute("DROP TRIGGER entry_no_update")
                last = raw.execute("SELECT max(position) FROM entry").fetchone()[0]
                position = data.draw(st.integers(1, last), label="entry")
                body = raw.execute("SELECT body FROM entry WHERE position = ?", (position,)).fetchone()[0]
                changed = flipped(data, body.encode()).decode(errors="replace")
                raw.execute("UPDATE entry SET body = ? WHERE position = ?", (changed, position))
            case "preparation":
                raw.execute("UPDATE preparation SET sealed = (SELECT sealed FROM preparation ORDER BY delivery LIMIT 1)")
            case "release":
                raw.execute("UPDATE release SET confirmed = 1")
                raw.execute("UPDATE delivery SET prepared = 1, due_at = '2026-12-01T12:00:00.000Z'")
            case "media":
                (folder / "media" / digest(PICTURE)).write_bytes(
                    data.draw(st.sampled_from([OTHER, PICTURE[:-1], b""]), label="media")
                )
        raw.commit()


def flipped(data: st.DataObject, body: bytes) -> bytes:
    """The bytes with one of them changed."""
    changed = bytearray(body)
    changed[data.draw(st.integers(0, len(body) - 1), label="byte")] ^= data.draw(st.integers(1, 255), label="by")
    return bytes(changed)


def play(data: st.DataObject, folder: Path, made: Signed) -> Witness:
    """Everything from the beginning to the end, with one change somewhere on the way."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made.folder, folder)
    bench, stage = reopened(folder, made.office)
    when = data.draw(st.sampled_from(["at once", "prepared", "half way"]), label="when")
    if when != "at once":
        rounds(bench, 1)
    if when == "half way":
        bench.clock.pass_by(HOUR)
        rounds(bench, 1)
    tamper(data, folder)
    bench.means.releases.clear()  # another process, that has read nothing yet
    bench.means.standings.clear()
    rounds(bench, 2)
    bench.clock.pass_by(HOUR)
    rounds(bench, 8)
    bench.store.close()
    return stage


HERE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@HERE
@given(data=st.data())
def test_what_becomes_public_is_what_was_signed_whatever_is_changed(data: st.DataObject, signed: Signed, tmp_path: Path) -> None:
    stage = play(data, tmp_path / "copy", signed)
    assert set(stage.public) <= signed.allowed
    assert len(stage.public) == len(set(stage.public)), "something went out twice"
    assert set(stage.read) <= {PICTURE}
    assert all(NOON + HOUR <= at < NOON + 14 * HOUR for at in stage.times)


@HERE
@given(data=st.data())
def test_nothing_becomes_public_that_is_signed_by_half_whatever_is_changed(
    data: st.DataObject, half_signed: Signed, tmp_path: Path
) -> None:
    stage = play(data, tmp_path / "copy", half_signed)
    assert (stage.public, stage.read, stage.prepared) == ([], [], [])
