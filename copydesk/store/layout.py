"""Where everything of a dataset lies. This is the storage specification; nothing else spells these names.

::

    <dataset>/
      index.json             every version, oldest first: status, change class, hashes (derived from the versions)
      latest.json            the version that readers get unless they name one (derived); flipped after index.json
      latest                 the same as a symlink to versions/<version>, on disks that have them; flipped last
      versions/<version>/    a version; never changes once it is there
        release.json         what the version is, for machines
        SHA256SUMS           every other file of the version: "<sha256>  <path>", sorted by path
        SHA256SUMS.minisig   its signature, where a key was given; the one file that the sums cannot list
        data/, csv/, …       the tables and their documents
      .lock                  held by the one writer; says who it is
      .staging/<run>/        what a run has built so far; <run>.lock beside it is held while the run lives

A version is published when its folder is renamed from the staging folder: that is the commit point, and the folder is
whole and on disk by then. index.json and latest.json follow from the versions' release.json files; where a run was
killed between the rename and the pointers, the next run derives them anew. For readers a version exists when index.json
lists it, so that they never see a folder that is on its way.
"""

from __future__ import annotations

INDEX = "index.json"
LATEST = "latest.json"
LATEST_LINK = "latest"
VERSIONS = "versions"
RELEASE = "release.json"
SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.minisig"
LOCK = ".lock"
STAGING = ".staging"

FOLDER_MODE = 0o755
"""Others may download what was published, whatever the umask of the run."""
FILE_MODE = 0o644

INDEX_FORMAT = 1
"""Rises when index.json or latest.json change their shape."""


def version_path(version: str) -> str:
    """Where a version lies, below the dataset's folder."""
    return f"{VERSIONS}/{version}"
