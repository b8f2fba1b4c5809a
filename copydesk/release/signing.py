"""Signs ``SHA256SUMS`` in the format of minisign, which covers every byte of a version; and checks such a signature.

The trusted comment, which the signature covers too, names dataset and version: a signature fits one version only.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.errors import ConfigError

KEY_VARIABLE = "COPYDESK_MINISIGN_KEY"
"""The environment variable that may name the file of the secret key."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key to sign with. The secret itself stands in no field that is shown or compared."""

    public_key: str
    """As minisign prints it: Base64."""
    sign: Callable[[bytes, str], bytes] = field(repr=False, compare=False)
    """Bytes and the trusted comment, to the signature's file. The same in, the same out."""

    @property
    def key_id(self) -> str:
        """Which key it is: 16 hexadecimal digits, as minisign prints them."""
        return key_id(self.public_key)


def read_signer(path: Path) -> Signer:
    """The secret key of a file that ``minisign -G -W`` made. Raises ConfigError: none goes out unsigned by mistake."""
    import minisign  # noqa: PLC0415 - only who signs pays for it

    try:
        secret = minisign.SecretKey.from_file(path)
        if secret.is_encrypted():
            raise ConfigError(
                f"{path}: the key is locked by a password, and nobody is there to type it: make one without, "
                "with `minisign -G -W`."
            )
    except OSError as error:
        raise ConfigError(f"{path}: the key to sign with cannot be read ({error.strerror}).") from error
    except minisign.Error as error:
        raise ConfigError(f"{path} is no secret key of minisign ({error}): make one with `minisign -G -W`.") from error

    def sign(data: bytes, comment: str) -> bytes:
        signature = secret.sign(data, untrusted_comment="signature of SHA256SUMS", trusted_comment=comment)
        return bytes(signature) + b"\n"

    return Signer(secret.get_public_key().to_base64().decode("ascii"), sign)


def read_public_key(given: str) -> str:
    """A public key as Base64, from itself or from the file of it. Raises ConfigError."""
    text = given
    if (path := Path(given)).is_file():
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        text = next((line for line in lines if line and not line.startswith("untrusted comment:")), "").strip()
    try:
        key_id(text)
    except ValueError as error:
        raise ConfigError(f"{given!r} is neither a public key of minisign nor a file of one ({error}).") from error
    return text


def check_signature(data: bytes, signature: bytes, public_key: str, comment: str) -> str | None:
    """Why the signature is not one of these bytes by this key with this trusted comment; None where it is."""
    import minisign  # noqa: PLC0415

    try:
        read = minisign.Signature.from_bytes(signature)
        minisign.PublicKey.from_base64(public_key).verify(data, read)
    except minisign.Error as error:
        return str(error)
    return None if read.trusted_comment == comment else f"it is of {read.trusted_comment!r}, not of {comment!r}"


def trusted_comment(dataset: str, version: str) -> str:
    """What the signature of a version says that it is of."""
    return f"dataset:{dataset} version:{version}"


def key_id(public_key: str) -> str:
    """The id in a public key: 16 hexadecimal digits, as minisign prints them. Raises ValueError for what is none."""
    try:
        raw = base64.b64decode(public_key, validate=True)
    except binascii.Error as error:
        raise ValueError("it is not Base64") from error
    if len(raw) != 42 or raw[:2] != b"Ed":
        raise ValueError("it is not an Ed25519 key with its id")
    return f"{int.from_bytes(raw[2:10], 'little'):016X}"
