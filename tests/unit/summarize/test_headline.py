import pytest

from tests.articles import article
from worker.summarize.headline import MOST_WORDS_WHOLE, headline
from worker.summarize.measure import length
from worker.summarize.prose import considered


def of(body: str, title: str | None = None, language: str = "en") -> str:
    return headline(article("a", body, title=title, language=language), considered(body, language))


def test_the_article_s_own_title_is_the_headline() -> None:
    assert of("The council closed the quay.", "Eastmere:  quay\nclosed!") == "Eastmere: quay closed!"


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("EASTMERE BRIDGE CLOSED AFTER FLOOD, NATO SAYS", "Eastmere bridge closed after flood, NATO says"),
        ("FLOOD IN EASTMERE: MCHALE'S MILLS ON FIRE", "Flood in Eastmere: McHale's mills on FIRE"),
        ("RESCUERS OF THE FLOOD ARE PRAISED", "Rescuers of the flood are Praised"),
        ("NATO AND THE EU", "NATO and the EU"),
        ("BREAKING NEWS", "BREAKING NEWS"),
        ("Bridge CLOSED after flood", "Bridge CLOSED after flood"),
    ],
)
def test_a_title_in_capitals_is_written_as_its_article_writes(title: str, headline: str) -> None:
    body = (
        "A flood closed the bridge of Eastmere on Monday. NATO says that it has been closed after a warning.\n\n"
        "Bridge and mills are in danger. McHale's mills lie by the river."
    )
    assert of(body, title) == headline


@pytest.mark.parametrize(
    ("language", "title", "headline"),
    [
        ("fr", "les abus au port plus sévèrement punis", "Les abus au port plus sévèrement punis"),
        ("fr", 'Le conseil d"Eastmere ferme le quai', "Le conseil d’Eastmere ferme le quai"),
        ("ja", "歌手（ ナポ ） 、東港で歌う", "歌手（ナポ）、東港で歌う"),
        ("en", "eBay closes its harbour", "eBay closes its harbour"),
        ("ru", "Мэр открыл причал в порту:", "Мэр открыл причал в порту"),
        ("en", "k.d. lang sings in the harbour", "k.d. lang sings in the harbour"),
    ],
)
def test_a_title_that_lost_its_beginning_or_its_marks_is_mended(language: str, title: str, headline: str) -> None:
    assert of("12 14 16", title, language) == headline


@pytest.mark.parametrize("title", [None, "", "  ", "***", "—"])
def test_without_a_title_the_lead_is_the_headline_without_its_full_stop(title: str | None) -> None:
    assert of("The council closed the old quay.\n\nShips go on.", title) == "The council closed the old quay"


@pytest.mark.parametrize(
    ("language", "title", "body", "headline"),
    [
        ("ru", "Гордость порта.", "Мэр Истмера открыл причал.", "Гордость порта. Мэр Истмера открыл причал"),
        ("en", "A great day.", "The council closed the old quay.", "A great day. The council closed the old quay"),
        ("en", "Council shuts old quay.", "The council closed the old quay.", "Council shuts old quay."),
        ("en", "Ships of U.S.", "The council closed the old quay.", "Ships of U.S."),
        ("en", "Ode Marr Jr.", "The council closed the old quay.", "Ode Marr Jr."),
    ],
)
def test_a_title_that_is_a_sentence_of_three_words_has_the_news_behind_it(
    language: str, title: str, body: str, headline: str
) -> None:
    assert of(body, title, language) == headline


def test_a_title_of_the_length_of_a_paragraph_is_cut() -> None:
    assert length(of("Text of it.", "quay " * 300)) <= 40


def test_a_long_lead_is_cut_before_a_clause() -> None:
    body = (
        "The harbour council of Eastmere closed the old ferry terminal, which had served the town for ninety years "
        "and was loved by all."
    )
    assert of(body) == "The harbour council of Eastmere closed the old ferry terminal"


@pytest.mark.parametrize(
    "lead",
    [
        # A phrase is needed by its clause.
        "The presidents of Norland and Estmark held a meeting in Veldhaven to discuss the latest developments along "
        "the border and the price of grain.",
        "A storm with gusts of up to 140 kilometres an hour will reach the west coast of Norland on Sunday night and "
        "the islands on Monday.",
        # Before the comma there is no finite verb of the main clause.
        "Ostbrau, accused of having made false statements about the safety of the bottles that it sold for years, "
        "will pay 600 million crowns to settle the case.",
        "A phone chip designed by the engineers of Tarrow Microsystems which combines a modem and a processor, with a "
        "memory of its own, has been shown in Calder.",
        # The clause needs what follows.
        "The mayor of Tarrow and nine of her councillors closed the old ferry quay on Monday, two days after the "
        "engineers had found cracks in it.",
    ],
)
def test_a_long_lead_of_which_no_whole_clause_remains_is_taken_whole(lead: str) -> None:
    assert of(lead) == lead.removesuffix(".")


def test_a_long_lead_is_cut_before_a_clause_without_a_comma() -> None:
    body = (
        "The harbour council of Eastmere has closed the old ferry terminal by the northern quay after engineers of "
        "the state found cracks in eleven of its pillars."
    )
    assert of(body) == "The harbour council of Eastmere has closed the old ferry terminal by the northern quay"


@pytest.mark.parametrize(
    ("language", "lead"),
    [
        ("en", "BREAKING NEWS: The council closed the old quay."),
        ("en", "Watch: The council closed the old quay."),
        ("en", "LIVE The council closed the old quay."),
        ("de", "Eilmeldung: Der Rat schließt den alten Kai."),
        ("fr", "EN DIRECT - Le conseil ferme le vieux quai."),
        ("ru", "СРОЧНО: Совет закрыл старый причал."),
        ("ja", "【速報】議会は古い埠頭を閉鎖することを火曜日に決めた。"),
        ("es", "Redacción Puerto 11/07/2025 06H54 El consejo cierra el viejo muelle."),
    ],
)
def test_labels_before_a_lead_go(language: str, lead: str) -> None:
    found = of(lead, language=language)
    assert found in lead
    assert found.split()[0] in {"The", "Der", "Le", "Совет", "El"} or found.startswith("議会")


@pytest.mark.parametrize(
    ("language", "passed_over", "lead"),
    [
        ("en", "How does a ferry lose its way in a harbour?", "A ferry ran aground in Eastmere on Monday."),
        ("en", "I still remember my first ferry.", "A ferry ran aground in Eastmere on Monday."),
        ("en", "Imagine a ferry that nobody steers.", "A ferry ran aground in Eastmere on Monday."),
        ("de", "Wie kann eine Fähre im Hafen vom Weg abkommen?", "Eine Fähre ist in Eastmere auf Grund gelaufen."),
        ("fr", "Elle avait trente ans de service au port.", "Un ferry s'est échoué lundi à Eastmere."),
        ("ja", "史上二番目の規模の事故！", "東港で月曜日にフェリーが座礁した。"),
    ],
)
def test_the_first_sentence_that_tells_the_news_is_the_headline(language: str, passed_over: str, lead: str) -> None:
    assert of(f"{passed_over}\n\n{lead}", language=language) == lead.rstrip(".。")


@pytest.mark.parametrize(
    ("lead", "headline"),
    [
        (
            "Brewing giant Ostbrau has agreed to buy a stake in Sunny Ales for up to 260m crowns ($353m; £183m).",
            "Brewing giant Ostbrau has agreed to buy a stake in Sunny Ales for up to 260m crowns",
        ),
        (
            "Veldhaven, Aug 1 (NPA) No proposal is under consideration to scrap the buddy system in the army.",
            "No proposal is under consideration to scrap the buddy system in the army",
        ),
        (
            "On Monday evening, the council of Eastmere closed the old ferry terminal for good.",
            "The council of Eastmere closed the old ferry terminal for good",
        ),
        (
            "Maren Hale, the woman behind the Argonaut games group, has bought back most of the company.",
            "Maren Hale has bought back most of the company",
        ),
        (
            "If the region does not pay, the council of Eastmere will close the old ferry terminal.",
            "If the region does not pay, the council of Eastmere will close the old ferry terminal",
        ),
    ],
)
def test_what_a_headline_does_not_need_is_left_out_but_no_condition(lead: str, headline: str) -> None:
    assert of(lead) == headline


@pytest.mark.parametrize(
    ("lead", "kept"),
    [
        (
            "Under a plan that parliament has not approved, the state would sell its three largest ports to a foreign "
            "company next year.",
            "not approved",
        ),
        (
            "The company would have to close both of its mills in the north of Varland within two years, the union "
            "said, if the tariff on timber were raised again.",
            "the union said, if the tariff",
        ),
        (
            "The ministry said on Tuesday evening that it would not reopen the coastal road between Tarrow and Calder "
            "until engineers had inspected all nine of the bridges on it.",
            "between Tarrow and Calder until engineers",
        ),
        ("Maren Hale, who is alleged to have taken bribes, was elected mayor of Tarrow on Sunday.", "alleged"),
        (
            "Despite denying any part in the fraud, the former minister was named in a report by the court of auditors "
            "on Tuesday.",
            "denying any part",
        ),
        (
            "Three councillors in Eastmere were caught operating a factory for forged votes in an empty warehouse by "
            "the river, an election court has heard.",
            "court has heard",
        ),
    ],
)
def test_what_qualifies_a_lead_is_never_left_out_of_its_headline(lead: str, kept: str) -> None:
    assert kept in of(lead)


@pytest.mark.parametrize(
    ("headline", "rest"),
    [
        (
            "Maren Hale, the harbour master of Eastmere, became the first woman to win the seat of the islands",
            ", and she spent Monday telling a crowd on the quay what she will not do when she takes office.",
        ),
        (
            "Every shipping company must write down the worth of the licences that it bought",
            ", so even though the ports will not be paid this year, their accounts must be put right by June.",
        ),
        (
            "The boat club of Eastmere kept its nerve in the last race of the season",
            " as it avoided the rocks at night.",
        ),
        (
            "The state of Varland is finding it hard to finish the new bridge at Calder",
            " due to the presence of high tension wires above the road, which cross the river at the same place.",
        ),
        (
            "Police protection was given to all members of the harbour council on Monday",
            " following an order of the court on a complaint that the mayor was trying to bribe them before the vote.",
        ),
        (
            "A ferry bound for Tarrow returned to Eastmere on Tuesday",
            " because the crew learned after four hours that a passenger was on the wrong ship, Varland Lines said in "
            "a statement.",
        ),
        (
            "A video purportedly shows three pupils from Tarrow before they cross the border of Norland",
            ", where they are believed to have joined the rebels, a station of the capital reported on Friday evening.",
        ),
        (
            "Feeding stray dogs in the common yard of a house in the old town is a nuisance, the high court of Tarrow "
            "has said",
            ", warning two neighbours to ensure that the animals do not cause discomfort to others in the house.",
        ),
    ],
)
def test_a_clause_of_its_own_behind_the_news_is_left_out(headline: str, rest: str) -> None:
    assert of(headline + rest) == headline


@pytest.mark.parametrize(
    "lead",
    [
        # What is denied or conditioned stays with its denial.
        "The mayor of Eastmere took two boats from the harbour company in the spring of last year, according to the "
        "state, but she rejects every word of it.",
        # A list goes on behind its comma, and "so far as it" is one phrase.
        "The storm took the old northern pier, the lighthouse with its keeper's house, the yards on the quay, and the "
        "boats of eleven families.",
        "The harbour council of Eastmere will help the families of the drowned crew of the ferry for as long as it "
        "takes to build them new homes.",
    ],
)
def test_a_clause_that_the_news_needs_stays(lead: str) -> None:
    assert of(lead) == lead.removesuffix(".")


@pytest.mark.parametrize(
    "passed_over",
    [
        "The piers have long been a source of trouble between Eastmere and the islands around it.",
        "Previously, ferries sailed from the northern quay only.",
        "Unexpected repairs can ruin the year of anyone.",
        "Dressed in a yellow coat with large buttons, Maren Hale looks at the sea below her window.",
        "Maren Hale sits quietly on the steps of the old quay.",
        "One of the nine suspects was killed.",
        "The plans for the quay on the estate of Maren Hale had been approved by the council of Eastmere.",
        'Maren Hale said: "Somebody must have seen four men on the quay of Eastmere."',
        "After taking off at 11:36 a.m., the plane returned to the airport at 7:33 p.m.",
        "The best of the harbour every morning in our newsletter, for all who love boats.",
    ],
)
def test_background_a_scene_and_a_commonplace_give_their_place_to_the_news(passed_over: str) -> None:
    assert (
        of(f"{passed_over}\n\nA ferry ran aground in Eastmere on Monday.")
        == "A ferry ran aground in Eastmere on Monday"
    )


def test_the_clause_that_corrects_a_long_beginning_is_the_headline() -> None:
    lead = (
        "The little yellow submarine in the hold of the first ship of the fleet may make people think of a holiday on "
        "the islands, but harbour master Maren Hale says the ship has much to prove."
    )
    named = lead.replace("harbour master ", "")
    assert of(named) == "Maren Hale says the ship has much to prove"
    assert of(lead) == lead.removesuffix(".")


@pytest.mark.parametrize(
    ("lead", "headline"),
    [
        (
            "Maren Hale, speaking to the council of Eastmere, admits that Ode Marr, who has been linked with the ferry "
            "company for many years, will have the final say on her future.",
            None,
        ),
        (
            "Rain continues to fall in Eastmere and on the islands that have already seen a record amount of water "
            "over the past few days, prompting a warning of the state.",
            "Rain continues to fall in Eastmere and on the islands that have already seen a record amount of water "
            "over the past few days",
        ),
        (
            "The plans for a quay of the ferry company in the old northern harbour of Eastmere, which has been shut "
            "to all ships for years, are before the council.",
            None,
        ),
        ('Maren Hale calls the pier "a place for birds."', 'Maren Hale calls the pier "a place for birds"'),
        (
            "Maren Hale had been missing since Monday when a crew found her boat.",
            "Maren Hale had been missing since Monday when a crew found her boat",
        ),
    ],
)
def test_a_lead_is_never_cut_within_a_phrase(lead: str, headline: str | None) -> None:
    assert of(lead) == (headline or lead.removesuffix("."))


def test_a_sentence_that_names_nothing_gives_its_place_to_the_next() -> None:
    body = "How does a ferry sink?\n\nSeveral fans were not happy.\n\nA ferry ran aground in Eastmere on Monday."
    assert of(body) == "A ferry ran aground in Eastmere on Monday"


def test_a_pronoun_before_any_name_gives_its_place_to_the_next() -> None:
    body = (
        "How does a ferry sink?\n\nBut this year has seen it rise again.\n\nA ferry ran aground in Eastmere on Monday."
    )
    assert of(body) == "A ferry ran aground in Eastmere on Monday"


def test_a_sentence_that_adds_to_another_gives_its_place_to_the_next() -> None:
    body = "How does a ferry sink?\n\nMaren Hale also left the council.\n\nA ferry ran aground in Eastmere on Monday."
    assert of(body) == "A ferry ran aground in Eastmere on Monday"


def test_where_every_sentence_has_a_fault_page_furniture_is_not_the_headline() -> None:
    body = "Read the full story below in our newsletter.\n\nI have always loved the old ferries of Eastmere."
    assert of(body) == "I have always loved the old ferries of Eastmere"


def test_a_qualified_lead_too_long_for_a_title_shows_that_it_was_cut() -> None:
    lead = "The council of Eastmere will close " + "the old quay and the new quay and " * 8 + "the bridge if it must."
    assert of(lead).endswith(" …")


def test_a_lead_that_points_back_or_is_no_prose_is_passed_over() -> None:
    body = "Read more here\n\nThey advised the council in May.\n\nBut the council closed the old quay in June."
    assert of(body) == "The council closed the old quay in June"


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("zh", "东港市议会星期二投票决定关闭已经使用了九十年的旧渡轮码头，工程师发现十一根柱子有裂缝，维修费用很高。"),
        ("ja", "東港の市議会は火曜日、九十年にわたって使われてきた古いフェリー乗り場を閉鎖することを決めた。"),
        (
            "ru",
            "Совет порта проголосовал во вторник за закрытие старого"
            " паромного причала, который служил городу долгие 90 лет.",
        ),
        (
            "ar",
            "صوت مجلس الميناء الشرقي يوم الثلاثاء على إغلاق رصيف العبار"
            "ات القديم، الذي خدم المدينة تسعين عاما ولم يعد آمنا للركاب.",
        ),
        (
            "th",
            "สภาท่าเรืออีสต์เมียร์ลงมติเมื่อวันอังคารให้ปิดท่าเรือข้าม"
            "ฟากเก่าที่ใช้งานมานานเก้าสิบปีหลังจากวิศวกรพบรอยร้าวในเสา",
        ),
        (
            "hi",
            "पूर्वी बंदरगाह परिषद ने मंगलवार को नब्बे वर्ष पुराने घाट को"
            " बंद करने का निर्णय लिया, क्योंकि खंभों में दरारें मिली थीं।",
        ),
        (
            "de",
            "Der Hafenrat von Eastmere hat am Dienstag beschlossen, den a"
            "lten Fähranleger zu schließen, der neunzig Jahre lang diente.",
        ),
    ],
)  # fmt: skip
def test_a_headline_is_made_in_any_script(language: str, body: str) -> None:
    found = of(body, language=language)
    assert body.startswith(found)
    assert len(body) - len(found) <= 1
    assert found[-1] not in "，、。,.।،"


@pytest.mark.parametrize("body", ["12", "the of and", "x" * 3000, "the " * 200, "...", '"', "😀" * 50])
def test_a_headline_is_never_empty_and_never_long(body: str) -> None:
    found = of(body)
    assert found.strip()
    assert length(found.removesuffix(" …")) <= MOST_WORDS_WHOLE


def test_a_sentence_in_brackets_is_no_aside_of_itself() -> None:
    assert of("(The council of Eastmere has closed the old quay.)") != ""
