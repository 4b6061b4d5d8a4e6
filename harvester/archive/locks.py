"""Who writes a file: a lock that ends with its process, whatever ended it."""

import sys

if sys.platform == "win32":

    def lock(file: int) -> None:
        """Do nothing: an open file can be neither renamed nor cut by others there, which is all the lock is for."""

    def try_lock(file: int) -> bool:
        """Return True."""
        return True

else:
    import fcntl

    def lock(file: int) -> None:
        """Lock a file, waiting until nobody else has it."""
        fcntl.flock(file, fcntl.LOCK_EX)

    def try_lock(file: int) -> bool:
        """Lock a file and return True, or return False where somebody has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
