"""Films of phones and browsers become small files that play everywhere; hostile and useless ones are refused in words."""

import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest
from django.core.files import File
from PIL import Image

from media import jobs
from media.audio import ffmpeg as module
from media.models import Job, Video
from media.storage import absolute
from media.uploads import store_whole
from media.video import BUDGET, POSTER_BYTES, VideoRefused, poster, probe_video, transcode
from media.videos import receive_film_file, receive_video, retry_video, video_refusal
from tests.factories import make_user

WHEEL = imageio_ffmpeg.get_ffmpeg_exe()
SHAPES = ["-f", "lavfi", "-i", "testsrc=size={size}:rate={rate}:duration={seconds}"]
TONE = ["-f", "lavfi", "-i", "sine=frequency=300:duration={seconds}"]


def make(target: Path, *, size="1280x720", rate=30, seconds=3, sound=True, more=()) -> Path:
    given = [word.format(size=size, rate=rate, seconds=seconds) for word in SHAPES + (TONE if sound else [])]
    subprocess.run([WHEEL, "-nostdin", "-loglevel", "error", "-y", *given, *more, str(target)], check=True)
    return target


@pytest.fixture(params=["system", "wheel"])
def binary(request, monkeypatch):
    path = shutil.which("ffmpeg") if request.param == "system" else WHEEL
    if path is None:
        pytest.skip("no ffmpeg on the path")
    monkeypatch.setenv("FFMPEG_BINARY", path)
    module.binary.cache_clear()
    yield path
    module.binary.cache_clear()


def streams(path: Path) -> dict[str, dict]:
    """What ffprobe, which had no part in making it, says of a file."""
    if shutil.which("ffprobe") is None:
        pytest.skip("no ffprobe on the path")
    said = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)],
        capture_output=True,
        check=True,
    ).stdout
    found = json.loads(said)
    return {one["codec_type"]: one for one in found["streams"]} | {"format": found["format"]}


PHONES = {
    "phone.mp4": {"size": "1280x720", "more": ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]},
    "browser.webm": {"size": "640x480", "more": ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"]},
    "old.3gp": {"size": "176x144", "rate": 15, "more": ["-c:v", "mpeg4", "-c:a", "aac", "-ar", "16000", "-ac", "1"]},
    "silent.mkv": {"size": "320x240", "sound": False, "more": ["-c:v", "libx264", "-preset", "ultrafast"]},
}


@pytest.mark.parametrize(
    ("binary", "name"), [("system", n) for n in PHONES] + [("wheel", "browser.webm")], indirect=["binary"]
)
def test_film_of_any_phone_becomes_small_h264_and_aac(binary, tmp_path, name):
    source = make(tmp_path / name, **PHONES[name])
    probed = probe_video(source)
    assert probed.has_sound == (name != "silent.mkv")
    film = transcode(source, probed, tmp_path / "out.mp4")
    found = streams(film.path)
    assert (found["video"]["codec_name"], found["video"]["profile"], found["video"]["pix_fmt"]) == (
        "h264",
        "Main",
        "yuv420p",
    )
    assert (film.width, film.height) == (found["video"]["width"], found["video"]["height"])
    assert film.height <= 480
    assert film.width <= 854
    assert film.seconds == pytest.approx(3, abs=0.2)
    assert film.bytes <= BUDGET * 10 / 60
    if probed.has_sound:
        sound = found["audio"]
        assert (sound["codec_name"], sound["channels"], sound["sample_rate"]) == ("aac", 1, "44100")
    else:
        assert "audio" not in found
    # The index stands first: it plays while it loads.
    data = film.path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    # Every frame can be decoded by somebody else's build.
    subprocess.run([WHEEL, "-v", "error", "-xerror", "-i", str(film.path), "-f", "null", "-"], check=True)
    picture = Image.open(io.BytesIO(poster(film)))
    assert (picture.format, picture.size) == ("JPEG", (film.width, film.height))
    assert len(poster(film)) <= POSTER_BYTES


def test_upright_film_stays_upright_and_nobody_learns_where_it_was_made(tmp_path):
    source = make(
        tmp_path / "f.mov", size="720x1280",
        more=["-c:v", "libx264", "-preset", "ultrafast", "-metadata", "location=+15.57+107.51/", "-metadata", "title=SECRET"],
    )  # fmt: skip
    assert b"+15.57" in source.read_bytes()
    film = transcode(source, probe_video(source), tmp_path / "out.mp4")
    assert (film.width, film.height) == (480, 854)
    assert not re.search(rb"SECRET|\+15\.57|Lavf\d", film.path.read_bytes())


def test_restless_film_is_made_smaller_until_it_keeps_to_the_budget(tmp_path):
    source = make(
        tmp_path / "noise.mp4", size="854x480", seconds=12,
        more=["-vf", "noise=alls=60:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-c:a", "aac"],
    )  # fmt: skip
    film = transcode(source, probe_video(source), tmp_path / "out.mp4")
    assert film.bytes <= BUDGET * film.seconds / 60 * 1.05
    assert (film.width, film.height) == (640, 360)


def test_what_is_no_film_is_refused_in_words(tmp_path):
    cases = {
        "empty": b"",
        "unknown": b"#EXTM3U\nfile:///etc/passwd\n",
        "undecodable": b"\x00\x00\x00\x18ftypmp42" + bytes(500),
    }
    for code, data in cases.items():
        path = tmp_path / "clip.mp4"
        path.write_bytes(data)
        with pytest.raises(VideoRefused) as refused:
            probe_video(path)
        assert (refused.value.code, len(str(refused.value)) > 20) == (code, True)


def test_sound_alone_even_with_a_cover_is_no_film(tmp_path):
    cover = tmp_path / "cover.png"
    Image.new("RGB", (64, 64), (9, 90, 9)).save(cover)
    source = tmp_path / "song.m4a"
    subprocess.run(
        [WHEEL, "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=2", "-i", str(cover), "-map", "0", "-map",
         "1", "-c:a", "aac", "-c:v", "png", "-disposition:v", "attached_pic", "-f", "mp4", str(source)],
        check=True,
    )  # fmt: skip
    with pytest.raises(VideoRefused) as refused:
        probe_video(source)
    assert refused.value.code == "no-video"


def test_list_of_other_files_is_never_followed(binary, tmp_path):
    """A playlist or a concat script inside an innocent name opens no other file of the machine."""
    secret = make(tmp_path / "secret.mp4", size="320x240", seconds=1, more=["-c:v", "libx264", "-preset", "ultrafast"])
    for text in (f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n", f"ffconcat version 1.0\nfile {secret}\n"):
        path = tmp_path / "clip.mp4"
        path.write_text(text)
        with pytest.raises(VideoRefused):
            probe_video(path)
        with pytest.raises(VideoRefused):
            # Also past the first look.
            transcode(path, probe_video(secret), tmp_path / "out.mp4")


def test_film_with_another_codec_is_refused(binary, tmp_path):
    source = make(tmp_path / "f.mov", size="320x240", seconds=1, more=["-c:v", "mjpeg", "-q:v", "20"])
    with pytest.raises(VideoRefused):
        transcode(source, probe_video(source), tmp_path / "out.mp4")


@pytest.mark.django_db
def test_film_that_arrived_in_pieces_is_prepared_by_a_worker(tmp_path):
    owner = make_user()
    path = make(tmp_path / "f.mp4", size="320x240", seconds=1, more=["-c:v", "libx264", "-preset", "ultrafast"])
    with path.open("rb") as file:
        video = receive_video(owner=owner, title="f.mp4", upload=store_whole(owner=owner, file=File(file, "f.mp4")))
    assert (video.state, video.owner) == ("waiting", owner)
    job = Job.objects.get(kind="video")
    assert jobs.run(job.pk)
    video.refresh_from_db()
    assert (video.state, video.has_sound, video.width, video.height) == ("ready", True, 320, 240)
    assert absolute(video.path).stat().st_size == video.size
    assert absolute(video.poster_path).stat().st_size == video.poster_size
    assert video.sha256 in video.path


@pytest.mark.django_db
def test_refused_film_says_why_and_can_be_tried_again(tmp_path):
    path = tmp_path / "x.mp4"
    path.write_bytes(b"not a film at all")
    video = receive_film_file(path=path, title="x")
    jobs.run(Job.objects.get(kind="video").pk)
    video.refresh_from_db()
    assert (video.state, "MP4" in video_refusal(video)) == ("refused", True)
    retry_video(video)
    video.refresh_from_db()
    assert (video.state, Job.objects.get(kind="video").state) == ("waiting", "queued")
    assert Video.objects.count() == 1
