"""How often encodings and dialects of made texts and tables are told right, beside other programs: `./run wild [--list]`.

charset-normalizer and the standard library's sniffer are always there; chardet and clevercsv take part where this interpreter
finds them (PYTHONPATH=... ./run wild).
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from tests.wild import dialects, encodings  # noqa: E402


def main() -> int:
    """Print the tables; 1 where a wrong reading is called certain, or is let in as wide text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="name what the parser reads wrong")
    listed = parser.parse_args().list
    decoders = {"frostbyte": encodings.ours, "charset-normalizer": encodings.charset_normalizer}
    if find_spec("chardet"):
        decoders["chardet"] = encodings.chardet
    silent = 0
    for program, decode in decoders.items():
        print(f"encodings, {program}")
        for group, outcomes in sorted(encodings.measure(decode).items()):
            right, wrong, lied = (len(outcomes[name]) for name in ("right", "wrong", "silent"))
            print(f"  {group:<20} right {right}/{right + wrong + lied}, wrong and called certain {lied}")
            if program == "frostbyte":
                silent += lied
                for case in [*outcomes["wrong"], *outcomes["silent"]] if listed else ():
                    print(f"    {case.language} {case.encoding}")
    door = encodings.at_the_door()
    silent += door["wrong"]
    print(f"at the door, wide and without a mark: {', '.join(f'{name} {count}' for name, count in door.items())}")
    readers = {"frostbyte": dialects.ours, "csv.Sniffer": dialects.sniffer}
    if find_spec("clevercsv"):
        readers["clevercsv"] = dialects.clevercsv
    for program, read in readers.items():
        print(f"dialects, {program}")
        for group, found in dialects.measure(read).items():
            print(f"  {group:<24} right {len(found['right'])}/{len(found['right']) + len(found['wrong'])}")
            for table in found["wrong"] if listed and program == "frostbyte" else ():
                print(f"    {table.name}")
    return int(silent > 0)


if __name__ == "__main__":
    sys.exit(main())
