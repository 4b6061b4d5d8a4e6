"""The commands, a module each, found by being there: ``new_site.py`` holds ``harvester new-site`` as ``command``.

A module imports what it needs inside of its command, as only one of them runs.
"""
