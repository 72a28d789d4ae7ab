"""Files over a bad connection: byte ranges that resume, addresses that name the content, honest caching headers.

Django's FileResponse answers a range request with the whole file, so a download cut at 90 % would start again.
"""

import base64
import logging
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotModified, StreamingHttpResponse

logger = logging.getLogger(__name__)

BLOCK = 64 * 1024
# More digits than a file has bytes are no range; int() refuses thousands of them with an error.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")


def ranged_response(
    request, path: Path, *, sha256: str, filename: str, content_type: str, attachment: bool = True, public: bool = True
):
    """The file, or the part that was asked for. 200, 206, 304 or 416; byte-exact; HEAD as GET without a body.

    The caller has already decided that this person may have it. 404 when the disk has lost it.
    """
    try:
        size, etag = path.stat().st_size, f'"{sha256}"'
    except FileNotFoundError:
        logger.exception("a file that the database knows is gone: %s", path)
        raise Http404 from None
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": _disposition(filename, attachment),
        "Cache-Control": "public, max-age=31536000, immutable" if public else "private, no-store",
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:",
        # Already compressed, and a compressed range would be spliced wrongly.
        "Content-Encoding": "identity",
    }
    known = {value.strip().removeprefix("W/") for value in request.headers.get("If-None-Match", "").split(",")}
    if known & {etag, "*"}:
        response = HttpResponseNotModified()
        for name in ("ETag", "Cache-Control"):
            response[name] = headers[name]
        return response
    span = _wanted(request, size, etag)
    if span == "unsatisfiable":
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    if settings.ACCEL_REDIRECT_PREFIX != "-":
        inside = path.resolve().relative_to(Path(settings.MEDIA_ROOT).resolve())
        response = HttpResponse(content_type=content_type, headers=headers)
        del response["Accept-Ranges"]
        response["X-Accel-Redirect"] = settings.ACCEL_REDIRECT_PREFIX + quote(str(inside))
        return response
    first, last = span or (0, size - 1)
    if span:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    status = 206 if span else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=content_type, headers=headers)
    return StreamingHttpResponse(_blocks(path, first, last), status=status, content_type=content_type, headers=headers)


def _wanted(request, size: int, etag: str):
    """(first, last), None for the whole file, or "unsatisfiable". Several ranges at once are answered with the whole."""
    if request.method not in ("GET", "HEAD"):
        return None
    match = _RANGE.match(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range", "").strip()
    if not match or match.group(1) == match.group(2) == "" or (condition and condition != etag):
        return None
    if match.group(1) == "":
        length = int(match.group(2))
        return (max(0, size - length), size - 1) if length and size else "unsatisfiable"
    first = int(match.group(1))
    last = min(int(match.group(2)), size - 1) if match.group(2) else size - 1
    if first >= size:
        return "unsatisfiable"
    return (first, last) if first <= last else None


def _blocks(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def _disposition(filename: str, attachment: bool) -> str:
    """The name twice: in plain letters for old players and old browsers, and as it is (RFC 6266)."""
    filename = "".join(c for c in filename if c.isprintable()) or "file"
    bare = unicodedata.normalize("NFD", filename.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c if c.isascii() else "_" for c in bare if not unicodedata.combining(c))
    plain = re.sub(r'["\\/:*?<>|%]', "_", plain)
    kind = "attachment" if attachment else "inline"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
