"""The life of a delivery: which state may follow which. docs/deliveries.md is drawn from this table."""

from ..errors import LedgerBroken
from ..model.delivery import State

NEXT: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.PLANNED, State.SENDING, State.FAILED, State.CANCELLED, State.MISSED, State.UNKNOWN}),
    State.SENDING: frozenset({State.PUBLISHED, State.PLANNED, State.FAILED, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.UNKNOWN, State.PUBLISHED, State.PLANNED, State.FAILED}),
    State.FAILED: frozenset({State.FAILED, State.PLANNED}),
    State.PUBLISHED: frozenset({State.RECALLED}),
    State.RECALLED: frozenset(),
    State.CANCELLED: frozenset(),
    State.MISSED: frozenset(),
}

# Nothing will happen to these any more unless a person asks.
SETTLED = frozenset({State.PUBLISHED, State.FAILED, State.RECALLED, State.CANCELLED, State.MISSED})

# These hold back every other delivery of the same account: the database itself refuses a second one.
IN_FLIGHT = frozenset({State.SENDING, State.UNKNOWN})

# A video or original in one of these will never be published: what waits for it has waited in vain.
IN_VAIN = frozenset({State.FAILED, State.CANCELLED, State.MISSED, State.RECALLED})

PLAIN = {
    State.PLANNED: "waits",
    State.SENDING: "being sent",
    State.PUBLISHED: "published",
    State.FAILED: "failed",
    State.UNKNOWN: "being checked",
    State.RECALLED: "taken down",
    State.CANCELLED: "called off",
    State.MISSED: "missed",
}


def check_move(before: State, after: State) -> None:
    """Raise `LedgerBroken` on a move that the table does not have: a mistake of ours must not become a fact."""
    if after not in NEXT[before]:
        raise LedgerBroken(f"A delivery cannot go from {before} to {after}.")
