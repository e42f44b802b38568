"""Offers of a paywall, and reports on prices that are none."""

import pytest

from worker.clean.html.offers import is_closed, is_offer


@pytest.mark.parametrize(
    "line",
    [
        "This article is for subscribers",
        "This content is only available to our members.",
        "For subscribers only",
        "You have reached your limit of free articles this month.",
        "You've used up your free articles for this week.",
        "You have 2 free articles remaining this month.",
        "This is your last free article this month.",
        "Weiterlesen mit OP+",
        "Dieser Artikel ist nur für Abonnenten",
        "Cet article est réservé aux abonnés",
        "Contenido exclusivo para suscriptores",
    ],
)
def test_a_line_that_closes_an_article_is_known(line: str) -> None:
    assert is_closed(line)
    assert is_offer(line)


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe from 1 crown a week to read the full story and everything else that the Oda Post writes.",
        "Try our digital subscription for £1 per week.",
        "Get unlimited access: your first month for €2, then €9.99 a month. Subscribe now.",
        "Register or log in to continue reading",
        "Already a subscriber? Log in",
        "Start your free trial today",
        "£2 a month for 3 months, then £12.",
        "Cancel anytime",
        "Jetzt für 1 € im ersten Monat testen, danach 9,99 € monatlich.",
        "Jetzt 4 Wochen testen und weiterlesen: 1 € pro Woche für Ihr Abo",
        "Abonnez-vous pour lire la suite : 1 € par mois pour vous",
        "Suscríbete para seguir leyendo, tu primer mes por 1 €",
    ],
)
def test_an_offer_is_known(line: str) -> None:
    assert is_offer(line)


@pytest.mark.parametrize(
    "line",
    [
        "The Oda Post raised the price of its subscription from 4 crowns a week to 5, and lost a tenth of its readers.",
        "“Subscribe for 1 crown a week and you get the full story,” said Maren Hale, who sells papers in the street.",
        "The fee was £2 a month at first, then £12.",
        "You have to pay 40 crowns a month, and then wait a year for a berth, the sailors say.",
        "Members of the union pay 12 crowns a month.",
        "The ferry company sells season tickets at 40 crowns a month, which is less than in Hollin.",
        "Residents can register for the free trial of the bus until Friday.",
        "Parliament has unlimited access to the files of the inquiry.",
    ],
)
def test_a_report_on_prices_is_none(line: str) -> None:
    assert not is_offer(line)
