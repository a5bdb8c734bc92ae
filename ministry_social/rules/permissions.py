"""Permissions: which roles may run which command."""

from collections.abc import Collection, Mapping
from typing import Any

from ..model.policy import Person, Role

_READS = frozenset(Role)
_WRITES = frozenset({Role.AUTHOR, Role.OPERATOR})
_SUBMITS = frozenset({Role.AUTHOR, Role.OPERATOR, Role.MISSION_EDITOR})
_SIGNS = frozenset({Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.MISSION_EDITOR})  # the rules say whose signature is needed
_STOPS = frozenset({Role.AUTHOR, Role.APPROVER, Role.OPERATOR})
_OPERATES = frozenset({Role.OPERATOR})
_CERTIFIES = frozenset({Role.APPROVER, Role.OPERATOR})

# Each command -> who may run it. What everybody may run changes nothing that others rely on.
MAY: Mapping[str, frozenset[Role]] = {
    "init": _READS,
    "demo": _READS,
    "doctor": _READS,
    "account list": _READS,
    "account show": _READS,
    "account connect": _OPERATES,
    "account invite": _OPERATES,
    "account invitations": _READS,
    "onboard serve": _OPERATES,
    "account request": _SUBMITS,
    "account approve": _CERTIFIES,
    "account verify": _OPERATES,
    "account activate": _OPERATES,
    "account certify": _CERTIFIES,
    "account retire": _CERTIFIES,
    "account import": _OPERATES,
    "account export": _READS,
    "register show": _READS,
    "register key": _OPERATES,  # to look at it is for everybody
    "register publish": _OPERATES,
    "register verify": _READS,
    "register ask": _READS,
    "vault show": _READS,
    "vault app": _OPERATES,
    "vault rotate": _OPERATES,
    "vault move": _OPERATES,
    "account inspect": _OPERATES,
    "account forecast": _READS,
    "alert test": _OPERATES,
    "alert secret": _OPERATES,
    "person list": _READS,
    "person enrol": _READS,
    "policy show": _READS,
    "policy adopt": frozenset({Role.APPROVER, Role.OPERATOR}),
    "message new": _READS,
    "message check": _READS,
    "message preview": _READS,
    "message list": _READS,
    "message languages": _READS,
    "message confirm": _READS,
    "message export": _READS,
    "message import": _READS,
    "message show": _READS,
    "approval submit": _SUBMITS,
    "approval show": _READS,
    "approval sign": _SIGNS,
    "approval refuse": _SIGNS,
    "approval withdraw": _SIGNS,
    "approval list": _READS,
    "publish": _SUBMITS,
    "worker": _OPERATES,
    "delivery schedule": _SUBMITS,
    "schedule show": _READS,
    "schedule ics": _READS,
    "delivery list": _READS,
    "delivery show": _READS,
    "delivery retry": _WRITES,
    "delivery settle": _OPERATES,
    "delivery recall": _STOPS,
    "watch run": _OPERATES,
    "watch list": _READS,
    "watch explain": _OPERATES,
    "hold": _STOPS,
    "release": _STOPS,
    "resume": _OPERATES,
    "local ask": _WRITES,
    "local list": _READS,
    "local write": _SUBMITS,
    "local submit": _SUBMITS,
    "cost": _READS,
    "campaign check": _READS,
    "campaign plan": _READS,
    "campaign list": _READS,
    "campaign show": _READS,
    "campaign start": _SUBMITS,
    "campaign sign": _SIGNS,
    "campaign stop": _STOPS,
    "audit verify": _READS,
    "audit checkpoint": _OPERATES,
    "audit prove": _READS,
    "audit check-proof": _READS,
    "report collect": _OPERATES,
    "report reach": _READS,
    "audit export": _READS,
    "retention show": _READS,
    "retention dispose": _OPERATES,
    "retention hold": _CERTIFIES,
    "retention lift": _CERTIFIES,
    "audit log": _READS,
    "audit posts": _READS,
    "audit late": _READS,
    "report delivery": _READS,
    "text count": _READS,
    "rehearsal serve": _READS,
    "rehearsal open": _READS,
    "rehearsal fault": _READS,
    "rehearsal clock": _READS,
    "rehearsal meddle": _READS,
    "rehearsal reset": _OPERATES,
    "rehearsal stop": _READS,
    "store verify": _READS,
    "store backup": _READS,
    "store restore": _OPERATES,
    "store move": _OPERATES,
    "store upgrade": _OPERATES,
    "help": _READS,
}


def may_run(person: Person | None, command: str) -> bool:
    """Whether a person may run a command; somebody whom the policy does not know may look only."""
    allowed = MAY[command]
    if person is None:
        return allowed == _READS
    if Role.AUDITOR in person.roles:
        return allowed == _READS
    return bool(allowed & set(person.roles))


def reads_only(command: str) -> bool:
    """Whether everybody may run it."""
    return MAY[command] == _READS


def may_write_for(person: Person | None, accounts: Collection[str]) -> bool:
    """Whether a person may hand in a local text for a mission with these accounts: a mission editor for their own only.

    Whom the policy does not know was refused before (`may_run`), where there is a policy at all.
    """
    return person is None or bool(_WRITES & set(person.roles)) or bool(set(accounts) & set(person.accounts))


def not_their_own(person: Person, release: Mapping[str, Any]) -> str:
    """What a mission editor may not submit: anything but local texts of their own accounts. Empty where all is well."""
    if Role.MISSION_EDITOR not in person.roles or _WRITES & set(person.roles):
        return ""
    for one in release["deliveries"]:
        if one["account"] not in person.accounts:
            return f"{person.name} may speak for {', '.join(person.accounts) or 'no account'} only, not for {one['account']}."
        if one["kind"] != "local":
            return f"{person.name} may submit local texts only; {one['account']} would carry the {one['kind']}."
    return ""
