"""Photos and clips of a broadcast: what is kept, what it proves, who sees it, and when it goes."""

import io
import uuid
from datetime import date, timedelta
from pathlib import Path

import ffmpeg as graph
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campaigns.broadcast import proofs
from campaigns.broadcast.airings import log_airing, void_airing
from campaigns.broadcast.proof_retention import delete_proofs, retain
from campaigns.models import Airing, AiringProof, Proof, VersionCut
from core.errors import DomainError
from media import jobs
from media.audio import Sound, ffmpeg, render
from media.audio.preview import horn_speaker
from media.models import Fingerprint, Job, Programme, Rendition
from media.storage import absolute, sha256_of
from people.roles import Role
from places.models import AdministrativeUnit
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_province, make_user, merge

pytestmark = pytest.mark.django_db
AUDIO = Path(__file__).parents[3] / "data/demo/audio"


@pytest.fixture(scope="module")
def sounds(tmp_path_factory) -> dict[str, Path]:
    """Two broadcasts as loudspeakers get them, and ten seconds of each as a phone hears them from a horn."""
    folder = tmp_path_factory.mktemp("sounds")
    found = {}
    for name, parts in (("one", ("vi-04", "vi-06")), ("two", ("vi-09", "vi-03"))):
        found[name] = folder / f"{name}.mp3"
        render([Sound(AUDIO / f"{part}.ogg", part) for part in parts], "horn", found[name], folder)
        found[f"clip of {name}"] = clip = folder / f"{name}.m4a"
        heard = horn_speaker(ffmpeg.source(found[name]).filter("atrim", start=4.2, duration=10))
        ffmpeg.run(heard.output(str(clip), format="ipod", acodec="aac", audio_bitrate="64k"), timeout=60)
    found["clip in noise"] = noisy = folder / "noise.m4a"
    noise = graph.input("anoisesrc=color=pink:amplitude=0.5:seed=3:duration=10", f="lavfi")
    ffmpeg.run(noise.output(str(noisy), format="ipod", acodec="aac", audio_bitrate="64k"), timeout=60)
    return found


def plays(version, sound: Path, programme=None) -> None:
    """The version's horn rendition is this sound."""
    place = f"renditions/real-{sound.name}"
    absolute(place).parent.mkdir(parents=True, exist_ok=True)
    absolute(place).write_bytes(sound.read_bytes())
    row = (programme or version.programme).renditions.filter(profile="horn")
    row.update(path=place, sha256=sha256_of(sound), size=sound.stat().st_size)


@pytest.fixture
def commune():
    return make_commune("Xã Loa Thử")


@pytest.fixture
def operator(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def airing(commune, operator):
    return air(make_released(), operator, commune)


def air(version, operator, commune, **changes) -> Airing:
    given = {"aired_at": timezone.now(), "plays": 1, "client_uuid": uuid.uuid4()} | changes
    return log_airing(operator=operator, version=version, commune=commune, **given)


def picture(colour=(20, 90, 40), **save) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG", **save)
    out.seek(0)
    return out


def add_photo(airing, actor, file=None, **changes) -> AiringProof:
    given = {"nobody_recognised": True, "client_uuid": uuid.uuid4()} | changes
    return proofs.add_photo(airing=airing, actor=actor, file=file or picture(), **given)


def add_clip(airing, actor, sound: Path, **changes) -> AiringProof:
    with sound.open("rb") as file:
        return proofs.add_clip(airing=airing, actor=actor, file=file, **({"client_uuid": uuid.uuid4()} | changes))


def work() -> None:
    for pk in Job.objects.filter(kind="match-clip", state="queued").values_list("pk", flat=True):
        jobs.run(pk)


def level(airing) -> int:
    airing.refresh_from_db()
    return airing.proof


# What it proves ----------------------------------------------------------------------------------------------------
def test_levels_rise_with_what_is_shown_and_fall_with_what_is_taken_back(airing, operator, sounds):
    plays(airing.version, sounds["one"])
    assert level(airing) == Proof.SELF
    photo = add_photo(airing, operator)
    assert level(airing) == Proof.PHOTO
    clip = add_clip(airing, operator, sounds["clip of one"])
    assert (clip.verdict, level(airing)) == ("waiting", Proof.PHOTO)
    work()
    clip.refresh_from_db()
    assert (clip.verdict, clip.matched, level(airing)) == ("match", airing.version, Proof.CLIP)
    assert abs(clip.second - 4.2) < 0.5
    assert clip.difference < 0.28
    proofs.remove_proof(proof=clip, actor=operator, reason="nhầm buổi phát")
    assert level(airing) == Proof.PHOTO
    proofs.remove_proof(proof=photo, actor=operator, reason="có người")
    assert level(airing) == Proof.SELF


def test_a_clip_of_another_language_or_length_of_the_month_counts_and_says_which(airing, operator, commune, sounds):
    plays(airing.version, sounds["two"])
    other = make_released(language=make_language("en"), bulletin=airing.version.bulletin)
    short = Programme.objects.create(key="c" * 64, parts=[])
    Rendition.objects.create(
        programme=short, profile="horn", key="d" * 64, state="ready", path="x", size=1, sha256="e" * 64, duration=30
    )
    VersionCut.objects.create(version=other, length="60", programme=short)
    plays(other, sounds["one"], short)
    clip = add_clip(airing, operator, sounds["clip of one"])
    work()
    clip.refresh_from_db()
    # The other version's full broadcast is a file that cannot be read: that is no reason to know nothing.
    assert (clip.verdict, clip.matched, level(airing)) == ("match", other, Proof.CLIP)


@pytest.mark.parametrize(("sent", "said"), [("clip of one", "other"), ("clip in noise", "unsure")])
def test_what_does_not_match_takes_nothing_away(airing, operator, sounds, sent, said):
    plays(airing.version, sounds["two"])
    clip = add_clip(airing, operator, sounds[sent])
    work()
    clip.refresh_from_db()
    assert (clip.verdict, clip.matched, level(airing)) == (said, None, Proof.SELF)
    assert clip.path
    assert Airing.objects.counted().count() == 1


def test_a_programme_is_read_once(airing, operator, sounds):
    plays(airing.version, sounds["one"])
    for name in ("clip of one", "clip of two"):
        add_clip(airing, operator, sounds[name])
    work()
    assert Fingerprint.objects.count() == 1


def test_where_nothing_can_be_compared_nobody_can_tell(airing, operator, sounds):
    clip = add_clip(airing, operator, sounds["clip of one"])
    work()
    clip.refresh_from_db()
    assert (clip.verdict, level(airing)) == ("unsure", Proof.SELF)


def test_a_clip_that_goes_while_it_waits_is_not_judged(airing, operator, sounds):
    plays(airing.version, sounds["one"])
    clip = add_clip(airing, operator, sounds["clip of one"])
    delete_proofs(first=airing.aired_on, last=airing.aired_on)
    work()
    clip.refresh_from_db()
    assert (clip.verdict, clip.path, level(airing)) == ("unsure", "", Proof.SELF)


def test_levels_are_known_as_of_a_day(airing, operator):
    photo = add_photo(airing, operator)
    today = timezone.localdate()
    AiringProof.objects.filter(pk=photo.pk).update(added_at=timezone.now() - timedelta(days=3))
    proofs.remove_proof(proof=photo, actor=operator, reason="nhầm")
    known = {days: Airing.objects.with_proof(today - timedelta(days=days)).get().level for days in (0, 1, 3, 4)}
    assert known == {0: Proof.SELF, 1: Proof.PHOTO, 3: Proof.PHOTO, 4: Proof.SELF}


# What is kept ------------------------------------------------------------------------------------------------------
def test_a_photo_keeps_nothing_but_its_pixels(airing, operator):
    exif = Image.Exif()
    exif[0x010F] = "MAY-ANH-RIENG"
    photo = add_photo(airing, operator, picture(exif=exif))
    kept = absolute(photo.path).read_bytes()
    assert b"MAY-ANH-RIENG" not in kept
    assert Image.open(io.BytesIO(kept)).size == (photo.width, photo.height) == (640, 480)


def test_a_photo_with_people_is_not_kept(airing, operator):
    with pytest.raises(DomainError):
        add_photo(airing, operator, nobody_recognised=False)
    assert not AiringProof.objects.exists()


def test_sent_twice_is_kept_once(airing, operator, sounds):
    sent = uuid.uuid4()
    first = add_clip(airing, operator, sounds["clip of one"], client_uuid=sent)
    assert add_clip(airing, operator, sounds["clip of one"], client_uuid=sent) == first
    assert (AiringProof.objects.count(), Job.objects.filter(kind="match-clip").count()) == (1, 1)
    with pytest.raises(DomainError):
        add_photo(airing, operator, client_uuid=sent)


def test_one_file_shows_one_broadcast(airing, operator, commune, sounds):
    other = air(airing.version, operator, commune)
    clip = add_clip(airing, operator, sounds["clip of one"])
    with pytest.raises(DomainError, match="Tệp này đã được gửi"):
        add_clip(other, operator, sounds["clip of one"])
    proofs.remove_proof(proof=clip, actor=operator, reason="nhầm buổi phát")
    assert add_clip(other, operator, sounds["clip of one"]).airing == other


def test_the_file_goes_with_a_reason(airing, operator, sounds, django_capture_on_commit_callbacks):
    clip = add_clip(airing, operator, sounds["clip of one"])
    place = absolute(clip.path)
    assert place.stat().st_size == clip.size < 90_000
    with pytest.raises(DomainError):
        proofs.remove_proof(proof=clip, actor=operator, reason="  ")
    with django_capture_on_commit_callbacks(execute=True):
        gone = proofs.remove_proof(proof=clip, actor=operator, reason="có tiếng người nói chuyện")
    assert (place.exists(), gone.path, gone.remove_reason) == (False, "", "có tiếng người nói chuyện")
    assert (
        proofs.remove_proof(proof=gone, actor=operator, reason="lần nữa").remove_reason == "có tiếng người nói chuyện"
    )


def test_a_voided_record_takes_nothing_and_there_is_an_end(airing, operator):
    for number in range(proofs.MOST):
        add_photo(airing, operator, picture((number * 50, 0, 0)))
    with pytest.raises(DomainError):
        add_photo(airing, operator, picture((200, 0, 0)))
    void_airing(airing=airing, actor=operator, reason="nhầm")
    airing.refresh_from_db()
    AiringProof.objects.all().delete()
    with pytest.raises(DomainError):
        add_photo(airing, operator)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a" + b"0" * 100, b"%PDF-1.7 x", b"ffconcat version 1.0\nfile /etc/passwd\n"]
)
def test_what_is_neither_picture_nor_sound_is_refused_in_words(airing, operator, data, tmp_path):
    with pytest.raises(DomainError):
        add_photo(airing, operator, io.BytesIO(data))
    (tmp_path / "clip.m4a").write_bytes(data)
    with pytest.raises(DomainError):
        add_clip(airing, operator, tmp_path / "clip.m4a")
    assert not AiringProof.objects.exists()
    assert not list(absolute("").glob("proofs/*/*/*"))


def test_a_recording_that_is_too_large_is_not_read_to_its_end(airing, operator):
    with pytest.raises(DomainError, match="10 MB"):
        proofs.add_clip(
            airing=airing, actor=operator, file=io.BytesIO(b"RIFF" + bytes(proofs.MAX_CLIP)), client_uuid=uuid.uuid4()
        )


# Who sees it -------------------------------------------------------------------------------------------------------
def test_only_those_who_look_after_the_commune_see_it(client, airing, operator, commune, sounds):
    photo, clip = add_photo(airing, operator), add_clip(airing, operator, sounds["clip of one"])
    page = reverse("campaigns:proofs", args=[airing.client_uuid])
    reading = [page, *(reverse("campaigns:proof_file", args=[one.pk]) for one in (photo, clip))]
    removing = reverse("campaigns:remove_proof", args=[clip.pk])
    adding = [reverse(f"campaigns:add_{kind}", args=[airing.client_uuid]) for kind in ("photo", "clip")]
    for address in [*reading, removing, *adding]:
        assert "/accounts/login/" in client.get(address)["Location"]
    far = make_province("Tỉnh Xa")
    table = [
        (make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")), 404, 404, 404),
        (make_user(role=Role.PROGRAMME_MANAGER, area=far), 404, 404, 404),
        (make_user(role=Role.ADMINISTRATOR, area=far), 404, 404, 404),
        (make_user(role=Role.COMMUNICATOR, area=commune), 403, 403, 403),
        (make_user(role=Role.APPROVER), 403, 403, 403),
        (make_user(role=Role.TRAINEE, area=commune), 403, 403, 403),
        (make_user(), 403, 403, 403),
        (make_user(role=Role.SUPERVISOR), 200, 403, 403),
        (make_user(role=Role.PROGRAMME_MANAGER), 200, 403, 403),
        (make_user(role=Role.ADMINISTRATOR), 200, 403, 403),
        (make_user(role=Role.RADIO_OPERATOR, area=commune), 200, 200, 409),
    ]
    for person, sees, removes, adds in table:
        client.force_login(person)
        said = (
            {client.get(address).status_code for address in reading},
            client.get(removing).status_code,
            {client.post(address, {}).status_code for address in adding},
        )
        assert said == ({sees}, removes, {adds}), person.memberships.first()


def test_rights_follow_a_merger(client, airing, operator, commune, sounds):
    clip = add_clip(airing, operator, sounds["clip of one"])
    new = make_commune("Xã Gộp", valid_from=timezone.localdate())
    merge(commune, new)
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=new))
    assert client.get(reverse("campaigns:proof_file", args=[clip.pk])).status_code == 200
    assert client.get(reverse("campaigns:proofs", args=[airing.client_uuid])).status_code == 200


def test_nobody_on_the_way_keeps_a_clip(client, airing, operator, sounds):
    clip = add_clip(airing, operator, sounds["clip of one"])
    client.force_login(operator)
    whole = client.get(reverse("campaigns:proof_file", args=[clip.pk]))
    assert (whole["Cache-Control"], whole["Content-Type"]) == ("private, no-store", "audio/mp4")
    assert b"".join(whole.streaming_content) == absolute(clip.path).read_bytes()
    part = client.get(reverse("campaigns:proof_file", args=[clip.pk]), headers={"Range": "bytes=10-19"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, absolute(clip.path).read_bytes()[10:20])
    assert client.get(reverse("campaigns:proofs", args=[airing.client_uuid]))["Cache-Control"] == "private, no-store"


# The pages ---------------------------------------------------------------------------------------------------------
def test_an_operator_adds_a_clip_and_reads_what_came_of_it(client, airing, operator, sounds):
    plays(airing.version, sounds["one"])
    client.force_login(operator)
    page = reverse("campaigns:proofs", args=[airing.client_uuid])
    assert page in client.get(reverse("campaigns:desk")).content.decode()
    assert page in client.get(reverse("campaigns:history")).content.decode()
    data = {
        "client_uuid": uuid.uuid4(),
        "file": SimpleUploadedFile("Ghi âm 001.m4a", sounds["clip of one"].read_bytes()),
    }
    answer = client.post(reverse("campaigns:add_clip", args=[airing.client_uuid]), data)
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "đang so" in client.get(page).content.decode()
    work()
    said = client.get(page).content.decode()
    assert "khớp với bản tin" in said
    assert "ghi âm đã khớp" in said
    assert "ghi âm đã khớp" in client.get(reverse("campaigns:desk")).content.decode()
    clip = AiringProof.objects.get()
    remove = reverse("campaigns:remove_proof", args=[clip.pk])
    assert client.post(remove, {"reason": ""}).status_code == 200
    assert client.post(remove, {"reason": "ghi nhầm"})["Location"] == page
    said = client.get(page).content.decode()
    assert "ghi nhầm" in said
    assert "ghi âm đã khớp" not in said


def test_a_refusal_comes_back_in_words(client, airing, operator):
    client.force_login(operator)
    wrong = {"client_uuid": uuid.uuid4(), "file": SimpleUploadedFile("x.m4a", b"khong phai am thanh")}
    answer = client.post(reverse("campaigns:add_clip", args=[airing.client_uuid]), wrong)
    assert answer.status_code == 409
    assert "Đây không phải tệp âm thanh" in answer.content.decode()
    wrong = {"client_uuid": uuid.uuid4(), "file": SimpleUploadedFile("x.jpg", picture().read())}
    answer = client.post(reverse("campaigns:add_photo", args=[airing.client_uuid]), wrong)
    assert answer.status_code == 409
    assert not AiringProof.objects.exists()


def test_pages_cost_the_same_for_many(client, airing, operator, commune):
    client.force_login(operator)
    pages = [reverse("campaigns:proofs", args=[airing.client_uuid]), reverse("campaigns:history")]
    add_photo(airing, operator)
    counts = []
    for colours in ((), ((1, 2, 3), (4, 5, 6))):
        for colour in colours:
            add_photo(airing, operator, picture(colour))
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


# How long it stays -------------------------------------------------------------------------------------------------
def test_a_frozen_report_takes_the_clips_and_leaves_the_facts(airing, operator, commune, sounds):
    plays(airing.version, sounds["one"])
    photo, clip = add_photo(airing, operator), add_clip(airing, operator, sounds["clip of one"])
    work()
    places = [absolute(one.path) for one in (photo, clip)]
    month = {"first": airing.aired_on, "last": airing.aired_on}
    elsewhere = AdministrativeUnit.objects.within(make_province("Tỉnh Xa"))
    here = AdministrativeUnit.objects.within(commune)
    assert delete_proofs(first=date(2020, 1, 1), last=date(2020, 12, 31)) == 0
    assert delete_proofs(**month, areas=elsewhere) == 0
    assert delete_proofs(**month, areas=here) == 1
    assert delete_proofs(**month, areas=here) == 0
    assert [place.exists() for place in places] == [True, False]
    clip.refresh_from_db()
    assert (clip.verdict, level(airing), clip.deleted_at is not None) == ("match", Proof.CLIP, True)
    assert delete_proofs(**month, kinds=["photo", "clip"]) == 1
    assert not places[0].exists()


def test_nothing_stays_for_ever(airing, operator, sounds, settings):
    settings.PROOF_CLIP_DAYS, settings.PROOF_PHOTO_DAYS = 30, 60
    photo, clip = add_photo(airing, operator), add_clip(airing, operator, sounds["clip of one"])
    now = timezone.now()
    assert retain(now + timedelta(days=29)) == 0
    assert retain(now + timedelta(days=31)) == 1
    clip.refresh_from_db()
    assert (clip.path, bool(photo.path)) == ("", True)
    assert retain(now + timedelta(days=61)) == 1
    assert not list(absolute("").glob("proofs/*/*/*"))


def test_a_file_that_no_row_names_goes_after_a_while(monkeypatch):
    stray = absolute("proofs/clips/ab/lost.m4a")
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    assert retain() == 0
    monkeypatch.setattr("campaigns.broadcast.proof_retention.LEFT_BEHIND", -60)
    assert retain() == 1
    assert not stray.exists()


def test_an_administrator_deletes_a_month(client, airing, operator, sounds):
    clip = add_clip(airing, operator, sounds["clip of one"])
    address = reverse("campaigns:kept_proofs")
    month = {"month": f"{airing.aired_on:%Y-%m}", "kind": "clip"}
    for person, status in ((operator, 403), (make_user(role=Role.PROGRAMME_MANAGER), 403)):
        client.force_login(person)
        assert client.get(address).status_code == client.post(address, month).status_code == status
    client.force_login(make_user(role=Role.ADMINISTRATOR, area=make_province("Tỉnh Xa")))
    assert "<form" not in client.get(address).content.decode().split("<main")[1]
    client.post(address, month)
    clip.refresh_from_db()
    assert clip.path
    client.force_login(make_user(role=Role.ADMINISTRATOR))
    assert address in client.get(reverse("reports:coverage")).content.decode()
    assert f'value="{month["month"]}"' in client.get(address).content.decode()
    for wrong in ({"month": "x", "kind": "clip"}, {"month": "2026-10", "kind": "all"}):
        assert client.post(address, wrong).status_code == 404
    assert client.post(address, month).status_code == 302
    clip.refresh_from_db()
    assert clip.path == ""


def test_a_stranger_to_the_commune_records_nothing(airing, sounds):
    peer = make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn"))
    with pytest.raises(PermissionDenied):
        add_clip(airing, peer, sounds["clip of one"])
    with pytest.raises(PermissionDenied):
        add_photo(airing, peer)
