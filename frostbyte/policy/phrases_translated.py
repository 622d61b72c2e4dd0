"""The phrases of attack in other languages than English: the same rules as `phrases.py`, built from a table for each language.

For each language the table names the verbs of dropping, what is dropped (orders), how it is called (earlier) and the words of the
other rules. Every gap is bounded and ends with its sentence, so time stays linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from frostbyte.policy.injection import Action

Rule = tuple[str, Action, tuple[str, ...], re.Pattern[str]]


@dataclass(frozen=True)
class _Language:
    """Alternatives of regular expressions; `anchors` are lower-case literals of which every match of `drop` holds one."""

    anchors: str
    drop: str
    orders: str
    earlier: str
    told: str
    """Clauses that say whose orders are meant: "that you were given"."""
    role: str
    role_anchors: str
    unbound: str
    unbound_anchors: str
    leak: str
    leak_anchors: str
    steer: str
    steer_anchors: str
    last: str = ""
    """Verbs of dropping that may end the sentence, where the language puts them there."""


_EUROPEAN = (
    _Language(  # German
        anchors="ignorier vergiss vergessen vergesst missacht außer umgeh überschreib befolge folge beacht",
        drop=(
            r"ignorier\w{1,3}|vergiss|vergesst|vergessen|missacht\w{1,3}|umgeh\w{1,3}|überschreib\w{1,3}|außer\s+(?:acht"
            r"|kraft)|(?:befolg|folg|beacht)\w{1,3}\s+(?:\w{1,16}\s+){0,4}nicht"
        ),
        orders=(
            r"(?:anweisung|instruktion|vorgabe|befehl|regel|richtlinie|anordnung|aufforderung|prompt|eingabe|weisung)\w{0,3}"
        ),
        earlier=(
            r"(?:vorherig|vorig|vorangegangen|vorangehend|bisherig|obig|früher|vorstehend|ursprünglich)\w{0,3}"
            r"|(?:von\s+)?(?:oben|vorher|zuvor|bisher)"
        ),
        told=(
            r"(?:die|was)\s+(?:du|ihr|sie|man\s+dir|ich\s+dir)\s+(?:\w{1,16}\s+){0,4}(?:erhalten|bekommen|gegeben|gesagt"
            r"|gelernt)\w{0,3}"
        ),
        role=(
            r"(?:ab\s+(?:jetzt|sofort|nun)|von\s+(?:jetzt|nun)\s+an)\s+(?:bist|wirst|antwortest|heißt|spielst"
            r"|handelst)\s+du|du\s+bist\s+(?:jetzt|nun|ab\s+sofort)\s+(?:ein|der|die|das|kein)|tu\s+so,?\s+als\s+(?:ob"
            r"|wärst|hättest)|spiel\w{0,2}\s+die\s+rolle"
        ),
        role_anchors="bist wirst antwortest heißt spiel handelst wärst hättest",
        unbound=(
            r"du\s+hast\s+keine\s+(?:\w{1,20}\s+)?(?:einschränkungen|beschränkungen|regeln|filter|richtlinien|grenzen"
            r"|moral)|antwort\w{1,3}\s+ohne\s+(?:\w{1,20}\s+)?(?:einschränkung|filter|zensur|moral)\w{0,3}"
        ),
        unbound_anchors="keine ohne",
        leak=(
            r"(?:zeig|nenn|verrat|gib|wiederhol|offenbar|schreib"
            r"|druck)\w{0,3}\s+(?:mir\s+)?(?:\w{1,16}\s+){0,3}(?:system-?\s?prompt|systemanweisung|systemnachricht"
            r"|(?:ursprünglich|geheim|intern|versteckt)\w{0,3}\s+(?:anweisung|instruktion|prompt|vorgabe))\w{0,3}"
        ),
        leak_anchors="system ursprünglich geheim intern versteckt",
        steer=(
            r"in\s+deine[rn]?\s+(?:\w{1,16}\s+)?(?:antwort|ausgabe|zusammenfassung)\w{0,2}|deine\s+antwort\s+(?:muss|soll"
            r"|darf)|antworte\s+(?:nur|ausschließlich|immer|stets)"
        ),
        steer_anchors="antwort ausgabe zusammenfassung",
        last="ignorieren|vergessen|missachten|umgehen|überschreiben",
    ),
    _Language(  # French
        anchors="ignor oubli négli néglig faites fais contourn outrepass tenez tiens suis suivez",
        drop=(
            r"ignor(?:e[zrs]?|ons|ant)|oubli(?:e[zrs]?|ons|ant)|néglige[zr]?|contourne[zr]?|outrepasse[zr]?|(?:fais|faites"
            r"|faire)\s+abstraction|ne\s+(?:tiens|tenez|suis|suivez)\s+(?:plus|pas)"
        ),
        orders=r"(?:instruction|consigne|règle|directive|ordre|commande|indication|prompt|invite)s?",
        earlier=(
            r"précédent\w{0,2}|antérieur\w{0,2}|ci-dessus|préalable\w{0,1}|initial\w{0,2}|d['’]origine|d['’]avant"
            r"|reçu\w{0,2}"
        ),
        told=(
            r"(?:que|qui)\s+(?:tu\s+as|vous\s+avez|je\s+t['’]ai|t['’]ont|vous\s+ont|on\s+t['’]a)\s+(?:été\s+)?(?:reçu|donné"
            r"|appris|dit)\w{0,2}|(?:tout\s+)?ce\s+(?:qu['’]on\s+t['’]a\s+dit|que\s+(?:je\s+t['’]ai\s+dit|tu\s+as\s+(?:reçu"
            r"|appris)))"
        ),
        role=(
            r"(?:désormais|dorénavant|à\s+partir\s+de\s+maintenant|dès\s+maintenant),?\s+(?:tu|vous)\s+(?:es|êtes|seras"
            r"|serez|dois|devez|réponds|répondez|agis)|tu\s+es\s+(?:maintenant|désormais)|fais\s+(?:comme\s+si|semblant)"
            r"|joue\s+le\s+rôle|comporte-toi\s+comme"
        ),
        role_anchors="désormais dorénavant maintenant fais joue comporte",
        unbound=(
            r"(?:tu\s+n['’]as|vous\s+n['’]avez)\s+(?:plus\s+)?(?:aucune?|pas\s+de|plus\s+de)\s+(?:restriction|limite|règle"
            r"|filtre|contrainte|censure)s?|répond\w{1,3}\s+sans\s+(?:aucune?\s+)?(?:restriction|limite|filtre|censure)s?"
        ),
        unbound_anchors="restriction limite règle filtre contrainte censure",
        leak=(
            r"(?:montre|révèle|affiche|donne|répète|dis|écris|dévoile|imprime)(?:z|-moi"
            r"|-nous)?\s+(?:moi\s+)?(?:\w{1,16}\s+){0,3}(?:prompt|instructions?|consignes?|message)\s+(?:du\s+"
            r"|de\s+)?(?:système|système|système|initial\w{0,2}|secr[èe]te?s?|cachée?s?|internes?)"
        ),
        leak_anchors="système initial secr cach intern",
        steer=(
            r"dans\s+ta\s+(?:prochaine\s+)?(?:réponse|sortie)|ta\s+réponse\s+(?:doit|devra)|réponds\s+(?:uniquement"
            r"|seulement|toujours)"
        ),
        steer_anchors="réponse sortie réponds",
    ),
    _Language(  # Spanish
        anchors="ignor olvid descart caso omit alto sigas hagas obedezcas",
        drop=(
            r"ignor(?:a|e|es|en|ad|ar|ando)|olvid(?:a|e|es|en|ad|ar|ando)(?:te)?|descart(?:a|e|ar)|omit(?:e|a|ir)|ha(?:z"
            r"|ga)\s+caso\s+omiso|(?:pasa|pase)\s+por\s+alto|no\s+(?:sigas|siga|hagas|haga|obedezcas)\s+(?:caso\s+(?:a"
            r"|de)\s+)?"
        ),
        orders=r"(?:instrucci[oó]n|[oó]rden|indicaci[oó]n|regla|directriz|directiva|comando|prompt|mandato)(?:es|s|ces)?",
        earlier=r"anterior(?:es)?|previ[oa]s?|de\s+arriba|precedentes?|original(?:es)?|inicial(?:es)?",
        told=(
            r"que\s+(?:te|le|se\s+te)\s+(?:han?|he|hayan|dieron|di|dijeron)\s*(?:dado|dicho|enseñado)?|que\s+(?:has"
            r"|hayas)\s+recibido|todo\s+lo\s+(?:anterior|que\s+(?:te|sabes))"
        ),
        role=(
            r"(?:a\s+partir\s+de\s+(?:ahora|este\s+momento)|desde\s+ahora|de\s+ahora\s+en\s+adelante),?\s+(?:eres|serás|tú"
            r"|actúas|actuarás|debes|responde\w{0,3}|vas)|ahora\s+eres\s+(?:un|una|el|la)|finge\s+(?:ser|que)"
            r"|actúa\s+como\s+si|haz\s+como\s+si|asume\s+el\s+papel"
        ),
        role_anchors="ahora momento finge actúa como papel",
        unbound=(
            r"no\s+tienes\s+(?:ninguna?\s+|ya\s+)?(?:restricci[oó]n|l[ií]mite|regla|filtro|censura)(?:es|s)?"
            r"|responde\s+sin\s+(?:ninguna?\s+)?(?:restricci[oó]n|l[ií]mite|filtro|censura)(?:es|s)?"
        ),
        unbound_anchors="restricc límite limite regla filtro censura",
        leak=(
            r"(?:muestra|revela|di|dime|repite|escribe|imprime|dame|enseña)(?:me)?\s+(?:\w{1,16}\s+){0,3}(?:prompt"
            r"|instrucciones|mensaje)\s+(?:de\s+|del\s+)?(?:sistema|inicial(?:es)?|secret[oa]s?|ocult[oa]s?|intern[oa]s?)"
        ),
        leak_anchors="sistema inicial secret ocult intern",
        steer=(
            r"en\s+tu\s+(?:próxima\s+|siguiente\s+)?(?:respuesta|salida)|tu\s+respuesta\s+(?:debe|tiene)|responde\s+(?:solo"
            r"|sólo|únicamente|siempre)"
        ),
        steer_anchors="respuesta salida responde",
    ),
    _Language(  # Italian
        anchors="ignor dimentic trascur scord tralasc",
        drop=(
            r"ignor(?:a|i|ate|are|ando|ino)|dimentic(?:a|hi|ate|are|ando)|trascur(?:a|i|ate|are)|scord(?:a|ati|are)"
            r"|tralasci(?:a|ate|are)?|non\s+(?:seguire|considerare|tenere\s+conto)"
        ),
        orders=r"(?:istruzion[ei]|regol[ae]|indicazion[ei]|direttiv[ae]|ordin[ei]|comand[oi]|prompt|consegn[ae])",
        earlier=r"precedent[ei]|anterior[ei]|(?:di\s+)?sopra|inizial[ei]|original[ei]|passat[ei]",
        told=(
            r"che\s+(?:ti\s+(?:hanno|ho|sono\s+state|è\s+stato)|hai)\s+(?:dat[oaie]|dett[oaie]|ricevut[oaie]|imparat[oaie])"
            r"|tutto\s+(?:quello|ciò)\s+che\s+(?:ti|hai|sai)"
        ),
        role=(
            r"(?:d['’]ora\s+in\s+(?:poi|avanti)|da\s+(?:adesso|ora|questo\s+momento)(?:\s+in\s+poi)?),?\s+(?:sei|sarai|tu"
            r"|agirai|devi|rispond\w{1,3})|(?:ora|adesso)\s+sei\s+(?:un|una|il|la)|fingi\s+(?:di|che)|comportati\s+come"
            r"|fai\s+finta"
        ),
        role_anchors="ora adesso momento fingi comportati finta",
        unbound=(
            r"non\s+hai\s+(?:più\s+|alcuna?\s+|nessuna?\s+)?(?:restrizion|limit|regol|filtr|censur)\w{1,3}"
            r"|rispondi\s+senza\s+(?:alcuna?\s+|nessuna?\s+)?(?:restrizion|limit|filtr|censur)\w{1,3}"
        ),
        unbound_anchors="restrizion limit regol filtr censur",
        leak=(
            r"(?:mostra|rivela|dimmi|ripeti|scrivi|stampa|dammi|svela)(?:mi)?\s+(?:\w{1,16}\s+){0,3}(?:prompt|istruzioni"
            r"|messaggio)\s+(?:di\s+|del\s+)?(?:sistema|inizial[ei]|segret[oaie]|nascost[oaie]|intern[oaie])"
        ),
        leak_anchors="sistema inizial segret nascost intern",
        steer=(
            r"nella\s+tua\s+(?:prossima\s+)?(?:risposta|uscita)|la\s+tua\s+risposta\s+(?:deve|dovrà)|rispondi\s+(?:solo"
            r"|soltanto|sempre|unicamente)"
        ),
        steer_anchors="risposta uscita rispondi",
    ),
    _Language(  # Portuguese
        anchors="ignor esque desconsider descart siga obedeça considere",
        drop=(
            r"ignor(?:e|a|em|ar|ando)|esque(?:ça|ce|cer|çam)(?:-se)?|desconsider(?:e|a|em|ar)|descart(?:e|a|ar)"
            r"|não\s+(?:siga|sigas|obedeça|considere)"
        ),
        orders=r"(?:instruç(?:ão|ões)|ordens|ordem|regras?|indicaç(?:ão|ões)|diretri(?:z|zes)|comandos?|prompts?|diretivas?)",
        earlier=r"anterior(?:es)?|prévi[oa]s?|(?:de\s+)?acima|precedentes?|origina(?:l|is)|inicia(?:l|is)",
        told=r"que\s+(?:você\s+recebeu|te\s+deram|lhe\s+foram\s+dadas|recebeste|eu\s+dei)|tudo\s+o\s+que\s+(?:te|lhe|você|eu)",
        role=(
            r"(?:a\s+partir\s+de\s+agora|de\s+agora\s+em\s+diante|daqui\s+em\s+diante),?\s+(?:você|tu|és|serás|vai|deve"
            r"|respond\w{1,3})|(?:agora\s+você\s+é|você\s+agora\s+é|agora\s+és)\s+(?:um|uma|o|a)|finja\s+(?:ser|que)"
            r"|aja\s+como\s+se|assuma\s+o\s+papel"
        ),
        role_anchors="agora daqui finja aja assuma",
        unbound=(
            r"(?:você\s+)?não\s+(?:tem|tens)\s+(?:mais\s+|nenhuma?\s+)?(?:restriç|limit|regra|filtro|censura)\w{0,4}"
            r"|respond[ae]\s+sem\s+(?:nenhuma?\s+|qualquer\s+)?(?:restriç|limit|filtro|censura)\w{0,4}"
        ),
        unbound_anchors="restriç limit regra filtro censura",
        leak=(
            r"(?:mostr[ea]|revel[ea]|diga|dig[ao]-me|repit[ae]|escrev[ae]|imprim[ae]"
            r"|d[êá])(?:-me)?\s+(?:\w{1,16}\s+){0,3}(?:prompt|instruções|mensagem)\s+(?:de\s+|do\s+)?(?:sistema|inicia(?:l"
            r"|is)|secret[oa]s?|ocult[oa]s?|intern[oa]s?)"
        ),
        leak_anchors="sistema inicia secret ocult intern",
        steer=(
            r"na\s+(?:sua|tua)\s+(?:próxima\s+)?(?:resposta|saída)\s*,|a\s+(?:sua|tua)\s+resposta\s+deve"
            r"|respond[ae]\s+(?:apenas|somente|só|sempre)"
        ),
        steer_anchors="resposta saída responda responde",
    ),
    _Language(  # Dutch
        anchors="negeer negeren vergeet vergeten sla volg omzeil",
        drop=r"negeer|negeren|vergeet|vergeten|omzeil|sla\s+(?:\w{1,16}\s+){0,4}over|volg\s+(?:\w{1,16}\s+){0,4}niet",
        orders=r"(?:instructie|aanwijzing|opdracht|regel|richtlijn|bevel|commando|prompt)(?:s|en)?",
        earlier=r"vorige|eerdere|bovenstaande|voorgaande|voorafgaande|oorspronkelijke|hierboven|tot\s+nu\s+toe",
        told=(
            r"(?:die|wat)\s+(?:je|jij|u|ik\s+je)\s+(?:\w{1,16}\s+){0,3}(?:gekregen|ontvangen|gegeven|verteld|gezegd"
            r"|geleerd)\w{0,3}|alles\s+wat\s+(?:je|ik)"
        ),
        role=(
            r"(?:vanaf\s+(?:nu|dit\s+moment)|voortaan)\s+(?:ben|bent|zul|moet|antwoord|speel|heet)\s+(?:je|jij|u)"
            r"|je\s+bent\s+(?:nu|voortaan)\s+(?:een|de|het|geen)|doe\s+alsof|speel\s+de\s+rol|gedraag\s+je\s+als"
        ),
        role_anchors="vanaf voortaan bent alsof speel gedraag",
        unbound=(
            r"je\s+hebt\s+geen\s+(?:\w{1,20}\s+)?(?:beperkingen|regels|filters|grenzen|richtlijnen|moraal)"
            r"|antwoord\s+zonder\s+(?:\w{1,20}\s+)?(?:beperking|filter|censuur)\w{0,2}"
        ),
        unbound_anchors="geen zonder",
        leak=(
            r"(?:toon|laat|geef|vertel|herhaal|onthul|schrijf|print)\s+(?:mij\s+"
            r"|me\s+)?(?:\w{1,16}\s+){0,3}(?:systeem-?\s?prompt|systeeminstructies?|systeembericht|(?:oorspronkelijke"
            r"|geheime|interne|verborgen)\s+(?:instructies|prompt|opdracht))"
        ),
        leak_anchors="systeem oorspronkelijke geheime interne verborgen",
        steer=(
            r"in\s+(?:je|jouw)\s+(?:volgende\s+)?(?:antwoord|reactie|uitvoer)|(?:je|jouw)\s+antwoord\s+moet"
            r"|antwoord\s+(?:alleen|uitsluitend|altijd)\s+(?:met|in|met)"
        ),
        steer_anchors="antwoord reactie uitvoer",
        last="negeren|vergeten|omzeilen",
    ),
    _Language(  # Polish
        anchors="ignoruj zignoruj ignorować zapomn pomiń pomin lekceważ",
        drop=(
            r"z?ignoruj(?:cie)?|z?ignorować|zapomnij(?:cie)?|zapomnieć|pomiń(?:cie)?|pominąć|zlekceważ"
            r"|nie\s+(?:przestrzegaj|słuchaj|stosuj\s+się\s+do)"
        ),
        orders=r"(?:instrukcj|poleceni|wskazów|wytyczn|zasad|reguł|rozkaz|prompt|komend)\w{0,4}",
        earlier=r"poprzedni\w{0,3}|wcześniejsz\w{1,3}|powyższ\w{1,3}|dotychczasow\w{1,3}|pierwotn\w{1,3}|otrzyman\w{1,3}",
        told=r"które\s+(?:otrzymałe[śm]|dostałe[śm]|ci\s+(?:dano|podano|dałem))|wszystko,?\s+co\s+(?:ci|wiesz|powiedzia)",
        role=(
            r"(?:od\s+(?:teraz|tej\s+(?:chwili|pory)))\s+(?:jesteś|będziesz|masz|odpowiadasz|nazywasz)|jesteś\s+teraz"
            r"|udawaj,?\s+że|zachowuj\s+się\s+jak(?:by)?|wciel\s+się|odgrywaj\s+rolę"
        ),
        role_anchors="teraz chwili pory udawaj zachowuj wciel odgrywaj",
        unbound=(
            r"nie\s+masz\s+(?:żadnych\s+|już\s+)?(?:ogranicze|zasad|filtr|regu|limit)\w{0,3}"
            r"|odpowiadaj\s+bez\s+(?:żadnych\s+)?(?:ogranicze|filtr|cenzur)\w{0,3}"
        ),
        unbound_anchors="ogranicze zasad filtr regu limit cenzur",
        leak=(
            r"(?:pokaż|ujawnij|podaj|powtórz|wypisz|napisz|wyświetl"
            r"|zdradź)\s+(?:mi\s+)?(?:\w{1,16}\s+){0,3}(?:prompt\w{0,2}\s+systemow\w{1,3}|(?:instrukcj|poleceni"
            r"|wiadomoś)\w{1,4}\s+(?:systemow|ukryt|tajn|początkow)\w{1,3}|(?:systemow|ukryt|tajn"
            r"|początkow)\w{1,3}\s+(?:prompt|instrukcj|poleceni)\w{0,4})"
        ),
        leak_anchors="systemow ukryt tajn początkow",
        steer=(
            r"w\s+(?:swojej|twojej)\s+(?:następnej\s+)?(?:odpowiedzi|wypowiedzi)|(?:twoja|swoją)\s+odpowied[źz]\s+(?:musi"
            r"|powinna)|odpowiadaj\s+(?:tylko|wyłącznie|zawsze)"
        ),
        steer_anchors="odpowied odpowiad wypowied",
    ),
    _Language(  # Danish, Norwegian, Swedish
        anchors="ignor glem glöm bort",
        drop=r"ignor(?:er|ér|era|ere)|glem(?:me)?|glöm(?:ma)?|bortse\s+fr(?:å|a)n|se\s+bort\s+(?:fra|ifra)",
        orders=r"(?:instru(?:ks|ktion|x)|anvisning|ordre|order|regel|regl|retningslinj|kommando|prompt)\w{0,5}",
        earlier=(
            r"(?:tidligere|forrige|foregående|foregaende|tidigare|föregående|ovenstående|ovanstående|overstående"
            r"|foranstående)"
        ),
        told=(
            r"(?:som|du)\s+(?:du\s+)?(?:har\s+)?(?:fått|fået|modtaget|mottatt|har\s+lært)|alt\s+(?:hvad|det)?\s*du\s+(?:har"
            r"|vet|ved)|allt\s+du\s+(?:har|vet)"
        ),
        role=(
            r"fr(?:a|ån)\s+(?:nu|nå)\s+(?:(?:af|av|på|och\s+framåt)\s+)?(?:er|är|skal|ska)\s+du|du\s+(?:er|är)\s+(?:nu"
            r"|nå)\s+(?:en|et|ett)|lad\s+som\s+om|låtsas\s+(?:att|som)|lat\s+som"
        ),
        role_anchors="fra från låtsas",
        unbound=(
            r"du\s+har\s+(?:ingen|inga|inte\s+några|ikke\s+nogen)\s+(?:\w{1,20}\s+)?(?:begr[æäe]ns|restri|regl|regel"
            r"|filt)\w{0,8}"
        ),
        unbound_anchors="begr restri regl regel filt",
        leak=(
            r"(?:vis|visa|gentag|gjenta|upprepa|avslöja|afslør|avslør|skriv)\s+(?:mig\s+"
            r"|meg\s+)?(?:\w{1,16}\s+){0,3}(?:system-?\s?prompt|systeminstru)\w{0,8}"
        ),
        leak_anchors="system",
        steer=r"i\s+dit\s+svar|i\s+ditt\s+svar|svar(?:a)?\s+(?:kun|bare|endast|alltid|altid)\s+(?:med|på)",
        steer_anchors="svar",
    ),
    _Language(  # Czech, Slovak
        anchors="ignoruj zapome zabudn nedbej",
        drop=r"ignoruj(?:te)?|zapomeň(?:te)?|zabudni(?:te)?|nedbej(?:te)?\s+na",
        orders=r"(?:pokyn|instrukc|instrukci|inštrukci|příkaz|príkaz|pravid|zadán)\w{0,4}",
        earlier=r"(?:předchoz|predchádzaj|předešl|dosavadn|výše\s+uveden|vyššie\s+uveden|původn|predošl)\w{0,5}",
        told=r"které\s+(?:jsi|ti)\s+\w{1,12}|ktoré\s+(?:si|ti)\s+\w{1,12}|(?:všechno|vše|všetko),?\s+co\s+(?:jsi|ti)",
        role=r"od\s+(?:teď|nynějška|teraz)\s+(?:jsi|budeš|si|máš)|předstírej,?\s+že|predstieraj,?\s+že|chovej\s+se\s+jako",
        role_anchors="teď nynějška teraz předstírej predstieraj chovej",
        unbound=r"nemáš\s+(?:žádná\s+|žiadne\s+)?(?:omezen|obmedzen|pravid|filt)\w{0,4}",
        unbound_anchors="nemáš",
        leak=(
            r"(?:ukaž|vypiš|zopakuj|prozraď|napiš)\s+(?:mi\s+)?(?:\w{1,16}\s+){0,3}(?:systémov\w{1,3}\s+(?:prompt|pokyn"
            r"|instrukc)\w{0,4})"
        ),
        leak_anchors="systémov",
        steer=r"ve?\s+sv[éo](?:j|ji|jí)?\s+odpov[ěe]di|odpovídej\s+(?:pouze|jen|vždy)",
        steer_anchors="odpov",
    ),
)

# "Do not forget the rules above" is honest advice.
_NOT_TOLD_NOT_TO = (
    r"(?<!n['’])(?<!\bne\s)(?<!\bne\spas\s)(?<!\bnicht\s)(?<!\bno\s)(?<!\bnon\s)(?<!\bnão\s)(?<!\bniet\s)(?<!\bnie\s)"
    r"(?<!\bikke\s)(?<!\binte\s)"
)
_NEAR = r"[^.!?\n。]{0,40}?"


def _of(language: _Language) -> tuple[Rule, ...]:
    drop, orders, earlier = rf"{_NOT_TOLD_NOT_TO}\b(?:{language.drop})", rf"\b{language.orders}\b", rf"\b(?:{language.earlier})\b"

    def rule(signal: str, action: Action, anchors: str, *patterns: str) -> Rule:
        return signal, action, tuple(anchors.split()), re.compile("|".join(patterns), re.IGNORECASE)

    return (
        rule(
            "override_translated",
            "quarantine",
            language.anchors,
            rf"{drop}\b{_NEAR}(?:{orders}{_NEAR}{earlier}|{earlier}{_NEAR}{orders})",
            *(
                [rf"(?:{orders}{_NEAR}{earlier}|{earlier}{_NEAR}{orders}){_NEAR}{_NOT_TOLD_NOT_TO}\b(?:{language.last})\b"]
                if language.last
                else []
            ),
            rf"{drop}\b{_NEAR}{orders}{_NEAR}\b(?:{language.told})",
        ),
        rule("override_translated", "flag", language.anchors, rf"{drop}\b{_NEAR}\b(?:{language.told})"),
        rule("new_role_translated", "flag", language.role_anchors, rf"\b(?:{language.role})"),
        rule("no_restrictions_translated", "flag", language.unbound_anchors, rf"\b(?:{language.unbound})"),
        rule("prompt_leak_translated", "flag", language.leak_anchors, rf"\b(?:{language.leak})"),
        rule(
            "response_steering_translated",
            "flag",
            language.steer_anchors,
            rf"(?:^|[.!?:;\n]\s{{0,8}})[^.!?\n]{{0,40}}\b(?:{language.steer})",
        ),
    )


# "Ignore the previous instructions" in further languages.
_FURTHER: tuple[Rule, ...] = tuple(
    ("override_translated", "quarantine", anchors, re.compile(pattern, re.IGNORECASE))
    for anchors, pattern in (
        (
            ("ignor", "uită", "uita"),
            r"\b(?:ignor(?:ă|a|ați|ati)|uit(?:ă|a|ați|ati))\b[^.\n]{0,30}\b(?:instrucțiun|instructiun|regul|comenz"
            r"|ordin)\w{0,4}\b[^.\n]{0,20}\b(?:anterioar|precedent|de\s+mai\s+sus)",
        ),
        (
            ("hagyd", "felejtsd"),
            r"(?:hagyd\s+figyelmen\s+kívül|felejtsd\s+el)[^.\n]{0,30}(?:korábbi|előző|fenti)[^.\n]{0,20}(?:utasítás"
            r"|szabály|parancs)",
        ),
        (
            ("unohda", "ohita", "jätä"),
            r"(?:unohda|ohita|jätä\s+huomiotta)[^.\n]{0,30}(?:aiemmat|aikaisemmat|edelliset|yllä)[^.\n]{0,20}(?:ohje"
            r"|käsky|sään)",
        ),
        (
            ("ігнору", "забудь"),
            r"(?:ігноруй|проігноруй|забудь)\w{0,3}[^.\n]{0,30}(?:попередн|вищезазначен)\w{0,4}[^.\n]{0,20}(?:інструкц"
            r"|вказівк|команд)",
        ),
        (
            ("zanemar", "ignorir", "zaboravi"),
            r"\b(?:zanemari|ignoriraj|zaboravi)\w{0,3}\b[^.\n]{0,30}\b(?:prethodn|ranij|gore"
            r"\s+naveden)\w{0,4}[^.\n]{0,20}\b(?:uput|instrukcij|naredb|pravil)",
        ),
        (
            ("игнорир", "забрав"),
            r"(?:игнорирай|забрави)\w{0,3}[^.\n]{0,30}(?:предишн|горн)\w{0,4}[^.\n]{0,20}(?:инструкци|указани|команд)",
        ),
        (
            ("игнорир", "забуд"),
            r"(?:игнорируй|забудь)\w{0,3}[^.\n]{0,30}(?:предыдущ|прежн|вышеуказанн)\w{0,4}[^.\n]{0,20}(?:инструкц"
            r"|указани|команд)",
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

RULES: tuple[Rule, ...] = tuple(rule for language in _EUROPEAN for rule in _of(language)) + _FURTHER
