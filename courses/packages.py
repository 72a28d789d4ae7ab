"""SCORM 1.2 packages: the ZIP is judged before anything is unpacked, its manifest is read, its files lie in a folder named by
its content. What a package may do in a browser is decided in courses.views.packages."""

import hashlib
import os
import posixpath
import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.models import Course, Package
from media import storage
from people.models import User
from people.permissions import require

ACT = "courses.keep_runs"
MOST_BYTES, MOST_UNPACKED, MOST_FILES, MOST_NAME = 60 * 2**20, 200 * 2**20, 3000, 200
# Text packs to a tenth or a twentieth; a bomb to a thousandth.
MOST_RATIO = 100
MOST_ITEMS, MOST_MANIFEST = 200, 2 * 2**20
MANIFEST = "imsmanifest.xml"


class PackageError(DomainError):
    code = "unreadable-package"


def folder_of(package: Package) -> Path:
    return storage.absolute(f"packages/{package.sha256[:2]}/{package.sha256}")


@transaction.atomic
def add_package(*, course: Course, file, actor: User) -> Package:
    """`file`: an uploaded ZIP. The same package in the same course is one row."""
    require(actor, ACT, course.organiser.area)
    with storage.workdir() as work:
        path, digest = _received(file, work / "package.zip")
        same = Package.objects.filter(course=course, sha256=digest, retired_at=None).first()
        if same:
            return same
        try:
            with zipfile.ZipFile(path) as archive:
                members = _judged(archive)
                title, items = read_manifest(archive.read(members[MANIFEST]), set(members))
                size = _unpack(archive, members, work / "files")
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            NotImplementedError,
            EOFError,
            OSError,
            RuntimeError,
            zlib.error,
        ) as error:
            raise PackageError(_("The ZIP file is damaged. Nothing was kept.")) from error
        package = Package(
            course=course, title=title or course.title, sha256=digest, items=items, size=size, files=len(members),
            actor=actor,
        )  # fmt: skip
        target = folder_of(package)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(work / "files", target)
        package.save()
    return package


@transaction.atomic
def retire_package(*, package: Package, actor: User) -> Package:
    """No longer offered; what was reported stays. Doing it twice changes nothing."""
    package = (
        Package.objects.select_for_update(of=("self",)).select_related("course__organiser__area").get(pk=package.pk)
    )
    require(actor, ACT, package.course.organiser.area)
    if not package.retired_at:
        package.retired_at = timezone.now()
        package.save(update_fields=["retired_at"])
    return package


def _received(file, target: Path) -> tuple[Path, str]:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as out:
        while block := file.read(1 << 20):
            size += len(block)
            if size > MOST_BYTES:
                raise PackageError(_("The package is larger than 60 MB. Nothing was kept."))
            digest.update(block)
            out.write(block)
    return target, digest.hexdigest()


def _judged(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Path inside the package → member; refuses in words what no honest package holds. Nothing is unpacked yet."""
    members: dict[str, zipfile.ZipInfo] = {}
    infos = [one for one in archive.infolist() if not one.is_dir()]
    if len(infos) > MOST_FILES:
        raise PackageError(_("The package holds more than %(most)s files. Nothing was kept.") % {"most": MOST_FILES})
    if sum(one.file_size for one in infos) > MOST_UNPACKED:
        raise PackageError(_("Unpacked the package is larger than 200 MB. Nothing was kept."))
    for one in infos:
        name = one.filename.replace("\\", "/")
        parts = name.split("/")
        mode = one.external_attr >> 16
        if one.flag_bits & 1:
            raise PackageError(_("The package is locked by a password. Nothing was kept."))
        # Other methods unpack a few kilobytes to gigabytes of memory in one step, before anybody can count.
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise PackageError(_("The package is packed in an unusual way. Pack it as a plain ZIP. Nothing was kept."))
        if (
            name.startswith("/") or any(part in ("", ".", "..") for part in parts) or ":" in parts[0]
            or len(name) > MOST_NAME or not name.isprintable() or (mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode))
        ):  # fmt: skip
            raise PackageError(_("The package names a file outside itself. Nothing was kept."))
        if one.file_size > 2**20 and one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise PackageError(_("A file of the package grows too much when it is unpacked. Nothing was kept."))
        if name in members:
            raise PackageError(_("The package holds the file %(name)s twice. Nothing was kept.") % {"name": name})
        members[name] = one
    if MANIFEST not in members:
        members = _without_wrapper(members)
    if members[MANIFEST].file_size > MOST_MANIFEST:
        raise PackageError(_("The list of contents (imsmanifest.xml) cannot be read. Nothing was kept."))
    return members


def _without_wrapper(members: dict) -> dict:
    """Some programs pack the folder instead of what lies in it."""
    tops = {name.split("/", 1)[0] for name in members if not name.startswith("__MACOSX/")}
    top = next(iter(tops)) + "/" if len(tops) == 1 else ""
    if not top or top + MANIFEST not in members:
        raise PackageError(_("This is no SCORM package: it has no imsmanifest.xml at its top. Nothing was kept."))
    return {name.removeprefix(top): one for name, one in members.items() if name.startswith(top)}


def _unpack(archive: zipfile.ZipFile, members: dict, target: Path) -> int:
    """Writes the files, counting what really comes out: the sizes in a ZIP are what somebody wrote there."""
    total = 0
    for name, member in members.items():
        place = target / PurePosixPath(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, place.open("wb") as out:
            while block := source.read(1 << 16):
                total += len(block)
                if total > MOST_UNPACKED:
                    shutil.rmtree(target)
                    raise PackageError(_("Unpacked the package is larger than 200 MB. Nothing was kept."))
                out.write(block)
    return total


# The manifest -----------------------------------------------------------------------------------------------------


def read_manifest(data: bytes, names: set[str]) -> tuple[str, list[dict]]:
    """(title, items in their order) of a SCORM 1.2 manifest; `names`: the files there are. Namespaces and the case of
    attributes are read as generously as authoring programs write them."""
    unreadable = PackageError(_("The list of contents (imsmanifest.xml) cannot be read. Nothing was kept."))
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise unreadable from error
    if _name(root) != "manifest":
        raise unreadable
    version = next((one.text or "" for one in root.iter() if _name(one) == "schemaversion"), "1.2").strip()
    if not version.startswith("1.2") and version not in ("", "1.1.4", "1.1.3"):
        raise PackageError(
            _("The package is SCORM %(version)s. Export it as SCORM 1.2. Nothing was kept.") % {"version": version[:40]}
        )
    resources = _resources(root)
    organisations = next((one for one in root if _name(one) == "organizations"), None)
    found = [one for one in organisations if _name(one) == "organization"] if organisations is not None else []
    wanted = _attribute(organisations, "default") if organisations is not None else ""
    chosen = next((one for one in found if _attribute(one, "identifier") == wanted), found[0] if found else None)
    title, items = (_child_text(chosen, "title"), _items(chosen, resources, names)) if chosen is not None else ("", [])
    if not items:
        # A package of one page needs no tree.
        items = [_item(one, "", {}, resources[one], names) for one in list(resources)[:1]]
    if not items or len(items) > MOST_ITEMS:
        raise PackageError(_("The list of contents names nothing that could be opened. Nothing was kept."))
    for number, one in enumerate(items, start=1):
        if not one["id"] or "/" in one["id"] or one["id"] in {other["id"] for other in items[: number - 1]}:
            one["id"] = f"item-{number}"
    return title[:200], items


def _resources(root: Element) -> dict[str, tuple[str, str]]:
    """Identifier → (address inside the package, scormtype)."""
    found = {}
    for group in (one for one in root if _name(one) == "resources"):
        for one in (child for child in group if _name(child) == "resource"):
            href = _attribute(one, "href")
            if href:
                bases = [_attribute(part, "base") for part in (root, group, one)]
                found[_attribute(one, "identifier")] = (posixpath.join("", *bases, href), _attribute(one, "scormtype"))
    return found


def _items(parent: Element, resources: dict, names: set[str]) -> list[dict]:
    items = []
    for one in (child for child in parent if _name(child) == "item"):
        if _attribute(one, "isvisible").lower() == "false":
            continue
        reference = _attribute(one, "identifierref")
        if reference in resources:
            extra = {"parameters": _attribute(one, "parameters")}
            extra |= {"mastery": _child_text(one, "masteryscore"), "data": _child_text(one, "datafromlms")}
            title = _child_text(one, "title")
            items.append(_item(_attribute(one, "identifier"), title, extra, resources[reference], names))
        items += _items(one, resources, names)
    return items


def _item(identifier: str, title: str, extra: dict, resource: tuple[str, str], names: set[str]) -> dict:
    href, _kind = resource
    parts = urlsplit(href)
    path = posixpath.normpath(unquote(parts.path))
    if parts.scheme or parts.netloc or path.startswith(("/", "..")) or path not in names:
        raise PackageError(_("The list of contents names %(name)s, which is not there.") % {"name": href[:120]})
    query = "&".join(one.lstrip("?&") for one in (parts.query, extra.get("parameters", "")) if one)
    return {
        "id": identifier[:200], "title": (title or path)[:200], "path": path, "query": query[:1000],
        "mastery": extra.get("mastery", "")[:10], "data": extra.get("data", "")[:4096],
    }  # fmt: skip


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1].lower() if isinstance(element.tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    return next((v.strip() for k, v in element.attrib.items() if k.rsplit("}", 1)[-1].lower() == name), "")


def _child_text(element: Element, name: str) -> str:
    return next(("".join(one.itertext()).strip() for one in element if _name(one) == name), "")
