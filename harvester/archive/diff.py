"""What other readers would change: counts by field, with examples, for people and as JSON."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from harvester.items import PageKind, Work

_NO_PLURAL = frozenset({"doi", "issn", "isbn", "pmid", "pmcid", "related", "authors"})
_LONGEST = 160  # characters of a value that are shown


@dataclass(slots=True, frozen=True)
class Example:
    """One value before and after."""

    url: str
    before: Any
    after: Any


@dataclass(slots=True)
class Change:
    """What happened to one field, or to one pair of verdicts."""

    gained: int = 0
    lost: int = 0
    changed: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class Diff:
    """What reading archived pages anew gives, against what is known of them. Its size does not grow with the pages."""

    most_examples: int = 5
    """Examples kept for each field and for each pair of verdicts."""
    pages: int = 0
    differing: int = 0
    """Pages of which the work, or whether there is one, is not what is known."""
    new_works: int = 0
    """Pages that give a work and were known to give none."""
    lost_works: int = 0
    """Pages that were known to give a work and give none."""
    fields: dict[str, Change] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], Change] = field(default_factory=dict)
    """Changed verdicts, by the kind before and after; only archives of our own say the kind before."""
    failed: int = 0
    """Pages that a reader crashed on."""
    failures: list[tuple[str, str]] = field(default_factory=list)
    """Address and error of the first of them."""

    def compare(self, url: str, before: Work | None, after: Work | None) -> bool:
        """Count what differs between two readings of a page, and return True if anything does."""
        if before is None or after is None:
            self.new_works += before is None and after is not None
            self.lost_works += before is not None and after is None
            differs = before is not after
        else:
            old, new = before.to_dict(), after.to_dict()
            differing = [name for name in new if (old.get(name) or None) != (new[name] or None)]
            for name in differing:
                self._count(name, Example(url, old.get(name), new[name]))
            differs = bool(differing)
        self.differing += differs
        return differs

    def judged(self, url: str, before: PageKind, after: PageKind, reason: str) -> None:
        """Count a verdict that is not what it was."""
        change = self.verdicts.setdefault((before, after), Change())
        change.changed += 1
        self._keep(change, Example(url, str(before), f"{after}: {reason}"))

    def fail(self, url: str, error: BaseException) -> None:
        """Count a page that a reader crashed on."""
        self.failed += 1
        if len(self.failures) < self.most_examples:
            self.failures.append((url, f"{type(error).__name__}: {error}"))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "pages": self.pages,
            "differing": self.differing,
            "new_works": self.new_works,
            "lost_works": self.lost_works,
            "failed": self.failed,
            "failures": [{"url": url, "error": error} for url, error in self.failures],
            "fields": {name: _plain(change) for name, change in sorted(self.fields.items())},
            "verdicts": [
                {"before": before, "after": after, "pages": change.changed, "examples": _plain(change)["examples"]}
                for (before, after), change in self._verdicts()
            ],
        }

    def _count(self, name: str, example: Example) -> None:
        change = self.fields.setdefault(name, Change())
        if not example.before:
            change.gained += 1
        elif not example.after:
            change.lost += 1
        else:
            change.changed += 1
        self._keep(change, example)

    def _keep(self, change: Change, example: Example) -> None:
        """Keep an example; one that shows a loss takes the place of another, for losses are what people look for."""
        if len(change.examples) < self.most_examples:
            change.examples.append(example)
        elif example.before and not example.after:
            tame = [at for at, kept in enumerate(change.examples) if not kept.before]
            if len(tame) > 1:
                change.examples[tame[-1]] = example

    def _verdicts(self) -> list[tuple[tuple[str, str], Change]]:
        return sorted(self.verdicts.items(), key=lambda pair: (-pair[1].changed, pair[0]))


def render(diff: Diff) -> str:
    """Return the diff for people: one line of counts, then the fields with examples, then the verdicts."""
    lines = [f"{diff.pages} pages read, {diff.differing} differ: {summary(diff)}"]
    for name, change in sorted(diff.fields.items(), key=lambda pair: (-_size(pair[1]), pair[0])):
        lines.append(f"{name}: {_counts(change)}")
        for example in change.examples:
            lines += [f"  {example.url}", f"    - {_shown(example.before)}", f"    + {_shown(example.after)}"]
    for (before, after), change in diff._verdicts():
        lines.append(f"{before} -> {after}: {change.changed} pages")
        lines += [f"  {example.url} ({_shown(example.after)})" for example in change.examples]
    if diff.failed:
        lines.append(f"reader failed: {diff.failed} pages")
        lines += [f"  {url} ({error})" for url, error in diff.failures]
    return "\n".join(lines)


def summary(diff: Diff) -> str:
    """Return the counts in one line: ``+312 abstracts, -4 authors, 17 changed titles``."""
    whole = [(diff.new_works, "+{} works"), (diff.lost_works, "-{} works")]
    parts = [words.format(count) for count, words in whole if count]
    counted: Counter[str] = Counter()
    for name, change in diff.fields.items():
        plural = _plural(name)
        counted[f"+{change.gained} {plural}"] = change.gained
        counted[f"-{change.lost} {plural}"] = change.lost
        counted[f"{change.changed} changed {plural}"] = change.changed
    parts += [words for words, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])) if count]
    verdicts = sum(change.changed for change in diff.verdicts.values())
    parts += [f"{verdicts} changed verdicts"] if verdicts else []
    return ", ".join(parts) or "nothing changed"


def _counts(change: Change) -> str:
    counts = ((change.gained, "+{}"), (change.lost, "-{}"), (change.changed, "{} changed"))
    return ", ".join(words.format(count) for count, words in counts if count)


def _size(change: Change) -> int:
    return change.gained + change.lost + change.changed


def _plural(name: str) -> str:
    words = name.replace("_", " ")
    if name in _NO_PLURAL or words.endswith("s"):
        return words
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def _shown(value: Any) -> str:
    text = "nothing" if not value else value if isinstance(value, str) else _compact(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _compact(value: Any) -> str:
    """Return a value without the empty members that most items have."""
    if isinstance(value, list):
        return "; ".join(map(_compact, value))
    if isinstance(value, dict):
        return " ".join(f"{name}={_compact(each)}" for name, each in value.items() if each)
    return str(value)


def _plain(change: Change) -> dict[str, Any]:
    return {
        "gained": change.gained,
        "lost": change.lost,
        "changed": change.changed,
        "examples": [{"url": each.url, "before": each.before, "after": each.after} for each in change.examples],
    }
