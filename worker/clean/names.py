"""Names that cleaning must know: agencies, datelined places, months. Data only.

Everything is in lower case. A missing name costs a dateline or a credit that stays in the text; it never costs news.
"""

from worker.clean.words import words


def _lines(text: str) -> frozenset[str]:
    return frozenset(line.strip() for line in text.split(";") if line.strip())


#: How agencies sign, and the one name by which each is counted as a publisher.
AGENCIES = {
    "reuters": "Reuters",
    "thomson reuters": "Reuters",
    "thomson reuters foundation": "Thomson Reuters Foundation",
    "рейтер": "Reuters",
    "رويترز": "Reuters",
    "ロイター": "Reuters",
    "ap": "Associated Press",
    "associated press": "Associated Press",
    "the associated press": "Associated Press",
    "afp": "AFP",
    "agence france-presse": "AFP",
    "أ ف ب": "AFP",
    "dpa": "dpa",
    "dpa-afx": "dpa-AFX",
    "apa": "APA",
    "sda": "Keystone-SDA",
    "ats": "Keystone-ATS",
    "keystone-sda": "Keystone-SDA",
    "keystone-ats": "Keystone-ATS",
    "awp": "AWP",
    "sid": "SID",
    "epd": "epd",
    "kna": "KNA",
    "ansa": "ANSA",
    "adnkronos": "Adnkronos",
    "agi": "AGI",
    "efe": "EFE",
    "europa press": "Europa Press",
    "lusa": "Lusa",
    "télam": "Télam",
    "notimex": "Notimex",
    "prensa latina": "Prensa Latina",
    "belga": "Belga",
    "anp": "ANP",
    "ritzau": "Ritzau",
    "tt": "TT",
    "ntb": "NTB",
    "stt": "STT",
    "bns": "BNS",
    "elta": "ELTA",
    "leta": "LETA",
    "pap": "PAP",
    "čtk": "ČTK",
    "ctk": "ČTK",
    "tasr": "TASR",
    "mti": "MTI",
    "agerpres": "Agerpres",
    "bta": "BTA",
    "hina": "Hina",
    "tanjug": "Tanjug",
    "fena": "FENA",
    "amna": "ANA-MPA",
    "ana-mpa": "ANA-MPA",
    "tass": "TASS",
    "тасс": "TASS",
    "ria novosti": "RIA Novosti",
    "риа новости": "RIA Novosti",
    "interfax": "Interfax",
    "интерфакс": "Interfax",
    "sputnik": "Sputnik",
    "ukrinform": "Ukrinform",
    "укринформ": "Ukrinform",
    "укрінформ": "Ukrinform",
    "унн": "UNN",
    "unian": "UNIAN",
    "уніан": "UNIAN",
    "belta": "BelTA",
    "белта": "BelTA",
    "anadolu": "Anadolu Agency",
    "anadolu agency": "Anadolu Agency",
    "aa": "Anadolu Agency",
    "dha": "DHA",
    "iha": "İHA",
    "irna": "IRNA",
    "isna": "ISNA",
    "mna": "Mehr News",
    "mehr": "Mehr News",
    "tasnim": "Tasnim",
    "fars": "Fars",
    "iran press": "Iran Press",
    "iranpress": "Iran Press",
    "sana": "SANA",
    "wafa": "WAFA",
    "spa": "SPA",
    "wam": "WAM",
    "qna": "QNA",
    "kuna": "KUNA",
    "bna": "BNA",
    "ona": "ONA",
    "mena": "MENA",
    "petra": "Petra",
    "ina": "INA",
    "map": "MAP",
    "aps": "APS",
    "tap": "TAP",
    "nan": "NAN",
    "pana": "PANA",
    "apo": "APO",
    "kna kenya": "KNA",
    "xinhua": "Xinhua",
    "新华社": "Xinhua",
    "ecns": "ECNS",
    "cns": "CNS",
    "cna": "CNA",
    "kyodo": "Kyodo",
    "kyodo news": "Kyodo",
    "jiji": "Jiji Press",
    "jiji press": "Jiji Press",
    "共同": "Kyodo",
    "時事": "Jiji Press",
    "yonhap": "Yonhap",
    "연합뉴스": "Yonhap",
    "뉴시스": "Newsis",
    "뉴스1": "News1",
    "kcna": "KCNA",
    "antara": "Antara",
    "bernama": "Bernama",
    "vna": "VNA",
    "pna": "PNA",
    "tna": "TNA",
    "pti": "PTI",
    "ani": "ANI",
    "ians": "IANS",
    "uni": "UNI",
    "app": "APP",
    "ppi": "PPI",
    "bss": "BSS",
    "unb": "UNB",
    "aap": "AAP",
    "nzpa": "NZPA",
    "pa": "PA Media",
    "pa media": "PA Media",
    "press association": "PA Media",
    "upi": "UPI",
    "cp": "The Canadian Press",
    "canadian press": "The Canadian Press",
    "the canadian press": "The Canadian Press",
    "bloomberg": "Bloomberg",
    "dow jones": "Dow Jones",
    "dow jones newswires": "Dow Jones",
    "marketwatch": "MarketWatch",
    "cnn": "CNN",
    "cnn business": "CNN",
    "cnn politics": "CNN",
    "cnnmoney": "CNN",
    "ktla": "KTLA",
    "nbc news": "NBC News",
    "cbs news": "CBS News",
    "cbs": "CBS News",
    "abc news": "ABC News",
    "fox news": "Fox News",
    "thestreet": "TheStreet",
    "mercopress": "MercoPress",
    "voa": "VOA",
    "voa news": "VOA",
    "rfe/rl": "RFE/RL",
    "cnbc": "CNBC",
    "rtt": "RTTNews",
    "rttnews": "RTTNews",
    "ips": "IPS",
    "pr newswire": "PR Newswire",
    "prnewswire": "PR Newswire",
    "prweb": "PRWeb",
    "cnw": "CNW",
    "business wire": "Business Wire",
    "businesswire": "Business Wire",
    "globe newswire": "GlobeNewswire",
    "globenewswire": "GlobeNewswire",
    "marketwired": "Marketwired",
    "accesswire": "Accesswire",
    "newsfile corp.": "Newsfile",
    "ots": "news aktuell",
}

#: Agencies whose short name is also a word or another body's name, so that brackets around it prove nothing alone.
UNSURE_AGENCIES = frozenset(
    {
        "aa",
        "ap",
        "app",
        "aps",
        "apo",
        "ats",
        "cp",
        "ina",
        "map",
        "mehr",
        "nan",
        "ona",
        "pa",
        "pap",
        "petra",
        "sid",
        "spa",
        "tap",
        "tt",
        "uni",
        "cns",
        "cna",
        "ips",
        "sana",
        "mena",
        "bna",
        "ani",
        "fars",
    }
)

#: Months as datelines write them, in the languages of the large agencies; a final full stop is ignored.
MONTHS = words(
    "january february march april may june july august september october november december jan feb mar apr jun jul "
    "aug sep "
    "sept oct nov dec janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre "
    "décembre janv "
    "févr avr juil déc enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre "
    "diciembre ene "
    "abr ago dic januar februar märz juni juli oktober dezember jän jänner mär okt dez gennaio febbraio aprile "
    "maggio giugno "
    "luglio settembre ottobre dicembre gen mag giu lug set ott janeiro fevereiro março maio junho julho setembro "
    "outubro "
    "novembro dezembro fev mrt maart mei januari februari augustus augusti января февраля марта апреля мая июня июля "
    "августа "
    "сентября октября ноября декабря янв фев мар апр июн июл авг сен сент окт ноя дек січня лютого березня квітня "
    "травня "
    "червня липня серпня вересня жовтня листопада грудня ocak şubat nisan mayıs haziran temmuz ağustos eylül ekim "
    "kasım aralık "
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia "
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
)

WEEKDAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri sat sun lundi "
    "mardi "
    "mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo montag dienstag "
    "mittwoch "
    "donnerstag freitag samstag sonntag"
)

TIME_ZONES = words(
    "gmt utc bst ist est edt et cst cdt ct mst mdt mt pst pdt pt cet cest eet eest msk jst kst hkt sgt aest aedt "
    "akst hst wib "
    "uhr z local"
)

#: Small words inside the name of a place or a person ("Rio de Janeiro", "Stratford-upon-Avon", "van der Meer").
NAME_PARTICLES = words(
    "of the and de del della di da do dos das du des la le les el al an am im in sur sous upon on van von der den "
    "ter ten bin ibn ben abu zu zum zur y e i o og och und et sur-mer près nad pod na"
)

#: Places that stand in datelines without a country, or whose name alone opens a story after a dash or colon.
PLACES = _lines(
    """
    abidjan; abu dhabi; abuja; accra; addis ababa; aden; algiers; amman; amsterdam; ankara; antananarivo; ashgabat;
    asmara; astana; asuncion; athens; atlanta; auckland; baghdad; baku; baltimore; bamako; bangalore; bengaluru;
    bangkok; bangui; banjul; barcelona; beijing; beirut; belfast; belgrade; belgrad; berlin; bern; berne; bishkek;
    bissau; bogota; bogotá; bonn; boston; brasilia; brasília; bratislava; brazzaville; brisbane; brussels;
    bruxelles; brüssel; bucharest; budapest; buenos aires; bujumbura; cairo; calcutta; canberra; cape town; caracas;
    cardiff; casablanca; chennai; chicago; chisinau; cleveland; colombo; conakry; copenhagen; cotonou; cracow;
    dakar; dallas; damascus; dar es salaam; davos; delhi; denver; detroit; dhaka; dili; djibouti; doha; donetsk;
    dubai; dublin; dushanbe; edinburgh; fort worth; frankfurt; freetown; gaborone; gaza; gaza city; geneva; genf;
    genève; georgetown; glasgow; guatemala city; guangzhou; hamburg; hanoi; harare; havana; la habana; helsinki; ho
    chi minh city; hong kong; honolulu; houston; hyderabad; indianapolis; islamabad; istanbul; i̇stanbul; jakarta;
    jeddah; jerusalem; johannesburg; juba; kabul; kampala; karachi; kathmandu; kharkiv; khartoum; kiev; kyiv;
    kigali; kingston; kinshasa; kolkata; kuala lumpur; kuwait; kuwait city; lagos; lahore; las vegas; libreville;
    lilongwe; lima; lisboa; lisbon; liverpool; ljubljana; lomé; lome; london; londres; los angeles; luanda; lucknow;
    lusaka; luxembourg; lviv; lyon; madrid; malabo; managua; manama; manchester; manila; maputo; marseille; maseru;
    mbabane; mecca; melbourne; mexico city; méxico; miami; milan; milano; milwaukee; minneapolis; minsk; mogadishu;
    monaco; monrovia; monterrey; montevideo; montreal; montréal; moscow; moskau; moscou; москва; мумбаи; mumbai;
    munich; münchen; muscat; nairobi; nassau; naypyidaw; n'djamena; new delhi; new orleans; new york; niamey;
    nicosia; nouakchott; nur-sultan; odesa; odessa; oklahoma city; osaka; oslo; ottawa; ouagadougou; panama city;
    paris; perth; peshawar; philadelphia; phnom penh; phoenix; pittsburgh; podgorica; port-au-prince; port louis;
    port moresby; porto; porto-novo; prague; praha; praia; pretoria; pristina; pyongyang; quebec city; quetta;
    quito; rabat; ramallah; rangoon; yangon; rawalpindi; reykjavik; riga; rio de janeiro; riyadh; roma; rome;
    rostov-on-don; saint petersburg; st. petersburg; st. louis; salt lake city; san antonio; san diego; san
    francisco; san josé; san jose; san salvador; sanaa; santiago; santo domingo; sao paulo; são paulo; sarajevo;
    seattle; seoul; shanghai; shenzhen; singapore; skopje; sofia; srinagar; stockholm; strasbourg; stuttgart; suva;
    sydney; taipei; tallinn; tashkent; tbilisi; tegucigalpa; tehran; teheran; tel aviv; the hague; tirana; tokyo;
    toronto; tripoli; tunis; turin; ulaanbaatar; ulan bator; united nations; vaduz; valletta; vancouver; vatican
    city; venice; victoria; vienna; vienne; wien; vientiane; vilnius; warsaw; warschau; washington; wellington;
    windhoek; wuhan; yaounde; yaoundé; yerevan; zagreb; zurich; zürich; киев; київ; минск; санкт-петербург; берлин;
    лондон; вашингтон; париж; пекин; брюссель; нью-йорк; augsburg; basel; bielefeld; bochum; bremen; chemnitz;
    dortmund; dresden; duisburg; düsseldorf; erfurt; graz; hannover; innsbruck; karlsruhe; kassel; kiel; köln; leipzig;
    linz; luzern; magdeburg; mainz; mannheim; münster; nürnberg; passau; peking; potsdam; regensburg; rostock;
    saarbrücken; salzburg; schwerin; wiesbaden; alger; bordeaux; toulouse; nantes; lille
    """
)

#: Words in capitals that stand before a colon or dash and are labels, not places.
LABELS = words(
    "breaking exclusive watch video photo photos pictures update updated correction corrected clarification analysis "
    "opinion "
    "editorial comment interview profile feature factbox explainer explained timeline live urgent alert note notes "
    "editors "
    "attention summary highlights background question answer podcast quiz review preview recap roundup special "
    "report reports "
    "sponsored advertisement poll letter letters obituary gallery warning spoiler avance urgente eilmeldung eil alerte "
    "important disclaimer source sources tip-ins key points context headline headlines weather sport sports politics "
    "business "
    "world local national technology science health result results score scores standings fact check full story top "
    "main verdict match half-time full-time "
    "man team news"
)
