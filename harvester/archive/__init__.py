"""Pages are kept: raw responses in WARC files (ISO 28500:2017, WARC 1.1), and what reads them again.

`writer` appends, `repair` mends what a crash tore, `reader` reads any WARC, `replay` runs the present readers over
archived pages, and `responses` is the border to Scrapy.
"""
