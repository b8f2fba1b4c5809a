"""Where everything of a dataset lies. This is the storage specification; nothing else spells these names, but for those
of a version's own files, which ``copydesk.release`` has.

::

    <dataset>/
      index.json             every version, oldest first: status, change class, hashes (derived from the versions)
      index.html             and other files for people, where a publisher has them made (derived); after index.json
      latest.json            the version that readers get unless they name one (derived); flipped after those
      latest                 the same as a symlink to versions/<version>, on disks that have them; flipped last
      versions/<version>/    a version; never changes once it is there
        release.json         what the version is, for machines
        SHA256SUMS           every other file of the version: "<sha256>  <path>", sorted by path
        SHA256SUMS.minisig   its signature, where a key was given; the one file that the sums cannot list
        data/, csv/, …       the tables and their documents
      yanks/<version>.json   why a version should not be used, though its data stay; written once
      tombstones/<version>.json
                             why a version was withdrawn, and the hashes of what was removed; written once
      takedowns.json         articles that no version may show any more, as salted hashes; entries are added only
      .lock                  held by the one writer; says who it is
      .lock/<number>.json    the same in an object store: a lease, the highest number counts
      .staging/<run>/        what a run has built so far; <run>.lock beside it is held while the run lives
      .download/<version>-…/ what a download has fetched so far, for the next one to go on with; named by the sums too

A version is published in a folder when it is renamed from the staging folder: that is the commit point, and the folder
is whole and on disk by then. In an object store its files are uploaded one by one, release.json last, and read again:
what has no release.json is no version. index.json and latest.json follow from the versions' release.json files, the
yanks, the tombstones and the takedowns; where a run was killed between a commit and the pointers, the next run derives
them anew. For readers a version exists when index.json lists it, so that they never see one that is on its way.

A version is withdrawn when its tombstone is written: index.json and latest.json follow, then its files are deleted, and
``versions/<version>/index.html`` says so in their place.
"""

from __future__ import annotations

from copydesk import release

INDEX = "index.json"
LATEST = "latest.json"
LATEST_LINK = "latest"
VERSIONS = "versions"
RELEASE = release.MANIFEST
SUMS = release.SUMS
SIGNATURE = release.SIGNATURE
YANKS = "yanks"
TOMBSTONES = "tombstones"
TAKEDOWNS = "takedowns.json"
PAGE = "index.html"
LOCK = ".lock"
STAGING = ".staging"
DOWNLOAD = ".download"

OURS = frozenset({INDEX, LATEST, LATEST_LINK, VERSIONS, YANKS, TOMBSTONES, TAKEDOWNS})
"""Names at the dataset's root that no page may take."""

FOLDER_MODE = 0o755
"""Others may download what was published, whatever the umask of the run."""
FILE_MODE = 0o644

INDEX_FORMAT = 1
"""Rises when index.json or latest.json change their shape."""


def version_path(version: str) -> str:
    """Where a version lies, below the dataset's folder."""
    return f"{VERSIONS}/{version}"


def yank_path(version: str) -> str:
    return f"{YANKS}/{version}.json"


def tombstone_path(version: str) -> str:
    return f"{TOMBSTONES}/{version}.json"
