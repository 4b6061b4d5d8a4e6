"""Languages: names and codes, and what a text is written in."""

import subprocess
import sys

import pytest

from harvester.normalise.language import detect, language

LANGUAGES = [
    ("en", "en"),
    ("EN", "en"),
    ("eng", "en"),
    ("en-US", "en"),
    ("en_GB", "en"),
    ("English", "en"),
    ("English (US)", "en"),
    ("Language: English", "en"),
    ("英语", "en"),
    ("zh-Hans", "zh"),
    ("chi", "zh"),
    ("简体中文", "zh"),
    ("ger", "de"),
    ("Deutsch", "de"),
    ("fre", "fr"),
    ("Tamil", "ta"),
    ("tam", "ta"),
    ("http://id.loc.gov/vocabulary/iso639-2/eng", "en"),
    ("grc", None),
    ("und", None),
    ("mul", None),
    ("xx", None),
    ("en; fr", None),
    ("", None),
    ("klingonese", None),
]

TEXTS = [
    ("We study the effect of learning on innovation in public services, and how it is measured.", "en"),
    ("Wir untersuchen die Wirkung des Lernens auf die Verwaltung und wie sie gemessen wird.", "de"),
    ("Nous étudions les effets de l'apprentissage sur les services publics et leur mesure.", "fr"),
    ("Estudiamos el efecto del aprendizaje en los servicios públicos y cómo se mide.", "es"),
    ("Estudamos o efeito da aprendizagem nos serviços públicos e como não é medido.", "pt"),
    ("Studiamo gli effetti dell'apprendimento nella pubblica amministrazione e come sono misurati.", "it"),
    ("Wij onderzoeken het effect van leren op de overheid en hoe dat wordt gemeten.", "nl"),
    ("本文研究了组织学习与创新之间的关系", "zh"),
    ("新しい方法による計数の解析", "ja"),
    ("공공 서비스의 학습 효과에 관한 연구", "ko"),
    ("Мы изучаем влияние обучения на общественные службы", "ru"),
    ("Ми вивчаємо вплив навчання на державні служби", "uk"),
    ("Μελετάμε την επίδραση της μάθησης", "el"),
    ("نحن ندرس أثر التعلم في الخدمات العامة", "ar"),
    ("ما اثر یادگیری بر خدمات عمومی را بررسی می‌کنیم و گزارش", "fa"),
    ("אנו חוקרים את השפעת הלמידה", "he"),
    ("เราศึกษาผลของการเรียนรู้", "th"),
    ("Betula pendula", None),
    # Catalan has two of the three words as well, and the third only French.
    ("Les poules du marché de Lyon", "fr"),
    ("El paper de la dona en el segle XX", None),
    ("12 34 56", None),
    ("", None),
]


@pytest.mark.parametrize(("raw", "expected"), LANGUAGES, ids=[raw for raw, _ in LANGUAGES])
def test_language(raw: str, expected: str | None) -> None:
    assert language(raw) == expected


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=[text[:30] for text, _ in TEXTS])
def test_detect(text: str, expected: str | None) -> None:
    assert detect(text) == expected


def test_the_usual_languages_need_no_model() -> None:
    texts = [text for text, _ in TEXTS]
    code = (
        "import sys; from harvester.normalise.language import detect, language\n"
        f"for text in {texts!r}: detect(text)\n"
        "language('English')\n"
        "print([name for name in ('py3langid', 'pycountry', 'ftfy', 'stdnum') if name in sys.modules])"
    )
    # A process of its own, for other tests have loaded all of them.
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
