"""Mail: a real server gets a plain message; what goes wrong is one sentence without a secret."""

import ssl
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from ministry_social.alerts.mail import Mail
from ministry_social.errors import AlertFailed
from ministry_social.model.finding import Weight
from ministry_social.model.notice import Notice
from tests.receivers import mail_server

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
NOTICE = Notice(subject="mfa: 1 finding", lines=("mfa", "- İts nâme is «другое»."), severity=Weight.BLOCKING)


def mail(port: int, **more: Any) -> Mail:
    values: dict[str, Any] = {
        "host": "127.0.0.1", "port": port, "security": "none", "user": "", "password": lambda: "tell-tale",
        "sender": "social@mfa.example.org", "house": "Ministry of Tavoria", "rehearsal": False, "timeout": 5.0,
    }  # fmt: skip
    return Mail(**values | more)


def test_a_notice_arrives_as_plain_text() -> None:
    with mail_server() as box:
        mail(box.port).send(NOTICE, to="anna@mfa.example.org", at=AT)
    [got] = box.mails
    assert (got["From"], got["To"], got["Subject"]) == ("social@mfa.example.org", "anna@mfa.example.org", "mfa: 1 finding")
    assert (got["Date"], got["Auto-Submitted"], got["Importance"]) == ("Tue, 01 Dec 2026 09:00:00 +0000", "auto-generated", "high")
    assert got.get_content_type() == "text/plain"
    assert "- İts nâme is «другое»." in got.get_content()
    assert "Ministry of Tavoria" in got.get_content()
    assert box.envelopes[0].mail_from == "social@mfa.example.org"


def test_a_rehearsal_says_that_it_is_one() -> None:
    with mail_server() as box:
        mail(box.port, rehearsal=True).send(NOTICE, to="anna@mfa.example.org", at=AT)
    assert box.mails[0]["Subject"] == "[Rehearsal] mfa: 1 finding"
    assert box.mails[0].get_content().splitlines()[0] == "This is a rehearsal: nothing of it is real."


def test_whoever_must_sign_in_does() -> None:
    with mail_server(auth_require_tls=False) as box:
        mail(box.port, user="social", password=lambda: "open sesame").send(NOTICE, to="anna@mfa.example.org", at=AT)
        assert box.logins == [("social", "open sesame")]
        with pytest.raises(AlertFailed, match=r"refused the mail \(SMTP 535\)") as refused:
            mail(box.port, user="social").send(NOTICE, to="anna@mfa.example.org", at=AT)
    assert "tell-tale" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_the_way_is_encrypted_to_a_server_whose_certificate_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, certificate = own_certificate(tmp_path)
    with mail_server(tls_context=context, require_starttls=True) as box:
        with pytest.raises(AlertFailed, match="SSLCertVerificationError"):
            mail(box.port, security="starttls").send(NOTICE, to="anna@mfa.example.org", at=AT)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        user = {"user": "social", "password": lambda: "open sesame"}
        mail(box.port, security="starttls", **user).send(NOTICE, to="anna@mfa.example.org", at=AT)
    assert (box.to, box.logins) == (["anna@mfa.example.org"], [("social", "open sesame")])


def own_certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for 127.0.0.1 that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2049, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file


def test_a_server_that_does_not_encrypt_gets_nothing() -> None:
    with mail_server() as box, pytest.raises(AlertFailed, match="could not be reached"):
        mail(box.port, security="starttls").send(NOTICE, to="anna@mfa.example.org", at=AT)
    assert box.mails == []


def test_a_server_that_is_not_there_and_one_that_refuses_are_named() -> None:
    with mail_server() as box:
        box.refuse = "550 unknown"
        with pytest.raises(AlertFailed, match=r"takes no mail for this address \(SMTP 550\)"):
            mail(box.port).send(NOTICE, to="anna@mfa.example.org", at=AT)
    with pytest.raises(AlertFailed, match=r"could not be reached \(ConnectionRefusedError\).*alert test"):
        mail(box.port).send(NOTICE, to="anna@mfa.example.org", at=AT)


def test_its_password_is_not_shown() -> None:
    assert "password" not in repr(mail(25))
