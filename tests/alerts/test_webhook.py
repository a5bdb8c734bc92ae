"""The webhook: signed JSON, checked with the very lines of the docs; no redirect, no second try."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ministry_social.alerts.webhook import Webhook
from ministry_social.errors import AlertFailed
from ministry_social.model.notice import Notice
from tests.docs.pages import page
from tests.receivers import Hook, web_server

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
NOTICE = Notice(subject="mfa: 1 finding", lines=("mfa", "- Le nom a changé."), about=("mfa",), findings=("name-changed",))


def webhook(hook: Hook, **more: Any) -> Webhook:
    values: dict[str, Any] = {
        "url": hook.address, "key": lambda: "a key", "house": "Ministry of Tavoria", "world": "rehearsal", "local": True,
    }  # fmt: skip
    return Webhook(**values | more)


def checker() -> dict[str, Any]:
    """The documented lines, run."""
    [code] = re.findall(r"```python check_alert.py\n(.*?)```", page("standing.md"), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    found: dict[str, Any] = {}
    exec(code, found)
    return found


def test_it_arrives_signed_and_the_documented_lines_check_it() -> None:
    with web_server() as hook:
        webhook(hook).send(NOTICE, to="", at=AT)
    [(headers, body)] = hook.asked
    assert json.loads(body) == {
        "from": "Ministry of Tavoria", "world": "rehearsal", "at": "2026-12-01T09:00:00+00:00", "severity": "advisory",
        "subject": "mfa: 1 finding", "lines": ["mfa", "- Le nom a changé."], "about": ["mfa"], "findings": ["name-changed"],
    }  # fmt: skip
    genuine = checker()["genuine"]
    now = AT.timestamp()
    assert genuine("a key", headers, body, now + 10)
    assert not genuine("another key", headers, body, now + 10)
    assert not genuine("a key", headers, body.replace(b"mfa", b"mfb", 1), now + 10)
    assert not genuine("a key", headers, body, now + 3600)  # played again later
    assert not genuine("a key", {**headers, "X-Ministry-Timestamp": str(int(now + 3600))}, body, now + 3600)


@pytest.mark.parametrize("answer", [301, 307, 404, 500])
def test_any_other_answer_than_yes_is_a_failure_and_no_redirect_is_followed(answer: int) -> None:
    with web_server() as hook:
        hook.answer = answer
        with pytest.raises(AlertFailed, match=rf"refused \(HTTP {answer}\)"):
            webhook(hook).send(NOTICE, to="", at=AT)
    assert len(hook.asked) == 1


def test_without_a_key_nothing_is_sent() -> None:
    with web_server() as hook, pytest.raises(AlertFailed, match=r"no key.*alert secret webhook-key"):
        webhook(hook, key=lambda: "").send(NOTICE, to="", at=AT)
    assert hook.asked == []


def test_one_that_is_not_there_is_named_without_its_address() -> None:
    with web_server() as hook:
        gone = replace(webhook(hook), connect=1.0)
    with pytest.raises(AlertFailed, match=r"could not be reached \(ConnectionError\)") as failed:
        gone.send(NOTICE, to="", at=AT)
    assert hook.address not in str(failed.value)  # its path may be a secret
    assert "key" not in repr(gone)
