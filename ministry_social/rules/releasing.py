"""Releasing: the canonical list that is signed, from assignments and times."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ..model.delivery import Delivery, delivery_key
from ..model.message import Message
from ..model.plan import Assignment
from ..model.release import Promise, Release
from ..model.variant import Kind, Payload
from .canonical import canonical, digest
from .references import references
from .timing import stamp

FORMAT = "ministry_social/release/2"  # 1 had neither kind, authors nor groups: nothing in it says whose signatures it needs


def part_of(kind: Kind) -> str:
    """Which part of a message a delivery is: its video, or a post."""
    return "video" if kind is Kind.VIDEO else "post"


def release(
    message: Message,
    revision: str,
    wave: int,
    assignments: Sequence[Assignment],
    payloads: Mapping[str, Payload],
    otherwise: Mapping[str, Payload],
    due: Mapping[str, datetime],
    stale_after: timedelta,
    authors: Sequence[str] = (),
) -> Release:
    """The release of one wave. A promise is stale `stale_after` after it is due."""
    promises = []
    for assignment in assignments:
        account, variant = assignment.account, assignment.variant
        if variant is None:
            continue
        payload = payloads[account.name]
        other = otherwise.get(account.name)
        promises.append(
            Promise(
                key=delivery_key(message.id, wave, account.name, part_of(variant.kind)),
                platform=account.platform,
                account=account.name,
                account_id=account.id,
                kind=variant.kind.value,
                payload=digest(payload.body),
                media=tuple((a.digest, a.alt) for a in variant.attachments),
                due_at=due[account.name],
                stale_at=due[account.name] + stale_after,
                waits_for=tuple(dict.fromkeys(reference.delivery for reference in references(payload))),
                otherwise="" if other is None else digest(other.body),
                groups=account.groups,
            )
        )
    return Release(
        message=message.id, wave=wave, revision=revision, embargo=message.embargo, promises=tuple(promises),
        kind=message.kind, authors=tuple(authors),
    )  # fmt: skip


def release_bytes(signed: Release) -> bytes:
    """The canonical bytes of a release: their SHA-256 is what a person signs."""
    return canonical(
        {
            "format": FORMAT,
            "message": signed.message,
            "wave": signed.wave,
            "revision": signed.revision,
            "embargo": None if signed.embargo is None else stamp(signed.embargo),
            "kind": signed.kind,
            "authors": list(signed.authors),
            "deliveries": [promise_json(promise) for promise in signed.promises],
        }
    )


def promise_json(promise: Promise) -> dict[str, object]:
    """One promise as it stands in a release."""
    return {
        "key": promise.key,
        "platform": promise.platform,
        "account": promise.account,
        "account_id": promise.account_id,
        "kind": promise.kind,
        "payload": promise.payload,
        "otherwise": promise.otherwise,
        "media": [{"digest": media, "alt": alt} for media, alt in promise.media],
        "due_at": stamp(promise.due_at),
        "stale_at": None if promise.stale_at is None else stamp(promise.stale_at),
        "waits_for": list(promise.waits_for),
        "groups": list(promise.groups),
    }


def planned(promise: Promise, message: str, wave: int, release_digest: str) -> Delivery:
    """The delivery that keeps a promise. What has no media is prepared from the start."""
    kind = Kind(promise.kind)
    return Delivery(
        key=promise.key,
        message=message,
        wave=wave,
        account=promise.account,
        platform=promise.platform,
        part=part_of(kind),
        kind=kind,
        payload=promise.payload,
        otherwise=promise.otherwise,
        release=release_digest,
        due_at=promise.due_at,
        stale_at=promise.stale_at,
        waits_for=promise.waits_for,
        prepared=not promise.media and kind is not Kind.VIDEO,
    )
