"""Entries in plain words: who, when, what, about what, and why; and which events answer which question."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ..model.delivery import State
from ..model.ledger import Entry, Event

# What happened, for a sentence that begins with who did it. docs/ledger.md says more of each.
SAYS: Mapping[str, str] = {
    "received": "took a revision in",
    "findings": "was told what the checks say",
    "released": "listed its deliveries in a release",
    "confirmed": "said yes to the release",
    "submitted": "put the release before those who sign",
    "signed": "signed the release",
    "declined": "refused the release",
    "withdrawn": "took back a signature or refusal",
    "replaced": "put a newer revision in its place",
    "local-asked": "asked missions for their own words",
    "local-written": "wrote a mission's own words",
    "planned": "planned it",
    "prepared": "prepared it",
    "not-prepared": "could not prepare it; again later",
    "preparation-lost": "has to prepare it anew",
    "paced": "put it off: as much was done as may be",
    "started": "began to send it",
    "accepted": "published it",
    "not-sent": "could not send it; again later",
    "throttled": "was told by the platform to wait",
    "refused": "was refused by the platform",
    "lost": "got no answer: it may be out",
    "expired": "ended the attempt of a process that is gone: it may be out",
    "duplicate": "was told that it stands there already",
    "doubted": "looks for it first: the store was restored",
    "found": "found it on the platform",
    "absent": "found that it is not there",
    "stuck": "cannot tell: a person must decide",
    "decided": "decided what became of it",
    "without-video": "goes on without the video, as signed",
    "cancelled": "called it off",
    "missed": "gave it up: too late to be worth sending",
    "asked-again": "asked for another try",
    "recall-asked": "asked to take it down",
    "copied": "kept a copy of what stands there",
    "not-recalled": "could not take it down",
    "recalled": "took it down",
    "opened": "made the store",
    "taken-in": "took the account into the list",
    "account-changed": "changed what is known of the account",
    "account-approved": "approved the account",
    "invited": "made a link to connect the account",
    "invitation-opened": "followed the link",
    "invitation-refused": "was refused with a link",
    "invitation-withdrawn": "took a link back",
    "connected": "stored the account's credential",
    "not-connected": "could not connect the account",
    "verified": "verified the account",
    "not-verified": "could not verify the account",
    "activated": "activated the account",
    "certification-proposed": "said first that the account is ours",
    "certified": "certified the account",
    "retired": "retired the account",
    "hold": "stopped",
    "hold-lifted": "let go on",
    "paused": "paused",
    "probed": "asked whether it is still shut out",
    "resumed": "resumed",
    "restored": "restored the store from a backup",
    "campaign-planned": "put a campaign in force",
    "campaign-stopped": "stopped a campaign",
    "ministry-key": "made the ministry's key",
    "register-published": "published the register",
    "checkpointed": "signed the ledger as it was",
    "disposed": "removed content that is not needed any more",
    "legal-hold": "forbade to dispose of it",
    "legal-hold-lifted": "let it be disposed of again",
    "moved": "moved the store",
    "upgraded": "brought the store up to date",
    "app-kept": "stored our app's secret",
    "alert-secret": "stored a secret of the alerts",
    "alert-tested": "sent a test of the alerts",
    "vault-key": "made a new key of the vault",
    "vault-rotated": "sealed the secrets anew",
    "vault-copied": "copied the secrets into another vault",
    "rehearsal-emptied": "emptied the rehearsal",
    "proposed": "signed the policy first",
    "adopted": "signed the policy: it is in force",
    "not-allowed": "was not allowed",
    "standing": "saw that the platform says something else of the account",
    "standing-accepted": "said that what has changed is right",
    "proved": "proved the account by a test post",
    "deviation": "saw that something stands there otherwise than signed",
    "deviation-over": "saw that it does not any more",
    "explained": "explained a deviation",
    "alerted": "told somebody",
    "not-alerted": "could not tell somebody",
    "figures-collected": "read the figures of posts",
}  # fmt: skip

# Which events bring a delivery into a state. `decided` does either, as its facts say.
MOVES: Mapping[State, tuple[Event, ...]] = {
    State.PLANNED: (Event.PLANNED, Event.NOT_SENT, Event.THROTTLED, Event.PREPARATION_LOST, Event.ABSENT, Event.DECIDED,
                    Event.ASKED_AGAIN),
    State.SENDING: (Event.STARTED,),
    State.PUBLISHED: (Event.ACCEPTED, Event.FOUND, Event.DECIDED),
    State.FAILED: (Event.REFUSED,),
    State.UNKNOWN: (Event.LOST, Event.EXPIRED, Event.DUPLICATE, Event.DOUBTED),
    State.RECALLED: (Event.RECALLED,),
    State.CANCELLED: (Event.CANCELLED,),
    State.MISSED: (Event.MISSED,),
}  # fmt: skip

# What can be asked for by a word -> the events that may answer it (see `answers` for those that not always do).
QUESTIONS: Mapping[str, tuple[Event, ...]] = {
    "published": MOVES[State.PUBLISHED],
    "signatures": (Event.SUBMITTED, Event.CONFIRMED, Event.SIGNED, Event.DECLINED, Event.WITHDRAWN, Event.PROPOSED, Event.ADOPTED),
    "emergencies": (Event.SIGNED,),
    "overrides": (Event.SIGNED, Event.DECIDED, Event.ASKED_AGAIN, Event.RESUMED, Event.HOLD_LIFTED),
    "recalls": (Event.RECALL_ASKED, Event.COPIED, Event.NOT_RECALLED, Event.RECALLED),
    "stops": (Event.HOLD, Event.HOLD_LIFTED, Event.PAUSED, Event.RESUMED, Event.CAMPAIGN_STOPPED),
    "doubts": (*MOVES[State.UNKNOWN], Event.FOUND, Event.ABSENT, Event.STUCK, Event.DECIDED),
    "refusals": (Event.NOT_ALLOWED, Event.DECLINED, Event.INVITATION_REFUSED),
}

# These say in their facts what they are about, where that is more than one account or message.
SCOPED = (Event.HOLD, Event.HOLD_LIFTED, Event.PAUSED, Event.RESUMED, Event.CAMPAIGN_PLANNED, Event.CAMPAIGN_STOPPED)
_WHY = ("emergency", "reason", "why", "error")
_SUBJECTS = ("delivery", "message", "account")
_NAMED = ("campaign", "command", "platform", "mission", "channel")


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry, told: `at` as the ledger writes it, `why` empty where nothing is said."""

    position: int
    at: str
    who: str
    what: str
    about: str
    why: str
    event: str
    body: Mapping[str, Any]
    seal: str


def told(entry: Entry) -> Told:
    """An entry in words."""
    body = json.loads(entry.body)
    event, facts = body["event"], body["facts"]
    return Told(
        position=entry.position, at=body["at"], who=body["by"], what=_what(event, facts), about=_about(body["about"], facts),
        why=next((str(facts[name]) for name in _WHY if facts.get(name)), str(facts.get("code", ""))), event=event, body=body,
        seal=entry.seal,
    )  # fmt: skip


def answers(one: Told, words: Collection[str]) -> bool:
    """Whether an entry of the right event really answers one of these questions (see `QUESTIONS`)."""
    return not words or any(one.event in QUESTIONS[word] and _answers(one, word) for word in words)


def touches(one: Told, scopes: Collection[tuple[str, str]]) -> bool:
    """Whether one of `SCOPED` is about one of these: (`platform`, `x`), (`campaign`, `grain`), ... What stops all touches all."""
    facts = one.body["facts"]
    about = ("campaign", facts["campaign"]) if "campaign" in facts else (facts.get("scope"), facts.get("value"))
    return about[0] == "all" or about in scopes


def brings_to(one: Told, states: Collection[State]) -> bool:
    """Whether an entry brought its delivery into one of these states."""
    if one.event != Event.DECIDED:
        return not states or any(one.event in MOVES[state] for state in states)
    after = State.PLANNED if one.body["facts"].get("absent") else State.PUBLISHED
    return not states or after in states


def _answers(one: Told, word: str) -> bool:
    facts = one.body["facts"]
    match word, one.event:
        case "published", Event.DECIDED:
            return not facts.get("absent")
        case (("emergencies" | "overrides"), Event.SIGNED):
            return bool(facts.get("emergency"))
        case "overrides", Event.RESUMED:
            return bool(one.who != "engine")
    return True


def _what(event: str, facts: Mapping[str, Any]) -> str:
    said = SAYS.get(event, event.replace("-", " "))
    if event == Event.SIGNED and facts.get("emergency"):
        return f"{said}, for an emergency"
    if event == Event.DECIDED:
        return "decided that it is not there" if facts.get("absent") else "decided that it is published"
    return f"{said} (drill)" if facts.get("drill") else said


def _about(about: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    """The narrowest thing that is named."""
    for name in _SUBJECTS:
        if name in about:
            return about[name] + (f" ({facts['command']})" if "command" in facts else "")
    if "scope" in facts:
        return f"{facts['scope']} {facts.get('value', '')}".strip()
    named = [str(facts[name]) for name in _NAMED if name in facts]
    return " ".join(named + [str(one) for one in facts.get("about", ())])


def events_for(events: Collection[Event], words: Collection[str], states: Collection[State]) -> tuple[Event, ...] | None:
    """The events to search for: those that each of the three lets through, where it says anything. None: there can be none."""
    wanted = [
        set(events), {event for word in words for event in QUESTIONS[word]}, {event for state in states for event in MOVES[state]},
    ]  # fmt: skip
    given = [one for one in wanted if one]
    found = set.intersection(*given) if given else set()
    return None if given and not found else tuple(sorted(found))
