"""Politeness and safety at the border to Scrapy's downloader."""
