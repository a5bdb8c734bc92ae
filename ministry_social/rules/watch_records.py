"""Deviations as others meet them: as findings that tell what to do, and as the text in which the store keeps them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..model.account import Account
from ..model.delivery import PostRef
from ..model.finding import Finding, Weight
from ..model.watching import Deviation, Explained, Watched
from .canonical import canonical
from .timing import stamp, unstamp
from .watching import KINDS

_STOP = "Stop the account: ministry-social hold --account {account}. Then find out who may sign in there"
_LOST = "Ask who took it down. To say it again, plan a correction or another wave"
_MEND = "Put it right on the platform, or recall it: ministry-social delivery recall --delivery {delivery}"
# What to do about each kind, before the words about explaining it away.
_REMEDIES = {
    "edited": f"{_STOP}; then put the words right, or recall it.",
    "removed": f"{_LOST}.",
    "removed-by-hand": f"{_LOST}. {_STOP}.",
    "removed-by-platform": "Read what the platform wrote to the account, and object there where it is wrong.",
    "withheld": "Read what the platform wrote to the account. The mission there should know.",
    "recalled-still-stands": "Take it down on the platform itself, by hand: it was read there after it had been recalled.",
    "twice": "Look at both on the platform, and take one down by hand.",
    "foreign-post": f"{_STOP}, and take it down.",
    "foreign-repost": f"{_STOP}, and undo it.",
    "foreign-video": f"{_STOP}, and take it down.",
}
# These say that somebody else speaks for us, or that we do not speak any more; the others that something is not as it should be.
_GRAVE = frozenset(
    {
        *("edited", "title-changed", "description-changed", "removed", "removed-by-hand", "removed-by-platform"),
        *("recalled-still-stands", "twice", "foreign-post", "foreign-repost", "foreign-video", "made-private", "unlisted"),
    }
)
_LONGEST = 80  # characters of a fact that a sentence shows


def finding(one: Deviation, account: Account) -> Finding:
    """A deviation as a finding: what, where, and what to do. The words themselves are shown by `watch list`."""
    more = "; ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in sorted(one.facts.items()))
    about = f" ({more})" if more else ""
    sentence = f"{KINDS[one.kind].removesuffix('.')}: {one.url or one.post.id}{about}. [{one.id}]"
    remedy = _REMEDIES.get(one.kind, f"{_MEND}.").format(account=account.name, delivery=one.delivery)
    said = f"{remedy} All is well? ministry-social watch explain {one.id} --reason REASON"
    weight = Weight.BLOCKING if one.kind in _GRAVE else Weight.ADVISORY
    return Finding(name=one.kind, weight=weight, sentence=sentence, accounts=(account.name,), remedy=said)


def _short(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return plain[:_LONGEST] + ("…" if len(plain) > _LONGEST else "")


def deviation_json(one: Deviation) -> dict[str, Any]:
    """A deviation as JSON."""
    return {
        "id": one.id, "kind": one.kind, "account": one.account, "post": one.post.id, "post_kind": one.post.kind,
        "original": one.post.original, "url": one.url, "at": stamp(one.at), "seen": stamp(one.seen), "delivery": one.delivery,
        "signed": one.signed, "stands": one.stands, "facts": dict(one.facts),
    }  # fmt: skip


def watched_text(one: Watched) -> str:
    """What is known of an account as canonical JSON, but for its name and when somebody last began to look."""
    return canonical(
        {
            "began": stamp(one.began) if one.began else "", "looked": stamp(one.looked) if one.looked else "", "error": one.error,
            "open": [deviation_json(deviation) for deviation in one.open],
            "explained": [
                {"deviation": deviation_json(each.deviation), "reason": each.reason, "by": each.by, "at": stamp(each.at)}
                for each in one.explained
            ],
            "told": list(one.told),
        }
    ).decode()  # fmt: skip


def watched_from(account: str, at: datetime, text: str) -> Watched:
    """What a `watched_text` says."""
    found = json.loads(text)
    return Watched(
        account=account,
        at=at,
        began=unstamp(found["began"]) if found["began"] else None,
        looked=unstamp(found["looked"]) if found["looked"] else None,
        error=found["error"],
        open=tuple(_deviation(row) for row in found["open"]),
        explained=tuple(
            Explained(deviation=_deviation(row["deviation"]), reason=row["reason"], by=row["by"], at=unstamp(row["at"]))
            for row in found["explained"]
        ),
        told=tuple(found["told"]),
    )


def _deviation(row: Mapping[str, Any]) -> Deviation:
    values = dict(row)
    post = PostRef(kind=values.pop("post_kind"), id=values.pop("post"), original=values.pop("original"))
    return Deviation(post=post, **values | {"at": unstamp(values["at"]), "seen": unstamp(values["seen"])})
