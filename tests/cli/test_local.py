"""`local ask`, `list`, `write` and `submit`: missions are asked for texts of their own, and hand them in."""

import json
from pathlib import Path

import pytest

from tests.acceptance.ministry import LOCAL_ANKARA, Ministry
from tests.conftest import Rehearsal

MESSAGE = """\
+++
id = "grain"
audience = "account:mfa + account:embassy-ankara + account:embassy-london + account:embassy-cairo"
+++

## en
### short
The grain corridor stays open for another year.
"""
UNTIL = ("--until", "2030-12-02 12:00")
ANKARA = Path("messages/local/grain/embassy-ankara.md")
TURKISH = "Mersin limanından kalkan gemiler bir yıl daha yol alacak."
WRITE = ("local", "write", "grain", "--mission", "embassy-ankara")


@pytest.fixture
def asked(ministry: Ministry) -> Ministry:
    """A ministry with a message for which three missions owe a text."""
    ministry.write("messages/grain.md", MESSAGE)
    return ministry


def states(ministry: Ministry) -> dict[str, str]:
    return {row["mission"]: row["state"] for row in ministry.say("local", "list", "grain", "--json").json}


def stands(ministry: Ministry) -> str:
    return (ministry.folder / ANKARA).read_text(encoding="utf-8")


def story(ministry: Ministry) -> list[str]:
    return [entry["event"] for entry in ministry.say("message", "show", "grain", "--json").json]


class TestAsk:
    def test_every_mission_that_owes_is_asked_with_the_deadline_on_its_own_clock(self, asked: Ministry) -> None:
        said = asked.say("local", "ask", "grain", *UNTIL)
        assert said.code == 0, said
        assert said.out.startswith("3 missions asked for a local text of grain. It is on record.\n")
        [ankara] = [" ".join(line.split()) for line in said.out.splitlines() if line.startswith("embassy-ankara")]
        # 12:00 in Caldova, where the ministry sits, is 11:00 UTC in winter.
        until = "2030-12-02 14:00 in Europe/Istanbul, 11:00 UTC"
        assert ankara == f"embassy-ankara {until} tr, en X: 280 weighted characters embassy-ankara reposts mfa."
        assert states(asked) == {"embassy-london": "asked", "embassy-ankara": "asked", "embassy-cairo": "asked"}
        assert story(asked) == ["local-asked"]

    @pytest.mark.parametrize(
        ("until", "stamp"),
        [
            ("2030-12-02 12:00 local", "2030-12-02T09:00:00.000Z"),
            ("2030-12-02 12:00 UTC", "2030-12-02T12:00:00.000Z"),
            ("2030-12-02T12:00:00+01:00", "2030-12-02T11:00:00.000Z"),
        ],
    )
    def test_a_deadline_can_name_its_zone(self, asked: Ministry, until: str, stamp: str) -> None:
        asked.say("local", "ask", "messages/grain.md", "--until", until, "--mission", "embassy-ankara")
        rows = asked.say("local", "list", "grain", "--json").json
        assert {row["mission"]: row["until"] for row in rows if row["until"]} == {"embassy-ankara": stamp}

    def test_a_deadline_after_the_embargo_is_said_to_be_too_late_for_it(self, asked: Ministry) -> None:
        asked.write("messages/grain.md", MESSAGE.replace('id = "grain"', 'id = "grain"\nembargo = 2030-12-02T09:00:00Z'))
        said = asked.say("local", "ask", "grain", *UNTIL)
        assert "The embargo ends before that, at 2030-12-02 09:00 UTC: it may go out without them." in said.out

    @pytest.mark.parametrize("until", ["embargo", "tomorrow", "2030-12-02", "2030-13-02 12:00"])
    def test_what_is_no_deadline_is_wrong_usage(self, asked: Ministry, until: str) -> None:
        said = asked.say("local", "ask", "grain", "--until", until)
        assert (said.code, said.out) == (2, "")
        assert "Invalid value for '--until'" in said.err

    def test_each_mission_gets_a_letter_which_is_its_form(self, asked: Ministry) -> None:
        said = asked.say("local", "ask", "grain", *UNTIL, "-o", "letters")
        assert "3 letters to send: letters/grain.embassy-london.md, letters/grain.embassy-cairo.md" in said.out
        letter = asked.folder / "letters" / "grain.embassy-ankara.md"
        letter.write_text(letter.read_text() + TURKISH)
        handed = asked.say("local", "submit", "letters/grain.embassy-ankara.md")
        assert (handed.code, handed.err) == (0, "")
        assert handed.out.startswith(f"{ANKARA}: written.\nembassy-ankara will say it in tr: 57 of 280.\n")
        assert stands(asked) == f"## tr\n### short\n{TURKISH}\n"

    def test_letters_that_are_there_are_left_alone_and_nobody_is_asked(self, asked: Ministry) -> None:
        asked.write("letters/grain.embassy-cairo.md", "filled in")
        said = asked.say("local", "ask", "grain", *UNTIL, "-o", "letters")
        assert said.code == 1
        assert "letters/grain.embassy-cairo.md: This file is there already." in said.err
        assert set(states(asked).values()) == {"owes"}

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("grain", "--until", "2020-01-01 12:00"), "2020-01-01 11:00 UTC is over: it is "),
            (("grian", *UNTIL), "Did you mean grain?"),
            (("grain", *UNTIL, "--mission", "embassy-ankra"), "There is no mission embassy-ankra. Did you mean embassy-ankara?"),
            (("grain", *UNTIL, "--mission", "embassy-rome"), "embassy-rome would not say a text of its own. None of its accounts"),
            (("grain", *UNTIL, "--mission", "mfa"), "mfa would not say a text of its own. mfa carries the original, in en."),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, asked: Ministry, arguments: tuple[str, ...], sentence: str) -> None:
        said = asked.say("local", "ask", *arguments)
        assert said.code == 1
        assert sentence in said.err

    def test_where_nobody_owes_nobody_is_asked(self, asked: Ministry) -> None:
        asked.write(
            "messages/grain.md",
            MESSAGE.replace("account:embassy-ankara + account:embassy-london + account:embassy-cairo", "all - all + account:mfa"),
        )
        said = asked.say("local", "ask", "grain", *UNTIL)
        assert (said.code, said.out) == (0, "No mission owes a local text of grain.   ministry-social local list grain\n")


class TestWrite:
    @pytest.mark.parametrize("way", ["--text", "file", "stdin", "whole"])
    def test_a_text_comes_in_every_way_and_gets_its_headings(self, asked: Ministry, way: str) -> None:
        asked.write("text.txt", f"\ufeff{TURKISH}\r\n" if way == "file" else f"## tr\n### short\n{TURKISH}\n")
        given = {"--text": ("--text", TURKISH), "file": ("text.txt",), "whole": ("text.txt",), "stdin": ()}[way]
        said = asked.say(*WRITE, *given, stdin=f"{TURKISH}\n" if way == "stdin" else "")
        assert (said.code, said.err) == (0, "")
        assert stands(asked) == f"## tr\n### short\n{TURKISH}\n"
        assert story(asked) == ["local-written"]
        assert states(asked)["embassy-ankara"] == "written"

    @pytest.mark.parametrize(
        ("text", "finding"),
        [
            ("The grain corridor stays open for another good year.", "near-duplicate  mfa and embassy-ankara"),
            ("ş" * 281, "too-long  tr, short: 281 of 280 on x (embassy-ankara). Shorten by 1."),
            ("## sw\n### short\nHabari za asubuhi.", "local-language  embassy-ankara does not speak sw."),
            ("Bugün {{ citty }} açık.", "undefined-variable  The variable citty is not defined."),
        ],
    )
    def test_what_blocks_is_said_and_not_written(self, asked: Ministry, text: str, finding: str) -> None:
        said = asked.say(*WRITE, "--text", text)
        assert (said.code, said.err) == (1, "Nothing was written.\n")
        assert finding in said.out
        assert not (asked.folder / ANKARA).exists()
        assert states(asked)["embassy-ankara"] == "owes"

    def test_what_was_said_lately_blocks_too(self, asked: Ministry) -> None:
        assert asked.say("publish", "messages/grain.md", "--yes").code == 0
        asked.write("messages/other.md", MESSAGE.replace('"grain"', '"other"').replace("The grain corridor stays open", "We meet"))
        said = asked.say(
            "local", "write", "other", "--mission", "embassy-london", "--text", "The grain corridor stays open for one year."
        )
        assert said.code == 1
        assert "said-before" in said.out

    def test_of_what_blocks_elsewhere_in_the_message_a_mission_hears_nothing(self, asked: Ministry) -> None:
        asked.write("messages/grain.md", MESSAGE.replace("another year.", "year " * 80))
        said = asked.say(*WRITE, "--text", TURKISH)
        assert said.code == 0, said
        assert said.out.endswith("0 blocking, 0 advisory.\n")

    def test_another_text_is_shown_with_its_difference_and_stays(self, asked: Ministry) -> None:
        asked.say(*WRITE, "--text", TURKISH)
        said = asked.say(*WRITE, "--text", "Limanlar açık.")
        assert said.code == 1
        assert f"-{TURKISH}\n+Limanlar açık.\n" in said.out
        assert said.err == f"{ANKARA} holds another text. Nothing was written.   To put this one in its place: --replace\n"
        assert TURKISH in stands(asked)
        assert asked.say(*WRITE, "--text", "Limanlar açık.", "--replace").code == 0
        assert stands(asked) == "## tr\n### short\nLimanlar açık.\n"
        assert story(asked) == ["local-written", "local-written"]

    def test_the_same_text_again_changes_nothing(self, asked: Ministry) -> None:
        asked.say(*WRITE, "--text", TURKISH)
        said = asked.say(*WRITE, "--text", TURKISH)
        assert (said.code, story(asked)) == (0, ["local-written"])
        assert "this text stands there already" in said.out

    def test_a_text_put_there_by_hand_counts_and_is_put_on_record_when_handed_in(self, asked: Ministry) -> None:
        asked.write(str(ANKARA), f"## tr\n### short\n{TURKISH}\n")
        assert "not on record" in asked.say("local", "list", "grain").out
        assert asked.say(*WRITE, "--text", TURKISH).code == 0
        assert "not on record" not in asked.say("local", "list", "grain").out

    @pytest.mark.parametrize(
        ("arguments", "code", "sentence"),
        [
            (("--mission", "embassy-ankra", "--text", "x"), 1, "There is no mission embassy-ankra. Did you mean embassy-ankara?"),
            (("--mission", "embassy-ankara", "--text", " "), 2, "There is no text."),
            (("--mission", "embassy-ankara", "--text", "x", "messages/grain.md"), 2, "Give --text or FILE, not both."),
            (("--mission", "embassy-ankara", "--language", "Turkish", "--text", "x"), 1, "Turkish is not a language tag"),
            (("--mission", "embassy-ankara", "--language", "en", "--text", "## tr\n### short\nx"), 1, "and --language says en."),
            (("--mission", "embassy-ankara", "--text", "## tr\n### short\na\n## en\n### short\nb"), 1, "has 2 languages"),
        ],
    )
    def test_what_is_no_local_text_is_refused(self, asked: Ministry, arguments: tuple[str, ...], code: int, sentence: str) -> None:
        said = asked.say("local", "write", "grain", *arguments)
        assert said.code == code
        assert sentence in " ".join(said.err.split())
        assert not (asked.folder / ANKARA).exists()


class TestSubmit:
    def test_an_empty_form_is_refused_with_its_line(self, asked: Ministry) -> None:
        asked.say("local", "ask", "grain", *UNTIL, "-o", "letters")
        said = asked.say("local", "submit", "letters/grain.embassy-cairo.md")
        assert said.code == 1
        assert "letters/grain.embassy-cairo.md:" in said.err
        assert "### short has no text." in said.err

    def test_a_finding_names_the_line_of_the_letter(self, asked: Ministry) -> None:
        asked.say("local", "ask", "grain", *UNTIL, "-o", "letters")
        letter = asked.folder / "letters/grain.embassy-ankara.md"
        letter.write_text(letter.read_text() + "x" * 300)
        said = asked.say("local", "submit", "letters/grain.embassy-ankara.md")
        line = letter.read_text().split("\n").index("### short") + 2
        assert said.out.startswith(f"letters/grain.embassy-ankara.md:{line}  blocking  too-long")

    def test_after_the_deadline_it_is_taken_and_said_to_be_late(self, asked: Ministry, rehearsal: Rehearsal) -> None:
        asked.say("local", "ask", "grain", *UNTIL, "-o", "letters")
        letter = asked.folder / "letters/grain.embassy-ankara.md"
        letter.write_text(letter.read_text() + TURKISH)
        rehearsal.post("/rehearsal/clock", {"advance": 6 * 366 * 86400})
        assert states(asked)["embassy-ankara"] == "late"
        said = asked.say("local", "submit", str(letter))
        assert said.code == 0
        assert "\nIt is late: it came at 2032-" in said.out
        assert states(asked)["embassy-ankara"] == "written late"

    def test_a_message_outside_the_folder_of_messages_is_named_by_its_file(self, asked: Ministry) -> None:
        (asked.folder / "messages/grain.md").rename(asked.folder / "grain.md")
        asked.write("messages/other.md", MESSAGE.replace('"grain"', '"other"'))
        asked.say("local", "ask", "grain.md", *UNTIL, "-o", "letters")
        letter = asked.folder / "letters/grain.embassy-ankara.md"
        letter.write_text(letter.read_text() + TURKISH)
        submit = ("local", "submit", str(letter))
        assert "There is no message with the id grain in " in asked.say(*submit).err
        assert "is about grain; messages/other.md is other." in asked.say(*submit, "--message", "messages/other.md").err
        assert asked.say(*submit, "--message", "grain.md").code == 0
        assert (asked.folder / "local/grain/embassy-ankara.md").exists()

    def test_it_says_when_the_message_has_changed_since_the_letter(self, asked: Ministry) -> None:
        asked.say("local", "ask", "grain", *UNTIL, "-o", "letters")
        letter = asked.folder / "letters/grain.embassy-ankara.md"
        letter.write_text(letter.read_text() + TURKISH)
        asked.write("messages/grain.md", MESSAGE.replace("another year", "two years"))
        assert "has changed since this letter was written" in asked.say("local", "submit", str(letter)).out


class TestRelease:
    def test_a_text_after_the_release_is_another_revision_and_a_new_release(self, asked: Ministry) -> None:
        schedule = ("delivery", "schedule", "messages/grain.md", "--at", "2030-12-02T09:00:00Z", "--yes")
        asked.say(*schedule)
        before = asked.deliveries()
        assert before["embassy-ankara"]["kind"] == "repost"
        said = asked.say(*WRITE, "--text", TURKISH)
        assert "grain was released without this text. To take it in: ministry-social publish messages/grain.md" in said.out
        assert asked.deliveries() == before  # nothing changes until somebody says so
        assert asked.say(*schedule).code == 0
        assert asked.deliveries()["embassy-ankara"]["kind"] == "local"
        releases = [json.dumps(entry["facts"]) for entry in asked.say("message", "show", "grain", "--json").json
                    if entry["event"] == "released"]  # fmt: skip
        assert len(set(releases)) == 2

    def test_once_something_has_started_no_text_is_taken(self, asked: Ministry) -> None:
        asked.say("publish", "messages/grain.md", "--yes")
        said = asked.say(*WRITE, "--text", TURKISH)
        assert said.code == 1
        assert "of the deliveries of grain have been started already: what was approved is what is sent" in said.err
        assert not (asked.folder / ANKARA).exists()
        assert asked.say("publish", "messages/grain.md", "--yes").code == 0


def test_the_list_holds_every_message_of_the_folder(asked: Ministry) -> None:
    asked.write("messages/other.md", MESSAGE.replace('"grain"', '"other"'))
    asked.write("messages/local/other/embassy-ankara.md", LOCAL_ANKARA)
    said = asked.say("local", "list")
    assert said.out.splitlines()[0].split() == ["message", "mission", "state", "until", "there", "UTC", "written", "by"]
    assert {tuple(line.split()[:3]) for line in said.out.splitlines()[1:-2]} == {
        ("grain", "embassy-london", "owes"), ("grain", "embassy-ankara", "owes"), ("grain", "embassy-cairo", "owes"),
        ("other", "embassy-london", "owes"), ("other", "embassy-ankara", "written"), ("other", "embassy-cairo", "owes"),
    }  # fmt: skip
    assert said.out.splitlines()[-1].startswith("5 owe, 1 written.")


def test_a_ministry_whose_missions_owe_nothing_is_told_so(asked: Ministry) -> None:
    for path in (asked.folder / "messages").glob("*.md"):
        path.unlink()
    assert asked.say("local", "list").out == "No mission owes a local text, and none has written one.\n"
    assert asked.say("local", "list", "--json").json == []
