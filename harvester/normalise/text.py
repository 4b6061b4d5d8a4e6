"""Running text in one place: what a caller needs for titles, abstracts, keywords and other plain text."""

from harvester.normalise.abstracts import abstract
from harvester.normalise.keywords import keyword, keyword_list, keywords
from harvester.normalise.markup import lines, plain, repaired
from harvester.normalise.titles import title

__all__ = ["abstract", "keyword", "keyword_list", "keywords", "lines", "plain", "repaired", "title"]
