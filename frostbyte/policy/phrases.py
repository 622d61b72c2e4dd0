"""The phrases of attack that the appliance looks for, as literal tables; `signals.py` reads them.

A rule is (signal, action, anchors, pattern). The pattern is tried only where an anchor, a lower-case literal, occurs: most
text holds none and costs one plain search each. Every repeat is bounded or ends at a literal, so time stays linear in the
text whatever it holds. Rules that no honest document needs quarantine; those it may show flag.
"""

from __future__ import annotations

import re

from frostbyte.policy import phrases_translated
from frostbyte.policy.injection import Action

Rule = tuple[str, Action, tuple[str, ...], re.Pattern[str]]

# Up to five words of one sentence, and what may stand between two; possessive, so that one text is read one way.
_GAP = r"(?:[^\w.!?]|[.!?](?!\s)){1,4}+"
_WORDS = rf"(?:\w{{1,16}}+{_GAP}){{0,5}}"
_DROP = (
    # "Do not ignore the previous instructions" is honest advice. The first letters in front make most places end at once.
    r"(?=[bcdfilnoqsu])\b(?<!\bnot\s)(?<!n['’]t\s)(?<!\bnever\s)(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?"
    r"|overrid(?:e|ing)|bypass(?:ing)?|neglect|unlearn|let\s+go\s+of"
    r"|(?:do\s+not|don['’]?t|stop|cease|quit)\s+(?:follow(?:ing)?|obey(?:ing)?|listen(?:ing)?\s+to))"
)
_DROP_ANCHORS = ("ignor", "disregard", "forget", "overrid", "bypass", "neglect", "unlearn", "let", "follow", "obey", "listen")
_EARLIER = r"(?:previous(?:ly)?|prior|above|earlier|preceding|foregoing|aforementioned)"
_ORDERS = r"(?:instructions?|prompts?|directives?|directions?|programming|inputs?)"
_ANY_ORDERS = (
    rf"(?:{_ORDERS}|commands?|orders|rules|guidelines|guidance|constraints|training|context|conversation|information|messages?)"
)
_TOLD = r"(?:got|given|gave|received?|learned|learnt|told|had|been\s+given)"
_SECRET = r"(?:system|initial|hidden|original|secret|internal|developer|full|entire|first|above|previous|confidential)"
_TASK = (
    r"(?:add|alter|anagram|append|arrange|augment|begin|capitali[sz]e|combine|compose|convert|embed|emphasi[sz]e"
    r"|encode|end|enhance|finish"
    r"|format|group|hide|include|incorporate|insert|integrate|introduce|jumble|mention|misspell|modify|omit|prefix"
    r"|promote|provide"
    r"|rearrange|remove|render|replace|reverse|rewrite|scramble|shuffle|start|state|substitute|suggest|swap|print|output|tease"
    r"|translate|use|weave|write)"
)
_SENTENCE = r"(?:^|[.!?:;>\n\]\"”]\s{0,8})"


def _rule(signal: str, action: Action, anchors: tuple[str, ...], *pattern: str) -> Rule:
    return signal, action, anchors, re.compile("|".join(pattern), re.IGNORECASE)


_IN_ENGLISH: tuple[Rule, ...] = (
    # Ruling A5: words such as "all" or "the" between the verb, "previous" and the orders.
    _rule("override", "quarantine", _DROP_ANCHORS, rf"{_DROP}{_GAP}{_WORDS}{_EARLIER}{_GAP}{_WORDS}{_ORDERS}\b"),
    _rule(
        "override",
        "quarantine",
        _DROP_ANCHORS,
        rf"{_DROP}{_GAP}{_WORDS}{_ANY_ORDERS}{_GAP}(?:that\s+)?(?:you|i)(?:['’]ve|\s+have|\s+were)?\s+(?:just\s+"
        rf"|were\s+)?{_TOLD}\b",
        rf"{_DROP}{_GAP}{_WORDS}{_ORDERS}\s+(?:from\s+)?(?:before|above|so\s+far|until\s+now)\b(?=\s{{0,4}}(?:$"
        rf"|[.,;:!?\n]|and\b))",
        r"\b(?:forget|ignore|disregard)\s+(?:everything|all|anything)\s+(?:(?:that\s+)?you(?:['’]ve)?\b|i\s+(?:said"
        r"|told)|prior\b|previous\b)",
    ),
    _rule(
        "override",
        "flag",
        _DROP_ANCHORS,
        rf"{_DROP}{_GAP}{_WORDS}(?:{_EARLIER}|initial|original|existing"
        rf"|your){_GAP}(?:\w{{1,16}}+{_GAP}){{0,2}}{_ANY_ORDERS}\b",
        r"\bforget\s+everything\b",
        r"(?=[bcdfilnoqsu])\b(?<!\bnot\s)(?<!n['’]t\s)(?<!\bnever\s)(?:ignore|disregard|override)\s+(?:all"
        r"\s+)?(?:of\s+)?(?:the\s+)?(?:above|previous|prior)\b",
    ),
    _rule(
        "new_role",
        "flag",
        ("now", "point", "moment", "new", "longer", "want", "pretend"),
        r"\bfrom\s+(?:now\s+on|on\s+now|this\s+(?:point|moment)\s+(?:on|forward))\s*,?\s+you(?:['’]re|r)?\b",
        r"\byour\s+new\s+(?:role|persona|identity|task)\s+is\b",
        r"\bi\s+want\s+you\s+to\s+(?:act|pretend|role-?\s?play|behave|pose|impersonate|simulate)\b",
        r"\bpretend\s+(?:to\s+have\s+forgotten|(?:that\s+)?you\s+(?:are|were|have|had|can)\s+(?:an?\s+(?:evil"
        r"|unrestricted|uncensored|ai)|no|forgotten|not\s+an?\s+ai))\b",
        r"\byou\s+are\s+no\s+longer\s+(?:an?\s+)?(?:ai|chatgpt|gpt|assistant|language)\b",
        r"\byou\s+are\s+now\s+(?:an?\s+|the\s+)?(?:admin(?:istrator)?|root|unrestricted|helpful|evil|free|robot|in"
        r"\s+\w+\s+mode|dan)\b",
    ),
    _rule(
        "no_restrictions",
        "flag",
        ("restrictions", "rules", "limits", "filters", "guidelines", "polic", "rail", "protocol"),
        r"\b(?:act|behave|respond|answer|speak)\s+as\s+(?:if|though)\s+you\s+(?:have|had)\s+no\s+(?:\w+\s+)?"
        r"(?:restrictions|rules|limits|filters|guidelines)\b",
        r"\byou\s+have\s+no\s+(?:content\s+)?polic(?:y|ies)\b",
        r"\bignore\s+(?:all\s+)?(?:safety|ethical|content)\s+(?:\w+\s+)?(?:rails?|guidelines|rules|filters?|polic(?:y"
        r"|ies)|protocols?)\b",
    ),
    _rule(
        "prompt_leak",
        "flag",
        ("prompt", "instruction", "message", "rules"),
        r"\b(?:repeat|reveal|print|show|display|output|disclose|recite|tell\s+me|give\s+me|write\s+(?:out|down)"
        r"|what\s+(?:is|are|was|were))\s+"
        rf"(?:\w+\s+){{0,2}}(?:your|the)\s+{_SECRET}\s+(?:{_SECRET}\s+)?(?:prompts?|instructions?)\b",
        r"\b(?:repeat|reveal)\s+your\s+(?:instructions|prompt|rules)\b",
    ),
    _rule(
        "chat_markup",
        "quarantine",
        ("<|", ">>", "inst]", "<start_of_turn>", "```"),
        r"<\|\s{0,4}(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|eot_id|begin_of_text)\s{0,4}\|>",
        r"<<\s{0,4}/?sys\s{0,4}>>|\[/?INST\]|<start_of_turn>|```\s{0,4}system\b",
    ),
    _rule(
        "chat_markup",
        "flag",
        ("response", "system", "assistant", "human", "instruction"),
        r"(?m:^)\s{0,8}#{2,6}\s{0,4}(?:response|system|assistant|human|instructions?)\s{0,4}:",
        r"(?m:^)[ \t]{0,8}(?:system|assistant)\s?:(?=[ \t]{0,4}\S)",
    ),
    _rule(
        "response_steering",
        "flag",
        ("response", "reply", "answer", "output", "respond", "reveal", "message", "always", "user", "reader"),
        rf"{_SENTENCE}(?:(?:always|also|then|now|consider|don['’]?t\s+forget\s+to)\s+)?{_TASK}\s(?:[^.!?\n]"
        rf"|[.!?](?!\s)){{0,160}}"
        r"\byour\s+(?:response|reply|answer|output|message)(?:['’]s)?\b",
        rf"{_SENTENCE}in\s+your\s+(?:next\s+)?(?:response|reply|answer|output)s?\s*,?\s+(?:always|never|only|{_TASK}"
        rf"|you\s+must)\b",
        r"\balways\s+(?:say|respond|reply|answer)\s+(?:yes|with|in|as)\b|\byou\s+must\s+(?:respond|reply|answer)"
        r"\s+(?:in|with|as|only)\b",
        r"(?:tell|urge|encourage|persuade|convince|ask)\s+(?:the\s+|all\s+)?(?:users?|readers?)\s+to\s+(?:visit|click"
        r"|download|send|share|buy|invest|install|enter)\b",
        r"\bonly\s+(?:respond|reply)\s+with\b|\bnever\s+reveal\s+(?:the\s+source|your|these|this|that\s+you)\b",
    ),
    _rule(
        "code_planting",
        "flag",
        ("code",),
        r"\b(?:following|below|subsequent|above)\s+code\s{0,2}(?:snippet|block|excerpt|section|fragment"
        r"|segment)s?\b[^\n]{0,120}\byour\b",
        r"\byour\s+(?:code(?:base)?|solution|implementation|response|answer|explanation)\b[^.\n]{0,120}\b(?:following"
        r"|below|subsequent)\s+code\b",
    ),
    _rule(
        "code_planting",
        "flag",
        ("code",),
        r"\byour\b[^.\n]{0,120}\b(?:following|below|subsequent)\s+code\s{0,2}(?:snippet|block|excerpt|section"
        r"|fragment|segment)s?\b",
        r"\b(?:integrat|incorporat|embed|merg|fus|meld|interweav|weav|harmoni|adopt|blend|infus)\w{1,4}+\s+(?:in"
        r"\s+)?(?:the\s+)?"
        r"(?:following|below|subsequent)\s+code\b[^\n]{0,80}\n(?:[^\n]{0,160}\n){0,12}?[^\n]{0,160}"
        r"\b(?:requests|urllib|sockets?|subprocess|smtplib|http\.client|aiohttp|os\.(?:system|environ)|curl|wget)\b",
    ),
    _rule(
        "no_restrictions",
        "flag",
        ("mode", "filters", "safe", "restrictions", "guidelines"),
        r"\b(?:jailbreak|dan|god)\s+mode\b",
        r"\b(?:disable|turn\s+off|switch\s+off|drop|lift|remove)\s+(?:all\s+)?(?:of\s+)?your\s+(?:\w{1,16}+"
        r"\s+)?(?:filters?|safeguards?|safety|restrictions|guidelines)\b",
        r"\b(?:safety|content|ethical)\s+(?:\w{1,16}+\s+)?(?:rules|restrictions|filters|guidelines|checks"
        r"|safeguards)\s+(?:are|have\s+been)\s+(?:now\s+)?"
        r"(?:suspended|lifted|disabled|void|off|removed|cancelled)\b",
    ),
    _rule(
        "prompt_leak",
        "flag",
        ("above",),
        r"\b(?:print|repeat|output|copy|recite|reveal)\s+(?:out\s+)?(?:all|everything|(?:all\s+)?the\s+(?:text"
        r"|words))\s+(?:of\s+the\s+text\s+)?above\b",
    ),
    _rule(
        "addressed",
        "flag",
        ("ai", "llm", "gpt", "language", "chatbot"),
        r"\b(?:if\s+you\s+are|note\s+to|attention|instructions?\s+(?:for|to)|message\s+(?:for|to))\s+(?:any\s+|the\s+"
        r"|an?\s+|all\s+)?"
        r"(?:ai|llms?|chatgpt|gpt|(?:large\s+)?language\s+models?|chatbots?)\b(?:\s+(?:model|assistant|agent|system"
        r"|reviewer)s?)?\s{0,2}"
        r"(?:[:,]|reading|processing|reviewing|summari[sz]ing|(?:who|that|which)\s+(?:reads?|summari[sz]es?"
        r"|process(?:es)?|reviews?)\b)",
    ),
    _rule(
        "concealment",
        "flag",
        ("mention", "reveal", "disclose", "tell", "show"),
        r"\b(?:do\s+not|don['’]?t|never)\s+(?:mention|reveal|disclose|tell|show)\s+[^.\n]{0,30}\b(?:this|these)"
        r"\s+(?:instructions?|prompts?|messages?|orders?|directives?)\b"
        r"[^.\n]{0,30}\b(?:users?|anyone|readers?)\b",
    ),
    _rule(
        "exfiltration",
        "flag",
        ("send", "forward", "upload", "post"),
        r"\b(?:send|forward|upload|post)\s+(?:all|every|the\s+(?:entire|whole|full))\s+(?:\w{1,16}+"
        r"\s+){0,2}(?:e-?mails?|conversations?|chats?|messages?|passwords?|credentials"
        r"|secrets?|files?|history)\s+to\s+(?:\S{1,60}@|https?:|www\.)",
    ),
    _rule(
        "prompt_template",
        "flag",
        ("prompt", "question", "request", "query", "command"),
        r"[\[{<]{1,2}\s{0,3}(?:insert|put|place|enter|type|paste)\s+(?:[\w'’“”\"*-]{1,20}+\s+){0,3}(?:prompts?"
        r"|questions?|requests?|quer(?:y|ies)|commands?)\b",
    ),
    _rule(
        "payload",
        "flag",
        ("decode", "execute"),
        r"\bdecode\s+(?:this|the\s+following)\b[^\n]{0,40}:|\bexecute\s{0,4}:\s{0,4}[A-Za-z0-9+/=_-]{16}",
    ),
)

RULES: tuple[Rule, ...] = _IN_ENGLISH + phrases_translated.RULES
