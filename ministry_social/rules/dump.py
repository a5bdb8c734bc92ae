"""A ledger as text: one entry per line, written in one way only, so that a changed byte is a changed entry."""

import json
from collections.abc import Iterable, Iterator, Sequence

from ..model.ledger import Row

_PAGE = 1024  # entries


def line(position: int, body: str, seal: str) -> bytes:
    """An entry as a line of JSON Lines: its keys in order, no spaces, UTF-8 as it is."""
    held = {"body": body, "position": position, "seal": seal}
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def pages(lines: Iterable[bytes]) -> Iterator[Sequence[Row]]:
    """The entries of such lines, as a store gives them. What is written in another way becomes an entry 0, which is found."""
    page: list[Row] = []
    for one in lines:
        page.append(_row(one))
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


def _row(said: bytes) -> Row:
    try:
        held = json.loads(said)
        position, body, seal = held["position"], held["body"], held["seal"]
        if type(position) is int and line(position, body, seal) == said:
            return position, body.encode(), seal.encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return 0, b"", b""
