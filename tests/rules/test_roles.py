"""Roles on X: one original, one translation per language, local texts, and reposts as the exception."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ministry_social.model.account import Account
from ministry_social.model.message import Message
from ministry_social.model.plan import Silence
from ministry_social.model.variant import Kind
from ministry_social.rules.roles import Role, roles
from tests.factories import account, local, message, mfa, override, wordings

FOUR = wordings(en="The corridor stays open.", fr="Le corridor reste ouvert.", tr="Koridor açık kalıyor.", ar="يبقى الممر مفتوحا.")


def given(
    said: Message,
    accounts: Sequence[Account],
    *,
    but: Sequence[str] = (),
    wave: int = 1,
    reposts: int = 5,
    fallback: str = "en",
) -> Mapping[str, Role]:
    """The roles where all are addressed `but` some."""
    chosen = frozenset(one.name for one in accounts) - set(but)
    return roles(said, accounts, chosen, wave=wave, reposts=reposts, fallback=fallback)


def kinds(found: Mapping[str, Role]) -> dict[str, Kind | None]:
    return {name: role.kind for name, role in found.items()}


def english(number: int) -> list[Account]:
    """Embassies that have nothing of their own to say, in English."""
    return [account(f"embassy-{index}", "en") for index in range(number)]


def reposting(found: Mapping[str, Role]) -> set[str]:
    return {name for name, role in found.items() if role.kind is Kind.REPOST}


def test_the_central_account_carries_the_original() -> None:
    found = given(message(), [account("embassy-london", "en", leads=("en",)), mfa()])
    assert found["mfa"] == Role(kind=Kind.ORIGINAL, language="en", reason="carries the original")


def test_there_is_exactly_one_original_and_one_translation_per_language() -> None:
    accounts = [mfa(), *english(3)]
    accounts += [account(f"embassy-{tag}-{number}", tag, "en") for tag in ("fr", "tr", "ar") for number in range(3)]
    found = given(message(wordings=FOUR), accounts)
    carried = sorted((role.kind, role.language) for role in found.values() if role.kind in (Kind.ORIGINAL, Kind.TRANSLATION))
    assert carried == [(Kind.ORIGINAL, "en")] + [(Kind.TRANSLATION, tag) for tag in ("ar", "fr", "tr")]


def test_a_translation_goes_to_the_account_that_leads_its_language() -> None:
    accounts = [mfa(), account("embassy-brussels", "fr"), account("embassy-paris", "fr", leads=("fr",))]
    found = given(message(wordings=FOUR), accounts)
    assert found["embassy-paris"].kind is Kind.TRANSLATION
    assert found["embassy-brussels"].of == "embassy-paris"


def test_without_a_lead_the_first_whose_first_language_it_is_carries_it() -> None:
    accounts = [mfa(), account("embassy-nicosia", "el", "tr"), account("embassy-baku", "tr"), account("embassy-ankara", "tr")]
    found = given(message(wordings=FOUR), accounts)
    assert found["embassy-baku"].kind is Kind.TRANSLATION
    assert {found["embassy-nicosia"].of, found["embassy-ankara"].of} == {"embassy-baku"}


def test_where_it_is_nobodys_first_language_one_whom_no_other_text_serves_carries_it() -> None:
    accounts = [mfa(), account("embassy-erbil", "ku", "ar"), account("embassy-nicosia", "en", "tr")]
    found = given(message(wordings=FOUR), accounts)
    assert (found["embassy-erbil"].kind, found["embassy-erbil"].language) == (Kind.TRANSLATION, "ar")
    assert found["embassy-nicosia"].kind is Kind.REPOST  # English comes first in its own languages


def test_a_regional_tag_is_served_by_the_language_of_the_message() -> None:
    said = message(wordings=wordings(en="Open.", zh_Hans="开放。"))
    found = given(said, [mfa(), account("embassy-beijing", "zh"), account("embassy-singapore", "zh-Hans", "en")])
    assert found["embassy-singapore"].of == "embassy-beijing" or found["embassy-beijing"].of == "embassy-singapore"


def test_where_the_central_account_is_not_addressed_another_carries_the_original() -> None:
    found = given(message(), [mfa(), account("embassy-london", "en")], but=["mfa"])
    assert found["mfa"].silence is Silence.NOT_ADDRESSED
    assert found["embassy-london"].kind is Kind.ORIGINAL


def test_a_local_text_is_the_normal_way_of_an_embassy() -> None:
    said = message(wordings=FOUR, locals=local("embassy-ankara", "Ankara'dan.", "tr"))
    found = given(said, [mfa(), account("embassy-ankara", "tr"), account("embassy-baku", "tr")])
    assert found["embassy-ankara"] == Role(kind=Kind.LOCAL, language="tr", reason="has its own local text")
    assert found["embassy-baku"].kind is Kind.TRANSLATION  # who has own words leaves the translation to another


def test_a_lead_carries_the_translation_even_if_it_has_a_local_text() -> None:
    said = message(wordings=FOUR, locals=local("embassy-paris", "Depuis Paris.", "fr"))
    assert given(said, [mfa(), account("embassy-paris", "fr", leads=("fr",))])["embassy-paris"].kind is Kind.TRANSLATION


def test_a_section_of_the_message_for_one_account_is_its_own_text() -> None:
    said = message(wordings=FOUR, overrides=(override("account embassy-ankara", short="Ankara'dan."),))
    found = given(said, [mfa(), account("embassy-ankara", "tr"), account("embassy-baku", "tr")])
    assert found["embassy-ankara"] == Role(kind=Kind.LOCAL, language="tr", reason="has its own section in the message")
    assert found["embassy-baku"].kind is Kind.TRANSLATION


def test_a_section_without_a_text_of_a_post_changes_nothing() -> None:
    said = message(wordings=FOUR, overrides=(override("account embassy-ankara", title="A title"),))
    assert given(said, [mfa(), account("embassy-ankara", "tr")])["embassy-ankara"].kind is Kind.TRANSLATION


def test_the_local_text_of_a_mission_goes_to_one_of_its_accounts_only() -> None:
    said = message(locals=local("embassy-paris", "Depuis Paris.", "fr"))
    accounts = [
        mfa(),
        account("ambassador-paris", "fr", mission="embassy-paris", official=True),
        account("embassy-paris", "fr", "en"),
        account("embassy-paris-culture", "fr", "en", mission="embassy-paris"),
    ]
    found = given(said, accounts)
    assert found["embassy-paris"].kind is Kind.LOCAL
    assert found["embassy-paris-culture"].kind is Kind.REPOST
    assert found["ambassador-paris"].silence is Silence.OWES_LOCAL_TEXT


def test_a_person_in_office_does_not_borrow_the_text_of_an_embassy_that_is_not_addressed() -> None:
    said = message(locals=local("embassy-paris", "Depuis Paris.", "fr"))
    accounts = [mfa(), account("ambassador-paris", "fr", mission="embassy-paris", official=True), account("embassy-paris", "fr")]
    assert given(said, accounts, but=["embassy-paris"])["ambassador-paris"].silence is Silence.OWES_LOCAL_TEXT


class TestPeopleInOffice:
    minister = account("minister", "en", official=True)

    def test_stay_silent_when_they_are_not_addressed(self) -> None:
        found = given(message(), [mfa(), self.minister], but=["minister"])
        assert found["minister"].silence is Silence.OFFICIAL_NOT_ADDRESSED

    def test_never_repost_and_never_carry_the_original_or_a_translation(self) -> None:
        accounts = [self.minister, account("ambassador", "fr", official=True)]
        found = given(message(wordings=FOUR), accounts)
        assert kinds(found) == {"minister": None, "ambassador": None}
        assert all(role.silence is Silence.OWES_LOCAL_TEXT and role.owes for role in found.values())

    def test_speak_in_a_local_text_of_their_own(self) -> None:
        found = given(message(locals=local("minister", "I thank our partners.")), [mfa(), self.minister])
        assert found["minister"].kind is Kind.LOCAL

    def test_speak_in_a_section_of_their_own(self) -> None:
        found = given(message(overrides=(override("account minister", short="I thank."),)), [mfa(), self.minister])
        assert found["minister"].kind is Kind.LOCAL


class TestReposts:
    def test_are_for_those_without_own_words_and_name_the_post_in_their_language(self) -> None:
        accounts = [
            mfa(), account("embassy-paris", "fr", leads=("fr",)), account("embassy-rome", "it", "fr"),
            account("embassy-oslo", "no", "en"), account("embassy-london", "en", "fr"),
        ]  # fmt: skip
        found = given(message(wordings=FOUR), accounts)
        assert {name: role.of for name, role in found.items() if role.kind is Kind.REPOST} == {
            "embassy-rome": "embassy-paris",
            "embassy-oslo": "mfa",
            "embassy-london": "mfa",
        }

    def test_are_five_per_post_at_most_and_the_others_owe_a_local_text(self) -> None:
        found = given(message(), [mfa(), *english(8)])
        assert len(reposting(found)) == 5
        silent = [role for role in found.values() if role.silence is Silence.OWES_LOCAL_TEXT]
        assert [role.reason for role in silent] == ["owes a local text; 5 accounts repost mfa already"] * 3

    def test_are_counted_for_each_post(self) -> None:
        accounts = [mfa(), *english(6), *(account(f"consulate-{number}", "fr") for number in range(7))]
        found = given(message(wordings=FOUR), accounts)
        posts = [role.of for role in found.values() if role.kind is Kind.REPOST]
        assert {post: posts.count(post) for post in posts} == {"mfa": 5, "consulate-0": 5}

    def test_are_other_accounts_in_each_wave(self) -> None:
        accounts = [mfa(), *english(15)]
        waves = [reposting(given(message(), accounts, wave=wave)) for wave in (1, 2, 3)]
        assert all(len(wave) == 5 for wave in waves)
        assert len(set.union(*waves)) == 15

    @pytest.mark.parametrize("number", [6, 7, 9, 10, 11, 13])
    def test_give_everybody_a_turn_and_rest_as_long_as_there_are_others(self, number: int) -> None:
        accounts = [mfa(), *english(number)]
        waves = [reposting(given(message(), accounts, wave=wave)) for wave in range(1, 20)]
        assert set.union(*waves) == {one.name for one in accounts[1:]}
        for before, after in itertools.pairwise(waves):
            assert len(before & after) == max(0, 10 - number)  # no more than cannot be helped

    def test_are_the_same_in_every_wave_where_there_are_few(self) -> None:
        accounts = [mfa(), *english(5)]
        assert reposting(given(message(), accounts, wave=1)) == reposting(given(message(), accounts, wave=2))

    def test_can_be_switched_off(self) -> None:
        found = given(message(), [mfa(), *english(2)], reposts=0)
        assert reposting(found) == set()
        assert found["embassy-0"].reason == "owes a local text; the settings allow no reposts"

    def test_say_in_their_reason_that_a_local_text_is_owed(self) -> None:
        role = given(message(), [mfa(), *english(1)])["embassy-0"]
        assert role.owes
        assert role.reason == "owes a local text; reposts mfa instead"


class TestMissingTranslation:
    tokyo = account("embassy-tokyo", "ja")
    seoul = account("embassy-seoul", "ko")

    def test_falls_back_to_a_repost_in_the_agreed_language(self) -> None:
        found = given(message(wordings=FOUR), [mfa(), self.tokyo])
        assert (found["embassy-tokyo"].kind, found["embassy-tokyo"].of) == (Kind.REPOST, "mfa")

    def test_falls_back_to_the_language_of_the_settings_before_the_source(self) -> None:
        accounts = [mfa(), account("embassy-paris", "fr"), self.tokyo]
        assert given(message(wordings=FOUR), accounts, fallback="fr")["embassy-tokyo"].of == "embassy-paris"

    def test_falls_back_to_the_source_where_the_agreed_language_is_missing_too(self) -> None:
        assert given(message(wordings=FOUR), [mfa(), self.tokyo], fallback="es")["embassy-tokyo"].of == "mfa"

    def test_is_silence_where_the_message_says_skip(self) -> None:
        found = given(message(wordings=FOUR, missing_translation="skip"), [mfa(), self.tokyo])
        assert found["embassy-tokyo"].silence is Silence.NO_TRANSLATION
        assert found["embassy-tokyo"].reason == "nothing in ja, and no fallback"

    def test_lets_the_first_account_say_the_fallback_where_nobody_else_does(self) -> None:
        found = given(message(wordings=FOUR), [mfa(), self.tokyo, self.seoul], but=["mfa"])
        assert (found["embassy-tokyo"].kind, found["embassy-tokyo"].language) == (Kind.ORIGINAL, "en")
        assert found["embassy-tokyo"].reason == "nothing in ja; says it in en instead"
        assert found["embassy-seoul"].of == "embassy-tokyo"

    def test_does_not_matter_to_who_has_a_local_text(self) -> None:
        said = message(missing_translation="skip", locals=local("embassy-tokyo", "東京から。", "ja"))
        assert given(said, [mfa(), self.tokyo])["embassy-tokyo"].kind is Kind.LOCAL


@pytest.mark.parametrize("wave", [1, 2, 3])
@pytest.mark.parametrize("missing", ["fallback", "skip"])
def test_every_account_gets_a_role_or_a_silence_and_every_repost_names_a_carrier(wave: int, missing: str) -> None:
    accounts: list[Account] = [mfa(), account("minister", "en", official=True)]
    tags = ("en", "fr", "tr", "ar", "ja", "ko")
    for number in range(40):
        own: Any = (tags[number % 6], tags[number // 6 % 6])
        accounts.append(account(f"embassy-{number}", *own, official=number % 13 == 0))
    said = message(wordings=FOUR, missing_translation=missing, locals=local("embassy-7") | local("embassy-13"))
    found = given(said, accounts, but=["embassy-3", "embassy-26"], wave=wave)
    assert set(found) == {one.name for one in accounts}
    carriers = {name for name, role in found.items() if role.kind in (Kind.ORIGINAL, Kind.TRANSLATION)}
    for role in found.values():
        assert (role.kind is None) == (role.silence is not None)
        assert role.reason
        if role.kind is Kind.REPOST:
            assert role.of in carriers
            assert found[role.of].language == role.language
