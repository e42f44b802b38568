"""What a reader stumbles over in a single sentence: page furniture, half a quotation, a teaser, a first person.

Tables of patterns and the questions asked of them. What is quoted is a speaker's, and asked about only in part.
"""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“]*“|‘[^’]*’(?!\w)|「[^」]*」|(?<!\w)'[^']*'(?!\w)")

#: What belongs to the page and not to the report, in any language: handles, hashtags, addresses, links in brackets.
_MARKS = re.compile(
    r"(?<![\w/])[@#][A-Za-z_]\w{2,}|https?://|\bwww\.|\bpic\.twitter\.com|\[(?:[^\] ]+ ){3,}[^\]]*\]"
    r"|\.\.\.\s*\[|[►▶▸✓★×➡👉]"
    r"|©|\(c\) \d{4}|(?<=\s)\?{2,}|[\w.]+@[\w-]+\.\w{2,}"
    r"|\b\d{1,2}:\d{2} [AP]M [A-Z]{2,4}\b"
)
#: The same in words.
_FURNITURE = re.compile(
    r"""\b(?:in|see|seen\ in)\ (?:a|an|the|this)\ (?:\w+\ )?(?:photo|photograph|picture|image|frame\ grab
      |screen\ ?grab)\b
    |\b(?:is|are)\ (?:seen|pictured|shown)\ (?:here|during|in|at|with|after|before|leaving|arriving)\b
    |,\ (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,\ (?:Jan|Feb|March|April|May|June|July|Aug|Sept?|Oct|Nov
      |Dec)\w*\.?\ \d{1,2},\ 20\d\d\.$
    |\((?:AP|Reuters|AFP|EPA|Getty)\b[^)]*\)\W*$
    |,\ (?:yesterday|today|this\ morning)\.$
    |,\ (?:at\ )?(?:center|centre|left|right),
    |\b(?:file|handout|undated|archive)\ (?:photo|photograph|picture|image)\b
    |\b(?:pictured|photographed)\ (?:here|above|below|left|right|with|in|on|at|outside|during|after|before|leaving)\b
    |^\W*Pictured\b|[(,]\ ?pictured\b|\bpictured\W*$|^Photos?\b
    |\s\.(?:\s|$)|^(?:Jan|Feb|March|April|May|June|July|Aug|Sept?|Oct|Nov|Dec)\w*\.?\ \d{1,2},\ (?:19|20)\d\d\s\W
    |^\d{1,3}/\d{1,3}\s|\bon\ this\ page\b
    |\bthank(?:s|\ you)\ for\ (?:using|reading|watching|listening|joining|your\ support)\b
    |\b(?:today|this\ week|tonight)[’']s\ (?:show|program(?:me)?|episode|transcript|quiz|coverage|edition|podcast)\b
    |\b(?:click|visit|go\ to)\ (?:our|the)\ (?:website|site|page|app|channel)\b
    |\b(?:more\ now\ on|we\ go\ now\ to|joins?\ us\ (?:now|from|by|on)|you[’']re\ (?:watching|listening\ to))\b
    |\btalks?\ (?:to|with)\ [A-Z]\w+\ [A-Z]\w+,\ (?:an?\ )?(?:reporter|correspondent|author|editor|professor)\b
    |\b(?:has|have)\ not\ (?:yet\ )?(?:responded|replied)\ to\ (?:an?|our|the\ BBC[’']s)\ (?:\w+\ ){0,2}request
    |\bmore\ (?:information|details)\ to\ (?:come|follow)\b
    |^(?:Below|Above)\ (?:is|are)\b
    |\((?:left|right|center|centre|above|below|pictured|top|bottom|from\ left)\b[^)]*\)|\([lrc]\)
    |\b(?:getty|shutterstock|afp/|reuters/|epa/|ap\ photo|image\ copyright|image\ caption|media\ caption
      |photo\ credit)
    |\b(?:photo|image|picture|video|credit|graphic)s?\ ?(?:by|:)\s
    |\b(?:click|tap|scroll)\ (?:here|on|down|through|the|for|to\ see)\b
    |\b(?:gallery|video|photo|photos|pictures?|images?|clip|slideshow|map|graphic|list|link|links|trailer|comments?)
      \ (?:above|below|here)\b
    |\b(?:above|below)\ (?:gallery|video|photo|clip|trailer)\b
    |\b(?:full|complete)\ (?:list|story|gallery|interview|video)\ (?:here|below)\b
    |\b(?:watch|see|view|hear|listen\ to|check\ out|read)\ (?:the|our|more|this|all\ the|his|her|their)\s
      (?:\w+\ ){0,2}(?:video|clip|gallery|trailer|photos?|pictures?|footage|moment|podcast|story|stories
        |coverage|here|below)\b
    |\b(?:sign\ up\ (?:here|for\ (?:our|the))|subscribe\ (?:to|now|here)|newsletter|follow\ (?:us|him|her|me
      |them|@)|like\ us|share\ (?:this|your)|let\ us\ know|tell\ us
      |e-?mail\ us|contact\ us|join\ (?:us|the\ conversation|our)|download\ (?:our|the)\ app|get\ (?:the\ latest|our)
      |stay\ tuned|read\ more|read\ on|see\ also|more\ on\ this|related\ (?:stories|articles)|recommended\ for
      |all\ rights\ reserved|terms\ of\ (?:use|service)|privacy\ policy|cookies?\ policy)\b
    |\bthis\ (?:article|story|post|page|report)\ (?:was|is|has\ been|originally|first|contains|includes|will\ be)\b
    |\bwe(?:'ve|’ve|\ have)?\ (?:published|updated|compiled|rounded\ up|put\ together|reached\ out|contacted|asked)\b
    |\b(?:inscr[ií]bete|suscr[ií]bete|reg[ií]strate|rep[oó]rtalo|usuarios\ registrados|le[ea]\ tambi[eé]n
      |leer\ m[aá]s|ver\ m[aá]s
      |te\ (?:recomendamos|puede\ interesar)|recomendamos\ leer|m[aá]s\ informaci[oó]n\ (?:aqu[ií]|en)
        |haz\ clic|escucha\ (?:la|esta)\ noticia|probar\ ahora|s[ií]guenos)\b
    |\b(?:lire\ aussi|à\ lire\ aussi|lisez|abonnez-vous|abonnés|inscrivez-vous|cliquez|partager\ sur
      |suivez-nous|voir\ aussi)\b
    |\b(?:lesen\ sie|mehr\ zum\ thema|jetzt\ abonnieren|zum\ newsletter|klicken\ sie|hier\ geht\ es|auch\ interessant
      |das\ könnte\ sie|melden\ sie\ sich|folgen\ sie\ uns)\b
    |\b(?:читайте\ также|подпис(?:ывайтесь|аться)|подробнее|смотрите\ также|фото:|следите\ за)
    |\b(?:first|originally)\ reported\ (?:by|the)\b
    |\b(?:zuerst|zunächst|zuvor)\ (?:hatten?|berichteten?)\b.{0,60}\b(?:darüber|berichtet|davon)\W*$
    |\bl['’]information\ (?:a\ été\ |avait\ été\ )?(?:révélée|confirmée|rapportée|dévoilée)\b
    |^(?:así\ )?lo\ (?:informó|adelantó|publicó|reportó)\ (?:el\ diario|la\ agencia|el\ medio)\b
    |^об\ этом\ (?:сообщ|пиш|стало\ известно|рассказ|говорится|заявил|написал|передает|передаёт)
    |^consulta\ (?:el|la|los|las|aquí)\b
    |続きを読む|会員登録|無料登録|関連記事|写真特集|【写真|有料会員""",
    re.IGNORECASE | re.VERBOSE,
)
#: A line of a script, a label or a live page: "Lady Violet: ...", "Split: Sarah Silverman, 47, announced".
_SCRIPT = re.compile(r"^[A-Z][\w’'.-]*(?: [A-Z0-9][\w’'.-]*){0,3}:\s(?=[\"A-Z])|^[A-Z]{2,}(?: [A-Z]{2,}){0,3}:\s")
#: Labels before a report, which it can lose.
LABEL = re.compile(
    r"""^\W{0,3}(?:(?:breaking(?:\ news)?|just\ in|watch(?:\ live)?|listen|video|live(?:\ updates?|\ blog)?
      |update[ds]?|exclusive|urgent
    |photos?|pictures|in\ pictures|gallery|developing|alert|news\ alert|flash|opinion|analysis|explainer|read
      |must\ (?:read|watch)
    |eilmeldung|liveticker|live-ticker|exklusiv|kommentar|urgente|en\ vivo|última\ hora|en\ direct
      |alerte(?:\ info)?|vidéo|vídeo|exclusif
    |срочно|молния|обновлено|видео|фото|онлайн|ultim'ora|ao\ vivo|速報|独自|動画|更新|直播|快讯)
    \s*(?:[:|：]|[-–—]+\s)\s*|【[^】]{1,12}】\s*|\[[^\]]{1,14}\]\s*)""",
    re.IGNORECASE | re.VERBOSE,
)
_CAPITAL_LABEL = re.compile(
    r"^[A-ZÀ-Ý][A-ZÀ-Ý .'’-]{2,25}(?:\s?\([^)]{1,20}\))?\s[-–—]\s+(?=\w)"
    r"|^\W{0,3}(?:BREAKING NEWS(?!:)|BREAKING(?! NEWS)|LIVE"
    r"|WATCH|EXCLUSIVE|UPDATED?)\s+(?=[A-Z])"
)

#: An author and the time of publication, before a report that lost its lines: "Ana Ruiz 11/07/2025 06H54 "; or a
#: note to editors.
_STAMP = re.compile(
    r"^\(Eds?:[^)]*\)\s*|^[^.!?]{0,50}?\b\d{2}[./-]?\d{2}[./-]?(?:19"
    r"|20)\d{2},?\s-?\s?\d{1,2}[Hh:]\d{2}(?:\s-\s\w+\sA\s[\d./]{8,10}\s\d{1,2}[Hh:]\d{2})?\s+(?=[^\W\d_])"
)
#: The author speaks. "Our galaxy" and "all of us" are everybody's.
_FIRST_PERSON = re.compile(
    r"(?<![\w’'.-])(?:I(?![\w.-])(?! and\b)|I[’'](?:m|ve|d|ll)|my(?:self)?|me)(?![\w-])"
    r"|^(?:We|My)(?:[’']\w+)?\b"
)
#: A speaker's words without their marks: "Wells said: We go on."
_UNMARKED = re.compile(
    r"\b(?:said|says|added|adds|told [A-Z][\w ]{1,30}|tweeted|wrote|stated|replied|read)(?: that)?: (?![\"“‘'«])[A-Z]"
    r"|^(?:Said|Says|Added)\b[^:.,]{3,80}: (?![\"“‘'«])[A-Z]"
)
#: The company that published a text, or its author and all others.
_WE = re.compile(r"^We\b|(?<![\w-])(?:[Oo]ur|us)(?![\w-])")
#: What adds to something that the sentence before it told: "also detonated", "agreed", "a similar offer".
_ADDS = re.compile(
    r"^(?:An?|Many|Some|Other|Most) (?:\S+\s+){1,6}?(?:also|agreed)\b|^(?:Another|Similar|Further)\b(?! than)"
)
#: A later sentence that says nothing of its own.
_FILLS = re.compile(
    r"there (?:are|is|were|was) (?:few|many|several|some|a lot|lots|plenty|no|nothing|a number|more|currently no)\b"
    r"|it(?:[’']s| is| was| may| might| will| could) (?:not |also |be |seem |still )*(?:clear|unclear|hard|easy|worth"
    r"|likely|unlikely|possible|important|no secret|no surprise|unknown|not known|too early|outrageous|understood)\b"
    r"|(?:that|this) (?:is|was|may|might|could|means|could mean|said)\b|so far, so|needless to say|in short\b"
    r"|(?:well|yes|no|sure|ok|okay), |unfortunately,? (?:nobody|no one)\b"
    r"|here(?:[’']s| is| are) (?:a|an|the|what|why|how|some)\b"
    r"|(?:whether|how|when|why) .{5,140}\b(?:is|was|are|remains?|(?:is|are) still) (?:not (?:yet )?)?"
    r"(?:clear|unclear|known|unknown|uncertain|an open question|to be seen)\W*$",
    re.IGNORECASE,
)
_SECOND_PERSON = re.compile(r"(?<![\w-])(?:you|your|yours|you[’'](?:re|ve|ll|d))(?![\w-])", re.IGNORECASE)
#: Sentence openings of a teaser, an essay or a scene.
_TEASER = re.compile(
    r"""^[“"‘']?(?:
    (?:stop\ me|if\ we\b|contrast\ (?:that|this)|if\ (?:[\w’'-]+\ ){1,6}were|if\ there[’']s|wherever|wheresoe
      |whatever|whenever|whoever|however\ (?:you|much|hard)|(?:just\ )?when\ (?:folks|people|you\ thought)
      |legally|technically|things\ (?:just\ )?(?:got|are)
      |(?:one|some)\ of\ the\ (?:biggest|main|key|most\ \w+)\ (?:difference|reason|question|problem|challenge)s?\b
      |the\ (?:tail\ end|beginning|start|end)\ of\ (?:the\ year|(?:19|20)\d\d)
      |(?:\w+\ )?(?:years|decades|centuries|months)\ ago|in\ the\ (?:beginning|old\ days|olden\ days)
      |given\ (?:the|that|how|all)|we\ (?:all|supposedly|may|have|live|are)|let[’']s|don[’']t\ you|gone\ are
      |think\ of|nothing\ like|no\ one\ (?:likes|wants|knows)|believe\ it|as\ (?:we|you)\b
      |imagine|picture|meet|hear|watch|listen|look|see|check|forget|remember|think|consider
      |say\ (?:hello|goodbye)|brace
      |get\ ready|spare|welcome|move\ over|call\ it|call\ me|ever\ (?:wonder\w*|had|been)|guess|behold|hold\ on
        |hang\ on|wait|sorry
      |have\ you|do\ you|are\ you|did\ you|would\ you|could\ you|can\ you|want\ to|looking\ for|need\ (?:a|to)
        |find\ out|discover|here[’']?s
      |here\ (?:is|are)|there[’']s\ (?:nothing|something|no|a)|it[’']s\ (?:a|an|the|not|no|been|time|easy|hard
        |official|called)\b
      |it\ (?:started|began|all|takes)\b|it\ (?:(?:may|might|could)\ (?:sound|seem|look)|sounds|looks
        |seemed\ like)\b(?!.*\bbut\b)
      |it\ (?:was\ (?:a|an|the|supposed|not|just|only|like|almost|one))
      |you\ (?:can|could|may|might|know|would|don|can[’']t|wouldn|have|never)|if\ you|when\ (?:you|it\ comes|a
        |an|i|we)\b
      |what\ (?:do|does|did|is|are|would|if|happens)|how\ (?:do|does|did|is|are|would|much|many|exactly)
        |who\ (?:is|are|would|needs|knew)
      |why\ (?:do|does|did|is|are)|once\ upon|not\ (?:so\ )?long\ ago|nothing\ (?:says|beats)|ah|oh|well|yes|no
        |ok|okay|hey|wow|alas
      |perhaps|maybe|in\ a\ world|there\ (?:was|is)\ (?:a\ time|nothing|something)|few\ things|some\ things
        |most\ (?:of\ us|people)
      |everyone|everybody|anyone|life|love|money)\b(?!\ and\ [A-Z])
    |(?:\w+ing|dressed|wearing|clad|armed\ with|with\ (?:his|her|their|a|an)\ \w+)\b[^,]{0,60},\ (?:he|she|they
      |it|the\ \w+\ (?:looked|smiled|sat|stood))\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
#: Somebody's words before it is said who speaks, four at the least: fewer are a name or a title.
_SPEECH = re.compile(r"[“\"](?:[^\s“”\"]+\s+){3,}[^“”\"]*(?:[,.!?…][”\"]|[”\"],?\s(?:said|says|wrote|tweeted)\b)")
#: What names no actor: "Something"; or goes on with another's words: "Said Mr Hale".
_VAGUE = re.compile(
    r"^(?:Said|Says|Added|Something|Nothing|Nobody|Someone|Somebody|Things(?!.* when )|People|Some|Many|Others"
    r"|One)\b(?! (?:of|people|hundred|thousand|in|person|man|woman|million))"
)

#: First words that point to a sentence before, in languages that have no table of their own (worker.summarize.openers).
_POINTING_BACK = {
    "de": r"(?:er|sie|es (?!gibt|handelt|geht|ist|war)|ihm|ihr|ihnen|dies\w*|dabei|damit|dazu|dafür|dagegen"
    r"|daher|darum|deshalb|deswegen|trotzdem"
    r"|dennoch|zudem|außerdem|auch|doch|aber|denn|und|so|jedoch|allerdings|dort|hier|danach|daraufhin|davor"
    r"|das (?:ist|war|sei|hat|wäre)|sein\w*|ihre[rmns]?)\b",
    "fr": r"(?:il (?!y a|faut|s['’]agit|est|était)|elles?|ils|lui|leurs?|son|sa|ses|celui-ci|celle-ci|ceux-ci"
    r"|cel[al]|ça|ce(?:t|tte|s)?|c['’]est|c['’]était"
    r"|mais|et|or|donc|car|certes|ainsi|pourtant|cependant|toutefois|en effet|de plus|par ailleurs|en outre|aussi"
    r"|alors(?! que\b)|puis|ensuite|là|les autres|d['’]où|à commencer par)\b",
    "es": r"(?:él|ella|ellos|ellas|su|sus|est[eao]s?|es[eao]s?|aquel\w*|ello|pero|y|además|también|asimismo"
    r"|sin embargo|no obstante|por ello|por eso"
    r"|por su parte|así(?! (?:como|que)\b)|luego(?! de\b)|entonces|allí|ahí|tras ello|después(?! de\b)|en tanto"
    r"|mientras tanto|cabe (?:precisar|recordar|señalar|mencionar)|como se recuerda|l[oa]s (?:otros|demás))\b",
    "ru": r"(?:он|она|оно|они|его|её|ее|их|ему|ей|им|это|этот|эта|эти|этого|этой|этим|такой|такая|такие|так"
    r"|также|кроме того|при этом|однако|но|а|и"
    r"|поэтому|потом|затем|там|тогда|по (?:его|её|ее|их) (?:словам|данным|информации|мнению|оценке)|по словам \w+"
    r"|по (?:данным|информации|сведениям) (?:канала|агентства|издания|источника|газеты|ведомства)(?! [«\"A-ZА-ЯЁ]))\b",
    "ja": r"(?:これ|それ|あれ|この|その|あの|彼|彼女|しかし|また|さらに|一方"
    r"|だが|ただ|そして|同(?:社|氏|省|紙)|ここ|そこ|例えば|たとえば|なお|ちなみに|すると|つまり|だから|なぜなら"
    r"|そんな|こうした|そうした|こんな|ところが|とはいえ|[^、。「]{1,16}?(?:(?:その|この)(?![後間際ま他日年月週春夏秋冬])|これら|それら))",
    "it": r"(?:lui|lei|egli|ella|essi|loro|quest[oaie]|quell[oaie]|suo|sua|suoi|sue|ma|e|inoltre|anche|però"
    r"|tuttavia|così|poi|quindi|infatti)\b",
    "pt": r"(?:ele|ela|eles|elas|seu|sua|seus|suas|est[ea]s?|ess[ea]s?|isso|isto|mas|e|além disso|também|porém"
    r"|no entanto|assim|então)\b",
    "nl": r"(?:hij|zij|ze|het (?!is|gaat|was)|hun|haar|zijn|dit|dat|deze|die|daar|daarom|maar|en|ook|echter"
    r"|toch|toen)\b",
}
_POINTS_BACK = {
    language: re.compile(rf"[«“„\"'‘(]*{words}", re.IGNORECASE) for language, words in _POINTING_BACK.items()
}
#: The same within the first words ("Detrás de ese objetivo", "In diesem Fall"); times ("in diesem Jahr") point nowhere.
_POINTING_WITHIN = {
    "de": r"dies(?:e[rmns]?)\b(?! (?:Jahr|Woche|Monat|Tag|Sommer|Winter|Herbst|Frühjahr|Morgen|Abend|Nacht|Wochenende"
    r"|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|Saison))",
    "fr": r"y\b|c(?:e|et|ette|es)\b(?! (?:année|semaine|mois|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|matin"
    r"|soir|nuit|été|hiver|printemps|automne|week-end|jour|qui|que|sont|n['’])\b)",
    "es": r"(?:est|es)(?:e|a|os|as)\b(?! (?:año|semana|mes|lunes|martes|miércoles|jueves|viernes|sábado|domingo|mañana"
    r"|tarde|noche|verano|invierno|fin|\d))|ello\b|dich[oa]s?\b",
    "ru": r"(?:это[тм]|этого|этой|этом|этих|этими)\b(?! (?:год|недел|месяц|дн|лет|сезон|раз|утр|вечер))",
    "it": r"(?:quest|quell)[oaie]\b(?! (?:anno|settimana|mese|mattina|sera|notte|lunedì|martedì|mercoledì|giovedì"
    r"|venerdì|sabato|domenica))",
    "pt": r"(?:(?:d|n)?(?:est|ess)(?:e|a)s?)\b(?! (?:ano|semana|mês|segunda|terça|quarta|quinta|sexta|sábado|domingo"
    r"|manhã|tarde|noite))",
}
_POINTS_WITHIN = {
    language: re.compile(rf"(?:[^\W\d_]{{1,10}} ){{1,3}}(?:{words})", re.IGNORECASE)
    for language, words in _POINTING_WITHIN.items()
}
#: Words that answer the sentence before, within the first words of a sentence.
_ANSWERING = {
    "de": r"jedoch|allerdings|dagegen|hingegen|zudem|außerdem|ebenfalls|trotzdem",
    "fr": r"cela|toutefois|cependant|pourtant|en revanche|également|quant à|par contre",
    "es": r"también|sin embargo|asimismo|además|por su parte|en cambio",
    "ru": r"также|однако|при этом|кроме того|тоже|в свою очередь",
    "it": r"inoltre|tuttavia|però|invece",
    "pt": r"também|no entanto|além disso|por sua vez",
    "nl": r"echter|ook|daarentegen|bovendien",
}
_ANSWERS = {
    language: re.compile(rf"(?:\S+ ){{1,6}}(?:{words})\b", re.IGNORECASE) for language, words in _ANSWERING.items()
}
#: Speech whose speaker a sentence before names: "..., sostuvo.", "..., rappelle-t-il."
_SAID_BY_WHOM = {
    "de": re.compile(r",\s(?:sagte?|erklärte?|betonte?|meinte?|so|fügte)\s(?:er|sie)\b[^.]{0,25}\.$"),
    "fr": re.compile(r"-t-(?:il|elle)\b[^.,]{0,25}\.$"),
    "es": re.compile(
        r",\s(?:sostuvo|dijo|señaló|indicó|afirmó|explicó|agregó|precisó|comentó|anotó|añadió|refirió|detalló)\s?\.$"
    ),
    "ru": re.compile(r"\b(?:сказал|добавил|отметил|пояснил|заявил|подчеркнул|рассказал)[аи]? (?:он|она|они)\.$"),
}
#: The full name of somebody or something, behind the first word.
_FULL_NAME = re.compile(r"\s[A-ZÀ-ÝА-ЯЁ][\w’'-]+ [A-ZÀ-ÝА-ЯЁ][\w’'-]+")
#: Openings of a teaser in these languages.
_TEASING = {
    "de": r"(?:stellen Sie sich|haben Sie|kennen Sie|wussten Sie|wer hätte|wer kennt|man stelle sich|es klingt wie)\b",
    "fr": r"(?:imaginez|vous êtes-vous|saviez-vous|avez-vous|connaissez-vous|et si |qui n['’]a)",
    "es": r"(?:imagina|imagine|sabías|sabía usted|te imaginas|alguna vez|quién no)\b",
    "ru": r"(?:представьте|знаете ли|вы когда|кто из нас|а вы)\b",
    "ja": r"(?:皆さん|みなさん|あなた|想像してみ)",
    "it": r"(?:immaginate|immagina|sapevate|avete mai)\b",
    "pt": r"(?:imagine|você já|já imaginou)\b",
    "nl": r"(?:stel je voor|heeft u|wist u|wie kent)\b",
}
_TEASES = {language: re.compile(rf"[«“„\"'‘¿]*{words}", re.IGNORECASE) for language, words in _TEASING.items()}
#: The author, or a speaker whose marks were lost, at the beginning of a sentence.
_SPEAKING = {
    "de": r"(?:Ich|Wir|Mein\w*|Unser\w*)\b",
    "fr": r"(?:Nous|Je|Tu|Mon|Ma|Mes|Notre|Nos)\b|J['’]|On (?:est|a|n['’])",
    "es": r"(?:Yo|Nosotr[oa]s|Mi|Mis|Nuestr[oa]s?|[A-ZÁÉÍÓÚ]\w*(?:amos|emos|imos)|Creo|Pienso)\b",
    "ru": r"(?:Я|Мы|Мне|Нам|Нас|Меня|Мой|Моя|Мои|Наш\w*)\b",
    "ja": r"(?:私|僕|俺|我々|われわれ)",
    "it": r"(?:Io|Noi|Mi|Nostr[oaie]|[A-Z]\w*iamo)\b",
    "pt": r"(?:Eu|Nós|Meu|Minha|Noss[oa]s?|[A-Z]\w*(?:amos|emos|imos))\b",
    "nl": r"(?:Ik|Wij|We|Mijn|Onze?)\b",
}
_SPEAKS = {language: re.compile(words) for language, words in _SPEAKING.items()}
#: What announces a list or a picture that the summary does not have.
_ANNOUNCES = re.compile(
    r"(?:次の通り|次のとおり|以下の通り|以下のとおり)(?:だ|です)?。?$"
    r"|(?:\bwie folgt|\bcomme suit|\blo siguiente|\ba continuación|\bследующ(?:ее|ие|им)|\bcome segue|\bcomo segue)\W*$"
    r"|[:;,–—：、]$",
    re.IGNORECASE,
)
#: Buttons of a page that ran into the sentence behind them.
_BUTTONS = re.compile(
    r"^(?:(?:Show Hide|CLOSE"
    r"|Registrarme|Regístrate|Suscríbete|Suscribirme|Iniciar sesión|Entendido|Probar ahora|Compartir|Guardar"
    r"|S['’]abonner|Se connecter|Partager|Enregistrer|Anmelden|Abonnieren|Teilen|Merken|Vorlesen|Anhören"
    r"|Подписаться|Поделиться|Войти)\s+)+(?=[A-ZÀ-ÝА-ЯЁ«“\"¿¡])"
)

#: A question; a mark behind a full stop or a space is what a lost sign became.
_ASKS = re.compile(r"(?<![.!?\s])[?？؟][”\"’»)]*$")
_ANY_QUESTION = re.compile(r"[?？؟]”?\s+[“\"A-Z]")
_UNNAMED_VOICE = re.compile(
    r"\b(?:one|another|others|some|many|someone|somebody|users?|fans?|viewers?|commenters?|another user|a user"
    r"|a fan|a viewer|one (?:user|fan|person|viewer|critic"
    r"|man|woman|resident|witness)|people) (?:wrote|tweeted|said|commented|added|joked|posted|quipped|replied"
    r"|asked|remarked)\b"
    r"|\b(?:wrote|tweeted|said|commented|added|joked|posted|quipped) (?:(?:one|another|others|someone)(?=[.,]|$)"
    r"|(?:an?|one|another)(?: local)? (?:user|fan|viewer|person|trader|source|resident|witness|man|woman|critic))\b",
    re.IGNORECASE,
)
_HALF_THOUGHT = re.compile(
    r"(?:\b(?:here(?:[’']s| is| are) (?:how|why|what|the)|as follows|the following|including these"
    r"|all you need to know|to name a few|and so on|etc"
    r"|stay tuned|only time will tell|time will tell|remains to be seen|watch this space)\b[^,]{0,30}[.!:]?$)"
    r"|[:;,–—-]$|(?:\.\.\.|…)[\"”’]?$"
    r"|^(?:one reason|the first (?:reason|thing)|first of all|firstly|for one thing|on the one hand|nor)\b",
    re.IGNORECASE,
)


_FRAGMENT = re.compile(r"^(?:Specifically|Namely|[a-z]{2,}(?![\w-]*[A-Z])|\(|[,;:])|(?:\.\.\.|…)$")
_OPENS_SINGLE = re.compile(r"(?:^|[\s:(])[‘'](?=[A-Z])")
_ENDS_SINGLE = re.compile(r"(?<=\S)[’'](?!\w)")
_ONLY_SINGLE = re.compile(r"[‘'].*[’']$")
_CLOSES_SINGLE = re.compile(r"(?<=[.,!?])[’'](?!\w)")
#: Sentences that a quotation in single marks runs over at most; farther on its mark is lost.
_LONGEST_SPEECH = 5


def furniture(text: str, *, is_first: bool = False) -> str | None:
    """Return the piece of `text` that belongs to a page and not to its report, None if there is none.

    What looks like a line of a script may be a place if it `is_first` in the report: "Tarrow: The ferry sank."
    """
    outside = _QUOTED.sub('""', text)
    match = _MARKS.search(text) or _FURNITURE.search(outside) or (None if is_first else _SCRIPT.search(text))
    return match[0].strip() if match else None


def unlabelled(text: str) -> str:
    """Return `text` without the labels before it: "BREAKING NEWS: The ferry sank" is "The ferry sank"."""
    rest = text
    while (label := _CAPITAL_LABEL.match(rest) or LABEL.match(rest)) and label.end() < len(rest):
        rest = rest[label.end() :]
    return rest if rest == text else rest[:1].upper() + rest[1:]


def is_fragment(text: str, language: str) -> bool:
    """Return whether `text` begins or ends in the midst of a sentence: "took the win", "(0336 GMT) for Tokyo"."""
    return bool(_FRAGMENT.search(text)) if language == "en" else text[:2].isalpha() and text[:2].islower()


def unbuttoned(text: str) -> str:
    """Return `text` without the buttons of a page before it: "Registrarme La feria abre" is "La feria abre"."""
    return _BUTTONS.sub("", text)


def points_back(text: str, language: str) -> bool:
    """Return whether `text`, in a language other than English, needs the sentence before it; see
    worker.summarize.openers for English.
    """
    said = _SAID_BY_WHOM.get(language)
    if said is not None and said.search(text):
        return True
    tables = (_POINTS_BACK.get(language), _POINTS_WITHIN.get(language), _ANSWERS.get(language))
    return any(pattern is not None and pattern.match(text) for pattern in tables)


def inside_single_quotes(texts: Sequence[str]) -> list[bool]:
    """Return for each of the sentences `texts` of an article whether it is a part of a quotation in single marks that
    runs over several sentences, or nothing but one: its words would stand as the report's own, or as nobody's.
    """
    inside, left = [], 0
    for text in texts:
        opening = list(_OPENS_SINGLE.finditer(text))
        is_open = bool(opening) and not _ENDS_SINGLE.search(text, opening[-1].end())
        inside.append(left > 0 or is_open or bool(_ONLY_SINGLE.match(text)))
        left = _LONGEST_SPEECH if is_open else 0 if _CLOSES_SINGLE.search(text) else max(0, left - 1)
    return inside


def unstamped(paragraph: str) -> str:
    """Return `paragraph` without a note to editors, or an author and a time, that run into its first sentence."""
    stamp = _STAMP.match(paragraph)
    return paragraph[stamp.end() :] if stamp else paragraph


def half_quoted(text: str) -> bool:
    """Return whether a quotation in `text` has no marks, or closes with a single mark that never opens;
    worker.summarize.quotations knows the other marks.
    """
    if _UNMARKED.search(text):
        return True
    opened = len(re.findall(r"(?<![\w’'.,!?])[‘'](?=[A-Za-z])", text))
    closed = len(re.findall(r"(?<=[.,!?])[’'](?!\w)", text))
    return closed > opened


def first_person(text: str, language: str) -> str | None:
    """Return the first person of `text` outside quotations: the author's, whom nobody knows; in languages other than
    English at the beginning only.
    """
    if language == "en":
        match = _FIRST_PERSON.search(_QUOTED.sub('""', text))
    else:
        speaks = _SPEAKS.get(language)
        match = speaks.match(text) if speaks else None
    return match[0] if match else None


def opens_badly(text: str, language: str, *, is_first: bool = False) -> str | None:
    """Return why `text` is no opening of a summary, None if it is one: it asks, teases or points back.

    What `is_first` in its report points forward, not back, if it names somebody: "Elle affiche trente romans, mais
    Maryse Hale en a écrit un autre".
    """
    outside = _QUOTED.sub('""', text)
    if _ASKS.search(text) or (language == "en" and _ANY_QUESTION.search(outside)):
        return "a question"
    if language == "en":
        if _TEASER.match(text) or _VAGUE.match(text):
            return "a teaser"
        if _SPEECH.match(text):
            return "a quotation"
        if _SECOND_PERSON.search(outside):
            return "a word to the reader"
        return None
    teases = _TEASES.get(language)
    if teases and teases.match(text):
        return "a teaser"
    points_forward = is_first and _FULL_NAME.search(text) is not None
    return "a word that points back" if points_back(text, language) and not points_forward else None


def goes_on_badly(text: str) -> str | None:
    """Return why the English `text` is no later sentence of a summary, None if it is one: it speaks to the reader, or
    adds to what is left out.
    """
    outside = _QUOTED.sub('""', text)
    if _SECOND_PERSON.search(outside):
        return "a word to the reader"
    if _WE.search(outside):
        return "a first person"
    if _FILLS.match(outside):
        return "a phrase that fills"
    return "a word that adds to what is left out" if _ADDS.search(outside) else None


def ends_badly(text: str, language: str) -> str | None:
    """Return why `text` is no end of a summary, None if it is one."""
    if _ASKS.search(text):
        return "a question"
    if language != "en":
        return "half a thought" if _ANNOUNCES.search(text) else None
    outside = _QUOTED.sub('""', text)
    if _UNNAMED_VOICE.search(outside):
        return "an unnamed voice"
    return "half a thought" if _HALF_THOUGHT.search(outside) else None
