"""The gates every document passes before it is embedded: personal data, classification, injection. Pure: no I/O, no clock.

    judgement = judge(document, filename="lease.pdf", config=config, config_version=3)

Words: a *finding* is a span of personal data; an *action* is what the injection gate does with a chunk (pass, flag,
quarantine); the *server* action follows the server stack's score to the bit, the *appliance* action may only be stricter.
"""

from __future__ import annotations

from frostbyte.policy.judge import POLICY_VERSION, GateResult, Heads, Judgement, judge
from frostbyte.policy.pii import Tagger, needs_tagger
from frostbyte.policy.properties import redact_properties
from frostbyte.policy.scan import scan

__all__ = ["POLICY_VERSION", "GateResult", "Heads", "Judgement", "Tagger", "judge", "needs_tagger", "redact_properties", "scan"]
