"""Who holds a lease: the name of a process that other processes of its machine can see to be gone."""

import os
import socket
import uuid

_ours: set[str] = set()


def new_owner() -> str:
    """Return a name for a holder of leases in this process: machine, process id, and a token of its own."""
    owner = f"{_machine()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
    _ours.add(owner)
    return owner


def is_gone(owner: str) -> bool:
    """Return whether the process of an owner has ended; of other machines nothing is known until a lease runs out."""
    machine, _, process = owner.rpartition("/")[0].rpartition("/")
    if machine != _machine():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(process) == os.getpid() and owner not in _ours  # our number, not ours: a process before us had it


def _machine() -> str:
    """Return where a process number means this process: the machine and, in a container, the container."""
    try:
        return f"{socket.gethostname()}:{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:  # not Linux
        return socket.gethostname()
