"""Newsletters: what they say about themselves goes, the story stays."""

import time

import pytest

from worker.clean.newsletters import is_mail_notice, is_senders_line
from worker.clean.wire import sorted_copy

STORY = [
    "Fire destroyed a paper mill on the edge of Hollin before dawn on Friday, the fire service said.",
    "The roof of the drying hall fell in within minutes, and forty firefighters fought the flames until noon.",
]
NOTICES = """
You receive this because you signed up. Unsubscribe
You are receiving this email because you opted in on our website.
You’re receiving this newsletter because you subscribed to The Daily Reed.
This email was sent to ada@reed.example by The Daily Reed.
Unsubscribe: https://reed.example/u/123
View this email in your browser
Manage preferences | Unsubscribe | Privacy policy
Facebook · Instagram · Unsubscribe
Update your preferences or unsubscribe from this list
If you no longer wish to receive these emails, you can unsubscribe here.
Want to change how you receive these emails? You can update your preferences.
Trouble viewing this email? View it in your browser.
Was this email forwarded to you? Sign up here.
Please add post@reed.example to your address book.
Sie erhalten diesen Newsletter, weil Sie sich dafür angemeldet haben.
Wenn Sie keine weiteren Newsletter erhalten möchten, können Sie sich hier abmelden.
Newsletter abbestellen
Wird dieser Newsletter nicht richtig angezeigt? Im Browser öffnen
Vous recevez cet e-mail car vous êtes inscrit à notre lettre.
Si vous ne souhaitez plus recevoir nos e-mails, cliquez ici.
Se désinscrire | Voir dans le navigateur
Recibes este correo porque te suscribiste a nuestro boletín.
Darse de baja | Gestionar preferencias
Ricevi questa email perché ti sei iscritto.
Disiscriviti
Você está recebendo este e-mail porque se inscreveu.
Je ontvangt deze nieuwsbrief omdat je je hebt aangemeld.
Uitschrijven
Du får detta nyhetsbrev eftersom du prenumererar.
Du modtager dette nyhedsbrev, fordi du er tilmeldt.
Otrzymujesz tę wiadomość, ponieważ zapisałeś się na biuletyn.
Вы получили это письмо, потому что подписались на рассылку.
配信停止はこちら
您收到此邮件是因为您订阅了我们的服务。
"""
SENTENCES = """
Users can unsubscribe from the service in two clicks, the minister said.
Unsubscribe buttons are now the law in Varland.
You receive a pension because you worked for forty years.
This message was clear: the government must act.
Read online reviews before you buy a car, says a study.
Prosecutors found that the email was sent to the ministry on Friday.
Wer umzieht, muss sich binnen einer Woche abmelden.
Die Kunden müssen ihren Newsletter nicht abbestellen.
Vous recevez moins parce que les prix montent.
Sie erhalten mehr Geld, weil die Preise steigen.
Los vecinos pueden darse de baja del padrón en el ayuntamiento.
The council will manage preferences for school places online.
"""


@pytest.mark.parametrize("line", NOTICES.strip().splitlines())
def test_what_a_newsletter_says_about_itself_is_known_in_its_language(line: str) -> None:
    assert is_mail_notice(line)
    copy = sorted_copy([*STORY, line], "Fire destroys paper mill")
    assert copy.paragraphs == STORY
    assert [dropped.rule for dropped in copy.dropped] == ["mail notice"]


@pytest.mark.parametrize("line", SENTENCES.strip().splitlines())
def test_a_story_about_newsletters_stays(line: str) -> None:
    assert not is_mail_notice(line)


def test_the_address_of_the_sender_goes_with_the_notice_and_not_alone() -> None:
    address = "The Daily Reed, 12 Reed Street, Dornau 1010"
    assert sorted_copy([*STORY, address, "Unsubscribe", "© 2026 The Daily Reed"]).paragraphs[-1] == STORY[-1]
    assert sorted_copy([*STORY, address], "Fire").paragraphs[-1] == address


@pytest.mark.parametrize(
    "line",
    ["Der Rohrspatz, Lindenstraße 4, 1010 Dornau", "Le Roseau, 12 rue de la Gare, Dornau", "© 2026 The Daily Reed"],
)
def test_an_address_is_known_in_its_language(line: str) -> None:
    assert is_senders_line(line)


def test_a_notice_in_the_middle_of_a_long_text_is_part_of_it() -> None:
    paragraphs = (
        [f"{STORY[0]} {number}" for number in range(12)] + ["Unsubscribe"] + [f"{STORY[1]} {n}" for n in range(12)]
    )
    assert "Unsubscribe" in sorted_copy(paragraphs, "Fire").paragraphs


def test_a_line_above_the_text_is_no_headline() -> None:
    copy = sorted_copy(["View in browser", "Fire destroys paper mill", *STORY])
    assert copy.title == "Fire destroys paper mill"


@pytest.mark.parametrize(
    "part", ["unsubscribe | ", "unsubscribe and ", "if you want ", "you receive this ", "1 a ", "://"]
)
def test_a_hostile_line_is_read_in_no_time(part: str) -> None:
    start = time.process_time()
    is_mail_notice(part * 5_000)
    is_senders_line((part * 5_000)[:200])
    assert time.process_time() - start < 1
