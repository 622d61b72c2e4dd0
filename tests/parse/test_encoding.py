"""Text files of any encoding come out as the text they hold."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.parse.encoding import decode

TEXTS = {
    "norwegian": ("cp1252", "Kjøper betaler beløpet innen tretti dager – uten gebyr. Årsmøtet vedtok det."),
    "german": ("cp1252", "Alle Menschen sind frei und gleich an Würde und Rechten geboren, im Geiste der Brüderlichkeit."),
    "french": ("cp1252", "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison."),
    "spanish": ("cp1252", "Dotados como están de razón y conciencia, deben comportarse fraternalmente. ¿Cuánto cuesta el año?"),
    "icelandic": ("cp1252", "Hver maður er borinn frjáls og jafn öðrum að virðingu og réttindum."),
    "signs": ("cp1252", "price £20 – “quoted” text… 5°C 30 m² © 2020"),
    "one word": ("cp1252", "Grüße"),
    "german on DOS": ("cp850", "Alle Menschen sind frei und gleich an Würde und Rechten geboren, im Geiste der Brüderlichkeit."),
    "french on Mac": ("mac_roman", "L’été à la plage — “déjà vu” où les élèves étaient"),
    "polish": ("cp1250", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw."),
    "polish ISO": ("iso8859_2", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw."),
    "czech": ("cp1250", "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv."),
    "hungarian": ("cp1250", "Minden emberi lény szabadon születik és egyenlő méltósága és joga van."),
    "turkish": ("cp1254", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler."),
    "lithuanian": ("cp1257", "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas protas ir sąžinė."),
    "russian": ("cp1251", "Все люди рождаются свободными и равными в своем достоинстве и правах."),
    "russian DOS": ("cp866", "Все люди рождаются свободными и равными в своем достоинстве и правах."),
    "russian KOI8": ("koi8_r", "Все люди рождаются свободными и равными в своем достоинстве и правах."),
    "greek": ("cp1253", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα."),
    "hebrew": (
        "cp1255",
        "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, לפיכך חובה עליהם לנהוג איש ברעהו",
    ),
    "arabic": ("cp1256", "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق، وقد وهبوا عقلا وضميرا"),
    "japanese": ("cp932", "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。"),
    "chinese": ("gb18030", "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。"),
    "korean": ("cp949", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."),
}


@pytest.mark.parametrize("name", TEXTS)
def test_an_old_code_page_is_recognised_and_said_to_be_a_guess(name: str) -> None:
    encoding, text = TEXTS[name]
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert not decoded.certain
    assert not decoded.replaced


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_not_text(encoding: str) -> None:
    decoded = decode("Ærlig\r\nталк".encode(encoding))
    assert (decoded.text, decoded.certain) == ("Ærlig\r\nталк", True)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark_is_recognised_by_its_nuls(encoding: str) -> None:
    decoded = decode("Payment within thirty days, å\n".encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.certain) == ("Payment within thirty days, å\n", encoding, False)


@pytest.mark.parametrize("text", ["Плата 30 дней", "العربية 30", "Ταμείο: 30", "三十日以内に支払う\n大阪まで送る一式", "บริษัท 30"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark_is_recognised_in_any_script(encoding: str, text: str) -> None:
    assert (decode(text.encode(encoding)).text, decode(text.encode(encoding)).certain) == (text, False)


def test_wide_text_that_lost_its_last_byte_keeps_the_rest() -> None:
    cut = decode("Payment within thirty days".encode("utf-16-le")[:-1])
    assert (cut.text, cut.replaced) == ("Payment within thirty day\ufffd", True)


def test_seven_bit_japanese_is_not_taken_for_ascii() -> None:
    text = "買主は三十日以内に代金を支払う。Osaka"
    decoded = decode(text.encode("iso2022_jp"))
    assert (decoded.text, decoded.certain) == (text, False)
    assert decode(b"\x1b[31mred\x1b[0m").text == "\x1b[31mred\x1b[0m"


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("polish", "cp852"),
        ("czech", "cp852"),
        ("hungarian", "cp852"),
        ("turkish", "cp857"),
        ("russian", "iso8859_5"),
        ("russian", "mac_cyrillic"),
        ("arabic", "iso8859_6"),
        ("greek", "iso8859_7"),
        ("lithuanian", "iso8859_13"),
    ],
)
def test_rarer_code_pages_are_told_from_their_neighbours(language: str, encoding: str) -> None:
    text = TEXTS[language][1]
    assert decode(text.encode(encoding)).text == text


def test_a_guess_that_another_reading_comes_near_to_is_doubtful() -> None:
    assert decode("Müller".encode("cp1252")).doubtful
    long = decode(TEXTS["german"][1].encode("cp1252"))
    assert [warning.code for warning in long.warnings] == ["ENCODING_GUESSED"]


def test_lines_of_an_old_code_page_among_utf_8_are_read_each_in_its_own() -> None:
    utf8, old = "Café à Orléans, déjà réglé\n", "Der Käufer überweist für größere Mängel\n"
    decoded = decode(utf8.encode() + old.encode("cp1252") + utf8.encode())
    assert decoded.text == utf8 + old + utf8
    assert [warning.code for warning in decoded.warnings][:2] == ["ENCODING_GUESSED", "ENCODING_MIXED"]
    cells = decode("größer;überall;".encode() + "für später\n".encode("cp1252") + "schön;üblich;nötig\n".encode() * 3)
    assert cells.text.startswith("größer;überall;für später\n")
    chinese = "买方应在三十天内支付货款,公司保留权利。\n" * 3
    assert decode(utf8.encode() + chinese.encode("gb18030")).text == utf8 + chinese


def test_utf_8_cut_inside_a_letter_stays_utf_8() -> None:
    text = "Blåbær på norsk, kjøpt i går"
    cut = decode((text + "å").encode()[:-1])
    assert (cut.text, cut.encoding, cut.replaced) == (text + "\ufffd", "utf-8", True)
    inside = decode("Grüße aus Köln, schön".encode() + b"\xc3, " + "überall größer".encode())
    assert (inside.text, inside.replaced) == ("Grüße aus Köln, schön\ufffd, überall größer", True)


def test_a_mark_of_utf_8_before_an_old_code_page_is_not_believed() -> None:
    decoded = decode(b"\xef\xbb\xbf" + TEXTS["german"][1].encode("cp1252"))
    assert not decoded.certain or decoded.replaced


def test_nuls_alone_do_not_make_text_wide() -> None:
    assert decode(b"plain text with one \0 in it").text == "plain text with one \0 in it"
    assert decode(b"\0\0\0\0\0\0\0\0").encoding == "utf-8"


@given(st.text())
def test_utf_8_is_always_certain(text: str) -> None:
    # No text file holds control characters (intake refuses them); UTF-16 without a mark is known by them.
    text = "".join(c for c in text if c > "\x1f" or c in "\t\n\r").removeprefix("\ufeff")
    decoded = decode(text.encode("utf-8"))
    assert (decoded.text, decoded.certain, decoded.replaced) == (text, True, False)


@given(st.binary(max_size=300))
def test_any_bytes_give_text(data: bytes) -> None:
    assert isinstance(decode(data).text, str)


def test_the_last_letter_of_a_large_file_counts() -> None:
    late = decode(b"plain ascii text\n" * 200_000 + "på slutten".encode("cp1252"))
    assert late.text.endswith("på slutten")
    assert not late.certain
    assert decode(b"x" * 5_000_000 + " på slutten".encode("cp1252")).text.endswith("på slutten")


def test_bytes_no_encoding_explains_are_replaced_and_said_so() -> None:
    broken = decode(b"\xff\xfea\xd8")
    assert broken.replaced
    assert "\ufffd" in broken.text


def test_a_large_file_takes_little_longer_than_reading_it() -> None:
    data = ("Blåbær og sånt. " * 20 + "\n").encode("cp1252") * 60_000
    began = time.process_time()
    assert decode(data).encoding == "cp1252"
    assert time.process_time() - began < 10
