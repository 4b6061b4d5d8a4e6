"""What this process does with memory that it no longer uses."""

import ctypes
import sys

# <malloc.h>; 32 MiB is the most that glibc takes on 64 bits for the second.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT = 64 << 20


def keep_freed() -> None:
    """Let the C library keep up to 64 MiB that were freed, in place of giving them back to the system at once.

    Every page makes a tree of some megabytes and frees it. Given back and asked for again, these come as thousands of
    page faults, a tenth of the time of a crawl. Does nothing where the library is not glibc (mallopt(3)).
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
        library.mallopt(_MMAP_THRESHOLD, _KEPT // 2)
