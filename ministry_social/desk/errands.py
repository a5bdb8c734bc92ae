"""Errands: all that an engine does, each between two transactions: take it on, do it out there, write down what came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..model.delivery import Delivery
from ..ports import Reading, Transaction
from . import deliver, figures, outcomes, prepare, probe, recall, reconcile, standing, telling, watch
from .means import Means
from .prepare import Report


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One kind of work that needs a network.

    hands   how many at a time; 0: as many as the settings give to sending
    any     whether there may be some, without taking it on
    claim   take on so many, in a transaction
    do      the work itself; it raises nothing
    settle  write down what came of it, in a transaction; returns the deliveries that changed
    """

    name: str
    hands: int
    any: Callable[[Reading, Means], bool]
    claim: Callable[[Transaction, Means, int], Sequence[Any]]
    do: Callable[[Means, Any, Report], Any]
    settle: Callable[[Transaction, Means, Sequence[Any]], list[Delivery]]


def _due(tx: Transaction, means: Means, limit: int) -> list[deliver.Claim]:
    stops = means.stops(tx)
    return deliver.claim(tx, means, tx.due(means.now(), limit, stops), stops)


def _any_due(reading: Reading, means: Means) -> bool:
    return bool(reading.due(means.now(), 1, means.stops(reading)))


SEND = Errand(
    name="send", hands=0, any=_any_due, claim=_due,
    do=lambda means, one, report: deliver.send(means, one), settle=outcomes.settle,
)  # fmt: skip
PREPARE = Errand(
    name="prepare", hands=4, any=prepare.any_waiting, claim=prepare.waiting, do=prepare.prepare, settle=prepare.settle,
)  # fmt: skip
RECONCILE = Errand(
    name="reconcile", hands=4, any=reconcile.any_doubtful, claim=reconcile.claim,
    do=lambda means, one, report: reconcile.look(means, one), settle=reconcile.settle,
)  # fmt: skip
RECALL = Errand(
    name="recall", hands=4, any=recall.any_due, claim=recall.claim,
    do=lambda means, one, report: recall.take_down(means, one), settle=recall.settle,
)  # fmt: skip
PROBE = Errand(
    name="probe", hands=1, any=probe.any_due, claim=probe.claim,
    do=lambda means, one, report: probe.ask(means, one), settle=probe.settle,
)  # fmt: skip
FIGURES = Errand(
    name="figures", hands=1, any=figures.any_due, claim=figures.claim,
    do=lambda means, one, report: figures.collect(means, one), settle=figures.settle,
)  # fmt: skip
INSPECT = Errand(
    name="inspect", hands=1, any=standing.any_due, claim=standing.claim,
    do=lambda means, one, report: standing.ask(means, one), settle=standing.settle,
)  # fmt: skip
WATCH = Errand(
    name="watch", hands=1, any=watch.any_due, claim=watch.claim,
    do=lambda means, one, report: watch.look(means, one), settle=watch.settle,
)  # fmt: skip
TELL = Errand(
    name="tell", hands=1, any=telling.any_due, claim=telling.claim,
    do=lambda means, one, report: telling.tell(means, one), settle=telling.settle,
)  # fmt: skip

ERRANDS = (SEND, PREPARE, RECONCILE, RECALL, PROBE, INSPECT, WATCH, FIGURES, TELL)
