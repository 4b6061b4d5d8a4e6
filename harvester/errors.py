"""Every error this project raises on purpose, and who is expected to act on it.

HarvesterError
├── UsageError       the person running the command: an argument, option or input is unusable
├── DatabaseError    the person who runs the database: it is behind, ahead or not reachable
├── ArchiveError     the person who runs the disk: the archive of pages cannot be written or read
├── ExportError      the person who runs the disk: an exported file cannot be written
├── HookError        the person who configured a hook: whom alarms are told to cannot be reached
├── SiteError        the author of a module in harvester/sites: the module is mistaken
└── PageError        nobody, it is counted: this page, or a block of it, cannot be read
"""


class HarvesterError(Exception):
    """Base of all; the command line prints it as one line and ends with status 1."""


class UsageError(HarvesterError):
    """An argument, an option or an input file is unusable; ends with status 2."""


class DatabaseError(HarvesterError):
    """The database is not reachable, or its schema is older or newer than this program's."""


class ArchiveError(HarvesterError):
    """The archive of pages cannot be written (disk full, no permission), or is not where it should be."""


class ExportError(HarvesterError):
    """An exported file cannot be written: disk full, no permission, no such folder."""


class HookError(HarvesterError):
    """An alarm cannot be told to a command, a mail server or a web address; logged, and the run goes on."""


class SiteError(HarvesterError):
    """A module in ``harvester/sites`` is mistaken; the message says what to change."""


class PageError(HarvesterError):
    """A page, or one block of it, cannot be read; the rest of the page still counts."""
