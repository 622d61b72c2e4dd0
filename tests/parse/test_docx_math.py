"""Formulas on one line: the signs Word keeps in properties are written out."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.parse import docx

from .office_files import docx as made


def t(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def e(*inner: str, name: str = "e") -> str:
    return f"<m:{name}>{''.join(inner)}</m:{name}>"


def nary(chr_: str, sub: str, sup: str, inner: str) -> str:
    sign = f'<m:naryPr><m:chr m:val="{chr_}"/></m:naryPr>' if chr_ else ""
    return f"<m:nary>{sign}{e(t(sub), name='sub')}{e(t(sup), name='sup')}{e(inner)}</m:nary>"


def d(properties: str, *parts: str) -> str:
    return f"<m:d><m:dPr>{properties}</m:dPr>{''.join(map(e, parts))}</m:d>"


FRACTION = f"<m:f>{e(t('a+b'), name='num')}{e(t('2'), name='den')}</m:f>"
MATRIX = f"<m:m><m:mr>{e(t('1'))}{e(t('0'))}</m:mr><m:mr>{e(t('0'))}{e(t('1'))}</m:mr></m:m>"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (FRACTION, "(a+b)/(2)"),
        (f"<m:sSup>{e(t('x'))}{e(t('2'), name='sup')}</m:sSup>", "x^2"),
        (f"<m:sSup>{e(t('e'))}{e(t('-x'), name='sup')}</m:sSup>", "e^(-x)"),
        (f"<m:sSubSup>{e(t('x'))}{e(t('i'), name='sub')}{e(t('2'), name='sup')}</m:sSubSup>", "x_i^2"),
        (f"<m:sPre>{e(t('1'), name='sub')}{e(t('2'), name='sup')}{e(t('H'))}</m:sPre>", "_1^2H"),
        (f"<m:rad>{e(name='deg')}{e(t('x'))}</m:rad>", "√(x)"),
        (f"<m:rad>{e(t('3'), name='deg')}{e(t('x'))}</m:rad>", "3√(x)"),
        (nary("∑", "i=1", "n", t("i")), "∑_(i=1)^n i"),
        (nary("", "0", "1", t("x")), "∫_0^1 x"),
        (d("", t("a+b")), "(a+b)"),
        (d('<m:begChr m:val="["/><m:endChr m:val=""/>', t("a"), t("b")), "[a|b"),
        (f"<m:func>{e(t('sin'), name='fName')}{e(t('x'))}</m:func>", "sin x"),
        (f"<m:limLow>{e(t('lim'))}{e(t('n→∞'), name='lim')}</m:limLow>", "lim_(n→∞)"),
        (MATRIX, "[1, 0; 0, 1]"),
        (f"<m:eqArr>{e(t('a=1'))}{e(t('b=2'))}</m:eqArr>", "a=1; b=2"),
        (f'<m:acc><m:accPr><m:chr m:val="&#x301;"/></m:accPr>{e(t("e"))}</m:acc>', "é"),
        (f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr>{e(t("x"))}</m:bar>', "x\u0305"),
        (f'<m:phant><m:phantPr><m:show m:val="0"/></m:phantPr>{e(t("x"))}</m:phant>{t("y")}', "y"),
        ("<m:nary/><m:f/><m:d/><m:m/><m:func/>", "∫ ()/()()[]"),
    ],
)
def test_a_formula_reads_as_it_would_be_typed(tmp_path: Path, formula: str, expected: str) -> None:
    found = docx.read(made(tmp_path, f"<w:p><m:oMath>{formula}</m:oMath></w:p>"))
    assert [element.text for element in found.elements] == [expected]


def test_formulas_of_one_block_stand_on_lines_of_their_own(tmp_path: Path) -> None:
    both = f"<m:oMathPara><m:oMath>{t('a=1')}</m:oMath><m:oMath>{t('b=2')}</m:oMath></m:oMathPara>"
    assert docx.read(made(tmp_path, f"<w:p>{both}</w:p>")).elements[0].text == "a=1\nb=2"
