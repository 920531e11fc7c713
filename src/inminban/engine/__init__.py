"""The engine: households, offices, inspectors and markets of one area, day by day, in whole numbers.

Compiled code is cached in a folder named by the hash of its sources, as Numba does not see a changed callee in another
module: a changed source never runs stale code.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs

from inminban.model import randomness

DIGEST_BYTES = 8
SOURCES = (*sorted(Path(__file__).parent.glob("*.py")), Path(randomness.__file__))


def sources_digest() -> str:
    """Hash of the engine's sources: a run says which engine made it."""
    told = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for path in SOURCES:
        told.update(path.name.encode() + path.read_bytes())
    return told.hexdigest()


os.environ.setdefault(
    "NUMBA_CACHE_DIR", str(Path(platformdirs.user_cache_dir("inminban")) / f"numba-{sources_digest()}")
)
