"""Files that go with a report: judged by what they hold, kept under the name of their content, given back as downloads."""

import io
import uuid
import zipfile
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.photos import clean_photo
from core.errors import DomainError
from media.storage import absolute, install, sha256_of, workdir
from media.uploads import bare_name
from reports.models import Attachment, Report
from reports.writing import open_draft

MAX_BYTES = 10 * 2**20
MOST = 10
MAX_UNPACKED = 100 * 2**20
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def judge(data: bytes) -> tuple[str, bytes]:
    """(kind of TYPES, what is kept). Pictures are written anew without place and time; a document with macros or with a
    programme inside is refused."""
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "jpg", clean_photo(io.BytesIO(data)).data
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        if any(word in data for word in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")):
            raise DomainError(
                _("This PDF carries a programme or another file. Print it to a new PDF; nothing was kept.")
            )
        return "pdf", data
    if data.startswith(b"PK\x03\x04"):
        return _office(data), data
    raise DomainError(_("Only PDF, Word (.docx), Excel (.xlsx) and pictures can go with a report. Nothing was kept."))


def _office(data: bytes) -> str:
    damaged = DomainError(_("This file is damaged or is not a Word or Excel document. Nothing was kept."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise damaged from error
    names = {member.filename for member in members}
    if len(members) > 2000 or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise damaged
    if any(name.endswith(("vbaProject.bin", ".exe", ".dll")) or "/embeddings/" in name for name in names):
        raise DomainError(
            _("This document carries macros or another file inside. Save it without them; nothing was kept.")
        )
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names:
            return "xlsx"
    raise damaged


def attach(*, actor, report: Report, file, client_uuid: uuid.UUID) -> Attachment:
    """Adds a file (a Django UploadedFile) to a draft. Sending it twice is harmless."""
    if known := Attachment.objects.filter(client_uuid=client_uuid, report=report).first():
        return known
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DomainError(_("A file may have up to 10 MB. Nothing was kept."))
    kind, kept = judge(data)
    name = f"{Path(bare_name(file.name)).stem[:100] or 'tep'}.{kind}"
    with workdir() as folder:
        temporary = folder / "file"
        temporary.write_bytes(kept)
        digest = sha256_of(temporary)
        path = f"reports/{digest[:2]}/{digest}.{kind}"
        if not absolute(path).exists():
            install(temporary, absolute(path))
    with transaction.atomic():
        found = open_draft(report, actor)
        if found.attachments.count() >= MOST:
            raise DomainError(_("A report has at most ten attachments. Nothing was kept."))
        return Attachment.objects.get_or_create(
            client_uuid=client_uuid,
            defaults={
                "report": found, "name": name, "kind": kind, "sha256": digest, "path": path, "size": len(kept),
                "added_by": actor,
            },
        )[0]  # fmt: skip


@transaction.atomic
def detach(*, actor, attachment: Attachment) -> None:
    """Takes a file out of a draft. Its bytes stay: a report that was sent may name the same ones."""
    open_draft(attachment.report, actor)
    attachment.delete()
