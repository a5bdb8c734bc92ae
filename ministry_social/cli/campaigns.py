"""How campaigns look in a terminal, and as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

import click

from ..desk.approve import Submitted, says
from ..desk.waves import Plan, Wave
from ..model.campaign import CampaignRecord, PostKind, WaveRecord
from ..model.delivery import Delivery, State
from ..model.finding import Finding
from ..model.plan import Assignment, Silence
from ..model.variant import Kind
from ..rules.lifecycle import PLAIN
from ..rules.references import plain
from ..rules.timing import stamp
from ..rules.zones import on_the_wall
from . import show

_NOT_ADDRESSED = (Silence.NOT_ADDRESSED, Silence.OFFICIAL_NOT_ADDRESSED)
Stands = Sequence[Submitted | str]  # of each wave, how its release stands, or why that cannot be said
_FORM = "%Y-%m-%d %H:%M"


def tell_plan(planned: Plan) -> None:
    """All waves in one table, then what there is to know of them."""
    campaign = planned.material.campaign
    click.echo(f"Campaign  {campaign.id} · {show.number(len(planned.waves), 'wave')}")
    click.echo(f"Goal      {campaign.goal}")
    rows = [
        [
            str(wave.number), *_span(wave.timed.due.values()), wave.piece.message.id, _kinds(wave), _wordings(wave),
            show.count(wave.draft.findings), dollars(wave.draft.cost.total),
        ]
        for wave in planned.waves
    ]  # fmt: skip
    click.echo("")
    show.table(rows, ["wave", "first (UTC)", "last (UTC)", "message", "posts", "wordings", "findings", "on X"])
    click.echo(f"\nCost      about {dollars(planned.cost)} on X")
    click.echo(f"Checks    {show.count(planned.findings)}")
    budget = [finding for finding in planned.findings if finding.name == "over-budget" and finding.weight.value == "advisory"]
    for finding in (*planned.shortage, *budget, *_blocking(planned)):
        click.echo(f"          {finding.sentence}")
    click.echo(f"Each wave: ministry-social campaign plan {campaign.place.file} --wave 1")


def tell_wave(wave: Wave) -> None:
    """What every account says in one wave."""
    for one in wave.draft.assignments:
        if one.variant is None:
            continue
        due = wave.timed.due[one.account.name]
        local = f"{on_the_wall(due, one.account.zone):{_FORM}} there"
        click.echo(click.style(f"{one.account.name}  {_said_as(one)}  {due:{_FORM}} UTC, {local}", bold=True))
        for line in _shown(one):
            click.echo(f"    {line}")
    silent = [one for one in wave.draft.assignments if one.silence not in (None, *_NOT_ADDRESSED)]
    if silent:
        click.echo("")
        show.table([[one.account.name, one.reason] for one in silent], ["silent", "why"])


def tell_list(found: Iterable[tuple[CampaignRecord, Sequence[Delivery]]], now: datetime) -> None:
    """One line for each campaign."""
    rows = [
        [
            record.id,
            str(len(record.waves)),
            *_span([record.waves[0].first, record.waves[-1].last]),
            _states(sent),
            _stands(record, now),
        ]
        for record, sent in found
    ]
    show.table(rows, ["campaign", "waves", "first (UTC)", "last (UTC)", "posts", "state"])


def tell_approval(record: CampaignRecord, stands: Stands) -> bool:
    """What each wave lacks, and who can give it: whether there is anything. Waves that lack the same stand together."""
    lacks: dict[str, list[int]] = {}
    for wave, one in zip(record.waves, stands, strict=False):
        if isinstance(one, str) or (one.planned and not one.standing.complete):
            lacks.setdefault(_approval(one), []).append(wave.number)
    for sentence, numbers in lacks.items():
        who = f"Wave{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
        click.echo(f"Approval  {who}: {sentence}")
    if lacks:
        click.echo(f"          They sign: ministry-social campaign sign {record.id}   One wave: --wave NUMBER")
    elif stands:
        click.echo("Approval  Nothing is missing.")
    return bool(lacks)


def tell_when(wave: WaveRecord) -> None:
    """A wave's number in its campaign, and its times."""
    first, last = _span((wave.first, wave.last))
    click.echo(f"Wave {wave.number:<4} {first} UTC to {last} UTC")


def tell_record(record: CampaignRecord, sent: Sequence[Delivery], stands: Stands = ()) -> None:
    """A campaign, wave by wave."""
    click.echo(f"Campaign  {record.id}, put in force by {record.by} on {record.at:{_FORM}} UTC")
    click.echo(f"Goal      {record.goal}")
    if record.stopped_at is not None:
        click.echo(f"Stopped   by {record.stopped_by} on {record.stopped_at:{_FORM}} UTC: {record.reason}")
    click.echo(f"Cost      about {dollars(sum(wave.cost for wave in record.waves))} on X, if every post goes out\n")
    rows = [[str(w.number), *_span((w.first, w.last)), w.message, _states(_of(w, sent)), dollars(w.cost)] for w in record.waves]
    for row, one in zip(rows, stands, strict=False):
        row.append("-" if not isinstance(one, str) and not (one.planned or one.standing.complete) else _approval(one))
    show.table(rows, ["wave", "first (UTC)", "last (UTC)", "message", "posts", "on X", *(["approval"] if stands else [])])
    for sentence in record.shortage:
        click.echo(sentence)


def plan_json(planned: Plan, shown: Sequence[Wave]) -> dict[str, Any]:
    """A plan for machines: every account of every wave, with what it says."""
    return {
        "campaign": planned.material.campaign.id,
        "goal": planned.material.campaign.goal,
        "cost": planned.cost,
        "findings": [finding_row(finding) for finding in planned.findings],
        "shortage": [finding.sentence for finding in planned.shortage],
        "waves": [_wave_json(wave) for wave in shown],
    }


def record_json(record: CampaignRecord, sent: Sequence[Delivery] = (), stands: Stands = ()) -> dict[str, Any]:
    """A campaign that was put in force, for machines. `approval` of a wave is null where nobody has to sign."""
    return {
        "campaign": record.id, "goal": record.goal, "by": record.by, "at": stamp(record.at), "source": record.source,
        "stopped_at": None if record.stopped_at is None else stamp(record.stopped_at), "stopped_by": record.stopped_by,
        "reason": record.reason, "shortage": list(record.shortage), "cost": sum(wave.cost for wave in record.waves),
        "waves": [
            {
                "wave": wave.number, "message": wave.message, "message_wave": wave.wave, "release": wave.release,
                "first": stamp(wave.first), "last": stamp(wave.last), "cost": wave.cost, "wordings": dict(wave.wordings),
                "kinds": dict(wave.kinds), "states": dict(Counter(one.state.value for one in _of(wave, sent))),
                "approval": None if one is None else _approval_json(one),
            }
            for wave, one in zip_longest(record.waves, stands)
        ],
    }  # fmt: skip


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding, as --json gives it."""
    place = finding.place
    return {
        "name": finding.name, "weight": finding.weight.value, "sentence": finding.sentence, "accounts": list(finding.accounts),
        "file": place.file if place else None, "line": place.line if place else None,
    }  # fmt: skip


def dollars(thousandths: int) -> str:
    """`$0.215`: prices have three places."""
    return f"${thousandths / 1000:.3f}"


def _wave_json(wave: Wave) -> dict[str, Any]:
    return {
        "wave": wave.number, "message": wave.piece.message.id, "message_wave": wave.wave, "cost": wave.draft.cost.total,
        "findings": show.count(wave.draft.findings),
        "accounts": [_account_json(one, wave.timed.due) for one in wave.draft.assignments],
    }  # fmt: skip


def _account_json(one: Assignment, due: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"account": one.account.name, "platform": one.account.platform, "kind": None, "why": one.reason}
    if one.variant is None:
        return row | {"silence": one.silence.value if one.silence else ""}
    at = due[one.account.name]
    return row | {
        "kind": one.variant.kind.value, "wording": _wording(one), "with": _with(one), "language": one.variant.language,
        "due_at": stamp(at), "local": f"{on_the_wall(at, one.account.zone):{_FORM}}", "title": one.variant.title,
        "text": plain(one.variant.text), "media": [a.file for a in one.variant.attachments],
        "of": one.variant.of.delivery if one.variant.of else "",
    }  # fmt: skip


def _wording(one: Assignment) -> int | None:
    return None if one.variant is None or one.variant.kind is Kind.REPOST else one.wording


def _with(one: Assignment) -> str:
    return one.post_kind.value if one.post_kind is not None else ""


def _said_as(one: Assignment) -> str:
    assert one.variant is not None
    wording = "" if _wording(one) is None else f", wording {one.wording}"
    return f"{one.variant.kind.value}{wording}" + (f", {_with(one)}" if _with(one) else "")


def _shown(one: Assignment) -> list[str]:
    assert one.variant is not None
    if one.variant.of is not None:
        return [f"reposts {one.variant.of.delivery}"]
    return [
        *filter(None, [one.variant.title]),
        *plain(one.variant.text).split("\n"),
        *(f"+ {a.file}" for a in one.variant.attachments),
    ]


def _kinds(wave: Wave) -> str:
    """`3 text, 2 picture, 1 repost`."""
    speaking = [one for one in wave.draft.assignments if one.variant is not None]
    kinds = Counter(one.post_kind for one in speaking if one.post_kind is not None)
    said = [f"{kinds[kind]} {kind.value}" for kind in PostKind if kinds[kind]]
    reposts = sum(1 for one in speaking if _wording(one) is None)
    return ", ".join([*said, *([f"{reposts} repost"] if reposts else [])]) or "nobody"


def _wordings(wave: Wave) -> str:
    """`1: 6, 2: 1`: how many accounts say which wording."""
    numbers = Counter(number for one in wave.draft.assignments if (number := _wording(one)) is not None)
    return ", ".join(f"{number}: {count}" for number, count in sorted(numbers.items()))


def _span(moments: Iterable[datetime]) -> tuple[str, str]:
    found = sorted(moments)
    return (f"{found[0]:{_FORM}}", f"{found[-1]:{_FORM}}") if found else ("-", "-")


def _blocking(planned: Plan) -> list[Finding]:
    return [finding for finding in planned.findings if finding.weight.value == "blocking"]


def _approval(one: Submitted | str) -> str:
    return one if isinstance(one, str) else says(one)


def _approval_json(one: Submitted | str) -> dict[str, Any]:
    complete = not isinstance(one, str) and one.standing.complete
    signed = [] if isinstance(one, str) else [said.person for said in one.standing.signed]
    return {"complete": complete, "says": _approval(one), "signed": signed}


def _of(wave: WaveRecord, sent: Iterable[Delivery]) -> list[Delivery]:
    return [one for one in sent if (one.message, one.wave) == (wave.message, wave.wave)]


def _states(sent: Iterable[Delivery]) -> str:
    """`6 published, 12 waits`, in the words of the screens."""
    numbers = Counter(one.state for one in sent)
    return ", ".join(f"{numbers[state]} {PLAIN[state]}" for state in State if numbers[state])


def _stands(record: CampaignRecord, now: datetime) -> str:
    if record.stopped_at is not None:
        return "stopped"
    return "not begun" if now < record.waves[0].first else "over" if now > record.waves[-1].last else "under way"
