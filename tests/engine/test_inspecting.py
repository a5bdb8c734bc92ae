"""Workers on several machines ask after accounts together: each account once, by one of them, and what is found is told once."""

import json
from collections import Counter
from contextlib import closing
from typing import Any

from tests.acceptance.ministry import Ministry
from tests.conftest import Rehearsal
from tests.receivers import web_server

from .test_worker_command import ended, process, until


def entries(ministry: Ministry) -> list[dict[str, Any]]:
    with closing(ministry.app()) as app, app.store.read() as reading:
        return [json.loads(entry.body) for entry in reading.entries()]


def test_two_workers_share_the_asking_and_tell_once(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.post("/rehearsal/clock", {"rate": 300})
    rehearsal.fault("suspended", "x", account="mfa")
    with web_server() as hook:
        ministry.environment |= {"MINISTRY_SOCIAL_ALERTS_WEBHOOK": hook.address}
        ministry.say("alert", "secret", "webhook-key", "--file", "-", stdin="a key")
        with process(ministry, "worker") as one, process(ministry, "worker") as other:
            until(lambda: bool(hook.asked) and Counter(body["event"] for body in entries(ministry))["standing"] >= 3)
            for worker in (one, other):
                out, err = ended(worker)
                assert worker.returncode == 0, out + err
    written = [body for body in entries(ministry) if body["event"] == "standing"]
    assert max(Counter(body["about"]["account"] for body in written).values()) == 1
    assert {body["by"] for body in written} == {"engine"}
    assert len(hook.asked) == 1
    assert [body["event"] for body in entries(ministry)].count("paused") == 1
