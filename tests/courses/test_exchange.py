"""Questions from files: what is right goes in whole, what is broken is named by its row, and an export comes back the same."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import DomainError
from courses.exchange import aiken, gift, sheet
from courses.exchange.rows import judge, save_rows
from courses.models import Question, QuestionVersion
from courses.questions import content_from
from courses.quiz_forms import QuestionForm
from courses.views.bank import read
from people.roles import Role
from tests.courses.making import make_course
from tests.courses.quizzing import LINES, make_competency, make_question
from tests.factories import make_commune, make_user

PAGE = "/vi/khoa-hoc/cau-hoi/nhap/"
HEAD = ["Mã", "Loại", "Năng lực", "Câu hỏi", "Phương án 1", "Phương án 2", "Phương án 3", "Điểm"]


@pytest.fixture
def author(db):
    user = make_user(role=Role.COURSE_MANAGER)
    make_course(organiser=user.memberships.get().organisation)
    make_competency()
    return user


def xlsx(*rows, head=HEAD) -> bytes:
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client, author, data: bytes | str, **fields):
    client.force_login(author)
    data = data.encode() if isinstance(data, str) else data
    body = {"file": SimpleUploadedFile("cau-hoi", data), "organiser": author.memberships.get().organisation_id}
    return client.post(PAGE, body | fields)


def latest():
    rows = QuestionVersion.objects.select_related("question__competency").order_by(
        "question__competency__code", "question__code"
    )
    return list(rows)


def said(version) -> tuple:
    question = version.question
    return (question.code, question.kind, question.competency.code, version.prompt, version.prompt_en, version.content,
            version.points, version.feedback, version.feedback_en)  # fmt: skip


def fill(author) -> None:
    """One question of every kind, with the letters that files use as signs."""
    for kind in LINES:
        make_question(
            author, kind, code=f"ky-{kind}", prompt_en="In English: {a} = b?", points=3 if kind == "scenario" else 1,
            prompt=f"Dấu {{~=#:}} \\ và 50% ({kind})?", feedback="Vì sao: ~ = # {}",
        )  # fmt: skip
    tricky = content_from("single", [r"*a \= b", r"\*c \| d -> e", "{f} # ~g"], ["*one", "two", "three"])
    make_question(author, "single", code="ky-la", content=tricky, points=1)


def again(rows, author, *, english=True, points=True) -> None:
    """Saving what was read into an empty bank gives the same questions."""
    before = [said(one) for one in latest()]
    if not english:
        before = [(*row[:4], "", _bare(row[5]), row[6] if points else 1, row[7], "") for row in before]
    QuestionVersion.objects.all().delete()
    Question.objects.all().delete()
    body = author.memberships.get().organisation
    judged = judge(rows, organiser=body, default=None)
    assert [row.errors for row in judged] == [[]] * len(judged)
    save_rows(rows=judged, organiser=body, actor=author)
    codes = {row.code for row in judged}
    assert [said(one) for one in latest()] == [row for row in before if row[0] in codes]


def _bare(content):
    if isinstance(content, dict):
        return {k: "" if k.endswith("_en") else _bare(v) for k, v in content.items()}
    return [_bare(one) for one in content] if isinstance(content, list) else content


def test_xlsx_holds_everything_and_comes_back_the_same(author):
    fill(author)
    data = sheet.write(latest())
    rows = read(io.BytesIO(data))
    assert len(rows) == len(LINES) + 1
    again(rows, author)


def test_gift_holds_five_kinds_and_comes_back_the_same(author):
    fill(author)
    text = gift.write(latest())
    rows = read(io.BytesIO(text.encode()))
    assert sorted(row.kind for row in rows) == ["matching", "multiple", "short", "single", "single", "truth"]
    again(rows, author, english=False)


def test_aiken_holds_single_answers_and_comes_back_the_same(author):
    fill(author)
    rows = aiken.read(aiken.write(latest()))
    assert [row.kind for row in rows] == ["single", "single"]
    before = {one.prompt: _bare(one.content) for one in latest() if one.question.kind == "single"}
    assert {row.prompt: row.content for row in rows} == before


def test_gift_as_moodle_writes_it_is_read(author):
    text = """// question: 1  name: cau-1
$CATEGORY: $course$/top/hieu-luat

::cau-1::[html]Ai được bảo vệ?{
\t=Người bị hại#Đúng rồi
\t~Người lạ#Chưa đúng
\t####Xem bài một.
}

::cau-2::Chọn hai ý{~%50%Một ~%50%Hai ~%-100%Ba}

::cau-3::Hai cộng ba {=năm =5}

Mặt trời mọc đằng đông.{T}

Nối {=111 -> tư vấn =113 -> công an}

Thủ đô là {=Hà Nội ~Huế} của ta."""
    rows = judge(gift.read(text), organiser=author.memberships.get().organisation, default=None)
    assert [row.errors for row in rows] == [[]] * 6
    assert [row.kind for row in rows] == ["single", "multiple", "short", "truth", "matching", "single"]
    assert (rows[0].feedback, rows[5].prompt) == ("Xem bài một.", "Thủ đô là _____ của ta.")
    assert [o["right"] for o in rows[1].content["options"]] == [True, True, False]


GOOD = ["c1", "Một đáp án", "hieu-luat", "Hỏi gì?", "*a", "b", "c", 1]


def swap(**cells):
    names = ["code", "kind", "competency", "prompt", "vi1", "vi2", "vi3", "points"]
    return [cells.get(name, value) for name, value in zip(names, GOOD, strict=True)]


@pytest.mark.parametrize(
    "row",
    [
        swap(kind="Câu đố"), swap(kind=""), swap(competency="bay"), swap(competency=""), swap(prompt=""),
        swap(prompt="x" * 501), swap(vi1="a"), swap(vi2="*b"), swap(vi2="", vi3=""), swap(vi2="a", vi1="*A"),
        swap(points=0), swap(points=21), swap(points="nhiều"), swap(code="có dấu"), swap(code="x" * 41),
        swap(kind="Đúng sai"), swap(kind="Ghép đôi"), swap(kind="Sắp xếp", vi1="a", vi3=""),
        swap(kind="Tình huống"), swap(kind="Nhiều đáp án", vi1="*a", vi2="*b", vi3="*c"), swap(vi1="*" + "x" * 301),
        swap(kind="Trả lời ngắn", vi1="?", vi2="", vi3=""), swap(vi1="=1+1"),
    ],
)  # fmt: skip
def test_a_broken_row_is_named_and_nothing_is_saved(client, author, row):
    answer = upload(client, author, xlsx(swap(code="c0", prompt="Câu tốt?"), row))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'class="numbers">3</th>' in page
    assert 'name="rows"' not in page
    assert Question.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "Câu hỏi {=a ~b", "Câu hỏi a} {T}", "Câu hỏi {}", "Câu hỏi {#3.14}", "Câu {=a} hai {=b}", "Câu hỏi {a ~b}",
        "Câu hỏi {~a ~b}", "Câu hỏi {=a -> b}", "{=a ~b}", "Câu hỏi {=a ~}", "Câu hỏi {~%150%a ~b}", "::mã có dấu:: Câu {T}",
        "$CATEGORY: bay\nCâu hỏi {T}", "Câu hỏi {=a ~a}", "::c:: Câu {T}\n\n::c:: Câu khác {F}",
        "Câu {=1 ~2 ~3 ~4 ~5 ~6 ~7 ~8 ~9}", "}{", "Câu hỏi {{T}", "Câu hỏi {=}", "Câu hỏi {%50%a ~b}", "Câu hỏi {#1..5}",
        "Câu " + "x" * 500 + " {T}", "Câu hỏi {T####" + "y" * 501 + "}", "Câu hỏi {=a -> b =c}", "$CATEGORY: top/\nCâu {=a",
        "Câu hỏi {=" + "x" * 301 + " ~b}", "::" + "x" * 41 + ":: Câu {T}", "Câu \\{=a ~b\\}",
    ],
)  # fmt: skip
def test_broken_gift_is_named_by_its_line(client, author, text):
    answer = upload(client, author, text, competency=make_competency().pk)
    assert (answer.status_code, Question.objects.count()) == (409, 0)
    assert b"<tbody" in answer.content


@pytest.mark.parametrize(
    "text",
    [
        "Câu hỏi\nA. một\nB. hai\nANSWER: C", "Câu hỏi\nA. một\nC. hai\nANSWER: A", "A. một\nB. hai\nANSWER: A",
        "Câu hỏi\nA. một\nANSWER: A", "Câu hỏi\nA. một\nB. hai\n\nCâu sau\nA. một\nB. hai\nANSWER: A", "Câu hỏi\nANSWER: A",
        "Câu hỏi\nA. một\nB. hai\nANSWER:", "Câu hỏi\nA. một\nB. hai\nANSWER: A\nCâu cuối không đáp án", "ANSWER: A",
        "Câu hỏi\nB. hai\nA. một\nANSWER: A", "Câu hỏi\nA. một\nA. hai\nANSWER: A",
        "Câu hỏi\nA. một\nB. hai\nANSWER: A, B", "Câu hỏi\nA. một\nB. hai\nANSWER: một", "Câu hỏi\nA. một\nB. một\nANSWER: A",
        "Câu hỏi\nA. một\ngiữa chừng\nB. hai\nANSWER: A", "Câu hỏi\nA một\nB hai\nANSWER: A",
        "Câu hỏi\n" + "".join(f"{chr(65 + n)}. {n}\n" for n in range(9)) + "ANSWER: A",
        "x" * 501 + "\nA. một\nB. hai\nANSWER: A", "Câu hỏi\nA. " + "x" * 301 + "\nB. hai\nANSWER: A",
        "Câu hỏi\nA. một\nB. hai\nC. ba\nANSWER: D", "Câu hỏi\n\n\nANSWER: A\nA. một\nB. hai",
    ],
)  # fmt: skip
def test_broken_aiken_is_named_by_its_line(client, author, text):
    answer = upload(client, author, text, competency=make_competency().pk)
    assert (answer.status_code, Question.objects.count()) == (409, 0)
    assert b"<tbody" in answer.content


def _zip(name: str, data: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"   \n", b"\0\1\2\3 ANSWER", b"\x89PNG\r\n\x1a\n\0\0\0", b"%PDF-1.7\0", b"\xd0\xcf\x11\xe0 old xls",
        _zip("a.txt"), _zip("xl/workbook.xml"), xlsx()[:900], xlsx(), xlsx(GOOD, head=["a", "b"]),
        b"<html><table><tr><td>ma</td></tr></table></html>", "Chỉ là một lá thư.".encode(), b"// chi ghi chu {\n",
        "Câu hỏi\nA. một\nB. hai\nĐÁP ÁN: A".encode(), "Câu hỏi\nA. một\nB. hai".encode(), xlsx(*[GOOD] * 501),
        "Câu {T}\n\n".encode() * 501, b"x" * (5 * 2**20 + 1), _zip("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]>"),
    ],
    ids=range(20),
)  # fmt: skip
def test_a_broken_file_is_refused_in_words(client, author, data):
    answer = upload(client, author, data, competency=make_competency().pk)
    assert (answer.status_code, Question.objects.count()) == (409, 0)
    assert b'aria-invalid="true"' in answer.content or b"<tbody" in answer.content


def test_the_preview_is_confirmed_once_whole_and_again_changes_nothing(client, author):
    data = xlsx(GOOD, swap(code="c2", prompt="Hai?"), swap(code="", prompt="Ba?"))
    for _ in range(2):
        page = upload(client, author, data)
        sealed = page.content.decode().split('name="rows" value="')[1].split('"')[0]
        # Without a name the third is new each time.
        assert client.post(PAGE, {"rows": sealed}).status_code == 302
    assert sorted(Question.objects.values_list("code", flat=True)) == ["c1", "c2", "hieu-luat-1", "hieu-luat-2"]
    other = make_user(role=Role.COURSE_MANAGER)
    client.force_login(other)
    assert client.post(PAGE, {"rows": sealed}).status_code == 409
    client.force_login(author)
    assert client.post(PAGE, {"rows": sealed[:-3]}).status_code == 409


def test_what_is_known_and_says_something_else_is_not_overwritten(author):
    make_question(author, code="c1")
    rows = judge(read(io.BytesIO(xlsx(GOOD))), organiser=author.memberships.get().organisation, default=None)
    assert len(rows[0].errors) == 1
    with pytest.raises(DomainError):
        save_rows(rows=rows, organiser=author.memberships.get().organisation, actor=author)


def test_the_empty_form_can_be_read_back(client, author):
    client.force_login(author)
    rows = read(io.BytesIO(client.get("/vi/khoa-hoc/cau-hoi/mau.xlsx").content))
    assert [row.kind for row in judge(rows, organiser=author.memberships.get().organisation, default=None)] == [
        "single", "truth", "matching",
    ]  # fmt: skip
    assert [row.errors for row in rows] == [[], [], []]


def test_the_bank_is_written_corrected_and_filtered_by_its_pages(client, author):
    client.force_login(author)
    skill = make_competency()
    form = {"organiser": author.memberships.get().organisation_id, "competency": skill.pk, "prompt": "Gọi số nào?",
            "lines": "*111\n113", "points": 1}  # fmt: skip
    new = "/vi/khoa-hoc/cau-hoi/moi/single/"
    assert "Gọi số nào?" in client.post(new, form | {"preview": "1"}).content.decode()
    assert Question.objects.count() == 0
    assert client.post(new, form | {"lines": "111\n113"}).status_code == 409
    page = client.post(new, form)["Location"]
    question = Question.objects.get()
    start = QuestionForm.start(question.versions.get())
    assert start["lines"] == "*111\n113"
    said = {name: value for name, value in start.items() if name != "lines_en"}
    assert client.post(page, said | {"act": "save", "lines": "*111\n115", "reason": ""}).status_code == 409
    client.post(page, said | {"act": "save", "lines": "*111\n115", "reason": "113 gây nhầm"})
    assert question.versions.count() == 2
    for query, found in {
        "q=goi+so": 1,
        "q=bay": 0,
        "kind=single": 1,
        "kind=truth": 0,
        "competency=hieu-luat": 1,
    }.items():
        assert client.get(f"/vi/khoa-hoc/cau-hoi/?{query}").content.decode().count('th scope="row"') == found
    client.post(page, {"act": "retire"})
    assert client.get("/vi/khoa-hoc/cau-hoi/?retired=1").content.decode().count('th scope="row"') == 1
    for form in ("xlsx", "gift", "aiken"):
        assert client.get(f"/vi/khoa-hoc/cau-hoi/xuat/{form}/?retired=1").status_code == 200
    assert client.get("/vi/khoa-hoc/cau-hoi/xuat/pdf/").status_code == 404


def test_who_finds_the_bank(client, author):
    question = make_question(author)
    far = make_user(role=Role.COURSE_MANAGER, area=make_commune("Xã Xa"))
    people = {
        "author": author,
        "trainer": make_user(role=Role.TRAINER),
        "far": far,
        "trainee": make_user(role=Role.TRAINEE),
    }
    got = {}
    for name, user in people.items():
        client.force_login(user)
        pages = ("", f"{question.pk}/", "nhap/", "xuat/xlsx/", "moi/single/")
        got[name] = [client.get(f"/vi/khoa-hoc/cau-hoi/{page}").status_code for page in pages]
    assert got == {
        "author": [200] * 5, "trainer": [200] * 5, "far": [200, 404, 200, 200, 200], "trainee": [403] * 5,
    }  # fmt: skip
