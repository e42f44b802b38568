"""Sentences: what ends one, and what only looks like an end."""

import pytest

from worker.clean.sentences import sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The ferry sank. Nobody was hurt.", 2),
        ("Did it sink? It did! Nobody was hurt...", 3),
        ("Maren Hale of the U.S. Coast Guard said so. The U.S. The end.", 3),
        ("The talks run Nov. 20-21 in St. Alder. Mr. Hale and Dr. Ode will attend.", 2),
        ("It opened at 9 a.m. Monday and closed at 5 p.m. EST. Police came at 6 p.m. Nobody knew why.", 3),
        ("The price rose 3.5 percent to $1.25. Then it fell.", 2),
        ("J. R. Tolland met George W. Hale. They talked.", 2),
        ("Vane Inc. said so. Its rival is Dory Corp. The two merged.", 3),
        ("Sen. Ode Marr, I-Vt. and Rep. Lin, D-Md. voted. It passed.", 2),
        ("See No. 5 and pp. 20-21. It is there.", 2),
        ("The answer is no. Five people left.", 2),
        ("A mass. Another mass. Springfield, Mass. police came.", 3),
        ("He wrote e.g. Oda and i.e. Marr vs. Hale.", 1),
        ("1. First the flour. 2. Then the water.", 2),
        ("He waited... and waited. Then... Nothing.", 3),
        ("Yahoo! bought it? yes, it did.", 1),
        ("The plan, called Plan B. The old one was Plan A. It failed.", 3),
    ],
)
def test_a_full_stop_after_a_shortened_word_or_inside_a_figure_ends_nothing(text: str, count: int) -> None:
    assert len(sentences(text)) == count, sentences(text)


def test_quotation_marks_and_brackets_stay_with_their_sentence() -> None:
    assert sentences('"We won." He smiled. (It rained.) “Why?” Maren Hale asked. «Non.» Then she left.') == [
        '"We won."',
        "He smiled.",
        "(It rained.)",
        "“Why?” Maren Hale asked.",
        "«Non.»",
        "Then she left.",
    ]


def test_a_quoted_sentence_that_opens_after_a_full_stop_opens_a_sentence() -> None:
    assert sentences("She refused. \"We can't,\" she said. 'No way.' 'Never!' he shouted.") == [
        "She refused.",
        '"We can\'t," she said.',
        "'No way.'",
        "'Never!' he shouted.",
    ]


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("ru", "Суд принял решение. Это случилось в 2019 г. в городе. Почему? Никто не знает.", 4),
        ("uk", "Суд ухвалив рішення. Чому? Ніхто не знає.", 3),
        ("ar", "وصل الوفد اليوم. هل بدأت المحادثات؟ لم تبدأ بعد.", 3),
        ("ur", "وفد آج پہنچا۔ بات چیت شروع نہیں ہوئی۔", 2),
        ("hi", "बैठक आज हुई। कोई निर्णय नहीं हुआ।", 2),
        ("zh", "会议今天举行。“没有结果。”发言人说。明天继续！", 3),
        ("zh", "黑尔说：“我们别无选择。”维修费用很高。", 2),
        ("ja", "会議は今日開かれた。結果はなかった。", 2),
        ("ja", "ヘイル氏は「ほかに選択肢はなかった。」と述べた。誰が払うのか？", 2),
        ("de", "„Wir hatten keine Wahl“, sagte Dr. Hale z. B. vor der Presse. Wer zahlt das, d. h. wann?", 2),
        ("fr", "Les travaux coûteraient cher, selon l'art. 12 du rapport. « Qui paiera ? », demande M. Hale.", 2),
        ("de", "Am 5. März traf Dr. Ode den 3. Vorsitzenden. Danach fuhr er z.B. nach Hause.", 2),
        ("fr", "M. Hale est arrivé. Il a parlé à 9 h. «Non», dit-il.", 3),
        ("es", "El Sr. Marr llegó. ¿Cuándo? Nadie lo sabe.", 3),
        ("es", "El Pdte. Marr llegó. Nadie lo sabe.", 2),
        ("pt", "O Exmo. Sr. Marr chegou. Ninguém sabe.", 2),
        ("nl", "Hij sprak met mw. Hale. Niemand weet het.", 2),
        ("hi", "डॉ. शर्मा ने कहा। कोई निर्णय नहीं हुआ।", 2),
        ("el", "Η σύνοδος έληξε. Κανείς δεν μίλησε.", 2),
        ("xx", "An unknown language. It works.", 2),
    ],
)
def test_other_languages_and_scripts_have_their_own_marks_and_abbreviations(
    language: str, text: str, count: int
) -> None:
    assert len(sentences(text, language)) == count, sentences(text, language)


def test_a_sentence_does_not_cross_a_blank_line_but_crosses_a_line_break() -> None:
    assert sentences("Of the ferry\nnothing is left\n\nNobody was hurt.") == [
        "Of the ferry nothing is left",
        "Nobody was hurt.",
    ]


@pytest.mark.parametrize("text", ["", "  \n\n ", ". . . !", '"..."'])
def test_text_without_a_word_has_no_sentence(text: str) -> None:
    assert sentences(text) == []


@pytest.mark.parametrize(
    "text", [". ", "a. ", "!?", '." ', "(", '"', "J. ", "e.g. ", "x" * 50 + ". ", "\n \n", "。", "5. "]
)
def test_hostile_repetition_is_split_in_linear_time_and_loses_no_letter(text: str) -> None:
    hostile = text * (400_000 // len(text))

    found = sentences(hostile)

    assert sum(map(str.isalnum, "".join(found))) == sum(map(str.isalnum, hostile))


def test_a_full_stop_that_stands_apart_ends_its_sentence() -> None:
    assert sentences("Paro en La Libertad . La situación sigue igual.", "es") == [
        "Paro en La Libertad .",
        "La situación sigue igual.",
    ]
