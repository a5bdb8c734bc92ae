"""Notices: how findings are told to somebody who has not asked."""

from collections.abc import Sequence

from ..model.account import Account
from ..model.finding import Finding, Weight
from ..model.notice import Notice
from .findings import counted


def notice(found: Sequence[tuple[Account, Finding]]) -> Notice:
    """One notice of these findings, account by account in the order given; what stops an account from posting first."""
    weights = {finding.weight for _, finding in found}
    about = list(dict.fromkeys(account.name for account, _ in found))
    lines: list[str] = []
    for name in about:
        account = next(one for one, _ in found if one.name == name)
        lines += [f"{account.name} ({account.title}, {account.platform} {account.handle})"]
        here = sorted((one for which, one in found if which.name == name), key=lambda one: one.weight is Weight.ADVISORY)
        for finding in here:
            lines += [f"- {finding.sentence}", f"  {finding.remedy}"] if finding.remedy else [f"- {finding.sentence}"]
        lines += [""]
    return Notice(
        subject=_subject(found, about),
        lines=tuple(lines[:-1]),
        about=tuple(about),
        findings=tuple(dict.fromkeys(finding.name for _, finding in found)),
        severity=Weight.BLOCKING if Weight.BLOCKING in weights else Weight.ADVISORY,
    )


def _subject(found: Sequence[tuple[Account, Finding]], about: Sequence[str]) -> str:
    said = counted(len(found), "finding", "findings")
    urgent = sum(1 for _, finding in found if finding.weight is Weight.BLOCKING)
    more = f", {urgent} blocking" if urgent else ""
    return f"{about[0] if len(about) == 1 else counted(len(about), 'account', 'accounts')}: {said}{more}"
