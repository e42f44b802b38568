"""Articles of our own with what their summary must and must not say: the kinds of fault that a reader stumbles over.

A case is a story with lines put into it at a paragraph (0: before the lead), or a story by itself. `must` are pieces
that the summary has, `never` those that it has not.
"""

from dataclasses import dataclass
from typing import Final

STORIES: Final = {
    "ferry": (
        "Ferry with 129 people aground off Eastmere",
        "A ferry with 129 people on board ran aground off Eastmere on Monday night, and four passengers were taken to "
        "hospital.",
        "The ferry Norrland hit a sandbank two miles from the harbour in thick fog, the coast guard said.",
        "Lifeboats from Tarrow and Calder brought all the passengers ashore before midnight.",
        "Captain Maren Hale, 51, told investigators that the radar had failed an hour before the ferry ran aground.",
        "The shipping line Ostlinie has cancelled all crossings until Thursday while divers inspect the hull.",
    ),
    "mill": (
        "Tarrow paper mill to close with loss of 340 jobs",
        "The paper maker Calderwood will close its mill in Tarrow in March with the loss of 340 jobs.",
        "Calderwood said the price of electricity had doubled in two years and that orders had fallen by a third.",
        "The union of paper workers asked the government of Norland for talks and announced a march for Saturday.",
        "Economy minister Ida Brandt promised 12 million crowns for the training of those who lose their work.",
        "The mill opened in 1911 and made the paper for every school book in Norland.",
    ),
    "vote": (
        "Norland parliament lowers voting age to 16",
        "Norland's parliament voted on Tuesday to lower the voting age from 18 to 16 from next year.",
        "The bill passed by 97 votes to 71 after a debate of nine hours.",
        "Some 120,000 young people will be able to vote in the local elections in May.",
        "Opposition leader Sven Aalto called the vote a gamble and said his party would ask the court to stop it.",
        "Estmark and Varland lowered the voting age four years ago.",
    ),
    "flood": (
        "Flood in Veldhaven forces 2,000 people from homes",
        "The river Vel burst its banks on Sunday and forced about 2,000 people in Veldhaven to leave their homes.",
        "The water rose by three metres within six hours, the weather service of Norland said.",
        "Two bridges were closed, and trains between Veldhaven and Tarrow were stopped.",
        "Mayor Karin Lund asked the army for boats and for 40,000 sandbags.",
        "The flood is the worst in Veldhaven since 1978, when eleven people died.",
    ),
    "bank": (
        "Calder Bank fined 80m crowns over hidden fees",
        "The regulator of Norland fined Calder Bank 80 million crowns on Friday for fees that it hid from customers.",
        "About 210,000 customers paid an average of 190 crowns too much between 2019 and 2024, the regulator found.",
        "Calder Bank said it would pay back every crown by the end of the year.",
        "Chief executive Jonas Fehr gave up his bonus, and two members of the board resigned.",
        "Shares in Calder Bank fell by 6 per cent in Eastmere.",
    ),
    "cup": (
        "Norrbridge beat Veldhaven to win cup",
        "Norrbridge beat Veldhaven 3-1 in the final of the Norland Cup on Saturday to win it for the first time.",
        "Striker Emil Strand scored twice in the second half in front of 31,000 people in Eastmere.",
        "Veldhaven had led from the tenth minute and lost their goalkeeper to injury before the break.",
        "Coach Petra Holm said her team had trained for this day since August.",
        "Norrbridge will play in Europe next season for the first time since 1994.",
    ),
}

#: Kind, story, place, line that no summary of it may hold.
INSERTED: Final = (
    (
        "caption",
        "ferry",
        1,
        "Passengers of the Norrland are seen at the harbour of Eastmere, Monday, Nov. 16, 2026.",
    ),
    (
        "caption",
        "mill",
        0,
        "Workers (left) pictured at the gate of the Calderwood paper mill in Tarrow after the news.",
    ),
    ("caption", "vote", 2, "Sven Aalto, left, speaks against the voting age bill in parliament in this file photo."),
    ("caption", "cup", 1, "Emil Strand with the Norland Cup in a photo released by the club of Norrbridge."),
    ("link", "ferry", 2, "Read our full story of the ferry accidents off Eastmere in the last ten years here."),
    ("link", "bank", 1, "[Are the hidden fees of Calder Bank on your account?] The regulator has a list of all fees."),
    ("link", "flood", 3, "See the map below for the streets of Veldhaven that the flood has reached."),
    ("call", "mill", 2, "Sign up for our newsletter on the paper mill in Tarrow and its 340 jobs."),
    ("call", "flood", 1, "Tell us how the flood in Veldhaven has changed your life and send in your pictures."),
    ("call", "bank", 2, "Follow us for more on Calder Bank and the hidden fees of its customers."),
    ("note", "vote", 1, "This article was updated with the number of votes in the parliament of Norland."),
    ("note", "bank", 3, "We have contacted Calder Bank about the fees and will publish what it says."),
    ("hashtag", "flood", 2, "The whole of Veldhaven stands together in this flood #VeldhavenFlood for our river."),
    ("handle", "cup", 2, "What a night for Norrbridge and the Norland Cup, wrote @norrbridgefans after the final."),
    ("script", "vote", 3, "Sven Aalto: The vote of this parliament is a gamble with the future of Norland."),
    ("script", "ferry", 3, "Maren Hale: The radar of the ferry failed an hour before the sandbank off Eastmere."),
    ("question", "ferry", 0, "How does a ferry with 129 people on board run aground on a Monday night off Eastmere?"),
    ("question", "bank", 0, "Have the customers of Calder Bank in Norland paid too much for their accounts?"),
    ("question", "vote", 4, "Will the court of Norland stop the vote of the parliament on the voting age?"),
    (
        "teaser",
        "mill",
        0,
        "Imagine a mill in Tarrow that made the paper for every school book in Norland for a century.",
    ),
    ("teaser", "flood", 0, "Stop me if you've heard this one about the river Vel and the people of Veldhaven before."),
    ("teaser", "cup", 0, "Forget everything that Veldhaven and Norrbridge have shown in the Norland Cup this year."),
    (
        "scene",
        "cup",
        0,
        "Holding the cup in both hands, she looked up at the 31,000 people of Norrbridge and Veldhaven.",
    ),
    (
        "reader",
        "bank",
        0,
        "You may have paid fees to Calder Bank in Norland for years without a word from its customers.",
    ),
    ("first person", "ferry", 0, "I was asleep in my cabin when the ferry ran aground off Eastmere on Monday night."),
    ("first person", "mill", 1, "I have known the paper mill in Tarrow since my father worked for Calderwood there."),
    ("first person", "flood", 2, "My own street in Veldhaven was under water when the river Vel burst its banks."),
    (
        "unmarked quotation",
        "vote",
        2,
        "Sven Aalto said: We will take this vote on the voting age to the court of Norland.",
    ),
    ("unmarked quotation", "bank", 1, "Jonas Fehr said: Nobody at Calder Bank knew of the fees that customers paid."),
    (
        "half quotation",
        "mill",
        3,
        "We will fight for every job in the paper mill of Tarrow,' the union of Calderwood said.",
    ),
    ("half quotation", "cup", 3, "This is the greatest day in the history of Norrbridge and its cup.'"),
    ("fragment", "ferry", 2, "taken ashore by lifeboats from the ferry off Eastmere before midnight on Monday."),
    ("unnamed voice", "cup", 5, '"We cried when Norrbridge won the Norland Cup in Eastmere," said one fan.'),
    (
        "half thought",
        "flood",
        5,
        "Whether the people of Veldhaven can go back to their homes this week remains to be seen.",
    ),
    ("filler", "ferry", 2, "There are few ferries off Eastmere that have run aground on a Monday night in fog."),
    ("filler", "flood", 3, "It is unclear how many people of Veldhaven will leave their homes by the river Vel."),
    (
        "adds to what is left out",
        "vote",
        2,
        "A group of pupils also asked the parliament of Norland for the voting age.",
    ),
    (
        "adds to what is left out",
        "cup",
        3,
        "Another final of the Norland Cup between Norrbridge and Veldhaven is in May.",
    ),
    ("reader, later", "bank", 2, "Customers of Calder Bank can ask for the fees that you have paid since 2019."),
    ("company", "mill", 3, "We will do all we can for the 340 workers of the paper mill in Tarrow."),
    ("caption", "flood", 2, "A street of Veldhaven, pictured on Sunday, when the river Vel burst its banks."),
    ("caption", "bank", 2, "The regulator leaving Calder Bank . The fees that it hid from customers were high."),
    ("caption", "ferry", 2, "3/16 The ferry Norrland off Eastmere on Monday night with 129 people on board."),
    (
        "programme",
        "vote",
        0,
        "On this page you will find today's show about the parliament of Norland and the voting age.",
    ),
    ("programme", "cup", 5, "Thank you for watching the final of the Norland Cup between Norrbridge and Veldhaven."),
    ("transcript", "flood", 2, "LUND: We hear that 2,000 people in Veldhaven had to leave their homes by the river."),
    ("fragment", "bank", 2, "(80 million crowns) for the fees that Calder Bank hid from its customers until Friday."),
    ("teaser", "vote", 0, "If the parliament of Norland were a school, the voting age of 16 would be its holiday."),
    ("teaser", "bank", 0, "The tail end of 2026 was packed with news of Calder Bank, its fees and its customers."),
    ("teaser", "ferry", 0, "Wherever ferries sail, there you will find sandbanks off the coast of Eastmere."),
    (
        "not introduced",
        "flood",
        2,
        "The petition was signed by 9,000 people of Veldhaven who had to leave their homes.",
    ),
    ("not introduced", "cup", 3, "The parcel was found near the final of the Norland Cup in Eastmere on Saturday."),
    ("quotation", "mill", 0, "“Nobody at Calderwood has slept since Tuesday,” says a worker of the mill in Tarrow."),
    ("points to others", "flood", 2, "Other streets of Veldhaven by the river Vel are under water, too."),
    ("filler", "bank", 3, "Whether customers of Calder Bank get their fees back this year is still unclear."),
    ("filler", "vote", 3, "Here's a number on the voting age that the parliament of Norland has not heard."),
    ("spoilt", "flood", 2, "The river Vel?rose again in Veldhaven on Monday, the weather service of Norland said."),
    (
        "twice",
        "bank",
        2,
        "The regulator fined Calder Bank 80 million crowns for fees that it hid from its customers in Norland.",
    ),
)


@dataclass(frozen=True, slots=True)
class Case:
    """An article, and what its summary must have and never has. Without a `title` both hold for its headline, too."""

    kind: str
    body: str
    must: tuple[str, ...]
    never: tuple[str, ...]
    title: str | None = None
    standfirst: str | None = None
    language: str = "en"


def _with(kind: str, story: str, place: int, line: str) -> Case:
    title, *paragraphs = STORIES[story]
    body = "\n\n".join([*paragraphs[:place], line, *paragraphs[place:]])
    return Case(kind, body, (paragraphs[0],), (line,), title)


def _untitled(case: Case) -> Case:
    return Case(f"{case.kind}, untitled", case.body, case.must, case.never)


OWN: Final = (
    Case(
        "surname",
        "The court in Calder heard on Monday how 4 million crowns vanished from a children's charity.\n\n"
        "Rolf Kessler, 44, who kept the books of the charity, denies that he took the money.\n\n"
        "Kessler said the charity's records of the 4 million crowns had been lost in a fire.\n\n"
        "The trial in Calder goes on until Friday.",
        ("Rolf Kessler",),
        (),
        "Charity lost 4m crowns, court hears",
    ),
    Case(
        "acronym",
        "Hospitals in Norland will share their records of patients from January.\n\n"
        "The Norland Union of Surgeons (NUS) warned that the records are not safe.\n\n"
        "The NUS said thieves had copied the records of 9,000 patients from hospitals last year.\n\n"
        "Patients in Norland may object to the sharing of their records until December.",
        (),
        (" The NUS said thieves had copied the records of 9,000 patients from hospitals last year. Patients",),
        "Hospitals to share patients' records",
    ),
    Case(
        "definite noun",
        "The shooting happened shortly before noon.\n\n"
        "A man of 34 was arrested in Tarrow on Monday after two guards were wounded outside the museum.\n\n"
        "The police of Tarrow found a gun in the man's car behind the museum.\n\n"
        "Both guards are in hospital and are expected to live.",
        ("two guards were wounded",),
        ("The shooting happened",),
        "Man held in Tarrow after guards wounded",
    ),
    Case(
        "lost mark",
        'The council of Calder called the bridge "unsafe? and closed it on Monday after a crack was found.\n\n'
        "Some 9,000 cars cross the bridge of Calder every day.\n\nThe repair of the bridge will take until May.",
        ('"unsafe" and closed it',),
        ("unsafe?",),
        "Calder closes bridge after crack",
    ),
    Case(
        "lead that introduces",
        "The largest shipping line of Norland may give up a contract for ferries after parliament cut its share in the "
        "project.\n\n"
        "Norland has 14 old ferries, and 30,000 people wait for a crossing every summer.\n\n"
        "Parliament cut the share of the shipping line from 70 to 49 per cent.",
        ("may give up a contract for ferries",),
        (),
        "Norland parliament threatens contract for ferries",
    ),
    Case(
        "answer in place of the lead",
        "Norland has done little for the safety of its ports in ten years, a report says.\n\n"
        "Norland promised 40 million crowns for its harbours in 2016.\n\n"
        "But the coast guard report says that Norland's harbours are too slow with the safety of ferries.\n\n"
        "Eastmere and Tarrow have spent the least on their harbours.",
        ("Norland has done little for the safety",),
        (),
        "Norland harbours 'too slow' with safety of ferries",
    ),
    Case(
        "kin",
        "A gorilla was shot in the zoo of Calder on Saturday after it had seized the hat of a visitor.\n\n"
        "Ida Brandt, who heads the zoo of Calder, said the gorilla could not be calmed.\n\n"
        "The family decided not to visit the zoo of Calder and its gorilla again this year.\n\n"
        "The zoo of Calder has three other gorillas, the youngest of them born in May.",
        (),
        ("The family decided",),
        "Gorilla shot in zoo of Calder",
    ),
    Case(
        "lead-in below a standfirst",
        "Dozens of others are in hospital after the fire in Tarrow.\n\n"
        "AT least 84 people were killed on Sunday by a fire in the old theatre of Tarrow.\n\n"
        "CLOSE A fire brigade of 60 came from Eastmere, the mayor of Tarrow said.",
        ("At least 84 people",),
        ("AT least", "CLOSE"),
        "Fire in theatre of Tarrow kills 84 people",
    ),
    Case(
        "answer within the opening",
        "Calder has kept its old bridge open for years in spite of its cracks.\n\n"
        "“It will hold,” said the mayor.\n\n"
        "On Thursday, however, the old bridge of Calder collapsed under a lorry with 20 tonnes of stone.\n\n"
        "Nobody was hurt when the old bridge collapsed, the police of Calder said.",
        ("On Thursday, the old bridge of Calder collapsed",),
        ("however",),
        "Old bridge of Calder collapses under lorry",
    ),
    Case(
        "lost mark behind a full stop",
        "Calder closed its bridge on Monday after a crack was found in a pillar.? "
        "Some 9,000 cars cross the bridge of Calder every day.\n\nThe repair of the bridge will take until May.",
        ("found in a pillar.",),
        (".?",),
        "Calder closes bridge after crack",
    ),
    Case(
        "comparison before the news",
        "One of the biggest differences between cars of today and of 1990 is the radio.\n\n"
        "A radio of 1990 had two knobs and a row of buttons for the stations.\n\n"
        "Norland will switch off its last radio stations on medium wave in May, the government said.\n\n"
        "About 4,000 listeners in Norland still use medium wave stations.",
        ("Norland will switch off",),
        ("biggest differences",),
        "Norland to switch off medium wave radio stations in May",
    ),
    Case(
        "late lead",
        "Jonas Fehr remembers the winter of 2019 well and the snow that lay before his door.\n\n"
        "His neighbours had bread and candles in every cupboard of the house.\n\n"
        "The government of Norland will pay 500 crowns to each household for heating from December.\n\n"
        "The money for heating goes to 1.2 million households in Norland.",
        ("will pay 500 crowns",),
        ("remembers the winter",),
        "Norland government to pay households 500 crowns for heating",
    ),
    Case(
        "nameless subject of a headline",
        "The building, opposite the court of Eastmere, houses the office of a law firm.\n\n"
        "Calderwood Estates has bought the old customs house in Eastmere for 14 million crowns.\n\n"
        "Calderwood Estates wants to open a hotel there in 2028.",
        ("Calderwood Estates has bought the old customs house",),
        ("The building, opposite",),
    ),
    Case(
        "background of a headline",
        "Maren Lomas, from Tarrow, was paralysed in a riding accident in 2007.\n\n"
        "Maren Lomas has finished the half marathon of Eastmere in a robotic suit.\n\n"
        "Maren Lomas walked about three miles a day for five days.",
        ("has finished the half marathon of Eastmere",),
        (),
    ),
    Case(
        "attribution of a headline",
        "According to three separate studies, the river Vel has risen by two metres in Veldhaven since Monday.\n\n"
        "Mayor Karin Lund asked the army for boats and for sandbags.",
        ("The river Vel has risen by two metres in Veldhaven since Monday",),
        (),
    ),
    Case(
        "standfirst",
        "Reporters waited for six hours in the snow before the palace.\n\n"
        "The talks of the presidents lasted until the evening. The two presidents agreed to open the border of Norland "
        "and Estmark for grain from May.\n\n"
        "The presidents met in Veldhaven. Farmers on both sides of the border had asked for it since 2019.",
        ("The presidents of Norland and Estmark have agreed in Veldhaven to open the border for grain from May.",),
        (),
        "Norland and Estmark to open border for grain",
        "The presidents of Norland and Estmark have agreed in Veldhaven to open the border for grain from May.",
    ),
    Case(
        "standfirst that its body does not support",
        "\n\n".join(STORIES["ferry"][1:]),
        ("ran aground off Eastmere",),
        ("Nine people", "Kowalski"),
        STORIES["ferry"][0],
        "Nine people died when the ferry ran aground off Eastmere, says mayor Kowalski.",
    ),
    Case(
        "quotation over paragraphs",
        "The mayor of Calder has promised a new bridge after the collapse of the old one.\n\n"
        "Mayor Ida Brandt said: “The new bridge of Calder will be open in two years.\n\n"
        "“It will cost the town 90 million crowns.”\n\n"
        "Nobody was hurt when the old bridge of Calder collapsed in June.",
        (),
        ("Mayor Ida Brandt said: The new", "in two years. Nobody", "in two years. “It"),
        "Calder to get new bridge",
    ),
    Case(
        "German",
        "Wie konnte das geschehen?\n\nJetzt abonnieren und keinen Bericht aus Veldhaven mehr versäumen.\n\n"
        "Nach dem Hochwasser in Veldhaven haben 2000 Menschen ihre Häuser verlassen. Zwei Brücken wurden gesperrt.\n\n"
        "Die Armee schickt Boote und Sandsäcke in die Stadt.",
        ("2000 Menschen",),
        ("Wie konnte", "abonnieren"),
        language="de",
    ),
    Case(
        "French",
        "Elle était attendue depuis des mois par les habitants.\n\n"
        "Le parlement du Norland a abaissé mardi la majorité électorale de 18 à 16 ans.\n\n"
        "Lire aussi : notre dossier complet sur les élections.\n\n"
        "Le texte a été adopté par 97 voix contre 71.",
        ("a abaissé mardi",),
        ("Elle était attendue", "Lire aussi"),
        language="fr",
    ),
    Case(
        "Spanish",
        "Redacción Puerto 11/07/2025 06H54 El banco Calder deberá pagar una multa de 80 millones de coronas.\n\n"
        "Suscríbete para leer más noticias del banco Calder.\n\n"
        "El regulador halló comisiones ocultas en 210.000 cuentas.",
        ("El banco Calder deberá pagar",),
        ("Redacción", "Suscríbete"),
        language="es",
    ),
    Case(
        "Russian",
        "Подписывайтесь на наш канал новостей Велдхавена.\n\n"
        "Паром со 129 пассажирами сел на мель у Истмера в понедельник вечером.\n\n"
        "Они были доставлены на берег спасательными лодками до полуночи.\n\n"
        "Четверо пассажиров доставлены в больницу.",
        ("Паром со 129",),
        ("Подписывайтесь",),
        language="ru",
    ),
    Case(
        "label",
        "BREAKING NEWS: A ferry with 129 people on board ran aground off Eastmere on Monday night.\n\n"
        "Lifeboats brought all the passengers ashore before midnight.\n\nDivers inspect the hull on Tuesday.",
        ("ran aground off Eastmere",),
        (),
    ),
)

#: The kinds of an opening are asked without a title, too: then the headline may not have it either.
CASES: Final = (
    *(_with(*row) for row in INSERTED),
    *OWN,
    *(_untitled(case) for case in (_with(*row) for row in INSERTED if row[2] == 0 or row[0] in {"script", "caption"})),
)
