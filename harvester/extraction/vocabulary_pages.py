"""What tells a wall, a list or a page about no work: data only, matched by `classify`."""

import re
from collections.abc import Iterable

TEXT_MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"})
"""Media types that may hold a page."""

DATA = {"sitemap": "a sitemap", "feed": "a feed", "oai": "an answer of OAI-PMH"}
"""XML that lists works for programs, see `harvester.xml_lists`."""

RECORD_TAGS: tuple[tuple[str, ...], ...] = (
    ("citation_title",),
    ("bepress_citation_title",),
    ("eprints.title",),
    ("citation_doi",),
    ("dc.title", "dc.creator"),
    ("dc.title", "dc.creator.personalname"),
    ("dc.title", "dc.contributor"),
    ("dc.title", "dc.identifier"),
    ("dcterms.title", "dcterms.creator"),
    ("prism.doi",),
)
"""Sets of meta tags, each of which only the page of one work has."""


class Phrases:
    """Patterns to be asked of text in small letters: without regard to case they would take two or three times as long.

    Those that begin with ``^`` are tried once and not at every letter.
    """

    def __init__(self, *patterns: str) -> None:
        self.patterns = patterns
        self._first = _any(each for each in patterns if each.startswith("^"))
        self._anywhere = _any(each for each in patterns if not each.startswith("^"))

    def search(self, text: str) -> re.Match[str] | None:
        """Return the match of one of the patterns, or None."""
        return self._first.match(text) or self._anywhere.search(text)


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns) or "(?!)")


WALL_TITLES = Phrases(
    r"^just a moment",
    r"^attention required",
    r"^access (?:to this page has been |is )?(?:denied|forbidden|restricted|blocked)",
    r"^(?:error\W*)?(?:40[0134]|410|429|5\d\d)\b",
    r"\b(?:404|page|doi|file|item|article|document|resource|record) (?:was |is |could |can)?\s*"
    r"(?:not|no longer) (?:be )?"
    r"(?:found|available|exist)",
    r"^not found\b",
    r"^(?:are you (?:a )?(?:human|robot)|robot check|security (?:check|verification)|human verification)",
    r"^(?:validate|verify) (?:user|you|that you)",
    r"^(?:checking your browser|ddos.guard|one more step|please wait)",
    r"^(?:bad request|forbidden|unauthori[sz]ed|service unavailable|internal server error|gateway time)",
    r"^(?:cookies? (?:absent|required|disabled|error)|cookie check)",
    r"\bcaptcha\b",
    r"^(?:pardon our interruption|request rejected|unusual traffic|radware|client challenge|one moment)",
    r"\baccess check\b",
    r"^(?:verifying|bot (?:check|verification)|security checkpoint)",
    r"^(?:sign|log) ?in\b|^login\b",
    r"[-–|:] ?(?:sign|log) ?in$|\blogin$|\b(?:sign|log)[ -]?(?:in|on) (?:service|page|portal|required)\b",
    r"\b(?:institutional|web|single sign.on|shibboleth|athens) (?:login|sign.?in|authentication)",
    r"^(?:choose|select|find) your (?:institution|organi[sz]ation)",
    r"^(?:site |scheduled |under )?maintenance\b",
    r"temporarily (?:unavailable|down)",
    r"^(?:an )?error(?: occurred| page)?$|^error:",
    r"安全验证$|ip.адрес заблокирован",
    r"^(?:安全验证|访问(?:受限|被拒绝)|验证码|页面不存在|找不到页面|用户登录|登录)",
    r"^(?:ページが見つかりません|アクセスが拒否)",
    r"^(?:страница не найдена|доступ (?:запрещ|ограничен)|ошибка)",
    r"^(?:página no encontrada|acceso denegado|página não encontrada|acesso negado)",
    r"^(?:page (?:non trouvée|introuvable)|accès (?:refusé|interdit))",
    r"^(?:seite nicht gefunden|zugriff verweigert|zugang verweigert)",
)
"""Titles of walls and error pages."""

WALL_ADDRESSES = Phrases(
    r"/(?:log-?in|sign-?in|user-?login|login_?form)(?:[./?;]|$)",
    r"/idp/(?:profile|shibboleth|saml|sso|authn)\b|/saml2?/|/adfs/ls\b|/(?:oauth2?|openid-connect)/auth",
)
"""Addresses of what stands in front of a work, or of nothing."""

WALL_MARKS: tuple[tuple[bytes, tuple[bytes, ...]], ...] = (
    (b"_cf_chl_opt", (b"_cf_chl_opt",)),
    (b"cf-", (b"cf-browser-verification", b"cf-error-details", b"cf-turnstile")),
    # Not the folder alone: from there comes what watches every page of such a site.
    (b"/cdn-cgi/challenge-platform", (b"/orchestrate/",)),
    (b"Incapsula", (b"_Incapsula_Resource", b"Incapsula incident ID")),
    (b"_px", (b"_pxAppId", b"window._pxUuid")),
    (
        b"captcha",
        (
            b"px-captcha",
            b"captcha-delivery.com",
            b"geo.captcha-delivery",
            b"distil_r_captcha",
            b"g-recaptcha",
            b"h-captcha",
            b"/validate_captcha",
        ),
    ),
    (b"errors.edgesuite.net", (b"errors.edgesuite.net",)),
    (b"bm-verify", (b"bm-verify",)),
    (b"sec-if-cpt-container", (b"sec-if-cpt-container",)),
    (b"aws", (b"aws-waf-token", b"awsWafCookieDomainList")),
    (b"crasolve", (b"crasolve",)),
    (b"SAMLRequest", (b"SAMLRequest",)),
    (b"idpSelectIdPSelector", (b"idpSelectIdPSelector",)),
    (b"anubis_challenge", (b"anubis_challenge",)),
)
"""What scripts of challenge vendors and login forms leave in a page, behind a part that several marks share.

On full pages they mean nothing.
"""

WALL_SENTENCES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (tuple(hints.split("|")), re.compile(pattern))
    for hints, pattern in (
        ("enable javascript", r"enable javascript and cookies to continue|enable javascript to (?:continue|proceed)"),
        (
            "checking|verify",
            r"(?:checking|verify(?:ing)?) (?:if|that|whether)? ?(?:you are|the site|your browser)[^.]{0,40}",
        ),
        (
            "human|robot|a bot",
            r"(?:verify|confirm|prove)[^.]{0,20} (?:you are|you're|you’re) (?:a )?(?:human|not a (?:ro)?bot)",
        ),
        ("human|robot", r"are you a (?:human|robot)\b"),
        (
            "navegador|navigateur|verificando|vérifi|browser|браузер|ブラウザ|浏览器",
            r"(?:verificando|comprobando|revisando)[^.]{0,20} (?:navegador|humano)"
            r"|vérifi(?:ons|cation)[^.]{0,20} navigateur|(?:überprüf|prüf)[^.]{0,30} browser"
            r"|провер[^.]{0,40} браузер|ブラウザを(?:確認|検証)|(?:检查|检测|验证)[^。]{0,8}浏览器",
        ),
        ("unusual|automated", r"unusual (?:traffic|activity)|automated (?:access|requests|queries)"),
        ("blocked", r"temporarily blocked|has been blocked|you have been blocked|ip address[^.]{0,40}blocked"),
        (
            "denied|forbidden",
            r"access (?:to this (?:page|resource|site|content) )?(?:has been |is |was )?(?:denied|forbidden)",
        ),
        ("permission|have access", r"(?:do not|don't|don’t) have (?:access|permission)"),
        ("rejected|unsuccessful", r"(?:request|page) (?:was |has been )?(?:rejected|unsuccessful)"),
        (
            "be found|be located",
            r"(?:page|doi|document|item|article|record|file|url)[^.]{0,60} "
            r"(?:cannot|can not|could not|can't|couldn't|not) be (?:found|located)",
        ),
        (
            "not found|exist|no longer available",
            r"(?:page|doi|document|item|article|record|file|url)[^.]{0,60} "
            r"(?:(?:was|were|is) not found|does(?: not|n't) exist|no longer (?:exists|available))",
        ),
        ("not found|404", r"\b(?:404|page not found|file not found|not found)\b"),
        ("запрос", r"(?:слишком много|подозрительн)[^.]{0,30}запрос"),
        ("robot|inhabituelle", r"vous n['’]êtes pas un robot|activité inhabituelle"),
        ("problem providing", r"there was a problem providing the (?:content|page) you requested"),
        (
            "nicht gefunden|introuvable|encontr|найден|не существует|bulunamadı|nie znaleziono|nebyla nalezena",
            r"(?:seite|artikel|dokument|datei)[^.]{0,60} nicht gefunden|(?:page|article|document)[^.]{0,40} introuvable"
            r"|(?:página|artículo|artigo|documento)[^.]{0,60} "
            r"(?:no (?:se )?(?:ha|pudo|existe)|não (?:foi|existe|encontrad))"
            r"|(?:страница|документ|статья)[^.]{0,40} не (?:найден|существует)|sayfa[^.]{0,40} bulunamadı"
            r"|strony? nie znaleziono|nie znaleziono strony|stránka[^.]{0,20} nebyla nalezena",
        ),
        (
            "不存在|找不到|未找到|無此|见つかりません|見つかりません",
            r"(?:页面|頁面|网页|網頁|ページ)[^。]{0,20}(?:不存在|找不到|未找到|見つかりません)|找不到(?:页面|頁面|网页|網頁)",
        ),
        ("찾을 수 없", r"(?:페이지|문서)[^.]{0,20}찾을 수 없"),
        (
            "sorry|oops",
            r"(?:sorry|oops)[^.]{0,60}(?:can't|couldn't|cannot|could not|not) (?:find|found|locate)[^.]{0,40}",
        ),
        (
            "cookies",
            r"(?:your browser|you)[^.]{0,60} (?:must|need to|has to|have to)? ?(?:accept|enable|allow)s? cookies"
            r"|cookies? (?:are|is|must be|need to be) (?:disabled|required|enabled)",
        ),
        (
            "captcha|characters",
            r"(?:enter|type|complete|solve)[^.]{0,30}(?:captcha|characters (?:you see|shown|below))",
        ),
        (
            "sign in|log in",
            # "Log in to your account" is in the menu of any page.
            r"(?:sign|log) in (?:to|via|through|with)(?! your account)[^.]{0,30} "
            r"(?:institution|continue|account|access)",
        ),
        ("your ", r"(?:choose|select|find) your (?:institution|organi[sz]ation|identity provider)"),
        (
            "unavailable|maintenance|down for",
            r"(?:service|site|website)[^.]{0,20} (?:is )?(?:temporarily )?(?:unavailable|under maintenance|down for)",
        ),
        ("too many|rate limit", r"too many requests|rate limit"),
        ("server error|gateway", r"internal server error|bad gateway|gateway time-?out"),
        ("session", r"your session has (?:expired|timed out)"),
        ("验证|访问", r"请(?:输入|完成|进行)[^。]{0,10}验证|验证码|访问(?:过于频繁|受限|异常|被拒绝)"),
        ("不存在|请先登录", r"(?:页面|文献|记录)不存在|请先登录"),
        ("アクセス|見つかりません", r"アクセスが(?:拒否|制限)|ページが見つかりません"),
        ("자동|찾을", r"자동입력|페이지를 찾을 수 없"),
        ("найдена|доступ|подтвердите", r"страница не найдена|доступ (?:запрещ|ограничен)|подтвердите, что"),
        (
            "encontrada|existe|denegado|negado",
            r"p[áa]gina no (?:encontrada|existe)|acceso denegado|página não (?:encontrada|existe)|acesso negado",
        ),
        ("trouvée|introuvable|accès", r"page (?:non trouvée|introuvable)|accès (?:refusé|interdit)"),
        ("gefunden|verweigert", r"seite (?:wurde )?nicht gefunden|zugriff verweigert"),
    )
)
"""What walls say, and what a text must contain before it is looked for; believed where the page says little else."""

LIST_ADDRESSES = Phrases(
    r"/(?:do|ad(?:vanced)?|quick|full|site|basic)?-?_?search(?:results?|/results?)?(?:\.\w+)?"
    r"(?:[?;]|/(?!detail|view|record|article|doc)|$)",
    r"/(?:toc|loi|browse|search-results|searchresults|resultados|recherche|suche|buscar|busca|sommaire)(?:[/?.;]|$)",
    r"/(?:issue/(?:view|current|archive)|issues?/\d+/?(?:[?;]|$)|volumes?/\d+/issues?/\d+/?\?|scholar\?)",
)
"""Addresses that only result lists and tables of contents have."""

LIST_QUERIES = Phrases(r"[?&](?:q|query|keywords?|search|searchterm|search_query|term|searchfield|allfield|kw|wd)=[^&]")
"""Addresses that a list has, and a record that was found by searching as well."""

LIST_TITLES = Phrases(
    # "Search for heavy resonances" and "Search-based methods" are papers.
    r"^search(?: results?\b| for\b\W*[:\"“'‘«]|\W*$|\W*[:|›»]|\s+[-–—])",
    r"\bsearch results?\b|\bresults? of (?:the |your )?search\b",
    r":\s*search$",
    r"^contents$",
    r"\btable of contents\b",
    r"^(?:volume|vol\.?) ?\d+,? ?(?:issue|no\.?|number) ?[\d-]+",
    r"\b(?:current|all|past) issues?$",
    r"^(?:current issue|all issues)\b|^archives?(?:\W*$|\s*[|:›»0-9–—-])",
    r"^browse\b|^results? for\b|^[\d,]+ (?:search )?results?\b",
    r"^(?:概览页|検索結果)",
    r"(?:检索|搜索|查询)结果|검색결과|результаты поиска",
    r"résultats? de (?:la )?recherche|suchergebnis|resultados de (?:la )?(?:búsqueda|busca|pesquisa)",
)
"""Titles and headings of lists."""

LIST_COUNTS = Phrases(
    r"\byour search (?:returned|found|yielded|retrieved|matched) [\d,]+",
    r"^(?:about |showing |total of )[\d,. ]+ (?:results?|entries)\b",
    # "3 Results" and "2.1. Results of the survey" are headings of a paper.
    r"^(?:\d{1,3}(?:[,. ]\d{3})+|\d{2,}) (?:results?|entries)(?=\W*$| (?:for|found|in|matching|per|sorted|by)\b)",
    r"^\d (?:results?|entries) (?:for|found|matching|returned|sorted|were)\b",
    r"\b(?:showing|displaying|results?|records?|items?)\W{0,3}\d+ ?(?:(?:-|–|to) ?\d+ (?:of|out of|from)"
    r"(?: about)? [\d,.]+|of [\d,.]+ (?:results?|entries|items|records)\b)",
    r"^\d+ ?(?:-|–) ?\d+ of(?: about)? [\d,.]+(?: results?| records?| items?| articles?)?$",
    r"(?:找到|检索到|檢索到|共有)\s*[\d,]+\s*(?:条|條|篇|个|筆)\s*(?:结果|結果|记录|文献)",
    r"[\d,]+\s*件(?:の検索結果|ヒット)|найдено\W+\d+|[\d.,]+ (?:résultats|treffer|resultados|risultati)\b",
)
"""Lines in which a list counts its items."""

LIST_MARKS: dict[str, tuple[bytes, ...]] = {"Google": (b'id="gs_res_ccl"', b'class="gs_r gs_or gs_scl"')}
"""Elements that only a list has, by a word of its title: most pages need not be looked through for them."""

REPEATED = frozenset(
    {
        "abstract",
        "view abstract",
        "show abstract",
        "pdf",
        "download pdf",
        "full text",
        "view article",
        "save to binder",
        "摘要",
        "下载",
        "全文",
        "cite",
        "add to cart",
        "resumen",
        "résumé",
        "аннотация",
    }
)
"""Lines that stand once on a record and at every item of a list."""

LIST_TYPES = frozenset({"SearchResultsPage", "PublicationIssue", "CollectionPage", "ItemList"})
"""Types of schema.org that say: many works."""

OTHER_TYPES = frozenset({"profile", "video.other", "music.song"})
"""``og:type`` of pages about no work."""

OTHER_SCHEMA_TYPES = frozenset(
    {
        "ProfilePage",
        "AboutPage",
        "ContactPage",
        "FAQPage",
        "CheckoutPage",
        "MedicalTrial",
        "MedicalStudy",
        "JobPosting",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "LiveBlogPosting",
    }
)
"""Types of schema.org of pages about no work."""

OTHER_MARKS: dict[str, tuple[bytes, ...]] = {"Google": (b'id="gsc_prf_in"',)}
"""Elements that only a profile has, by a word of its title."""

OTHER_TAGS: tuple[str, ...] = ("profile.username",)
"""Meta tags that only a profile has."""

POST_TAGS: tuple[str, ...] = ("og.type", "article.published_time")
"""Meta tags that news and posts have together; no work is told by its looks among them."""

OTHER_HOSTS: dict[str, str] = {
    "clinicaltrials.gov": "registrations of trials, not works",
    "isrctn.com": "registrations of trials, not works",
    "chictr.org.cn": "registrations of trials, not works",
    "anzctr.org.au": "registrations of trials, not works",
    "orcid.org": "profiles of people",
    "clinicaltrialsregister.eu": "registrations of trials, not works",
}
"""Hosts none of whose pages is about a work."""

OTHER_TITLES = Phrases(
    r"^(?:author guidelines|guide for authors|instructions? (?:for|to) (?:the )?authors?|submission guidelines)\b",
    r"^(?:normas (?:de publicación|para (?:los )?autores)|(?:directrices|diretrizes) para (?:los )?autore?s)\b",
    r"^(?:(?:instructions|recommandations|consignes) aux auteurs|hinweise für autor|правила для авторов)",
    r"^(?:pokyny pro autory|(?:wytyczne|instrukcja|informacje|wskazówki) dla autorów|yazım kuralları|yazar rehberi)",
    r"^(?:(?:pedoman|petunjuk) penulis|(?:istruzioni|linee guida) per gli autori|up(?:ute|utstvo) (?:za )?autor)",
    r"^(?:richtlijnen voor auteurs|författaranvisningar|forfatterve[ij]ledning|kirjoittajaohje|правила для авторів)",
    r"^(?:راهنمای نویسندگان|投稿指南)",
    r"^(?:投稿须知|投稿須知|稿约|投稿规定|投稿規定|투고\s?규정)",
    r"\b(?:clinicaltrials\.gov|isrctn registry)\b",
    r"^(?:home|homepage|about|about us|help|faqs?|contact|contact us|privacy policy|terms)(?:\W|$)",
    r"\b(?:author|researcher|user|scholar|member|faculty|staff) (?:profiles?|directory)\b",
    r"\b(?:research profile|scientific contributions|google scholar citations|author page)\b",
    r"\b(?:browse|directory of|find) (?:researchers|authors|people|experts|members)\b",
    r"\b(?:researchers|authors|members|people) (?:directory|alphabetically|[a-z] ?[-–] ?[a-z]$)",
    r"[-–|] (?:home|homepage|about|help|contact)$",
)
"""Titles of pages about no work."""

OTHER_ADDRESSES = Phrases(
    r"/(?:profiles?|people|persons?|users?|authors?|researchers?|directory|members?|staff|scientific-contributions)(?:/|\?|$)",
    r"/citations\?[^#]*user=",
    r"/(?:about|help|faq|contact|contact-us|privacy|privacy-policy|terms|terms-of-use|register"
    r"|subscribe|editorial-board|instructions-for-authors|aims-and-scope)(?:[./?]|$)",
)
"""Addresses of pages about no work."""

SECTIONS: dict[str, frozenset[str]] = {
    name: frozenset(forms.split("|"))
    for name, forms in {
        "abstract": "abstract|summary|摘要|要旨|抄録|초록|résumé|zusammenfassung|resumen|resumo|аннотация|реферат",
        "references": (
            "references|reference|bibliography|works cited|literature cited|literature|notes|references and notes"
            "|参考文献|參考文獻|참고문헌|références|bibliographie|literatur|literaturverzeichnis|referencias|referências"
            "|bibliografía|bibliografia|литература|список литературы"
        ),
        "introduction": "introduction|引言|前言|緒論|はじめに|서론|einleitung|introducción|introdução|введение",
        "methods": "methods|method|materials and methods|methodology|data and methods|方法|材料与方法|méthodes|métodos",
        "results": "results|results and discussion|findings|结果|結果|résultats|ergebnisse|resultados|результаты",
        "discussion": "discussion|讨论|考察|diskussion|discusión|discussão|обсуждение",
        "conclusion": "conclusion|conclusions|concluding remarks|结论|結論|おわりに|fazit|заключение|выводы",
        "acknowledgements": (
            "acknowledgements|acknowledgments|acknowledgement|acknowledgment|致谢|謝辞|remerciements|danksagung"
        ),
        "keywords": "keywords|key words|关键词|關鍵詞|キーワード|mots-clés|palabras clave|ключевые слова",
    }.items()
}
"""Headings of the sections of a scholarly text; a page that has several of them is one."""
