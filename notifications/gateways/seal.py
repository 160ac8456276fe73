"""What only a browser can read (RFC 8291, aes128gcm) and what says who sends it (RFC 8292, VAPID).

Why no library does it: docs/adr/0010-push-sealed-here.md.
"""

import base64
import json
import os
import struct
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

RECORD = 4096  # bytes; everything goes in one
CURVE = ec.SECP256R1()


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Raises ValueError for what is not base64 of the kind that browsers write."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def browser_key(p256dh: str) -> ec.EllipticCurvePublicKey:
    """Raises ValueError for what is no point of the curve."""
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decode(p256dh))


@cache
def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode(text), "big"), CURVE)


def public_key() -> str:
    """The portal's own key as browsers want it."""
    return encode(_point(private_key(settings.PUSH_KEY).public_key()))


def sealed(plain: bytes, p256dh: str, auth: str) -> bytes:
    """The body of a push message. Raises ValueError for keys that are none."""
    return _sealed(plain, p256dh, auth, ec.generate_private_key(CURVE), os.urandom(16))


def _sealed(plain: bytes, p256dh: str, auth: str, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    browser, ours = browser_key(p256dh), _point(own.public_key())
    shared = _derived(decode(auth), own.exchange(ec.ECDH(), browser), b"WebPush: info\0" + _point(browser) + ours, 32)
    key = _derived(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, shared, b"Content-Encoding: nonce\0", 12)
    last_record = plain + b"\x02"
    return salt + struct.pack("!IB", RECORD, len(ours)) + ours + AESGCM(key).encrypt(nonce, last_record, None)


def signed_by_portal(origin: str, subject: str, until: int) -> str:
    """The Authorization header for a push service."""
    claims = {"aud": origin, "exp": until, "sub": subject}
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"typ": "JWT", "alg": "ES256"}, claims)]
    text = ".".join(encode(part) for part in parts)
    r, s = decode_dss_signature(private_key(settings.PUSH_KEY).sign(text.encode(), ec.ECDSA(SHA256())))
    return f"vapid t={text}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={public_key()}"


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
