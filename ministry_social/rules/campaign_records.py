"""Campaign records: how a campaign that was put in force is kept, and read back."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from ..model.campaign import CampaignRecord, WaveRecord
from .canonical import canonical
from .timing import stamp, unstamp

FORMAT = "ministry_social/campaign/1"
_STOPPED = ("stopped_at", "stopped_by", "reason")  # what comes later, and is kept beside the record


def record_bytes(record: CampaignRecord) -> bytes:
    """The canonical bytes of a record as it was when the campaign began."""
    values = {field.name: getattr(record, field.name) for field in fields(record) if field.name not in _STOPPED}
    return canonical(
        values | {"format": FORMAT, "at": stamp(record.at), "shortage": list(record.shortage), "waves": _waves(record)}
    )


def read_record(body: bytes, *, stopped_at: datetime | None = None, stopped_by: str = "", reason: str = "") -> CampaignRecord:
    """The record that `record_bytes` wrote, and what became of it."""
    values: dict[str, Any] = {name: value for name, value in json.loads(body).items() if name != "format"}
    waves = tuple(
        WaveRecord(**wave | {"first": unstamp(wave["first"]), "last": unstamp(wave["last"])}) for wave in values.pop("waves")
    )
    kept = values | {"at": unstamp(values["at"]), "shortage": tuple(values["shortage"])}
    return CampaignRecord(waves=waves, stopped_at=stopped_at, stopped_by=stopped_by, reason=reason, **kept)


def _waves(record: CampaignRecord) -> list[dict[str, Any]]:
    return [
        {field.name: getattr(wave, field.name) for field in fields(wave)}
        | {"first": stamp(wave.first), "last": stamp(wave.last), "wordings": dict(wave.wordings), "kinds": dict(wave.kinds)}
        for wave in record.waves
    ]
