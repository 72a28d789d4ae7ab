"""Files that arrive in pieces: resumed, repeated, cut, and seen by their owner alone."""

import hashlib
import uuid

import pytest
from django.urls import reverse

from media.models import Job, Recording, Upload
from media.recordings import receive_recording
from media.uploads import delete_stale, part_path
from tests.factories import make_user

pytestmark = pytest.mark.django_db
DATA = bytes(range(256)) * 40


@pytest.fixture
def owner(client):
    user = make_user()
    client.force_login(user)
    return user


def begin(client, size=None, name="giong.m4a", upload_id=None):
    size = len(DATA) if size is None else size
    return client.post(reverse("media:upload"), {"id": upload_id or uuid.uuid4(), "filename": name, "size": size})


def put(client, pk, offset, data):
    return client.put(
        f"{reverse('media:chunk', args=[pk])}?offset={offset}", data, content_type="application/octet-stream"
    )


def test_pieces_make_the_file(client, owner):
    pk = begin(client).json()["id"]
    for offset in range(0, len(DATA), 4096):
        assert put(client, pk, offset, DATA[offset : offset + 4096]).status_code == 200
    upload = Upload.objects.get(pk=pk)
    assert (upload.state, upload.received) == ("complete", len(DATA))
    assert upload.sha256 == hashlib.sha256(DATA).hexdigest()
    assert part_path(upload).read_bytes() == DATA


def test_a_repeated_piece_is_acknowledged_and_a_gap_refused(client, owner):
    pk = begin(client).json()["id"]
    assert put(client, pk, 0, DATA[:1000]).json()["received"] == 1000
    assert put(client, pk, 0, DATA[:1000]).json()["received"] == 1000
    gap = put(client, pk, 2000, DATA[2000:3000])
    assert (gap.status_code, gap.json()["received"]) == (409, 1000)
    assert put(client, pk, 1000, DATA[1000:]).json()["received"] == len(DATA)


def test_asking_again_goes_on_where_it_stopped(client, owner):
    upload_id = uuid.uuid4()
    begin(client, upload_id=upload_id)
    put(client, upload_id, 0, DATA[:777])
    assert begin(client, upload_id=upload_id).json()["received"] == 777
    assert client.get(reverse("media:chunk", args=[upload_id])).json()["received"] == 777
    assert begin(client, upload_id=upload_id, size=5).status_code == 400


def test_a_piece_that_was_cut_on_disk_is_overwritten(client, owner):
    pk = begin(client).json()["id"]
    put(client, pk, 0, DATA[:1000])
    with part_path(Upload.objects.get(pk=pk)).open("ab") as file:
        file.write(b"half a piece that was never acknowledged")
    put(client, pk, 1000, DATA[1000:])
    assert part_path(Upload.objects.get(pk=pk)).read_bytes() == DATA


@pytest.mark.parametrize("size", [0, -1, 200 * 2**20 + 1, "viel"])
def test_impossible_sizes_are_refused(client, owner, size):
    assert begin(client, size=size).status_code == 400


def test_a_piece_beyond_the_end_is_refused(client, owner):
    pk = begin(client, size=10).json()["id"]
    assert put(client, pk, 0, b"x" * 11).status_code == 400
    assert put(client, pk, -1, b"x").status_code == 400


def test_the_name_cannot_lead_elsewhere(client, owner):
    pk = begin(client, name="../../etc/passwd").json()["id"]
    upload = Upload.objects.get(pk=pk)
    assert upload.filename == "passwd"
    assert part_path(upload).parent.name == "parts"


def test_others_see_nothing(client, owner, django_user_model):
    pk = begin(client).json()["id"]
    client.force_login(make_user())
    assert client.get(reverse("media:chunk", args=[pk])).status_code == 404
    assert put(client, pk, 0, b"x").status_code == 404
    assert begin(client, upload_id=pk).status_code == 404
    client.logout()
    assert client.get(reverse("media:chunk", args=[pk])).status_code == 401


def test_an_upload_becomes_a_recording_with_a_job(client, owner):
    pk = begin(client).json()["id"]
    put(client, pk, 0, DATA)
    recording = receive_recording(owner=owner, title="giong", upload=Upload.objects.get(pk=pk))
    assert recording.sha256 == hashlib.sha256(DATA).hexdigest()
    assert not Upload.objects.filter(pk=pk).exists()
    assert Job.objects.get().kind == "analyse"
    assert Recording.objects.get().state == "waiting"


def test_forgotten_uploads_are_removed(client, owner):
    pk = begin(client).json()["id"]
    put(client, pk, 0, DATA[:10])
    part = part_path(Upload.objects.get(pk=pk))
    Upload.objects.update(touched_at="2020-01-01T00:00:00Z")
    delete_stale()
    assert not part.exists()
    assert not Upload.objects.exists()
