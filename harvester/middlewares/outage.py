"""Loss of the network: when one host after the other cannot be reached, the fault is nearer than theirs."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Outage:
    """Watches how connections end, and says when to stop asking. Times are seconds of one clock.

    The network counts as lost when ``hosts`` different hosts could not be reached within ``within`` seconds and none
    was reached in between; then one request every ``every`` seconds tries it, until any host answers.
    """

    hosts: int = 5
    within: float = 60.0
    every: float = 30.0
    _failed: dict[str, float] = field(default_factory=dict)
    _since: float | None = None
    _next_try: float = 0.0

    @property
    def lost(self) -> bool:
        """Return whether the network counts as lost."""
        return self._since is not None

    def unreached(self, host: str, now: float) -> bool:
        """Note that a host could not be reached; return whether the network counts as lost from now on."""
        if self._since is not None:
            return False
        self._failed.pop(host, None)
        self._failed[host] = now
        self._failed = {each: when for each, when in self._failed.items() if now - when <= self.within}
        if len(self._failed) < self.hosts:
            return False
        self._since = now
        self._next_try = now + self.every
        return True

    def reached(self, now: float) -> float | None:
        """Note that a host answered; return how many seconds the network was gone if it was."""
        if self._failed:
            self._failed = {}
        gone = None if self._since is None else now - self._since
        self._since = None
        return gone

    def room(self, room: int, now: float) -> int:
        """Return how many requests may be begun: ``room``, or while the network is lost one in every while."""
        if self._since is None or room <= 0:
            return room
        if now < self._next_try:
            return 0
        self._next_try = now + self.every
        return 1
