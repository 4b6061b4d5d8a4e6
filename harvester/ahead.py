"""One batch ahead: a second process reads the next batch while this one writes the last."""

import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def ahead(function: Callable[[_In], _Out], batches: Iterable[_In]) -> Generator[_Out, None, None]:
    """Yield ``function(batch)`` for each batch, in order, at most one of them computed before it is asked for.

    ``function``, the batches and the results have to be picklable. One batch alone starts no process. The process
    ends with this generator, and by itself where this process is killed: its end of the pipe is the only one left.
    """
    waiting = iter(batches)
    first = next(waiting, None)
    if first is None:
        return
    second = next(waiting, None)
    if second is None:
        yield function(first)
        return
    with _Helper(function) as helper:
        helper.ask(second)
        yield function(first)
        pending: _In | None = second
        while pending is not None:
            done = helper.answer(pending)
            pending = next(waiting, None)
            if pending is not None:
                helper.ask(pending)
            yield done


class _Helper:
    """The second process. It is asked only while it waits, so neither side ever blocks on a full pipe."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        # Started anew rather than forked: connections of a database do not survive a fork.
        context = multiprocessing.get_context("spawn")
        self._function = function
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, function), daemon=True)
        self._process.start()
        other.close()

    def __enter__(self) -> "_Helper":
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.terminate()
        self._process.join()
        self._process.close()

    def ask(self, batch: Any) -> None:
        """Send a batch."""
        try:
            self._pipe.send(batch)
        except BrokenPipeError:
            return  # `answer` finds out

    def answer(self, batch: Any) -> Any:
        """Return the result for the batch that was asked for; where the process has died, compute it here."""
        try:
            return self._pipe.recv()
        except (EOFError, ConnectionResetError):
            return self._function(batch)


def _serve(pipe: Connection, function: Callable[[Any], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; who asks decides when it is over
    try:
        while True:
            pipe.send(function(pipe.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
