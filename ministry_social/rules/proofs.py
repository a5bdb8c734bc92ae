"""Proofs that one entry is in the ledger, without the others: written and checked, by whoever has a signed checkpoint."""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from typing import Any

from .checkpoint import claimed, read_note
from .merkle import leaf, proves_inclusion

FORMAT = "ministry_social/proof/1"


def proof_json(*, position: int, body: str, size: int, proof: Sequence[bytes], note: str) -> dict[str, Any]:
    """A proof, as it is given away. `index` counts from 0, as RFC 6962 does."""
    return {
        "format": FORMAT, "position": position, "index": position - 1, "size": size, "body": body,
        "proof": [b64encode(one).decode() for one in proof], "checkpoint": note,
    }  # fmt: skip


def proved(data: bytes, keys: Collection[str]) -> dict[str, Any]:
    """The entry that a proof proves: its position, its body as an object, and the size of the checkpoint. Raises `ValueError`."""
    try:
        held = json.loads(data)
        if held["format"] != FORMAT:
            raise ValueError(f"its format is {held['format']}, not {FORMAT}")
        position, index, size, body, note = (held[name] for name in ("position", "index", "size", "body", "checkpoint"))
        proof = [b64decode(one, validate=True) for one in held["proof"]]
        if not all(type(one) is int for one in (position, index, size)) or type(body) is not str or index != position - 1:
            raise TypeError
        one, _ = read_note(note)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("this is no proof") from wrong
    claim = claimed(note, keys, world=one.origin.rpartition("/")[2], where="")
    if claim.size != size or not proves_inclusion(leaf(body.encode()), index, size, proof, claim.root):
        raise ValueError("it does not lead to the signed checkpoint: this entry is not in that ledger at that place")
    return {"position": position, "size": size, "origin": one.origin, "entry": json.loads(body)}
