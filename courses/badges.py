"""Open Badges 3.0 credentials: a certificate as a signed file that other systems can check without asking us.

Two proofs of the same statement: VC-JWT (JOSE, EdDSA) and Data Integrity (`eddsa-rdfc-2022`). The keys stand in
`/.well-known/did.json` (did:web); what was revoked, replaced or suspended later stands in two Bitstring Status Lists. The
library behind this module (openbadgeslib, LGPL) ships the JSON-LD contexts and fetches nothing; nobody else imports it.
No conformance is claimed.
"""

import base64
import hashlib
import json
import os
import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openbadgeslib.ob3 import (
    Achievement,
    IdentityObject,
    Issuer,
    OpenBadgeCredential,
    add_data_integrity_proof,
    build_status_list_credential,
    multikey_from_pem,
    status_entry,
)

from courses.certificates import Kind
from courses.models import Certificate, CertificateEvent

# So many certificates share one list: the least the recommendation allows, 16 KiB before it is packed.
LIST_SIZE = 131_072
# A copy of a list that is older than this is not believed any more.
LIST_LASTS = timedelta(days=7)
# purpose → what makes the bit 1.
PURPOSES = {"revocation": (Kind.REVOKED, Kind.SUPERSEDED), "suspension": (Kind.SUSPENDED,)}
FORMATS = {"jwt": "application/vc+jwt", "json": "application/vc+ld+json"}


@dataclass(frozen=True)
class Key:
    """A signing key; `name` is made from the public half, so that an old key never answers for a new one."""

    private: Ed25519PrivateKey

    @property
    def pem(self) -> bytes:
        return self.private.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(forms.Encoding.Raw, forms.PublicFormat.Raw)

    @property
    def name(self) -> str:
        return hashlib.sha256(self.public).hexdigest()[:8]


def keys() -> list[Key]:
    """Of BADGE_KEY_FILE: the first signs, the others are old and only answer for what they signed. A file that is not
    there is made once where the installation may do that; else the start has refused already (config.settings)."""
    path = Path(settings.BADGE_KEY_FILE)
    if not path.exists():
        _make(path)
    return _read(str(path), path.stat().st_mtime_ns)


def _make(path: Path) -> None:
    """Two processes that begin at once end up with one key: only one can link its file to the name."""
    if not settings.BADGE_KEY_MAY_BE_MADE:
        raise ImproperlyConfigured(f"BADGE_KEY_FILE {path} is not there.")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(Key(Ed25519PrivateKey.generate()).pem)
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


@lru_cache(maxsize=4)
def _read(path: str, _changed: int) -> list[Key]:
    blocks = re.findall(rb"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", Path(path).read_bytes(), re.DOTALL)
    found = [forms.load_pem_private_key(block, None) for block in blocks]
    if not found or not all(isinstance(one, Ed25519PrivateKey) for one in found):
        raise ImproperlyConfigured(f"BADGE_KEY_FILE {path} must hold Ed25519 private keys in PEM.")
    return [Key(one) for one in found]


def did() -> str:
    """did:web of this site: its host, a port percent-encoded."""
    return "did:web:" + quote(urlsplit(settings.SITE_URL).netloc, safe="")


def did_document() -> dict:
    """Every key twice: as Multikey for Data Integrity and as JWK for VC-JWT."""
    name, methods = did(), []
    for key in keys():
        public = key.private.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
        methods += [
            {
                "id": f"{name}#key-{key.name}", "type": "Multikey", "controller": name,
                "publicKeyMultibase": multikey_from_pem(public),
            },
            {
                "id": f"{name}#jwk-{key.name}", "type": "JsonWebKey", "controller": name,
                "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "x": _b64(key.public)},
            },
        ]  # fmt: skip
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"
        ],
        "id": name,
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }  # fmt: skip


def badge(certificate: Certificate, form: str) -> bytes:
    """`form`: "jwt" (compact VC-JWT) or "json" (JSON-LD with a Data Integrity proof). Asks for `register__issuer`,
    `course` and `holder`: have them selected. The subject is an opaque number, its e-mail address only a salted hash."""
    credential = _credential(certificate, form)
    if form == "jwt":
        return _signed_jwt(_subject_to_creator(credential.to_jwt_payload(), certificate))
    return _signed_json(_subject_to_creator(credential.to_vc(), certificate))


def _credential(one: Certificate, form: str) -> OpenBadgeCredential:
    place, index = divmod(one.pk, LIST_SIZE)
    with override("vi"):
        course = settings.SITE_URL + reverse("courses:course", args=[one.course.code])
    return OpenBadgeCredential(
        issuer=Issuer(id=did(), name=settings.WAGTAIL_SITE_NAME, url=settings.SITE_URL),
        recipient_id=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{did()}/holder/{one.code}')}",
        achievement=Achievement(
            id=course,
            name=one.course_title,
            description=one.course.summary,
            criteria_narrative=f"Học đủ thời gian và đạt yêu cầu của khoá học ({one.hours.normalize():f} giờ). "
            f"Số trong sổ cấp: {one.label}.",
            achievement_type="Course",
        ),
        id=f"{settings.SITE_URL}/c/{one.code}",
        issuance_date=_midnight(one.valid_from),
        expiration_date=_midnight(one.valid_until) if one.valid_until else None,
        credential_status=[status_entry(list_address(purpose, place, form), purpose, index) for purpose in PURPOSES],
        identifiers=[IdentityObject.create(one.holder.email, salt=one.code)],
    )


def _subject_to_creator(document: dict, one: Certificate) -> dict:
    """The platform signs; who held the course is the achievement's creator."""
    issuer = one.register.issuer
    document["credentialSubject"]["achievement"]["creator"] = {
        "id": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{did()}/organisation/{issuer.pk}')}",
        "type": ["Profile"],
        "name": issuer.name,
    }
    return document


def list_address(purpose: str, place: int, form: str) -> str:
    return settings.SITE_URL + reverse("badge_status", args=[purpose, place, form])


def status_list(purpose: str, place: int, form: str) -> bytes:
    """The signed list of one purpose as it stands now. Made anew only when something was revoked, suspended or restored
    since, and once a day, so that a flood of questions costs one query each."""
    last = CertificateEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    key = f"badge-status:{keys()[0].name}:{purpose}:{place}:{form}:{last}:{timezone.localdate()}"
    return cache.get_or_set(key, lambda: _status_list(purpose, place, form), 24 * 3600)


def _status_list(purpose: str, place: int, form: str) -> bytes:
    now = timezone.now().replace(microsecond=0)
    url = list_address(purpose, place, form)
    document = build_status_list_credential(
        did(),
        url,
        purpose,
        _set_bits(purpose, place),
        LIST_SIZE,
        issued=now,
        valid_until=now + LIST_LASTS,
        ttl=3_600_000,
    )
    if form == "jwt":
        return _signed_jwt(document | {"iss": did(), "jti": url, "nbf": int(now.timestamp())})
    return _signed_json(document)


def _set_bits(purpose: str, place: int) -> list[int]:
    """Places of the list whose certificates stand so by their last event."""
    rows = CertificateEvent.objects.filter(
        certificate__gte=place * LIST_SIZE, certificate__lt=(place + 1) * LIST_SIZE, on__lte=timezone.localdate()
    )
    last = dict(rows.order_by("at", "pk").values_list("certificate", "kind"))
    return sorted(pk % LIST_SIZE for pk, kind in last.items() if kind in PURPOSES[purpose])


def _signed_jwt(payload: dict) -> bytes:
    key = keys()[0]
    headers = {"kid": f"{did()}#jwk-{key.name}", "typ": "JWT"}
    return jwt.encode(payload, key.private, algorithm="EdDSA", headers=headers).encode()


def _signed_json(document: dict) -> bytes:
    key = keys()[0]
    signed = add_data_integrity_proof(document, key.pem, f"{did()}#key-{key.name}")
    return json.dumps(signed, ensure_ascii=False, indent=1).encode()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
