"""The pages of the two imports: preview, every bad row, all or nothing, a confirmation that can be sent twice."""

import io
import re
import zipfile

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from people import preview
from people.models import Invitation
from people.roles import Role
from places.models import Settlement
from tests.factories import make_commune, make_province, make_user
from tests.people.test_officer_import import GOOD, HEADER
from tests.places.sheets import text, xlsx

pytestmark = pytest.mark.django_db
SETTLEMENTS = ["Tên xã", "Tên thôn", "Số hộ"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def commune():
    return make_commune("Xã Hùng Sơn")


@pytest.fixture
def manager(commune):
    return make_user("quanly@thu.example", Role.PROGRAMME_MANAGER)


@pytest.fixture
def manager_client(manager, sign_in):
    return sign_in(manager)


def upload(client, name: str, content, file_name="danh-sach.xlsx"):
    return client.post(reverse(name), {"file": SimpleUploadedFile(file_name, content.getvalue())})


def sealed(page) -> str:
    return re.search(r'name="rows" value="([^"]+)"', page.content.decode())[1]


def test_settlements_preview_saves_nothing_then_all_then_nothing_more(manager_client, commune):
    page = upload(
        manager_client,
        "people:settlement_import",
        xlsx([SETTLEMENTS, ["Hùng Sơn", "Thôn A", 5], ["Hùng Sơn", "Thôn B", 6]]),
    )
    assert page.status_code == 200
    assert "2 new, 0 changed, 0 the same" in page.content.decode()
    assert Settlement.objects.count() == 0
    data = {"rows": sealed(page)}
    for words in ("New: 2. Changed: 0. The same as before: 0.", "New: 0. Changed: 0. The same as before: 2."):
        done = manager_client.post(reverse("people:settlement_import"), data, follow=True)
        assert words in done.content.decode()
        assert sorted(Settlement.objects.values_list("name", "households", "commune")) == [
            ("Thôn A", 5, commune.pk), ("Thôn B", 6, commune.pk),
        ]  # fmt: skip


def test_every_bad_row_is_shown_with_its_reason_and_nothing_can_be_confirmed(manager_client):
    rows = [["Hùng Sơn", f"Thôn {n}", "nhiều"] for n in range(120)] + [["Hùng Sơn", "Thôn tốt", 3]]
    page = upload(manager_client, "people:settlement_import", xlsx([SETTLEMENTS, *rows]))
    content = page.content.decode()
    assert page.status_code == 422
    assert content.count("“nhiều” is not a number of households") == 120
    assert "120 of 121 rows in “danh-sach.xlsx” are not right. Nothing was saved." in content
    assert 'name="rows"' not in content
    assert Settlement.objects.count() == 0


def test_officers_preview_then_invitations(manager_client, commune):
    page = upload(manager_client, "people:officer_import", xlsx([HEADER, GOOD]))
    assert "1 to invite, 0 to send again, 0 invited or in the role already" in page.content.decode()
    assert Invitation.objects.count() == 0
    for words in ("Invited: 1. Sent again: 0. Invited or in the role already: 0.", "Invited: 0. Sent again: 0."):
        done = manager_client.post(reverse("people:officer_import"), {"rows": sealed(page)}, follow=True)
        assert words in done.content.decode()
        assert Invitation.objects.get().email == "dao@thu.example"


def test_officers_bad_rows_are_shown(manager_client):
    page = upload(manager_client, "people:officer_import", xlsx([HEADER, GOOD, [*GOOD[:6], "phê duyệt"]]))
    assert page.status_code == 422
    assert "You cannot give the role “approver” there." in page.content.decode()
    assert Invitation.objects.count() == 0


def _zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in members.items():
            archive.writestr(path.replace("__", "/"), data)
    return out.getvalue()


# "@" stands for the titles of the import's own columns.
_HEADS = {"people:settlement_import": ";".join(SETTLEMENTS), "people:officer_import": ";".join(HEADER)}
_BROKEN = [
    (b"", "The submitted file is empty"),
    (b" \r\n\0", "The file is empty."),
    (b"PK\x03\x04nothing", "damaged or protected"),
    (b"PK\x05\x06" + bytes(18), "zip file, not an Excel table"),
    (xlsx([HEADER, GOOD]).getvalue()[:-200], "damaged or protected"),
    (_zipped(word__document_xml=b"x"), "zip file, not an Excel table"),
    (_zipped(**{"xl__workbook.xml": b"x"}), "damaged or protected"),
    (_zipped(**{"xl__workbook.xml": b"0" * (61 * 2**20)}), "unpacks to too much data"),
    (_zipped(**{"xl__workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "holds something a table never holds"),
    (b"a;b\n1;2\n", "No header was found"),
    ("Chỉ là một lá thư.".encode(), "No header was found"),
    (b"@", "a header but no rows"),
    (b"@;Commune\n1", "stands in the table twice"),
    ('@\n"chưa đóng'.encode(), "quotation mark is not closed"),
    (b"@\n" + b"a;" * 70, "more than 60 columns"),
    (b"<html><table><tr><td>Ten xa</td></tr></table>", "web page saved as a table"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls file or one with a password"),
    (b"%PDF-1.7\n\1\2\3", "neither an Excel table"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "neither an Excel table"),
    (b"x" * (5 * 2**20 + 1), "larger than 5 MB"),
]


@pytest.mark.parametrize("name", ["people:settlement_import", "people:officer_import"])
@pytest.mark.parametrize(("content", "words"), _BROKEN, ids=range(len(_BROKEN)))
def test_unreadable_file_is_refused_in_words(manager_client, name, content, words):
    content = content.replace(b"@", _HEADS[name].encode(), 1) if content.startswith(b"@") else content
    page = manager_client.post(reverse(name), {"file": SimpleUploadedFile("x.xlsx", content)})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert Invitation.objects.count() == Settlement.objects.count() == 0
    assert manager_client.post(reverse(name), {}).status_code == 422


def test_content_decides_not_the_name(manager_client):
    page = upload(manager_client, "people:settlement_import", text("Tên xã;Tên thôn\nHùng Sơn;Thôn A\n"), "anh.png")
    assert page.status_code == 200
    assert "1 new" in page.content.decode()


def test_cell_that_looks_like_markup_is_shown_as_text(manager_client):
    page = upload(
        manager_client, "people:settlement_import", xlsx([SETTLEMENTS, ["<b>x</b>", "<script>1</script>", 1]])
    )
    assert "<script>1" not in page.content.decode()
    assert "&lt;script&gt;1" in page.content.decode()


def test_rows_of_another_person_another_import_or_too_old_are_refused(manager_client, manager, monkeypatch):
    page = upload(manager_client, "people:settlement_import", xlsx([SETTLEMENTS, ["Hùng Sơn", "Thôn A", 5]]))
    good = sealed(page)
    other = make_user(role=Role.ADMINISTRATOR)
    rows = preview.unseal(good, user=manager, kind="settlements")
    for bad in (
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "",
        preview.seal(rows, user=other, kind="settlements"),
        preview.seal(rows, user=manager, kind="officers"),
        signing.dumps({"user": manager.pk, "rows": rows}, salt="other", compress=True),
    ):
        page = manager_client.post(reverse("people:settlement_import"), {"rows": bad})
        assert page.status_code == 422
        assert "The preview is not complete. Nothing was saved." in page.content.decode()
    monkeypatch.setattr(preview, "LIFETIME", -1)
    page = manager_client.post(reverse("people:settlement_import"), {"rows": good})
    assert "older than two hours" in page.content.decode()
    assert Settlement.objects.count() == 0


def test_confirmation_asks_the_rights_anew(manager_client, manager):
    settlements = sealed(
        upload(manager_client, "people:settlement_import", xlsx([SETTLEMENTS, ["Hùng Sơn", "Thôn A", 5]]))
    )
    officers = sealed(upload(manager_client, "people:officer_import", xlsx([HEADER, GOOD])))
    membership = manager.memberships.get()
    membership.area = make_commune("Xã Khác")
    membership.save()
    page = manager_client.post(reverse("people:settlement_import"), {"rows": settlements})
    assert "no longer right. Nothing was saved" in page.content.decode()
    assert manager_client.post(reverse("people:officer_import"), {"rows": officers}).status_code == 403
    assert (Settlement.objects.count(), Invitation.objects.count()) == (0, 0)


def test_largest_list_fits_through_the_confirmation(manager_client, settings):
    lines = "".join(f"Hùng Sơn;Thôn số {n};{n % 300}\n" for n in range(20_000))
    page = upload(manager_client, "people:settlement_import", text("Xã;Thôn;Số hộ\n" + lines))
    assert page.status_code == 200
    assert "and 19950 more rows" in page.content.decode()
    assert len(page.content) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 2
    manager_client.post(reverse("people:settlement_import"), {"rows": sealed(page)})
    assert Settlement.objects.count() == 20_000


@pytest.mark.parametrize("name", ["people:settlement_form", "people:officer_form"])
def test_empty_form_downloads_and_uploads(manager_client, name):
    form = manager_client.get(reverse(name))
    assert form["Content-Type"] == XLSX
    assert form["Content-Disposition"].startswith("attachment; filename=")
    page = manager_client.post(
        reverse(name.replace("form", "import")), {"file": SimpleUploadedFile("x.xlsx", form.content)}
    )
    assert page.status_code == 200
    assert 'name="rows"' in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_invitations_cost_the_same_for_one_row_and_three(rows, manager_client, django_assert_num_queries):
    people = [[f"Cán bộ {n}", f"c{n}@thu.example", *GOOD[2:]] for n in range(rows)]
    page = upload(manager_client, "people:officer_import", xlsx([HEADER, *people]))
    manager_client.post(reverse("people:officer_import"), {"rows": sealed(page)})
    manager_client.get(reverse("people:invitations"))
    with django_assert_num_queries(7):
        page = manager_client.get(reverse("people:invitations"))
    assert page.content.decode().count('<th scope="row"') == rows


def test_invitation_pages_by_who_asks(manager_client, manager, client, sign_in):
    page = upload(manager_client, "people:officer_import", xlsx([HEADER, GOOD]))
    manager_client.post(reverse("people:officer_import"), {"rows": sealed(page)})
    invitation = Invitation.objects.get()
    addresses = [reverse(f"people:{act}_invitation", args=[invitation.pk]) for act in ("resend", "cancel")]
    expected = {
        "stranger": (None, [302, 302]),
        "supervisor": (make_user(role=Role.SUPERVISOR), [403, 403]),
        "manager of another commune": (make_user(role=Role.PROGRAMME_MANAGER, area=make_commune("Xã Bên")), [404, 404]),
        "translator": (make_user(role=Role.TRANSLATOR), [404, 404]),
        "manager": (manager, [302, 302]),
    }
    got = {}
    for who, (user, _expected) in expected.items():
        client.logout()
        browser = sign_in(user) if user else client
        got[who] = [browser.post(address).status_code for address in addresses]
    assert got == {who: wanted for who, (_user, wanted) in expected.items()}
    invitation.refresh_from_db()
    assert invitation.state == "cancelled"
    again = sign_in(manager).post(addresses[0], follow=True)
    assert "was withdrawn. Invite the person again" in again.content.decode()


def test_invite_form_sends_one_and_keeps_what_was_typed(manager_client, commune):
    data = {
        "name": "Trần Thị Đào", "email": "Dao@Thu.example", "phone": "0236 300", "role": "radio-operator",
        "area": commune.pk, "new_organisation": "UBND xã Hùng Sơn", "post": "", "starts_on": "2026-11-01",
    }  # fmt: skip
    page = manager_client.post(reverse("people:new_invitation"), data)
    assert "not a telephone number" in page.content.decode()
    assert 'value="Trần Thị Đào"' in page.content.decode()
    response = manager_client.post(reverse("people:new_invitation"), data | {"phone": ""})
    assert response["Location"] == reverse("people:invitations")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.organisation.kind, invitation.area) == (
        "dao@thu.example",
        "committee",
        commune,
    )
    # Twice the same by a double tap: one invitation, one organisation.
    manager_client.post(reverse("people:new_invitation"), data | {"phone": ""})
    assert Invitation.objects.count() == 1


def test_invite_form_offers_and_takes_only_what_may_be_given(manager_client, commune):
    content = manager_client.get(reverse("people:new_invitation")).content.decode()
    assert 'value="radio-operator"' in content
    assert 'value="approver"' not in content
    outside = make_commune("Xã Ngoài", make_province("Tỉnh Khác"))
    assert "Xã Ngoài" not in content
    data = {
        "name": "X", "email": "x@thu.example", "role": "approver", "area": outside.pk, "new_organisation": "Y",
        "starts_on": "2026-11-01",
    }  # fmt: skip
    page = manager_client.post(reverse("people:new_invitation"), data)
    assert page.status_code == 200
    assert page.content.decode().count("is not one of the available choices") >= 1
    assert Invitation.objects.count() == 0
