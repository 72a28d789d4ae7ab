"""Files made to harm: each is refused in words within its limits, and no other file is ever read."""

import struct
import time
import zipfile

import pytest

from media.audio import AudioRefused, Sound, judge, measure, probe, render
from tests.media.audio.conftest import make

SECRET = b"TOP-SECRET-CONTENT-OF-ANOTHER-FILE"


def _wav(
    rate: int = 44100, channels: int = 1, bits: int = 16, size: int | None = None, data: bytes = b"\0" * 64
) -> bytes:
    size = len(data) if size is None else size
    block = channels * bits // 8
    head = (
        b"RIFF"
        + struct.pack("<I", (36 + size) & 0xFFFFFFFF)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * block & 0xFFFFFFFF, block & 0xFFFF, bits)
    )
    return head + b"data" + struct.pack("<I", size & 0xFFFFFFFF) + data


def _hls(secret) -> bytes:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()


def _mov(reference: bytes) -> bytes:
    """An MP4 whose sound data is said to lie in another file (dref url)."""

    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", 8 + len(body)) + kind + body

    dref = box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", struct.pack(">I", 0) + reference + b"\0"))
    minf = box(b"minf", box(b"smhd", bytes(8)) + box(b"dinf", dref) + box(b"stbl", b""))
    mdia = box(b"mdia", box(b"hdlr", bytes(8) + b"soun" + bytes(13)) + minf)
    return box(b"ftyp", b"M4A \0\0\0\0isom") + box(b"moov", box(b"trak", mdia))


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.wav"
    path.write_bytes(_wav(data=SECRET * 4000))
    return path


def _files(tmp_path, secret, sounds) -> dict[str, bytes]:
    whole = {name: path.read_bytes() for name, path in sounds.items()}
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("song.mp3", b"x" * 1000)
    return {
        "hls.mp3": _hls(secret),
        "hls-bom.mp3": b"\xef\xbb\xbf" + _hls(secret),
        "hls-behind-id3.mp3": b"ID3\x04\0\0\0\0\0\0" + _hls(secret),
        "ffconcat.mp3": f"ffconcat version 1.0\nfile {secret}\n".encode(),
        "ffconcat-quoted.wav": f"ffconcat version 1.0\nfile 'file:{secret}'\n".encode(),
        "sdp.mp3": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\nc=IN IP4 127.0.0.1\n",
        "dash.mp3": f'<?xml version="1.0"?><MPD><BaseURL>file://{secret}</BaseURL></MPD>'.encode(),
        "xspf.mp3": f"<playlist><track><location>file://{secret}</location></track></playlist>".encode(),
        "dref.m4a": _mov(b"file://" + str(secret).encode()),
        "empty.mp3": b"",
        "one-byte.mp3": b"\xff",
        "text.mp3": "Xin chào bà con. ".encode() * 200,
        "zip.mp3": archive.read_bytes(),
        "html.mp3": b"<!doctype html><script>alert(1)</script>",
        "svg.mp3": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "pdf.mp3": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "png.mp3": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "elf.wav": b"\x7fELF" + bytes(200),
        "script.sh.mp3": b"#!/bin/sh\ncat /etc/passwd\n",
        "zeros.mp3": bytes(50_000),
        "only-head.wav": whole["clean.wav"][:44],
        "cut.m4a": whole["stereo.m4a"][:400],
        "cut.flac": whole["quiet.flac"][:60],
        "cut.webm": whole["browser.webm"][:80],
        "cut.amr": whole["phone.amr"][:6],
        "cut.ogg": b"OggS" + bytes(40),
        "nan-length.wav": _wav(size=0xFFFFFFFF, data=b""),
        "zero-hertz.wav": _wav(rate=0),
        "million-hertz.wav": _wav(rate=99_999_999),
        "zero-channels.wav": _wav(channels=0),
        "many-channels.wav": _wav(channels=60_000),
        "odd-bits.wav": _wav(bits=255),
        "matroska-text.mka": b"\x1aE\xdf\xa3" + b"\xff" * 2000,
        "ftyp-only.m4a": b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom",
    }


def test_hostile_files_are_refused_in_words(tmp_path, secret, sounds, binary):
    files = _files(tmp_path, secret, sounds)
    assert len(files) >= 25
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        begun = time.monotonic()
        with pytest.raises(AudioRefused) as refusal:
            measure(path)
        assert len(str(refusal.value)) > 15, name
        assert "Traceback" not in str(refusal.value)
        assert time.monotonic() - begun < 20, name


def test_no_hostile_file_reaches_another_file(tmp_path, secret, sounds, binary):
    """Also where the first check is passed over: ffmpeg itself must not open what a file points at."""
    for name in ("hls.mp3", "hls-behind-id3.mp3", "ffconcat.mp3", "ffconcat-quoted.wav", "dash.mp3", "dref.m4a"):
        path = tmp_path / name
        path.write_bytes(_files(tmp_path, secret, sounds)[name])
        with pytest.raises(AudioRefused):
            render([Sound(path, "x")], "master", tmp_path / "out.flac", tmp_path)
        assert not (tmp_path / "out.flac").exists(), name


def test_a_day_of_silence_stays_within_its_limits(tmp_path, binary):
    long = make(
        tmp_path / "day.flac",
        "-f",
        "lavfi",
        "-i",
        "anullsrc=r=8000:cl=mono",
        "-t",
        "86400",
        "-c:a",
        "flac",
        source=None,
    )
    begun = time.monotonic()
    found = measure(long)
    assert time.monotonic() - begun < 60
    assert found.duration_s <= 1800.1
    assert "silent" in [f.code for f in judge(found)]


def test_wrong_extensions_are_no_reason_to_refuse(tmp_path, sounds, binary):
    renamed = tmp_path / "voice.exe"
    renamed.write_bytes(sounds["browser.webm"].read_bytes())
    assert probe(renamed).container == "matroska"


def test_a_picture_beside_the_sound_is_ignored(tmp_path, binary):
    video = make(
        tmp_path / "v.mkv", "-f", "lavfi", "-i", "testsrc=s=64x64:d=3", "-c:v", "mpeg4", "-c:a", "aac", "-shortest"
    )
    assert probe(video).codec == "aac"
    mute = make(tmp_path / "m.mkv", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-c:v", "mpeg4", source=None)
    with pytest.raises(AudioRefused):
        probe(mute)


def test_names_are_never_read_as_protocols(tmp_path, sounds, binary):
    odd = tmp_path / "concat:a|b.mp3"
    odd.write_bytes(sounds["loud.mp3"].read_bytes())
    assert probe(odd).container == "mp3"
