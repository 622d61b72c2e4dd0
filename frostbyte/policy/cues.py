"""The families of words that meet in a jailbreak: many words, each innocent, none enough alone; `signals.py` adds them up.

A jailbreak tells a machine ("machine", "told") that it is somebody else ("role"), who is bound by nothing ("unbound"), does what
is wrong ("wrong"), never refuses ("refusal") and answers in a set form ("format", "template"), often in a tale ("fiction"). A
text about such things holds one or two families; the order itself holds most of them. A family counts once, by its weight.
"""

from __future__ import annotations

import re

Family = tuple[str, int, tuple[str, ...], re.Pattern[str]]

FLAG_AT = 8
QUARANTINE_AT = 12
CORE = frozenset({"role", "refusal", "template", "machine"})
LEAST_CORE = 2
"""Weights at which a text is a jailbreak, set with the scores of the corpora in docs/injection.md in view."""

_BOUNDS = (
    r"(?:restrictions?|filter(?:s|ing)?|guidelines?|censorship|morals?|morality|ethics?|limit(?:s|ations?)?|rules?"
    r"|polic(?:y|ies)|constraints?|laws?|confines|boundaries"
    r"|moderation|safeguards?|restraints?|inhibitions?|shackles|programming|principles|virtues|norms)"
)
_BETWEEN = r"(?:[\w'’/-]{1,20}+[,\s]{1,3}+){0,4}"


def _family(name: str, weight: int, anchors: str, *patterns: str) -> Family:
    return name, weight, tuple(anchors.split()), re.compile("|".join(patterns), re.IGNORECASE)


# The core first, of which two are needed.
FAMILIES: tuple[Family, ...] = (
    _family(
        "machine",
        2,
        "gpt openai language chat ai artificial llm assistant dan model bot claude gemini",
        r"\b\w{0,12}gpt(?:[-\s]?\d(?:\.\d)?)?\b|\bopenai\b|\b(?:large\s+)?language\s+(?:learning\s+)?models?\b"
        r"|\bchat\s?bots?\b|\ban?\s+(?:\w{1,16}+\s+){0,2}ai\b|\bartificial\s+intelligence\b|\bllms?\b|\bdan\b|\bai['’]s\b",
        r"\bai\s+(?:models?|assistants?|language|chatbots?|named|called|capable|personalit|programmed|systems?|that"
        r"|which|learning)|\b(?:claude|gemini|bard|copilot|llama)\b",
    ),
    _family(
        "template",
        3,
        "[ { < (",
        r"[\[{<(]{1,3}\s{0,3}(?:(?:insert|put|place|enter|type|write|paste|add|your|the|my|user|original)"
        r"\s+){0,3}(?:prompts?|questions?|requests?|quer(?:y|ies)|commands?|keyword)(?:\s+(?:goes\s+)?here)?\s{0,3}[\]}>)]",
        r"[\[{<(]{1,3}\s{0,3}(?:insert|put|place|enter|type|write|paste)\s+(?:[\w'’“”\"*-]{1,20}+\s+){0,3}(?:prompts?"
        r"|questions?|requests?|here|text|topic|input)\b",
    ),
    _family(
        "role",
        2,
        "pretend role simulat persona personif impersonat character act play pose called mode capacity embody"
        " behave become named identity emulat you're you",
        r"\b(?:pretend(?:ing)?|role-?\s?play(?:ing)?|simulat(?:e|es|or|ing)|emulat(?:e|or|ing)|personas?|impersonate"
        r"|personify|embody|play\s+the\s+(?:role|part))\b",
        r"\b(?:stay|staying|remain|break(?:ing)?|be)\s+(?:in\s+)?character\b|\bin\s+character\b|\bcharacters?"
        r"\s+(?:called|named)\b|\b(?:act|behave|function|respond|answer|reply|pose|speak)\s+(?:as|like)\b",
        r"\b(?:going|want\s+you|need\s+you|like\s+you|have)\s+to\s+(?:act|be|become|play|simulate|pretend|behave"
        r"|function|respond)\b",
        r"\byou(?:\s+will|\s+are|['’]re|['’]ll)\s+(?:now\s+)?(?:to\s+)?(?:act|pose|simulate|be\s+called|be\s+known"
        r"|become|play|named|called|going\s+to)\b|\byou\s+are\s+(?:now\s+)?(?:an?|the|my)\s+\w",
        r"\b(?:developer|dan|god|evil|jailbreak|opposite|chaos)\s+mode\b|\bplay(?:ing)?\s+(?:\d|two|three)"
        r"\s+characters\b|\bin\s+the\s+(?:capacity|role|style)\s+of\b|\b(?:exact\s+)?opposite\s+personality\b",
        r"\b(?:take|taking|assume|adopt)\s+(?:up\s+|on\s+)?(?:the|a|an)\s+(?:\w{1,16}+\s+)?(?:persona|role|identity"
        r"|character|personality)\b",
    ),
    _family(
        "refusal",
        3,
        "refus declin never sorry cannot can't can’t apologi an content openai deny warn reject disclaim"
        " reject not without unable comply dodge reveal say",
        r"\bnever\s+(?:\w{1,12}\s+)?(?:refuse|decline|say\s+no|reject|deny|warn|tell\s+me|apologi[sz]e|break|mention"
        r"|question|avoid)\b|\b(?:cannot|can['’]?t|not|won['’]?t)\s+(?:ever\s+)?(?:refuse|decline|deny|reject|say\s+no)\b",
        r"\b(?:not|don['’]?t|without|avoid|no)\s+(?:ever\s+|any\s+)?(?:refus(?:e|ing|al)|declin(?:e|ing)|deny(?:ing)?"
        r"|warn(?:ing)?s?|reject(?:ing)?|disclaimers?|apolog(?:y|ies|i[sz]e|i[sz]ing)|includ\w{1,3}\s+(?:any"
        r"\s+)?(?:warnings?|disclaimers?))\b",
        r"\bas\s+an\s+(?:ai|artificial)\b|\b(?:say|saying|says|add|adding|output|reply)\s+[^.\n]{0,30}\b(?:i['’]?m"
        r"\s+sorry|i\s+cannot|i\s+can['’]?t|against\s+(?:my|the))\b|\bi\s+(?:cannot|can['’]?t)\s+(?:do|fulfil|assist"
        r"|help|comply)",
        r"\b(?:openai|content)(?:['’]s)?\s+(?:\w{1,16}+\s+){0,2}(?:polic(?:y|ies)|guidelines?|rules)\b|\brefus(?:e|es"
        r"|ed|al)\s+(?:to\s+)?(?:answer|respond|comply|a\s|any|my|direct|anything)\b",
        r"\bcomply\s+with\s+(?:every|any|all)\s+(?:requests?|commands?|prompts?)\b|\bnever\s+say\s+(?:that\s+)?(?:you"
        r"|he|she|it)\s+can",
        r"\bdo(?:es)?\s+not\s+(?:say|know\s+(?:what|how)\s+to\s+say)\s+(?:no|sorry)\b",
    ),
    _family(
        "unbound",
        4,
        "filter censor moral restrain restrict inhibit anything free bound limit constrain rules govern subject above without"
        " zero no any bypass regardless disregard matter moderat jailbreak abide care lack override circumvent",
        r"\b(?:unfiltered|uncensored|amoral|unrestrained|unrestricted|uninhibited|unmoderated|unhinged|unbound(?:ed)?)\b",
        r"\b(?:can|could|will|to)\s+do\s+anything\b|\bdo\s+anything\s+(?:now|and\s+everything)\b|\bbrok(?:e|en)"
        r"\s+free\b|\bbreak(?:s|ing)?\s+free\b|\bjailbr(?:eak|oken)\w{0,4}\b",
        rf"\b(?:free|freed|liberated|released|exempt)\s+(?:of|from)\s+{_BETWEEN}{_BOUNDS}\b",
        rf"\b(?:no|zero|without|lacks?|lacking|nor|any|ignor(?:e|es|ing)|bypass(?:es|ing)?|circumvent(?:s|ing)?"
        rf"|overrid(?:e|es|ing)|disregard(?:s|ing)?|above|beyond)\s+{_BETWEEN}{_BOUNDS}\b",
        r"\b(?:not|never|isn['’]?t|aren['’]?t|no\s+longer|don['’]?t|doesn['’]?t)\s+(?:be\s+|is\s+|are\s+|have\s+to"
        r"\s+)?(?:bound|limited|restricted|restrained|constrained|confined|governed|subject|controlled"
        r"|held\s+back|affected|abide|adhere|care|follow|comply|conform|obey)\b",
        r"\bregardless\s+of\s+(?:the\s+|any\s+|its\s+|how\s+)?(?:consequences|legality|ethic|moral|harm|danger"
        r"|unethical|illegal)|\bno\s+matter\s+(?:how|what|if)\b",
        r"\bwithout\s+(?:any\s+)?(?:\w{1,16}+\s+)?(?:remorse|warnings?|disclaimers?|hesitation|judg[e]?ment|refusal)\b",
    ),
    _family(
        "wrong",
        2,
        "ethic moral legal inhumane evil harmful hateful offensive racis sexis nsfw profanit swear crime"
        " criminal danger vulgar obscene inappropriate explicit lewd toxic curs horny erotic deception"
        " manipulat decency law",
        r"\b(?:unethical(?:ly)?|immoral(?:ly|ity)?|illegal(?:ity|ly)?|inhumane|evil|harmful|hateful|offensive|racist"
        r"|racism|sexist|nsfw|profanit\w{1,3}|swear(?:s|ing)?(?:\s+words?)?|curs(?:e|ing)\s+words?|vulgar\w{0,3}|obscen\w{1,4}"
        r"|inappropriate|criminal|explicit|lewd|toxic|horny|erotic|dangerous|immoralit\w{1,3}|deception|manipulative"
        r"|common\s+decency)\b",
        r"\b(?:ethics|ethical|morals|morality|legality)\b|\b(?:break|breaking|breaks)\s+the\s+law\b",
    ),
    _family(
        "format",
        2,
        "respon answer output sentence repl style way first prompt question when until say says understood confirm question",
        r"\b(?:start|begin|end|format|prefix|precede|preface)\s+(?:(?:all|every|each|your|the|such|any|of|with)"
        r"\s+){0,3}(?:responses?|answers?|outputs?|sentences?|repl(?:y|ies)|messages?)\b",
        r"\banswer\s+(?:all\s+)?(?:of\s+)?(?:my\s+)?(?:prompts?|questions?|me)\s+(?:in\s+two|as|normally|twice|with"
        r"|both)\b|\btwo\s+(?:(?:different|separate|distinct)\s+){0,2}(?:ways|styles|responses|answers)\b",
        r"\b(?:only|always)\s+(?:reply|respond|answer)\b|\b(?:first|second)\s+(?:way|response)\b|\b(?:my|the|our)"
        r"\s+first\s+(?:prompt|question|request|command|message|task)\b|\byour\s+first\s+(?:task|order|question|answer)\b",
        r"\b(?:when(?:ever)?|until|if|every\s+time|once|after)\s+i\s+(?:say|ask|type|write|tell|give|enter|input"
        r"|prompt|start)\b|\b(?:say|reply|respond|answer|type|write)\s+(?:with\s+)?[\"'“](?:i\s+)?(?:understood"
        r"|understand|ok|okay|yes|ready|confirmed)\b",
        r"\b(?:all|each|every|any)\s+(?:of\s+)?(?:my\s+)?(?:questions?|prompts?|requests?|commands?)\b|\bdo\s+not"
        r"\s+write\s+explanations?\b|\b(?:stay|keep)\s+(?:in|as)\s+\w{1,12}\s+until\b",
    ),
    _family(
        "fiction",
        1,
        "fiction hypothe imagin game scene story screenplay novel tale movie script sketch narrat world universe",
        r"\b(?:fictional|fictitious|hypothetical(?:ly)?|imaginary|imagine|let['’]?s\s+play|play\s+a\s+game|screenplay"
        r"|sketch|narrat(?:e|or)|scene|story|universe|godlike|omnipoten\w{1,3})\b",
    ),
    _family(
        "told",
        1,
        "you",
        r"\b(?:you|u)\s+(?:will|must|shall|should|can|cannot|have\s+to|need\s+to|are\s+(?:going|to|now|not|allowed"
        r"|required|free)|never|always|do\s+not|don['’]?t)\b|\bi\s+(?:want|need|would\s+like|order|command|am"
        r"\s+going\s+to\s+ask)\s+you\b",
    ),
)
