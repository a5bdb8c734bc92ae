"""The nouns: frozen values, and a credential that never shows what it holds."""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, is_dataclass
from inspect import getmembers, isclass

import pytest

from ministry_social.model import account, delivery, finding, ledger, message, plan, release, variant
from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import delivery_key
from ministry_social.model.plan import SILENCES, Silence
from tests import factories

MODULES = (account, delivery, finding, ledger, message, plan, release, variant)
VALUES = [c for module in MODULES for _, c in getmembers(module, isclass) if is_dataclass(c) and c.__module__ == module.__name__]
SECRETS = {"consumer_secret": "s1-telltale", "access_token": "t2-telltale", "refresh_token": "r3-telltale"}
PUBLIC = {"page_id": "184", "channel_id": "UC1", "client_id": "c1", "token_uri": "https://oauth2.example.org/token"}


@pytest.mark.parametrize("value", VALUES, ids=lambda c: c.__name__)
def test_every_value_is_frozen_named_field_by_field_and_explained(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]  # every dataclass has it
    assert all(field.kw_only for field in fields(value))
    assert value.__doc__
    assert not value.__doc__.startswith(f"{value.__name__}(")  # what dataclasses write where nobody has


def test_a_value_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        factories.mfa().name = "another"  # type: ignore[misc]  # that is the point


def test_a_delivery_is_named_after_message_wave_account_and_part() -> None:
    assert delivery_key("grain-corridor", 2, "embassy-paris", "post") == "grain-corridor/2/embassy-paris/post"


def test_every_silence_is_explained() -> None:
    assert set(SILENCES) == set(Silence)


class TestCredential:
    credential = Credential(SECRETS | PUBLIC)

    def test_shows_the_names_of_its_fields_and_no_value(self) -> None:
        shown = f"{self.credential!r} {self.credential} {[self.credential]}"
        assert "refresh_token" in shown
        assert not [value for value in (*SECRETS.values(), *PUBLIC.values()) if value in shown]

    def test_tells_its_secrets_for_redaction_without_what_is_public(self) -> None:
        assert set(self.credential.secrets()) == set(SECRETS.values())
        assert Credential({"access_token": ""}).secrets() == ()

    def test_gives_its_fields_one_by_one_and_as_a_copy(self) -> None:
        assert self.credential["access_token"] == "t2-telltale"
        assert self.credential.get("consumer_key") == ""
        assert self.credential.get("consumer_key", "none") == "none"
        self.credential.fields()["access_token"] = "changed"
        assert self.credential["access_token"] == "t2-telltale"
        with pytest.raises(KeyError, match="consumer_key"):
            self.credential["consumer_key"]

    def test_does_not_keep_the_mapping_that_it_was_made_of(self) -> None:
        given = {"access_token": "a"}
        made = Credential(given)
        given["access_token"] = "b"
        assert made["access_token"] == "a"

    def test_is_never_pickled_or_copied(self) -> None:
        for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="a credential is not pickled"):
                attempt(self.credential)

    def test_equals_one_with_the_same_fields(self) -> None:
        same = Credential(SECRETS | PUBLIC)
        assert self.credential == same
        assert hash(self.credential) == hash(same)
        assert self.credential != Credential(SECRETS)
        assert self.credential != SECRETS

    def test_has_no_dictionary_that_a_debugger_would_print(self) -> None:
        assert not hasattr(self.credential, "__dict__")


def test_an_account_holds_no_secret() -> None:
    assert not {field.name for field in fields(Account)} & {"credential", "token", "secret", "password"}
