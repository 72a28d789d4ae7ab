"""Reports and plans on paper: the measures of Decree 30, the same for ever, readable by LibreOffice."""

import io
import shutil
import subprocess

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from campaigns.season import nd30
from reports import commune_plans, consolidation, flow, papers, writing
from reports.content import assemble, content, stamp, value
from reports.models import CommunePlan, FormLine, Plan, PlanTask
from tests.factories import make_province, make_user
from tests.reports.making import filled, fresh, make_form, make_place, make_request, make_upper_form, sent, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    commune, people = make_place()
    request = make_request(make_form())
    found = filled(request, commune, people)
    line = FormLine.objects.get(label="Buổi trực tiếp")
    writing.save_section(
        actor=people.writer, report=found, section=line.section, text="Đoạn một.\nĐoạn hai.",
        figures={line.pk: (1250, None, "Có buổi chưa nhập.")},
    )  # fmt: skip
    writing.save_head(
        actor=people.writer, report=found, number="7", issued_on=request.period.ends_on, by_deputy=True, signer_name=""
    )
    return fresh(flow.submit(actor=people.writer, report=signed(found, people)))


def test_the_word_file_keeps_the_measures(report):
    document = Document(io.BytesIO(papers.report_docx(content(report))))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert 20 <= round(page.top_margin.mm) <= 25
    assert 30 <= round(page.left_margin.mm) <= 35
    assert 15 <= round(page.right_margin.mm) <= 20
    heads, figures, foot = document.tables
    assert heads.cell(0, 0).text.startswith("UỶ BAN NHÂN DÂN\nTỈNH THỬ\nUỶ BAN NHÂN DÂN\nXÃ THỬ")
    assert heads.cell(1, 0).text == "Số: 07/BC-UBND"
    assert heads.cell(1, 1).text.startswith("Thử, ngày ")
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[:2] == ["BÁO CÁO", "Kết quả của xã Thử năm thử"]
    assert "Kính gửi: Sở Y tế tỉnh Thử." in words
    assert "Căn cứ Luật thử;" in words
    assert words.index("Đoạn một.") + 1 == words.index("Đoạn hai.")
    assert [cell.text for cell in figures.rows[1].cells][-2:] == ["1.250", ""]
    assert "* Dòng 1 (hệ thống tính 0): Có buổi chưa nhập." in words
    right = foot.cell(0, 1).text
    assert right.startswith("TM. UỶ BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH")
    assert right.endswith("Người Ký")
    assert foot.cell(0, 0).text == "Nơi nhận:\n- Như trên;\n- Lưu: VT."


def test_a_frozen_report_gives_the_same_pdf_for_ever(report):
    before = papers.report_pdf(content(report))
    form = report.request.form
    form.subject, form.post = "Khác hẳn", "Khác"
    form.save()
    FormLine.objects.update(label="Khác")
    assert papers.report_pdf(content(fresh(report))) == before
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(before)).pages)
    for words in ("BÁO CÁO", "Kính gửi: Sở Y tế tỉnh Thử.", "1.250", "PHÓ CHỦ TỊCH", "Số: 07/BC-UBND", "- Lưu: VT."):
        assert words in " ".join(text.split())


def test_tables_hold_what_was_said_and_what_was_counted(report):
    book = load_workbook(io.BytesIO(papers.report_xlsx(content(report), [])))
    head, first, *_rest = book["Số liệu"].iter_rows(values_only=True)
    row = dict(zip(head, first, strict=True))
    assert (row["Số báo cáo"], row["Hệ thống tính"], row["Giải trình"]) == (1250, 0, "Có buổi chưa nhập.")
    assert (row["Số dòng nguồn"], row["Phiên bản cách tính"]) == (0, 1)


def test_the_province_has_a_row_for_each_unit():
    commune, people = make_place()
    form = make_form()
    below = make_request(form)
    above = make_request(make_upper_form(form), adds_up=below, period=below.period)
    sent(below, commune, people, documents=4)
    make_place("Xã Im")
    writer = make_user(role="communicator")
    whole = writing.begin(actor=writer, request=above, unit=make_province())
    consolidation.consolidation_job({"report": whole.pk})()
    said, added = assemble(fresh(whole)), whole.consolidations.first()
    rows = list(
        load_workbook(io.BytesIO(papers.report_xlsx(said, added.units)))["Theo đơn vị"].iter_rows(values_only=True)
    )
    assert rows[0][:2] == ("Đơn vị", "Tình trạng")
    assert [row[:2] for row in rows[1:]] == [("Xã Im", "chưa bắt đầu"), ("Xã Thử", "đã gửi")]
    assert 4 in rows[2]
    text = " ".join(Document(io.BytesIO(papers.report_docx(said))).paragraphs[-1].text.split())
    assert "Chưa có báo cáo của: Xã Im." in str(
        [p.text for p in Document(io.BytesIO(papers.report_docx(said))).paragraphs]
    )
    assert text == ""
    kinh_gui = [p.text for p in Document(io.BytesIO(papers.report_docx(said))).paragraphs if p.text.startswith("- ")]
    assert kinh_gui == ["- Bộ Y tế;", "- UBND tỉnh Thử."]


def plan_of_a_commune() -> CommunePlan:
    commune, people = make_place("Xã Kế Hoạch")
    plan = Plan.objects.create(code="t", title="T", starts_on="2025-01-01", ends_on="2030-12-31", area=make_province())
    made = CommunePlan.objects.create(
        plan=plan, unit=commune, year=2026, subject="Công tác năm 2026", grounds="Căn cứ Luật thử.", purpose="Một.\nHai.",
        carrying_out="Ba.", recipients="A\nB", written_by=people.writer, number="12", issued_on="2026-01-05",
        issued_by=people.head, issued_at="2026-01-05T08:00:00Z",
    )  # fmt: skip
    for number in range(12):
        PlanTask.objects.create(plan=made, what=f"Nhiệm vụ số {number} " + "có lời dài " * 8, starts_on="2026-03-01",
                                ends_on="2026-04-30", responsible="Phòng Văn hoá - Xã hội", budget="Ngân sách xã",
                                cost=1_500_000)  # fmt: skip
    return CommunePlan.objects.select_related("unit__parent").get(pk=made.pk)


def test_a_plan_is_a_paper_of_its_own():
    paper = commune_plans.paper(plan_of_a_commune())
    document = Document(io.BytesIO(nd30.docx(paper)))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[:2] == ["KẾ HOẠCH", "Công tác năm 2026"]
    assert "Tổng kinh phí dự kiến: 18.000.000 đồng." in words
    assert document.tables[0].cell(1, 0).text == "Số: 12/KH-UBND"
    assert document.tables[0].cell(1, 1).text == "Kế Hoạch, ngày 05 tháng 01 năm 2026"
    assert document.tables[1].cell(1, 5).text == "1.500.000"


@pytest.mark.skipif(not shutil.which("localc"), reason="no LibreOffice on the path")
def test_libreoffice_opens_them(report, tmp_path):
    said = content(report)
    files = {
        "report.docx": papers.report_docx(said), "tables.xlsx": papers.report_xlsx(said, []),
        "plan.docx": nd30.docx(commune_plans.paper(plan_of_a_commune())),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "typst.pdf").write_bytes(papers.report_pdf(said))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    told = [
        shutil.which("soffice"),
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        tmp_path,
        *(tmp_path / n for n in files),
    ]
    subprocess.run(told, check=True, capture_output=True, timeout=120)

    def text(name: str) -> str:
        return " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / name).pages).split())

    opened = text("report.pdf")
    assert "1.250" in opened
    assert "07/BC-UBND" in opened
    assert "Có buổi chưa nhập." in text("tables.pdf")
    assert "18.000.000" in text("plan.pdf")
    assert stamp(said) == report.sha256


@pytest.mark.parametrize(("years", "tables"), [(0, 1), (2, 1), (5, 1), (7, 2)])
def test_a_review_of_many_years_leaves_room_for_its_words(years, tables):
    named = [f"{2021 + n}" for n in range(years)]
    line = {
        "label": "Phụ nữ trong số người dự", "unit": "lượt người", "corrects": False, "note": "", "said": None,
        "part": 315, "whole": 568, "years": {year: [31, 50] for year in named[:-1]},
    }  # fmt: skip
    found = papers._tables({"lines": [line, line | {"part": 9, "whole": None, "years": {}}]}, named)
    assert len(found) == tables
    for one in found:
        assert (sum(one.widths), len(one.widths), len(one.rows[0])) == (164, len(one.head), len(one.head))
        assert one.widths[1] >= 45
    if years == 5:
        assert found[0].head == ["TT", "Chỉ tiêu", "2021", "2022", "2023", "2024", "2025", "Cả kỳ"]
        assert found[0].rows[0][2:] == ["62 %", "62 %", "62 %", "62 %", "–", "315/568 (55,5\xa0%)"]
        assert found[0].rows[1][-1] == "9"


def test_a_review_that_adds_no_reports_up_counts_the_whole_area():
    """The province's form names lines of the communes' form; for several years no commune writes one."""
    above = make_request(make_upper_form(make_form()))
    whole = writing.begin(actor=make_user(role="communicator"), request=above, unit=make_province())
    lines = {line["label"]: line for line in assemble(fresh(whole))["sections"][0]["lines"]}
    assert {label: line["source"] for label, line in lines.items()} == {
        "Buổi trực tiếp": "counted", "Phụ nữ": "counted", "Văn bản": "manual", "Kinh phí": "manual", "Thứ tiếng": "counted",
        "Đúng hạn": "counted",
    }  # fmt: skip
    assert value(lines["Buổi trực tiếp"]) == (0, None)
