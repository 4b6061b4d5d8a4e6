"""Harvest bibliographic metadata from scholarly pages into a clean database."""
