"""Campaigns under a policy: each wave is a release that waits for the signatures of others."""

import json
from dataclasses import replace

import pytest

from ministry_social.desk import approve, campaign, deliver
from ministry_social.desk.approve import Submitted
from ministry_social.errors import LedgerBroken, NotAllowed
from ministry_social.model.campaign import CampaignRecord
from ministry_social.model.delivery import State
from ministry_social.model.policy import Role

from .bench import HOUR
from .office import Office
from .test_campaign import TEXTS, WEEK, material, message, planned, states


def started(office: Office, *, person: str = "anna") -> CampaignRecord:
    """Three waves of `grain`, put in force under the policy."""
    bench = office.bench
    plan = planned(bench, material(message(*TEXTS)))
    return campaign.start(bench.store, bench.clock, plan, bench.times, person=person, policies=bench.means.policies)


def stands(office: Office, record: CampaignRecord) -> tuple[Submitted | str, ...]:
    with office.bench.store.read() as reading:
        return campaign.signing(reading, office.bench.means, record)


def complete(office: Office, record: CampaignRecord) -> list[bool]:
    return [isinstance(one, Submitted) and one.standing.complete for one in stands(office, record)]


def sign(office: Office, record: CampaignRecord, *names: str, waves: tuple[int, ...] = (1, 2, 3)) -> None:
    """As `campaign sign` does it."""
    for name in names:
        found = [one for one in stands(office, record) if isinstance(one, Submitted) and one.wave in waves]
        mine = approve.theirs(office.bench.means, found, name)
        approve.sign_all(office.bench.means, office.keys[name], mine, person=name)


def events(office: Office) -> list[str]:
    """What the ledger says of releases."""
    with office.bench.store.read() as reading:
        found = [str(json.loads(entry.body)["event"]) for entry in reading.entries()]
    return [event for event in found if event in ("released", "submitted", "confirmed")]


def send(office: Office) -> None:
    """A round of the engine, which passes over what waits for approval."""
    bench = office.bench
    with bench.store.begin() as tx:
        stops = bench.means.stops(tx)
        claims = deliver.claim(tx, bench.means, tx.due(bench.means.now(), 100, stops), stops)
    bench.settle(*[deliver.send(bench.means, one) for one in claims])


def weeks(office: Office, number: int) -> list[set[State]]:
    """Let weeks pass, send what is due, and tell the states of each wave's deliveries."""
    bench = office.bench
    bench.clock.pass_by(22 * HOUR)
    for _ in range(number):
        for _again in range(4):  # one post of an account after the other
            send(office)
            bench.clock.pass_by(HOUR)
        bench.clock.pass_by(WEEK - 4 * HOUR)
    found = states(bench)
    return [{state for key, state in found.items() if key.startswith(f"grain/{wave}/")} for wave in (1, 2, 3)]


def test_each_wave_is_submitted_and_nothing_starts_without_signatures(office: Office) -> None:
    record = started(office)
    assert events(office) == ["released", "submitted"] * 3
    assert complete(office, record) == [False, False, False]
    assert weeks(office, 3) == [{State.PLANNED}] * 3
    assert office.bench.stage.published == []


def test_signed_as_a_whole_every_wave_goes_out(office: Office) -> None:
    record = started(office)
    sign(office, record, "boris")
    assert complete(office, record) == [False, False, False]
    sign(office, record, "clara")
    assert complete(office, record) == [True, True, True]
    assert office.said()[-6:] == ["signed"] * 6
    assert weeks(office, 3) == [{State.PUBLISHED}] * 3


def test_signed_wave_by_wave_it_goes_out_wave_by_wave(office: Office) -> None:
    record = started(office)
    sign(office, record, "boris", "clara", waves=(2,))
    assert complete(office, record) == [False, True, False]
    assert weeks(office, 3) == [{State.PLANNED}, {State.PUBLISHED}, {State.PLANNED}]


def test_whoever_signed_one_wave_before_signs_the_others_with_the_whole(office: Office) -> None:
    record = started(office)
    sign(office, record, "boris", waves=(2,))
    sign(office, record, "boris")
    assert office.said().count("signed") == 3
    with pytest.raises(NotAllowed, match="boris has signed it already"):
        sign(office, record, "boris")


def test_whoever_started_it_signs_none_of_its_waves(office: Office) -> None:
    office.rewrite(people=tuple(replace(p, roles=(Role.APPROVER,)) if p.name == "anna" else p for p in office.written.people))
    office.adopt("boris", "clara")
    record = started(office)
    with pytest.raises(NotAllowed, match="anna is an author of it"):
        sign(office, record, "anna")


def test_a_signature_over_one_wave_covers_no_other(office: Office) -> None:
    record = started(office)
    one, other = (wave.release for wave in record.waves[:2])
    with pytest.raises(NotAllowed, match="was submitted anew meanwhile"):
        approve.sign(office.bench.means, office.keys["boris"], "grain", 2, release=one, person="boris")
    assert one != other


def test_all_are_signed_or_none(office: Office) -> None:
    record = started(office)
    shown = [one for one in stands(office, record) if isinstance(one, Submitted)]
    shown[2] = replace(shown[2], release=shown[0].release)
    with pytest.raises(NotAllowed):
        approve.sign_all(office.bench.means, office.keys["boris"], shown, person="boris")
    assert "signed" not in office.said()


def test_one_changed_byte_of_a_later_wave_stops_that_wave_only(office: Office) -> None:
    record = started(office)
    sign(office, record, "boris", "clara")
    spaced = "UPDATE blob SET bytes = CAST(bytes || x'20' AS BLOB) WHERE digest = (SELECT payload FROM delivery WHERE key = ?)"
    office.bench.change(spaced, "grain/2/mfa/post")
    first, second, third = weeks(office, 3)
    assert (first, third) == ({State.PUBLISHED}, {State.PUBLISHED})
    assert states(office.bench)["grain/2/mfa/post"] is State.FAILED
    assert State.PUBLISHED not in second


def test_a_changed_release_of_a_later_wave_stops_that_wave_only(office: Office) -> None:
    record = started(office)
    sign(office, record, "boris", "clara")
    office.bench.change("UPDATE blob SET bytes = CAST(bytes || x'20' AS BLOB) WHERE digest = ?", record.waves[1].release)
    assert isinstance(stands(office, record)[1], str)
    first, second, third = weeks(office, 3)
    assert (first, third) == ({State.PUBLISHED}, {State.PUBLISHED})
    assert State.PUBLISHED not in second
    assert State.FAILED in second


def test_a_refusal_stops_its_wave_until_it_is_withdrawn(office: Office) -> None:
    record = started(office)
    sign(office, record, "boris", "clara")
    approve.refuse(office.bench.means, "grain", 2, person="clara", reason="talks")
    assert complete(office, record) == [True, False, True]


def test_the_wave_is_the_one_that_waits_and_must_be_named_where_several_do(office: Office) -> None:
    record = started(office)
    with office.bench.store.read() as reading, pytest.raises(NotAllowed, match="Waves 1, 2, 3 of grain wait for approval"):
        approve.wave_of(reading, office.bench.means, "grain")
    sign(office, record, "boris", "clara", waves=(1, 3))
    with office.bench.store.read() as reading:
        assert approve.wave_of(reading, office.bench.means, "grain") == 2
    sign(office, record, "boris", "clara", waves=(2,))
    with office.bench.store.read() as reading:
        assert approve.wave_of(reading, office.bench.means, "grain") == 1
        assert approve.wave_of(reading, office.bench.means, "unknown") == 1
        with pytest.raises(NotAllowed, match="Nothing of wave 9 of grain was submitted"):
            approve.submitted(reading, office.bench.means, "grain", 9)


def test_where_the_policy_is_another_no_campaign_starts(office: Office) -> None:
    plan = planned(office.bench, material(message(*TEXTS)))
    office.rewrite(rules=())
    bench = office.bench
    with pytest.raises((NotAllowed, LedgerBroken), match="is not what was adopted"):
        campaign.start(bench.store, bench.clock, plan, bench.times, person="anna", policies=bench.means.policies)
    assert states(bench) == {}


def test_a_stop_under_a_policy_calls_off_what_waits(office: Office) -> None:
    record = started(office)
    bench = office.bench
    assert campaign.stop(bench.store, bench.clock, record.id, reason="signed", person="anna").cancelled == 9
    with pytest.raises(NotAllowed, match="Nothing of grain waits to go out"):
        sign(office, record, "boris")
