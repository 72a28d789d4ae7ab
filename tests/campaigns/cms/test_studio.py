"""The studio's server side: who enters, what arrives once, and that the browser's first verdict is the server's."""

import gzip
import math
import random
import struct
import uuid
import wave
from pathlib import Path

import pytest
from django.urls import reverse

from campaigns.broadcast import versions
from media.audio import judge, measure
from media.models import Job, Recording, Upload
from media.uploads import receive_chunk, start_upload
from people.roles import Role
from tests.campaigns.making import make_bulletin, make_language, make_recording, make_team, make_version, spoken
from tests.factories import make_commune, make_province, make_user

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def team(db):
    make_language()
    return make_team()


@pytest.fixture
def version(team):
    return make_version(team, make_bulletin(team.author), "vi")


def address(version, name: str = "studio") -> str:
    return reverse(f"studio:{name}", args=[version.pk])


def page_of(client, version) -> dict:
    return client.get(address(version)).context


def arrived(owner, take: uuid.UUID | None = None, data: bytes = b"OggS" + bytes(200)) -> Upload:
    upload = start_upload(owner=owner, upload_id=take or uuid.uuid4(), filename="1-1-abc.webm", size=len(data))
    return receive_chunk(upload=upload, offset=0, data=data)


def send(client, version, segment: dict, take, /, **changed):
    data = {"segment": segment["id"], "take": str(take), "digest": segment["digest"]} | changed
    return client.post(address(version, "take"), data)


def test_only_here_is_a_microphone_and_the_policy_is_the_strict_one(client, version, team):
    client.force_login(team.translator)
    page = client.get(address(version))
    assert page["Permissions-Policy"] == "geolocation=(), microphone=(self)"
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]
    for other in ("/healthz", reverse("version_record", args=[version.pk])):
        assert client.get(other)["Permissions-Policy"] == "geolocation=(), microphone=()"


def test_those_who_send_files_record_here_and_nobody_else(client, version, team):
    for name in ("studio", "sounds"):
        assert client.get(address(version, name)).status_code == {"studio": 302, "sounds": 401}[name]
    assert client.post(address(version, "take")).status_code == 401
    village = make_user(role=Role.TRANSLATOR, area=make_commune("Xã Thử Giọng", parent=team.area))
    for who in (team.translator, village):
        client.force_login(who)
        assert client.get(address(version)).status_code == 200
        assert reverse("studio:studio", args=[version.pk]) in (
            client.get(reverse("version_record", args=[version.pk])).content.decode()
        )
    client.force_login(team.approver)
    assert client.get(address(version)).status_code == 403
    assert address(version) not in client.get(reverse("version_record", args=[version.pk])).content.decode()
    client.force_login(make_user(role=Role.TRANSLATOR, area=make_province("Tỉnh Khác Thử")))
    for name in ("studio", "sounds"):
        assert client.get(address(version, name)).status_code == 404
    assert client.post(address(version, "take"), {"segment": "1"}).status_code == 404


@pytest.mark.parametrize("number", ["²", "9" * 30, "-1", "x", "", "0"])
def test_a_segment_that_is_no_number_is_not_found(client, version, team, number):
    client.force_login(team.translator)
    assert client.post(address(version, "take"), {"segment": number, "take": str(uuid.uuid4())}).status_code == 404


def test_a_version_on_the_air_leads_back_with_a_sentence(client, team):
    version = make_version(team, make_bulletin(team.author), "vi", upto="approved")
    client.force_login(team.translator)
    answer = client.get(address(version), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("version_record", args=[version.pk])
    assert "Chưa thay đổi gì" in answer.content.decode()


def test_the_text_comes_with_the_reading_time_of_its_language(client, version, team):
    client.force_login(team.translator)
    first = page_of(client, version)["segments"][0]
    # Five words at 120 a minute.
    assert (first["number"], first["lang"], first["sentences"], first["seconds"]) == (
        1, "vi", ["Chuỗi thử một hai ba."], 2.5,
    )  # fmt: skip
    ktv = make_version(team, version.bulletin, "ktv")
    segment = page_of(client, ktv)["segments"][0]
    # Not translated yet: the Vietnamese words, and they say so.
    assert (segment["lang"], segment["sentences"]) == ("vi", ["Chuỗi thử một hai ba."])


def test_a_take_sent_twice_is_one_recording(client, version, team):
    client.force_login(team.translator)
    segment = page_of(client, version)["segments"][0]
    upload = arrived(team.translator)
    for _again in range(2):
        answer = send(client, version, segment, upload.pk)
        assert answer.status_code == 200
        assert answer.json()["sounds"][segment["id"]]["take"] == str(upload.pk)
    row = Recording.objects.get()
    assert (row.sent_as, row.owner, row.expected_seconds) == (upload.pk, team.translator, 2.5)
    assert Job.objects.filter(kind="analyse").count() == 1
    # Nor are its pieces taken once more.
    answer = client.post(reverse("media:upload"), {"id": str(upload.pk), "filename": "x", "size": "204"})
    assert (answer.status_code, answer.json()["error"]) == (409, "taken-in")
    assert not Upload.objects.exists()


def test_an_earlier_take_that_is_chosen_again_stands_in_its_place_again(client, version, team):
    client.force_login(team.translator)
    segment = page_of(client, version)["segments"][0]
    first, second = arrived(team.translator), arrived(team.translator)
    for upload in (first, second, first):
        assert send(client, version, segment, upload.pk).status_code == 200
    assert version.texts.get().recording.sent_as == first.pk
    assert Recording.objects.count() == 2


def test_a_take_of_earlier_words_is_not_put_under_the_new_ones(client, version, team):
    client.force_login(team.translator)
    segment = page_of(client, version)["segments"][0]
    version.bulletin.segments.filter(pk=segment["id"]).update(text="Chuỗi thử đã đổi.")
    answer = send(client, version, segment, arrived(team.translator).pk)
    assert (answer.status_code, answer.json()["error"]) == (409, "words-changed")
    assert "Hãy thu lại" in answer.json()["message"]
    assert not Recording.objects.exists()


def test_what_cannot_be_taken_in_is_refused_in_words(client, version, team):
    client.force_login(team.translator)
    segment = page_of(client, version)["segments"][0]
    assert send(client, version, segment, uuid.uuid4()).json()["error"] == "not-arrived"
    assert send(client, version, segment, "không").status_code == 400
    theirs = arrived(team.author)
    assert send(client, version, segment, theirs.pk).json()["error"] == "not-arrived"
    pause = version.bulletin.segments.get(kind="pause")
    assert send(client, version, segment, theirs.pk, segment=pause.pk).status_code == 404
    other = make_bulletin(team.author, title="Khác")
    assert send(client, version, segment, theirs.pk, segment=spoken(other)[0].pk).status_code == 404
    # Another's id is nobody's business.
    Recording.objects.create(
        owner=team.author, title="x", sha256="0" * 64, path="recordings/x", size=1, sent_as=uuid.UUID(int=7)
    )
    answer = client.post(reverse("media:upload"), {"id": str(uuid.UUID(int=7)), "filename": "x", "size": "2"})
    assert answer.status_code == 404


def test_the_servers_verdict_is_told_in_words(client, version, team):
    client.force_login(team.translator)
    first = spoken(version.bulletin)[0]
    noisy = make_recording(team.translator, findings=[{"code": "noisy", "severity": "refuse"}])
    versions.attach_recording(version=version, recording=noisy, segment=first, actor=team.translator)
    Recording.objects.update(state="refused")
    found = client.get(address(version, "sounds")).json()
    sound = found["sounds"][str(first.pk)]
    assert (found["person"], sound["state"]) == (str(team.translator.pk), "refused")
    assert "ghi lại ở nơi yên tĩnh" in sound["words"][0].lower()
    assert sound["src"] == reverse("version_sound", args=[version.pk, noisy.pk])


def test_questions_do_not_grow_with_the_segments(client, team, django_assert_max_num_queries):
    long = [("announcer", f"Câu thử {n}.") for n in range(20)] + [("key-message", "Nhớ."), ("hotline", "Gọi.")]
    version = make_version(team, make_bulletin(team.author, script=long), "vi")
    for segment in spoken(version.bulletin):
        versions.attach_recording(
            version=version, recording=make_recording(team.translator), segment=segment, actor=team.translator
        )
    client.force_login(team.translator)
    client.get(address(version))
    with django_assert_max_num_queries(12):
        client.get(address(version))
    with django_assert_max_num_queries(12):
        client.get(address(version, "sounds"))


def test_the_scripts_of_the_page_are_light():
    names = [*(ROOT / "static/js/studio").glob("*.js"), ROOT / "static/js/upload.js"]
    names += [ROOT / f"static/js/{name}.js" for name in ("theme", "quick-exit", "menu")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in names) <= 15_000


# The browser's verdict is the server's ---------------------------------------------------------------------------------
RATE = 16_000
KINDS = [
    {},
    {"noise": 0.1},
    {"noise": 0.02},
    {"height": 0.003, "noise": 0.00002},
    {"height": 0.0003, "noise": 0.0001},
    {"height": 6.0},
]


def samples(*, noise: float = 0.0005, height: float = 0.3) -> list[float]:
    """Six seconds of bursts of a tone over a hiss."""
    chance = random.Random(7)
    found = []
    for i in range(6 * RATE):
        t = i / RATE
        tone = height * math.sin(2 * math.pi * 180 * t) * (t % 1.0 < 0.7) * (0.6 + 0.4 * math.sin(9 * t))
        found.append(max(-1.0, min(1.0, tone + noise * chance.gauss(0, 1))))
    return found


@pytest.mark.journey
def test_the_first_verdict_refuses_what_the_server_refuses(visit, site_frame, tmp_path):
    page = visit("/vi/")
    seen = set()
    for number, kind in enumerate(KINDS):
        sound, path = samples(**kind), tmp_path / f"{number}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(b"".join(struct.pack("<h", round(x * 32767)) for x in sound))
        here = page.evaluate(
            """async ([sound, rate]) => {
              const { Listener } = await import("/static/js/studio/verdict.js");
              const listener = new Listener();
              const step = rate / 10;
              for (let at = 0; at + step <= sound.length; at += step) {
                listener.hear(Float32Array.from(sound.slice(at, at + step)));
              }
              return listener.judge(5);
            }""",
            [sound, RATE],
        )
        there = [[found.code, found.severity] for found in judge(measure(path), 5)]
        assert sorted(here) == sorted(there), kind
        seen |= {code for code, _severity in there}
    assert {"noisy", "some-noise", "quiet", "silent", "clipped"} <= seen
