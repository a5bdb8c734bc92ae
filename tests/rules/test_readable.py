"""What a screen reader stumbles over, and what it does not."""

import pytest

from ministry_social.rules.readable import emoji, hard_hashtags, styled


class TestHashtags:
    @pytest.mark.parametrize(
        "tag", ["#graincorridor", "#GRAINCORRIDOR", "#зерновойкоридор", "#cop30belemsummit", "#grain_corridor"]
    )
    def test_without_a_change_of_case_are_hard_to_hear(self, tag: str) -> None:
        assert list(hard_hashtags(f"Open {tag}.")) == [tag]

    @pytest.mark.parametrize(
        "text",
        [
            "#GrainCorridor", "#Diplomacy", "#tavoria", "#UNGA80", "#ممر_الحبوب_الأسود", "#穀物回廊の継続について",
            "a#graincorridor", "&#123456789;", "#123456789012",
        ],
    )  # fmt: skip
    def test_others_are_not(self, text: str) -> None:
        assert list(hard_hashtags(text)) == []


class TestEmoji:
    @pytest.mark.parametrize(
        ("text", "row", "number"),
        [
            ("", 0, 0),
            ("Open ✅", 1, 1),
            ("🇫🇷🇩🇪", 2, 2),
            ("👩🏽‍💻 👨‍👩‍👧‍👦", 2, 2),
            ("1️⃣ one 2️⃣ two", 1, 2),
            ("🎉🎉 text 🎉🎉🎉\n🎉", 4, 6),
            ("❤️❤️", 2, 2),
            ("© 2026, 5 €, № 7 – “so”… → 1 × 2", 0, 0),
        ],
    )
    def test_are_counted_as_they_are_heard(self, text: str, row: int, number: int) -> None:
        assert emoji(text) == (row, number)


class TestStyled:
    @pytest.mark.parametrize("run", ["𝗢𝗽𝗲𝗻", "𝓞𝓹𝓮𝓷", "ⓄⓅⒺⓃ", "🄾🄿🄴🄽", "𝟮𝟬𝟮𝟲", "ᴏᴘᴇɴ", "o̶p̶e̶n̶", "Ｏｐｅｎ"])
    def test_runs_are_found(self, run: str) -> None:
        assert list(styled(f"The corridor is {run}!", "en")) == [run]

    @pytest.mark.parametrize("text", ["Open", "Café", "∑ x², 20 ℃, № 5, ™", "🅿 only one", "Ⓜ", "Ελλάδα", "Việt Nam", "🇫🇷 🇩🇪"])
    def test_letters_and_signs_are_not(self, text: str) -> None:
        assert list(styled(text, "en")) == []

    def test_full_width_letters_are_ordinary_in_some_languages(self) -> None:
        assert list(styled("ＥＵとの対話", "ja")) == []
        assert list(styled("ＥＵ", "zh-Hans")) == []
