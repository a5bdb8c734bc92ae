"""The switches: what can be made to go wrong, for whom, and how often."""

from dataclasses import asdict, dataclass, field
from typing import Any

# Each kind: what it does. The same table is printed by `rehearsal fault --help` and checked against docs/rehearsal.md.
KINDS = {
    "delay-before": "wait `seconds` (real ones) before carrying the request out",
    "delay-after": "carry it out, then wait `seconds` before answering",
    "drop-before": "cut the connection without carrying the request out",
    "drop-after": "carry it out, then cut the connection without an answer",
    "error": "answer with `status` (503) and do not carry it out",
    "error-after": "carry it out, then answer with `status` (503)",
    "html-page": "answer with an HTML error page (502) and do not carry it out",
    "html-page-after": "carry it out, then answer with an HTML error page (502)",
    "no-content-type": "answer 503 without a content type and do not carry it out",
    "unparsable": "carry it out, then answer 2xx with a body that nobody can read",
    "throttled": "answer as if the rate limit were used up, for `seconds` of the rehearsal's time (900)",
    "expired-token": "answer as if the account's token had expired or been revoked",
    "suspended": "answer as if the account were suspended",
    "no-credit": "answer as if the app's credit were used up",
    "read-lag": "show a post on timelines only `seconds` (rehearsal's time) after it was made",
    "idle-drop": "close a kept connection after `seconds` (real ones) without a request, and say nothing",
}

# Which requests a fault meets where nothing else is said.
ACTIONS = ("publish", "prepare", "read", "delete", "token")


@dataclass
class Fault:
    """One switch that is on. `None` means: every account, every action of its kind, without end."""

    id: int
    kind: str
    platform: str
    account: str | None = None
    action: str | None = "publish"
    times: int | None = None
    seconds: float = 0.0
    status: int = 503
    met: int = 0
    ends: float | None = None  # a throttle: when it is over, in epoch seconds of the rehearsal; set when it is first met

    def as_json(self) -> dict[str, Any]:
        """For the control interface."""
        return asdict(self)


# These describe a state of the account or the app rather than a mishap of one request: they meet every action.
STANDING = ("expired-token", "suspended", "no-credit")


@dataclass
class Faults:
    """All switches that are on, oldest first."""

    on: list[Fault] = field(default_factory=list)
    next_id: int = 1

    def add(self, kind: str, platform: str, **details: Any) -> Fault:
        """Turn one on. Raises `ValueError` on an unknown kind or action."""
        if kind not in KINDS:
            raise ValueError(f"there is no fault {kind!r}; there are: {', '.join(KINDS)}")
        if kind in STANDING and "action" not in details:
            details["action"] = None
        if details.get("action") is not None and details["action"] not in ACTIONS:
            raise ValueError(f"there is no action {details['action']!r}; there are: {', '.join(ACTIONS)}")
        fault = Fault(id=self.next_id, kind=kind, platform=platform, **details)
        self.next_id += 1
        self.on.append(fault)
        return fault

    def remove(self, fault_id: int | None = None) -> int:
        """Turn one off, or all. Returns how many."""
        before = len(self.on)
        self.on = [fault for fault in self.on if fault_id is not None and fault.id != fault_id]
        return before - len(self.on)

    def meet(self, platform: str, account: str | None, action: str, now: float) -> Fault | None:
        """The first mishap for this request, counted down; `read-lag` and `idle-drop` are asked for by name instead.

        `now` is the rehearsal's time in epoch seconds: a throttle ends by itself.
        """
        self.on = [fault for fault in self.on if fault.ends is None or now < fault.ends]
        for fault in self.on:
            if fault.kind in ("read-lag", "idle-drop") or not self._fits(fault, platform, account, action):
                continue
            if fault.kind == "throttled" and fault.ends is None:
                fault.ends = now + (fault.seconds or 900)
            fault.met += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.on.remove(fault)
            return fault
        return None

    def seconds(self, kind: str, platform: str, account: str | None) -> float | None:
        """The value of a lasting fault (`read-lag`, `idle-drop`), or None where it is off."""
        for fault in self.on:
            if fault.kind == kind and fault.platform == platform and fault.account in (None, account):
                return fault.seconds
        return None

    @staticmethod
    def _fits(fault: Fault, platform: str, account: str | None, action: str) -> bool:
        return fault.platform == platform and fault.account in (None, account) and fault.action in (None, action)
