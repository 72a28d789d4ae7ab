"""Downloads over bad lines: every byte where it belongs, whatever part is asked for; nothing that is not released."""

import hashlib
import random
import shutil
import subprocess

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.month import file_name, released_versions, renditions
from campaigns.models import Bulletin
from media.models import Rendition
from media.storage import absolute
from people.roles import Role
from tests.campaigns.making import make_language
from tests.campaigns.released import make_released
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return make_released()


@pytest.fixture
def horn(version):
    return version.programme.renditions.get(profile="horn")


def address(rendition, name="x.mp3"):
    return reverse("audio:download", args=[rendition.key, name])


def data_of(rendition) -> bytes:
    return absolute(rendition.path).read_bytes()


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_whole_file_comes_with_its_digest_and_no_cookie(client, horn):
    data = data_of(horn)
    answer = client.get(address(horn))
    assert (answer.status_code, body(answer)) == (200, data)
    assert answer["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert answer["Content-Length"] == str(len(data))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Content-Disposition"].startswith('attachment; filename="x.mp3"')
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_fifty_random_ranges_are_byte_exact(client, horn):
    data, draw = data_of(horn), random.Random(7)
    for _ in range(50):
        first = draw.randrange(len(data))
        last = draw.randrange(first, len(data) + 5000)
        answer = client.get(address(horn), headers={"Range": f"bytes={first}-{last}"})
        assert (answer.status_code, body(answer)) == (206, data[first : last + 1])
        assert answer["Content-Range"] == f"bytes {first}-{min(last, len(data) - 1)}/{len(data)}"


def test_open_and_suffix_ranges_reach_the_end(client, horn):
    data = data_of(horn)
    for asked, wanted in (("bytes=100-", data[100:]), ("bytes=-500", data[-500:]), ("bytes=-999999", data)):
        answer = client.get(address(horn), headers={"Range": asked})
        assert (answer.status_code, body(answer)) == (206, wanted)


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_a_range_outside_the_file_is_416_with_its_length(client, horn, asked):
    answer = client.get(address(horn), headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (416, b"")
    assert answer["Content-Range"] == f"bytes */{horn.size}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=9-3", "bytes=-", "bytes=a-b"])
def test_a_range_not_understood_gives_the_whole(client, horn, asked):
    answer = client.get(address(horn), headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (200, data_of(horn))


def test_a_resume_goes_on_only_in_the_same_file(client, horn):
    data = data_of(horn)
    same = client.get(address(horn), headers={"Range": "bytes=1000-", "If-Range": f'"{horn.sha256}"'})
    assert (same.status_code, body(same)) == (206, data[1000:])
    other = client.get(address(horn), headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (other.status_code, body(other)) == (200, data)


def test_a_file_the_phone_has_is_not_sent_again(client, horn):
    answer = client.get(address(horn), headers={"If-None-Match": f'"x", "{horn.sha256}"'})
    assert (answer.status_code, body(answer)) == (304, b"")
    assert answer["ETag"] == f'"{horn.sha256}"'
    assert client.get(address(horn), headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_tells_size_and_range_without_a_body(client, horn):
    answer = client.head(address(horn))
    assert (answer.status_code, body(answer), answer["Content-Length"]) == (200, b"", str(horn.size))
    part = client.head(address(horn), headers={"Range": "bytes=0-9"})
    assert (part.status_code, body(part), part["Content-Length"]) == (206, b"", "10")
    assert client.post(address(horn)).status_code == 405


def test_only_released_programmes_are_there(client, version, horn):
    type(version).objects.filter(pk=version.pk).update(state="approved")
    for headers in ({}, {"Range": "bytes=0-1"}, {"If-None-Match": f'"{horn.sha256}"'}):
        assert client.get(address(horn), headers=headers).status_code == 404
    type(version).objects.filter(pk=version.pk).update(state="released")
    assert client.get(address(horn)).status_code == 200
    Bulletin.objects.update(withdrawn_at=timezone.now(), withdrawn_by=version.approver, withdrawal_reason="thử")
    assert client.get(address(horn)).status_code == 404


def test_the_master_and_unfinished_files_stay_inside(client, version, horn):
    client.force_login(make_user(role=Role.ADMINISTRATOR))
    master = version.programme.renditions.get(profile="master")
    assert client.get(address(master, "x.flac")).status_code == 404
    Rendition.objects.filter(pk=horn.pk).update(state="waiting")
    assert client.get(address(horn)).status_code == 404
    assert client.get(reverse("audio:download", args=["0" * 64, "x.mp3"])).status_code == 404


@pytest.mark.parametrize("name", ["x.exe", "x.m4a", "a b.mp3", "-x.mp3", "x\n.mp3", 'x".mp3', "x.mp3\n", "x;y.mp3"])
def test_a_name_made_up_by_others_is_nobodys(client, horn, name):
    assert client.get(address(horn, name)).status_code == 404


def test_each_download_has_a_name_of_its_own_that_any_player_reads(client):
    # A test string: signs that FAT forbids, letters of several scripts.
    made = make_released(title='Thử: "Đường ƀâk" / việc? ñ * 好 ' + "rất dài " * 12)
    assert file_name(made, ".mp3").startswith(f"{timezone.localdate():%Y-%m}_vi_thu-duong-bak-viec-n-rat-dai")
    names = [row["url"].rsplit("/", 1)[1] for row in renditions(released_versions(made.bulletin.month).get())["files"]]
    assert len(set(names)) == 4
    for row in renditions(released_versions(made.bulletin.month).get())["files"]:
        name = row["url"].rsplit("/", 1)[1]
        assert name.isascii()
        assert not set(name) & set('"*/:<>?\\| ')
        assert len(name) < 80
        assert client.get(row["url"]).status_code == 200


def test_a_title_without_latin_letters_still_gives_a_name():
    made = make_released(title="好")
    assert file_name(made, ".mp3") == f"{timezone.localdate():%Y-%m}_vi.mp3"


def test_two_varieties_of_a_language_never_overwrite_each_other():
    first = make_released(language=make_language("sed"))
    variety = type(first.language).objects.create(
        tag="sed", variety="thử", own_name="sed", name_vi="sed", name_en="sed", words_per_minute=120
    )
    second = make_released(language=variety, bulletin=first.bulletin)
    assert file_name(first, ".mp3") != file_name(second, ".mp3")
    assert file_name(second, ".mp3").split("_")[1] == "sed-thu"


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_goes_on_where_the_line_broke(live_site, tmp_path):
    horn = make_released().programme.renditions.get(profile="horn")
    data, got = data_of(horn), tmp_path / "got.mp3"
    got.write_bytes(data[:12_345])
    done = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", "-C", "-", "-o", str(got), "-w", "%{http_code} %{size_download}",
         live_site.url + address(horn)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert got.read_bytes() == data
    assert done.stdout == f"206 {len(data) - 12_345}"
