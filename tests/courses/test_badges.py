"""Open Badges: what an independent checker (joserfc, PyLD with cryptography) says of a badge, of a changed one, of a revoked one.

Nothing here uses the library that signs, but for the JSON-LD contexts it ships; the network is never asked."""

import base64
import gzip
import hashlib
import json
from datetime import timedelta
from importlib import resources

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pyld import jsonld

from courses import badges
from courses.certificates import (
    issue_certificate,
    restore_certificate,
    revoke_certificate,
    supersede_certificate,
    suspend_certificate,
)
from courses.models import Certificate
from people.roles import Role
from tests.courses.making import make_course
from tests.factories import make_user

_CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "ob-v3p0-extensions.json",
}
_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.BADGE_KEY_FILE, settings.BADGE_KEY_MAY_BE_MADE = str(tmp_path / "badge-key.pem"), True
    settings.SITE_URL = "https://loa.example.org"


@pytest.fixture
def manager(db):
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def certificate(manager) -> Certificate:
    holder = make_user(role=Role.TRAINEE, name="Bhling Mẫu", email="hoc-vien@thu.example")
    course = make_course(title="Luật (mẫu)", validity_months=24)
    made = issue_certificate(
        holder=holder, course=course, on=timezone.localdate() - timedelta(days=3), signer="Ký", actor=manager
    )
    return Certificate.objects.select_related("register__issuer", "course", "holder").get(pk=made.pk)


# The checker ------------------------------------------------------------------------------------------------------


def load(url, options):
    text = resources.files("openbadgeslib.ob3.contexts").joinpath(_CONTEXTS[url]).read_text("utf-8")
    return {"contextUrl": None, "documentUrl": url, "document": json.loads(text)}


def base58(text: str) -> bytes:
    number = 0
    for letter in text:
        number = number * 58 + _LETTERS.index(letter)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def check_jwt(token: bytes, keys: dict) -> dict:
    head = json.loads(base64.urlsafe_b64decode(token.split(b".")[0] + b"=="))
    method = next(one for one in keys["verificationMethod"] if one["id"] == head["kid"])
    assert method["id"] in keys["assertionMethod"]
    assert head["kid"].startswith("did:web:loa.example.org#")
    key = OKPKey.import_key(method["publicKeyJwk"])
    return json.loads(jws.deserialize_compact(token.decode(), key, algorithms=["EdDSA"]).payload)


def check_json(data: bytes, keys: dict) -> dict:
    document = json.loads(data)
    proof = document.pop("proof")
    assert (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) == (
        "DataIntegrityProof", "eddsa-rdfc-2022", "assertionMethod",
    )  # fmt: skip
    method = next(one for one in keys["verificationMethod"] if one["id"] == proof["verificationMethod"])
    assert method["type"] == "Multikey"
    public = base58(method["publicKeyMultibase"][1:])
    assert public[:2] == b"\xed\x01"
    signature = base58(proof.pop("proofValue")[1:]).rjust(64, b"\0")
    proof["@context"] = document["@context"]
    digests = b"".join(
        hashlib.sha256(
            jsonld.normalize(
                one, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
            ).encode()
        ).digest()
        for one in (proof, document)
    )
    Ed25519PublicKey.from_public_bytes(public[2:]).verify(signature, digests)
    return document


_WRONG = (JoseError, InvalidSignature, AssertionError, StopIteration, ValueError, KeyError, jsonld.JsonLdError)


def is_right(check, data: bytes, keys: dict) -> bool:
    try:
        return bool(check(data, keys))
    except _WRONG:
        return False


CHECKS = {"jwt": check_jwt, "json": check_json}


def public_keys(client) -> dict:
    answer = client.get("/.well-known/did.json")
    assert (answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == ("application/did+json", "*")
    return answer.json()


def is_set(client, entry: dict, form: str) -> bool:
    """Follows a credentialStatus to its list, checks the list's own proof, reads the bit."""
    answer = client.get(entry["statusListCredential"].removeprefix("https://loa.example.org"))
    assert answer.status_code == 200
    found = CHECKS[form](answer.content, public_keys(client))
    assert found["id"] == entry["statusListCredential"]
    assert found["issuer"] == "did:web:loa.example.org"
    subject = found["credentialSubject"]
    assert subject["statusPurpose"] == entry["statusPurpose"]
    packed = subject["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert len(bits) == 16_384
    place = int(entry["statusListIndex"])
    return bool(bits[place // 8] & 0x80 >> place % 8)


# The tests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["jwt", "json"])
def test_badge_is_right_for_an_independent_checker(client, certificate, form):
    client.force_login(certificate.holder)
    page = client.get("/vi/khoa-hoc/giay-cua-toi/").content.decode()
    address = f"/vi/khoa-hoc/giay-cua-toi/{certificate.code}.{form}"
    assert address in page
    answer = client.get(address)
    assert answer["Cache-Control"] == "private, no-store"
    found = CHECKS[form](answer.content, public_keys(client))
    assert found["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert found["@context"][:2] == list(_CONTEXTS)[:2]
    assert found["id"] == f"https://loa.example.org/c/{certificate.code}"
    assert found["issuer"]["id"] == "did:web:loa.example.org"
    subject = found["credentialSubject"]
    assert subject["id"].startswith("urn:uuid:")
    assert subject["achievement"]["name"] == "Luật (mẫu)"
    assert subject["achievement"]["creator"]["name"] == certificate.register.issuer.name
    salted = hashlib.sha256(f"hoc-vien@thu.example{certificate.code}".encode()).hexdigest()
    assert subject["identifier"][0]["identityHash"] == f"sha256${salted}"
    assert found["validFrom"][:10] in (
        f"{certificate.valid_from}", f"{certificate.valid_from - timedelta(days=1)}"
    )  # fmt: skip
    text = json.dumps(found, ensure_ascii=False)
    assert "Bhling" not in text
    assert "hoc-vien@" not in text
    assert "certified" not in text.lower()


def test_changing_any_part_of_the_jwt_is_refused(client, certificate):
    token, keys = badges.badge(certificate, "jwt"), public_keys(client)
    parts = [bytearray(base64.urlsafe_b64decode(part + b"==")) for part in token.split(b".")]
    assert check_jwt(token, keys)
    for number, part in enumerate(parts):
        for place in range(0, len(part), 7):
            part[place] ^= 1
            changed = b".".join(base64.urlsafe_b64encode(bytes(one)).rstrip(b"=") for one in parts)
            assert not is_right(check_jwt, changed, keys), f"byte {place} of part {number} can be changed"
            part[place] ^= 1


def test_changing_one_letter_of_the_document_is_refused(client, certificate):
    signed, keys = json.loads(badges.badge(certificate, "json")), public_keys(client)

    def places(node, path=()):
        for name, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, str):
                yield (*path, name)
            elif isinstance(value, (dict, list)):
                yield from places(value, (*path, name))

    tried = 0
    for *path, last in [one for one in places(signed) if one[0] != "@context"]:
        node = signed
        for name in path:
            node = node[name]
        before = node[last]
        node[last] = before[:-1] + ("x" if before[-1:] != "x" else "y")
        assert not is_right(check_json, json.dumps(signed).encode(), keys), f"{path}/{last} can be changed"
        node[last] = before
        tried += 1
    assert tried > 25
    assert check_json(json.dumps(signed).encode(), keys)


@pytest.mark.parametrize("form", ["jwt", "json"])
def test_status_lists_follow_suspension_restoring_and_revoking(client, manager, certificate, form):
    found = CHECKS[form](badges.badge(certificate, form), public_keys(client))
    entries = {one["statusPurpose"]: one for one in found["credentialStatus"]}

    def stands():
        return {purpose: is_set(client, entry, form) for purpose, entry in entries.items()}

    assert stands() == {"revocation": False, "suspension": False}
    suspend_certificate(certificate=certificate, reason="Đang xem lại", actor=manager)
    assert stands() == {"revocation": False, "suspension": True}
    restore_certificate(certificate=certificate, reason="Đã xem lại", actor=manager)
    assert stands() == {"revocation": False, "suspension": False}
    revoke_certificate(certificate=certificate, reason="Cấp nhầm", actor=manager)
    assert stands() == {"revocation": True, "suspension": False}


def test_replaced_certificate_is_revoked_and_its_successor_is_not(client, manager, certificate):
    new = supersede_certificate(certificate=certificate, reason="Sai tên", signer="Ký", actor=manager)
    new = Certificate.objects.select_related("register__issuer", "course", "holder").get(pk=new.pk)
    for one, wanted in ((certificate, True), (new, False)):
        found = check_jwt(badges.badge(one, "jwt"), public_keys(client))
        entry = next(e for e in found["credentialStatus"] if e["statusPurpose"] == "revocation")
        assert is_set(client, entry, "jwt") is wanted


def test_list_that_did_not_change_costs_two_queries_and_unknown_lists_do_not_exist(
    client, certificate, django_assert_num_queries
):
    address = "/badges/status/revocation-0.json"
    first = client.get(address).content
    with django_assert_num_queries(2):
        assert client.get(address).content == first
    for wrong in ("revocation-1.json", "refresh-0.json", "revocation-0.xml"):
        assert client.get(f"/badges/status/{wrong}").status_code == 404


def test_badge_is_only_for_its_owner_and_only_while_it_may_be_printed(client, manager, certificate):
    address = f"/vi/khoa-hoc/giay-cua-toi/{certificate.code}.jwt"
    assert client.get(address).status_code == 302
    for stranger in (manager, make_user(role=Role.TRAINEE)):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    client.force_login(certificate.holder)
    assert client.get(address.replace(".jwt", ".exe")).status_code == 404
    revoke_certificate(certificate=certificate, reason="Cấp nhầm", actor=manager)
    assert client.get(address).status_code == 404


def test_key_is_made_once_and_an_old_one_goes_on_answering(client, certificate, settings, tmp_path):
    old = badges.badge(certificate, "jwt")
    assert (tmp_path / "badge-key.pem").stat().st_mode & 0o777 == 0o600
    first = badges.keys()[0].name
    kept = (tmp_path / "badge-key.pem").read_bytes()
    settings.BADGE_KEY_FILE = str(tmp_path / "new.pem")
    assert badges.keys()[0].name != first
    (tmp_path / "both.pem").write_bytes((tmp_path / "new.pem").read_bytes() + kept)
    settings.BADGE_KEY_FILE = str(tmp_path / "both.pem")
    keys = public_keys(client)
    assert check_jwt(old, keys)
    assert check_jwt(badges.badge(certificate, "jwt"), keys)
    assert len(keys["verificationMethod"]) == 4


def test_missing_or_wrong_key_stops_in_words(settings, tmp_path):
    settings.BADGE_KEY_FILE, settings.BADGE_KEY_MAY_BE_MADE = str(tmp_path / "gone.pem"), False
    with pytest.raises(ImproperlyConfigured, match="is not there"):
        badges.keys()
    (tmp_path / "gone.pem").write_text("nothing")
    with pytest.raises(ImproperlyConfigured, match="must hold Ed25519 private keys"):
        badges.keys()
