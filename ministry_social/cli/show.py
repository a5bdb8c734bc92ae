"""How things look in a terminal: tables, findings, the plan in one sentence."""

from collections.abc import Iterable, Sequence
from typing import Any

import click

from ..model.finding import Finding
from ..model.plan import Assignment, Cost, Silence
from ..model.variant import Kind
from ..rules.cost import dollars

_SHOWN_AS = {Kind.LOCAL: "local text", Kind.PAGE_POST: "page post"}
# Why accounts stay silent, for one and for several.
_SILENT = {
    Silence.NOT_ADDRESSED: ("is not addressed", "are not addressed"),
    Silence.OFFICIAL_NOT_ADDRESSED: ("official is not addressed", "officials are not addressed"),
    Silence.OWES_LOCAL_TEXT: ("mission owes a local text", "missions owe a local text"),
    Silence.NO_TRANSLATION: ("has no translation", "have no translation"),
    Silence.NO_VIDEO: ("has no video to show", "have no video to show"),
    Silence.NO_TEXT: ("has no text that can be sent", "have no text that can be sent"),
    Silence.NOT_THEN: ("does not post at that time", "do not post at that time"),
    Silence.NOT_THIS_WAVE: ("is not in this wave", "are not in this wave"),
    Silence.NO_WORDING: ("has no unused wording", "have no unused wording"),
}


def table(rows: Sequence[Sequence[str]], titles: Sequence[str]) -> None:
    """A table of left-aligned columns. Nothing is ever cut: an address stays whole, so that it can be clicked and copied."""
    from rich.cells import cell_len

    widths = [max(cell_len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    for number, row in enumerate((titles, *rows)):
        line = "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(click.style(line, bold=True) if number == 0 else line)


def findings(found: Sequence[Finding]) -> None:
    """One line each, blocking ones first, and a last line that counts."""
    for finding in found:
        place = f"{finding.place.file}:{finding.place.line}" if finding.place else ""
        accounts = f" [{some(finding.accounts)}]" if finding.accounts and not _named(finding) else ""
        click.echo(f"{place}  {finding.weight.value:<8}  {finding.name}  {finding.sentence}{accounts}".strip())
    click.echo(f"{count(found)}." + ("   Explained: ministry-social help findings" if found else ""))


def count(found: Iterable[Finding]) -> str:
    """`1 blocking, 2 advisory`."""
    weights = [finding.weight.value for finding in found]
    return f"{weights.count('blocking')} blocking, {weights.count('advisory')} advisory"


def _named(finding: Finding) -> bool:
    return all(name in finding.sentence for name in finding.accounts) or len(finding.accounts) > 5


def plan(assignments: Iterable[Assignment]) -> str:
    """The plan in one sentence for each platform, each on its own line after the first."""
    listed = list(assignments)
    parts = []
    for platform, noun in (("x", "X account"), ("facebook", "Facebook page"), ("youtube", "YouTube channel")):
        here = [a for a in listed if a.account.platform == platform]
        if here:
            parts.append(f"{number(len(here), noun)}: {_carried(here)}{_quiet(here)}")
    return ".\n          ".join(parts) + "."


def _carried(here: Sequence[Assignment]) -> str:
    kinds = [a.variant.kind for a in here if a.variant is not None]
    said = [number(kinds.count(kind), _SHOWN_AS.get(kind, kind.value)) for kind in Kind if kind in kinds]
    return ", ".join(said) or "nothing"


def _quiet(here: Sequence[Assignment]) -> str:
    silent = [a.silence for a in here if a.silence is not None]
    if not silent:
        return ""
    why = [f"{silent.count(one)} {_SILENT[one][silent.count(one) > 1]}" for one in dict.fromkeys(silent)]
    return f"; {len(silent)} stay{'' if len(silent) > 1 else 's'} silent ({', '.join(why)})"


def number(count: int, noun: str) -> str:
    """`1 picture`, `2 pictures`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def cost(spent: Cost, prices_date: str, with_link: str, others: str) -> str:
    """The line about money."""
    return (
        f"about {dollars(spent.total)} on X ({number(spent.with_link, 'post')} with a link at ${with_link}, "
        f"{number(spent.others, 'other')} at ${others}, {number(spent.alt_texts, 'alt text')}; prices of {prices_date})"
    )


def some(names: Iterable[str], most: int = 5) -> str:
    """The first few names."""
    listed = list(names)
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def deliveries(rows: Iterable[dict[str, Any]]) -> None:
    """Deliveries as a press officer reads them."""
    table(
        [[r["account"], r["platform"], r["kind"], r["says"], r["url"] or r["why"]] for r in rows],
        ["account", "platform", "kind", "state", "address"],
    )


def entries(ledger: Iterable[dict[str, Any]]) -> None:
    """Entries of the ledger, oldest first; digests are cut short."""
    table(
        [[str(e["position"]), e["at"], e["event"], e["by"], _facts(e["facts"])] for e in ledger],
        ["entry", "at", "event", "by", "facts"],
    )


def _facts(facts: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_fact(value)}" for name, value in facts.items())


def _fact(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_fact(one) for one in value) or "none"
    text = str(value)
    return f"{text[:12]}…" if len(text) in (32, 64) and all(c in "0123456789abcdef" for c in text) else text
