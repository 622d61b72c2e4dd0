"""`./run fuzz-policy`: every regular expression of the gates against texts made to slow it, and the gates against absurd texts.

    ./run fuzz-policy [--seconds 120] [--seed 1]

A pattern is given strings grown from its own parts (its grammar walked at random, a piece of it repeated, broken at the end) in
two lengths, one four times the other. Time that grows more than sixfold for it is not linear. The gates are given texts of a
megabyte. Prints what took longest; exit status 1 where something grew, took too long or raised.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import random
import re
import re._constants as codes
import re._parser as grammar
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import frostbyte.policy
from frostbyte.policy import scan

SHORT = 6_000
GROWTH = 4
LINEAR = 6.0
"""Growth of time over `GROWTH` times the length that still counts as linear, by processor time: noise included."""
LEAST = 0.02
"""Seconds of processor time below which growth is noise."""
MOST = 0.5
"""Seconds for the long text whatever it grew from: a bounded repeat within a bounded repeat is linear and may yet be endless."""
BOUND = 20.0
"""Seconds for a megabyte through all gates."""


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern that a module of the room holds, by module, name and place."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(frostbyte.policy.__path__, "frostbyte.policy."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for place, pattern in _inside(value, f"{module.name.removeprefix('frostbyte.policy.')}.{name}"):
                if pattern not in found.values():
                    found[place] = pattern
    return found


def _inside(value: Any, place: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _inside(inner, f"{place}[{key!r}]")
    elif isinstance(value, tuple | list | set | frozenset):
        for number, inner in enumerate(value):
            yield from _inside(inner, f"{place}[{number}]")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _inside(getattr(value, field.name), f"{place}.{field.name}")


class Writer:
    """Strings that a pattern's grammar nearly matches."""

    def __init__(self, numbers: random.Random) -> None:
        self.numbers = numbers

    def adversary(self, pattern: re.Pattern[str], length: int) -> tuple[str, str]:
        """A head and a unit to repeat, drawn from the pattern."""
        parsed = list(grammar.parse(pattern.pattern, pattern.flags & ~re.UNICODE.value))
        whole = self.sequence(parsed)
        cut = self.numbers.randrange(len(whole) + 1)
        unit = self.numbers.choice(
            [whole, whole[cut:], whole[:cut], self.part(parsed), whole[cut : cut + self.numbers.randint(1, 6)]]
        )
        return whole[: self.numbers.choice([0, cut])], unit[: length // 4] or " "

    def part(self, parsed: list[Any]) -> str:
        """A repeated thing of the pattern, alone: what backtracking feeds on."""
        repeats = [entry for entry in self.nodes(parsed) if entry[0] in _REPEATS]
        return self.sequence(list(self.numbers.choice(repeats)[1][2])) if repeats else self.sequence(parsed)

    def nodes(self, parsed: Any) -> Iterator[Any]:
        for code, argument in parsed:
            yield code, argument
            if code in _REPEATS:
                yield from self.nodes(argument[2])
            elif code is codes.BRANCH:
                for branch in argument[1]:
                    yield from self.nodes(branch)
            elif code is codes.SUBPATTERN:
                yield from self.nodes(argument[3])

    def sequence(self, parsed: list[Any]) -> str:
        return "".join(self.one(code, argument) for code, argument in parsed)[:2_000]

    def one(self, code: Any, argument: Any) -> str:
        if code is codes.LITERAL:
            return chr(argument)
        if code is codes.IN:
            return self.member(argument)
        if code is codes.BRANCH:
            return self.sequence(list(self.numbers.choice(argument[1])))
        if code is codes.SUBPATTERN:
            return self.sequence(list(argument[3]))
        if code is codes.ATOMIC_GROUP:
            return self.sequence(list(argument))
        if code in _REPEATS:
            least, most, inner = argument
            times = self.numbers.randint(least, min(int(most), least + 6))
            return "".join(self.sequence(list(inner)) for _ in range(times))
        if code in (codes.ANY, codes.NOT_LITERAL):
            return self.numbers.choice("a .-9\n")
        return ""  # places (word borders, looks around): nothing stands there

    def member(self, members: Any) -> str:
        code, argument = self.numbers.choice(members)
        if code is codes.LITERAL:
            return chr(argument)
        if code is codes.RANGE:
            return chr(self.numbers.randint(*argument))
        if code is codes.CATEGORY:
            return self.numbers.choice(
                {"WORD": "aZ_é", "SPACE": " \t\n", "DIGIT": "019"}.get(str(argument).split("_")[-1], "a- 9")
            )
        return self.numbers.choice("a -;9")


_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """Processor time of every way the gates use a pattern: find the first, find all."""
    started = time.process_time()
    pattern.search(text)
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - started


def grows(pattern: re.Pattern[str], head: str, unit: str, ends: str) -> tuple[float, float]:
    """Time for the long text, and how it grew from the short one."""

    def text(length: int) -> str:
        return (head + unit * (length // len(unit) + 1))[:length] + ends

    short = min(seconds(pattern, text(SHORT)) for _ in range(2))
    long = seconds(pattern, text(SHORT * GROWTH))
    if long > LEAST and long / max(short, 1e-6) > LINEAR:
        long = min(long, seconds(pattern, text(SHORT * GROWTH)))
    return long, long / max(short, 1e-6)


UNITS = (
    "́", "á", "\ud800", "\udc00\ud800", "\u200b", "\u202e", "ﬁ", "𝐢", "x", "1", "1gn0r3 ", "a@a.", "ignore ", "ignore the ",
    "do not ", "\n. use ", "GB82 WEST ", "<|", "`` `", "[[", "[insert ", "%20", "%4", "&#", "&#105;", "\\u0069", ".- ", "-/",
    "i ", "i.", "QUJD", "6967", "you are ", "what is the ", "What is a b?\n", "? ", "a?b?", "'", "\"a ", "| ", "- ", "1. ",
    "write a ", "in deiner ", "ignorier", "vergiss die ", "ignora ", "\u0000", "\u001b[31m", "\u3000", "Ａ", "الى ", "前の",
    "\U000e0041", "︀", "(", "0x69 ", "system: ", "```\n", "following code\n",
)  # fmt: skip


def absurd(numbers: random.Random, size: int) -> str:
    """A text of `size` characters of one to three units in turns."""
    chosen = "".join(numbers.choice(UNITS) * numbers.choice((1, 1, 2, 50)) for _ in range(numbers.randint(1, 3)))
    return (chosen * (size // len(chosen) + 1))[:size]


def main() -> int:
    """Fuzz until the time is up. Returns the exit status."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=120.0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    numbers = random.Random(given.seed)
    writer = Writer(numbers)
    every = patterns()
    began, wrong, tries = time.monotonic(), 0, 0
    slowest: dict[str, float] = {}
    while time.monotonic() - began < given.seconds * 0.6 or tries < len(every):
        for place, pattern in every.items():
            head, unit = writer.adversary(pattern, SHORT)
            ends = numbers.choice(["", "\n", "!", "\x00", "a"])
            long, growth = grows(pattern, head, unit, ends)
            tries += 1
            slowest[place] = max(slowest.get(place, 0.0), long)
            if long > MOST or (long > LEAST and growth > LINEAR):
                wrong += 1
                said = f"{long:.3f} s for {SHORT * GROWTH} characters, {growth:.1f} times the time of a quarter"
                print(f"SLOW {place}: {said}; head {head[:60]!a} unit {unit[:60]!a}", flush=True)
    worst = 0.0
    texts = 0
    while time.monotonic() - began < given.seconds or texts < len(UNITS):
        text = (UNITS[texts] * 1_000_000)[:1_000_000] if texts < len(UNITS) else absurd(numbers, 1_000_000)
        started = time.process_time()
        try:
            scan(text)
        except Exception as failure:
            wrong += 1
            print(f"RAISED {type(failure).__name__} on {text[:60]!a}")
        took = time.process_time() - started
        texts += 1
        worst = max(worst, took)
        if took > BOUND:
            wrong += 1
            print(f"SLOW {took:.1f} s for a megabyte of {text[:60]!a}")
    print(f"{len(every)} patterns, {tries} strings grown from them")
    print(f"{texts} absurd texts of 1,000,000 characters, at most {worst:.1f} s each")
    for place, took in sorted(slowest.items(), key=lambda entry: -entry[1])[:8]:
        print(f"  {took * 1000:8.1f} ms for {SHORT * GROWTH} characters: {place}")
    print("nothing grew, nothing was slow, nothing raised" if not wrong else f"{wrong} found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
