from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.broadcast import versions
from campaigns.models import BulletinVersion, SegmentText
from core.errors import DomainError
from media.models import Rendition
from people.membership import grant_membership
from people.roles import Role
from tests.campaigns.making import (
    make_bulletin,
    make_language,
    make_programme_ready,
    make_recording,
    make_team,
    make_version,
    record,
    spoken,
    translate,
)
from tests.factories import make_commune, make_organisation, make_province, make_user

pytestmark = pytest.mark.django_db
ACTS = ["created", "translated", "recorded", "reviewed", "approved", "released"]


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def bulletin(team):
    return make_bulletin(team.author)


def acts(version) -> list[str]:
    return list(version.events.values_list("act", flat=True))


def also(user, role, area) -> None:
    """Gives a person one more role."""
    grant_membership(
        user=user, role=role, organisation=make_organisation(area=area), area=area,
        starts_on=timezone.localdate() - timedelta(days=9),
    )  # fmt: skip
    user.__dict__.pop("_current_memberships", None)


def test_the_whole_way_leaves_one_event_a_step_by_the_person_who_took_it(team, bulletin):
    version = make_version(team, bulletin, "en", upto="approved")
    assert version.state == "released"
    assert acts(version) == ACTS
    assert list(version.events.values_list("actor", flat=True)) == [
        team.author.pk, team.translator.pk, team.translator.pk, team.reviewer.pk, team.approver.pk, None,
    ]  # fmt: skip
    assert (version.translator, version.reviewer, version.approver) == (team.translator, team.reviewer, team.approver)
    assert version.released_at <= timezone.now()


def test_states_come_in_the_order_of_the_plan():
    assert list(BulletinVersion.State) == ["draft", "translated", "recorded", "reviewed", "approved", "released"]


def test_vietnamese_and_spoken_only_versions_begin_at_the_recording(team, bulletin):
    make_language("kxy", mode="audio")
    states = {
        tag: (version.state, version.audio_only)
        for tag in ("vi", "en", "kxy")
        for version in [
            versions.create_version(
                bulletin=bulletin,
                language=make_language(tag, mode="audio" if tag == "kxy" else "text"),
                actor=team.author,
            )
        ]
    }
    assert states == {"vi": ("translated", False), "en": ("draft", False), "kxy": ("translated", True)}


def test_opening_a_version_twice_returns_the_first(team, bulletin):
    first = make_version(team, bulletin, "en")
    assert make_version(team, bulletin, "en") == first
    assert acts(first) == ["created"]


STEPS = [
    ("finish_translation", "draft", "translator", {}),
    ("finish_recording", "translated", "translator", {}),
    ("review_version", "recorded", "reviewer", {}),
    ("approve_version", "reviewed", "approver", {}),
]


@pytest.mark.parametrize(("act", "state", "who", "more"), STEPS)
@pytest.mark.parametrize("at", list(BulletinVersion.State))
def test_each_step_is_refused_from_every_other_state(team, bulletin, act, state, who, more, at):
    if at == state:
        return
    bulletin.release_at = timezone.now() + timedelta(days=1)
    bulletin.save()
    version = make_version(team, bulletin, "en", upto="approved" if at == "released" else at)
    if at == "released":
        bulletin.release_at = timezone.now()
        bulletin.save()
        assert versions.release_version(version=version) is True
    version.refresh_from_db()
    assert version.state == at
    with pytest.raises(DomainError):
        getattr(versions, act)(version=version, actor=getattr(team, who), **more)
    version.refresh_from_db()
    assert version.state == at


@pytest.mark.parametrize(("act", "state", "who", "more"), STEPS)
@pytest.mark.parametrize("role", ["author", "translator", "reviewer", "approver", "administrator"])
def test_each_step_is_open_to_its_roles_only(team, bulletin, act, state, who, more, role):
    allowed = {"finish_translation": {"author", "translator"}, "finish_recording": {"author", "translator"}}
    version = make_version(team, bulletin, "en", upto=state)
    if state == "draft":
        translate(version, team.translator)
    if state == "translated":
        record(version, team.translator)
    if role in allowed.get(act, {who}):
        getattr(versions, act)(version=version, actor=getattr(team, role), **more)
        version.refresh_from_db()
        assert version.state != state
    else:
        with pytest.raises(PermissionDenied):
            getattr(versions, act)(version=version, actor=getattr(team, role), **more)


def test_a_role_elsewhere_is_no_role_here(team, bulletin):
    stranger = make_team(make_province("Tỉnh Thử Khác"))
    version = make_version(team, bulletin, "en", upto="reviewed")
    with pytest.raises(PermissionDenied):
        versions.approve_version(version=version, actor=stranger.approver)
    # Approver elsewhere, translator here: sees it, and still may not approve it.
    also(stranger.approver, Role.TRANSLATOR, team.area)
    assert BulletinVersion.objects.visible_to(stranger.approver).filter(pk=version.pk).exists()
    with pytest.raises(PermissionDenied):
        versions.approve_version(version=version, actor=stranger.approver)


def test_commune_people_lend_their_language_to_the_provinces_bulletin_but_do_not_approve_it(team, bulletin):
    here = make_team(make_commune(parent=team.area))
    version = make_version(team, bulletin, "en")
    translate(version, here.translator)
    assert versions.finish_translation(version=version, actor=here.translator).translator == here.translator
    record(version, here.translator)
    versions.finish_recording(version=version, actor=here.translator)
    make_programme_ready(version)
    assert versions.review_version(version=version, actor=here.reviewer).reviewer == here.reviewer
    with pytest.raises(PermissionDenied):
        versions.approve_version(version=version, actor=here.approver)


def test_a_former_role_is_no_role(team, bulletin):
    yesterday = timezone.localdate() - timedelta(days=1)
    former = make_user(role=Role.TRANSLATOR, area=team.area, ends_on=yesterday)
    version = make_version(team, bulletin, "en")
    with pytest.raises(PermissionDenied):
        versions.save_translation(version=version, segment=spoken(bulletin)[0], text="test", actor=former)


def test_translation_is_finished_only_when_every_spoken_segment_has_fresh_text(team, bulletin):
    version = make_version(team, bulletin, "en")
    for segment in spoken(bulletin)[:-1]:
        versions.save_translation(version=version, segment=segment, text="test", actor=team.translator)
    with pytest.raises(DomainError, match="1"):
        versions.finish_translation(version=version, actor=team.translator)
    versions.save_translation(version=version, segment=spoken(bulletin)[-1], text="test", actor=team.translator)
    assert versions.finish_translation(version=version, actor=team.translator).state == "translated"


@pytest.mark.parametrize("missing", ["key-message", "hotline"])
def test_a_script_without_key_message_or_hotline_call_stops_at_the_gates(team, missing):
    script = [entry for entry in [("announcer", "a"), ("key-message", "k"), ("hotline", "gọi")] if entry[0] != missing]
    bulletin = make_bulletin(team.author, script=script)
    english, vietnamese = make_version(team, bulletin, "en"), make_version(team, bulletin, "vi")
    translate(english, team.translator)
    record(vietnamese, team.translator)
    with pytest.raises(DomainError):
        versions.finish_translation(version=english, actor=team.translator)
    with pytest.raises(DomainError):
        versions.finish_recording(version=vietnamese, actor=team.translator)


def test_other_words_take_their_recording_away_and_the_same_words_do_not(team, bulletin):
    version = make_version(team, bulletin, "en", upto="recorded")
    first, second = spoken(bulletin)[:2]
    versions.save_translation(version=version, segment=first, text="test string 1", actor=team.translator)
    version.refresh_from_db()
    assert version.state == "recorded"
    versions.save_translation(version=version, segment=first, text="other test string", actor=team.translator)
    version.refresh_from_db()
    assert version.state == "translated"
    rows = {row.segment_id: row for row in version.texts.all()}
    assert rows[first.pk].recording is None
    assert rows[second.pk].recording is not None


def test_a_reviewer_who_starts_translating_is_no_longer_its_reviewer(team, bulletin):
    version = make_version(team, bulletin, "en", upto="reviewed")
    also(team.reviewer, Role.TRANSLATOR, team.area)
    versions.save_translation(version=version, segment=spoken(bulletin)[0], text="mine now", actor=team.reviewer)
    version.refresh_from_db()
    assert (version.state, version.reviewer, version.translator) == ("translated", None, team.reviewer)


def test_vietnamese_text_is_not_translated_here(team, bulletin):
    version = make_version(team, bulletin, "vi")
    with pytest.raises(DomainError):
        versions.save_translation(version=version, segment=spoken(bulletin)[0], text="x", actor=team.translator)


def test_a_text_on_the_air_is_not_changed(team, bulletin):
    version = make_version(team, bulletin, "en", upto="approved")
    with pytest.raises(DomainError):
        versions.save_translation(version=version, segment=spoken(bulletin)[0], text="x", actor=team.translator)
    with pytest.raises(DomainError):
        versions.attach_recording(version=version, recording=make_recording(), actor=team.translator)


def test_segments_of_another_bulletin_or_silent_ones_are_refused(team, bulletin):
    version, other = make_version(team, bulletin, "en"), make_bulletin(team.author)
    pause = bulletin.segments.get(kind="pause")
    for segment in (spoken(other)[0], pause):
        with pytest.raises(DomainError):
            versions.save_translation(version=version, segment=segment, text="x", actor=team.translator)
        with pytest.raises(DomainError):
            versions.attach_recording(
                version=version, segment=segment, recording=make_recording(), actor=team.translator
            )
    assert not SegmentText.objects.exists()


@pytest.mark.parametrize(("state", "refused_at"), [("refused", "attach"), ("waiting", "finish")])
def test_a_recording_must_be_ready(team, bulletin, state, refused_at):
    version = make_version(team, bulletin, "en", upto="translated")
    record(version, team.translator)
    bad = make_recording(team.translator, state=state, reason="thử")
    attach = {"version": version, "recording": bad, "segment": spoken(bulletin)[0], "actor": team.translator}
    if refused_at == "attach":
        with pytest.raises(DomainError, match="thử"):
            versions.attach_recording(**attach)
    else:
        versions.attach_recording(**attach)
        with pytest.raises(DomainError):
            versions.finish_recording(version=version, actor=team.translator)


def test_recording_is_finished_only_when_nothing_is_missing(team, bulletin):
    version = make_version(team, bulletin, "en", upto="translated")
    with pytest.raises(DomainError, match="4"):
        versions.finish_recording(version=version, actor=team.translator)
    record(version, team.translator)
    versions.attach_recording(version=version, segment=spoken(bulletin)[0], recording=None, actor=team.translator)
    with pytest.raises(DomainError, match="1"):
        versions.finish_recording(version=version, actor=team.translator)


def test_finishing_the_recording_asks_for_every_profile(team, bulletin):
    version = make_version(team, bulletin, "en", upto="recorded")
    profiles = Rendition.objects.filter(programme=version.programme).values_list("profile", flat=True)
    assert set(profiles) >= {"horn", "horn-small", "phone", "phone-aac", "master"}


def test_another_recording_sends_a_reviewed_version_back(team, bulletin):
    version = make_version(team, bulletin, "en", upto="reviewed")
    version = versions.attach_recording(
        version=version, segment=spoken(bulletin)[0], recording=make_recording(team.translator), actor=team.translator
    )
    assert (version.state, version.reviewer, version.programme) == ("translated", None, None)


def test_spoken_only_version_needs_recordings_but_no_text(team, bulletin):
    make_language("kxy", mode="audio")
    version = versions.create_version(bulletin=bulletin, language=make_language("kxy", mode="audio"), actor=team.author)
    record(version, team.translator)
    assert versions.finish_recording(version=version, actor=team.translator).state == "recorded"


def test_wanting_text_again_sends_a_spoken_only_version_to_the_translator(team, bulletin):
    version = make_version(team, bulletin, "en")
    describe = {"version": version, "credits": " Giọng thử ", "actor": team.translator}
    found = versions.describe_version(audio_only=True, **describe)
    assert (found.state, found.credits) == ("translated", "Giọng thử")
    assert versions.describe_version(audio_only=False, **describe).state == "draft"
    with pytest.raises(DomainError):
        versions.describe_version(
            version=make_version(team, bulletin, "vi"), credits="", audio_only=True, actor=team.translator
        )


@pytest.mark.parametrize("hat", ["author", "translator", "voice", "script editor"])
def test_nobody_reviews_their_own_work(team, bulletin, hat):
    voice = make_user(role=Role.TRANSLATOR, area=team.area)
    editor = make_user(role=Role.COMMUNICATOR, area=team.area)
    version = make_version(team, bulletin, "en", upto="translated")
    record(version, team.translator)
    versions.attach_recording(
        version=version, segment=spoken(bulletin)[0], recording=make_recording(voice), actor=team.translator
    )
    if hat == "script editor":
        from campaigns.broadcast import scripts

        before = scripts.script_signature(bulletin)
        segment = spoken(bulletin)[1]
        type(segment).objects.filter(pk=segment.pk).update(text="Chuỗi thử đã đổi.")
        scripts.segments_changed(bulletin=bulletin, before=before, actor=editor)
        versions.mark_checked(version=version, segment=segment, actor=team.translator)
        versions.finish_translation(version=version, actor=team.translator)
    versions.finish_recording(version=version, actor=team.translator)
    make_programme_ready(version)
    person = {"author": team.author, "translator": team.translator, "voice": voice, "script editor": editor}[hat]
    also(person, Role.REVIEWER, team.area)
    with pytest.raises(DomainError):
        versions.review_version(version=version, actor=person)
    version.refresh_from_db()
    assert version.state == "recorded"


def test_a_translator_of_one_segment_is_not_the_second_listener(team, bulletin):
    first = make_user(role=Role.TRANSLATOR, area=team.area)
    version = make_version(team, bulletin, "en")
    versions.save_translation(version=version, segment=spoken(bulletin)[0], text="by the first", actor=first)
    for segment in spoken(bulletin)[1:]:
        versions.save_translation(version=version, segment=segment, text="by the second", actor=team.translator)
    assert versions.makers(version) >= {first.pk, team.translator.pk, team.author.pk}
    assert team.reviewer.pk not in versions.makers(version)


@pytest.mark.parametrize("hat", ["author", "translator", "reviewer"])
def test_nobody_approves_what_they_wrote_translated_or_reviewed(team, bulletin, hat):
    version = make_version(team, bulletin, "en", upto="reviewed")
    person = getattr(team, hat)
    also(person, Role.APPROVER, team.area)
    with pytest.raises(DomainError):
        versions.approve_version(version=version, actor=person)
    version.refresh_from_db()
    assert (version.state, version.approver) == ("reviewed", None)


def test_the_database_itself_refuses_a_translator_as_reviewer(team, bulletin):
    version = make_version(team, bulletin, "en", upto="recorded")
    with pytest.raises(IntegrityError, match="campaigns_version_reviewed_by_another"), transaction.atomic():
        BulletinVersion.objects.filter(pk=version.pk).update(reviewer=version.translator)


@pytest.mark.parametrize("state", ["waiting", "failed"])
@pytest.mark.parametrize("act", ["review", "approve"])
def test_an_unfinished_programme_is_neither_reviewed_nor_approved(team, bulletin, state, act):
    version = make_version(team, bulletin, "en", upto="recorded" if act == "review" else "reviewed")
    horn = Rendition.objects.filter(programme=version.programme, profile="horn")
    horn.update(state=state, reason="thử: hỏng")
    judge, actor = {
        "review": (versions.review_version, team.reviewer),
        "approve": (versions.approve_version, team.approver),
    }[act]
    with pytest.raises(DomainError) as refusal:
        judge(version=version, actor=actor)
    assert ("thử: hỏng" in str(refusal.value)) == (state == "failed")


@pytest.mark.parametrize(
    ("tag", "at", "who", "back_to"),
    [
        ("en", "recorded", "reviewer", "draft"),
        ("en", "reviewed", "approver", "draft"),
        ("vi", "recorded", "reviewer", "translated"),
        ("en", "approved", "approver", "draft"),
    ],
)
def test_sending_back_needs_a_reason_and_opens_the_work_again(team, tag, at, who, back_to):
    bulletin = make_bulletin(team.author, release_in=timedelta(days=1))
    version = make_version(team, bulletin, tag, upto=at)
    actor = getattr(team, who)
    with pytest.raises(DomainError):
        versions.return_version(version=version, actor=actor, reason="  ")
    version = versions.return_version(version=version, actor=actor, reason="Đọc lại số cho rõ.")
    assert (version.state, version.programme, version.reviewer, version.approver) == (back_to, None, None, None)
    event = version.events.last()
    assert (event.act, event.actor, event.note) == ("returned", actor, "Đọc lại số cho rõ.")


def test_the_wrong_judge_does_not_send_back(team, bulletin):
    recorded, reviewed = (
        make_version(team, bulletin, "vi", upto="recorded"),
        make_version(team, bulletin, "en", upto="reviewed"),
    )
    for version, actor in ((recorded, team.approver), (reviewed, team.reviewer), (recorded, team.translator)):
        with pytest.raises(PermissionDenied):
            versions.return_version(version=version, actor=actor, reason="thử")


def test_what_a_person_may_do_follows_role_and_state(team, bulletin):
    version = make_version(team, bulletin, "en", upto="recorded")
    assert versions.may_move(team.translator, version) == {"translate", "record", "describe"}
    assert versions.may_move(team.reviewer, version) == {"review", "return"}
    assert versions.may_move(team.approver, version) == set()
    version = versions.review_version(version=version, actor=team.reviewer)
    assert versions.may_move(team.reviewer, version) == set()
    assert versions.may_move(team.approver, version) == {"approve", "return"}
