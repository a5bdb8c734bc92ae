"""Evidence: in one walk over the ledger, the entries that answer a question, their proofs, and everything that they name."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import NotAllowed
from ..model.auditing import Claim, Kept
from ..model.evidence import Content, Evidence, Lacking, Proved, Question
from ..model.ledger import Event, Row
from ..ports import Reading
from ..rules.auditing import check, check_end, walk
from ..rules.canonical import digest
from ..rules.evidence import APPROVING, JUDGING, MEDIA, Asked, event_of, files_of, inside, named
from ..rules.merkle import Levels, leaf
from .auditing import Books, own_claims


@dataclass(kw_only=True)
class _Walk:
    """What a walk takes along: the leaves up to the last checkpoint, the entries asked for, and those that may be needed."""

    asked: Asked
    signed: int
    leaves: bytearray = field(default_factory=bytearray)
    wanted: dict[int, Proved] = field(default_factory=dict)
    perhaps: dict[int, Proved] = field(default_factory=dict)

    def along(self, pages: Iterator[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        before = b"0" * 64
        for page in pages:
            for position, body, seal in page:
                if isinstance(body, bytes):
                    self._take(position, before, body, seal)
                before = seal
            yield page

    def _take(self, position: int, before: bytes, body: bytes, seal: bytes) -> None:
        if position <= self.signed:
            self.leaves += leaf(body)
        asked = self.asked(body)
        if asked or event_of(body) in _MAY_BE_NEEDED:
            one = Proved(
                position=position, before=before.decode(), body=body.decode(), seal=seal.decode(errors="replace"), asked=asked
            )
            (self.wanted if asked else self.perhaps)[position] = one


_MAY_BE_NEEDED = APPROVING | JUDGING | {Event.DISPOSED}


def gather(books: Books, question: Question, *, ministry: str, present: Collection[str] | None = None) -> Evidence:
    """Everything that answers a question. `present`: the media that are there; None where nobody has looked.

    Raises `LedgerBroken` where the ledger does not hold, or is not what was signed; `NotAllowed` where nothing is on record.
    """
    with books.store.read() as reading:
        own = reading.checkpoints()
        claims = own_claims(books, own)
        taken = _walked(books, reading, question, claims)
        if not taken.wanted:
            raise NotAllowed("Nothing on record answers this.", remedy="See what there is: ministry-social message list")
        _add_needed(taken)
        contents, media, gone = _contents(reading, taken.wanted.values())
    lacking = _lacking(taken, {**gone, **{name: MEDIA for name in media if present is not None and name not in present}})
    used = _covering(own, max(taken.wanted))
    entries, earlier = _proved(taken, own, used)
    return Evidence(
        question=question, ministry=ministry, ledger=books.origin, keys=books.keys, entries=entries, checkpoint=used,
        earlier=earlier, contents=contents, lacking=lacking,
        media={name: ending for name, ending in media.items() if name not in {one.digest for one in lacking}},
    )  # fmt: skip


def _walked(books: Books, reading: Reading, question: Question, claims: Sequence[Claim]) -> _Walk:
    end = reading.end()
    taken = _Walk(asked=Asked(question), signed=max((one.size for one in claims), default=0))
    walked = walk(taken.along(_told(books, reading.pages(), 0 if end is None else end[0])), {one.size for one in claims})
    check(walked, claims)
    check_end(walked, end)
    return taken


def _told(books: Books, pages: Iterator[Sequence[Row]], total: int) -> Iterator[Sequence[Row]]:
    done = 0
    for page in pages:
        yield page
        done += len(page)
        books.tell(done, max(done, total))


def _add_needed(taken: _Walk) -> None:
    """The approvals of every release that is concerned, and the policies up to then, so that signatures can be judged."""
    facts = [json.loads(one.body)["facts"] for one in taken.wanted.values()]
    releases = {one["release"] for one in facts if "release" in one}
    perhaps = {position: json.loads(one.body) for position, one in taken.perhaps.items()}
    revisions = {
        body["facts"]["revision"] for body in perhaps.values()
        if body["event"] == Event.RELEASED and body["facts"]["release"] in releases
    }  # fmt: skip
    last = max(taken.wanted)
    for position, body in perhaps.items():
        named_by = body["facts"]
        approves = body["event"] in APPROVING and (
            named_by["release"] in releases if "release" in named_by else named_by.get("revision") in revisions
        )
        if approves or (body["event"] in JUDGING and position <= last):
            taken.wanted[position] = taken.perhaps[position]


def _contents(reading: Reading, entries: Collection[Proved]) -> tuple[dict[str, Content], dict[str, str], dict[str, str]]:
    """What the entries name, and what that names in turn: contents, media with the endings of their files, and what is gone."""
    found: dict[str, Content] = {}
    media: dict[str, str] = {}
    gone: dict[str, str] = {}
    perhaps: set[str] = set()  # older revisions were kept without their files
    coming = {name: folder for one in entries for folder, name in named(json.loads(one.body))}
    while coming:
        media |= {name: media.get(name, "") for name, folder in coming.items() if folder == MEDIA}
        wanted = {name: folder for name, folder in coming.items() if folder != MEDIA and name not in found}
        kept = reading.blobs(wanted)
        coming = {}
        for name, folder in wanted.items():
            data = kept.get(name)
            if data is None or digest(data) != name:
                gone |= {name: folder} if name not in perhaps else {}
                continue
            found[name] = Content(folder=folder, data=data)
            if folder == "payloads":
                media |= dict(files_of(json.loads(data)))
            within = {inner: where for where, inner in inside(folder, data) if inner not in found and inner not in gone}
            perhaps |= within.keys() if folder == "messages" else set()
            coming |= within
        coming = {name: folder for name, folder in coming.items() if folder != MEDIA or name not in media}
    return found, media, gone


def _lacking(taken: _Walk, gone: dict[str, str]) -> tuple[Lacking, ...]:
    """Where the disposal of each is on record; that entry is then needed, too."""
    where: dict[str, int] = {}
    for position, one in {**taken.perhaps, **taken.wanted}.items():
        body: dict[str, Any] = json.loads(one.body)
        if body["event"] == Event.DISPOSED:
            where |= dict.fromkeys(body["facts"]["digests"], position)
    for name in gone:
        position = where.get(name, 0)
        if position in taken.perhaps:
            taken.wanted[position] = taken.perhaps[position]
    return tuple(Lacking(digest=name, folder=folder, entry=where.get(name, 0)) for name, folder in sorted(gone.items()))


def _covering(own: Sequence[Kept], position: int) -> Kept | None:
    """The first checkpoint that has an entry, so that the same question has the same answer later; else the last one."""
    return next((one for one in own if one.size >= position), own[-1] if own else None)


def _proved(
    taken: _Walk, own: Sequence[Kept], used: Kept | None
) -> tuple[tuple[Proved, ...], tuple[tuple[Kept, tuple[bytes, ...]], ...]]:
    entries = [taken.wanted[position] for position in sorted(taken.wanted)]
    if used is None:
        return tuple(entries), ()
    levels = Levels(bytes(taken.leaves), used.size)
    first = {found.size: found for one in entries if (found := _covering(own, one.position)) and found.size < used.size}
    proved = tuple(
        Proved(**vars(one) | {"proof": tuple(levels.inclusion(one.position - 1))}) if one.position <= used.size else one
        for one in entries
    )
    return proved, tuple((kept, tuple(levels.consistency(size))) for size, kept in sorted(first.items()))
