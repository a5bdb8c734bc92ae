"""Files of accounts to take in: every bad row is named, nothing is half taken in, and an export comes back unchanged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ministry_social.errors import InvalidSettings
from ministry_social.files.account_export import accounts_text
from ministry_social.files.account_files import from_words, read_accounts
from ministry_social.files.accounts import load_accounts
from ministry_social.model.account import Account
from ministry_social.model.intake import AccountsFile, Intake, Written
from ministry_social.model.life import AccountRecord, Stage
from ministry_social.rules.intake import intake
from ministry_social.rules.life import definition
from tests.factories import account, mfa

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HEADER = "name,platform,handle,id,title,languages,zone,country,city,leads,groups,central,links,responsible,variables.hashtags"
RIGA = (
    'embassy-riga,x,TAV_Riga,,"Embassy of Tavoria, in Riga",lv en,Europe/Riga,LV,Riga,lv,europe;baltic,,https://mfa.example.org/riga,'
    "riga@example.org,#Tavoria"
)
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def csv(write: Callable[..., Path]) -> Callable[..., AccountsFile]:
    return lambda *lines, name="new.csv": read_accounts(write("\n".join(lines), name))


def test_a_row_has_what_its_columns_say(csv: Callable[..., AccountsFile]) -> None:
    [one] = csv(HEADER, RIGA).written
    assert one.row == 2
    assert one.account == replace(
        account("embassy-riga", "lv", "en"), handle="TAV_Riga", id="", title="Embassy of Tavoria, in Riga", zone="Europe/Riga",
        country="LV", city="Riga", leads=("lv",), groups=("europe", "baltic"), links=("https://mfa.example.org/riga",),
        responsible="riga@example.org", variables={"hashtags": "#Tavoria"}, place=one.account.place,
    )  # fmt: skip


@pytest.mark.parametrize("sign", [";", "\t"])
def test_what_other_countries_spreadsheets_write_is_read_too(csv: Callable[..., AccountsFile], sign: str) -> None:
    header = sign.join(("Name", "Platform", "Handle", "Title", "Languages", "Zone", "Country", "City", "Official"))
    [one] = csv("\ufeff" + header, sign.join(("riga", "x", "Riga", "Riga", '"lv en"', "Europe/Riga", "LV", "Riga", "yes"))).written
    assert (one.account.languages, one.account.official, one.account.mission) == (("lv", "en"), True, "riga")


def test_every_bad_row_is_named_with_row_and_line_and_all_that_is_wrong(csv: Callable[..., AccountsFile]) -> None:
    found = csv(
        HEADER,
        RIGA,
        'oslo,twitter,TAV_Oslo,,"Embassy\nin Oslo",en,Europe/Oslo,NO,Oslo,,,,,,',
        "",
        "bern,x,TAV_Bern,1.84E+18,Embassy,en,Europe/Bern,CH,,de,,perhaps,mfa.example.org,nobody,#T,too much",
    )
    assert [str(one).removeprefix(found.file) for one in found.wrong] == [
        ":3: row 3 (oslo): There is no platform twitter. Possible: x, facebook, youtube.",
        ":3: row 3 (oslo): title is 'Embassy\\nin Oslo'. Write it on one line, without control characters.",
        ":6: row 5 (bern): It has 16 cells, and the header 15. A cell that holds the sign between two columns stands in "
        "quotation marks.",
        ":6: row 5 (bern): bern has no city. Fill in the column city.",
        ":6: row 5 (bern): '1.84E+18' is no id on x. Right is: the account's number, as text, so that the spreadsheet does not "
        "shorten it.",
        ":6: row 5 (bern): 'Europe/Bern' is not an IANA time zone. CH has: Europe/Zurich.",
        ":6: row 5 (bern): central is 'perhaps'. Write true or false, without quotes.",
        ":6: row 5 (bern): 'mfa.example.org' is not the address of a page. Write it whole: https://www.example.org/embassy.",
        ":6: row 5 (bern): 'nobody' is not an e-mail address. Write one such as press.paris@example.org.",
        ':6: row 5 (bern): bern leads de, but does not speak it. Add "de" to its languages.',
    ]
    assert [one.account.name for one in found.written] == ["embassy-riga"]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("name,handle",), "There is no column platform, title, languages, zone, country, city."),
        ((HEADER + ",colour",), 'Unknown column "colour"'),
        ((HEADER + ",name",), "The column name stands here twice"),
        (("",), "There is no account in this file"),
        ((HEADER, 'a,"b'), "This is not valid CSV"),
    ],
)
def test_a_file_that_is_no_list_of_accounts_is_refused_whole(
    csv: Callable[..., AccountsFile], lines: tuple[str, ...], says: str
) -> None:
    with pytest.raises(InvalidSettings, match=says):
        csv(*lines)


def test_a_file_of_another_kind_is_refused(csv: Callable[..., AccountsFile]) -> None:
    with pytest.raises(InvalidSettings, match="neither CSV nor TOML"):
        csv(HEADER, RIGA, name="new.xlsx")


def test_toml_names_every_bad_table(csv: Callable[..., AccountsFile]) -> None:
    found = csv(
        '[[account]]\nname = "riga"\nplatform = "x"\n\n[[account]]\nname = "Oslo"\nlinks = ["http://a.example.org"]', name="a.toml"
    )
    assert {(one.row, one.line) for one in found.wrong} == {(1, 1), (2, 5), (2, 6), (2, 7)}
    assert "row 2 (Oslo): 'Oslo' is not a name" in " ".join(map(str, found.wrong))


def test_words_that_somebody_says_are_checked_as_a_row_is() -> None:
    said = {"name": "riga", "platform": "x", "handle": "@Riga", "title": "Riga", "languages": "lv en", "zone": "Europe/Riga"}
    account, wrong = from_words(said)
    assert account is None
    assert [str(one) for one in wrong] == [
        "riga has no country. Say it: --country.",
        "riga has no city. Say it: --city.",
        "'@Riga' is no handle on x. Right is: 1 to 15 letters, digits or _, without @.",
    ]


def of(*accounts: Account) -> AccountsFile:
    return AccountsFile(file="a.csv", written=tuple(Written(row=n, account=one) for n, one in enumerate(accounts, start=2)))


def kept(*accounts: Account, stage: Stage = Stage.ACTIVE) -> tuple[AccountRecord, ...]:
    return tuple(
        AccountRecord(account=one, order=n, stage=stage, since=NOON, requested_by="anna") for n, one in enumerate(accounts, start=1)
    )


def taken(records: tuple[AccountRecord, ...], *accounts: Account, in_force: bool = False) -> Intake:
    return intake(records, of(*accounts), in_force=in_force, by="boris", at=NOON)


def said(found: Intake) -> list[tuple[int, str]]:
    return [(one.row, one.sentence) for one in found.wrong]


PARIS = account("paris", id="2")


class TestWhatWouldChange:
    def test_new_changed_unchanged_and_absent_are_told_apart(self) -> None:
        records = kept(mfa(), PARIS, account("oslo"))
        found = taken(records, mfa(), replace(PARIS, title="New", groups=("europe",)), account("riga", id=""))
        assert [(one.name, one.stage, one.order) for one in found.new] == [("riga", Stage.REQUESTED, 4)]
        assert [dict(one.fields) for one in found.changed] == [{"title": ("paris", "New"), "groups": ([], ["europe"])}]
        assert [one.name for one in found.unchanged] == ["mfa"]
        assert [one.name for one in found.absent] == ["oslo"]
        assert not found.wrong

    def test_an_id_that_the_file_does_not_repeat_stays(self) -> None:
        assert not taken(kept(mfa(), PARIS), mfa(), replace(PARIS, id="")).changed

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"id": "3"}, "paris is connected with the id 2, to which its credential belongs, not 3."),
            ({"platform": "facebook"}, "paris is on x."),
        ],
    )
    def test_a_connected_account_does_not_become_another(self, change: dict[str, str], says: str) -> None:
        assert (2, says) in said(taken(kept(mfa(), PARIS), replace(PARIS, **change)))

    def test_a_retired_one_can_stand_in_the_file_and_is_never_changed(self) -> None:
        records = (*kept(mfa()), *kept(PARIS, stage=Stage.RETIRED))
        assert not taken(records, mfa(), PARIS).wrong
        assert said(taken(records, replace(PARIS, title="New"))) == [(2, "paris is retired, and cannot be changed.")]

    def test_what_was_approved_is_asked_for_anew_where_it_is_another_account_now(self) -> None:
        records = (*kept(mfa()), *kept(replace(PARIS, id=""), stage=Stage.APPROVED))
        [change] = taken(records, replace(PARIS, id="", handle="Other")).changed
        assert (change.after.stage, change.after.requested_by) == (Stage.REQUESTED, "boris")
        [change] = taken(records, replace(PARIS, id="", title="Other")).changed
        assert (change.after.stage, change.after.requested_by) == (Stage.APPROVED, "anna")

    def test_what_was_verified_under_another_handle_is_verified_anew(self) -> None:
        records = (*kept(mfa()), *kept(PARIS, stage=Stage.VERIFIED))
        [change] = taken(records, replace(PARIS, handle="Other")).changed
        assert change.after.stage is Stage.CONNECTED

    def test_two_central_accounts_two_leads_and_doubles_are_named_with_their_rows(self) -> None:
        leads = account("b", "fr", leads=("fr",))
        found = taken(kept(mfa(), leads), account("c", "fr", leads=("fr",)), account("d", central=True), account("e", handle="B"))
        assert [row for row, _ in said(found)] == [2, 3, 4]
        assert "c leads fr, but b does already." in said(found)[0][1]
        assert "Several accounts on x are central: mfa, d." in said(found)[1][1]
        assert "b has it, too" in said(found)[2][1]

    def test_who_is_central_can_change_in_one_file(self) -> None:
        records = kept(mfa(), PARIS)
        assert not taken(records, mfa(central=False), replace(PARIS, central=True)).wrong
        assert said(taken(records, mfa(central=False))) == [(2, "No account on x is central.")]

    def test_what_is_in_force_already_has_an_id(self) -> None:
        found = taken((), mfa(), replace(PARIS, id=""), in_force=True)
        assert said(found) == [(3, "paris has no id, and is to speak already.")]
        assert {one.stage for one in taken((), mfa(), PARIS, in_force=True).new} == {Stage.ACTIVE}


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(lambda text: text.strip())
names = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True), max_size=3, unique=True).map(tuple)


@st.composite
def records(draw: st.DrawFn) -> tuple[AccountRecord, ...]:
    """Accounts as a store may have them, at any stage."""
    made = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        languages = draw(st.lists(st.sampled_from(["en", "fr", "ar", "zh-Hans", "pt-BR"]), min_size=1, unique=True).map(tuple))
        one = Account(
            name=f"account-{number}", platform="x", handle=f"handle_{number}", id=draw(st.sampled_from(["", str(1000 + number)])),
            mission=draw(st.sampled_from([f"account-{number}", "headquarters"])), title=draw(words), languages=languages,
            zone=draw(st.sampled_from(["Europe/Paris", "Africa/Dakar"])), country="FR", city=draw(words), groups=draw(names),
            official=draw(st.booleans()), links=tuple(f"https://www.example.org/{n}" for n in range(draw(st.integers(0, 2)))),
            responsible=draw(st.sampled_from(["", "press@example.org"])),
            variables=draw(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), st.text(
                st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=20), max_size=3)),
        )  # fmt: skip
        stage = draw(st.sampled_from(list(Stage)))
        if stage is Stage.ACTIVE:
            one = replace(one, id=one.id or str(1000 + number))
        certified = {"certified_at": NOON, "certified_by": ("anna", "bo\nris")} if draw(st.booleans()) else {}
        made.append(AccountRecord(account=one, order=number, stage=stage, since=NOON, requested_by=draw(words), **certified))
    active = [one for one in made if one.stage is Stage.ACTIVE]
    if active:
        made[made.index(active[0])] = active[0].changed(account=replace(active[0].account, central=True))
    return tuple(made)


@settings(max_examples=25, deadline=None)
@given(records())
def test_an_import_of_an_export_changes_nothing(tmp_path_factory: pytest.TempPathFactory, found: tuple[AccountRecord, ...]) -> None:
    file = tmp_path_factory.getbasetemp() / "export.toml"
    file.write_text(accounts_text(found), encoding="utf-8", newline="")
    if all(one.stage is Stage.RETIRED for one in found):
        with pytest.raises(InvalidSettings, match="There is no account"):
            read_accounts(file)
        return
    again = intake(found, read_accounts(file), in_force=False, by="boris", at=NOON)
    assert (again.wrong, again.new, again.changed, again.absent) == ((), (), (), ())


def test_an_export_reads_well_in_a_diff_and_says_how_far_each_has_come() -> None:
    [first, second] = kept(
        mfa(variables={"website": "https://a.example.org", "hashtags": "#T"}), replace(PARIS, title='The "Embassy"')
    )
    certified = first.changed(certified_at=NOON, certified_by=("boris", "clara"))
    retired = kept(account("oslo"), stage=Stage.RETIRED)[0].changed(order=3)
    text = accounts_text((second, retired, certified))
    assert text.split("\n\n")[1:] == [
        "[[account]]  # active since 2026-12-01, certified 2026-12-01 by boris and clara\n"
        'name = "mfa"\nplatform = "x"\nhandle = "mfa"\nid = "id-of-mfa"\ntitle = "mfa"\nlanguages = ["en", "fr"]\n'
        'zone = "Europe/Paris"\ncountry = "XT"\ncity = "Caldova"\ncentral = true\n'
        'variables = { hashtags = "#T", website = "https://a.example.org" }',
        '[[account]]  # active since 2026-12-01\nname = "paris"\nplatform = "x"\nhandle = "paris"\nid = "2"\n'
        'title = "The \\"Embassy\\""\nlanguages = ["en"]\nzone = "Europe/Paris"\ncountry = "FR"\ncity = "Paris"',
        "# Retired; their names are not given again:\n# oslo (x, oslo) retired since 2026-12-01\n",
    ]


def test_the_ready_ministry_comes_back_from_its_export(tmp_path: Path) -> None:
    written = load_accounts(REPOSITORY / "config" / "accounts.toml")
    file = tmp_path / "accounts.toml"
    file.write_text(accounts_text(kept(*written)), encoding="utf-8")
    assert [definition(one) for one in load_accounts(file)] == [definition(one) for one in written]
