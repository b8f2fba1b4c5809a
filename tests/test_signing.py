"""A signature says that a version is whole and whose it is; where one was asked for there is one, or no version."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import minisign
import pytest
from conftest import SAMPLE
from small_release import AS_OF, release_of, tables_of

from copydesk.cli import main
from copydesk.errors import ConfigError
from copydesk.release.hashing import content_hash
from copydesk.release.manifest import signature_of
from copydesk.release.signing import Signer, key_id, read_public_key, read_signer
from copydesk.release.write import write_release
from copydesk.store import publish
from copydesk.store.sums import files_of, render_sums, sha256_of
from copydesk.verify import verify, verify_each


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a secret key without a password; the public one lies beside it, as minisign writes it."""
    return _make_key(tmp_path_factory.mktemp("keys"))


def _make_key(folder: Path) -> Path:
    pair = minisign.KeyPair.generate()
    (folder / "key.pub").write_bytes(bytes(pair.public_key) + b"\n")
    (folder / "key").write_bytes(bytes(pair.secret_key) + b"\n")
    return folder / "key"


def _write(folder: Path, signer: Signer | None, version: str = "2026.11.0") -> Path:
    folder.mkdir()
    write_release(replace(release_of(tables_of(), version, None), signer=signer), folder)
    return folder


def test_a_signed_version_says_so_and_minisign_s_own_reader_agrees(key: Path, tmp_path: Path) -> None:
    folder = _write(tmp_path / "2026.11.0", read_signer(key))
    public = read_public_key(str(key.with_suffix(".pub")))
    minisign.PublicKey.from_base64(public).verify_file(folder / "SHA256SUMS")
    signature = minisign.Signature.from_file(folder / "SHA256SUMS.minisig")
    assert signature.trusted_comment == "dataset:small version:2026.11.0"
    release = json.loads((folder / "release.json").read_bytes())
    assert release["signed"] is True
    assert release["signature"] == {"path": "SHA256SUMS.minisig", "key_id": key_id(public), "public_key": public}
    assert verify(folder) == verify(folder, public_key=public) == []
    assert [one.signed for one in verify_each(folder, public_key=public)] == [f"signed by key {key_id(public)}"]
    assert "not checked" in next(verify_each(folder)).signed


def test_the_same_key_signs_the_same_bytes(key: Path, tmp_path: Path) -> None:
    one, two = (_write(tmp_path / name, read_signer(key)) for name in ("one", "two"))
    assert {path: sha256_of(one / path) for path in files_of(one)} == {
        path: sha256_of(two / path) for path in files_of(two)
    }


def test_an_unsigned_version_is_fine_until_a_key_is_asked_for(key: Path, tmp_path: Path) -> None:
    folder = _write(tmp_path / "2026.11.0", None)
    assert verify(folder) == []
    assert next(verify_each(folder)).signed == "unsigned"
    found = verify(folder, public_key=read_public_key(str(key.with_suffix(".pub"))))
    assert [(finding.check, finding.where) for finding in found] == [("signature", "SHA256SUMS")]


def _swap(folder: Path, other: Path) -> None:
    (folder / "SHA256SUMS.minisig").write_bytes((other / "SHA256SUMS.minisig").read_bytes())


def _reseal(folder: Path, other: Path) -> None:
    """A change with fitting hashes: only the signature is in its way."""
    (folder / "LICENSE-DATA").write_text("Take it.\n")
    sums = {path: sha256_of(folder / path) for path in files_of(folder) if not path.startswith("SHA256SUMS")}
    (folder / "SHA256SUMS").write_bytes(render_sums(sums))


@pytest.mark.parametrize(
    "forge",
    [
        lambda folder, other: (folder / "SHA256SUMS.minisig").unlink(),
        lambda folder, other: (folder / "SHA256SUMS.minisig").write_bytes(b"junk"),
        lambda folder, other: (folder / "SHA256SUMS.minisig").write_bytes(b""),
        _swap,
        _reseal,
    ],
)
def test_a_forged_signature_is_found(forge: Callable[[Path, Path], object], key: Path, tmp_path: Path) -> None:
    folder = _write(tmp_path / "2026.11.0", read_signer(key))
    other = _write(tmp_path / "2026.11.1", read_signer(key), "2026.11.1")
    forge(folder, other)
    found = verify(folder)
    assert [(finding.check, finding.where) for finding in found] == [("signature", "SHA256SUMS.minisig")]


@pytest.mark.parametrize("said", [None, {}, "yes", {"public_key": None}, {"public_key": 1, "key_id": "x"}])
def test_a_manifest_that_says_nonsense_of_its_signature_is_found(said: object, key: Path, tmp_path: Path) -> None:
    folder = _write(tmp_path / "2026.11.0", read_signer(key))
    release = json.loads((folder / "release.json").read_bytes())
    (folder / "release.json").write_text(json.dumps(release | {"signature": said}), encoding="utf-8")
    sums = {path: sha256_of(folder / path) for path in files_of(folder) if not path.startswith("SHA256SUMS")}
    (folder / "SHA256SUMS").write_bytes(render_sums(sums))
    assert {finding.check for finding in verify(folder)} == {"signature"}


def test_another_publisher_s_signature_is_not_the_one_asked_for(key: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = _make_key(tmp_path / "other")
    folder = _write(tmp_path / "2026.11.0", read_signer(other))
    assert verify(folder) == []
    found = verify(folder, public_key=read_public_key(str(key.with_suffix(".pub"))))
    assert [(finding.check, finding.where) for finding in found] == [("signature", "SHA256SUMS.minisig")]


def test_a_signature_where_none_should_be_is_found(key: Path, tmp_path: Path) -> None:
    folder = _write(tmp_path / "2026.11.0", None)
    _swap(folder, _write(tmp_path / "2026.11.1", read_signer(key), "2026.11.1"))
    assert [finding.check for finding in verify(folder)] == ["signature"]


def test_a_key_that_cannot_sign_stops_the_run_before_it_begins(
    key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = minisign.KeyPair.generate().secret_key
    locked.encrypt("secret", opslimit=32768, memlimit=1 << 24)
    (tmp_path / "locked").write_bytes(bytes(locked) + b"\n")
    (tmp_path / "junk").write_text("junk")
    for name, says in (("locked", "password"), ("junk", "no secret key"), ("absent", "cannot be read")):
        with pytest.raises(ConfigError, match=says):
            read_signer(tmp_path / name)
        run = ["run", "--plain", "--raw", str(SAMPLE), "--dataset", str(tmp_path / "dataset")]
        assert main([*run, "--sign-key", str(tmp_path / name)]) == 2
        monkeypatch.setenv("COPYDESK_MINISIGN_KEY", str(tmp_path / name))
        assert main(run) == 2
        monkeypatch.delenv("COPYDESK_MINISIGN_KEY")
        assert says in capsys.readouterr().err
    assert not (tmp_path / "dataset" / "versions").exists()


def test_what_is_no_public_key_is_refused(key: Path) -> None:
    assert read_public_key(read_public_key(str(key.with_suffix(".pub")))).startswith("RW")
    for given in ("", "junk", "RWQ=", str(key)):
        with pytest.raises(ConfigError):
            read_public_key(given)


def test_a_version_can_be_signed_at_last(key: Path, tmp_path: Path) -> None:
    """The flow of `copydesk.build.publish`: the same rows are published again only for the sake of the signature."""
    made = tables_of()
    signer = read_signer(key)
    versions = []
    for signed in (None, None, signer, signer):
        done = publish(
            tmp_path,
            lambda version, previous, folder, by=signed: write_release(
                replace(release_of(made, version, previous), signer=by), folder
            ),
            content_hash=content_hash(made),
            as_of=AS_OF,
            wait_seconds=10,
            identity={"signature": signature_of(signed)} if signed else {},
        )
        versions.append((done.version, done.new))
    assert versions == [("2026.11.0", True), ("2026.11.0", False), ("2026.11.1", True), ("2026.11.1", False)]
    assert verify(tmp_path, all_versions=True) == []
