"""Who is told in a ministry, and how: its mail server, its webhook."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..desk.alerting import MAIL, WEBHOOK, Bell
from ..files.alert_sections import addresses, is_here, server
from ..ports import Messenger

if TYPE_CHECKING:
    from . import App

SECRETS = {"smtp-password": "The password of [alerts] smtp_user.", "webhook-key": "The key with which the webhook is signed."}


def bell(app: "App") -> Bell:
    """As [alerts] says."""
    alerts = app.settings.alerts
    ways = ((MAIL,) if alerts.smtp else ()) + ((WEBHOOK,) if alerts.webhook else ())
    return Bell(make=lambda: _messengers(app, ways), operators=addresses(alerts.to), ways=ways)


def _messengers(app: "App", ways: tuple[str, ...]) -> Mapping[str, Messenger]:
    from ..alerts.mail import Mail
    from ..alerts.webhook import Webhook

    alerts, ministry, sending = app.settings.alerts, app.settings.ministry, app.settings.sending
    found: dict[str, Messenger] = {}
    if MAIL in ways:
        host, port = server(alerts.smtp, alerts.smtp_security)
        found[MAIL] = Mail(
            host=host, port=port, security=alerts.smtp_security, user=alerts.smtp_user, sender=alerts.mail_from,
            password=lambda: app.vault.alert("smtp-password"), house=ministry.name, rehearsal=not app.settings.live,
            timeout=sending.total_timeout.total_seconds(),
        )  # fmt: skip
    if WEBHOOK in ways:
        found[WEBHOOK] = Webhook(
            url=alerts.webhook, key=lambda: app.vault.alert("webhook-key"), house=ministry.name, world=ministry.world,
            local=is_here(urlsplit(alerts.webhook).hostname or ""),
            connect=sending.connect_timeout.total_seconds(), total=sending.total_timeout.total_seconds(),
        )  # fmt: skip
    return found
