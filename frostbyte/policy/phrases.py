"""The phrases of attack that the appliance looks for, as literal tables; `signals.py` reads them.

A rule is (signal, action, anchors, pattern). The pattern is tried only where an anchor, a lower-case literal, occurs: most
text holds none and costs one plain search each. Every repeat is bounded or ends at a literal, so time stays linear in the
text whatever it holds. Rules that no honest document needs quarantine; those it may show flag.
"""

from __future__ import annotations

import re

from frostbyte.policy.injection import Action

Rule = tuple[str, Action, tuple[str, ...], re.Pattern[str]]

# Up to five words of one sentence, and what may stand between two; possessive, so that one text is read one way.
_GAP = r"(?:[^\w.!?]|[.!?](?!\s)){1,4}+"
_WORDS = rf"(?:\w{{1,16}}+{_GAP}){{0,5}}"
_DROP = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|neglect|unlearn|let\s+go\s+of"
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
    r"(?:add|alter|anagram|append|arrange|augment|begin|capitali[sz]e|combine|compose|convert|embed|emphasi[sz]e|encode|end|enhance|finish"
    r"|format|group|hide|include|incorporate|insert|integrate|introduce|jumble|mention|misspell|modify|omit|prefix|promote|provide"
    r"|rearrange|remove|render|replace|reverse|rewrite|scramble|shuffle|start|state|substitute|suggest|swap|tease|translate|use|weave|write)"
)
_SENTENCE = r"(?:^|[.!?:;>\n\]\"”]\s{0,8})"


def _rule(signal: str, action: Action, anchors: tuple[str, ...], *pattern: str) -> Rule:
    return signal, action, anchors, re.compile("|".join(pattern), re.IGNORECASE)


_IN_ENGLISH: tuple[Rule, ...] = (
    # Ruling A5: words such as "all" or "the" between the verb, "previous" and the orders.
    _rule("override", "quarantine", _DROP_ANCHORS, rf"\b{_DROP}{_GAP}{_WORDS}{_EARLIER}{_GAP}{_WORDS}{_ORDERS}\b"),
    _rule(
        "override",
        "quarantine",
        _DROP_ANCHORS,
        rf"\b{_DROP}{_GAP}{_WORDS}{_ANY_ORDERS}{_GAP}(?:that\s+)?(?:you|i)(?:['’]ve|\s+have|\s+were)?\s+(?:just\s+|were\s+)?{_TOLD}\b",
        rf"\b{_DROP}{_GAP}{_WORDS}{_ORDERS}\s+(?:from\s+)?(?:before|above|so\s+far|until\s+now)\b(?=\s{{0,4}}(?:$|[.,;:!?\n]|and\b))",
        r"\b(?:forget|ignore|disregard)\s+(?:everything|all|anything)\s+(?:(?:that\s+)?you(?:['’]ve)?\b|i\s+(?:said|told)|prior|previous)",
    ),
    _rule(
        "override",
        "flag",
        _DROP_ANCHORS,
        rf"\b{_DROP}{_GAP}{_WORDS}(?:{_EARLIER}|initial|original|existing|your){_GAP}(?:\w{{1,16}}+{_GAP}){{0,2}}{_ANY_ORDERS}\b",
        r"\bforget\s+everything\b",
        r"\b(?:ignore|disregard|override)\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:above|previous|prior)\b",
    ),
    _rule(
        "new_role",
        "flag",
        ("now", "point", "moment", "new", "longer"),
        r"\bfrom\s+(?:now\s+on|on\s+now|this\s+(?:point|moment)\s+(?:on|forward))\s*,?\s+you(?:['’]re|r)?\b",
        r"\byour\s+new\s+(?:role|persona|identity|task)\s+is\b",
        r"\byou\s+are\s+no\s+longer\s+(?:an?\s+)?(?:ai|chatgpt|gpt|assistant|language)\b",
        r"\byou\s+are\s+now\s+(?:an?\s+|the\s+)?(?:admin(?:istrator)?|root|unrestricted|helpful|evil|free|robot|in\s+\w+\s+mode|dan)\b",
    ),
    _rule(
        "no_restrictions",
        "flag",
        ("restrictions", "rules", "limits", "filters", "guidelines", "polic", "rail", "protocol"),
        r"\b(?:act|behave|respond|answer|speak)\s+as\s+(?:if|though)\s+you\s+(?:have|had)\s+no\s+(?:\w+\s+)?"
        r"(?:restrictions|rules|limits|filters|guidelines)\b",
        r"\byou\s+have\s+no\s+(?:content\s+)?polic(?:y|ies)\b",
        r"\bignore\s+(?:all\s+)?(?:safety|ethical|content)\s+(?:\w+\s+)?(?:rails?|guidelines|rules|filters?|polic(?:y|ies)|protocols?)\b",
    ),
    _rule(
        "prompt_leak",
        "flag",
        ("prompt", "instruction", "message", "rules"),
        r"\b(?:repeat|reveal|print|show|display|output|disclose|recite|tell\s+me|give\s+me|write\s+(?:out|down)|what\s+(?:is|are|was|were))\s+"
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
        ("response", "reply", "answer", "output", "respond", "reveal", "message", "always"),
        rf"{_SENTENCE}(?:(?:always|also|then|now|consider|don['’]?t\s+forget\s+to)\s+)?{_TASK}\s(?:[^.!?\n]|[.!?](?!\s)){{0,160}}"
        r"\byour\s+(?:response|reply|answer|output|message)(?:['’]s)?\b",
        rf"{_SENTENCE}in\s+your\s+(?:next\s+)?(?:response|reply|answer|output)s?\s*,?\s+(?:always|never|only|{_TASK}|you\s+must)\b",
        r"\balways\s+(?:say|respond|reply|answer)\s+(?:yes|with|in|as)\b|\byou\s+must\s+(?:respond|reply|answer)\s+(?:in|with|as|only)\b",
        r"\bonly\s+(?:respond|reply)\s+with\b|\bnever\s+reveal\s+(?:the\s+source|your|these|this|that\s+you)\b",
    ),
    _rule(
        "code_planting",
        "flag",
        ("code",),
        r"\b(?:following|below|subsequent|above)\s+code\s{0,2}(?:snippet|block|excerpt|section|fragment|segment)s?\b[^\n]{0,120}\byour\b",
        r"\byour\s+(?:code(?:base)?|solution|implementation|response|answer|explanation)\b[^.\n]{0,120}\b(?:following|below|subsequent)\s+code\b",
    ),
    _rule(
        "payload",
        "flag",
        ("decode", "execute"),
        r"\bdecode\s+(?:this|the\s+following)\b[^\n]{0,40}:|\bexecute\s{0,4}:\s{0,4}[A-Za-z0-9+/=_-]{16}",
    ),
)

# "Ignore the previous instructions" where documents of these languages would hold it.
_TRANSLATED: tuple[Rule, ...] = tuple(
    _rule("override_translated", "quarantine", anchors, pattern)
    for anchors, pattern in (
        (
            ("ignorier",),
            r"\bignorier\w{1,3}\b[^.\n]{0,30}\b(?:vorherig|bisherig|obig|früher)\w{0,3}\b[^.\n]{0,20}\b(?:anweis|instruk|befehl|regel)",
        ),
        (
            ("ignor", "oubli"),
            r"\b(?:ignor|oubli)\w{0,4}\b[^.\n]{0,30}\b(?:instructions?|consignes?|règles?)\b[^.\n]{0,20}\b(?:préc[ée]d|ci-dessus|antér)",
        ),
        (
            ("ignor", "olvid", "descart", "esque"),
            r"\b(?:ignor|olvid|descart|esque[çc])\w{0,4}\b[^.\n]{0,30}\b(?:instruccion|órden|indicacion|regla|instruç|regra)\w{0,4}\b"
            r"[^.\n]{0,20}\b(?:anterior|previa|arriba|acima)",
        ),
        (
            ("ignor", "dimentic"),
            r"\b(?:ignor|dimentic)\w{1,4}\b[^.\n]{0,30}\b(?:istruzioni|regole|indicazioni)\b[^.\n]{0,20}\b(?:precedent|sopra)",
        ),
        (
            ("negeer",),
            r"\bnegeer\b[^.\n]{0,30}\b(?:vorige|eerdere|bovenstaande)\b[^.\n]{0,20}\b(?:instructies|aanwijzingen|opdrachten)",
        ),
        (
            ("ignor",),
            r"\bignor\w{1,3}\b[^.\n]{0,30}\b(?:tidligere|forrige|foregående|tidigare|ovenstående)\b"
            r"[^.\n]{0,20}\b(?:instru|anvisning|ordre)",
        ),
        (
            ("zignoruj",),
            r"\bzignoruj\b[^.\n]{0,30}\b(?:poprzednie|wcześniejsze|powyższe)\b[^.\n]{0,20}\b(?:instrukcje|polecenia)",
        ),
        (
            ("игнорир", "забуд"),
            r"(?:игнорируй|забудь)\w{0,3}[^.\n]{0,30}(?:предыдущ|прежн|вышеуказанн)\w{0,4}[^.\n]{0,20}(?:инструкц|указани|команд)",
        ),
        (("önceki",), r"önceki[^.\n]{0,20}(?:talimat|komut)\w{0,6}[^.\n]{0,20}(?:yok\s+say|görmezden|unut)"),
        (
            ("忽略", "无视", "無視", "忘", "不要理"),
            r"(?:忽略|无视|無視|忘记|忘記|不要理会)[^。\n]{0,12}(?:之前|以上|上述|先前|前面|以前)"
            r"[^。\n]{0,8}(?:指令|指示|提示|规则|規則|命令)",
        ),
        (("無視", "忘れ"), r"(?:以前|これまで|上記|前)の?[^。\n]{0,8}(?:指示|命令|指令|プロンプト)[^。\n]{0,8}(?:無視|忘れ)"),
        (("무시", "잊"), r"(?:이전|위의|앞의)[^.\n]{0,10}(?:지시|명령|지침)[^.\n]{0,10}(?:무시|잊)"),
        (("تجاهل",), r"تجاهل[^.\n]{0,20}(?:التعليمات|الأوامر|الإرشادات)[^.\n]{0,12}(?:السابقة|أعلاه)"),
        (("התעל",), r"התעל(?:ם|מי|מו)[^.\n]{0,12}(?:הוראות|פקודות)"),
        (("निर्देश", "आदेश"), r"(?:पिछले|पिछली|उपरोक्त)[^।\n]{0,20}(?:निर्देश|आदेश)[^।\n]{0,20}(?:अनदेखा|नज़रअंदाज़|भूल)"),
        (("αγνό", "αγνο", "ξέχασ"), r"(?:αγνόησ|αγνοήσ|ξέχασ)\w{1,3}[^.\n]{0,20}προηγούμεν\w{1,3}[^.\n]{0,12}(?:οδηγί|εντολ)"),
        (("abaikan", "lupakan"), r"(?:abaikan|lupakan)[^.\n]{0,20}(?:instruksi|perintah)[^.\n]{0,12}(?:sebelumnya|di\s+atas)"),
        (("bỏ",), r"bỏ\s+qua[^.\n]{0,20}(?:hướng\s+dẫn|chỉ\s+dẫn|lệnh)[^.\n]{0,12}(?:trước|trên)"),
    )
)

RULES: tuple[Rule, ...] = _IN_ENGLISH + _TRANSLATED

# A jailbreak is many words, each innocent: families of cues, of which several must meet in one chunk.
CUES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (family, anchors, re.compile("|".join(pattern), re.IGNORECASE))
    for family, anchors, pattern in (
        (
            "machine",
            ("gpt", "openai", "language", "chat", "ai", "artificial"),
            (
                r"\bchat\s?gpt|gpt(?:-?\d)?\b|\bopenai\b|\blanguage\s+models?\b|\bchat\s?bots?\b|\ban?\s+ai\b|\bartificial\s+intelligence\b",
                r"\bai\s+(?:model|assistant|language|chatbot|named|capable|personalit)",
            ),
        ),
        (
            "role",
            (
                "pretend",
                "role",
                "simulat",
                "persona",
                "personif",
                "impersonat",
                "now",
                "character",
                "act",
                "going",
                "pose",
                "called",
                "mode",
            ),
            (
                r"\b(?:pretend(?:ing)?|role-?\s?play(?:ing)?|simulat(?:e|es|or)|persona|impersonate|personify|play\s+the\s+role|from\s+now\s+on)\b",
                r"\b(?:stay|remain|break(?:ing)?)\s+(?:in\s+)?character\b|\bin\s+character\b|\bcharacter\s+(?:called|named)\b|\bact\s+(?:as|like)\b",
                r"\bgoing\s+to\s+(?:act|be|play|simulate|pretend)\b|\byou\s+will\s+(?:now\s+)?(?:act|pose|simulate|be\s+called)\b",
                r"\b(?:developer|dan)\s+mode\b",
            ),
        ),
        (
            "unbound",
            (
                "filter",
                "censor",
                "moral",
                "restrain",
                "restrict",
                "inhibit",
                "anything",
                "broke",
                "free",
                "jailbreak",
                "confine",
                "constraint",
                "rules",
                "guideline",
                "limitation",
                "any",
                "care",
                "abide",
                "follow",
                "matter",
                "remorse",
                "warning",
                "disclaimer",
                "regardless",
                "legal",
                "ethic",
            ),
            (
                r"\b(?:unfiltered|uncensored|amoral|unrestrained|unrestricted|uninhibited|do\s+anything\s+now|broken?\s+free|jailbreak\w{0,6})\b",
                r"\bfreed?\s+(?:of|from)\s+(?:(?:all|the|any)\s+){0,3}(?:restrict|filter|confine|constraint|typical|rules)",
                r"\bno\s+(?:\w{1,16}+,?\s{1,4}+){0,4}(?:restrictions?|filters?|guidelines|censorship|morals|limitations)\b",
                r"\b(?:does|do|did)(?:n['’]?t|\s+not|nt)\s+(?:have\s+any|care|abide|follow)\b|\bno\s+matter\s+(?:how|what)\b",
                r"\bwithout\s+(?:any\s+)?(?:\w{1,16}+\s+)?(?:restrictions?|filters?|censorship|remorse|warnings?|disclaimers?|limitations)\b",
                r"\bregardless\s+of\s+(?:the\s+)?(?:consequences|legality|ethic|moral)|\bdisregards?\s+(?:all\s+)?(?:ethic|moral|legal)",
                r"\bany\s+(?:rules|restrictions)\s+(?:set|imposed)\b",
            ),
        ),
        (
            "wrong",
            (
                "ethic",
                "moral",
                "legal",
                "inhumane",
                "evil",
                "harmful",
                "hateful",
                "offensive",
                "racist",
                "nsfw",
                "profanit",
                "swear",
                "law",
            ),
            (
                r"\b(?:unethical|immoral|illegal(?:ity)?|inhumane|evil|harmful|hateful|offensive|racist|nsfw|profanit\w{1,3}|swear(?:s|ing)?)\b",
                r"\b(?:ethics|morals?|morality|laws?)\b",
            ),
        ),
        (
            "refusal",
            (
                "refuse",
                "decline",
                "never",
                "sorry",
                "cannot",
                "can't",
                "can’t",
                "apologi",
                "ai",
                "content",
                "openai",
                "deny",
                "warn",
                "reject",
            ),
            (
                r"\bnever\s+(?:refuse|decline|say\s+no|break|warn|tell\s+me)\b|\brefuse[sd]?\b|\bas\s+an\s+ai\b|\bcontent\s+polic(?:y|ies)\b",
                r"\b(?:not|don['’]?t|without)\s+(?:ever\s+)?(?:decline|refuse|deny|warn|reject|includ\w{1,3}\s+(?:any\s+)?warnings?)\b",
                r"\bi['’]?m\s+sorry\b|\bi\s+(?:cannot|can['’]?t|apologi[sz]e)\b|\bcan(?:['’]?t|not)\s+do\s+(?:something|that)\b",
                r"\bopenai(?:['’]s)?\s+(?:\w{1,16}+\s+)?(?:polic|guideline)",
            ),
        ),
        (
            "format",
            ("respon", "answer", "output", "sentence", "repl", "style", "way", "first", "prompt"),
            (
                r"\b(?:start|begin|end|format)\s+(?:(?:all|every|each|your|the|such)\s+){0,3}(?:responses?|answers?|outputs?|sentences?|repl(?:y|ies))\b",
                r"\banswer\s+(?:my\s+)?(?:prompts?|questions?|me)\s+in\s+two\b|\btwo\s+(?:(?:different|separate)\s+){0,2}(?:ways|styles|responses)\b",
                r"\bonly\s+(?:reply|respond|answer)\b|\b(?:first|second)\s+(?:way|response)\b|\bmy\s+first\s+(?:prompt|question|request)\b",
                r"\[(?:your\s+)?prompt(?:\s+here)?\]",
            ),
        ),
    )
)
