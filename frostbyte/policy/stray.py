"""A request to an assistant that stands where nobody would make one: in a mail, a table or a program about something else.

Indirect attacks need no phrase of attack: "What is the capital of Brazil?" between two rows of a table is answered by a model
that reads the table. A passage is stray where all of these hold: it has the form of a request or a question that anybody could
put to a machine (no "we", "this", "attached"), it shares no word of meaning with the text around it, and the text around it is no
list of such requests (a questionnaire, a procedure, a prompt). Stray requests only flag: an honest document may hold one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 320
"""Code points of a passage that is looked at; a request is short, and a long passage is no line of a request."""
_LEAST_AROUND = 10
"""Words around a request without which nothing can be said to be about something else."""
_MOST_REQUESTS = 3
"""More than these in one text, and above a fifth of its passages, are a list of requests."""

_BREAK = re.compile(r"\n+|(?<=[.!?])[\"'”’)\]]{0,2}\s+|\|\s*CONTENT:|(?<=\?)[\"'”’)\]]{0,2}\|")
_WORD = re.compile(r"[^\W\d_]{2,40}")
_QUOTED = re.compile(r"(?<!\w)['\"“‘«„][^\"”»\n]{1,80}?(?:['\"”’»“](?!\w)|$)")
# A request about a wording: what it quotes is no matter of its own.
_WORDING = re.compile(
    r"\b(?:translat|übersetz|tradu|vertaal|przetłum|equivalent|(?:in|to|into)\s+(?:english|french|german|spanish"
    r"|italian|portuguese|dutch"
    r"|polish|russian|japanese|chinese|korean|latin|greek|arabic|swedish|danish|turkish|hindi)\b)",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(
    r"\s{0,12}(?:[-*•‣▪–#>|]|\d{1,3}(?:\.\d{1,3}){0,4}[.):]?\s|[a-zA-Z][.)]\s|[ivxIVX]{1,5}[.)]\s|(?:Q|A"
    r"|Question)\s?\d{0,3}[.:])"
)

# Words that tie a passage to its writer, its reader or its place. `tell me`, `show me` and `do I` are how machines are asked.
_TIED = re.compile(
    r"\b(?:we|us|our|ours|my|mine|i|me|you|this|that|these|those|it|its|he|she|him|his|her|they|them|their|here|there"
    r"|attached|enclosed|above|below"
    r"|today|tomorrow|yesterday|tonight|monday|tuesday|wednesday|thursday|friday|week|month|quarter|meeting|call"
    r"|please|thanks|yourself|your|yours"
    r"|section|table|figure|appendix|annex|schedule|clause|exhibit|chapter|paragraph|page|form|agreement|contract"
    r"|applicant|licensee|tenant"
    r"|wir|uns|unser\w{0,2}|mein\w{0,2}|diese[rnms]?|hier|bitte|anbei|nous|notre|nos|mon|ma|mes|ce|cet|cette|ces|ici"
    r"|ci-joint|veuillez"
    r"|nosotros|nuestr[oa]s?|este|esta|estos|estas|aquí|adjunt[oa]s?|noi|nostr[oaie]|questo|questa|questi|queste|qui"
    r"|allegat[oaie]"
    r"|nós|nosso|nossa|isto|aqui|anexo|wij|ons|onze|mijn|deze|dit|hier|bijgevoegd|my|nasz\w{0,3}|ten|ta|tutaj|załącz\w{0,6})\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\bin\s+your\s+own\s+words\b|\b(?:(?:tell|show|give|teach|help|write|sing|read)\s+me|(?:do|can|should|would"
    r"|could)\s+i|(?:can|could|would|will)\s+you|do\s+you\s+(?:say|spell|write|call|pronounce|make|cook|calculate|solve))\b",
    re.IGNORECASE,
)

_WORKS = (
    r"(?:essay|story|tale|poem|haiku|limerick|sonnet|song|lyrics|speech|letter|e-?mail|article|blog(?:\s+post)?"
    r"|introduction|conclusion|summary"
    r"|paragraph|sentence|headline|slogan|tagline|advert(?:isement)?|review|recipe|joke|riddle|script|dialogue|scene"
    r"|screenplay|monologue"
    r"|function|program|code|snippet|query|regex|macro|algorithm|class|method|example|tutorial|guide|explanation"
    r"|overview|analysis|comparison"
    r"|outline|lesson(?:\s+plan)?|quiz|itinerary|meal\s+plan|workout|business\s+plan|press\s+release|tweet|post"
    r"|caption|bio(?:graphy)?|resume"
    r"|cover\s+letter|translation|definition|synonyms?|antonyms?|list|description|reminder|playlist|fact|trivia|tips?"
    r"|advice|equivalent)s?"
)
_SOUGHT = (
    r"(?:capital|population|president|author|inventor|founder|discoverer|currency|language|meaning|definition"
    r"|translation|equivalent|formula|symbol"
    r"|boiling\s+point|melting\s+point|speed|distance|square\s+root|value|sum|product|derivative|integral|theory"
    r"|history|origins?|causes?|effects?"
    r"|benefits|advantages|disadvantages|pros\s+and\s+cons|symptoms|differences?|similarities|functions?|roles?|types"
    r"|kinds|parts|stages|steps|phases"
    r"|components|principles|concepts?|process|mechanism|life\s?cycle|structure|significance|importance|impact"
    r"|purpose|plot|moral|largest|smallest"
    r"|tallest|longest|highest|fastest|oldest|biggest|deepest|best|easiest|weather|temperature|time|date|score|winner"
    r"|news|latest|longest)"
)
_MANNER = r"(?:briefly\s+|now\s+|also\s+|then\s+|next,?\s+|finally,?\s+|quickly\s+|just\s+)?"

# A request that anybody could put to a machine. All are tried at the beginning of a passage only.
_REQUESTS = re.compile(
    "|".join(
        (
            rf"{_MANNER}(?:write|compose|draft|develop|create|generate|produce|craft|prepare|design|invent|make\s+up"
            rf"|tell\s+me|give\s+me|show\s+me"
            rf"|provide|suggest|recommend|recite|sing|tell|build|implement|code|narrate)\s+(?:me\s+)?"
            rf"(?:an?|the|some|one|two|three|five|ten|\d{{1,3}})\s+(?:[\w'’-]{{1,24}}\s+){{0,3}}{_WORKS}\b",
            rf"{_MANNER}(?:explain|describe|define|discuss|outline|summari[sz]e|illustrate|elaborate\s+on|tell\s+me"
            rf"\s+about|teach\s+me)\s+"
            r"(?:to\s+me\s+)?(?:how|why|what|when|the|an?|in\s+(?:simple|your\s+own)|[\w'’-]{3,24}\s*[.!]?$"
            r"|[\w'’-]{3,24}\s+(?:in|to|with|as|and|of|for)\b)",
            rf"{_MANNER}(?:translate|convert|encode|decode|encrypt|decrypt|transcribe|transliterate|paraphrase"
            rf"|rephrase|spell)\s+(?:[^.!?\n]{{0,80}})"
            r"\b(?:to|into|in|from|using|as|with|backwards?)\b",
            rf"{_MANNER}(?:provide|give|tell|list|name|find|state|calculate|compute|solve|determine|compare|contrast"
            rf"|identify|recommend|suggest)\s+(?:me\s+)?"
            rf"(?:(?:the|an?|some|all|any|two|three|four|five|ten|\d{{1,3}})\s+)?(?:[\w'’-]{{1,24}}\s+){{0,2}}{_SOUGHT}\b",
            rf"{_MANNER}(?:provide|give|show)\s+(?:me\s+)?(?:an?\s+)?(?:[\w'’-]{{1,24}}\s+)?(?:examples?|explanation"
            rf"|description|demonstration)\s+(?:of|for|on|how)\b",
            rf"{_MANNER}(?:provide|give)\s+the\s+[A-Z][\w]{{2,16}}\s+(?:equivalent|translation|word|term|name|phrase)\b",
            rf"{_MANNER}(?:solve|calculate|compute|evaluate|differentiate|integrate|simplify"
            rf"|factor)\b[^.!?\n]{{0,60}}[\d=+×÷^]",
            rf"{_MANNER}(?:name|list)\s+(?:one|two|three|four|five|six|seven|ten|\d{{1,2}})\s+[^.!?\n]{{3,60}}",
            rf"{_MANNER}(?:write|create|generate|debug|fix|refactor|optimi[sz]e)\s+(?:[\w+#]{{1,16}}"
            rf"\s+){{0,3}}(?:code|script|function|program|query|regex)\b",
            rf"{_MANNER}(?:recommend|suggest|find)\s+(?:me\s+)?(?:an?\s+|some\s+|the\s+best\s+)?(?:[\w'’-]{{1,24}}\s+){{0,3}}"
            r"(?:novel|book|movie|film|song|restaurant|hotel|recipe|paper|article|game|holiday|podcast|gift|poem)s?\b",
            r"(?:analy[sz]e|classify|determine|identify)\s+the\s+(?:sentiment|tone|mood)\s+of\b",
            r"say\s+['\"“‘][^\n]{1,40}['\"”’]\s+in\s+[a-z]{4,12}",
            # Questions of knowledge: whole, up to their mark.
            rf"(?:what(?:['’]?s|\s+(?:is|are|was|were))|which\s+(?:is|are|was))\s+(?:the\s+)?(?:[\w'’-]{{1,24}}"
            rf"\s+){{0,3}}{_SOUGHT}\b[^.!\n]{{0,120}}\?",
            r"what(?:['’]?s|\s+(?:is|are))\s+(?:the\s+)?(?:\w{1,16}\s+){0,3}['\"“‘][^\n]{1,80}\?",
            r"what\s+(?:is|are|was|were)\s+(?:an?\s+)?(?:[\w'’-]{2,24})(?:\s+[\w'’-]{2,24}){0,2}\?",
            r"what\s+(?:causes|caused|happens|makes|does|did|do)\s+[^.!\n]{3,100}\?",
            r"which\s+[\w'’-]{3,24}(?:\s+[\w'’-]{2,24})?\s+(?:is|are|was|were|has|have|did)\b[^.!\n]{3,100}\?",
            r"who\s+(?:was|is|were|are|wrote|painted|invented|discovered|composed|directed|founded|won|sang|played"
            r"|created|designed|built|said|first|killed)\s+[^.!\n]{3,100}\?",
            r"how\s+(?:do|does|did|is|are|was|were|can|could|should|would|to|many|much|far|long|old|tall|big|high"
            r"|deep|fast|hot|cold|often)\s+[^.!\n]{3,120}\?",
            r"why\s+(?:is|are|was|were|do|does|did|can|can['’]t|don['’]t)\s+[^.!\n]{3,120}\?",
            r"(?:when|where)\s+(?:is|are|was|were|did|does|do|can)\s+[^.!\n]{3,100}\?",
            r"(?:can|could|would|will)\s+you\s+(?:please\s+)?(?:show|explain|tell|write|translate|describe|give|list"
            r"|teach|help|recommend|suggest|create|generate"
            r"|compose|draft|define|solve|calculate|summari[sz]e|provide|recite|sing)\s+[^.!\n]{3,120}\?",
            # The same in German, French, Spanish, Italian, Portuguese, Dutch and Polish.
            r"(?:schreib|verfass|erklär|beschreib|übersetz|erzähl|nenn|gib|zeig|berechne|erstell)(?:e|en\s+sie)?"
            r"\s+(?:mir\s+)?(?:ein|den|die|das|der|wie|warum|was|['„\"])",
            r"(?:was\s+(?:ist|sind|bedeutet|heißt)|wer\s+(?:war|ist|hat|schrieb|erfand)|wie\s+(?:funktionier|viel"
            r"|heißt|sagt|groß|hoch|alt|löse)\w{0,4}|warum\s+(?:ist|sind))\s[^.!\n]{3,100}\?",
            r"(?:écri[st]|écrivez|rédige[zr]?|explique[zr]?|décri[st]|décrivez|traduis|traduisez|raconte[zr]?"
            r"|donne[zr]?|compose[zr]?|montre[zr]?)(?:-moi)?\s+(?:une?|le|la|les|l['’]|comment|pourquoi|['«\"])",
            r"(?:quel(?:le)?s?\s+(?:est|sont|était)|qu['’]est-ce\s+que|qui\s+(?:a|est|était)|comment\s+(?:fonctionne"
            r"|dit-on|faire|résoudre)\w{0,3}|combien\s+de|pourquoi\s+(?:le|la|les))\s?[^.!\n]{3,100}\?",
            r"¿?(?:escrib[ea]|redact[ae]|explica|explique|describ[ea]|traduc[ei]|traduzca|cuenta|cuénta(?:me)?"
            r"|da(?:me)?|compón|muestra)\s+(?:una?|el|la|los|las|cómo|por\s+qué|['«\"])",
            r"¿\s?(?:cuál(?:es)?\s+(?:es|son|era)|qué\s+(?:es|son|significa)|quién\s+(?:es|fue|escribió|inventó)"
            r"|cómo\s+(?:funciona|se\s+dice|puedo)\w{0,2}|cuánt[oa]s?|por\s+qué)\s?[^.!\n]{3,100}\?",
            r"(?:scrivi|componi|spiega|descrivi|traduci|racconta|dammi|elenca|mostra)(?:mi)?\s+(?:un[oa']?|il|lo|la|i"
            r"|gli|le|l['’]|come|perché|['«\"])",
            r"(?:qual(?:['’]|\s)?è|quali\s+sono|che\s+cos['’]è|cosa\s+(?:è|sono|significa)|chi\s+(?:è|era|ha|scrisse)"
            r"|come\s+(?:funziona|si\s+dice|posso)\w{0,2}|quant[oiea])\s[^.!\n]{3,100}\?",
            r"(?:escrev[ae]|redij[ao]|expli(?:ca|que)|descrev[ae]|traduz[a]?|cont[ea]|d[êá](?:-me)?|list[ea]"
            r"|mostr[ea])\s+(?:uma?|o|a|os|as|como|por\s+que|['«\"])",
            r"(?:qual\s+(?:é|era)|quais\s+são|o\s+que\s+(?:é|são|significa)|quem\s+(?:é|foi|escreveu|inventou)|como"
            r"\s+(?:funciona|se\s+diz|posso)\w{0,2}|quant[oa]s?)\s[^.!\n]{3,100}\?",
            r"(?:schrijf|leg|beschrijf|vertaal|vertel|geef|noem|maak|toon)\s+(?:me\s+|mij\s+)?(?:een|de|het|hoe"
            r"|waarom|uit|['„\"])",
            r"(?:wat\s+(?:is|zijn|betekent)|wie\s+(?:is|was|schreef)|hoe\s+(?:werk|zeg|los|veel|groot|oud)\w{0,3}"
            r"|waarom\s+(?:is|zijn))\s[^.!\n]{3,100}\?",
            r"(?:napisz|wyjaśnij|opisz|przetłumacz|opowiedz|podaj|wymień|stwórz|pokaż|oblicz)\s+(?:mi\s+)?[^.!?\n]{4,100}",
            r"(?:(?:co|kto)\s+(?:to|jest|napisał|wynalazł)\w{0,2}|jak\s+(?:działa|powiedzieć|rozwiązać|duż"
            r"|jest)\w{0,4}|jaka?\s+jest|jakie\s+są|ile|dlaczego)\s[^.!\n]{3,100}\?",
        )
    ),
    re.IGNORECASE,
)
# What is asked to be done with letters or words, whoever is meant by "its" and "your".
_TRANSFORMS = re.compile(
    "|".join(
        (
            r"set\s+an?\s+(?:reminder|alarm|timer)\b|what(?:['’]?s|\s+is|\s+will)\s+the\s+weather\b",
            r"translate\s+(?:this|the\s+following|these)\s+(?:sentences?|texts?|paragraphs?|words?|phrases?)\b",
            r"(?:replace|swap|substitute|exchange|reverse|shuffle|scramble|jumble|rearrange|remove|delete|omit|insert"
            r"|double|capitali[sz]e|encode|change"
            r"|convert|turn|write|spell|use|combine|group|alternate|misspell|mix)\s+(?:(?:the|all|every|each|any|your"
            r"|of|some|random|first|second|third"
            r"|fourth|fifth|last|other|two|three|spaces?\s+between|order\s+of)\s+){0,4}"
            r"(?:letters?|vowels?|consonants?|characters?|words?|spaces?|syllables?|alphabets?|sentences?|typos"
            r"|digits?|emojis?|punctuation)\b",
            r"(?:respond|reply|answer|speak|talk|communicate|output|write)\s+(?:only\s+|entirely\s+|everything\s+"
            r"|back\s+|exclusively\s+)?(?:in|with|using|as|like)\s+"
            r"(?:[\w'’-]{1,24}\s+){0,3}(?:emojis?|base\s?64|base\s?32|hex(?:adecimal)?|binary|morse(?:\s+code)?"
            r"|rot-?13|pig\s+latin|reverse|uppercase|capitals|caps"
            r"|rhymes?|verse|haikus?|pirate|leet(?:speak)?|cipher|code|english|french|german|spanish|italian"
            r"|portuguese|dutch|polish|russian|latin|greek|chinese"
            r"|japanese|korean|arabic|hindi|turkish|klingon|elvish)\b",
        )
    ),
    re.IGNORECASE,
)
_ANCHOR = re.compile(
    r"\?|\b(?:write|compose|draft|develop|creat|generat|produce|craft|prepare|design|invent|make|tell|give|show"
    r"|provide|suggest|recommend|recite|sing|build|implement|code"
    r"|narrate|expl[ai]|descri|defin|discuss|outlin|summari|illustrat|elaborate|teach|translat|convert|encod|decod"
    r"|encrypt|decrypt|transcribe|transliterate"
    r"|paraphrase|rephrase|spell|list|name|find|state|calcul|comput|solve|determine|compare|contrast|identify|evaluat"
    r"|different|integrat|simplify|factor|repl|swap"
    r"|substitut|exchang|revers|shuffl|scrambl|jumbl|rearrang|remov|delet|omit|insert|doubl|capitali|chang|turn|use"
    r"|combin|group|alternat|misspell|mix|respond|answer"
    r"|speak|talk|communicat|output|schreib|verfass|erkl|beschreib|übersetz|erzähl|nenn|gib|zeig|berechn|erstell|écri"
    r"|rédig|tradu|racont|donn|montr|escri|redact"
    r"|cuenta|cuénta|da|compón|muestra|scriv|componi|spieg|dammi|elenca|mostr|escrev|redij|cont|d[êá]|schrijf|leg"
    r"|vertaal|vertel|geef|noem|maak|toon"
    r"|set|analy|classif|debug|fix|refactor|optimi|say|napisz|wyjaśnij|opisz|przetłumacz|opowiedz|podaj|wymień|stwórz"
    r"|pokaż|oblicz)",
    re.IGNORECASE,
)
# Words that say nothing of what a text is about.
_STOPWORDS = (
    "about after also another answer back been before being between both briefly compose could create describe"
    " develop difference differences different does doing done draft each equivalent every example examples explain"
    " explained first following from give given have having help here into just know letter letters like list main"
    " make many more most much name need only other over please primary provide reply response says sentence show"
    " simple some such sure take tell terms than that their them then there these they this those through translate"
    " user users using very want well were what when where which while will with word words work works would write"
    " your"
)
_EMPTY = frozenset(_STOPWORDS.split())
_STEM = 5


def stray(text: str, around: str = "") -> bool:
    """True where `text` holds a request that has nothing to do with the rest of it. `around` is what stands before and after.

    Linear in the length of both.
    """
    if not _ANCHOR.search(text):
        return False
    passages = list(_passages(text))
    asked = [index for index, passage in enumerate(passages) if _request(passage)]
    if not asked or len(asked) == len(passages) or len(asked) > max(_MOST_REQUESTS, len(passages) // 5):
        return False
    loose = [index for index in asked if _TRANSFORMS.match(passages[index]) or not tied(passages[index])]
    if not loose:
        return False
    stems = [_stems(_matter(passage)) for passage in passages]
    beyond = _stems(around)
    for index in loose:
        rest = set(beyond).union(*(found for at, found in enumerate(stems) if at not in asked))
        words = stems[index]
        shared = len(words & rest)
        if len(rest) >= _LEAST_AROUND and (shared == 0 or (len(words) >= 5 and shared * 5 <= len(words))):
            return True
    return False


def tied(passage: str) -> bool:
    """Whether a passage speaks of its writer, its reader's business or its place."""
    return _TIED.search(_ASKED.sub(" ", _matter(passage))) is not None


def _matter(passage: str) -> str:
    """A passage without what it only asks the wording of."""
    return _QUOTED.sub(" ", passage) if _WORDING.search(passage) else passage


def _request(passage: str) -> bool:
    return (
        len(passage) <= _LONGEST
        and not _LIST_ITEM.match(passage)
        and bool(_REQUESTS.match(passage) or _TRANSFORMS.match(passage))
    )


def _passages(text: str) -> Iterator[str]:
    for piece in _BREAK.split(text):
        stripped = piece.strip(" \t\r\"'“”‘’()[]|*_")
        if any(character.isalpha() for character in stripped[:_LONGEST]):
            yield stripped


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in map(str.lower, _WORD.findall(text)) if len(word) > 3 and word not in _EMPTY}
