"""Offers of a publication: what it asks for the rest of an article, and what its subscriptions cost."""

import re

_PRICE = (
    r"(?:[€$£¥₹]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€$£¥₹]|(?:euros?|dollars?|pounds?|pence|cents?|crowns?|francs?"
    r"|rupees|kr|kronor"
    r"|kroner|eur|usd|gbp|chf)\b))"
)
_PERIOD = (
    r"(?:a|per|every|/|each|for (?:the first )?\d+|pro|par|al|por|im|je|i)\s?(?:day|week|month|year|quarter|issues?"
    r"|woche|monat|jahr|semaine|mois|an\b|mes|semana|año|mese|anno|mês|maand|week|måned|månad)s?"
)
_offer = re.compile(
    rf"(?:[^.!?]{{3,60}}[?!] )?(?:subscribe|subscriptions?|sign up|join|try|get|start|save|unlock|enjoy|become"
    rf"|for (?:just|only"
    rf"|as little as)|from|only|just"
    rf"|abonnieren|testen|abonnez-vous|suscríbete|abbonati|assine"
    rf"|jetzt)\b.{{0,160}}{_PRICE}.{{0,40}}{_PERIOD}.{{0,160}}"
    rf"|(?:subscribe|subscriptions?|membership|digital access|abo\w*|suscri\w+)\b.{{0,120}}{_PRICE}.{{0,160}}(?<!\.)"
    rf"|(?:[^.!?]{{3,40}}[:?!] ?)?(?:try |get |enjoy |read |test )?\d{{1,3}} (?:issues|weeks|months|days|wochen"
    rf"|monate|mois|meses|mesi|maanden)"
    rf" (?:for|für|pour|por|per|voor) .{{0,20}}{_PRICE}.{{0,80}}"
    r"|(?:start|try|begin|get|claim) (?:your |a |our )?(?:\w+ ){0,3}(?:free|trial"
    r"|introductory)\b.{0,40}\b(?:trial|offer|month|week|access)\b"
    r".{0,120}|\d{1,3} (?:issues|weeks|months) for .{1,60}|(?:cancel|no commitment)\b.{0,12}\b(?:any ?time"
    r"|required).{0,60}",
    re.IGNORECASE,
)
#: The lines that say that the rest of this very article is to be paid for.
_teaser = re.compile(
    r"(?:this|the (?:full|rest of (?:the|this))) (?:article|story|content|report|post|feature"
    r"|piece)\b.{0,40}\b(?:is|are)\b.{0,20}"
    r"\b(?:for|available (?:only )?(?:to|for)|reserved for|exclusive(?:ly)? (?:to|for)|limited to|only for"
    r"|free for)\b.{0,30}"
    r"\b(?:subscribers?|members|registered (?:users|readers)|customers|premium)\b.{0,120}"
    r"|(?:you (?:have|['’]ve)|you['’]ve) (?:now )?(?:reached|read|used|hit|exceeded|viewed)\b.{0,60}\b(?:limit"
    r"|free|complimentary|last|maximum)\b.{0,40}"
    r"\b(?:articles?|stories|month|content|views)\b.{0,80}"
    r"|.{0,160}\b(?:to (?:continue|keep|finish) reading|to read (?:the )?(?:full|rest|whole|entire|remaining)"
    r"|to (?:access|view|unlock|see) (?:the )?"
    r"(?:full|rest|this|whole)|to unlock)\b.{0,60}\b(?:article|story|report|content|text|piece|everything)?\b.{0,120}"
    r"|.{0,120}\bto (?:read|access|view|unlock|see|finish) (?:the|this) (?:article|story|report|content|post)\b.{0,120}"
    r"|only (?:subscribers|members|registered users)\b.{0,80}|access to (?:this|the) (?:article|story|content"
    r"|page)\b.{0,100}"
    r"|(?:unlock|continue reading) (?:this|the full|the rest of (?:this|the)) (?:article|story|report).{0,120}"
    r"|(?:this is )?(?:a )?(?:premium|subscriber[- ]only|subscribers[- ]only|members[- ]only|paid"
    r"|exclusive subscriber)\b (?:article|content|story|post).{0,60}"
    r"|(?:please )?(?:log in|sign in|subscribe|register|sign up)\b.{0,60}\bto (?:continue|keep|read|access|view"
    r"|unlock)\b.{0,100}"
    r"|(?:the rest|\d{1,3} ?%) of (?:this|the) (?:article|story|post)\b.{0,80}"
    r"|(?:cet article|la suite (?:de cet article)?)\b.{0,40}\b(?:réservée?"
    r"|accessible)\b.{0,30}\babonn\w+.{0,80}|il vous reste \d.{0,60}à (?:lire|découvrir).{0,20}"
    r"|(?:dieser|der) (?:artikel|beitrag|text|inhalt)\b.{0,40}\b(?:nur|exklusiv)\b.{0,30}\b(?:abonnent|abo\b"
    r"|registrierte|digitalabo)\w*.{0,80}"
    r"|(?:weiterlesen|jetzt lesen) mit .{1,80}|(?:contenido|artículo|noticia)\b.{0,30}\b(?:exclusiv\w+|solo"
    r"|sólo)\b.{0,30}\b(?:suscriptores|abonados|socios).{0,60}"
    r"|(?:contenuto|articolo)\b.{0,30}\b(?:riservato|esclusivo)\b.{0,30}\babbonati.{0,60}|(?:conteúdo|matéria"
    r"|artigo)\b.{0,30}\b(?:exclusiv\w+)\b.{0,20}\bassinantes.{0,60}"
    r"|(?:dit artikel|artikel)\b.{0,30}\b(?:alleen|exclusief)\b.{0,20}\babonnees.{0,60}|.{0,60}\b(?:subscribers"
    r"|members) only\b.{0,40}",
    re.IGNORECASE,
)
_SPEAKS_TO_READER = re.compile(
    r"\b(?:you|your|us|our|subscri\w+|members|premium|log in|sign in|sign up|register\w*|unlock|account|abo|abonn\w+"
    r"|suscri\w+|socios|assinantes|abbonat\w+|digitalabo|lire|weiterlesen|the rest|exclusive)\b",
    re.IGNORECASE,
)


#: What every offer has; looked for first, because hardly any paragraph has it.
_HINTS = (
    *("subscri", "abo", "suscri", "assin", "member", "free", "log in", "sign in", "sign up", "register", "account"),
    *("premium", "trial", "limit", "unlock", "€", "$", "£", "¥", "₹", "crown", "euro", "dollar", "lire", "weiter"),
    *("rest of", "only", "cancel", "commitment", "issues for", "read"),
)


def is_teaser_notice(text: str) -> bool:
    """Whether `text` says that the rest of this article is for those who pay or log in."""
    return len(text) <= 300 and bool(_teaser.fullmatch(text)) and bool(_SPEAKS_TO_READER.search(text))


def is_offer(text: str) -> bool:
    """Whether `text` offers the publication: a price for a time, a trial, an account, the rest of the article."""
    return is_teaser_notice(text) or (
        bool(_offer.fullmatch(text))
        and not re.match(
            r"(?i)(?:from|only"
            r"|just) [a-z]+ly\b",
            text,
        )
    )
