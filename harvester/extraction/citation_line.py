"""Citation lines: one line that names journal, year, volume, issue and pages of the work that a page is about.

Every pattern must match the whole line, so that prose which merely mentions a volume is no citation. The shapes
are those of journals' article pages, of catalogues and of reference styles (Vancouver, Chicago, GB/T 7714).
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from harvester.normalise.characters import lowered


class CitationLine(NamedTuple):
    """What a citation line says; raw, None where it is silent."""

    container_title: str | None = None
    published: str | None = None
    volume: str | None = None
    issue: str | None = None
    first_page: str | None = None
    last_page: str | None = None


# All patterns of numbers are asked of small letters: without regard to case they take two or three times as long.
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|fall|winter"
    # Spanish and Portuguese, French, German, Russian; what the words mean is the normaliser's business.
    r"|ene(?:ro)?|febrero|marzo|abr(?:il)?|mayo|junio|julio|ago(?:sto)?|sept?iembre|oct(?:ubre)|noviembre|dic(?:iembre)?"
    r"|janeiro|fev(?:ereiro)?|março|maio|junho|julho|set(?:embro)?|out(?:ubro)?|novembro|dez(?:embro)?"
    r"|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|printemps|été|automne|hiver"
    r"|januar|februar|märz|juni|juli|oktober|dezember|sommer|herbst"
    r"|январ[ья]|феврал[ья]|март|апрел[ья]|ма[йя]|июн[ья]|июл[ья]|август|сентябр[ья]|октябр[ья]|ноябр[ья]|декабр[ья])\.?"
)
_YEAR = r"(?P<year>(?:1[6-9]|20)[0-9]{2})"
_DATE = (
    # The day stands on one side only: 1-12 January 3, 2008.
    r"(?P<date>(?:(?:[0-9]{1,2} (?![^\W\d_]+ [0-9]{1,2},))?"
    rf"{MONTH}(?: ?[-/] ?{MONTH})?,? ?(?:[0-9]{{1,2}}, ?)?)?{_YEAR})"
)
_CONTAINER = r"(?P<container>[^\W\d_].{1,150}?)"
# A letter behind figures and a Roman number end where the word ends: "Volcanology" has no volume "c".
_VOLUME = r"(?P<volume>[a-z]?[0-9]{1,5}(?:[a-z](?![a-z]))?|[ivxlc]{1,8}(?![^\W_]))"
_ISSUE = (
    r"(?P<issue>(?:database|web server|special) issue"
    r"|(?:(?:sup(?:pl?)?|pt|s(?=[0-9]))\.? ?)?[0-9]{1,5}[a-z]?(?:(?:[-/&n]| & | and )[0-9]{1,5})?"
    r"(?: ?suppl?\.? ?[0-9]*)?)"
)
_PAGE = r"[a-z]{0,2}[0-9]{1,9}(?:[a-z](?![a-z]))?|[ivxlc]{1,8}(?![^\W_])"
_PAGES = rf"(?P<first>{_PAGE})(?: ?(?:-| à | a | bis ) ?(?P<last>{_PAGE}))?"
_RANGE = rf"(?P<first>{_PAGE}) ?- ?(?P<last>{_PAGE})"
_MARKED_PAGES = rf"(?:pp?\.? ?|pages? |s\. ?|seiten |[сc]\. ?)?{_PAGES}"
_SHORT_CONTAINER = r"(?:(?P<container>[^\W\d_].{0,60}?)[,，/]? ?)?"
# What could be a year is none: "53 (2010)".
_NOT_A_YEAR = r"\((?!(?:1[6-9]|20)[0-9]{2}\))"
_BRACKETED_ISSUE = rf"{_NOT_A_YEAR}{_ISSUE}\)"

# A word in front of the number says what the number is: each part is taken out wherever it stands.
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![^\W\d_])(?:pages?|pp?\.?|p[áa]ginas?|p[áa]gs?\.?|seiten?|s\.|strony|str\.|article (?:id|no\.?)"
        rf"|страницы|стр\.|с\.)(?: ?:)? ?{_PAGES}",
        r"(?:(?<![^\W\d_])(?:volume[ns]?|vol\.?|v\.|band|bd\.|jg\.|jahrgang|tom[eo]?|t\.|ro[cč]\.|ročník|årg\.|том|т\.|cilt)"
        rf"|(?<![^\W_])v(?=[0-9]))(?: ?:)? ?{_VOLUME}(?:(?: ?,)? ?{_BRACKETED_ISSUE})?(?![0-9])",
        r"(?:(?<![^\W\d_])(?:numbers?|issues?|iss\.?|nos?\.?|n[°º.]|nr\.?|num[ée]ro|numer|n[úu]m(?:ero|\.)|heft|h\.|č\.|číslo"
        r"|выпуск|вып\.|номер"
        rf"|sayı)|(?<![^\W_])n(?=[0-9]))(?: ?:)? ?\(?{_ISSUE}\)?(?![0-9])(?: {_NOT_A_YEAR}[0-9]{{1,4}}\))?",
    )
)
_NAMED_DATE = re.compile(rf"\(?(?<![0-9]){_DATE}(?![0-9])\)?")
_NAMED_DAY = re.compile(r"(?<![0-9])(?P<date>[0-3]?[0-9]\.[01]?[0-9]\.(?:1[6-9]|20)[0-9]{2})(?![0-9])")
_DATED_CONTAINER = re.compile(rf",? (?P<date>[0-9]{{1,2}} {MONTH} (?:1[6-9]|20)[0-9]{{2}})[\s|,-]*$", re.IGNORECASE)
_VOLUME_BEHIND = re.compile(r"(.+?),? ([IVXLC]{1,8}|(?!(?:1[6-9]|20)[0-9]{2}$)[0-9]{1,4})")
_LOCATED = re.compile(" [0-9]{1,4}:[0-9]{1,4}$")
_TAKEN = "\x01"
_REST = re.compile(
    rf"(?:{_CONTAINER}(?:,? (?P<volume>(?!(?:1[6-9]|20)[0-9]{{2}}\b)[0-9]{{1,5}})(?: ?{_BRACKETED_ISSUE})?)?)?"
    r"[\s,;:.|()/\x01-]*(?P<range>(?<![0-9])[0-9]{1,6} ?- ?[0-9]{1,6})?[\s,;:.|()/\x01-]*"
    # SciELO's journals have the place in front of the date: vol.12 no.3 São Paulo July 1998
    r"(?:(?<=\x01 )(?P<place>(?:[^\W\d_]+[ .]){1,4})(?=\x01)[\s,;:.|()/\x01-]*)?"
)

# No such words: the order and the punctuation say what a number is. In front of each pattern the characters without
# which it need not be tried.
_PATTERNS = tuple(
    (frozenset(needed), re.compile(pattern))
    for needed, pattern in (
        # 2023. Acta Linguistica Academica 70: 195-218
        ("", rf"{_YEAR}\.? {_CONTAINER},? {_VOLUME} ?(?:\({_ISSUE}\))? ?[:,] ?{_MARKED_PAGES}"),
        # Acta Palaeontologica Polonica 68 (4), 2023: 709-718
        ("(", rf"{_CONTAINER},? {_VOLUME} ?\({_ISSUE}\),? {_YEAR} ?[:,] ?{_MARKED_PAGES}"),
        # Acta Palaeontologica Polonica 68, 2023 (4): 709-718
        ("(,", rf"{_CONTAINER},? {_VOLUME}, ?{_YEAR} ?\({_ISSUE}\) ?[:,] ?{_MARKED_PAGES}"),
        # Ent. News 25: 227-229 (1914)
        ("(", rf"{_CONTAINER},? {_VOLUME} ?(?:\({_ISSUE}\))? ?[:,] ?{_MARKED_PAGES},? \({_DATE}\)"),
        # Матем. вещи. - 2008. - Т. 15, № 3. - С. 381-385 (GOST R 7.0.5)
        (
            "-.",
            rf"{_CONTAINER}\.? - {_YEAR}\.?(?: - (?:т|том|vol|v|bd)\.? ?{_VOLUME})?"
            rf"(?:(?:,|\.? -) (?:№|вып\.|вип\.|no\.|iss\.|n\.) ?{_ISSUE})?(?:\.? - [сcpps]{{1,2}}\. ?{_PAGES})?",
        ),
        # Zeitschrift für Dinge 61 (2015) 4, S. 512-531
        # Zeitschrift für Dinge. - 12(2008), 3, S. 1-12; Zeitschrift für Dinge 12.2008,3, S. 1-12
        ("(,", rf"{_CONTAINER}(?:,|\.? -)? {_VOLUME} ?\({_DATE}\)(?: |, ?)?{_ISSUE}, ?{_MARKED_PAGES}"),
        (".,", rf"{_CONTAINER},? {_VOLUME}\.{_YEAR}, ?{_ISSUE}, ?{_MARKED_PAGES}"),
        # Journal of Things (2008), 18:3:293-311
        ("(:", rf"{_CONTAINER},? \({_DATE}\)[,:]? {_VOLUME}:{_ISSUE}:{_PAGES}"),
        # Journal of Things (2009) 12(3) 1-10; Journal of Things, 2009, 12(3): 1-10
        ("(", rf"{_CONTAINER},? \({_DATE}\)[.,:]? {_VOLUME} ?(?:\({_ISSUE}\))?(?: ?[:,] ?| ){_MARKED_PAGES}"),
        (",", rf"{_CONTAINER},? {_DATE}, ?{_VOLUME} ?(?:\({_ISSUE}\))? ?[:,] ?{_MARKED_PAGES}"),
        # J Things. 2009 Mar 3;12(3):1-10
        (
            ";",
            rf"{_CONTAINER}\.? (?P<date>{_YEAR} ?(?:\(?{MONTH}(?:-{MONTH})? ?[0-9]{{0,2}}\)?)?);"
            rf" ?{_VOLUME} ?(?:\({_ISSUE}\))?(?: ?: ?{_MARKED_PAGES})?",
        ),
        # Revue des choses 41, 3 (2007) 289-315
        ("(,", rf"{_CONTAINER},? {_VOLUME}, ?{_ISSUE} ?\({_DATE}\) ?[:,]? ?{_MARKED_PAGES}"),
        # Journal of Things 53 (2010) 1-10; Journal of Things, 53 (2010), 1-10
        ("(", rf"{_CONTAINER},? {_VOLUME} ?\({_DATE}\) ?[:,]? ?{_MARKED_PAGES}"),
        # Journal of Things, 53, 1-10, 2010; Journal of Things 53:1-10, 2010
        (",", rf"{_CONTAINER},? {_VOLUME}[,:] ?{_MARKED_PAGES}, ?{_YEAR}"),
        # Proc. Natl. Acad. Things USA 2008 105:1-6; J. Things Sci., 12: 1-12
        (":-", rf"(?P<container>[^\W\d_][^\d]{{1,100}}?) {_YEAR} {_VOLUME}: ?{_RANGE}"),
        (".:-", rf"{_CONTAINER}\.,? {_VOLUME}: ?{_RANGE}"),
        # Annals of Things 19(2), 1-3, 2000-12
        (",-", rf"{_CONTAINER},? {_VOLUME} ?(?:{_BRACKETED_ISSUE})?, ?{_RANGE}, (?P<date>{_YEAR}-[01][0-9])"),
        # Acta Botánica Mexicana 2011, (94); Revista de Cosas, 2005, 53 (1-2)
        ("(,", rf"{_CONTAINER},? {_YEAR}, (?:{_VOLUME} ?)?{_BRACKETED_ISSUE}"),
        # Chem. Things, 2008, 1123-1125
        (".,-", rf"{_CONTAINER}\., {_YEAR}, ?{_RANGE}"),
        # J. Things 2010, 12, 3, 1-10; Journal of Things, 58, 1, 313-351
        (",", rf"{_CONTAINER} {_YEAR}, {_VOLUME}, {_ISSUE}, {_PAGES}"),
        (",", rf"{_CONTAINER}, {_VOLUME}, {_ISSUE}, {_PAGES}"),
        # Матем. вещи, 77:5 (2005), 656-664
        ("(:", rf"{_CONTAINER},? {_VOLUME}:{_ISSUE} \({_DATE}\) ?[:,]? ?{_MARKED_PAGES}"),
        # Journal of Things 12.3 (2010): 1-10
        (".(", rf"{_CONTAINER},? {_VOLUME}\.{_ISSUE} \({_DATE}\) ?: ?{_MARKED_PAGES}"),
        # Phys. Things 12, 041027 - Published 1 January 2022
        (",-", rf"{_CONTAINER},? {_VOLUME}, {_PAGES} - published:? {_DATE}"),
        # 2010 J. Things: Math. Gen. 43 123456; A C Doe and R Roe 2010 J. Things 43 123456
        (
            ".",
            rf"(?:[^\W\d_][^\d.]{{2,80}} )?{_YEAR} (?=[^\d]*\.)(?P<container>[^\W\d_][^\d]{{1,100}}?)"
            rf" {_VOLUME} {_PAGES}",
        ),
        # March 12, 2010 107 (11) 1-10
        ("(", rf"{_DATE},? {_VOLUME} {_BRACKETED_ISSUE} {_PAGES}"),
        # Journal of Things, 52(4):789-96, 2009; 52(4):789-96
        ("(", rf"(?:{_CONTAINER},? )?{_VOLUME} ?{_BRACKETED_ISSUE} ?[:,] ?{_MARKED_PAGES}(?:[,;] ?{_DATE})?"),
        # 云南植物研究 1999年21卷01期 11-24页; 1987年12期; 2020年第37卷第2期
        (
            "期",
            rf"(?:(?P<container>[^\W\d_].{{0,60}}?)[,，]? ?)?{_YEAR} ?年?[,，]? ?"
            rf"(?:第? ?{_VOLUME} ?卷)?[,，]? ?第? ?{_ISSUE} ?期"
            rf"[,，:：]? ?(?:第? ?{_MARKED_PAGES}(?: ?页)?(?:,? ?共 ?[0-9]+ ?页)?)?",
        ),
        # 지의류학회지 1998년 12권 3호 45-67; 지의류학회지 제12권 제3호 (1998) pp.45-67
        (
            "호",
            rf"(?:(?P<container>[^\W\d_].{{0,60}}?)[,，]? ?)?{_YEAR} ?년?[,，]? ?(?:제? ?{_VOLUME} ?권)?[,，]? ?제? ?"
            rf"{_ISSUE} ?호[,，:：]? ?(?:{_MARKED_PAGES}(?: ?쪽)?)?",
        ),
        (
            "권호",
            rf"(?:(?P<container>[^\W\d_].{{0,60}}?)[,，]? ?)?제? ?{_VOLUME} ?권[,，]? ?제? ?{_ISSUE} ?호[,，]? ?"
            rf"(?:\(?{_YEAR}(?:[년.][^()]{{0,8}})?\)?)?[,，]? ?(?:{_MARKED_PAGES}(?: ?쪽)?)?",
        ),
        # 例学会誌 2008 年 12 巻 3 号 p. 1-12; 例学会誌 12巻 3号 2008 pp.1-12; 12 巻 (2008) 3 号 p. 1-12
        (
            "巻号",
            rf"{_SHORT_CONTAINER}{_YEAR} ?年?[,，]? ?{_VOLUME} ?巻[,，]? ?{_ISSUE} ?号[,，]? ?(?:{_MARKED_PAGES})?",
        ),
        (
            "巻号",
            rf"{_SHORT_CONTAINER}第? ?{_VOLUME} ?巻[,，]? ?第? ?{_ISSUE} ?号[,，]? ?\(?{_YEAR} ?年?\)?[,，]? ?"
            rf"(?:{_MARKED_PAGES})?",
        ),
        ("巻号(", rf"{_SHORT_CONTAINER}{_VOLUME} ?巻 ?\({_YEAR}\) ?{_ISSUE} ?号[,，]? ?(?:{_MARKED_PAGES})?"),
        # 《圖書資訊例刊》 15卷2期 (2021/06) Pp. 1-24
        (
            "卷期(",
            rf"(?:《?(?P<container>[^\W\d_][^《》]{{0,60}}?)》?[,，]? ?)?{_VOLUME} ?卷 ?第? ?{_ISSUE} ?期 ?"
            rf"\({_YEAR}[/.年-]?[0-9]{{0,2}}月?\)[,，]? ?{_MARKED_PAGES}",
        ),
        # 中医杂志, 2020, 37(2): 11-24
        (
            "(",
            rf"(?:(?P<container>[^\W\d_].{{0,60}}?)[,.] ?)?{_YEAR}[,，]? ?"
            rf"{_VOLUME}? ?\({_ISSUE}\) ?[:：] ?{_MARKED_PAGES}",
        ),
    )
)

# 《中医杂志》 CSCD 北大核心 2020年第2期11-24,共14页 Journal of Examples
_INDEXES = (
    "CSSCI|CSCD|SCIE?|SSCI|EI|CAS|JST|AMI|PKU|ISTIC|(?:北大|中文|科技)?核心(?:期刊)?|统计源(?:期刊)?|扩展版?|来源版?"
)
_INDEXED = re.compile(rf"(?<=》)(?: ?(?:{_INDEXES}))+(?= ?[12][0-9]{{3}})")
_BEHIND_PAGES = re.compile("(?<=页) [A-Z][A-Za-z &:,.'-]+$")
_TAIL_WORDS = (
    "http", "doi", "issn", "epub", "online", "page", ").", "].", " tab", " ilus", " graf", "удк", "key:", " poz",
)  # fmt: skip
"""A line without any of them, and without a bracket at its end, has no tail; as it, asked of small letters."""
_TAIL = re.compile(
    # Nothing of it begins inside of a word: that is told in a fraction of the time.
    r"(?:(?=[(\[,.;| ])|(?<![^\W_]))[,.;|]?\s*(?:(?<=[0-9])\([0-9]{1,3}\)$|\((?:online|https?:)[^)]*\)|doi:?\s*10\.\S+|(?:doi:?\s*)?https?://\S+|[\[(]?epub[^\])]*[\])]?"
    r"|\([^()]{0,24} [0-9]{1,4} pages?\)"
    r"|[\[(]?[0-9]{1,4} pages?[)\]]?|\([^()0-9]{2,40}\)|e?issn:? [0-9x-]{9}|available online.{0,20}"
    r"|\( ?[0-9]{1,2} [^\W\d_]{3,10} ?\)|\([a-z]{2,5} [a-z]{1,10}[0-9]{1,8}\)|key: ?\S+|удк:? ?[0-9. ]+"
    # What LILACS counts besides the pages: tables, figures, maps.
    r"|(?:[.,] ?(?:tab|ilus|graf|mapas?))+"
    # What Polish catalogues count: tables, figures, the entries of the bibliography.
    r"|(?:[.,] ?(?:tabl|rys|wykr|il|fot|map|bibliogr)\b\.?(?: ?[0-9]{1,3} poz)?)+"
    r"|(?:first )?published online.{0,50}|\([0-9]{1,4} ?pp\)|\(doi:? ?10\.[^()]{3,60}\)"
    r")[\s.|-]*$",
)
_HISTORY_WORDS = ("published", "received", "accepted", "©", "www.", " press", "p, ", " chart", " graph")
"""A line without any of them has none of what `_HISTORY` looks for."""
_HISTORY = re.compile(
    r"(?:[|;.,] ?(?:(?:first )?published|received|accepted|revised)(?: online)?\b[^|;]{0,40}"
    r"|\((?:first )?published [^()]{3,60}\)|(?:copyright ?)?©.{0,60}|www\.\S+|(?: cambridge| oxford)? university press"
    # What EBSCO counts besides pages.
    r"|(?:, ?[0-9]{1,3}(?:p| [a-z ]{0,20}(?:charts?|graphs?|diagrams?|illustrations?|photographs?|maps?))){1,6}"
    r")[\s.|-]*$",
)
_TAILS = ((_TAIL, _TAIL_WORDS), (_HISTORY, _HISTORY_WORDS))
_LONGEST_DATE = 50
"""Characters of a date that stand in front of the end of its year."""
_ANY_YEAR = re.compile("(?:1[6-9]|20)[0-9]{2}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−－", "-"))
# Spans without white space between them: "Computers and MaterialsVolume 62".
_ARTICLE = re.compile(r"(?:^|(?<=[,;.] ))article(?: number| id)?[ :]+(?=e?[0-9])", re.IGNORECASE)
"""``Article 34``, with which words go that name a number."""
_ARTICLE_WITH_PAGES = re.compile(r",? article no\.?:? [0-9]{1,6}(?=[,;]? (?:pages?|pp?\.?):? ?[0-9])", re.IGNORECASE)
_COUNTED = re.compile(", [0-9]{1,4} pages(?=, [12][0-9]{3})")
_GLUED = re.compile(
    "(?=[A-Z])(?:(?<=[a-zA-Z0-9])(?=(?:Volume|Vol|Issue|Number|Pages)[ .]*[0-9])"
    "|(?<=[a-zA-Z0-9)])(?=(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    " [12][0-9]{3}))"
)
_ISSN = re.compile(r"(?:^|,? )e?-?ISSN(?:-[eL])?:? [0-9]{4}-[0-9]{3}[0-9X](?=[,;. ])", re.IGNORECASE)
_DEDICATED = re.compile(r" \((?:ejemplar dedicado a|special issue|numéro spécial|themenheft)\b[^()]*\)", re.IGNORECASE)
_TITLED_ISSUE = re.compile(r"((?:vol|v)[a-z]*\.? ?[0-9]{1,4}\b.{0,40}\([12][0-9]{3}\)): [^0-9]{2,100}", re.IGNORECASE)
"""An issue that has a title of its own: ``Vol. 12 No. 3 (2010): June``."""
_PREFIX = re.compile(
    r"(?:published in|publication|source|in|dans)\s*:\s*|published in\s+(?=[^\W\d_])|[0-9]{1,3}: (?=[^\W\d_])",
    re.IGNORECASE,
)
_STEP = re.compile(" [>»›] ")
_YEAR_IN_RUSSIAN = re.compile(r"((?:1[6-9]|20)[0-9]{2}) ?г(?:\.|ода?\b)")
_GENRE = re.compile(r"^[\s.,:]*\[[A-Z]{1,2}(?:/OL)?\][\s.,:]*")
_NOTES = re.compile(r"\.? - (?:бібліогр|библиогр|bibliogr|рез|рис)\b.*$", re.IGNORECASE)
# Title / J. Doe, R. Roe // Journal (GOST R 7.0.5)
_RESPONSIBLE = re.compile(r"^\s*/[^/]{2,200}//\s*")
_URL_GLUED = re.compile("(?<=[0-9])(?=https?://)")
_FIGURES = re.compile(
    r"[0-9期卷](?:(?<=[期卷])|, \([0-9]| ?[권호巻号]|\s?(?:\(|[:;]\s?[A-Za-z]?[0-9])"
    r"|, [A-Za-z]?[0-9]+(?:[-–—, ]+[0-9(P])"
    r"|\.[0-9]+ \(|\.[12][0-9]{3},"
    r"|\) [0-9]+ [A-Za-z]?[0-9])"
)
_WORDS = frozenset(
    (
        "vol volume volumes volumen iss issue issues no nos number numbers núm número n° nº № p pp page pages pág págs"
        " página páginas bd band heft seite seiten sayı cilt tome tomo т том вып выпуск вип номер страницы Т Том ТОМ"
        " Вып ВЫП Выпуск Вип Номер Страницы jg jahrgang nr roč ročník č číslo årg rocznik numer strony n v j"
    )
    .encode()
    .split()
)
"""One of them stands in any citation line that has no figures around brackets and colons, capitals in ASCII apart."""
_LETTERS = frozenset((b"n", b"v", b"j"))
"""Those of the words that are initials as well: they count in front of a number, and ``J.`` of a name."""
_LETTER_OF_SOURCE = re.compile(r"(?<!\w)(?:[vn]\.? ?[0-9]|j\. )")
_WORDS_ONLY = bytes(
    each + 32 if 65 <= each <= 90 else each if 97 <= each <= 122 or each >= 128 else 32 for each in range(256)
)
"""Makes blanks of everything in ASCII but letters, and these small."""
_NUMBER = re.compile("[0-9]")
_NUMBERS = re.compile("[0-9]+")
_ENOUGH = re.compile(r"[;年期卷권]|[0-9] ?: ?[0-9]|[0-9]{4}, \(")
"""What lets fewer numbers than three be a citation."""
_FEWEST_NUMBERS = 3
# Cairn: the third issue of the year, which is the twelfth of all
_NUMBERED_OF_YEAR = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})/([0-9]{1,2}) ?[-(] ?(?:n[°º]|vol(?:ume)?\.?|no\.?|tome) ?([0-9]{1,4})\)?",
    re.IGNORECASE,
)
# DergiPark repeats the year behind the pages, in a whole date.
_NUMBERS_OF_YEARS = ("(n", "(vol", "(tome", "- n", "- vol")
_WORDS_OF_YEARS = ("year", "yıl", "rocznik", "ann", "año", ", a. ")
_WORD_OF_YEAR = re.compile(
    r"(?<![^\W_])(?:year(?: of publication)?|rocznik|année|anno|año) ?:? ?(?=[12][0-9]{3}(?![0-9]))", re.IGNORECASE
)
# Journals of the Romance languages count their years as others count volumes.
_YEAR_OF_JOURNAL = re.compile(
    r"(?<![^\W_])(?:([0-9]{1,3})(?:e|è|ème) année|(?:année|anno|año|(?<=, )a\.) ([0-9]{1,3}|[IVXLC]+))(?![^\W_])",
    re.IGNORECASE,
)
_FASCICLE = re.compile(r"(?<![^\W_])(?:fasc(?:[íi]culo|icolo|icule|\.)?|livraison) ?(?=[0-9])", re.IGNORECASE)
_YEAR_IN_FRONT = re.compile(r"^(?:year|yıl) ?[12][0-9]{3}, (?=.*[0-9]{2}\.[0-9]{2}\.[12][0-9]{3}$)", re.IGNORECASE)
_DAY_IN_BRACKETS = re.compile(r"\(([A-Z][a-z]+ [0-9]{1,2})\), (?=(?:19|20)[0-9]{2})")
_YEAR_BEHIND = re.compile(r"(.+?),? \(?((?:1[6-9]|20)[0-9]{2})\)?")
_AS_YEAR = re.compile("(?:19|20)[0-9]{2}")
_SQUARE_YEAR = re.compile(r"(?<=[0-9] )\[((?:1[6-9]|20)[0-9]{2})\]$")
_BRACKETED_YEAR = re.compile(r"\(((?:1[6-9]|20)[0-9]{2})[a-z]?\)")
_HOW_TO_CITE = re.compile(r"(?:how to )?cit(?:e|ation)[^:]{0,30}:\s*", re.IGNORECASE)
_NO_CONTAINER = re.compile(
    r"\((?:1[6-9]|20)[0-9]{2}[a-z]?\)|\bet al\b|[?!]|\. [^ ]+ [^ ]+ [^ ]+ [^ ]+ |\b(?:see|read|home|cited|figure|fig)\b"
    r"|^(?:published|first|current|this|received|accepted|available|online|search|issue|version|article|figure|table"
    r"|chapter|part|section|total|views?|downloads?|phone)\b",
    re.IGNORECASE,
)
_NAMED_BEHIND = frozenset("권巻")
"""Counters of Korean and Japanese, which stand behind the numbers of volumes."""
LONGEST = 260
"""Characters of the longest citation line that has no title in it."""


@lru_cache(maxsize=64)
def parse(line: str) -> CitationLine | None:
    """Return what a citation line says; None for a line that is no citation.

    >>> parse("2023. Acta Linguistica Academica 70: 195–218")[:3]
    ('Acta Linguistica Academica', '2023', '70')
    >>> parse("Volume 25, Number 10 - 5 October 2020")[:4]
    (None, '5 October 2020', '25', '10')
    >>> parse("云南植物研究 1999年21卷01期 11-24页")[3:]
    ('01', '11', '24')
    >>> parse("We read Volume 25 in 2020.")
    """
    if len(line) > LONGEST:
        return None
    text = _bare(line)
    # Cheap looks first: most lines with numbers are no citations, and the patterns are many.
    if len(text) < 6 or not _NUMBER.search(text):
        return None
    small = lowered(text)
    if _NAMED_BEHIND.isdisjoint(text) and _has_word(text) and (named := _named(text, small)) is not None:
        return named
    if len(_NUMBERS.findall(text)) < _FEWEST_NUMBERS and not _ENOUGH.search(text):
        return None
    characters = set(text)
    for needed, pattern in _PATTERNS:
        match = pattern.fullmatch(small) if needed <= characters else None
        if match and not (parts := _parts(match, text)).get("container", "").endswith(":"):
            return _citation(parts)
    return None


def _parts(match: re.Match[str], text: str) -> dict[str, str]:
    """Return the groups that took part, as they stand in the text of which small letters were matched."""
    return {name: text[slice(*match.span(name))] for name, part in match.groupdict().items() if part is not None}


def may_be(line: str) -> bool:
    """Return False for a line with a number that is no citation, in a tenth of the time that reading one takes."""
    return _FIGURES.search(line) is not None or _has_word(line)


def _has_word(line: str) -> bool:
    # Words in a set: a pattern of them takes three times as long.
    found = _WORDS.intersection(line.encode("utf-8", "replace").translate(_WORDS_ONLY).split())
    return bool(found) and (not found <= _LETTERS or _LETTER_OF_SOURCE.search(line.lower()) is not None)


def _bare(line: str) -> str:
    """Return a line without what stands around a citation."""
    text = (line if line.isascii() else unicodedata.normalize("NFKC", line).translate(_DASHES)).strip()
    if not text.isascii():
        text = _YEAR_IN_RUSSIAN.sub(r"\1", text.replace(" • ", " | ").replace(" · ", " | "))
        if " - " in text:
            text = _NOTES.sub("", text)
    if "《" in text:
        text = _BEHIND_PAGES.sub("", _INDEXED.sub("", text))
        text = " ".join(text.replace("《", "").replace("》", " ").split())
    if "http" in text:
        text = _URL_GLUED.sub(" ", text)
    # HAL's numbers of the work, CiNii's link.
    text = text.partition(" ⟨")[0].removesuffix(" [Table of Contents]")
    if prefix := _PREFIX.match(text):
        text = text[prefix.end() :]
    text = text.removesuffix(" Links").replace("(Volume publication date ", "(")
    text = text.replace(" ; ", ", ").replace("No.- ", "").replace("Page(s)", "Pages")
    text = _without_tail(_with_year_behind(text))
    if text.endswith("]"):
        text = _SQUARE_YEAR.sub(r"(\1)", text)
    text = _GLUED.sub(" ", text.rstrip(" .,;"))
    if "rticle " in text:
        text = _ARTICLE_WITH_PAGES.sub("", _ARTICLE.sub("article no. ", _COUNTED.sub("", text)))
    if "ISSN" in text or "issn" in text:
        text = _DEDICATED.sub("", _ISSN.sub("", text))
    titled = _TITLED_ISSUE.fullmatch(text) if text[:1] in "vV" else None
    return titled[1] if titled else text


def _with_year_behind(text: str) -> str:
    """Return a citation with its year as other journals have it, alone and behind what else there is."""
    small = lowered(text)
    if any(map(small.__contains__, _WORDS_OF_YEARS)):
        text = _WORD_OF_YEAR.sub("", _YEAR_IN_FRONT.sub("", text))
        text = _YEAR_OF_JOURNAL.sub(r"vol. \1\2", text)
    if "fasc" in small or "livraison" in small:
        text = _FASCICLE.sub("no. ", text)
    if "/" in text and any(map(small.__contains__, _NUMBERS_OF_YEARS)):
        text = _NUMBERED_OF_YEAR.sub(r"vol. \3, no. \2, \1", text)
    return _DAY_IN_BRACKETS.sub(r"\1, ", text) if "), " in text else text


def _without_tail(text: str) -> str:
    small = lowered(text)
    patterns = [pattern for pattern, words in _TAILS if any(map(small.__contains__, words))]
    if text.endswith((")", "]")) and _TAIL not in patterns:
        patterns.append(_TAIL)
    while match := next((found for pattern in patterns if (found := pattern.search(small))), None):
        text, small = text[: match.start()].rstrip(" -|"), small[: match.start()].rstrip(" -|")
    return text


def of_work(line: str, title: str) -> CitationLine | None:
    """Return what a line says of the work with a title: a citation line, or the whole reference to the work.

    >>> of_work("Li Y, Wu T (2019) On Hens. PLoS ONE 14(4): e0213978.", "On Hens")[:3]
    ('PLoS ONE', '2019', '14')
    >>> of_work("Li Y, Wu T (2019) On Ducks. PLoS ONE 14(4): e0213978.", "On Hens")
    """
    line = without_call(line)
    before, itself, after = line.partition(title) if title else (line, "", "")
    if not itself:
        found = parse(line)
        return found if found and _is_container(found.container_title) else None
    after = _RESPONSIBLE.sub("", after)
    found = parse(_GENRE.sub("", after).strip(" .,;:\"”'’?!|"))
    if found is None or not _is_container(found.container_title):
        return None
    year = _BRACKETED_YEAR.search(before)
    return found._replace(published=found.published or (year[1] if year else None))


def without_call(line: str) -> str:
    """Return a reference without the words that ask to cite the work by it: ``How to cite: ``."""
    return _HOW_TO_CITE.sub("", line, count=1) if "cit" in line or "Cit" in line or "CIT" in line else line


def _is_container(text: str | None) -> bool:
    """Return False for text before the numbers that holds more than the name of a journal."""
    return text is None or (len(text) < 120 and not _NO_CONTAINER.search(text))


def _named(text: str, small: str) -> CitationLine | None:
    """Read a line, also given in small letters, in which words say what the numbers are; None for less than two."""
    parts: dict[str, str] = {}
    for pattern in _NAMED:
        if match := pattern.search(small):
            parts |= _parts(match, text)
            text, small = (f"{each[: match.start()]}{_TAKEN}{each[match.end() :]}" for each in (text, small))
    if not parts:
        return None
    # The last one: a proceedings' name has a year of its own.
    days = list(_NAMED_DAY.finditer(small)) if small.count(".") > 1 else []
    year = None if days else _ANY_YEAR.search(small)
    dates = _NAMED_DATE.finditer(small, max(0, year.end() - _LONGEST_DATE)) if year else ()
    for match in (days or list(dates))[-1:]:
        parts |= _parts(match, text)
        text, small = (f"{each[: match.start()]}{_TAKEN}{each[match.end() :]}" for each in (text, small))
    begin = len(text) - len(text.lstrip())
    text, small = text.strip(), small[begin:].rstrip()
    rest = _REST.fullmatch(small)
    if rest is None or _TAKEN in (rest["container"] or "") or _LOCATED.search(rest["container"] or ""):
        return None
    found = _parts(rest, text)
    if not found.get("place", "X")[0].isupper():
        return None
    parts = {**parts, "container": found.get("container", "")}
    if dated := _DATED_CONTAINER.search(parts["container"]):
        # A page that gives the day as well as the year of its volume.
        parts["container"], parts["date"] = parts["container"][: dated.start()], dated["date"]
    for name in ("volume", "issue"):
        if not parts.get(name) and name in found:
            parts[name] = found[name]
    if not parts.get("issue") and "volume" in found and (behind := _VOLUME_BEHIND.fullmatch(parts["container"])):
        # Rivista di cose, XII, 3; ACM Trans. Things 12, 3, Article 34 (May 2017)
        parts["container"], parts["issue"], parts["volume"] = behind[1], parts["volume"], behind[2]
    if "range" in found and not parts.get("first"):
        parts["first"], _, parts["last"] = found["range"].replace(" ", "").partition("-")
    told = [name for name in ("volume", "issue", "year", "first") if parts.get(name)]
    return _citation(parts) if len(told) > 1 else None


def _citation(parts: Mapping[str, str]) -> CitationLine:
    path = parts.get("container", "").strip(" ,.;:-|>»›")
    # Home > Journal of Things > Vol. 12
    container = _STEP.split(path)[-1] if _STEP.search(path) else path
    # 赵培. 题名[J]. 刊名 (GB/T 7714)
    container = container.rpartition("[J]. ")[2]
    published = parts.get("date") or parts.get("year")
    behind = _YEAR_BEHIND.fullmatch(container) if not published and parts.get("issue") else None
    if behind:
        # Journal of Things 2008 12(3):1-10
        container, published = behind[1], behind[2]
    if container.rpartition("(")[2].isalpha() and container.count("(") > container.count(")"):
        # Transactions on Things (TOT), Volume 12
        container += ")"
    return CitationLine(
        container_title=container or None,
        # Some journals count volumes by the year.
        published=published or (parts.get("volume") if _AS_YEAR.fullmatch(parts.get("volume") or "") else None),
        volume=parts.get("volume"),
        issue=parts.get("issue"),
        first_page=parts.get("first"),
        last_page=parts.get("last"),
    )
