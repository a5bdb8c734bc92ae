"""The register: what stands in it, and that nothing of it can be changed unnoticed."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ministry_social.errors import RegisterRefused
from ministry_social.files.accounts import load_accounts
from ministry_social.files.register_pages import schema
from ministry_social.model.life import AccountRecord, Stage
from ministry_social.model.policy import Key
from ministry_social.model.register import Certification, Register
from ministry_social.rules.register import (
    of_file,
    of_records,
    register_bytes,
    register_from,
    register_of,
    signature_line,
    signatures,
)
from ministry_social.rules.register_check import believed
from ministry_social.rules.signing import fingerprint, genuine
from ministry_social.vault.keys import OpenKey
from tests.factories import NOW, account

DEMO = Path(__file__).parents[2] / "config" / "accounts.toml"
MONTH = timedelta(days=30)
SIGNER = OpenKey(Ed25519PrivateKey.from_private_bytes(b"\1" * 32))
KEY = Key(public=SIGNER.public, since=NOW)


def record(stage: Stage = Stage.ACTIVE, name: str = "embassy-paris", **more: Any) -> AccountRecord:
    return AccountRecord(**{"account": account(name), "order": 1, "stage": stage, "since": NOW, "requested_by": "anna"} | more)


def of_the_demo(world: str = "live") -> Register:
    """The register of the 46 accounts of config/accounts.toml."""
    listed = of_file(load_accounts(DEMO), "")
    return register_of(listed, (KEY,), world=world, ministry="Tavoria", website="https://a.example", now=NOW, valid=MONTH)


def of(*records: AccountRecord, keys: tuple[Key, ...] = (KEY,)) -> Register:
    listed = of_records(records, {"embassy-paris": "government"}, "", NOW)
    return register_of(listed, keys, world="live", ministry="Tavoria", website="", now=NOW, valid=MONTH)


def signed(register: Register, signer: OpenKey = SIGNER) -> tuple[bytes, bytes]:
    data = register_bytes(register)
    return data, signature_line(data, signer.key, signer.sign(data))


def refused(data: bytes, lines: bytes, **more: Any) -> str:
    with pytest.raises(RegisterRefused) as caught:
        believed(data, lines, **{"now": NOW} | more)
    return caught.value.code


def test_the_demos_register_is_believed() -> None:
    data, line = signed(of_the_demo())
    register = believed(data, line, now=NOW, keys=[fingerprint(KEY.public)])
    assert len(register.accounts) == 46
    assert register == of_the_demo()


def test_one_changed_byte_anywhere_and_it_is_not() -> None:
    data, line = signed(of_the_demo())
    for position in range(len(data)):
        changed = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        assert refused(changed, line) == "changed", position


def test_one_changed_byte_anywhere_and_the_signature_itself_does_not_hold() -> None:
    """The digest in the line finds a change first; the signature would, too."""
    data, line = signed(of_the_demo())
    [(_, _, signature)] = signatures(line)
    assert genuine(KEY.public, data, signature)
    for position in range(0, len(data), 41):
        changed = data[:position] + bytes([data[position] ^ 32]) + data[position + 1 :]
        assert not genuine(KEY.public, changed, signature)
        # Whoever changes the register can write its new digest, too, but not the signature.
        assert refused(changed, signature_line(changed, SIGNER.key, signature)) in ("changed", "no-register")


@pytest.mark.parametrize("bit", [1, 2, 4, 8, 16, 32, 64, 128])
def test_one_changed_bit_of_the_signature_and_it_is_not(bit: int) -> None:
    data, line = signed(of_the_demo())
    for position in range(len(line)):
        changed = line[:position] + bytes([line[position] ^ bit]) + line[position + 1 :]
        assert refused(data, changed) == "changed", position


@pytest.mark.parametrize("lines", [b"", b"\n", b"genuine\n", b"0" * 64])
def test_what_is_no_signature_signs_nothing(lines: bytes) -> None:
    assert refused(register_bytes(of_the_demo()), lines) == "changed"


def test_a_register_cut_short_or_made_longer_is_another() -> None:
    data, line = signed(of_the_demo())
    assert refused(data[:-1], line) == "changed"
    assert refused(data + b"\n", line) == "changed"
    assert refused(data, line + b"\n") == "changed"


def test_while_one_takes_the_place_of_another_both_are_believed() -> None:
    old, old_line = signed(of(record()))
    new, new_line = signed(of_the_demo())
    assert believed(old, new_line + old_line, now=NOW)
    assert believed(new, new_line + old_line, now=NOW)
    assert refused(new, old_line) == "changed"


def test_another_key_is_refused_by_whoever_knows_the_right_one() -> None:
    forger = OpenKey(Ed25519PrivateKey.from_private_bytes(b"\2" * 32))
    data, line = signed(of(record(), keys=(Key(public=forger.public, since=NOW),)), forger)
    assert believed(data, line, now=NOW).accounts  # it is whole; whose it is, nobody has asked
    assert refused(data, line, keys=[fingerprint(KEY.public)]) == "other-key"


def test_a_forger_cannot_name_our_key() -> None:
    forger = OpenKey(Ed25519PrivateKey.from_private_bytes(b"\2" * 32))
    data = register_bytes(of(record()))
    assert refused(data, signature_line(data, forger.key, forger.sign(data))) == "changed"
    assert refused(data, signature_line(data, SIGNER.key, forger.sign(data))) == "changed"


def test_who_knows_the_key_of_before_is_told_that_it_was_replaced() -> None:
    newer = OpenKey(Ed25519PrivateKey.from_private_bytes(b"\2" * 32))
    keys = (Key(public=KEY.public, since=NOW, until=NOW + MONTH), Key(public=newer.public, since=NOW + MONTH))
    data, line = signed(of(record(), keys=keys), newer)
    with pytest.raises(RegisterRefused, match="claims that yours was replaced on 2026-12-31"):
        believed(data, line, now=NOW, keys=[fingerprint(KEY.public)])
    assert believed(data, line, now=NOW, keys=[fingerprint(newer.public)]).keys == keys


def test_an_old_copy_is_refused_and_one_from_the_future() -> None:
    data, line = signed(of_the_demo())
    assert believed(data, line, now=NOW + MONTH - timedelta(seconds=1))
    assert refused(data, line, now=NOW + MONTH) == "expired"
    assert believed(data, line, now=NOW - timedelta(minutes=30))
    assert refused(data, line, now=NOW - timedelta(days=1)) == "not-yet"


def test_only_what_is_ours_or_was_stands_in_it() -> None:
    others = [record(stage, f"a-{stage.value}") for stage in Stage if stage not in (Stage.ACTIVE, Stage.RETIRED)]
    never_ours = record(Stage.RETIRED, "given-up", account=account("given-up", id=""))
    register = of(record(), record(Stage.RETIRED, "embassy-oslo"), never_ours, *others)
    assert [one.name for one in register.accounts] == ["embassy-paris"]
    assert [(one.name, one.retired_since) for one in register.retired] == [("embassy-oslo", NOW)]


def test_an_account_says_since_when_it_is_ours_and_how_it_is_certified() -> None:
    lately, long_ago = NOW - timedelta(days=364), NOW - timedelta(days=365)
    register = of(record(), record(name="b", certified_at=lately), record(name="c", certified_at=long_ago))
    assert [one.certification for one in register.accounts] == [Certification.NEVER, Certification.CERTIFIED, Certification.DUE]
    assert register.accounts[0].since == NOW
    assert register.accounts[0].verified == "government"
    assert of_the_demo().accounts[0].since is None


def test_nothing_private_stands_in_it() -> None:
    private = account(responsible="anna@mfa.example", variables={"note": "private"}, groups=("secret-group",))
    data = register_bytes(of(record(account=private)))
    for word in (b"anna", b"private", b"secret-group"):
        assert word not in data


def test_each_platform_has_its_own_form_of_address() -> None:
    found = {one.platform: one.url for one in reversed(of_the_demo().accounts)}
    assert found == {
        "x": "https://x.com/TavoriaMFA",
        "facebook": "https://www.facebook.com/tavoria.mfa",
        "youtube": "https://www.youtube.com/@TavoriaMFA",
    }
    assert of_file([account()], "http://127.0.0.1:8700")[0].url == "http://127.0.0.1:8700/x/embassy_paris"


@pytest.mark.parametrize("register", [of_the_demo(), of_the_demo("rehearsal"), of(record(), record(Stage.RETIRED, "b"))])
def test_it_fits_its_published_schema(register: Register) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))
    jsonschema.Draft202012Validator(json.loads(schema())).validate(json.loads(register_bytes(register)))


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1}, {"format": "ministry_social/register/2"}, {"world": "mars"}, {"issued_at": "yesterday"}, {"keys": []},
        {"accounts": [{"name": "embassy-paris"}]}, {"key": "f"},
    ],
)  # fmt: skip
def test_the_schema_and_the_reading_refuse_anything_else(change: dict[str, Any]) -> None:
    held = json.loads(register_bytes(of_the_demo())) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(json.loads(schema())).validate(held)
    if "world" not in change:
        with pytest.raises(ValueError, match="no register"):
            register_from(json.dumps(held, separators=(",", ":"), sort_keys=True).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", b"\xff", b'{"accounts":1}', b"[" * 100_000])
def test_what_is_no_register_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ValueError, match="no register"):
        register_from(data)
    assert refused(data, signature_line(data, SIGNER.key, SIGNER.sign(data))) == "no-register"
