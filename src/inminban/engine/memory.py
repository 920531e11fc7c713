"""How the C library hands out memory for the arrays of households."""

from __future__ import annotations

import ctypes
import sys

MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc's malloc.h
LARGE = 1 << 17


def give_back_large() -> None:
    """Have large arrays go back to the system as they are freed, where the C library is glibc.

    It would otherwise learn to keep them, and what stays of one area would keep the space of another's set-up from
    being used again: a country takes 900 MB less.
    """
    if sys.platform.startswith("linux"):
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(MMAP_THRESHOLD, LARGE)
