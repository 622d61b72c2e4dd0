"""A trial of the whole program on this machine: a made-up appliance in RAM, from its keys to its removal.

It uses what every command uses, the real model, the real parser child and real vaults, so that a library that cannot work
here is met before a document is.
"""

from __future__ import annotations

from frostbyte.selftest.trial import STEPS, Step, Trial, run

__all__ = ["STEPS", "Step", "Trial", "run"]
