"""Sources that list: sitemaps, feeds, tables of contents, tables of addresses, registries' lists of DOIs, OAI-PMH.

How a list fits the frontier
----------------------------
A list is a target like a page: one row of ``target``, with a ``kind``, claimed by lease, asked for by the same
downloader, so that robots.txt, delays, Retry-After, the address guard and the user agent hold for it without a line of
code. It ends in a visit like a page, and what it names are targets (or, of OAI-PMH, records) of the same run. There is
no other place in which a list or its entries live, so whoever resumes a run resumes its lists.

- *Nothing is lost.* The addresses of a list are written before the list's own target ends, in transactions of a few
  thousand. Whoever is killed in between leaves the target leased; it is read again, and the unique key of a target
  makes the second reading cost nothing. Where records come with the list (OAI-PMH), the records of one answer, the
  tombstones and the place at which the list goes on are one transaction: the answer has been stored and the next one
  is asked for, or neither.
- *A list of many parts is one target.* What continues by a token (OAI-PMH) or a cursor (registries) has its place in
  the table ``listing``; each part ends by making the same row ready again (`harvester.database.targets.go_on`). So a
  list of 10,000 parts does not fill the frontier with itself, is leased by one process at a time, as tokens want it,
  and is one line in the report. The cursor from which the *next* harvest asks is written by the transaction that ends
  the last part, and by no other. Lists that consist of addresses of further lists (a sitemap index, the pages of a
  table of contents) are targets each.
- *Memory is flat.* An answer that may be large (sitemaps, feeds, tables) goes to a temporary file as it arrives
  (`harvester.middlewares.spool`), and is unpacked, decoded, cut into entries and written in one pass, of which no more
  than one block is in memory. Entries wait in the database, not in the process.
- *Pages need not wait for lists.* The entries of a list can be claimed as soon as their part of it is written, while
  the rest is read. Where a host has lists and pages to be asked for, they take turns (`harvester.database.turns`), so
  neither a million pages stand before the second sitemap, nor twenty sitemaps before the first page.

What is read from the network is nobody's promise: addresses in lists are http or https only, never files; XML is read
without DTD, entities and network; what is too long, nested too deep or packed too often is given up with a reason.
"""
