"""Wire copy: what is taken from a story, and what only looks like noise and stays."""

import pytest

from worker.clean.layout import paragraphs
from worker.clean.repair import repaired, typeset
from worker.clean.wire import Copy, sorted_copy

TITLE = "Harbour of Alder Vale closes after storm"
LEAD = "The harbour of Alder Vale closed on Monday after a storm tore away its northern pier, the port office said."
MIDDLE = "Nobody was hurt, but forty boats cannot leave before the channel has been dredged, according to Maren Hale."
LAST = "Repairs will begin next week and are expected to cost 3.5 million crowns, most of it paid by the province."
STORY = [LEAD, MIDDLE, LAST]


def cleaned(*lines: str, title: str | None = None) -> Copy:
    return sorted_copy(paragraphs(typeset(repaired("\n\n".join(lines)))), title)


@pytest.mark.parametrize(
    "dateline",
    [
        "WASHINGTON, Sept 18 (Reuters) - ",
        "LONDON/SINGAPORE, June 14 (Reuters) - ",
        "TAIPEI (Reuters) -",
        "(CNN)",
        "Tehran, Iran (CNN)",
        "Nov 20 (Reuters) - ",
        "(Reuters) — ",
        "Iran Press/Europe: ",
        "Iranpress/ Asia: ",
        "Alder Vale, March 5, IRNA – ",
        "NEW DELHI: ",
        "WASHINGTON – ",
        "Berlin (dpa) - ",
        "Alderstadt (dpa/lno) - ",
        "BEIJING, 10 août (Xinhua) -- ",
        "LISBOA, 18 jun (Xinhua) -- ",
        "Bogotá, 12 de mayo (EFE) - ",
        "Madrid, 5 mar (EFE).- ",
        "KANSAS CITY, Mo. , Oct. 1, 2015 /PRNewswire/ -- ",
        "NEW YORK--(BUSINESS WIRE)--",
        "TORONTO, May 3, 2016 (GLOBE NEWSWIRE) -- ",
        "ATLANTA (AP) _ ",
        "HAYWARD, Calif. (AP) — ",
        "PORT-AU-PRINCE, Haiti (AP) — ",
        "MOSCOW, March 5. /TASS/. ",
        "МОСКВА, 5 марта. /ТАСС/. ",
        "KYIV, 5 March — ",
        "Mumbai, March 5: ",
        "New Delhi, Nov 20 (PTI) ",
        "TEHRAN, Mar. 05 (MNA) – ",
        "ALDER VALE, Oda (Vane News) - ",
        "القاهرة 5 مارس (رويترز) - ",
        "新华社北京3月5日电（记者张三）",
        "【東京共同】",
        "(서울=연합뉴스) 홍길동 기자 = ",
        "Oda [Varland], November 24 (ANI): ",
        "(ANSA) - HOLLIN, 24 NOV - ",
        "(AGI) - Roma, 24 nov. - ",
        "МОСКВА, 24 ноя – РИА Новости. ",
        "Москва. 24 ноября. INTERFAX.RU - ",
        "KYIV, Nov 24 – Ukrinform. ",
        "TOKYO, Nov. 24, Kyodo - ",
        "MADRID, 24 Nov. (EUROPA PRESS) - ",
    ],
)
def test_a_dateline_is_taken_into_its_field(dateline: str) -> None:
    copy = cleaned(TITLE, dateline + LEAD, MIDDLE, LAST)

    assert copy.paragraphs == STORY
    assert copy.title == TITLE
    assert copy.dateline
    assert copy.dateline.strip(".") in dateline


@pytest.mark.parametrize(
    ("dateline", "lead"),
    [
        ("Berlin", "Der Rat der Stadt hat am Montag nicht über den alten Kai entschieden."),
        ("Düsseldorf, Frankfurt", "Nach dem Sturm wird die Brücke für den Verkehr gesperrt."),
        ("Wien", "Innenminister Ode Marr (NPA) fordert eine Brücke und mehr Fähren für die Inseln."),
        ("ALGER-", "L'Algérie ferme ses ports pour trois jours, a dit le ministre lundi."),
        ("【東港聯合ニュース】", "東港市は火曜日、古い埠頭を閉鎖することを決めた。"),
        ("（東リーグ、東港２－５西港、２４日、東港Ｄ）", "4番の勢いが止まらない。東港は三連敗となった。"),
        ("Köln", "US-Präsidentin Hale hat dem Rat mit Zöllen gedroht und will sich nicht erklären."),
    ],
)
def test_a_place_that_ran_into_its_sentence_is_a_dateline(dateline: str, lead: str) -> None:
    space = " " if dateline[-1].isalpha() else ""
    copy = cleaned("Rat vertagt sich", f"{dateline}{space}{lead}", "Der Rat tagt am Freitag wieder.")
    assert copy.dateline
    assert (copy.dateline in repaired(dateline), copy.paragraphs[0]) == (True, lead)


@pytest.mark.parametrize(
    "opening",
    [
        "Berlin hat am Montag beschlossen, den alten Kai und die Brücke zu sperren.",
        "Berlin Brandenburg ist der Flughafen, den die Stadt und das Land sich wünschten.",
        "PARIS-Nice est une course de vélo qui part à huit heures et passe par deux ports.",
        "（東港）埠頭は老朽化のため閉鎖されることになった。",
        "Hamburg Airport wird für drei Tage und Nächte gesperrt, sagt der Betreiber.",
        "Paris In the Spring is the title of the book that she wrote about him.",
        "Hale Der Kai ist nach dem Sturm gesperrt und wird nicht mehr gebraucht.",
    ],
)
def test_a_place_that_belongs_to_its_sentence_stays(opening: str) -> None:
    copy = cleaned("Rat vertagt sich", opening, "Der Rat tagt am Freitag wieder.")
    assert (copy.dateline, copy.paragraphs[0]) == (None, opening)


@pytest.mark.parametrize("dateline", ["SEOUL, Nov 26 AFP", "Oslo, March 5 AP", "STENBRIDGE, 5 Nov Reuters"])
def test_an_agency_may_follow_the_date_without_a_mark(dateline: str) -> None:
    copy = cleaned(TITLE, f"{dateline} - {LEAD}", MIDDLE, LAST)
    assert (copy.dateline, copy.paragraphs) == (dateline, STORY)


def test_words_that_divide_a_story_are_no_places() -> None:
    parts = [LEAD, f"BEHAUPTUNG: {MIDDLE}", f"BEWERTUNG: {LAST}"]
    copy = cleaned(TITLE, *parts)
    assert (copy.dateline, copy.standfirst, copy.paragraphs) == (None, None, parts)


def test_a_dateline_may_stand_on_a_line_of_its_own() -> None:
    copy = cleaned(TITLE, "ALDER VALE, ODA", *STORY)

    assert (copy.dateline, copy.paragraphs) == ("ALDER VALE, ODA", STORY)


def test_what_stands_between_headline_and_dateline_is_the_standfirst() -> None:
    copy = cleaned(
        TITLE, "A storm has torn away the pier of the town's only harbour.", "ODA (Reuters) - " + LEAD, MIDDLE, LAST
    )

    assert copy.standfirst == "A storm has torn away the pier of the town's only harbour."
    assert copy.paragraphs == STORY


def test_a_byline_that_runs_into_the_dateline_is_a_byline() -> None:
    copy = cleaned(TITLE, "By Maren Hale London, Jul 27 (PTI) " + LEAD, MIDDLE, LAST)

    assert (copy.byline, copy.dateline) == ("Maren Hale", "London, Jul 27 (PTI)")


@pytest.mark.parametrize(
    "opening",
    [
        "London - long the home of the market - lost its place on Monday.",
        "Paris (population 2.1 million) - once a rival - kept quiet all day long.",
        "NATO - The alliance said on Monday that it would not move its troops.",
        "BREAKING: The council of the town met on Monday and decided nothing.",
        "NASA: The probe landed on Monday in the crater of the moon.",
        "Marr: The council of the town met on Monday and decided nothing.",
        "On March 5: The council of the town met and decided nothing at all.",
        "The Bank of Alder (BOA) - The largest in town - closed on Monday.",
        "Maren Hale (AP) said that the council of the town had met on Monday.",
        "June 9 – West Palm Beach, FL @ Coral Sky Amphitheatre and four more towns.",
        "May 5 - The day nobody forgets in town - was cold and wet this year.",
        "Washington: A Life is the title of the book that she wrote about him.",
        "TOP STORY: The council of the town met on Monday and decided nothing.",
        "VISIT the Marrow Valley Horse Show, Oct. 11–21, in Hollin, where entry is free.",
        "Oda and Hollin, Nov. 5–7 – the days on which nothing was decided at all.",
        "NATO -- The alliance said on Monday that it would not move its troops.",
    ],
)
def test_a_dash_or_colon_after_a_name_makes_no_dateline(opening: str) -> None:
    copy = cleaned(TITLE, opening, MIDDLE, LAST)

    assert (copy.dateline, copy.paragraphs[0]) == (None, opening)


#: Lines that are no news wherever they stand between paragraphs of a story.
NOISE_ANYWHERE = [
    "Read more: Storm tears away pier of Alder Vale",
    "READ MORE: 'I could see the light', says keeper",
    "Read More | Storm tears away pier",
    "ALSO READ | Storm tears away pier",
    "WATCH | Storm tears away the pier of Alder Vale",
    "SEE MORE: Alder Vale storm: forty boats under siege",
    "See also: Harbours of Oda reviewed",
    "MORE NEWS: Here is the outlook for the harbour",
    "Related: 7 Strange Signs That Your Harbour Is Sinking",
    "[Related: Storm Season In Oda: Boats, Piers And Protestors]",
    "OPINION | Who will pay for the pier",
    "205/219",
    "(Read also: Forty boats stuck in Alder Vale)",
    "► Read more: Forty boats stuck",
    "À lire aussi : La tempête emporte la jetée",
    "Lea también: La tormenta se llevó el muelle",
    "Lesen Sie auch: Sturm reißt Mole weg",
    "Читайте также: Шторм разрушил пирс",
    "اقرأ أيضا: العاصفة تدمر الرصيف",
    "Scroll down for video",
    "Check out the video below for the moment the pier fell.",
    "CLICK HERE TO GET THE ALDER APP",
    "GET ALDER BUSINESS ON THE GO BY CLICKING HERE",
    "Click here to subscribe to The Alder Newsletter",
    "Sign up for our daily newsletter to get the latest news in your inbox.",
    "The Alder briefing newsletter brings you the stories of the harbour. Sign up here.",
    "Subscribe to our channel and get daily updates",
    "Follow us on Twitter for breaking news updates.",
    "Follow Maren Hale on Twitter @marenhale",
    "Like us on Facebook",
    "Share this article on Facebook, Twitter and WhatsApp.",
    "Click To Tweet",
    "Facebook Twitter WhatsApp Email",
    "Advertisement",
    "ADVERTISEMENT - CONTINUE READING BELOW",
    "Story continues below",
    "This post may contain affiliate links, and we may earn a commission.",
    "We use cookies to improve your experience on our website.",
    "Post Comment (+)",
    "Comments (34)",
    "Leave a comment",
    "Published: 14:22 EST, 3 March 2020",
    "Updated 5 March 2020, 09:14 GMT",
    "First Published: Tuesday, March 3, 2020 08:38 AM",
    "Alder Vale, Vane News Desk | Updated : 3 March 2020, 09:01 AM",
    "4 min read",
    "Photo: Getty Images",
    "(Photo credit: Vane Dredging)",
    "Photograph: Maren Hale/AP",
    "Main image credit: Getty",
    "(Reporting by Maren Hale in Oda and Ode Marr in Vane; Editing by Tilda van der Aa)",
    "Reporting by Maren Hale; Writing by Ode Marr; Editing by Tilda Roe",
    "Additional reporting by Maren Hale",
    "Compiled by Ode Marr.",
    "Maren Hale contributed reporting from Vane.",
    "Vane News writers Maren Hale, Ode Marr and Tilda Roe contributed to this report.",
    "CNN's Maren Hale and Ode Marr contributed to this report.",
    "(With inputs from agencies)",
    "This story has not been edited by Vane staff and is auto-generated from a syndicated feed.",
    "This story is part of our special coverage of the region.",
    "Originally published on Alder Science.",
    "Our Standards: The Vane Trust Principles.",
    "Copyright 2020 Vane News. All rights reserved.",
    "Copyright ©2020 Dow Vane & Company, Inc. All Rights Reserved.",
    "© 2020 Vane News",
    "All rights reserved. This material may not be published, broadcast, rewritten or redistributed.",
    "The views and opinions expressed herein are those of the author and do not reflect those of Vane, Inc.",
    "Media playback is not supported on this device",
    "* * *",
    "___",
    "CLOSE",
    "Hide caption",
    "Image 1 of / 13",
    "Tempo de leitura: 2 minutos",
    "Lesezeit: 3 Minuten",
    "(ATTN: ADDS details, photo)",
    "The post Storm tears away pier appeared first on Vane News.",
    "L’article La tempête emporte la jetée est apparu en premier sur Vane News.",
    "Der Beitrag Sturm reißt Mole weg erschien zuerst auf Vane News.",
    "La entrada La tormenta se llevó el muelle se publicó primero en Vane News.",
    "Continue reading Storm tears away pier →",
    "Read the full story at Vane News",
    "[caption id=1 width=300]",
    "[gallery ids=1,2]",
    "--With assistance from Maren Hale and Ode Marr.",
    "More stories like this are available on vane.example",
    "Source text for Eikon: [ID:nVane1]",
    "((Vane.Briefs@vane.example))",
    "This copy is for your personal, non-commercial use only. To order copies for your clients, visit vane.example.",
    "==Kyodo",
    "저작권자(c) 연합뉴스, 무단 전재-재배포 금지",
    "This article is for subscribers",
    "You have reached your limit of free articles this month.",
    "Subscribe from 1 crown a week to read the full story and everything else that the Oda Post writes.",
    "Start your free trial today",
    "12 issues for £11.99",
    "Log in to continue reading",
    "To read this article in full, subscribe to Vane Plus.",
    "Want to read more? Subscribe now for €2 a week.",
    "Create a free account to read this article",
    "Only subscribers can read this article.",
    "Try 4 weeks for $1",
    "Jetzt testen: 4 Wochen für 1 €",
    "This post Storm tears away pier first appeared on Vane News",
    "… Read more",
    "Dieser Artikel ist nur für Abonnenten",
    "Cet article est réservé aux abonnés.",
    "Contenido exclusivo para suscriptores",
]


@pytest.mark.parametrize("noise", NOISE_ANYWHERE)
def test_a_line_that_is_no_news_is_dropped_and_named_with_its_rule(noise: str) -> None:
    copy = cleaned(TITLE, LEAD, MIDDLE, noise, LAST)

    assert copy.paragraphs == STORY
    assert noise in [dropped.line for dropped in copy.dropped]
    assert all(dropped.rule for dropped in copy.dropped)


@pytest.mark.parametrize(
    "noise",
    [
        "205/219",
        "By Jane Smith, Staff Reporter",
        "104/ 219",
        "4/19",
        "9376**1416",
        "dpa wsz jln npr",
        "bur-abc/xyz",
        "MP/PR",
        "MNA/5123456",
        "PTI SKL ABC",
        "131137 GMT Nov 13",
        "071341 GMT Okt 15",
        "AP-WF-02-20-16 0337GMT",
        "Enditem",
        "-30-",
        "###",
        "SOURCE: News agencies",
        "Source: Xinhua",
        "SOURCE Vane Dredging Inc.",
        "Keywords: HARBOUR ODA/STORM",
        "maren.hale@vane.example",
        "twitter.com/marenhale",
        "Maren Hale can be reached at maren.hale@vane.example",
        "Tel: +49 30 2852 31472; <desk@vane.example>",
        'Maren Hale\'s book about piers, "Out There", is out now. Follow her on Twitter @marenhale.',
        "More Vane sport: https://vane.example/sport and https://twitter.com/Vane_Sports",
        "Follow Vane's coverage at https://vane.example/storm",
        "For more information on dredging, please visit: www.vane.example",
        "责任编辑：张三",
        "来源：新华社",
        "Correspondent Ode Marr in Vane contributed to this story.",
    ],
)
def test_a_line_that_closes_a_story_is_dropped_at_its_end(noise: str) -> None:
    assert cleaned(TITLE, *STORY, noise).paragraphs == STORY


@pytest.mark.parametrize(
    "noise",
    [
        "BC-ODA--Harbour-Storm, 1st Ld-Writethru,416",
        "AP-ODA--Alder-Storm, 4th Ld-Writethru",
        "ODA-STORM/HARBOUR (UPDATE 2, PIX, TV)",
        "Oda-storm-harbour,2ndlead",
        "URGENT",
        "1ST LEAD",
        "AP Photo ODA105, ODA106",
        "Eds: Updates with damage. With AP Photos.",
        "10/01/15 - 2:15 PM EDT",
        "October 12, 2017",
        "5:45 AM PST 11/19/2019 by Maren Hale",
        "sexta-feira, 22 de outubro de 2010 às 20:13",
        "November 20, 2019 - 11:28 AMT",
    ],
)
@pytest.mark.parametrize("above", [True, False], ids=["above the headline", "below the headline"])
def test_the_marks_of_a_desk_are_dropped_at_the_head(noise: str, above: bool) -> None:
    copy = cleaned(*((noise, TITLE) if above else (TITLE, noise)), *STORY)

    assert (copy.title, copy.paragraphs) == (TITLE, STORY)


@pytest.mark.parametrize(
    ("lines", "byline"),
    [
        (["By Maren Hale"], "Maren Hale"),
        (["By", "Maren Hale"], "Maren Hale"),
        (["By MAREN HALE=", "AP Sports Writer="], "MAREN HALE"),
        (["By Maren Hale and Ode Marr, Associated Press"], "Maren Hale and Ode Marr, Associated Press"),
        (["By Jane Smith, Staff Reporter"], "Jane Smith, Staff Reporter"),
        (["By Associated Press"], "Associated Press"),
        (["Written by: Maren Hale"], "Maren Hale"),
        (["Story by Tilda van der Aa"], "Tilda van der Aa"),
        (["Von Maren Hale, dpa"], "Maren Hale, dpa"),
        (["Par Maren Hale"], "Maren Hale"),
        (["Por Maren Hale"], "Maren Hale"),
        (["Author: Maren Hale"], "Maren Hale"),
    ],
)
def test_a_byline_is_taken_into_its_field(lines: list[str], byline: str) -> None:
    copy = cleaned(TITLE, *lines, *STORY)

    assert (copy.byline, copy.paragraphs) == (byline, STORY)


@pytest.mark.parametrize(
    "label",
    [
        "Read More:",
        "Read more",
        "READ ALSO:",
        "DON'T MISS",
        "Related",
        "Related stories:",
        "You may also like",
        "More from Vane News",
        "Most read",
        "Lea también:",
        "Mehr zum Thema",
        "Читайте также:",
    ],
)
def test_a_label_takes_the_headlines_under_it_to_the_end_of_the_text(label: str) -> None:
    copy = cleaned(
        TITLE,
        *STORY,
        "205/219",
        label,
        "Oda council: measures 'reckless'",
        "Storm foils regatta",
        "Why is the pier so old?",
    )

    assert copy.paragraphs == STORY


def test_a_label_in_the_middle_takes_its_headlines_and_no_more() -> None:
    copy = cleaned(
        TITLE, LEAD, "DON'T MISS", "Mayor furious at storm jibe [INSIGHT]|", "Pier 'doomed' [VIDEO]", MIDDLE, LAST
    )

    assert copy.paragraphs == STORY


def test_highlights_under_their_mark_are_dropped() -> None:
    copy = cleaned(*STORY, "@highlight", "Pier torn away", "@highlight", "Forty boats stuck.")

    assert copy.paragraphs == STORY


@pytest.mark.parametrize(
    "mark", ["# dpa NOTEBOOK", "# dpa-Notizblock", "## Redaktionelle Hinweise", "Notes to editors:"]
)
def test_what_is_not_for_publication_is_cut_to_the_end(mark: str) -> None:
    copy = cleaned(
        TITLE,
        *STORY,
        mark,
        "* * * *",
        "The following information is not for publication",
        "## Contacts",
        "Maren Hale writes about harbours.",
        "dpa wsz jln",
    )

    assert copy.paragraphs == STORY


def test_an_unlabelled_list_of_headlines_at_the_end_is_dropped() -> None:
    copy = cleaned(
        TITLE, *STORY, "- Oda Mission Could Potentially Spot Sunken Piers", "- Photos: The Mysterious Harbour of Vane"
    )

    assert copy.paragraphs == STORY


@pytest.mark.parametrize(
    "sign_off",
    [
        " (Reporting by Maren Hale; Editing by Ode Marr)",
        " Reporting by Maren Hale; Editing by Ode Marr",
        " (Reporting by Maren Hale; Editing by Ode Marr) ((hale@vane.example; +1 646-223-6000;)) Keywords: GOLF PGA",
        " Enditem",
        " PTI MH OM",
        " CNN's Maren Hale and Ode Marr contributed to this report.",
        " Follow @vaneshowbiz for more",
        " (With agency inputs)",
        " (Photo credit: Vane Dredging)",
        " (ANI)",
        " (ANSA).",
        " (Reuters)",
        " EFE",
        " EFE abc/def",
        " (foto)(vídeo)",
        " --IANS vm/rs",
        " ==Kyodo",
        " (END)",
        " APNewsAlert",
        " (भाषा)",
        " भाषा नेत्रपाल",
        " (إعداد مارن هيل للنشرة العربية - تحرير أودي مار)",
        " （完）",
        "【编辑:张三】",
        " (c)共同通信社",
        " (끝)",
        " [+2143 chars]",
    ],
)
def test_a_sign_off_glued_to_the_last_sentence_is_cut(sign_off: str) -> None:
    assert cleaned(TITLE, LEAD, MIDDLE, LAST + sign_off).paragraphs == STORY
    assert cleaned(LAST + sign_off).paragraphs == [LAST]


def test_names_alone_under_a_sign_off_are_dropped() -> None:
    copy = cleaned(TITLE, *STORY, "Reporting by Maren Hale; Editing by Ode Marr", "Maren Hale", "Thomson Reuters")

    assert copy.paragraphs == STORY


def test_one_copy_of_a_caption_is_kept_and_its_credit_is_not() -> None:
    caption = "Boats lie in the harbour of Alder Vale on Monday."

    copy = cleaned(TITLE, LEAD, caption, caption + " Photograph: Maren Hale/AP", MIDDLE, LAST)

    assert copy.paragraphs == [LEAD, caption, MIDDLE, LAST]


def test_the_headline_repeated_as_a_paragraph_is_dropped() -> None:
    copy = cleaned(TITLE.upper(), *STORY, title=TITLE)

    assert copy.paragraphs == STORY


def test_the_headline_that_runs_into_the_first_paragraph_is_dropped() -> None:
    title = TITLE.title()
    copy = cleaned(f"{title} {STORY[0]}", *STORY[1:], title=title)

    assert copy.paragraphs == STORY
    assert [(dropped.line, dropped.rule) for dropped in copy.dropped] == [(title, "repeated title")]


@pytest.mark.parametrize(
    "line",
    [
        "Get the Tide newsletter. SUBSCRIBE",
        "Sign up for the Alder Vale evening newsletter",
        "The best of the harbour, in your inbox SIGN UP NOW",
        "Image copyright Vane Pictures Image caption The storm tore away the northern pier",
        "Media caption Waves break over the northern pier",
        "Boats lie in the harbour of Alder Vale on Monday. [Photo/Agencies]",
        "Boats lie in the harbour of Alder Vale. (File photo: Maren Hale)",
        "Boats lie in the harbour of Alder Vale. Maren Hale/Getty Images",
        'CLOSE Storm tears away pier; mayor of Oda resigns; the "Tide" goes on. (Feb. 6) AP',
    ],
)
def test_a_box_or_caption_above_the_headline_is_not_taken_for_it(line: str) -> None:
    copy = cleaned(line, TITLE, *STORY)

    assert (copy.title, copy.paragraphs) == (TITLE, STORY)
    assert [dropped.line for dropped in copy.dropped] == [line]


@pytest.mark.parametrize(
    "title", ["Mayor of Alder Vale signs up for the navy", "Subscribe or else, gang tells the shops of Alder Vale"]
)
def test_a_headline_that_reads_like_a_box_stays(title: str) -> None:
    assert cleaned(title, *STORY).title == title


def test_the_second_line_of_an_east_asian_title_joins_the_first() -> None:
    copy = cleaned(
        "市長「残念だ」（東港スポーツ ） - 潮ニュース", "東港市は火曜日、埠頭を閉鎖した。", title="東港の埠頭、閉鎖！"
    )

    assert (copy.title, copy.paragraphs) == ("東港の埠頭、閉鎖！ 市長「残念だ」", ["東港市は火曜日、埠頭を閉鎖した。"])


#: Prose that looks like noise: every line of it is news.
PROSE = [
    "The motion passed 205/219 late on Tuesday, with 14 deputies absent.",
    '"Read more books, not polls," the speaker told reporters.',
    "By Wednesday the bill had reached the upper house.",
    "By John Smith standards it was a quiet day; by anyone else's it was chaos.",
    "Related: the word appears 40 times in the 300-page bill, a charity found.",
    "Read more: the slogan hangs in every school of the town, the ministry said.",
    "Watch: the bird was seen twice this spring, the ranger said.",
    "Copyright reform was dropped from the final text.",
    "Reporting by state media suggested that the dam had failed before dawn.",
    "Editing by hand, she said, took her eleven years.",
    "The floods contributed to this report's delay by three months, the commission said.",
    "Source: a former official who asked not to be named because the talks are secret.",
    "Comments by the minister angered the opposition.",
    "Subscribe or else: the gang's newsletter threatened shopkeepers, police said.",
    '"Sign up here," the poster read, but nobody came.',
    "Sign up sheets for the newsletter vanished from the town hall, the clerk said.",
    "Follow the money, the auditor told the court, and you find the mayor.",
    "Share prices fell by two percent.",
    "Share this harbour with us, the fishermen begged the navy.",
    '"Click here," said the mail that emptied her account.',
    "The new pier is 5/4nm from the lighthouse.",
    "The photo, taken by Maren Hale, shows the pier before the storm.",
    "Photo: the word itself is Greek, and the museum is proud of it, its director said.",
    "Advertisement spending rose by a fifth, the agency said.",
    "Updated rules take effect on 5 March 2020.",
    "Published accounts show a loss of 4 million crowns.",
    "Ends of the rope were found on the beach.",
    "More: A Life, the play about the saint, opens on Friday.",
    "Result: Nadal 6-7 (6/8) 6-2 7-6 (8/6) 6-2 Roddick",
    "Tuesday, 1 March",
    "June 2014",
    "4:14 p.m.",
    "1945 GMT",
    "Analysis: Who pays for the pier of Alder Vale",
    "Heat: The Heat won the season series 3-1.",
    "Arthur Hale 1863-1947",
    "The disclaimer was missing, and the court fined the bank.",
    "All rights of way remain open, the council said.",
    "Contact with the probe was lost at 0337 GMT.",
    "Fantastic Boats and Where to Find Them fell to second place on the chart.",
    "Add to this complex equation the need to adjust grades between different exam boards.",
    "He wrote to her at the editor's desk on Thursday.",
    "Photographs by candlelight were her trade.",
    "June 10 – Tampa, FL @ Credit Union Amphitheatre",
    "I/O errors and AC/DC faults stopped the pumps.",
    "To get the ships out before the tide, the crew will open the gate by hand.",
    "To receive the prize, she climbed onto the mole in the rain.",
    "To get there, it might look to Hollin for guidance.",
    "Support for free school meals grew in the town on Monday.",
    "Get out of town while the gates are free, the captain told his men.",
    "With help from the museum of Oda, which keeps the maps, he found the wreck.",
    "The ferry costs 4 crowns a day, and a ticket for the year 300 crowns.",
    "Lawmakers had a week to read the full report.",
    "The judge ruled that any pictures of the boy may not be published.",
    "Readers of the newsletter were cheated of 40,000 crowns, police said.",
    "You can lead a horse to water, her father used to tell her.",
    "We are the newsroom of the town, she wrote, and you are its readers.",
    "The post of harbour master first appeared in 1640, the archive shows.",
    "She spoke for the Associated Press (AP)",
    "The treaty was signed in Oda (Varland).",
]


@pytest.mark.parametrize("prose", PROSE)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_prose_that_only_looks_like_noise_survives(prose: str, place: int) -> None:
    lines = [*STORY[:place], prose, *STORY[place:]]

    assert cleaned(TITLE, *lines, title=TITLE).paragraphs == lines


def test_a_text_without_a_headline_gets_none_and_keeps_its_first_line() -> None:
    copy = cleaned(*STORY)

    assert (copy.title, copy.paragraphs, copy.dropped) == (None, STORY, [])


@pytest.mark.parametrize(
    "line",
    [
        "(",
        "((",
        "[",
        "By ",
        "A, ",
        "Reporting by ",
        "(Reporting by A; ",
        "newsletter ",
        "click here ",
        "a@b.",
        "https://",
        "LONDON, ",
        "1/",
        "Photo: ",
        "contributed to ",
        "A said. (Reporting by B) ",
        "Updated: 2020 | ",
        "Keywords: A",
        "- ",
        "© ",
    ],
)
@pytest.mark.timeout(30)
def test_hostile_repetition_is_sorted_without_backtracking(line: str) -> None:
    long_line = line * (500_000 // len(line))
    many_lines = [(line * 240)[:230] + str(number) for number in range(1_000)]

    assert len(sorted_copy([long_line]).paragraphs) <= 1
    assert len(sorted_copy(many_lines).paragraphs) <= 1_000


@pytest.mark.parametrize(
    ("opening", "dateline"),
    [
        ("Ostrand (npa) - Der Nachtzug von Ostrand nach Lindtal fährt weiter.", "Ostrand (npa)"),
        ("Alder Vale (cns) – The harbour opened again on Monday after three weeks.", "Alder Vale (cns)"),
        ("Вестник Заречья, 21 ноября 2026 г.", "Вестник Заречья, 21 ноября 2026 г."),
    ],
)
def test_datelines_of_unknown_agencies_and_with_a_year_mark_are_taken(opening: str, dateline: str) -> None:
    copy = sorted_copy([opening, "The harbour was closed by a storm, the port office said on Monday evening."], "Title")

    assert copy.dateline == dateline
    assert not any(dateline in text for text in copy.paragraphs)


@pytest.mark.parametrize(
    "prose",
    [
        "Maren Hale (left) - The mayor of Alder Vale since spring - spoke first at the meeting.",
        "Ode Marr (ret) - The general who led the island's army - died on Monday at home.",
        "The harbour (npa) - Nobody knows what the letters stand for - opened again on Monday.",
        "Alder Vale (npa) opened its harbour again on Monday after three weeks of work.",
        "Он родился в Заречье в 1926 г.",
        "so be it",
        "up we go, he said",
        "no one at all",
        "go to bed now",
    ],
)
def test_prose_that_looks_like_such_a_dateline_or_a_signature_stays(prose: str) -> None:
    body = ["The harbour was closed by a storm, the port office said on Monday evening."]
    assert prose in sorted_copy([prose, *body], "Title").paragraphs
    assert prose in sorted_copy([*body, prose], "Title").paragraphs


@pytest.mark.parametrize("signature", ["npa rwk kjl bht", "rwk kjl bht", "npa mab tkl gr"])
def test_a_desks_signature_in_small_letters_is_dropped_at_the_end(signature: str) -> None:
    story = [f"The harbour of Alder Vale opened on day {n}, the port office said." for n in range(14)]
    copy = sorted_copy([*story[:1], signature, *story[1:], signature], "Title")

    assert copy.paragraphs == [*story[:1], signature, *story[1:]]
    assert [dropped.rule for dropped in copy.dropped] == ["desk initials"]


def test_a_short_place_in_capitals_is_a_dateline_if_the_story_names_it() -> None:
    copy = cleaned(TITLE, "ODA -- The harbour of Oda closed on Monday after a storm tore away its pier.", MIDDLE, LAST)

    assert (copy.dateline, copy.paragraphs[0][:14]) == ("ODA", "The harbour of")


@pytest.mark.parametrize(
    ("lines", "agency"),
    [
        (["MADRID, 24 Nov. (EUROPA PRESS) -", LEAD], "Europa Press"),
        (["ODA, Nov 24 (AFP) -", LEAD], "AFP"),
        ([LEAD + " (ANI)"], "ANI"),
    ],
    ids=["alone", "alone, too", "behind the story"],
)
def test_the_agency_is_known_wherever_it_signs(lines: list[str], agency: str) -> None:
    assert cleaned(TITLE, MIDDLE, *lines).agency == agency


def test_a_brief_of_a_wire_has_its_dateline_before_a_short_lead() -> None:
    copy = cleaned("BRIEF-Vane Dredging buys ship", "Nov 24 (Reuters) - Vane Dredging AG:", "* SAYS TO BUY A SHIP")

    assert (copy.dateline, copy.agency) == ("Nov 24 (Reuters)", "Reuters")


def test_a_question_as_a_heading_does_not_take_the_paragraph_that_repeats_it() -> None:
    question = "Who will pay for the repair?"
    lines = [LEAD, question, question + " The state will pay half and the city the rest.", LAST]

    assert cleaned(*lines, title=TITLE).paragraphs == lines


def test_a_list_of_results_at_the_end_stays() -> None:
    results = ["- Oda Rovers Beat Hollin United 3-1", "- Varland Town Draw With Vane City 2-2"]

    assert cleaned(TITLE, *STORY, *results).paragraphs == [*STORY, *results]


PRESS_OFFICE = [
    ["About Vane Dredging", "Vane Dredging is the operator of four ships and serves nine harbours."],
    ["About the Bank of Vane:", "The bank was founded in 1871."],
    ["Forward-Looking Statements", "This release contains statements that may not come true."],
    ["Media Contact:", "Ina Holt, Vane Dredging"],
    ["Notes to editors", "Photographs are available."],
    ["ENDS", "Ina Holt, 030 123456"],
]


@pytest.mark.parametrize("part", PRESS_OFFICE, ids=lambda part: part[0])
def test_what_a_press_office_sets_under_its_release_is_cut(part: list[str]) -> None:
    lines = paragraphs("\n\n".join([TITLE, *STORY, *part, "###"]))

    assert sorted_copy(lines, is_release=True).paragraphs == STORY


def test_a_heading_about_somebody_in_a_story_stays() -> None:
    lines = [
        *STORY,
        "About Maren Hale",
        "She was born in Oda, where her father built the pier, and left it at nineteen.",
    ]

    assert cleaned(*lines, title=TITLE).paragraphs == lines


#: What houses say to their readers at the edges of a story.
NOTICES = [
    "Like this story? Share it with a friend!",
    "You may also like...",
    "Most read in world news",
    "Do you have a story for our newsroom? Email us at desk@vane.example",
    "Want more from the harbour? Get our weekly briefing.",
    "Listen to our podcast for the full interview",
    "Help us keep our journalism free: become a member",
    "Download our app and never miss a story",
    "Tell us what you think of this article in the comments",
    "Enjoyed this article? Support our newsroom with a donation.",
    "Check out our website for more stories",
    "Send your tips to our newsroom",
    "Thank you for reading. Please share this story.",
    "If you liked this article, consider supporting us.",
    "We value your feedback: write to us.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_what_a_house_says_to_its_readers_is_dropped_at_the_edges(notice: str) -> None:
    assert cleaned(TITLE, *STORY, notice, title=TITLE).paragraphs == STORY


#: Last sentences of stories in words of the trade.
LAST_SENTENCES = [
    "The app lets fishermen report a loose rope, and the port office answers within the hour.",
    "Her newsletter has forty readers, among them the mayor.",
    "Share prices of the network rose by two percent on the news.",
    "You cannot stop the tide, and nobody in the town would try.",
    "Get well soon, the children wrote on the wall of the pier.",
    "We will rebuild the pier with our own hands.",
    "Watch the gulls, and you know where the fish are.",
    "Donations for the repair have passed 40,000 crowns.",
    "Subscribers to the telephone network pay 4 crowns more from January.",
]


@pytest.mark.parametrize("sentence", LAST_SENTENCES)
def test_a_last_sentence_in_words_of_the_trade_stays(sentence: str) -> None:
    assert cleaned(TITLE, *STORY, sentence, title=TITLE).paragraphs == [*STORY, sentence]
