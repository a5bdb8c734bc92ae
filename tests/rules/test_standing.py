"""Standing: what is said of an account's answer, and what is not said of what only looks different."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.model.account import Account, Standing
from ministry_social.model.finding import Weight
from ministry_social.model.life import AccountRecord, Stage
from ministry_social.model.standing import Inspection, Refusal
from ministry_social.rules import standing as rules
from ministry_social.rules.notices import notice
from tests.factories import NOW, account

PARIS = account("embassy-paris", handle="TavoriaParis", responsible="paris@mfa.example.org")
WELL = Standing(
    id=PARIS.id, handle="TavoriaParis", name="Tavoria in France", may_post=True, bio="Official.", verified="government",
    picture="https://pbs.example.org/1/a.jpg?oe=1", scopes=("read", "write"), tier="Basic", limits=("100 posts in 15 minutes",),
)  # fmt: skip
DAY = timedelta(days=1)


def names(after: Standing, before: Standing = WELL, who: Account = PARIS) -> list[str]:
    return [finding.name for finding in rules.compare(before, after, who, NOW)]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"may_post": False, "detail": "The app may only read."}, "may-not-post"),
        ({"until": NOW - DAY}, "permission-ended"),
        ({"until": NOW + 29 * DAY}, "permission-ends"),
        ({"scopes": ("read",)}, "scope-missing"),
        ({"handle": "NotTavoria"}, "handle-changed"),
        ({"handle": ""}, "handle-changed"),
        ({"name": "Parody"}, "name-changed"),
        ({"picture": "https://pbs.example.org/1/b.jpg"}, "picture-changed"),
        ({"bio": ""}, "bio-changed"),
        ({"verified": ""}, "mark-lost"),
        ({"verified": "blue"}, "mark-lost"),
        ({"tier": "Free"}, "access-changed"),
        ({"limits": ("50 posts in 15 minutes",)}, "access-changed"),
    ],
)
def test_each_change_is_one_finding_that_says_what_to_do(change: dict[str, object], name: str) -> None:
    [finding] = rules.compare(WELL, replace(WELL, **change), PARIS, NOW)
    assert finding.name == name
    assert finding.accounts == ("embassy-paris",)
    assert finding.sentence.endswith(".")
    assert "ministry-social" in finding.remedy


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"handle": "tavoriaparis"},  # platforms do not tell capitals apart
        {"picture": "https://cdn7.example.org/1/a.jpg?oe=2"},  # the same picture, signed anew and from another host
        {"until": NOW + 31 * DAY},
        {"scopes": ("read", "write", "more")},
        {"detail": "Nothing to worry about."},
        {"limits": ()},  # not every answer says them
        {"scopes": ()},
        {"limits": ("100 posts in 15 minutes", "12 % of the calls of 24 hours used")},
    ],
)
def test_what_only_looks_different_is_no_finding(change: dict[str, object]) -> None:
    assert names(replace(WELL, **change)) == []


def test_a_mere_no_is_not_compared() -> None:
    suspended = Standing(id=PARIS.id, handle=PARIS.handle, name=PARIS.title, may_post=False, detail="Suspended.")
    assert names(suspended) == ["may-not-post"]
    assert not rules.tells(suspended, PARIS)
    assert rules.tells(WELL, PARIS)


def test_a_refusal_in_other_words_is_the_same_finding() -> None:
    one, other = (
        Inspection(account="page", at=NOW, refusal=Refusal(sentence=f"It is {hour} o'clock, and the token has ended."))
        for hour in (9, 10)
    )
    keys = [[rules.key(finding) for finding in rules.findings(each, PARIS, NOW)] for each in (one, other)]
    assert keys[0] == keys[1] != []


def test_a_mark_that_came_is_said_too() -> None:
    assert names(WELL, replace(WELL, verified="")) == ["mark-gained"]


def test_a_page_that_never_had_a_handle_has_none_to_lose() -> None:
    assert names(replace(WELL, handle=""), replace(WELL, handle="")) == []


def test_somebody_elses_account_is_the_only_thing_to_say() -> None:
    [finding] = rules.compare(WELL, replace(WELL, id="77", handle="Somebody", may_post=False), PARIS, NOW)
    assert (finding.name, finding.weight) == ("another-account", Weight.BLOCKING)
    assert '"Somebody", not of TavoriaParis' in finding.sentence


def test_an_account_that_has_no_id_yet_is_nobody_elses() -> None:
    assert names(WELL, who=replace(PARIS, id="")) == []


def test_an_end_is_said_again_when_it_comes_near() -> None:
    keys = [
        {rules.key(one) for one in rules.compare(WELL, replace(WELL, until=NOW + left * DAY), PARIS, NOW + (left - near) * DAY)}
        for left, near in ((40, 30), (40, 29), (40, 8), (40, 7), (40, 2), (40, 1))
    ]
    assert len(set.union(*keys)) == 3
    assert keys[0] == keys[1] == keys[2] != keys[3] == keys[4] != keys[5]


def test_a_refusal_comes_before_what_was_said_last() -> None:
    refusal = Refusal(sentence="X does not accept the credential of embassy-paris.", remedy="Connect it.")
    one = Inspection(account="embassy-paris", at=NOW, said=replace(WELL, bio="x"), known=WELL, refusal=refusal)
    found = rules.findings(one, PARIS, NOW)
    assert [finding.name for finding in found] == ["permission-refused", "bio-changed"]
    assert found[0].remedy == "Connect it."
    assert rules.findings(Inspection(account="embassy-paris", at=NOW), PARIS, NOW) == ()


def test_what_somebody_wrote_into_their_name_cannot_forge_a_line() -> None:
    [finding] = rules.compare(WELL, replace(WELL, name="A\nBcc: all@example.org\u202e" + "x" * 99), PARIS, NOW)
    assert "\n" not in finding.sentence
    assert "\u202e" not in finding.sentence
    assert "…" in finding.sentence


def test_an_inspection_comes_back_as_it_was_written() -> None:
    refusal = Refusal(sentence="No.", code="401", remedy="Connect it.")
    one = Inspection(
        account="embassy-paris", at=NOW, said=replace(WELL, until=NOW), known=WELL, refusal=refusal, refusals=2,
        found=("a", "b"), told=("a webhook",),
    )  # fmt: skip
    assert rules.inspection_from("embassy-paris", NOW, rules.inspection_text(one)) == one
    bare = Inspection(account="page", at=NOW)
    assert rules.inspection_from("page", NOW, rules.inspection_text(bare)) == bare


def test_the_digest_of_a_standing_does_not_change_with_a_signed_address() -> None:
    assert rules.standing_digest(WELL) == rules.standing_digest(replace(WELL, picture="https://x.example.org/1/a.jpg?oe=3"))
    assert rules.standing_digest(WELL) != rules.standing_digest(replace(WELL, bio="other"))


def record(name: str, certified_at: object = None, stage: Stage = Stage.ACTIVE) -> AccountRecord:
    more = {"certified_at": certified_at} if certified_at else {}
    return AccountRecord(account=account(name), order=1, stage=stage, since=NOW - DAY, requested_by="anna", **more)  # type: ignore[arg-type]


def test_the_forecast_says_what_ends_when_soonest_first() -> None:
    standings = [
        Inspection(account=name, at=NOW, said=replace(WELL, until=until))
        for name, until in (("a", NOW + 20 * DAY), ("b", NOW - DAY), ("c", NOW + 31 * DAY), ("d", None))
    ]
    records = [record("a", NOW - 360 * DAY), record("b", NOW - 10 * DAY), record("e"), record("f", stage=Stage.RETIRED)]
    found = [(one.account, one.what, one.over) for one in rules.forecast(standings, records, NOW)]
    assert found == [
        ("b", "permission", True), ("e", "certification", True), ("a", "certification", False), ("a", "permission", False),
    ]  # fmt: skip
    assert len(rules.forecast(standings, records, NOW, days=400)) == 6
    assert [one.account for one in rules.forecast(standings, records, NOW, days=0)] == ["b", "e"]


def test_a_notice_names_each_account_once_and_what_stops_it_first() -> None:
    well = rules.compare(WELL, replace(WELL, bio="x", may_post=False, detail="Suspended."), PARIS, NOW)
    said = notice([*((PARIS, one) for one in reversed(well)), (account("mfa"), well[1])])
    assert said.subject == "2 accounts: 3 findings, 1 blocking"
    assert said.about == ("embassy-paris", "mfa")
    assert said.severity is Weight.BLOCKING
    assert said.lines[0] == "embassy-paris (embassy-paris, x TavoriaParis)"
    assert said.lines[1] == "- X does not let us post: Suspended."
    assert notice([(PARIS, well[1])]).subject == "embassy-paris: 1 finding"
