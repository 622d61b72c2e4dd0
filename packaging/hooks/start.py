"""Runs in the program before anything else: makes the program's children start as if nobody had started this one.

PyInstaller's start code sets LD_LIBRARY_PATH, starts itself once more to let it count, and notes in `_PYI_*` that this was done.
A child that is given the notes but not the path (the parser, whose environment is made from nothing) would look for libffi and
libstdc++ on the machine. Without the notes it does for itself what was done here, in 3 ms.
"""

import os

for _name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[_name]
