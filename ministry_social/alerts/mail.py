"""Mail: a notice as a plain message, over SMTP."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from ..errors import AlertFailed
from ..model.notice import Notice

_REMEDY = "Look at [alerts] in config/ministry.toml, then: ministry-social alert test"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """`ports.Messenger` over a mail server.

    security  `tls` from the first byte, `starttls` before anything is said, or `none` (this machine only: see the settings)
    password  asked for when it is needed; "" for a server that wants none
    sender    the address that it comes from
    house     the ministry's name
    rehearsal whether the subject says that nothing of it is real
    """

    host: str
    port: int
    security: str
    user: str
    password: Callable[[], str] = field(repr=False)
    sender: str
    house: str
    rehearsal: bool
    timeout: float = 15.0

    def send(self, notice: Notice, *, to: str, at: datetime) -> None:
        """See `Messenger.send`."""
        message = self._message(notice, to, at)
        try:
            with self._server() as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password())
                server.send_message(message, self.sender, [to])
        except smtplib.SMTPResponseException as refused:
            # Its words stay unsaid: a server may repeat what it was told.
            raise AlertFailed(f"The mail server refused the mail (SMTP {refused.smtp_code}).", remedy=_REMEDY) from None
        except smtplib.SMTPRecipientsRefused as refused:
            code, _ = refused.recipients.get(to, (0, b""))
            raise AlertFailed(f"The mail server takes no mail for this address (SMTP {code}).", remedy=_REMEDY) from None
        except (smtplib.SMTPException, OSError) as gone:
            raise AlertFailed(f"The mail server could not be reached ({type(gone).__name__}).", remedy=_REMEDY) from None

    def _server(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout)

    def _message(self, notice: Notice, to: str, at: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.sender, to
        message["Subject"] = f"{'[Rehearsal] ' if self.rehearsal else ''}{notice.subject}"
        message["Date"] = format_datetime(at)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
        if notice.severity == "blocking":
            message["Importance"] = "high"
        first = ["This is a rehearsal: nothing of it is real.", ""] if self.rehearsal else []
        last = ["", f"{self.house}: its accounts on social media. Nobody reads answers to this mail."]
        message.set_content("\n".join((*first, *notice.lines, *last)) + "\n")
        return message
