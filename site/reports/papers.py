"""A report on paper, from its content alone (reports.content): .docx in the format of Decree 30/2020, the same as PDF, and
its tables as XLSX. Always in Vietnamese: they are papers of a Vietnamese authority."""

from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.translation import override

from campaigns.broadcast.month import plain_name
from campaigns.season.nd30 import Paper, Table, docx
from core.sheets import workbook
from media.printing import pdf
from reports import content, figures
from reports.models import Report

TEMPLATE = Path(__file__).parent / "print" / "paper.typ"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
YEARS_BESIDE = 5
KINDS = {"year": "Báo cáo", "interim": "Báo cáo sơ kết", "final": "Báo cáo tổng kết"}


def name_of(report: Report) -> str:
    """ "bao-cao_nam-2026_xa-tay-giang" """
    return f"bao-cao_{plain_name(report.request.period.name)}_{plain_name(report.unit.name)}"


def figure(number) -> str:
    """12.345,5 as Vietnamese papers write it; "…" where it is to be filled in."""
    if number is None:
        return "…"
    with override("vi"):
        return figures.figure(number)


def percent(pair: tuple) -> str:
    share = content.share(pair)
    return "" if share is None else f"{figure(round(share * 100, 1))} %"


def _percents(pair: tuple) -> float | None:
    share = content.share(pair)
    return None if share is None else round(share * 100, 1)


def pair_words(pair: tuple) -> str:
    """ "11/12", or the count alone."""
    part, whole = pair
    return figure(part) if whole is None else f"{figure(part)}/{figure(whole)}"


def paper(said: dict) -> Paper:
    heads, period = said["paper"], said["period"]
    return Paper(
        parent=heads["parent"], issuer=heads["issuer"], number=heads["symbol"], given=heads["number"],
        place=said["place"], day=content.day(heads["day"]), kind=KINDS[period["kind"]], subject=heads["subject"],
        addressed_to=heads["addressed_to"], grounds=heads["grounds"], body=_body(said), signs_for=heads["signs_for"],
        post=heads["post"], deputy=heads["deputy_post"], signer=heads["signer"], recipients=heads["recipients"],
    )  # fmt: skip


def _body(said: dict) -> list[str | Table]:
    body: list[str | Table] = []
    for place, section in enumerate(said["sections"]):
        body.append(f"# {_ROMAN[place] if place < len(_ROMAN) else place + 1}. {section['title']}")
        body += [line.strip() for line in section["text"].splitlines() if line.strip()]
        if section["lines"]:
            body += _tables(section, said["years"])
            body += _notes(section)
    if said["added"] and said["added"]["missing"]:
        body.append(f"Chưa có báo cáo của: {', '.join(said['added']['missing'])}.")
    if said["attachments"]:
        body += ["# Tài liệu gửi kèm", *(f"{n}. {one['name']}" for n, one in enumerate(said["attachments"], start=1))]
    first, until = content.day(said["period"]["first"]), content.day(said["counted"]["until"])
    if until:
        body.append(f"Số liệu tính từ ngày {first:%d/%m/%Y} đến ngày {until:%d/%m/%Y}, chốt lúc {_moment(said)}./.")
    return body


def _moment(said: dict) -> str:
    at = timezone.localtime(datetime.fromisoformat(said["counted"]["at"]))
    return f"{at:%H:%M} ngày {at:%d/%m/%Y}"


def _marked(line: dict) -> str:
    return line["label"] + (" *" if line["corrects"] or line["note"] else "")


def _tables(section: dict, years: list[str]) -> list[Table]:
    """One table of a yearly report. A review has a column for each of its years, five to a table, then the whole period."""
    lines = list(enumerate(section["lines"], start=1))
    if not years:
        head = ["TT", "Chỉ tiêu", "Đơn vị", "Kết quả", "Tỷ lệ"]
        rows = [
            [f"{place}", _marked(line), line["unit"], pair_words(content.value(line)), percent(content.value(line))]
            for place, line in lines
        ]
        return [Table(head, rows, [10, 80, 24, 32, 18], numeric=frozenset({3, 4}))]
    chunks = [years[start : start + YEARS_BESIDE] for start in range(0, len(years), YEARS_BESIDE)]
    found = []
    for chunk in chunks:
        last = chunk is chunks[-1]
        head = ["TT", "Chỉ tiêu", *chunk, *(["Cả kỳ"] if last else [])]
        rows = [
            [f"{place}", f"{_marked(line)} ({line['unit']})", *(_year_words(line, year) for year in chunk),
             *([_whole_period(line)] if last else [])]
            for place, line in lines
        ]  # fmt: skip
        each, whole = 16, 29 if last else 0
        widths = [10, 164 - 10 - whole - each * len(chunk), *([each] * len(chunk)), *([whole] if last else [])]
        found.append(Table(head, rows, widths, numeric=frozenset(range(2, len(head)))))
    return found


def _year_words(line: dict, year: str) -> str:
    """A share of a year as per cent: both its numbers do not go into the column."""
    if year not in line["years"]:
        return "–"
    pair = tuple(line["years"][year])
    return percent(pair) or ("–" if pair[1] is not None else figure(pair[0]))


def _whole_period(line: dict) -> str:
    pair = content.value(line)
    # A share is not broken between its figure and its sign.
    return f"{pair_words(pair)} ({percent(pair).replace(' ', chr(0xA0))})" if percent(pair) else pair_words(pair)


def _notes(section: dict) -> list[str]:
    """What people said to a figure, with the counted one beside theirs."""
    found = []
    for place, line in enumerate(section["lines"], start=1):
        if not line["note"]:
            continue
        counted = f" (hệ thống tính {pair_words((line['part'], line['whole']))})" if line["corrects"] else ""
        found.append(f"* Dòng {place}{counted}: {line['note']}")
    return found


def report_docx(said: dict) -> bytes:
    return docx(paper(said))


def report_pdf(said: dict) -> bytes:
    return paper_pdf(paper(said))


def paper_pdf(found: Paper) -> bytes:
    """Any paper of Decree 30 as PDF. The same paper gives the same bytes."""
    # A line does not begin with the dash of "Văn hoá - Xã hội".
    body = [
        {"kind": "table", "head": one.head, "rows": one.rows, "widths": one.widths, "numeric": sorted(one.numeric)}
        if isinstance(one, Table)
        else {"kind": "heading", "text": one[2:]}
        if one.startswith("# ")
        else {"kind": "text", "text": one.replace(" - ", "\N{NO-BREAK SPACE}- ")}
        for one in found.body
    ]
    data = {
        "parent": found.parent.upper(), "issuer": found.issuer.upper(), "number": found.number_line, "day": found.day_line,
        "kind": found.kind.upper(), "subject": found.subject, "addressed": found.addressed_to, "body": body,
        "grounds": [f"{ground.rstrip('.;')};" for ground in found.grounds], "signature": found.signature,
        "signer": found.signer or "……………………", "recipients": found.recipients,
    }  # fmt: skip
    return pdf(TEMPLATE, data)


def report_xlsx(said: dict, units: list[dict]) -> bytes:
    """The figures with what stands behind them; for a report that adds up others, one row a unit as well."""
    head = ["Mục", "Chỉ tiêu", "Đơn vị", "Số báo cáo", "Trong tổng số", "Tỷ lệ (%)", "Hệ thống tính", "Tổng số (hệ thống)",
            "Số dòng nguồn", "Phiên bản cách tính", "Giải trình", *said["years"]]  # fmt: skip
    rows = []
    for section in said["sections"]:
        for line in section["lines"]:
            part, whole = content.value(line)
            by_year = [line["years"].get(year, [None])[0] for year in said["years"]]
            rows.append(
                [section["title"], line["label"], line["unit"], part, whole, _percents((part, whole)), line["part"],
                 line["whole"], line["rows"], line["rule"], line["note"], *by_year]
            )  # fmt: skip
    sheets = {"Số liệu": (head, rows)}
    if units:
        lines = [line for section in said["sections"] for line in section["lines"] if line["source"] == "added"]
        titles = ["Đơn vị", "Tình trạng"]
        for line in lines:
            titles += [line["label"], *(["Trong tổng số"] if line["is_share"] else [])]
        sheets["Theo đơn vị"] = (titles, [_unit_row(one, lines) for one in units])
    about = f"{KINDS[said['period']['kind']]} {said['period']['name']} · {said['unit']}"
    return workbook(about, sheets)


_STATES = {"": "chưa bắt đầu", "draft": "đang viết", "signed": "đã ký", "submitted": "đã gửi", "returned": "bị trả lại",
           "accepted": "đã tiếp nhận"}  # fmt: skip


def _unit_row(one: dict, lines: list[dict]) -> list:
    row = [one["name"], _STATES[one["state"]]]
    for line in lines:
        part, whole = one["lines"].get(str(line["id"]), (None, None))
        row += [part, *([whole] if line["is_share"] else [])]
    return row
