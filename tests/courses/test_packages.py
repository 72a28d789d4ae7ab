"""SCORM 1.2: what is refused before it is unpacked, manifests as programs write them, reports that count once, the sandbox."""

import io
import json
import stat
import uuid
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from core.errors import DomainError
from courses import packages, tracking
from courses.models import Package, Tracking, Visit
from courses.packages import PackageError, add_package, folder_of, read_manifest, retire_package
from people.roles import Role
from tests.courses import scorm_making as made
from tests.courses.making import make_course
from tests.factories import make_commune, make_user

BASE = "/vi/khoa-hoc/"


@pytest.fixture
def manager(db):
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def course(db):
    return make_course("nhan-dien", title="Nhận diện")


@pytest.fixture
def learner(db):
    return make_user(role=Role.TRAINEE, area=make_commune("Xã Một"), name="Hoa Mẫu")


def add(course, manager, files=None, data=None) -> Package:
    return add_package(course=course, file=io.BytesIO(data or made.make_zip(files or made.simple())), actor=manager)


def test_package_is_unpacked_once_and_its_parts_are_known(course, manager):
    package = add(course, manager)
    assert (package.title, package.files) == ("Nhận diện (mẫu)", 4)
    assert package.items == [
        {"id": "BAI1", "title": "Bài một", "path": "index.html", "query": "", "mastery": "60", "data": "mau"}
    ]
    assert (folder_of(package) / "data.json").read_text() == '{"word": "có"}'
    assert add(course, manager) == package
    retire_package(package=package, actor=manager)
    again = add(course, manager)
    assert again != package
    assert folder_of(again) == folder_of(package)


def names(**more):
    return {"index.html", "a/b.html", "noi dung/bài.html"} | set(more)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("adlcp:scormtype", "adlcp:scormType", [("BAI1", "index.html", "")]),
        ('href="index.html">', 'href="index.html?mode=1#top">', [("BAI1", "index.html", "mode=1")]),
        ('isvisible="true"', 'isvisible="true" parameters="?x=2&amp;y=3"', [("BAI1", "index.html", "x=2&y=3")]),
        ('adlcp:scormtype="sco" href="index.html"', 'xml:base="a/" href="b.html"', [("BAI1", "a/b.html", "")]),
        ('href="index.html">', 'href="noi%20dung/b%C3%A0i.html">', [("BAI1", "noi dung/bài.html", "")]),
        ('default="ORG"', "", [("BAI1", "index.html", "")]),
        ("<schemaversion>1.2</schemaversion>", "", [("BAI1", "index.html", "")]),
        ('encoding="UTF-8"?>', 'encoding="UTF-8"?>\n<!-- Made by a program -->', [("BAI1", "index.html", "")]),
        (
            '<item identifier="BAI1"', '<item identifier="C"><title>Chương</title><item identifier="BAI0" '
            'identifierref="R1"><title>Mở đầu</title></item></item><item identifier="BAI1"',
            [("BAI0", "index.html", ""), ("BAI1", "index.html", "")],
        ),
        (
            '<item identifier="BAI1"', '<item identifier="AN" identifierref="R1" isvisible="false"/><item identifier="BAI1"',
            [("BAI1", "index.html", "")],
        ),
        (
            '<item identifier="BAI1"', '<item identifier="BAI1" identifierref="R1"/><item identifier="BAI1"',
            [("BAI1", "index.html", ""), ("item-2", "index.html", "")],
        ),
    ],
)  # fmt: skip
def test_manifests_as_programs_write_them(old, new, expected):
    assert old in made.manifest()
    _title, items = read_manifest(made.manifest(old, new).encode(), names())
    assert [(one["id"], one["path"], one["query"]) for one in items] == expected


def test_manifest_in_utf_16_and_without_a_tree():
    data = made.manifest('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert read_manifest(data, names())[1][0]["id"] == "BAI1"
    text = made.manifest()
    start, end = text.index("<organizations"), text.index("</organizations>") + len("</organizations>")
    assert (
        read_manifest((text[:start] + "<organizations/>" + text[end:]).encode(), names())[1][0]["path"] == "index.html"
    )


def evil_zip(name="index.html", mode=None, encrypted=False, twice=False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", made.manifest())
        info = zipfile.ZipInfo(name)
        if mode:
            info.external_attr = mode << 16
        archive.writestr(info, "x")
        if twice:
            archive.writestr(zipfile.ZipInfo(name), "y")
    data = out.getvalue()
    if encrypted:
        # The flag in both headers of the second member.
        at = data.rindex(b"PK\x03\x04")
        central = data.rindex(b"PK\x01\x02")
        data = data[: at + 6] + b"\x01" + data[at + 7 : central + 8] + b"\x01" + data[central + 9 :]
    return data


def damaged_stream() -> bytes:
    """A ZIP whose headers are right and whose packed bytes are not."""
    data = bytearray(made.make_zip({"imsmanifest.xml": made.manifest()}))
    at = 30 + len("imsmanifest.xml")
    data[at : at + 20] = b"\xff" * 20
    return bytes(data)


BOMB = {**made.simple(), "lon.txt": b"0" * 30_000_000}
BROKEN = {
    "not a zip": b"PK nothing",
    "empty": b"PK\x05\x06" + bytes(18),
    "packed bytes are no stream": damaged_stream(),
    "unpacks in blocks of any size": made.make_zip(made.simple(), zipfile.ZIP_BZIP2),
    "unpacks in blocks of any size, another way": made.make_zip(made.simple(), zipfile.ZIP_LZMA),
    "no manifest": made.make_zip({"index.html": "x"}),
    "climbs out": evil_zip("../ra-ngoai.html"),
    "climbs out inside": evil_zip("a/../../ra-ngoai.html"),
    "absolute": evil_zip("/etc/passwd"),
    "a drive": evil_zip("C:/windows.html"),
    "climbs out the other way": evil_zip("..\\ra-ngoai.html"),
    "link": evil_zip("index.html", mode=stat.S_IFLNK | 0o777),
    "password": evil_zip(encrypted=True),
    "twice": evil_zip(twice=True),
    "control character": evil_zip("in\x01dex.html"),
    "long name": evil_zip("a" * 300 + ".html"),
    "grows a thousand times": made.make_zip(BOMB),
    "too many files": made.make_zip({f"{n}.txt": "x" for n in range(packages.MOST_FILES + 1)}, zipfile.ZIP_STORED),
    "manifest is no XML": made.make_zip(made.simple(**{"imsmanifest.xml": "not xml"})),
    "manifest is another XML": made.make_zip(made.simple(**{"imsmanifest.xml": "<html/>"})),
    "entities": made.make_zip(
        made.simple(
            **{"imsmanifest.xml": '<!DOCTYPE m [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><manifest>&b;</manifest>'}
        )
    ),
    "a file of the machine": made.make_zip(
        made.simple(**{"imsmanifest.xml": '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><manifest>&a;</manifest>'})
    ),
    "SCORM 2004": made.make_zip(made.simple(**{"imsmanifest.xml": made.manifest(">1.2<", ">2004 4th Edition<")})),
    "CAM 1.3": made.make_zip(made.simple(**{"imsmanifest.xml": made.manifest(">1.2<", ">CAM 1.3<")})),
    "start page is not there": made.make_zip(made.simple(**{"imsmanifest.xml": made.manifest('"index.html">', '"x.html">')})),
    "start page lies outside": made.make_zip(
        made.simple(**{"imsmanifest.xml": made.manifest('href="index.html">', 'href="../../x.html">')})
    ),
    "start page is another site": made.make_zip(
        made.simple(**{"imsmanifest.xml": made.manifest('href="index.html">', 'href="https://evil.example/index.html">')})
    ),
    "nothing to open": made.make_zip(
        {"imsmanifest.xml": "<manifest><organizations/><resources/></manifest>", "index.html": "x"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_and_hostile_packages_are_refused_in_words(course, manager, settings, kind, tmp_path):
    with pytest.raises(PackageError) as refusal:
        add(course, manager, data=BROKEN[kind])
    assert len(str(refusal.value)) > 20
    assert Package.objects.count() == 0
    left = [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]
    assert left == []


def test_folder_packed_instead_of_its_contents(course, manager):
    files = {f"Goi/{name}": data for name, data in made.simple().items()}
    package = add(course, manager, data=made.make_zip({**files, "__MACOSX/Goi/._x": "x"}))
    assert (folder_of(package) / "index.html").exists()


def test_what_a_zip_says_about_its_size_is_not_believed(course, manager, monkeypatch):
    monkeypatch.setattr(packages, "MOST_UNPACKED", 5000)
    data = bytearray(made.make_zip(made.simple(**{"lon.txt": "a" * 20_000}), zipfile.ZIP_STORED))
    with pytest.raises(PackageError):
        add(course, manager, data=bytes(data))


# Reports ----------------------------------------------------------------------------------------------------------


def cmi(**values) -> dict:
    return {"cmi." + name.replace("__", "."): value for name, value in values.items()}


def test_report_counts_once_and_never_makes_worse(course, manager, learner):
    package = add(course, manager)
    visit = uuid.uuid4()
    common = {"package": package, "item": "BAI1", "user": learner}
    first = cmi(
        core__lesson_status="incomplete", core__session_time="0000:05:00", suspend_data="trang=1", core__exit="suspend"
    )
    done = cmi(core__lesson_status="passed", core__score__raw="80", core__session_time="0000:12:30.25")
    for sequence, values in ((1, first), (3, done), (3, done), (2, first)):
        found = tracking.report(visit=visit, sequence=sequence, cmi=values, **common)
    assert (found.status, found.score) == ("passed", Decimal("80.00"))
    assert Visit.objects.get().seconds == 750
    worse = cmi(core__lesson_status="incomplete", core__score__raw="20", core__session_time="0000:01:00")
    found = tracking.report(visit=uuid.uuid4(), sequence=1, cmi=worse, **common)
    assert (found.status, found.score) == ("passed", Decimal("80.00"))
    state = tracking.start_state(package=package, item=package.items[0], user=learner)
    assert state["cmi.core.total_time"] == "0000:13:30.00"
    assert state["cmi.core.lesson_status"] == "incomplete"


@pytest.mark.parametrize(
    "values",
    [
        {"cmi.core.lesson_status": "great"}, {"cmi.core.score.raw": "101"}, {"cmi.core.score.raw": "many"},
        {"cmi.core.score.raw": "NaN"}, {"cmi.core.session_time": "5 minutes"}, {"cmi.suspend_data": 5}, [], "x",
    ],
)  # fmt: skip
def test_wrong_values_are_refused(course, manager, learner, values):
    package = add(course, manager)
    with pytest.raises(DomainError):
        tracking.report(package=package, item="BAI1", user=learner, visit=uuid.uuid4(), sequence=1, cmi=values)
    assert Tracking.objects.count() == 0


def test_what_the_database_cannot_hold_is_kept_without_it(course, manager, learner):
    common = {"package": add(course, manager), "item": "BAI1", "user": learner}
    odd = cmi(suspend_data="a\x00b\ud83d", core__exit="suspend\x00")
    tracking.report(visit=uuid.uuid4(), sequence=1, cmi=odd, **common)
    state = tracking.start_state(package=common["package"], item=common["package"].items[0], user=learner)
    assert (state["cmi.suspend_data"], state["cmi.core.entry"]) == ("a\ufffdb\ufffd", "resume")


def test_visit_of_somebody_else_and_unknown_part_are_refused(client, course, manager, learner):
    package, visit = add(course, manager), uuid.uuid4()
    common = {"package": package, "visit": visit, "sequence": 1, "cmi": cmi(core__lesson_status="completed")}
    tracking.report(item="BAI1", user=learner, **common)
    for item, user in (("BAI1", make_user(role=Role.TRAINEE)), ("KHAC", learner)):
        with pytest.raises(DomainError):
            tracking.report(item=item, user=user, **common)
    client.force_login(learner)
    address = f"{BASE}goi/{package.pk}/BAI1/ket-qua/"
    for bad in ({}, {"visit": "x", "sequence": "1", "cmi": "{}"}, {"visit": visit.hex, "sequence": "1", "cmi": "{"}):
        assert client.post(address, bad).status_code == 409
    assert client.get(address).status_code == 405


def test_pages_are_for_readers_and_results_for_keepers(client, course, manager, learner):
    package = add(course, manager)
    page, results = f"{BASE}nhan-dien/goi/", f"{BASE}goi/{package.pk}/ket-qua/"
    upload = {"file": SimpleUploadedFile("goi.zip", made.make_zip(made.simple()))}
    assert client.get(page).status_code == 302
    client.force_login(learner)
    assert "Bài một" in client.get(page).content.decode()
    assert (client.get(results).status_code, client.post(page, upload).status_code) == (404, 404)
    played = client.get(f"{BASE}goi/{package.pk}/BAI1/")
    assert "frame-src 'self'" in played["Content-Security-Policy"]
    elsewhere = make_user(role=Role.COURSE_MANAGER, area=make_commune("Xã Hai"))
    client.force_login(elsewhere)
    assert (client.get(results).status_code, client.post(page, upload).status_code) == (404, 404)
    tracking.report(
        package=package, item="BAI1", user=learner, visit=uuid.uuid4(), sequence=1,
        cmi=cmi(core__lesson_status="passed", core__score__raw="75", core__session_time="0000:20:00"),
    )  # fmt: skip
    client.force_login(manager)
    assert "Hoa Mẫu" in client.get(results).content.decode()
    sheet = load_workbook(io.BytesIO(client.get(results + "?xlsx").content)).active
    assert [cell.value for cell in sheet[2]][:5] == ["Hoa Mẫu", "Bài một", "đạt", 75, 20]
    bad = client.post(page, {"file": SimpleUploadedFile("goi.zip", b"x")})
    assert bad.status_code == 409
    assert "hỏng" in bad.content.decode()
    client.post(page, {"retire": package.pk})
    client.force_login(learner)
    assert client.get(f"{BASE}goi/{package.pk}/BAI1/").status_code == 404


def test_restricted_course_hides_its_packages(client, manager, learner):
    package = add(make_course("kin", is_restricted=True), manager)
    client.force_login(learner)
    assert client.get(f"{BASE}kin/goi/").status_code == 404
    assert client.get(f"{BASE}goi/{package.pk}/BAI1/").status_code == 404


# The sandbox ------------------------------------------------------------------------------------------------------


def source(client, package, item="BAI1") -> str:
    html = client.get(f"{BASE}goi/{package.pk}/{item}/").content.decode()
    return html.split('data-src="')[1].split('"')[0]


def test_files_come_in_a_sandbox_with_a_policy_of_their_own(client, course, manager, learner):
    package = add(course, manager, made.simple(**{"pic.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"}))
    client.force_login(learner)
    address = source(client, package)
    client.logout()
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith(
        "sandbox allow-scripts allow-forms; default-src 'none'; script-src http://testserver/packages/"
    )
    assert "allow-same-origin" not in policy
    assert "frame-ancestors http://testserver" in policy
    assert "X-Frame-Options" not in answer
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sessionid" not in answer.cookies
    assert "csrftoken" not in answer.cookies
    html = answer.content.decode()
    assert html.index("scorm-api.js") < html.index("function find")
    svg = client.get(address.replace("index.html", "pic.svg"))
    assert svg["Content-Security-Policy"] == policy
    part = client.get(address.replace("index.html", "data.json"), headers={"range": "bytes=0-0"})
    assert (part.status_code, b"".join(part)) == (206, b"{")
    for wrong in (
        address.replace("index.html", "khac.html"), address.replace("index.html", "../../../db.sqlite3"),
        address.replace("index.html", "%2e%2e/%2e%2e/x"), address.replace("/packages/", "/packages/x"),
    ):  # fmt: skip
        assert client.get(wrong).status_code == 404, wrong
    assert client.post(address).status_code == 405


def test_under_their_own_name_packages_have_an_origin_and_nothing_else_is_there(
    client, course, manager, learner, settings
):
    settings.SITE_URL, settings.PACKAGES_URL = "http://testserver", "http://goi.example"
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "goi.example"]
    package = add(course, manager)
    client.force_login(learner)
    played = client.get(f"{BASE}goi/{package.pk}/BAI1/")
    assert "frame-src http://goi.example/packages/;" in played["Content-Security-Policy"] + ";"
    address = source(client, package)
    assert address.startswith("http://goi.example/packages/")
    path = address.removeprefix("http://goi.example")
    policy = client.get(path, headers={"host": "goi.example"})["Content-Security-Policy"]
    assert policy.startswith(
        "sandbox allow-scripts allow-forms allow-same-origin; default-src 'none'; script-src http://goi"
    )
    assert "worker-src 'none'" in policy
    assert policy.endswith("frame-ancestors http://goi.example http://testserver")
    # Under the site's name, or by another name of the site, there is no origin.
    assert "same-origin" not in client.get(path)["Content-Security-Policy"]
    played = client.get(f"{BASE}goi/{package.pk}/BAI1/", headers={"host": "127.0.0.1"})
    assert 'data-src="/packages/' in played.content.decode()
    for elsewhere in (
        "/vi/",
        "/",
        "/healthz",
        "/cms/",
        "/accounts/login/",
        "/packages",
        "/c/x",
        f"{BASE}goi/{package.pk}/BAI1/",
    ):
        for host in ("goi.example", "goi.example:8000", "GOI.example", "goi.example."):
            answer = client.get(elsewhere, headers={"host": host})
            assert (answer.status_code, answer.content, answer.cookies) == (404, b"", {}), (elsewhere, host)


@pytest.mark.journey
def test_frames_of_a_package_call_each_other_under_its_own_name(site_frame, visit, enter, settings):
    settings.PACKAGES_URL = f"http://packages.localhost:{site_frame.port}"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "packages.localhost"]
    manager, learner = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINEE)
    course = make_course("nhan-dien")
    package = add(course, manager, made.simple(**made.FRAMED))
    hostile = add(course, manager, made.simple(**{"index.html": made.HOSTILE}))
    page = visit("/vi/")
    enter(page, learner)
    page.goto(f"{BASE}goi/{package.pk}/BAI1/")
    inside = page.frame_locator("#player iframe")
    inside.frame_locator("frame[name=content]").locator("#here:has-text('Bài một')").wait_for()
    inside.frame_locator("frame[name=menu]").locator("#second").click()
    content = inside.frame_locator("frame[name=content]")
    content.locator("#mastery:has-text('60|Bài hai|một|cau||0')").wait_for()
    content.locator("#end").click()
    page.wait_for_selector("#player-note:has-text('đạt')")
    found = Tracking.objects.get()
    assert (found.user, found.status, found.score) == (learner, "passed", Decimal("90.00"))
    assert found.data["cmi.suspend_data"] == "mot,hai"
    inside.frame_locator("frame[name=menu]").locator("#anew").click()
    inside.frame_locator("frame[name=content]").locator("#here:has-text('Bài một')").wait_for()
    assert page.faults == []
    page.goto(f"{BASE}goi/{hostile.pk}/BAI1/")
    inside = page.frame_locator("#player iframe")
    inside.locator("#seen:has-text('fetch')").wait_for()
    # A jar of its own, and a store that lasts for the visit, both empty; the site stays out of reach.
    assert inside.locator("#seen").inner_text() == (
        "cookie:GOT:0 storage:GOT:0 around:no away:no fetch:rejected,rejected,rejected"
    )
    assert page.url.endswith(f"/goi/{hostile.pk}/BAI1/")
    assert all(url.startswith(f"{settings.PACKAGES_URL}/") for url in page.foreign), page.foreign
    page.faults.clear()
    page.foreign.clear()


@pytest.mark.journey
def test_package_plays_reports_resumes_and_survives_a_cut_connection(site_frame, visit, enter):
    manager, learner = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINEE, name="Hoa Mẫu")
    package = add(make_course("nhan-dien"), manager)
    page = visit("/vi/")
    enter(page, learner)
    page.goto(f"{BASE}nhan-dien/goi/")
    page.click("text=Bài một")
    inside = page.frame_locator("#player iframe")
    inside.locator("#seen:has-text('own')").wait_for()
    seen = json.loads(inside.locator("#seen").inner_text())
    assert seen == {
        "init": "true", "entry": "ab-initio", "status": "not attempted", "suspend": "", "mastery": "60",
        "total": "0000:00:00.00", "own": "có",
    }  # fmt: skip
    page.context.set_offline(True)
    inside.locator("#pause").click()
    page.wait_for_selector("#player-note:has-text('Mất mạng')")
    assert Tracking.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_selector("#player-note:has-text('Đã lưu')")
    found = Tracking.objects.get()
    assert (found.user, found.status, found.score) == (learner, "incomplete", Decimal("40.00"))
    page.reload()
    inside = page.frame_locator("#player iframe")
    inside.locator("#seen:has-text('own')").wait_for()
    seen = json.loads(inside.locator("#seen").inner_text())
    assert (seen["entry"], seen["suspend"], seen["total"]) == ("resume", "trang=2", "0000:10:05.00")
    inside.locator("#end").click()
    page.wait_for_selector("#player-note:has-text('đạt')")
    found.refresh_from_db()
    assert (found.status, found.score, found.visits.count()) == ("passed", Decimal("80.00"), 2)
    assert package.trackings.count() == 1


@pytest.mark.journey
def test_package_of_several_pages_keeps_its_values_and_a_hostile_one_reaches_nothing(
    site_frame, visit, enter, chromium
):
    manager, learner = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINEE)
    course = make_course("nhan-dien")
    add(course, manager)
    hostile = add(course, manager, made.simple(**{"index.html": made.HOSTILE}))
    page = visit("/vi/")
    enter(page, learner)
    first = course.packages.order_by("pk").first()
    page.goto(f"{BASE}goi/{first.pk}/BAI1/")
    inside = page.frame_locator("#player iframe")
    inside.locator("#seen:has-text('own')").wait_for()
    inside.locator("#pause").click()
    page.wait_for_selector("#player-note:has-text('Đã lưu')")
    inside.locator("#next").click()
    inside.locator("#seen:has-text('trang=2|0|2')").wait_for()
    page.goto(f"{BASE}goi/{hostile.pk}/BAI1/")
    inside = page.frame_locator("#player iframe")
    inside.locator("#seen:has-text('fetch')").wait_for()
    assert inside.locator("#seen").inner_text() == (
        "cookie:no storage:GOT:0 around:no away:no fetch:rejected,rejected,rejected"
    )
    assert page.url.endswith(f"/goi/{hostile.pk}/BAI1/")
    # The policy speaks up in the console of the page: that is what this test asks for.
    page.faults.clear()
    page.foreign.clear()
