"""What a newsletter says about itself: why it came, how to end it, where to read it on the web, who sends it.

A line counts as a whole. It is a menu of links with labels that senders use, or it speaks to its reader about the mail;
a story about newsletters tells of others.
"""

import re
from typing import Final

from worker.clean.notices import tells


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(";"))


#: Labels of the links that newsletters have and stories have not: how to end it, to change it, to read it on the web.
_LABELS: Final = _phrases(
    # to end it
    "unsubscribe; unsubscribe here; unsubscribe now; unsubscribe from this list; unsubscribe from this newsletter;"
    "unsubscribe from these emails; unsubscribe from all; one-click unsubscribe; opt out; opt-out; abmelden;"
    " abbestellen;"
    "austragen; newsletter abmelden; newsletter abbestellen; vom newsletter abmelden; se désabonner; se désinscrire;"
    "désinscription; désabonnement; darse de baja; cancelar suscripción; cancelar la suscripción; anular suscripción;"
    "disiscriviti; cancellati; annulla iscrizione; annulla l'iscrizione; cancelar inscrição; cancelar a inscrição;"
    "cancelar subscrição; cancelar assinatura; descadastrar; descadastre-se; afmelden; uitschrijven; avregistrera;"
    "avregistrera dig; avprenumerera; avsluta prenumeration; avsluta prenumerationen; afmeld; afmeld nyhedsbrev;"
    "frameld; meld deg av; avmeld; avmelding; wypisz się; zrezygnuj; zrezygnuj z subskrypcji; отписаться;"
    "отписаться от рассылки; відписатися; peruuta tilaus; lopeta tilaus; odhlásit se; odhlásit odběr;"
    "abonelikten çık; abonelikten ayrıl; leiratkozás; dezabonare; 配信停止; 配信停止はこちら; 購読解除; 退订; 取消订阅;"
    "取消訂閱; 수신거부; 수신 거부; 구독 취소; إلغاء الاشتراك; ביטול הרשמה;"
    # to change it
    "manage preferences; manage your preferences; manage email preferences; manage your email preferences;"
    "manage subscription; manage subscriptions; manage your subscription; manage your subscriptions;"
    "update preferences; update your preferences; update profile; update your profile; email preferences;"
    "subscription preferences; preference center; preference centre; change your preferences; email settings;"
    "einstellungen verwalten; einstellungen ändern; profil bearbeiten; profil aktualisieren; daten ändern;"
    "gérer mes préférences; gérer vos préférences; gérer mes abonnements; modifier mes préférences;"
    "gestionar preferencias; gestionar mis preferencias; actualizar preferencias; actualizar mis preferencias;"
    "gestisci preferenze; gestisci le preferenze; aggiorna le preferenze; gerir preferências; gerenciar preferências;"
    "atualizar preferências; voorkeuren beheren; voorkeuren wijzigen; gegevens wijzigen; hantera prenumeration;"
    "ändra inställningar; endre innstillinger; opdater profil; zarządzaj preferencjami; настройки рассылки;"
    # to read it on the web
    "view in browser; view in your browser; view this email in your browser; view this email in a browser;"
    "view this newsletter in your browser; view email in browser; open in browser; read in browser; view online;"
    "view this email online; read online; read this online; view on the web; view web version; web version;"
    "webversion; online version; im browser ansehen; im browser anzeigen; im browser öffnen; im browser lesen;"
    "zur webversion; zur onlineversion; onlineversion; voir dans le navigateur; voir en ligne; version en ligne;"
    "afficher dans le navigateur; lire en ligne; version web; ver en el navegador; ver en navegador; ver en línea;"
    "versión web; ver este correo en el navegador; visualizza nel browser; apri nel browser; leggi online;"
    "versione web; ver no navegador; abrir no navegador; versão web; bekijk online; bekijk in browser;"
    "bekijk in je browser; bekijk deze e-mail online; bekijk deze e-mail in je browser; lees online; webversie;"
    "online versie; visa i webbläsaren; läs i webbläsaren; öppna i webbläsaren; webbversion; se i browser;"
    "vis i browser; åbn i browser; åpne i nettleser; vis i nettleser; les i nettleseren; otwórz w przeglądarce;"
    "zobacz w przeglądarce; открыть в браузере; посмотреть в браузере; näytä selaimessa; avaa selaimessa;"
    "zobrazit v prohlížeči; tarayıcıda görüntüle; tarayıcıda aç; ブラウザで見る; ブラウザで表示; 在浏览器中查看;"
    " 在浏览器中打开"
)
#: Labels that stand beside those, and elsewhere, too.
_OTHER_LABELS: Final = _phrases(
    "forward; forward to a friend; forward this email; share; share this newsletter; privacy; privacy policy; terms;"
    "privacy notice; terms of use; terms of service; terms & conditions; legal notice; cookie policy; contact;"
    " contact us;"
    "help; help center; help centre; faq; advertise; advertise with us; about; about us; archive; archives;"
    " imprint; home;"
    "subscribe; sign up; weiterleiten; weiterempfehlen; datenschutz; datenschutzerklärung; impressum; kontakt; mentions"
    " légales; confidentialité; politique de confidentialité; contactez-nous; aviso legal; privacidad; contacto;"
    " contatti;"
    "política de privacidad; política de privacidade; informativa privacy; privacybeleid; facebook; twitter; x;"
    " instagram;"
    "linkedin; youtube; whatsapp; telegram; tiktok; threads; bluesky; mastodon; rss"
)
#: What parts the links of a menu, and the address behind one.
_BAR: Final = re.compile(
    r"\s?[|·•∙/‧‣»]\s?|,\s|\s[–—-]\s|\s(?:und|and|or|oder|et|ou|y|o|e|of|en|och|og|eller|lub|или)\s", re.IGNORECASE
)
_LINK: Final = re.compile(r"[:(<\[]{0,2}\s?https?://[^\s<>]{1,390}")
_AROUND: Final = " .:;!?()[]<>*_=~-–—→►▶\t"

#: "You receive this because ...", "This email was sent to ...": how such a line begins.
_WHY: Final = re.compile(
    r"(?:you(?:['’]re| are| have|['’]ve)? (?:\w+ly )?(?:receiv(?:e|ed|ing)|getting|been sent|got)"
    r"|sie (?:erhalten|bekommen"
    r"|haben)|du (?:erhältst|bekommst|hast)|vous (?:recevez|avez reçu)|tu (?:reçois|as reçu)|(?:usted )?(?:has recibido"
    r"|recibes|recibe|ha recibido|estás recibiendo|está recibiendo)|ricevi|hai ricevuto|ha ricevuto"
    r"|stai ricevendo|riceve"
    r"|(?:você )?(?:está recebendo|recebeu|recebe|está a receber)|(?:je|u) (?:ontvangt|krijgt|hebt)|du (?:får|har fått"
    r"|modtager|har modtaget|mottar|har mottatt)|otrzymujesz|otrzymał[eaś]+|вы (?:получили|получаете)|saat)"
    r" (?:[\w'’]+ ){0,3}?(?:e-?mails?|mails?|newsletters?|messages?|nachricht|courriels?|correos?|mensaje|boletín"
    r"|messaggio|mensagem|boletim|nieuwsbrief|bericht|nyhetsbrev(?:et)?|nyhedsbrev(?:et)?|utskick|e-posten|mejl(?:et)?"
    r"|wiadomość|письмо|рассылку|viestin|uutiskirjeen|updates?|alerts?|digest|briefing|this)\b.{0,300}"
    r"|this (?:e-?mail|newsletter|message) (?:was|is|has been)? ?(?:sent|intended|addressed)\b.{0,250}"
    r"|(?:(?:the )?(?:e-?mail|newsletter|message) )?(?:was )?sent to:? \S+@\S+.{0,200}"
    r"|diese (?:e-?mail|nachricht) (?:wurde|ist|ging|geht) an\b.{0,200}|(?:cet e-?mail|ce message) (?:a été|vous a été)"
    r" (?:envoyé|adressé).{0,200}|este (?:correo|mensaje|e-?mail) (?:fue|ha sido|foi) enviado.{0,200}"
    r"|questa (?:e-?mail|newsletter) (?:è|ti è) stata inviata.{0,200}|deze (?:e-?mail|nieuwsbrief) (?:is|wordt)"
    r" (?:verzonden|verstuurd|gestuurd).{0,200}|tento e-?mail (?:dostáváte|vám).{0,200}"
    r"|bu e-?posta.{0,120}gönderil.{0,80}"
    r"|(?:このメール|本メール|このメールマガジン)は.{0,120}|[您你](?:之所以)?(?:会)?收到(?:此|这封|本)(?:邮件"
    r"|电邮).{0,120}"
    r"|(?:이|본) (?:메일|뉴스레터)[은는].{0,120}|(?:لقد )?(?:تلقيت|وصلتك|تتلقى) هذ[هاي].{0,150}",
    re.IGNORECASE,
)
#: The words with which a newsletter says how to end or change it.
_ENDING: Final = re.compile(
    r"\bunsubscrib|\bopt out\b|\b(?:longer|not|rather not) (?:wish |want )?(?:to )?(?:receive|get|hear from)\b"
    r"|\bstop (?:receiving"
    r"|getting)\b|\b(?:update|change|manage) (?:your|how)\b.{0,40}(?:preferences?|subscriptions?|profile|receive)\b"
    r"|\babmelden\b|\babbestell|\baustragen\b|\bkeine (?:weiteren )?(?:e-?mails|newsletter)|nicht (?:mehr"
    r"|länger) (?:erhalten"
    r"|bekommen|empfangen)|d[ée]sabonn|d[ée]sinscri|plus recevoir|\bdar[ts]e de baja|cancelar (?:tu|su|la) suscripción"
    r"|dejar de recibir|no (?:deseas?|quieres?|desea|quiere) (?:seguir |más )?recib|\bdisiscri"
    r"|annullare l['’]iscrizione"
    r"|cancellarti|non (?:vuoi|desideri)(?: più)? ricevere|cancelar (?:a |a sua |sua )?(?:inscrição|assinatura"
    r"|subscrição)"
    r"|deixar de receber|não (?:deseja|quer|quiser)(?: mais)? receber|\buitschrijven|\bafmelden|(?:niet meer"
    r"|geen)\b.{0,30}"
    r"\b(?:ontvangen|e-?mails|nieuwsbrieven)|\bavregistrera|\bavsluta\b|\bafmelde?\b|\bframelde?\b"
    r"|\bmelde? deg av|\bavmelde?\b"
    r"|\b(?:inte|ikke) (?:längre|længere|lenger)\b|\bwypisać|\bzrezygnować|nie chcesz|отписаться|не хотите|odhlásit"
    r"|peruuttaa|配信停止|購読解除|退订|取消订阅|수신을 원",
    re.IGNORECASE,
)
_BROWSER: Final = re.compile(
    r"\b(?:browsers?|navigateur|navegador|nettleser\w*|webbläsare\w*|view(?:ing)?|online|selaim\w+)\b|przegląd|браузер"
    r"|prohlížeč|tarayıcı|ブラウザ|浏览器",
    re.IGNORECASE,
)
#: What such lines are about, or ask for.
_MAIL: Final = re.compile(
    r"\b(?:e-?mails?|mails?|mailings?|newsletters?|messages?|list|click(?:ing)?|at any ?time|link|klick\w*"
    r"|cliqu\w+|clic|clicca"
    r"|clique|klik\w*|correos?|boletín|boletines|courriels?|nieuwsbrie\w+|nyh[ee]?[td]sbrev\w*|utskick|mejl|e-post\w*"
    r"|biuletyn\w*|wiadomości|jederzeit)\b|рассыл|пис[её]м|メール|こちら|邮件|메일",
    re.IGNORECASE,
)
#: Words to its reader. The German "Sie" is one if it has its capital.
_READER: Final = re.compile(
    r"(?i:\b(?:you|your|please|to unsubscribe|click|want|du|dich|dein\w*|hier klicken|vous|votre|vos|cliquez|tu"
    r"|tus|usted|deseas?|quieres?"
    r"|haz|vuoi|desideri|puoi|clicca|você|clique|deseja|je|u|uw|jouw|dig|din|deg|chcesz|kliknij|вы|хотите"
    r"|нажмите|чтобы)\b)"
    r"|\b(?:Sie|Ihnen|Ihre?\w?)\b|(?<!^)Klick|ください|请|您|你|고객|원하"
)
_OTHERS: Final = re.compile(
    r"(?:was |has )?(?:this|someone)(?: e-?mail| newsletter)?(?: was)? (?:forward(?:ed)?|sent)(?: to you"
    r"| you)?.{0,40}\?.{0,150}"
    r"|(?:.{0,80}\b)?add \S+@\S+ to your (?:address|contacts|safe).{0,80}"
    r"|please do not reply to this (?:e-?mail|message)\b.{0,120}"
    r"|(?:our |the )?(?:mailing|postal) address(?: is)?\s?:.{0,200}|bitte (?:antworten sie )?nicht auf diese (?:e-?mail"
    r"|nachricht)\b.{0,100}",
    re.IGNORECASE,
)
#: Longest line that is looked at, in characters.
_LONGEST: Final = 400
#: Longest line that asks to end or open a newsletter, in characters.
_LONGEST_REQUEST: Final = 300

_STREET: Final = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[\w.'’-]+ ){1,4}(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|square"
    r"|sq|way|place"
    r"|plaza|parkway|highway)\b|\b(?:suite|floor|po box|p\.o\. box|postfach|apartado) ?\d"
    r"|\b\w+(?:straße|strasse|str\.|gasse|allee|platz|weg|straat|gatan|vägen|gade|gata|veien|gracht|laan"
    r"|katu) ?\d{1,4}\b"
    r"|\b\d{1,4}(?: ?bis)?,? (?:rue|avenue|boulevard|place|quai)\b"
    r"|\b(?:calle|avenida|avda\.?|plaza|paseo|via|viale|piazza|corso|rua|praça|ul\.|ulica|ул\.) [^.!?]{2,40}\d",
    re.IGNORECASE,
)
_SENTENCE_END: Final = (".", "!", "?", "…", "”", "。")
_LONGEST_ADDRESS: Final = 200


def is_mail_notice(text: str) -> bool:
    """Return whether `text` is a newsletter's word about itself: why it came, how to end, change or open it."""
    if len(text) > _LONGEST:
        return False
    return bool(_WHY.fullmatch(text) or _OTHERS.fullmatch(text)) or _is_menu(text) or _is_request(text)


def _is_menu(text: str) -> bool:
    labels = [part.strip(_AROUND).replace("’", "'").casefold() for part in _BAR.split(_LINK.sub(" ", text))]
    whole = text.strip(_AROUND).replace("’", "'").casefold()
    is_sure = any(label in _LABELS for label in labels)
    return whole in _LABELS or (is_sure and all(not x or x in _LABELS or x in _OTHER_LABELS for x in labels))


def _is_request(text: str) -> bool:
    if len(text) > _LONGEST_REQUEST or tells(text) or not _MAIL.search(text):
        return False
    if _BROWSER.search(text) and ("?" in text or _READER.match(text)):
        return True
    return bool(_ENDING.search(text) and _READER.search(text))


def is_senders_line(text: str) -> bool:
    """Return whether `text` may stand around such a word: the sender's postal address, its copyright."""
    if len(text) > _LONGEST_ADDRESS:
        return False
    is_address = _STREET.search(text) is not None and not text.endswith(_SENTENCE_END)
    return is_address or re.match(r"(?i)©|copyright\b|\(c\)", text) is not None
