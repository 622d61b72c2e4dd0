"""How well a text reads as some language: by its letters beyond ASCII, its common words, and signs that no word holds.

An old code page read as a neighbour gives letters too, but those of no language, capitals inside words, or signs between letters.
The ASCII part is the same whatever the page, and its common words say which alphabet to expect.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class _Language:
    letters: frozenset[str]
    words: frozenset[str]
    common: frozenset[str]
    """Of a script of its own the dozen letters that make up most of a text; empty for Latin scripts."""


def _language(letters: str, words: str, common: str = "") -> _Language:
    return _Language(frozenset(letters + letters.upper()), frozenset(words.split()), frozenset(common + common.upper()))


_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
_THAI = "".join(map(chr, (*range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E5C))))
_LANGUAGES = tuple(
    _language(*entry)
    for entry in (
        ("àâæçéèêëîïôœùûüÿ", "le la les de des du et en un une est dans pour que qui sur par au aux ne pas plus ou à été où"),
        ("äöüßé", "der die das und in den von zu mit ist im für auf des dem nicht ein eine auch an wird bei nach aus über"),
        ("áéíñóúüªº", "el la los las de del y en un una que es por con para se al no su más como o según año"),
        ("áâãàçéêíóôõúªº", "o a os as de do da dos das e em um uma que para com por se no na não mais ao ou são é à"),
        ("àèéìòùî", "il lo la i gli le di del della e in un una che per con non si da al dei è più entro sono"),
        (
            "åäöæøéüóòôê",
            "og i det er som en på til av for med den ikke och att är av för inte ett om vid från efter har ved innen",
        ),
        ("äöåéšž", "ja on ei että se oli myös sekä kun mutta tai ovat hän joka tämän mukaan"),
        ("áéíóúýðþæö", "og í að á er sem til um við það fyrir af með ekki en var daga"),
        ("éëïöüèêóáçàò", "de het een van en in is dat op te voor met niet zijn aan bij naar i la els les per amb"),
        ("ąćęłńóśźż", "i w na z do nie się o że jest od za przez po dla oraz przed to jak"),
        ("áčďéěíňóřšťúůýž", "a v na se je do o z s že pro za po od před jako které při k si"),
        ("áäčďéíĺľňóôŕšťúýž", "a v na sa je do o z s že pre za po od pred ako ktoré pri k si"),
        ("áéíóöőúüű", "a az és hogy nem is egy meg kell ha vagy de mint után szerint által belül"),
        ("ăâîșşțţ", "de și şi în a la cu pe din nu o se pentru este sau prin iar care al"),
        ("čćđšž", "i u je na se za da od do s o ne su koji što te po je sa in v ki ni"),
        ("ąčęėįšųūž", "ir į iš su kad yra per už ne apie kaip tai dienų bei arba iki"),
        ("āčēģīķļņšūžŗō", "un ir uz no ar par ka kā pie tas bet vai līdz dienu pēc"),
        ("äöõüšž", "ja on ei et see kui oma mis ning ka või enne jooksul üks selle"),
        ("çğıöşüâîûİ", "ve bir bu için ile de da olarak olan daha çok gibi veya ne den dan içinde önce"),
        ("éèêçñïöäáàâóôûü£", "the of and to in is for that on be with as by this it are not or an within"),  # loans in English
        (_RUSSIAN, "и в на не с по для от до о за к из что как это или об при", "оеаинтсрвлк"),
        ("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "і в у на не з по для від до про за й та що як або їх є", "оаниіертвсл"),
        ("абвгдежзийклмнопрстуфхцчшщъьюя", "и в на не с по за от до се да е си на то че като при", "аеиотнрсвлъ"),
        ("абвгдђежзијклљмнњопрстћуфхцчџш", "и у на не са по за од до се да је што као о из", "аоиенрстује"),
        (
            "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
            "το η ο και του της στη στα σε με από για που τη την των οι εντός πριν",
            "αοιετσνηυρπκς",
        ),
        ("אבגדהוזחטיךכלםמןנסעףפץצקרשת", "את של על כל לא עם זה או אם כי גם הוא יש", "יוהלאמרתבשם"),
        (_ARABIC, "في من على إلى أن عن ما لا هذا كل أو مع عند قبل بعد التي", "اليمنوترببةعسدهفق"),
        (_THAI, "ๆ", "านรกอเงมยลวด่ีท้ัส"),
    )
)
_WORD = re.compile(r"[^\s\d\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e«»„“”‘’…–—]+")
_ODD_SIGNS = re.compile(
    r"(?<=[^\W\d_])[^\w\s'’‘´`\-–—­.,;:!?/&()@·\x00-\x7f]+(?=[^\W\d_])"  # a sign between two letters
    r"|(?<!\b[mM])(?<!\b[cdkm]m)(?<!\bft)(?<=[^\W\d_])[²³]|(?<=[^\W\d_])¹"  # raised figures, but for m² and the like
    r"|(?<!\w)[¶¦¬¤¢¥†‡ˇ˘˙˝˛´¨¯¸±÷×‰ˆ˜∂∑∏∫≈∆√∞◊](?=[^\W\d_])"  # a sign before a word
    r"|(?<=[^\W\d_])[¶¦¬¤¢£¥†‡ˇ˘˙˝˛´¨¯¸±÷‰ˆ˜©¿¡∂∑∏∫≈∆√∞◊](?!\w)|(?<=[^\W\d_])[…‡](?=\s[^\W\d_])"  # and after one
    r"|(?<=[^\W\d_])[\xa0¡¿](?=\s)|(?<=[^\W\d_])\xa0(?=[^\W\d_])|[\x80-\x9f\u2500-\u25ff]"
    r"|(?<!\w)[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]"  # a Thai mark with no letter to sit on
    r"|(?<!\S)[^\W\x00-\x7fªºµàáèéêíòóôöøúåæýаивскуояєійέήηο\u3000-\uffff](?!\S)"  # a letter alone that is no word
)
_MIXED = re.compile(r"[A-Za-z\xc0-\u024f][\u0370-\u1fff]|[\u0370-\u1fff][A-Za-z\xc0-\u024f]")
_JOINED = re.compile(r"[a-z][\u3040-\uffef]|[\u3040-\uffef][a-z]")
_NON_LATIN = 0x0370
_ENOUGH_WORDS = 0.12
_ENOUGH_COMMON = 0.55
_NO_LETTERS = 0.85
_OF_ITS_OWN = 0.3
"""Letters of another script for each ASCII letter, at least: a few among Latin words are more likely misread."""
_ROWS: dict[str, tuple[str, int, int]] = {
    "cp932": ("euc_jp", 0xA1, 0xCF),
    "euc_jp": ("euc_jp", 0xA1, 0xCF),
    "gb18030": ("gb2312", 0xA1, 0xD7),
    "big5": ("big5", 0xA1, 0xC6),
    "cp949": ("euc_kr", 0xA1, 0xC8),
}
"""Where the characters in use stand in a large Asian set: set, first and last lead byte. Behind them come the rare ones."""
_KANA = frozenset(map(chr, range(0x3041, 0x30FF)))
_FREQUENT: dict[str, frozenset[str]] = {
    "cp932": _KANA,
    "euc_jp": _KANA,
    "gb18030": frozenset("的一是不了在有人为中大上个国和用文件数据时到以可无法设置选项名这"),
    "big5": frozenset("的一是不了在有人為中大上個國和用文件資料時到以可無法設定選項名這"),
    "cp949": frozenset("이다는을의에가하고로지기사한은인도를습니수있없시자어정할일"),
}
_ENOUGH_FREQUENT = 0.12


def fit(text: str) -> float:
    """About 1.5 for prose of one language; under 0.8 hardly any language. Without letters beyond ASCII only signs tell."""
    letters = Counter(
        character for character in text if character > "\x7f" and (character.isalpha() or "\u0e30" < character < "\u0e4f")
    )
    count = letters.total()
    words = [word.lower() for word in _WORD.findall(text)]
    scripts = sum(number for letter, number in letters.items() if ord(letter) >= _NON_LATIN)
    known = Counter(words)
    plain = sum(1 for character in text if character.isascii() and character.isalpha())
    own_script = scripts > plain * _OF_ITS_OWN
    best = max(_of(language, letters, count, known, len(words), own_script) for language in _LANGUAGES)
    odd = len(_ODD_SIGNS.findall(text)) + len(_MIXED.findall(text)) + _case_flips(text)
    # A Latin script takes most of its letters from ASCII.
    foreign = 0.5 if count - scripts > plain and count > scripts * 2 else 0.0
    shouted = 0.1 * sum(number for letter, number in letters.items() if letter.isupper()) / count if count else 0.0
    return best - odd / (count + 1) - foreign - shouted


def fit_of_set(text: str, encoding: str) -> float:
    """The like of `fit` for a text read as one of the large Asian sets: up to 1.4, under 0.8 where hardly anyone wrote that."""
    characters = Counter(character for character in text if character > "\x7f")
    count = characters.total()
    if not count:
        return 0.0
    home, low, high = _ROWS[encoding]
    usual = sum(number for character, number in characters.items() if _lead(character, home, encoding) in range(low, high + 1))
    frequent = sum(number for character, number in characters.items() if character in _FREQUENT[encoding])
    joined = len(_JOINED.findall(text))
    return usual / count + 0.4 * min(frequent / count / _ENOUGH_FREQUENT, 1.0) - joined / (count + 1)


def _lead(character: str, home: str, encoding: str) -> int:
    if encoding not in ("cp932", "euc_jp") and character in _KANA:
        return 0
    try:
        code = character.encode(home)
    except UnicodeEncodeError:
        return 0
    return code[0] if len(code) == 2 else 0


def _of(language: _Language, letters: Counter[str], count: int, known: Counter[str], words: int, own_script: bool) -> float:
    covered = sum(number for letter, number in letters.items() if letter in language.letters) / count if count else _NO_LETTERS
    spoken = sum(known[word] for word in language.words) / words if words else 0.0
    score = covered + 0.4 * min(spoken / _ENOUGH_WORDS, 1.0)
    if language.common and own_script:
        often = sum(number for letter, number in letters.items() if letter in language.common) / count if count else 0.0
        score += min(often / _ENOUGH_COMMON, 1.0) - 0.8
    return score


def _case_flips(text: str) -> int:
    """Capitals after small letters inside a word, one of the two beyond ASCII: what a wrong code page makes of letters."""
    return sum(
        1 for before, after in pairwise(text) if (before > "\x7f" or after > "\x7f") and before.islower() and after.isupper()
    )
