"""The words that carry a full stop without ending a sentence: data for worker.clean.sentences, all in lower case.

Written from the habits of agency style and the orthography of each language; a wrong entry costs a joined or a cut
sentence, nothing more.
"""

from worker.clean.words import words

#: By language: words after which a sentence never ends, because a name or a thing must follow ("Mr. Hale").
BEFORE_NAME = {
    "en": words(
        "mr mrs ms mx messrs mmes dr drs prof profs rev fr gen lt col maj capt cmdr cmdre adm cpl "
        "sgt pvt pfc spc brig ret insp supt det const sen sens rep reps gov govs pres sec treas hon amb atty asst "
        "assoc dist vs v approx cf viz al ca e.g i.e "
        "lt.gov lt.col brig.gen maj.gen lt.gen"
    ),
    "de": words("hr fr dr prof dipl ing med jur bzw ca vgl sog geb gest hl st z.b d.h u.a o.ä i.d.r"),
    "fr": words("m mm mme mmes mlle mlles dr pr me mgr st ste gal av cf env"),
    "es": words("pdte pdta sr sra sres srta dr dra lic ing prof gral cnel d dña ud uds sto sta av avda"),
    "pt": words("exmo exma sr sra dr dra prof profa eng gen cel av d"),
    "it": words("sig sigg dott dottssa avv ing prof on sen mons gen col ecc"),
    "nl": words("mw dhr mevr dr drs ir ing mr prof ds burg bijv ca z.g"),
    "hi": words("डॉ प्रो श्री कु"),
    "sv": words("dr prof t.ex bl.a d.v.s ca resp"),
    "da": words("dr prof hr fru f.eks bl.a ca"),
    "no": words("dr prof hr fru f.eks bl.a ca"),
    "pl": words("p pan dr prof mgr inż ks św gen płk im al ul np tzn tzw"),
    "cs": words("p dr prof mgr ing bc mudr judr gen plk sv tzv např"),
    "ru": words("г гг ул пл им т.е т.н т.к св проф акад ген полк см ср"),
    "uk": words("м вул пл ім т.е проф акад ген св див"),
    "tr": words("dr prof doç av sn gen alb org"),
}

#: By language: words after which a sentence does not end when a figure follows ("No. 5", "Nov. 20-21").
BEFORE_NUMBER = {
    "en": words(
        "no nos jan feb mar apr jun jul aug sep sept oct nov dec art arts sec secs ch chap fig figs p pp par para vol "
        "vols pt cl ver ed approx c ca circa tel ext rs sr lot"
    ),
    "de": words("nr art abs jan feb mär apr jun jul aug sep sept okt nov dez s bd tel mio mrd"),
    "fr": words("n art janv févr avr juil sept oct nov déc p vol tél"),
    "es": words("n núm art ene feb mar abr may jun jul ago sep sept oct nov dic p pág vol tel"),
    "pt": words("n nº art jan fev mar abr mai jun jul ago set out nov dez p pág vol tel"),
    "it": words("n art gen feb mar apr mag giu lug ago set ott nov dic p pag vol tel"),
    "nl": words("nr art jan feb mrt apr jun jul aug sep sept okt nov dec p blz tel"),
    "ru": words("ст п стр рис тел руб"),
    "uk": words("ст п стор рис тел грн"),
}

#: By language: words after which a sentence may end; it does only when an opener (below) follows ("Vane Inc. The").
AMBIGUOUS = {
    "en": words(
        "st ste mt ft pt inc corp co cos ltd llc plc llp bros mfg jr sr esq ph.d m.d d.d.s b.a m.a m.b.a etc et.al ave "
        "blvd rd bldg dept univ assn natl intl govt mph kph lb lbs oz yd mi sq min hr hrs yr yrs "
        "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun "
        "ala ariz ark calif colo conn del fla ga ill ind kan kans ky la mass md mich minn miss mo mont neb nebr nev "
        "okla ore pa tenn tex va vt wash wis wisc wyo que ont alta man sask "
        "u.s u.k u.n e.u u.s.a u.a.e d.c n.y l.a n.j n.h n.m n.c n.d s.c s.d r.i w.va p.r b.c a.d u.s.s.r"
    ),
    "de": words("usw etc u.s.w co jr sen str mio mrd"),
    "fr": words("etc cie s.a s.a.r.l"),
    "es": words("etc s.a s.l cía ee.uu"),
    "pt": words("etc cia s.a ltda"),
    "it": words("ecc s.p.a s.r.l"),
    "nl": words("enz etc b.v n.v"),
    "ru": words("др пр тыс млн млрд руб сша"),
    "uk": words("ін тис млн млрд грн"),
}

#: Of the words above, those that are ordinary words too: they count as shortened only with a capital ("Mass.", "Ill.").
ORDINARY_WORDS = words(
    "no mar sat sun wed dec art arts fig figs mass miss ill ind wash ore la pa conn on man mo wis del ask cal pan "
    "set out "
    "juil mai mag ott ing pt min sec ch par para lot com co am im org van sen mon pres gen hon det al as is so or rep "
    "reps rev ret"
)

#: "9 a.m. Police came" ends a sentence, "9 a.m. Monday" and "9 p.m. EST" do not.
HOURS = frozenset({"a.m", "p.m"})
#: What goes on after an hour, in lower case.
AFTER_HOUR = words(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun january february "
    "march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov "
    "dec gmt utc bst cet cest est edt et cst cdt ct mst mdt mt pst pdt pt ist jst eastern central pacific mountain "
    "greenwich london moscow beijing"
)

#: By language: words that, written with a capital, open a sentence rather than go on with a name.
OPENERS = {
    "en": words(
        "the a an this that these those it its he she they we i you his her their our my your "
        "there here in on at by for "
        "from with after before when while as if but and or so yet however although though because since until during "
        "despite meanwhile also both each all some many most several few no not nor one two three four five six seven "
        "eight nine ten what who why how where which whether according under over between among about against earlier "
        "later last next now then still once asked such to of other others another critics officials analysts police "
        "authorities shares investors economists more less only even just nearly almost"
    ),
    "de": words(
        "der die das ein eine er sie es wir ich in im am an auf bei mit nach vor für von zu als wenn dass "
        "aber und oder doch so auch noch dabei damit dies diese dieser"
    ),
    "fr": words(
        "le la les l un une des il elle ils elles on nous je ce cette ces dans en à au aux pour par sur avec "
        "après avant mais et ou donc selon"
    ),
    "es": words(
        "el la los las un una él ella ellos se en a al de del por para con sin según pero y o este esta estos tras"
    ),
    "pt": words(
        "o a os as um uma ele ela eles se em no na ao de do da por para com sem segundo mas e ou este esta após"
    ),
    "it": words(
        "il lo la i gli le un una egli lei loro in nel nella al alla di del della per con senza secondo ma e "
        "o questo questa dopo"
    ),
    "nl": words("de het een hij zij ze wij we ik in op aan bij met na voor van te als maar en of dit deze dat volgens"),
    "ru": words(
        "в во на по с со к о об из за от до у и а но или он она они оно мы я это этот эта эти что как при для после"
    ),
    "uk": words("в у на по з із до про за від і й та а але він вона вони ми я це цей ця ці що як при для після"),
}

#: Languages that write an ordinal as a figure with a full stop ("am 5. März"), so that a short figure ends nothing.
ORDINAL_LANGUAGES = words("de da no nb nn fi cs sk sl hr bs sr hu pl et lv tr is")

#: Verbs that attribute what stands in quotation marks: '"Why now?" Maren Hale asked' is one sentence.
SPEECH_VERBS = words(
    "said says asked asks told tells wrote writes added adds cried cries shouted shouts replied replies exclaimed "
    "yelled wondered quipped joked tweeted posted answered"
)
