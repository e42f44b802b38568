"""Offers of a paywall: lines in which a publication asks its reader to pay, to subscribe or to log in, to read on."""

import re

from worker.clean.rules import is_prose

#: Longest offer, in characters.
_LONGEST = 220

_PERIOD = r"(?:day|week|month|year|woche|monat|jahr|mois|semaine|an|mes|semana|año|mese|settimana|anno)s?"
_MONEY = r"(?:[$£€¥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:€|(?:euros?|crowns?|dollars?|pounds?|cents?|kr|eur|usd|p|c)\b))"
_PRICE = re.compile(
    rf"{_MONEY}.{{0,40}}(?:\b(?:an?|per|pro|im|par|por|al|for|every)\s|/\s?)"
    rf"(?:the |your |la |first |ersten |\d+ ){{0,3}}{_PERIOD}\b",
    re.IGNORECASE,
)
_SUBSCRIPTION = re.compile(
    r"subscri|\bmember(?:ship)?\b|\bunlimited\b|\bdigital access\b|\babo(?:s|nnement|nnieren|nnent(?:en)?)?\b|abonn"
    r"|testen|\bsuscr[ií]|\babbona|\bassin",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"\btrial\b|\bpremium\b|\bregister\b|\b(?:log|sign) (?:in|up)\b|anmelden|registrier", re.IGNORECASE
)
_READ_ON = re.compile(
    r"\b(?:continue|keep|finish) reading\b|\bunlock\b|\b(?:full|unlimited) (?:digital )?access\b"
    r"|\bread (?:the |this |our )?(?:full|whole|entire|rest of the|rest of this|complete)\b"
    r"|weiterlesen|weiter zu lesen|lire la suite|poursuivre (?:la|votre) lecture|(?:seguir|continuar) leyendo"
    r"|continua(?:re)? a leggere",
    re.IGNORECASE,
)
#: The line says that what follows is to be paid for.
_CLOSED = re.compile(
    "|".join(
        (
            r".{0,60}\b(?:article|story|content|report|page|post|piece)\b.{0,20}\b(?:is|are)\b.{0,30}\b(?:for|to)\b.{0,30}"
            r"\b(?:subscribers?|members)\b.{0,60}",
            r".{0,40}\b(?:subscriber|member)s?[- ](?:only|exclusive)\b.{0,40}",
            r"(?:exclusive(?:ly)? )?(?:for|to) (?:our )?(?:subscribers|members)(?: only)?\W*",
            r".{0,60}\b(?:reached|used up|hit|exceeded)\b.{0,40}\b(?:free|complimentary|article|story) "
            r"?(?:articles?|stories|limit)\b.{0,60}",
            r".{0,60}\blimit of\b.{0,20}\barticles\b.{0,40}",
            r"this is your (?:last|final|first|second|third|\d+\w*) (?:free |complimentary )?"
            r"(?:article|story)\b.{0,60}",
            r"you (?:have|['’]ve) read (?:all |your |the )?.{0,30}\b(?:articles|stories)\b.{0,40}",
            r"weiterlesen mit .{1,40}",
            r"you (?:have|['’]ve got) \d+ (?:free )?(?:articles|stories) (?:left|remaining).{0,60}",
            r".{0,40}\bartikel\b.{0,30}\b(?:nur )?für abonnenten\b.{0,60}",
            r".{0,40}\bréservée?s? (?:à nos|aux) abonné.{0,60}",
            r".{0,40}\b(?:solo|exclusivo|reservado) (?:para|a) (?:los |nuestros )?(?:suscriptores|abonados)\b.{0,60}",
            r".{0,40}\briservat[oa] agli abbonati\b.{0,60}",
        )
    ),
    re.IGNORECASE,
)
_HAS_ACCOUNT = re.compile(
    r"(?:are you )?already (?:a |an )?(?:subscriber|subscribed|member|registered|have an account)\b.{0,80}"
    r"|(?:sie sind )?(?:bereits|schon) abonnent.{0,80}|(?:vous êtes )?déjà abonné.{0,80}"
    r"|¿?(?:ya )?(?:es|eres) suscriptor.{0,80}|sei già abbonato.{0,80}",
    re.IGNORECASE,
)
#: What an offer says in lines of its own.
_OF_AN_OFFER = re.compile(
    rf"(?:start|begin|claim|try) (?:your|a|our|my)\b.{{0,30}}\btrial\b.{{0,60}}|cancel (?:at )?any ?time\b.{{0,40}}"
    rf"|(?:only |just |from |nur |ab )?{_MONEY}.{{0,40}}\b(?:then|after that|danach|puis|luego|poi)\b.{{0,40}}"
    r"|(?:see|view|compare|choose|show)(?: all| your| our| more)*(?: subscription)? (?:options|offers|plans)\b.{0,20}",
    re.IGNORECASE,
)
#: Words to the reader, or a command at the start.
_TO_READER = re.compile(
    r"\b(?:you|your|you['’](?:re|ve|ll)|we|our|us|now|today|sie|ihre?n?|jetzt|vous|votre|tu|tus|tuo|su|usted)\b"
    r"|^(?:subscribe|sign|get|join|try|start|become|unlock|register|log|continue|keep|read|enjoy|choose|save|support"
    r"|access)\b",
    re.IGNORECASE,
)


def is_closed(line: str) -> bool:
    """Return whether `line` says to the reader that the article is for subscribers, or their free articles are used."""
    return len(line) <= _LONGEST and not is_prose(line) and _CLOSED.fullmatch(line) is not None


def is_offer(line: str) -> bool:
    """Return whether `line` asks the reader to pay, to subscribe or to log in, to read on.

    A report on prices and subscriptions is none: it speaks to nobody, or says who said so.
    """
    if len(line) > _LONGEST or is_prose(line):
        return False
    if any(form.fullmatch(line) for form in (_CLOSED, _HAS_ACCOUNT, _OF_AN_OFFER)):
        return True
    subscription, read_on = _SUBSCRIPTION.search(line), _READ_ON.search(line)
    asks = (subscription and (read_on or _PRICE.search(line))) or (read_on and _ACCOUNT.search(line))
    return bool(asks and _TO_READER.search(line))
