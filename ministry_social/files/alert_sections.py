"""The sections of settings about asking after accounts, and about whom to tell. See sections.py, of which they are a part."""

# ruff: noqa: RUF009  (setting() makes a dataclasses.field, evaluated once on purpose)

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from ..errors import MinistryError
from .setting import setting

_PORTS = {"starttls": 587, "tls": 465, "none": 25}  # IANA: submission, submissions, smtp
Problem = Callable[[str, str, str], MinistryError]


@dataclass(frozen=True, kw_only=True)
class Inspecting:
    """How platforms are asked how our accounts stand."""

    every: timedelta = setting("24h", 'How often a worker asks after each account. "0s": never. X takes $0.010 each time.')


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """Who is told when an account needs somebody. Secrets: ministry-social alert secret."""

    to: str = setting("", "Mail addresses that are told of every account, with commas between; others: responsible, per account.")
    mail_from: str = setting("", "The address from which mail comes. Empty: no mail is sent.")
    smtp: str = setting("", "The mail server, such as smtp.example.org or 127.0.0.1:8025. In a rehearsal: this machine only.")
    smtp_security: str = setting(
        "starttls",
        "How the way to the mail server is encrypted; none: only to this machine.",
        choices=("starttls", "tls", "none"),
    )
    smtp_user: str = setting("", "Who signs in at the mail server; the password is in the vault. Empty: nobody does.")
    webhook: str = setting("", "An https address that gets each alert as signed JSON. In a rehearsal: http on this machine only.")


def addresses(text: str) -> tuple[str, ...]:
    """Several mail addresses. Raises `ValueError` on what is none."""
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    for one in found:
        name, at, host = one.rpartition("@")
        if not (name and at and host) or not one.isprintable() or any(sign in one for sign in " <>,;"):
            raise ValueError(f'"{one}" is not a mail address. Write one such as "press@mfa.example.org".')
    return found


def server(text: str, security: str) -> tuple[str, int]:
    """Host and port of a mail server. Raises `ValueError` where it is none."""
    parts = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.path or parts.username or parts.query:
        raise ValueError(f'"{text}" is not a mail server. Write one such as "smtp.example.org" or "127.0.0.1:8025".')
    return host, port or _PORTS[security]


def check_alerts(alerts: Mapping[str, Any], live: bool, problem: Problem) -> None:
    """Refuse settings that cannot work, or that lead out of their world. `problem`: an error of setting, sentence, remedy."""
    for name in ("to", "mail_from"):
        try:
            found = addresses(alerts[name])
        except ValueError as wrong:
            raise problem(name, str(wrong), "") from wrong
        if name == "mail_from" and len(found) > 1:
            raise problem(name, "must be one address.", "")
    if bool(alerts["smtp"]) != bool(alerts["mail_from"]):
        here, missing = ("smtp", "mail_from") if alerts["smtp"] else ("mail_from", "smtp")
        raise problem(here, f"alone sends no mail: {missing} is empty.", "Set both, or neither.")
    if alerts["smtp"]:
        _check_server(alerts, live, problem)
    if alerts["webhook"]:
        _check_webhook(alerts["webhook"], live, problem)


def _check_server(alerts: Mapping[str, Any], live: bool, problem: Problem) -> None:
    try:
        host, _ = server(alerts["smtp"], alerts["smtp_security"])
    except ValueError as wrong:
        raise problem("smtp", str(wrong), "") from wrong
    if not live and not is_here(host):
        remedy = "Use a mail server on this machine that only shows mail, or leave it empty."
        raise problem("smtp", f'"{host}" is not on this machine, and this ministry is a rehearsal.', remedy)
    if alerts["smtp_security"] == "none" and not is_here(host):
        raise problem("smtp_security", f'"{host}" is not on this machine: the way to it must be encrypted.', 'Write "starttls".')
    if alerts["smtp_user"] and alerts["smtp_security"] == "none":
        raise problem("smtp_user", "A password is never sent unencrypted.", 'Write smtp_security = "starttls".')


def _check_webhook(url: str, live: bool, problem: Problem) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
        raise problem("webhook", "This is not an address.", 'Write one such as "https://alerts.example.org/social".')
    if live and (parts.scheme != "https" or is_here(parts.hostname)):
        raise problem("webhook", "A live ministry's webhook is an https address elsewhere.", "")
    if not live and not is_here(parts.hostname):
        raise problem("webhook", f'"{parts.hostname}" is not on this machine, and this ministry is a rehearsal.', "")


def is_here(host: str) -> bool:
    """Whether a host can only be this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
