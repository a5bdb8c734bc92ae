"""The watch finds whatever others do on our accounts within one round, names it rightly, and is silent about what is untouched."""

import json
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ministry_social.app import App
from ministry_social.cli.serving import enrol
from ministry_social.engine.embedded import Embedded
from ministry_social.model.account import Account
from ministry_social.model.delivery import Delivery, State
from ministry_social.model.variant import Kind, Text, Variant
from ministry_social.rehearsal.server import Server
from ministry_social.rehearsal.world import Post, World
from ministry_social.rehearsal.x import links
from tests.acceptance.ministry import Ministry, Said, connected, new_ministry
from tests.conftest import Rehearsal
from tests.files.conftest import write_picture, write_video
from tests.receivers import Mailbox, mail_server

MESSAGES = 6
MESSAGE = """\
+++
id = "watched-{0}"
audience = "account:mfa + account:embassy-paris + account:embassy-rome + account:page + account:channel"

[[media]]
file = "port.png"

[[media]]
file = "port.mp4"
captions.en = "port.en.vtt"
+++

## en
### headline
Harbours, part {0}
### short
Part {0} of the harbour pact is signed: https://www.mfa-tavoria.example.org/harbours/{0} & it's open to all.
### alt port.png
A lamp at a harbour wall

## fr
### headline
Les ports, partie {0}
### short
La partie {0} du pacte des ports est signée ; elle est ouverte à tous.
### alt port.png
Une lampe sur un quai
"""
CAPTIONS = "WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nThe harbours are open.\n"
# (account, what others do there, on which message) -> what the watch calls it
PLANTED = {
    ("mfa", "edit", 1): "edited",
    ("mfa", "alt", 2): "alt-changed",
    ("mfa", "withhold", 2): "withheld",
    ("mfa", "media", 3): "media-changed",
    ("mfa", "block", 4): "removed-by-platform",
    ("mfa", "remove", 5): "removed",
    ("mfa", "restore", 6): "recalled-still-stands",
    ("mfa", "copy", 2): "twice",
    ("mfa", "post", 0): "foreign-post",
    ("mfa", "repost", 0): "foreign-repost",
    ("embassy-paris", "edit", 1): "edited",
    ("embassy-rome", "remove", 1): "removed",
    ("page", "edit", 1): "edited",
    ("page", "hide", 2): "hidden",
    ("page", "private", 3): "made-private",
    ("page", "media", 4): "media-changed",
    ("page", "remove", 5): "removed",
    ("page", "copy", 2): "twice",
    ("page", "post", 0): "foreign-post",
    ("channel", "title", 1): "title-changed",
    ("channel", "edit", 2): "description-changed",
    ("channel", "captions", 3): "captions-removed",
    ("channel", "tags", 3): "tags-changed",
    ("channel", "private", 4): "made-private",
    ("channel", "block", 5): "removed-by-platform",
    ("channel", "remove", 6): "removed-by-hand",
    ("channel", "video", 0): "foreign-video",
}
PLATFORM = {"mfa": "x", "embassy-paris": "x", "embassy-rome": "x", "page": "facebook", "channel": "youtube"}


class Scene:
    """A ministry whose accounts have said six messages, and what the watch said: before, after others came, and once more."""

    def __init__(self, ministry: Ministry, rehearsal: Rehearsal, mailbox: Mailbox) -> None:
        self.ministry, self.rehearsal, self.mailbox = ministry, rehearsal, mailbox
        self.ids: dict[tuple[str, int], str] = {}
        self.untouched = self.found = self.again = Said(0, "", "")
        self.planted: dict[tuple[str, str, int], str] = {}

    def meddle(self, account: str, kind: str, **more: str) -> str:
        body = {"kind": kind, "platform": PLATFORM[account], "account": account, **more}
        told = self.rehearsal.post("/rehearsal/meddle", body)
        assert "post" in told, told
        return str(told["post"])

    def look(self) -> Said:
        return self.ministry.say("watch", "run", *(f"--account={name}" for name in PLATFORM), "--json")

    def entries(self, event: str) -> list[dict[str, Any]]:
        with closing(self.ministry.app()) as app, app.store.read() as reading:
            bodies = [json.loads(entry.body) for entry in reading.entries()]
        return [body for body in bodies if body["event"] == event]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    server = Server()
    with server.running() as address, mail_server() as mailbox, pytest.MonkeyPatch.context() as monkeypatch:
        rehearsal = Rehearsal(address=address, world=server.world)
        ministry = connected(new_ministry(tmp_path_factory.mktemp("watch") / "ministry", monkeypatch), rehearsal, rate=900.0)
        ministry.environment |= {
            "MINISTRY_SOCIAL_SENDING_SETTLE": "1s", "MINISTRY_SOCIAL_SIMILARITY_DAYS": "0",
            "MINISTRY_SOCIAL_ALERTS_SMTP": f"127.0.0.1:{mailbox.port}",
            "MINISTRY_SOCIAL_ALERTS_SMTP_SECURITY": "none", "MINISTRY_SOCIAL_ALERTS_MAIL_FROM": "social@mfa.example.org",
            "MINISTRY_SOCIAL_ALERTS_TO": "operators@mfa.example.org",
        }  # fmt: skip
        made = Scene(ministry, rehearsal, mailbox)
        publish(made)
        made.untouched = made.look()
        plant(made)
        made.found = made.look()
        made.again = made.look()
        yield made


def publish(scene: Scene) -> None:
    ministry = scene.ministry
    write_picture(ministry.folder / "messages" / "port.png")
    write_video(ministry.folder / "messages" / "port.mp4")
    ministry.write("messages/port.en.vtt", CAPTIONS)
    for number in range(1, MESSAGES + 1):
        ministry.write(f"messages/watched-{number}.md", MESSAGE.format(number))
        said = ministry.say("publish", f"messages/watched-{number}.md", "--yes")
        assert said.code == 0, said.out + said.err
    for row in ministry.say("delivery", "list", "--json").json:
        scene.ids[row["account"], int(row["message"].rpartition("-")[2])] = row["remote_id"]
    said = ministry.say("delivery", "recall", "--delivery", "watched-6/1/mfa/post", "--reason", "wrong", "--yes")
    assert said.code == 0, said.out + said.err
    scene.rehearsal.post("/rehearsal/clock", {"advance": 3600})


def plant(scene: Scene) -> None:
    for account, kind, number in PLANTED:
        post = {"post": scene.ids[account, number]} if number else {}
        if kind == "repost":
            post = {"post": scene.ids["embassy-paris", 2]}
        scene.planted[account, kind, number] = scene.meddle(account, kind, **post)


def named(said: Said) -> dict[str, list[tuple[str, str]]]:
    """account -> (kind, post) of each deviation, sorted."""
    rows = {row["account"]: row["deviations"] for row in said.json["accounts"]}
    return {name: sorted((one["kind"], one["post"]) for one in found) for name, found in rows.items()}


def test_what_nobody_has_touched_raises_no_alarm(scene: Scene) -> None:
    assert (scene.untouched.code, scene.untouched.err) == (0, "")
    assert named(scene.untouched) == {name: [] for name in PLATFORM}
    assert all(row["looked"] and not row["error"] for row in scene.untouched.json["accounts"])


def test_each_planted_deviation_is_found_within_one_round_and_named_rightly(scene: Scene) -> None:
    assert scene.found.code == 1
    wanted = {name: sorted((kind, scene.planted[key]) for key, kind in PLANTED.items() if key[0] == name) for name in PLATFORM}
    assert named(scene.found) == wanted
    assert len(set(PLANTED.values())) >= 12
    assert {PLATFORM[name] for name, *_ in PLANTED} == {"x", "facebook", "youtube"}


def test_each_is_on_record_once_and_told_once(scene: Scene) -> None:
    assert scene.again.code == 1
    assert named(scene.again) == named(scene.found)
    entries = scene.entries("deviation")
    assert sorted(one["facts"]["kind"] for one in entries) == sorted(PLANTED.values())
    assert scene.again.json["told"] == []
    [mail] = scene.mailbox.mails
    assert mail["To"] == "operators@mfa.example.org"
    assert all(f"[{one['facts']['id']}]" in mail.get_content() for one in entries)


def test_the_ledger_holds_digests_and_the_difference_can_be_read(scene: Scene) -> None:
    [edited] = [one for one in scene.entries("deviation") if (one["about"]["account"], one["facts"]["kind"]) == ("page", "edited")]
    assert "This was not written" not in json.dumps(scene.entries("deviation"))
    listed = scene.ministry.say("watch", "list", edited["facts"]["id"])
    assert listed.code == 1
    assert "{+This was not written by the ministry" in listed.out
    assert "Part 1 of the harbour pact" in listed.out
    with closing(scene.ministry.app()) as app, app.store.read() as reading:
        kept = reading.blob(edited["facts"]["stands"])
    assert kept == b"This was not written by the ministry."


def test_what_is_explained_is_silent_until_it_changes_and_what_is_over_is_said_so(scene: Scene) -> None:
    ids = {(one["account"], one["kind"]): one["id"] for row in scene.found.json["accounts"] for one in row["deviations"]}
    said = scene.ministry.say("watch", "explain", ids["channel", "made-private"], "--reason", "the speaker asked for it")
    assert said.code == 0, said.err
    assert scene.entries("explained")[0]["facts"]["reason"] == "the speaker asked for it"
    scene.meddle("channel", "unlist", post=scene.ids["channel", 4])  # another state of the same video
    scene.meddle("page", "edit", post=scene.ids["page", 1], text=said_by(scene, "page", 1))  # put right again
    kinds = {name: [kind for kind, _ in found] for name, found in named(scene.look()).items()}
    assert "made-private" not in kinds["channel"]
    assert "unlisted" in kinds["channel"]
    assert "edited" not in kinds["page"]
    assert [one["facts"]["kind"] for one in scene.entries("deviation-over")] == ["edited"]
    scene.meddle("channel", "private", post=scene.ids["channel", 4])
    assert "made-private" not in [kind for kind, _ in named(scene.look())["channel"]]  # explained in this very state


def said_by(scene: Scene, account: str, number: int) -> str:
    row = next(row for row in scene.found.json["accounts"] if row["account"] == account)
    return str(next(one["signed_text"] for one in row["deviations"] if one["kind"] == "edited"))


def test_an_outage_and_a_throttle_are_no_deviations_and_are_said(scene: Scene) -> None:
    before = len(scene.entries("deviation"))
    scene.rehearsal.fault("error", "x", action="read")
    scene.rehearsal.fault("throttled", "facebook", action="read")
    said = scene.look()
    scene.rehearsal.world.faults.remove()
    rows = {row["account"]: row for row in said.json["accounts"]}
    assert rows["mfa"]["error"]
    assert rows["page"]["error"]
    assert rows["mfa"]["looked"]
    assert len(scene.entries("deviation")) == before
    assert "Not looked at  mfa (last " in scene.ministry.say("watch", "list", "--account", "mfa").out
    scene.look()


def test_a_worker_looks_by_itself_and_tells_what_it_finds(scene: Scene) -> None:
    mails = len(scene.mailbox.mails)
    foreign = scene.meddle("embassy-rome", "post", text="Written by nobody.")
    with closing(scene.ministry.app()) as app:
        few = {name: app.roster[name] for name in PLATFORM}
        means = replace(app.means, watch_every=timedelta(seconds=1), accounts=few)
        deadline = app.clock.now() + app.clock.real(timedelta(seconds=20))
        Embedded(means, Nobody(), threads=2).run(lambda: len(scene.mailbox.mails) > mails or app.clock.now() > deadline)
    found = [one for one in scene.entries("deviation") if one["facts"]["post"] == foreign]
    assert [(one["by"], one["facts"]["kind"]) for one in found] == [("engine", "foreign-post")]
    assert "embassy-rome" in scene.mailbox.mails[-1].get_content()


class Nobody:
    """Nobody watches what is delivered: there is nothing."""

    def changed(self, delivery: Delivery) -> None:
        raise AssertionError("there is nothing to deliver")

    def progress(self, key: str, done: int, total: int) -> None:
        raise AssertionError("there is nothing to upload")


# What platforms, keyboards and readers' programs do to a text that nobody has touched.
NOISE = {
    "nothing": lambda text: text,
    "other quotes": lambda text: text.replace("'", "\u2019").replace('"', "\u201d"),
    "more space": lambda text: text.replace(" ", "  ").replace(". ", ".\n\n"),
    "hard space": lambda text: text.replace(" ", "\u00a0"),
    "entities": lambda text: text.replace("&", "&amp;").replace("'", "&#39;"),
    "cut": lambda text: text[:200] + "\u2026",
    "decomposed": lambda text: text.replace("é", "e\u0301"),
}  # fmt: skip
UNTOUCHED = {"mfa": 300, "embassy-paris": 250, "page": 300, "channel": 150}


def test_a_thousand_untouched_posts_raise_no_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: Rehearsal) -> None:
    ministry = connected(new_ministry(tmp_path / "ministry", monkeypatch), rehearsal, rate=60.0)
    assert sum(UNTOUCHED.values()) == 1000
    with closing(ministry.app()) as app:
        enrol(app, rehearsal.address)
        chance, now = random.Random(6), app.clock.now()
        accounts = {one.name: one for one in app.accounts}
        for name, count in UNTOUCHED.items():
            stand(app, rehearsal.world, accounts[name], count, now, chance)
    said = ministry.say("watch", "run", *(f"--account={name}" for name in UNTOUCHED), "--json")
    assert named(said) == {name: [] for name in UNTOUCHED}
    assert (said.code, [row["error"] for row in said.json["accounts"]]) == (0, ["", "", "", ""])


def stand(app: App, world: World, account: Account, count: int, now: datetime, chance: random.Random) -> None:
    """Published deliveries, and what stands there of them: as the platform gives it back."""
    noise = list(NOISE.values())
    with app.store.begin() as tx:
        for number in range(count):
            at = now - timedelta(minutes=30 * (count - number))
            text = written(number, chance)
            payload = app.platforms[account.platform].render(account, variant(account, text, number))
            name = there(world, account, text, noise[number % len(noise)], at, number)
            made = Delivery(
                key=f"m{number}/1/{account.name}/post", message=f"m{number}", wave=1, account=account.name,
                platform=account.platform, part="post", kind=payload.kind, payload=tx.keep(payload.body), release="0" * 64,
                due_at=at, stale_at=None, state=State.PUBLISHED, sent_at=at, remote_id=name, url=f"https://example.org/{name}",
            )  # fmt: skip
            tx.plan(made, by="anna", at=at)


def written(number: int, chance: random.Random) -> str:
    words = [
        "harbour",
        "l'été",
        "pact",
        "R&D",
        '"open"',
        "partner's",
        "café",
        "treaty",
        "deux",
        "https://www.mfa-tavoria.example.org/a",
    ]
    return f"No. {number}: " + " ".join(chance.choice(words) for _ in range(28 if number % 7 == 5 else 12)) + f". It's /{number}"


def variant(account: Account, text: str, number: int) -> Variant:
    said: Text = (text,)
    if account.platform != "youtube":
        return Variant(account=account.name, kind=Kind.ORIGINAL, language="en", text=said)
    from ministry_social.model.variant import Attachment

    film = Attachment(file="a.mp4", digest="0" * 64, type="video/mp4", kind="video", size=1)
    return Variant(account=account.name, kind=Kind.VIDEO, language="en", text=said, title=f"Film {number}", attachments=(film,))


def there(world: World, account: Account, text: str, noise: Any, at: datetime, number: int) -> str:
    if account.platform == "youtube":
        from ministry_social.rehearsal.youtube.record import record
        from ministry_social.rehearsal.youtube.state import Video, state_of

        name = f"v{number:010d}"
        video = Video(
            id=name, profile=account.id, snippet={"title": f"Film {number}", "description": noise(text), "categoryId": "25"},
            status={"privacyStatus": "public"}, localizations={}, other={}, digest="0" * 64, size=1, content_type="video/mp4",
            filename="a.mp4", seconds=1.0, uploaded_at=at, processed_at=at, fate="processed", fate_reason="", published_at=at,
        )  # fmt: skip
        state_of(world).videos[name] = video
        record(world, video)
        return name
    name = f"{account.id}_{number}" if account.platform == "facebook" else str(10**18 + number)
    shown, urls = links.render(world.random, text)
    more = {} if account.platform == "facebook" else {"shown": noise(shown), "urls": urls}
    world.posts.append(
        Post(platform=account.platform, profile=account.id, id=name, kind="post", text=noise(text), at=at, more=more)
    )  # fmt: skip
    return name
