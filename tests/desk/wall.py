"""A stage that remembers what stands on it: for tests that read back, ask after an account, or take something down."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ministry_social import ports
from ministry_social.desk import probe as probing
from ministry_social.desk import recall as recalling
from ministry_social.desk import reconcile as reconciling
from ministry_social.model.account import Account, Credential, Standing
from ministry_social.model.delivery import Delivery, PostRef, Prepared, Receipt, RemotePost
from ministry_social.model.recall import Recall
from ministry_social.model.variant import Kind, Payload, Reference, Variant
from ministry_social.rules.canonical import canonical
from ministry_social.rules.references import as_json

from .bench import Bench, Stage, account, make_bench, says


@dataclass
class Wall(Stage):
    """What was published stands there until it is deleted.

    lost     accounts whose next post is taken, but the answer is lost
    unread   what comes of the next readings of an account: an error or nothing
    refused  what comes of the next deletions on an account
    deaf     accounts on which it says yes to a deletion, and deletes nothing
    asked    what comes of the next questions who the account is
    calls    (what was done, account), in order; of what was published see `published`
    """

    posts: dict[str, list[RemotePost]] = field(default_factory=lambda: defaultdict(list))
    lost: dict[str, Exception] = field(default_factory=dict)
    unread: dict[str, deque[Exception | None]] = field(default_factory=lambda: defaultdict(deque))
    refused: dict[str, deque[Exception | None]] = field(default_factory=lambda: defaultdict(deque))
    deaf: set[str] = field(default_factory=set)
    asked: deque[Exception | Standing] = field(default_factory=deque)
    calls: list[tuple[str, str]] = field(default_factory=list)
    before_deleting: Callable[[str], None] = lambda account: None

    def render(self, account: Account, variant: Variant) -> Payload:
        if account.platform != "facebook":
            return super().render(account, variant)
        inside = {"message": as_json(variant.text), "media": [a.digest for a in variant.attachments]}
        return Payload(platform="facebook", kind=variant.kind, body=canonical(inside))

    def prepare(self, account: Account, credential: Credential, payload: Payload, so_far: Any, **more: Any) -> Prepared:
        super().prepare(account, credential, payload, so_far, **more)
        return Prepared(complete=True, data={"marks": "abcdefghijk" if payload.kind is Kind.VIDEO else "77"})

    def publish(
        self, account: Account, credential: Credential, payload: Payload, prepared: Prepared, *, key: str, deadline: ports.Deadline
    ) -> Receipt:
        receipt = super().publish(account, credential, payload, prepared, key=key, deadline=deadline)
        inside = json.loads(payload.body)
        post = receipt.post
        if payload.kind is Kind.REPOST:
            post = PostRef(kind="repost", id=post.id, original=inside["repost"])
        text = inside.get("message", inside.get("text", ""))
        self.stand(account.name, text, post=post, url=receipt.url, media=len(inside.get("media", ())), marks=prepared.marks)
        if account.name in self.lost:
            raise self.lost.pop(account.name)
        return replace(receipt, post=post)

    def stand(self, name: str, text: str, *, number: str = "", post: PostRef | None = None, **more: Any) -> RemotePost:
        """Put something there, as if somebody had published it now."""
        post = post or PostRef(kind="post", id=number)
        values: dict[str, Any] = {"at": self.clock.now(), "url": f"https://stage.example.org/{name}/{post.id}"}
        made = RemotePost(post=post, account=f"id-{name}", text=text, answer=f'{{"text":"{text}"}}'.encode(), **values | more)
        self.posts[name].append(made)
        return made

    def inspect(self, account: Account, credential: Credential) -> Standing:
        self.calls.append(("inspect", account.name))
        coming = self.asked.popleft()
        if isinstance(coming, Exception):
            raise coming
        return coming

    def fetch(self, account: Account, credential: Credential, post: PostRef) -> RemotePost | None:
        self._read("fetch", account)
        same = (one for one in self.posts[account.name] if (one.post.kind, one.post.id) == (post.kind, post.id))
        return next(same, None)

    def recent(self, account: Account, credential: Credential, *, since: datetime) -> Iterator[RemotePost]:
        self._read("recent", account)
        return iter([one for one in reversed(self.posts[account.name]) if one.at >= since])

    def delete(self, account: Account, credential: Credential, post: PostRef) -> None:
        self.calls.append(("delete", account.name))
        self.before_deleting(account.name)
        self._do(self.refused[account.name])
        if account.name not in self.deaf:
            self.posts[account.name] = [one for one in self.posts[account.name] if one.post != post]

    def _read(self, how: str, account: Account) -> None:
        self.calls.append((how, account.name))
        self._do(self.unread[account.name])


@dataclass
class Walled(Bench):
    """A bench whose stage is a wall, and the other errands of an engine."""

    stage: Wall

    def reconcile(self) -> list[Delivery]:
        """Look for whatever is in doubt and to be looked for by now."""
        return self.note(*[reconciling.look(self.means, one) for one in self.looks()])

    def looks(self) -> list[reconciling.Look]:
        with self.store.begin() as tx:
            return reconciling.claim(tx, self.means, 9)

    def note(self, *sights: reconciling.Sight) -> list[Delivery]:
        with self.store.begin() as tx:
            return reconciling.settle(tx, self.means, sights)

    def probe(self) -> int:
        """Ask after whoever is to be asked after by now; returns how many were."""
        with self.store.begin() as tx:
            questions = probing.claim(tx, self.means, 9)
        answers = [probing.ask(self.means, one) for one in questions]
        with self.store.begin() as tx:
            probing.settle(tx, self.means, answers)
        return len(questions)

    def order(self, *names: str, message: str = "grain", part: str = "post", reason: str = "wrong figure") -> recalling.Asked:
        wanted = [self.delivery(name, message=message, part=part) for name in names]
        return recalling.order(self.means, wanted, reason=reason, person="ben")

    def orders(self, limit: int = 9) -> list[recalling.Order]:
        with self.store.begin() as tx:
            return recalling.claim(tx, self.means, limit)

    def take_down(self, limit: int = 9) -> list[Delivery]:
        """One round: the next step of every recall that is due."""
        done = [recalling.take_down(self.means, one) for one in self.orders(limit)]
        return self.written(*done)

    def written(self, *done: recalling.Done) -> list[Delivery]:
        with self.store.begin() as tx:
            return recalling.settle(tx, self.means, done)

    def recall(self, name: str, *, message: str = "grain", part: str = "post") -> Recall:
        with self.store.read() as reading:
            [found] = reading.recalls(keys=[f"{message}/1/{name}/{part}"])
        return found

    def entries(self, event: str) -> Sequence[dict[str, Any]]:
        """What the ledger holds of one kind, oldest first."""
        with self.store.read() as reading:
            bodies = [json.loads(entry.body) for entry in reading.entries()]
        return [body for body in bodies if body["event"] == event]


def repost(name: str, of: str = "mfa") -> tuple[Account, Variant]:
    """An account that reposts another's post of the message `grain`."""
    original = Reference(delivery=f"grain/1/{of}/post", field="id", shape="x-id")
    return account(name), replace(says(name, kind=Kind.REPOST)[1], of=original)


def make_walled(folder: Path) -> Walled:
    """See `bench.make_bench`."""
    plain = make_bench(folder)
    wall = Wall(file=plain.stage.file, clock=plain.clock)
    means = replace(plain.means, platforms=dict.fromkeys(("x", "facebook", "youtube"), wall))
    return Walled(
        means=means, store=plain.store, clock=plain.clock, stage=wall, vault=plain.vault,
        accounts=plain.accounts, times=plain.times,
    )  # fmt: skip
