"""Reports of one template, which are stories of their own, and reprints that restate their lead, which are not.

All of it is invented. A template is a text with blanks and two sets of facts for them; both reports share so many words
that their sketches alone make them one story. A reprint is a body under two leads.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Pair:
    """Two texts of one language, each with its dateline; `kind` says what they are."""

    kind: str
    one: str
    other: str
    language: str = "en"
    datelines: tuple[str | None, str | None] = (None, None)


def _filled(
    kind: str,
    text: str,
    one: str,
    other: str,
    language: str = "en",
    datelines: tuple[str | None, str | None] = (None, None),
) -> Pair:
    """Return the two reports that `text` becomes with the facts of `one` and of `other`, split at "|"."""
    return Pair(kind, text.format(*one.split("|")), text.format(*other.split("|")), language, datelines)


def _led(
    kind: str, one: str, other: str, body: str = "", language: str = "en",
    datelines: tuple[str | None, str | None] = (None, None),
) -> Pair:  # fmt: skip
    """Return `body` under the leads `one` and `other`."""
    body = body or _BODY
    return Pair(kind, f"{one}\n\n{body}", f"{other}\n\n{body}", language, datelines)


_SEISMIC = (
    "In the last ten days, two earthquakes of this size or greater were centred nearby. An average of 234 earthquakes "
    "of such a size occur per year in the country, according to a recent sample of the survey.\n\nDid you feel this "
    "earthquake? Consider reporting what you felt to the survey. Even if you felt nothing, you never know when the big "
    "one strikes; our guide in five steps tells you how to be ready for it."
)
_STORM = (
    "Loose objects should be taken indoors and windows kept shut until the warning ends. Do not walk under trees, do "
    "not touch fallen lines, and call the emergency number only if somebody is in danger.\n\nWarnings come in three "
    "colours. Yellow means be aware, orange means be prepared and red means take action and keep away from the shore."
)
_MARKET = (
    "Analysts say that traders wait for the next decision of the central bank on interest rates, which is expected "
    "before the end of the month. Bond yields were little changed, and the currency held its ground against its main "
    "rivals in quiet trading.\n\nPast results say nothing about those to come, and nothing in this report is advice."
)
_POLICE = (
    "Anyone who saw something is asked to call the station or to leave a message on the confidential line, which is "
    "open day and night. Callers need not give their names, and a reward may be paid for what leads to a "
    "conviction.\n\n"
    "All suspects are held to be innocent until they are proven guilty in a court of law."
)
_FUNERAL = (
    "Visiting hours are held at the chapel from two to four in the afternoon, and a service follows in the parish "
    "church. In place of flowers the family asks for gifts to the hospice, whose nurses gave such good care.\n\n"
    "Arrangements are by the Brothers of the Lamp Funeral Home, where messages for the family may be left."
)
_TRAFFIC = (
    "Drivers are asked to leave the lanes free for the emergency services, to switch on their hazard lights at the end "
    "of the queue and to follow the signs of the diversion. Buses run on another route until further notice.\n\nThe "
    "state of the roads is brought up to date on our site every five minutes; you may also ask for it by telephone."
)
_LEAGUE = (
    "The league's next round is played at the weekend, and tickets are sold at the usual offices and at the gates from "
    "two hours before the start. Members of supporters' clubs have free entry to the junior match before "
    "it.\n\nTables, "
    "line-ups and all results of the season are kept on the site of the league, which an editor looks after."
)

#: Each of two reports that must stay two stories.
APART: Final = (
    _filled(
        "earthquakes: place, day and magnitude",
        "A magnitude {0} earthquake was reported {1} at {2} two miles from {3}, according to the National Survey.\n\n"
        "The earthquake occurred seven miles from {4}, 11 miles from {5} and 14 miles from {6}.\n\n" + _SEISMIC,
        "3.4|Monday|6:12 a.m.|Hollin|Oda|Tarrow|Vane",
        "3.8|Thursday|6:45 a.m.|Brock|Crane|Erle|Falk",
    ),
    _filled(
        "earthquakes of one day",
        "A magnitude {0} earthquake was reported Monday at {1} two miles from {2}, according to the National "
        "Survey.\n\n"
        "It occurred at a depth of {3} miles.\n\n" + _SEISMIC,
        "3.4|6:12 a.m.|Hollin|4.7",
        "4.1|9:30 p.m.|Brock|6.1",
    ),
    _filled(
        "aftershock of the same place",
        "A magnitude {0} earthquake shook the hills above Hollin on Monday at {1}, according to the National "
        "Survey.\n\n"
        "It occurred at a depth of {2} miles.\n\n" + _SEISMIC,
        "5.4|6:12 a.m.|4.7",
        "4.1|9:30 p.m.|6.1",
    ),
    _filled(
        "storm warnings: only the place and the colour",
        "A {0} storm warning has been issued for {1}.\n\nPeople are asked to stay at home until it ends.\n\n" + _STORM,
        "red|Oda",
        "yellow|Hollin",
    ),
    _filled(
        "storm warnings of one service and day",
        "The National Weather Service issued a storm warning for {0} on Monday.\n\nGusts of up to {1} "
        "kilometres an hour "
        "are expected along the coast.\n\n" + _STORM,
        "Oda|110",
        "Hollin|85",
    ),
    _filled(
        "storm warnings: place in the dateline",
        "A storm warning is in force until Tuesday morning, with gusts of up to {0} kilometres an hour.\n\nUp to {1} "
        "millimetres of rain may fall in the hills.\n\n" + _STORM,
        "110|45",
        "85|30",
        datelines=("ODA, Nov 23", "HOLLIN, Nov 23"),
    ),
    _filled(
        "market closes of two days",
        "Stocks closed {0} on {1}, led by {2} companies.\n\nThe Castor 500 index rose {3} points, or {4} percent, to "
        "{5}.\n\n" + _MARKET,
        "higher|Monday|technology|12.3|0.4|4,512.25",
        "higher|Tuesday|energy|8.1|0.2|4,520.35",
        datelines=("NEW YORK", "NEW YORK"),
    ),
    _filled(
        "market closes of two exchanges",
        "Shares on the {0} exchange ended the day lower on Monday as traders weighed new figures on "
        "orders.\n\nThe index "
        "of leading companies stood at {1} points at the close, after {2} points the day before.\n\n" + _MARKET,
        "Oda|4,512|4,530",
        "Hollin|1,204|1,219",
    ),
    _filled(
        "currency reports",
        "The crown fell {0} percent to {1} against the dollar in early trading on {2}.\n\nIt has lost {3} "
        "percent since "
        "the start of the month.\n\n" + _MARKET,
        "0.3|23.41|Wednesday|1.2",
        "0.8|23.95|Thursday|2.1",
    ),
    _filled(
        "company results",
        "{0} said on {1} that its profit rose to {2} million crowns in the third quarter.\n\nRevenue came to "
        "{3} million "
        "crowns, {4} percent more than a year ago.\n\n" + _MARKET,
        "Varnholt Steel|Tuesday|34|512|7",
        "Calloway Foods|Wednesday|51|890|3",
    ),
    _filled(
        "weather of two days at one place",
        "Expect {0} degrees and light winds in Oda on {1}, the weather office said.\n\nThe night will be clear with a "
        "low of {2} degrees.\n\n" + _STORM,
        "21|Saturday|9",
        "17|Sunday|6",
    ),
    _filled(
        "weather of two places on one day",
        "{0} can expect {1} degrees and light winds on Saturday, the weather office said.\n\nThe night in {0} will be "
        "clear with a low of {2} degrees.\n\n" + _STORM,
        "Oda|21|9",
        "Hollin|24|13",
    ),
    _filled(
        "traffic: two roads",
        "A lorry has overturned on the {0} near {1}, and traffic is down to one lane.\n\nExpect delays of {2} "
        "minutes in "
        "the direction of {3}.\n\n" + _TRAFFIC,
        "A4|Hollin|40|Oda",
        "A27|Brock|25|Tarrow",
    ),
    _filled(
        "traffic: road works",
        "The {0} bridge will be closed from {1} to {2} for repairs, the roads office said.\n\nA diversion is signed by "
        "way of {3}.\n\n" + _TRAFFIC,
        "Marrow|Monday|Wednesday|Vane",
        "Selwick|Thursday|Saturday|Erle",
    ),
    _filled(
        "police: two thefts",
        "Officers were called to a break-in at a house in {0} Street at {1} on {2}.\n\nJewellery and {3} crowns "
        "in cash "
        "were taken.\n\n" + _POLICE,
        "Mill|3:10 p.m.|Tuesday|4,000",
        "Harbour|11:45 p.m.|Friday|750",
    ),
    _filled(
        "police: the weekend in two towns",
        "Police in {0} were called to {1} incidents between Friday evening and Monday morning, a spokesman said.\n\nOf "
        "these {2} concerned noise and {3} traffic.\n\n" + _POLICE,
        "Oda|43|21|12",
        "Hollin|67|30|19",
    ),
    _filled(
        "police: two missing people",
        "Police are looking for {0}, {1}, who was last seen in {2} on {3}.\n\nThe missing person is {4} "
        "centimetres tall "
        "and has dark hair.\n\n" + _POLICE,
        "Maren Hale|14|Oda|Sunday|162",
        "Piet Lindqvist|71|Hollin|Wednesday|180",
    ),
    _filled(
        "obituaries",
        "{0}, {1}, of {2}, died {3} at {4}.\n\nBorn in {5}, {6} was a member of the parish for many years.\n\n"
        + _FUNERAL,
        "John Varnholt|84|Oda|Monday, Nov. 23|Oda General Hospital|Tarrow|he",
        "Mary Voss|71|Hollin|Tuesday, Nov. 24|her home|Crane|she",
    ),
    _filled(
        "obituaries of one day",
        "{0} of {1} died peacefully on Monday at the age of {2}, surrounded by family.\n\n{0} leaves {3} "
        "grandchildren.\n\n" + _FUNERAL,
        "Ruth Okafor|Oda|84|three",
        "Emil Castor|Hollin|92|five",
    ),
    _filled(
        "results of two matches",
        "{0} beat {1} {2} on Saturday in the eighth round of the northern league.\n\n{3} scored the first goal "
        "after {4} "
        "minutes.\n\n" + _LEAGUE,
        "Oda Rovers|Hollin Town|2-1|Baek|14",
        "Tarrow United|Brock Athletic|3-0|Ibarra|31",
    ),
    _filled(
        "results of one club",
        "Oda Rovers lost {0} at {1} on {2} in the northern league.\n\nThe winner came after {3} minutes.\n\n" + _LEAGUE,
        "2-1|Hollin Town|Saturday|88",
        "1-0|Brock Athletic|Tuesday|17",
    ),
    _filled(
        "lottery draws",
        "The numbers drawn in the national lottery on {0} are {1}.\n\nThe jackpot is {2} million crowns.\n\n" + _LEAGUE,
        "Wednesday|3, 11, 19, 27, 40 and 44|12",
        "Saturday|5, 8, 22, 31, 36 and 41|14.5",
    ),
    _filled(
        "earthquakes whose facts are in the second sentence",
        "The National Survey reported an earthquake in the southern hills on Monday.\n\nIt had a magnitude of {0} "
        "and was centred {1} miles from {2}.\n\n" + _SEISMIC,
        "3.4|two|Hollin",
        "4.1|two|Brock",
    ),
    _filled(
        "market closes in capitals",
        "STOCKS IN ODA CLOSED {0} PERCENT LOWER ON {1}.\n\nVOLUME WAS {2} MILLION SHARES.\n\n" + _MARKET,
        "0.4|MONDAY|31",
        "1.1|TUESDAY|44",
    ),
    _filled(
        "Erdbeben",
        "Ein Erdbeben der Stärke {0} hat am {1} um {2} Uhr die Gegend um {3} erschüttert.\n\nDas Zentrum lag "
        "nach Angaben "
        "des Dienstes in einer Tiefe von {4} Kilometern.\n\nDer Dienst bittet alle, die das Beben gespürt "
        "haben, um eine "
        "Meldung auf seiner Seite im Netz. Auch wer nichts gespürt hat, sollte wissen, was bei einem starken "
        "Beben zu tun "
        "ist. Ein Faltblatt in fünf Schritten liegt in allen Rathäusern aus und wird auf Wunsch zugesandt.",
        "3,4|Montag|6.12|Hollin|7,5",
        "4,1|Donnerstag|19.40|Brock|12,3",
        "de",
    ),
    _filled(
        "vigilance météo",
        "Une alerte {0} est en vigueur {1} pour les habitants de {2}, avec des rafales de {3} km/h.\n\nLa pluie "
        "pourrait "
        "atteindre {4} millimètres dans les hauteurs.\n\nRestez chez vous, fermez les fenêtres et rentrez tout "
        "ce que le "
        "vent pourrait emporter. Ne marchez pas sous les arbres et ne touchez pas aux fils tombés. N'appelez "
        "les secours "
        "que si quelqu'un est en danger, et suivez les conseils de la mairie.",
        "rouge|lundi|Oda|110|60",
        "orange|jeudi|Hollin|85|35",
        "fr",
    ),
    _filled(
        "cierre de la bolsa",
        "La bolsa de {0} cerró el {1} con una subida del {2} por ciento, hasta los {3} puntos.\n\nEl volumen "
        "fue de {4} "
        "millones de títulos.\n\nLos analistas dicen que los inversores esperan la próxima decisión del banco central "
        "sobre los tipos de interés, prevista para antes de fin de mes. Los bonos apenas cambiaron y la moneda "
        "se mantuvo "
        "firme frente a sus principales rivales en una jornada tranquila.",
        "Oda|lunes|0,4|4.512|31",
        "Oda|martes|1,2|4.566|44",
        "es",
    ),
    _filled(
        "землетрясения",
        "Землетрясение магнитудой {0} произошло в {1} недалеко от города {2}, сообщила служба "
        "наблюдения.\n\nОчаг находился "
        "на глубине {3} километров.\n\nСлужба просит всех, кто почувствовал толчки, рассказать об этом на её "
        "сайте. Даже "
        "если вы ничего не почувствовали, прочитайте памятку о том, как вести себя при сильном землетрясении. "
        "Памятку можно "
        "получить в любом отделении службы спасения бесплатно.",
        "3,4|понедельник|Одара|7",
        "4,2|среду|Холлин|15",
        "ru",
    ),
    _filled(
        "地震速报",
        "据地震台网测定，{0}在{1}市发生{2}级地震，震源深度{3}千米。\n\n当地震感明显，{4}人受伤。\n\n地震部门提醒"
        "居民保持冷静，不要使用电梯，"
        "远离玻璃和悬挂物，准备好饮用水和手电筒，并留意官方发布的最新消息。如果发现房屋出现裂缝，请立即离开并拨"
        "打求助电话，等待专业人员检查之后再返回。",
        "11月23日6时12分|宜山|3.4|10|12",
        "11月25日19时40分|平川|4.2|16|31",
        "zh",
    ),
    _filled(
        "भूकंप",
        "{0} को {1} तीव्रता का भूकंप आया, जिसकी गहराई {2} किलोमीटर थी।\n\nइसमें {3} लोग घायल हुए।\n\nविभाग ने "
        "लोगों से शांत रहने और अफवाहों "
        "पर ध्यान न देने की अपील की है। घर से बाहर निकलते समय सीढ़ियों का उपयोग करें और बिजली के खंभों से दूर "
        "रहें। किसी भी आपात स्थिति में सहायता "
        "केंद्र को फोन करें और अधिकारियों के निर्देशों का पालन करें।",
        "सोमवार|3.4|10|12",
        "गुरुवार|4.2|16|31",
        "hi",
    ),
    _filled(
        "지진",
        "{0} 오전 {1}시쯤 남부 해안에서 규모 {2}의 지진이 발생했다고 관측소가 밝혔다.\n\n진원의 깊이는 {3}km로 "
        "추정된다.\n\n관측소는 주민들에게 침착하게 "
        "행동하고 승강기를 이용하지 말라고 당부했다. 여진이 이어질 수 있으므로 유리창과 매달린 물건에서 멀리 "
        "떨어져 있어야 한다. 피해가 있으면 즉시 신고하고 "
        "전문가가 점검할 때까지 건물에 들어가지 않는 것이 좋다.",
        "월요일|6|3.4|7",
        "목요일|9|4.2|15",
        "ko",
    ),
)

_BODY = (
    "The harbour authority had warned for years that the old cranes on the northern quay would not survive another "
    "winter, and the council had put off their repair three times for want of money.\n\n“We heard a long groan "
    "and then "
    "the whole frame came down,” said Ilse Varnholt, who keeps the ferry office. She ran out with two deckhands and "
    "pulled a driver from his cab.\n\nThe union called for an inquiry and for the quay to stay shut until every beam "
    "has been looked at. Ferries to the islands leave from the southern pier until further notice."
)
_LEAD = "At least 12 people were hurt when a crane fell onto a ferry queue in Oda on Monday, the police said."

#: Each of two texts that must be one story.
TOGETHER: Final = (
    _led("another dateline", _LEAD, _LEAD, datelines=("ODA, Nov 23 (Reuters) -", "LONDON")),
    _led(
        "another dateline, no fact in the lead",
        "The government said it would raise the tax on fuel to pay for the repair of harbours and piers.",
        "The government said it would raise the tax on fuel to pay for the repair of harbours and piers.",
        datelines=("LONDON (Reuters) -", "PARIS (AFP) -"),
    ),
    _led(
        "another dateline, and the weekday alone",
        "The government said on Monday it would raise the tax on fuel to pay for the repair of harbours.",
        "The government said on Monday it would raise the tax on fuel to pay for the repair of its harbours.",
        datelines=("LONDON (Reuters) -", "PARIS (AFP) -"),
    ),
    _led("no dateline", _LEAD, _LEAD, datelines=("ODA, Nov 23 (Reuters) -", None)),
    _led(
        "rounded figures",
        "The harbour of Oda handled 3,412 ships and 1.24 million tonnes of freight last year, its office said Monday.",
        "The harbour of Oda handled about 3,400 ships and 1.2 million tonnes of freight last year, its office "
        "said Monday.",
    ),
    _led(
        "one rounded figure and no other fact",
        "A crane has fallen onto a ferry queue, and 1,214 passengers had to spend the night in a school.",
        "A crane has fallen onto a ferry queue, and more than 1,200 passengers had to spend the night in a school.",
    ),
    _led(
        "figures in words",
        "Twelve people were hurt and three killed when a crane fell onto a ferry queue in Oda on Monday.",
        "12 people were hurt and 3 killed when a crane fell onto a ferry queue in Oda on Monday.",
    ),
    _led(
        "figures in another notation",
        "The repair of the quay will cost $1.2 million, or 4.5 percent of the budget, the council of Oda said Monday.",
        "The repair of the quay will cost 1.2 million dollars, or 4.5 per cent of the budget, Oda's council "
        "said Monday.",
    ),
    _led("one more lead sentence", _LEAD, f"The accident is the third of its kind in 40 years.\n\n{_LEAD}"),
    _led(
        "a new lead sentence with facts of its own",
        _LEAD,
        f"Hollin has sent 30 nurses and two boats to its neighbour, the mayor said on Wednesday.\n\n{_LEAD}",
    ),
    _led(
        "the weekday as a date",
        _LEAD,
        "At least 12 people were hurt when a crane fell onto a ferry queue in Oda on 23 November, the police said.",
    ),
    _led(
        "the date in two forms",
        "At least 12 people were hurt when a crane fell onto a ferry queue in Oda on Nov. 23, the police said.",
        "At least 12 people were hurt when a crane fell onto a ferry queue in Oda on 23 November 2026, the "
        "police said.",
    ),
    _led(
        "no weekday",
        _LEAD,
        "At least 12 people were hurt when a crane fell onto a ferry queue in Oda today, the police said.",
    ),
    _led(
        "another day in another clause",
        _LEAD,
        "At least 12 people were hurt when a crane fell onto a ferry queue in Oda on Monday, the police said Tuesday.",
    ),
    _led(
        "a lead in other words",
        _LEAD,
        "Police said Monday that a crane had come down on waiting passengers at the port of Oda, injuring 12 of them.",
    ),
    _led(
        "a lead with another place of the same event",
        _LEAD,
        "A crane fell onto people who queued for a ferry at Selwick Quay on Monday; at least 12 of them were hurt.",
    ),
    _led(
        "another subject",
        "Shares in Varnholt Steel fell 7 percent in Oda on Monday after one of its cranes fell onto a queue.",
        "Stocks of Varnholt Steel fell 7 percent in Oda on Monday after one of its cranes fell onto a queue.",
    ),
    _led(
        "a name in full",
        "Hale, the mayor of Oda, said on Monday that 12 people were hurt when a crane fell onto a ferry queue.",
        "Greta Hale, the mayor of Oda, said on Monday that 12 people were hurt when a crane fell onto a ferry queue.",
    ),
    _led(
        "a place made precise",
        _LEAD,
        "At least 12 people were hurt when a crane fell onto a ferry queue in Port Oda, Varland, on Monday, "
        "police said.",
    ),
    _led(
        "the agency named",
        _LEAD,
        "At least 12 people were hurt when a crane fell onto a ferry queue in Oda on Monday, the police told "
        "Norvik Press.",
    ),
    _led(
        "a header before the text",
        _LEAD,
        f"Welcome to the Courier online, the paper of the northern towns since 1881. Sign in to read 3 "
        f"articles.\n\n{_LEAD}",
    ),
    _led(
        "one toll brought up to date, all else the same",
        "At least 12 people were killed and 40 hurt when a crane fell in Oda on Monday, the Interior Ministry said.",
        "At least 13 people were killed and 40 hurt when a crane fell in Oda on Monday, the Interior Ministry said.",
    ),
    _led(
        "a misprint in a name",
        "At least 12 people were hurt when a crane fell onto a ferry queue in Hollin on Monday, the police said.",
        "At least 12 people were hurt when a crane fell onto a ferry queue in Hollyn on Monday, the police said.",
    ),
    _led(
        "another spelling of a name",
        "At least 12 people were hurt when a crane fell onto a ferry queue in Kiev on Monday, the police said.",
        "At least 12 people were hurt when a crane fell onto a ferry queue in Kyiv on Monday, the police said.",
    ),
    _led("in capitals", _LEAD, _LEAD.upper()),
    _led(
        "umgestellt und gerundet",
        "Bei einem Kranunfall sind am Montag in Oda mindestens 12 Menschen verletzt und 3.412 Fahrgäste "
        "aufgehalten worden.",
        "In Oda sind am Montag bei einem Kranunfall mindestens zwölf Menschen verletzt und rund 3.400 Fahrgäste "
        "aufgehalten "
        "worden.",
        "Die Hafenbehörde hatte seit Jahren gewarnt, dass die alten Kräne am Nordkai keinen weiteren Winter "
        "überstehen. Der "
        "Rat hatte die Reparatur dreimal verschoben, weil das Geld fehlte.\n\nDie Gewerkschaft verlangt eine "
        "Untersuchung. "
        "Bis jeder Träger geprüft ist, soll der Kai geschlossen bleiben, und die Fähren fahren vom südlichen Pier ab.",
        "de",
    ),
    _led(
        "другая дата",
        "В понедельник в городе Одара при падении крана пострадали 12 человек, сообщила полиция.",
        "23 ноября в городе Одара при падении крана пострадали 12 человек, сообщили в полиции.",
        "Портовое управление много лет предупреждало, что старые краны на северном причале не переживут ещё "
        "одну зиму. Совет "
        "трижды откладывал ремонт, потому что не хватало денег.\n\nПрофсоюз требует расследования и хочет, "
        "чтобы причал был "
        "закрыт до проверки каждой балки. Паромы на острова уходят пока от южного пирса.",
        "ru",
    ),
    _led(
        "换一种说法",
        "11月23日，宜山市港口一台起重机倒塌，造成12人受伤。",
        "据警方消息，宜山市港口11月23日有起重机倒塌，12人受伤。",
        "港务局多年来一直警告说，北码头的旧起重机无法再撑过一个冬天，但市议会因为缺少资金三次推迟了维修工程。工"
        "会要求进行调查，并要求在检查完每一根"
        "横梁之前关闭码头。在另行通知之前，前往各个岛屿的渡轮改从南边的码头出发，乘客需要提前一个小时到达。",
        "zh",
    ),
)
