"""The pages of evidence that people read: the report, the table, what is in the parcel."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.evidence import Evidence, Question, Story
from ..rules.stories import stories
from ..rules.timing import stamp

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["asked_words", "page_files"]

_HERE = Path(__file__).parent / "evidence"
_PLATFORMS = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}
_COLUMNS = (
    *("delivery", "message", "account", "platform", "kind", "outcome", "due_at", "published_at", "url", "id", "text", "alt_texts"),
    *("signed_by", "confirmed_by", "recalled_at", "recall_reason", "recall_asked_by", "release"),
)


def page_files(evidence: Evidence) -> dict[str, bytes]:
    """Name -> bytes."""
    told = stories(evidence)
    environment, values = _environment(), _values(evidence, told)
    return {
        "README.txt": environment.get_template("README.txt").render(values).encode(),
        "report.html": environment.get_template("report.html").render(values).encode(),
        "summary.csv": _table(told),
    }


def asked_words(question: Question) -> str:
    """A question as people say it."""
    said = [f"the message {question.message}"] if question.message else []
    said += [f"the account {question.account}"] if question.account else []
    said += [f"from {_moment(stamp(question.since))}"] if question.since else []
    said += [f"until {_moment(stamp(question.until))}"] if question.until else []
    return ", ".join(said)


def _values(evidence: Evidence, told: tuple[Story, ...]) -> dict[str, Any]:
    asked = sum(1 for one in evidence.entries if one.asked)
    shown = {position for one in told for position, *_ in one.events}
    bodies = [(one.position, json.loads(one.body)) for one in evidence.entries if one.position not in shown]
    return {
        "ministry": evidence.ministry, "rehearsal": evidence.ledger.endswith("/rehearsal"), "ledger": evidence.ledger,
        "question": asked_words(evidence.question), "asked": asked, "needed": len(evidence.entries) - asked,
        "proved": _proved(evidence), "stories": told, "platforms": _PLATFORMS, "lacking": evidence.lacking,
        "others": [(position, one["at"], one["event"], one["by"], _about(one)) for position, one in bodies],
        "style": (_HERE / "style.css").read_text(encoding="utf-8"),
    }  # fmt: skip


def _proved(evidence: Evidence) -> str:
    if evidence.checkpoint is None:
        return "No checkpoint has these entries: they are only sealed."
    size, at = evidence.checkpoint.size, _moment(stamp(evidence.checkpoint.at))
    proved = len(evidence.entries) - evidence.only_sealed
    rest = f" The other {evidence.only_sealed} are only sealed." if evidence.only_sealed else ""
    return f"{proved} of them are in the checkpoint of {size} entries, signed on {at} UTC.{rest}"


def _about(body: Mapping[str, Any]) -> str:
    """What an entry is about, and the reason that it gives."""
    facts = body["facts"]
    said = [str(body["about"][name]) for name in ("delivery", "message", "account") if name in body["about"]][:1]
    return "; ".join(said + [str(facts[name]) for name in ("reason", "why") if facts.get(name)])


def _table(told: tuple[Story, ...]) -> bytes:
    """A table for spreadsheets, which take a text that begins like a formula for one, and need a mark to see that it is UTF-8."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    for one in told:
        cells = (
            *(one.key, one.message, one.account, one.platform, one.kind, one.outcome, one.due_at, one.at, one.url, one.id),
            *("\n\n".join(said.text for said in one.texts), "\n".join(alt for _, _, alt in one.media if alt)),
            *(" ".join(who for who, _, _ in one.signed), one.confirmed[0], one.recalled_at, one.recall_asked[1]),
            *(one.recall_asked[0], one.release),
        )
        rows.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _moment(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=select_autoescape(["html"]), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["moment"] = _moment
    return environment
