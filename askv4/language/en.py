"""The English word lists, each once: sets of words in small letters, and strings of words for regular expressions."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Function words and verbs
STOP_WORDS = _set(
    """a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each either else etc ever few for from further get gets give
    given go goes got had has have having he her here hers herself him himself his how however i if in into is it its
    itself just let like may me might more most much must my myself no nor not of off on once only onto or other our
    ours ourselves out over own please same shall she should so some such tell than that the their theirs them
    themselves then there these they this those through to too under until up upon us very was we were what when where
    which while who whom whose why will with within without would you your yours yourself yourselves
    s t d ll m re ve don doesn didn isn aren wasn weren won wouldn couldn shouldn hasn haven hadn"""
)
"""Function words, and what an apostrophe leaves of them: they say how a question is asked, not about what."""

LIGHT = STOP_WORDS - _set("won get gets give gives go goes got tell") | _set(
    "n't not no never cannot also even still already been being was were are is am had has have one yes per cent percent"
)
"""What says little in a statement. A question may leave out who "won" or "gave"; for a statement that is the point."""

_BE_AND_HAVE = "is|are|was|were|has|have|had"
_MODALS = "can|could|will|would|should|must|may|might"
AUXILIARIES = f"{_BE_AND_HAVE}|do|does|did|{_MODALS}"
STATING_AUXILIARIES = f"{_BE_AND_HAVE}|{_MODALS}"
"""Those of plain statements."""
PRONOUNS = "it|its|he|his|him|she|her|they|them|their"
POINTING = "this|that|these|those"
ARTICLES = ("The ", "A ", "An ")

IRREGULAR_FORMS = {
    form: base
    for line in """be:is,are,was,were,been,being,am become:became begin:began,begun bring:brought build:built buy:bought
    catch:caught choose:chose,chosen come:came do:did,done,does draw:drew,drawn drive:drove,driven eat:ate,eaten
    fall:fell,fallen feel:felt fight:fought find:found fly:flew,flown forget:forgot,forgotten forbid:forbade,forbidden
    get:got,gotten give:gave,given go:went,gone grow:grew,grown have:has,had hear:heard hide:hid,hidden hold:held
    keep:kept know:knew,known lay:laid lead:led leave:left lend:lent lose:lost,loss make:made mean:meant meet:met pay:paid
    ride:rode,ridden rise:rose,risen run:ran say:said see:saw,seen seek:sought sell:sold send:sent shoot:shot sing:sang,sung
    sink:sank,sunk sit:sat sleep:slept speak:spoke,spoken spend:spent stand:stood steal:stole,stolen strike:struck
    swim:swam,swum take:took,taken teach:taught tell:told think:thought throw:threw,thrown understand:understood
    wear:wore,worn win:won write:wrote,written man:men woman:women child:children person:people foot:feet tooth:teeth
    die:dead,death,died,dying""".split()
    for base, forms in [line.split(":")]
    for form in forms.split(",")
} | dict(zip("two three four five six seven eight nine ten eleven twelve".split(), map(str, range(2, 13)), strict=True))
"""Form -> base, for what no suffix rule joins; small numbers become digits."""

# Questions
FILLERS = "so|and|but|then|also|please|well|ok|okay"
"""What a question may begin with before it asks."""
EXTENTS = "much|many|long|often|far|old|big|large|fast|tall|high"
"""Behind "how" they ask for a number."""
BEFORE_QUESTION_WORDS = "by|in|on|at|for|from|to|with|of|since|until"
"""As in "by whom", "since when"."""
REQUESTS = (
    r"tell me|explain|describe|list|name|give me|show me|compare|summari[sz]e|i(?:'d| would)? (?:want|like) to know|"
    r"i(?:'m| am) (?:wondering|asking)|(?:do|can|could) you (?:know|tell|say|explain)"
)
"""What asks without a question word."""
POLITE_OPENINGS = "(?:you|we|i|someone|anyone) (?:please )?(?:know|tell|say|explain|describe|list|name|give|show)"
"""Behind an auxiliary they ask for more than yes or no, as "can you tell"."""
HOLDING_TOGETHER = (
    "between|both|either|whether|relation(?:ship)?|difference|compare[ds]?|know|tell|explain|understand|depends?|of"
)
"""Before "and" they say that what follows belongs to what stands before."""
POINTING_BACK = (
    f"{PRONOUNS}|theirs|{POINTING}|there|one|ones|same|such|other|another|else|more|both|either|neither|former|latter|above|"
    "then|instead"
)
"""What stands for something said before."""
LINKING_BACK = "and|but|or|so|then|also|what about|how about|why|what if|ok|okay|yes|no|i mean|like"
"""The beginnings of follow-ups."""
BEGINNING_TO_ENUMERATE = r"one (?:is|was|of (?:these|them))|(?:the first|first(?:ly)?)(?=,| is| was| of)"
ENUMERATING = (
    rf"{BEGINNING_TO_ENUMERATE}|(?:the other|another|a (?:second|third)|the (?:second|third|fourth|last)|"
    r"(?:second|third|fourth)(?:ly)?(?=,| is| was)|finally)"
)
FRAGMENT_OPENINGS = (
    "(?:but |and |or )?(?:not (?:because|that|only|just|since)|because|rather than|except|unlike|let alone|nor)"
)
"""What begins a piece of the sentence before, where no comma follows."""
OPENING_A_DOUBT = "whether"
"""Behind it stands what a sentence asks itself."""

# Places that documents number
PLACES = {
    "part": "part", "annex": "annex appendix schedule exhibit", "chapter": "chapter chap ch", "article": "article art",
    "section": "section sec § §§ subsection", "clause": "clause cl rule item point paragraph para subclause", "step": "step",
    "page": "page p pp", "slide": "slide", "row": "row",
}  # fmt: skip
"""Sort of place -> what it is called before its number."""
WITHIN_PLACES = "paragraph|para|sub-?paragraph|sub-?clause|sub-?section|sentence|point|item|letter"
"""What may stand between the numbers of a place and of one within it."""
ASKING_FOR_PLACES = _set(
    "say says said saying state states stated read reads contain contains content contents provide provides stipulate mean means "
    "require requires written show shows tell tells quote cite text wording summarise summarize summary describe describes "
    "explain explains exactly happen happens happening find stand stands cover covers document file pdf please give get look"
)
"""With no other word a question asks for all of a place."""
BESIDE_PLACES = "after|before|until|between|than|without|except|following|preceding"
"""A question with one of them asks for something else than the place that it names."""

# What a document is
RECORD_LABELS = {
    "author": r"authors?|written by|prepared by|drafted by|from",
    "recipient": r"to|bill(?:ed)? to|addressed to|invoice to|recipient|attention|attn\.?",
    "date": r"date|dated|(?:invoice|issue|letter|report|order|statement) date|date of issue|issued(?: on)?",
}
"""What stands before the colon where a document says it."""
BEFORE_AUTHORS = "by|written by|von|par|por|di"
DOCUMENT_NOUNS = _set(
    "document documents file files paper papers text texts pdf letter mail email e-mail message report article book presentation deck "
    "slides spreadsheet workbook sheet note memo contract page folder corpus collection"
)
"""Words for any document: beside them the others say which one is meant."""
RECORD_QUESTIONS = {
    "author": (
        r"who (?:wrote|has written|authored|drafted|prepared|sent|(?:is|was|are|were) the (?:authors?|writers?|senders?) of) (?P<of>.+)"
        r"|who (?:is|was) (?P<of2>.+?) (?:by|from|(?:written|sent|drafted|prepared) by)"
        r"|(?:what is )?the author of (?P<of3>.+)|by whom (?:is|was) (?P<of4>.+?)(?: written| sent)?"
    ),
    "recipient": (
        r"(?:to )?whom? (?:is|was) (?P<of>.+?) (?:addressed|sent|written)(?: to)?|who (?:is|was) the recipient of (?P<of2>.+)"
    ),
    "date": (
        r"when (?:is|was) (?P<of>.+?) (?:written|dated|sent|issued|from)|what is the date (?:of|on) (?P<of2>.+)"
        r"|(?:what date does|which date does) (?P<of3>.+?) (?:have|bear|carry)|how old is (?P<of4>.+)"
    ),
    "title": r"what(?: is|'s|’s) the title of (?P<of>.+)|what (?:is the title does|title does) (?P<of2>.+?) (?:have|bear)",
    "pages": r"how many (?:pages|slides|sheets) (?:has|does|do|are (?:there )?in|is) (?P<of>.+?)(?: have| contain| long)?",
    "format": r"what (?:kind|type|sort|format) of (?:file|document) is (?P<of>.+)|what (?:file )?format (?:is|has) (?P<of2>.+?)(?: in)?",
    "name": r"what is the (?:file ?name|name of the file) of (?P<of>.+)|(?:in )?which file is (?P<of2>.+?)(?: in)?",
    "count": (
        r"how many (?P<kind>[\w-]+(?: [\w-]+)?)"
        r"(?: are there| do (?:i|we|you) have| exist| are in the \w+| are in here)?(?: (?:from|of|in|dated) (?P<when>[\w ,.-]+?))?"
        r"(?: are there| do (?:i|we|you) have| exist)?(?: in (?:total|all|the folder|the corpus|here))?"
    ),
    "list": (
        r"(?:which|what|list (?:all )?(?:the )?|show (?:me )?(?:all )?(?:the )?)\s?(?P<kind>[\w-]+(?: [\w-]+)??)"
        r" (?:(?:are|were|date|come|is|was) )?(?:(?:written|made|issued|sent|created) )?(?:from|in|of|dated) (?P<when>[\w ,.-]+)"
        r"|(?:which|what) (?P<kind2>documents|files|papers|texts) (?:are|were) (?:written )?by (?P<who>.+)"
        r"|(?:which|what) (?P<kind3>documents|files) (?:are there|do (?:i|we|you) have)"
    ),
}
"""What is asked of a document's record -> how; the whole question matches. `of` is the document."""
# Overviews
REQUEST_VERBS = r"(?:give|tell|show|list|name|write|make|provide|i(?:'d| would)? (?:want|like|need)|let me (?:see|have))(?: (?:me|us))?\s+"
CENTRAL_WORDS = "main|key|central|major|most important|principal|core|essential|overall"
POINT_WORDS = "points?|arguments?|ideas?|topics?|subjects?|themes?|claims?|findings?|messages?|takeaways?|conclusions?|statements?|thes[ie]s"
SUMMING_UP = "summari[sz]e|summary|sum up|summing up|overview|outline|gist|recap|tl;?\\s?dr|in a nutshell|abstract"
OWN_SUMMARIES = (
    "tl;?\\s?dr|executive summary|summary|abstract|synopsis|in (?:brief|short|summary)|at a glance|highlights|"
    "(?:my |the |our )?(?:main|key) (?:points|takeaways|findings|arguments|messages|facts)|takeaways"
)
"""What stands above a text's own summary."""
# Lists and comparisons
PARTS_OF_DOCUMENTS = r"headings?|headlines|chapters|sections|clauses|annexes|appendi(?:x|c)es"
"""What a document is divided into, as more than one."""
DOUBTFUL_PARTS = "parts|articles|schedules"
"""The same, but other things have them, too."""
CONTENTS = r"table of contents|contents(?= of| in|\W*$)"
VERSION_WORDS = _set(
    "version versions edition editions draft drafts revision revisions copy copies old new older newer previous latest"
)
BOTH = _set("two both")
CHANGING = "changed|changes|different|new|differs?"
LISTING = "list|name|enumerate"
"""A request that begins with one of them wants all that there are."""
COMPARING = "compare|contrast"
DATED_THINGS = _set("dates deadlines appointments")
"""What is given as a day."""
IN_PLACE = "there|mentioned|named|listed|given|stated|set|noted|recorded|included"
"""Behind "are" they say no more than that something stands in a document."""
NAMING = "name|mention|list|give|state|note|record|include|cite"
AGAINST = r"and|with|to|versus|vs\.?|against|from|than|or"
"""What stands between two things that are compared."""
DOCUMENT_WORDS = DOCUMENT_NOUNS | _set("articles reports notes pages chapter post essay analysis source")
"""Words that call something a document."""
ALL_DOCUMENTS = _set(
    "corpus collection folder library archive documents files sources texts papers articles everything here data content contents "
    "material materials database knowledge base whole entire my main"
)
"""With no other word all documents are meant."""

# Sentences that need others
LINKS = "and|but|so|yet|still|however|instead|also|then|thus|therefore|moreover|otherwise"
"""What may stand before the word that points back."""
NO_SUBJECTS = f"{PRONOUNS}|{POINTING}|there|such|in|on|at|by|as|for|when|while|if|after|before"
"""A sentence that begins so does not open with what it is about."""
SUBJECT_VERBS = rf"(?:{AUXILIARIES}|became|began|stands|contains|consists|\w{{3,}}ed)"
ADDING = "and|but|which|who|whose|while|although|though|where"
"""Where a sentence goes on to something else."""
LEANING = _set(
    "it its this that these those they their them he his him she her such both neither and but so yet still however instead "
    "also then thus therefore moreover otherwise here there i we you my our your which who whose what when where why how "
    "as if because although though while until unless despite given of another others some many most one first second third "
    "finally next later indeed thanks thank hi hello dear yes no not only even just now perhaps maybe"
)
"""A sentence that begins with one of them needs another one, or asks."""
OPENERS = _set(
    "a after all although an and another as at because before but by during for from he her here his how however i if in it "
    "its let many more most my no not now of on once one or our she since so some such that the their then there these they "
    "this those though thus to today we what when where which while who why with yes you your"
)
"""Words that open sentences, so that a full stop before them ends one."""
FINITE_VERBS = (
    rf"{AUXILIARIES}|said|made|began|became|came|went|took|gave|won|lost|led|left|wrote|sold|bought|built|found|held|kept|met|"
    r"paid|ran|saw|set|put|spent|spoke|told|grew|fell|rose|drew|brought|caught|fought|taught|thought|[a-z]+ed|[a-z]{2,}[^s\Wui]s"
)
"""Verbs that a subject may stand before."""
DETERMINERS = _set("a an the all each every no any some several most many few both")
QUESTION_WORDS = "who|whom|whose|what|which|when|where|why|how"
BEFORE_PLACE_NAMES = "in|at|to|near"
BEFORE_PLACES = "in|at|on|near|behind|above|below|under|beside|inside|outside|between|opposite"
APPROXIMATIONS = "about|around|some|nearly|almost|over|roughly|approximately|only|exactly|at least|at most|up to|more than|less than|fewer than"
"""What stands before a number without changing what is counted."""
CLAUSE_OPENINGS = (
    "and|but|or|because|so|since|while|when|where|which|who|that|if|although|though|as|after|before|until|whereas|than"
)
"""Another clause may begin with them."""
NO_SUBJECT_BEGINS = _set(
    "in on at for from to with of by since until after before during under over between among according as if when while because "
    "although though there here then now today yesterday how what why who which where not no all both some many most about"
)
"""What begins with one of them is no plain subject."""
NO_SUBJECT_HOLDS = _set("that which who whom whose where when while because if and or but than said says")
"""A subject with one of them may end elsewhere."""
OF_NOW = "current|currently|now|nowadays|today|latest|newest|most recent|at present|these days"
"""They ask for what holds today."""
ASKING_FOR_OTHERS = "other|else|all|every|most|least|not"
"""A question with one of them may ask for others than it names."""
NO_PLURALS = _set("was has does as its news series")
"""Words on -s that stand for one, or are no nouns."""

# Full stops
DOTTED_BEFORE = _set("mr mrs ms dr st prof sr jr no nr vs mt fig eq sec ch vol pp gen col lt capt rev hon sen rep gov")
LONG_ABBREVIATIONS = _set(
    "abbr acad admin anon appl approx appx ariz assn assoc blvd bros bspw calif capt chap chem cmdr colo conf conn cont contd "
    "corp dept dipl dist econ engr esp est etc evtl excl exkl figs fig geb gegr govt hist ibid illus incl inkl inst intl mass "
    "math messrs mgmt mich minn miss misc mont natl nebr okla orig para penn phys proc prof pseud refs repr resp sect secs "
    "sept supp suppl supt symp tech temp tenn trans transl univ usw vgl viz vol vols wash wisc"
)
"""Those longer words that are abbreviations; the splitter takes thousands for one ("month.", "Poland.")."""

# Names
NO_NAMES = _set("yes no okay today according additionally furthermore moreover therefore thus")
"""Besides the stop words: a capital makes no name of them."""
NAME_ENDINGS = _set(
    "s es n an ian ean ish ese i ic ite er ers ans ians is ns y ia a ism ist ists istic al ly e ed ing en o os as um us"
)
TITLES = _set(
    "mr mrs ms dr prof professor sir president minister senator king queen pope judge general captain dame lord"
)

# Dates and numbers
MONTHS = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
)  # fmt: skip
MONTH_NAMES = "|".join(names.split()[0].capitalize() for names in MONTHS)
"""Their full names."""
BEFORE_MONTHS = "in|of|since|until|till|by|during|before|after|from|to|late|early|mid|every|last|next|this"
"""Behind them "may" or "march" is a month."""
VAGUE_NUMBERS = _set(
    "one tens first second third half quarter once twice double triple single both pair couple dozen zero o oh nil"
)
"""Too common in other senses to blame a sentence for them alone."""
BEFORE_UNITS = _set(
    "full consecutive straight square cubic metric calendar more additional further extra whole long us u.s"
)
"""What may stand between a number and its unit."""
WITHIN = _set("in on at under over for among of from with by")
"""What leads to a part of what is counted."""
PARTS = "alone|of (?:these|those|them)"
"""An amount beside which they stand is a part."""
ABOUT = r"about|around|approximately|roughly|some|circa|ca\.?|an estimated|estimated at|close to|nearly|almost|more or less|or so"
"""Before an amount it makes it a rounded one; the next four make it a bound, from before or from behind."""
AT_LEAST = "at least|over|above|(?:more|greater) than|upwards? of|no (?:fewer|less) than|a minimum of|from"
AT_MOST = "up to|at most|under|below|(?:less|fewer) than|no more than|not more than|a maximum of|as (?:much|many) as|nearly|almost"
OR_MORE = "or more|at (?:the )?least|and more"
OR_LESS = "or (?:less|fewer)|at (?:the )?most"

SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
ROUND_SCALES = {"hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12, "dozens": 12.0}
GLUED_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "t": 1e12}
FURTHER_SCALES = {"dozen": 12.0, "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7}
"""Those that text2num leaves out."""
UNITS = {
    "percent": "% percent percents pct percentage",
    "usd": "$ us$ dollar dollars usd", "aud": "a$ au$ aud", "cad": "c$ ca$ cad", "hkd": "hk$ hkd", "sgd": "s$ sgd",
    "eur": "€ euro euros eur", "gbp": "£ pound pounds gbp sterling quid", "jpy": "¥ yen jpy", "cny": "¥ yuan renminbi rmb cny",
    "inr": "₹ rupee rupees inr", "krw": "₩ krw", "rub": "₽ rouble roubles ruble rubles rub", "chf": "franc francs chf",
    "cent": "¢ cent cents", "penny": "penny pence", "second": "second seconds sec secs s", "minute": "minute minutes min mins",
    "hour": "hour hours hr hrs h", "day": "day days", "week": "week weeks wk wks", "month": "month months mo mos",
    "quarter": "quarters", "year": "year years yr yrs", "decade": "decade decades", "century": "century centuries",
    "metre": "m metre metres meter meters", "kilometre": "km kilometre kilometres kilometer kilometers",
    "centimetre": "cm centimetre centimetres centimeter centimeters", "millimetre": "mm millimetre millimetres millimeter millimeters",
    "nanometre": "nm nanometre nanometres nanometer nanometers", "mile": "mile miles mi", "foot": "foot feet ft", "inch": "inch inches",
    "yard": "yard yards yd", "gram": "g gram grams gramme grammes", "kilogram": "kg kilogram kilograms kilo kilos",
    "milligram": "mg milligram milligrams", "tonne": "ton tons tonne tonnes t", "pound": "lb lbs pound pounds", "ounce": "oz ounce ounces",
    "litre": "l litre litres liter liters", "gallon": "gallon gallons", "acre": "acre acres", "hectare": "hectare hectares ha",
    "byte": "b byte bytes", "kilobyte": "kb kilobyte kilobytes", "megabyte": "mb megabyte megabytes", "gigabyte": "gb gigabyte gigabytes",
    "terabyte": "tb terabyte terabytes", "watt": "w watt watts", "kilowatt": "kw kilowatt kilowatts", "megawatt": "mw megawatt megawatts",
    "gigawatt": "gw gigawatt gigawatts", "hertz": "hz hertz", "megahertz": "mhz", "gigahertz": "ghz", "celsius": "c °c celsius",
    "fahrenheit": "f °f fahrenheit", "degree": "° degree degrees", "mph": "mph", "kph": "kph",
    "token": "token tokens", "parameter": "parameter parameters", "times": "times",
}  # fmt: skip
"""Unit -> how it is written, signs included."""

# What documents are, and how sure they are
_KINDS_OF_VIEWS = (
    "comments?|opinions?|editorials?|columns?|letters?|e-?mails?|forums?|posts?|threads?|chats?|messages?|fiction|satire|"
    "advertisements?"
)
_KINDS_OF_RUMOURS = "rumou?rs?|leaks?|drafts?"
SOMEBODYS_KINDS = (
    f"{_KINDS_OF_VIEWS}|{_KINDS_OF_RUMOURS}|repl(?:y|ies)|reviews?|interviews?|notes?|parody|press releases?"
)
"""Kinds of source whose claims are somebody's own: their reader must see whose."""
PERSONAL_KINDS = f"{_KINDS_OF_VIEWS}|blogs?|weblogs?|social media|tweets?"
TENTATIVE_KINDS = f"{_KINDS_OF_RUMOURS}|leaked|speculation|gossip|tips?|hearsay|previews?|what we know|proposals?"
CORRECTING_KINDS = "corrections?|errat(?:um|a)|corrigend(?:um|a)|retractions?|clarifications?|amended|amendment"
OFFICIAL_KINDS = (
    "official|statements?|announcements?|decisions?|rulings?|registers?|registry|minutes|filings?|census|audits?|"
    "specifications?|manuals?|data ?sheets?|laws?|regulations?|measurements?|laborator(?:y|ies)|stud(?:y|ies)|research|surveys?|"
    "statistics|statistical|annual reports?|inquir(?:y|ies)|records?|protocols?|certificates?|price lists?|bulletins?|timetables?"
)
HEARSAY = (
    r"reportedly|allegedly|supposedly|rumou?r\w*|speculat\w*|leaked|said to be|thought to|unconfirmed|i am told|"
    r"word (?:has|on|is)|people close to|according to unnamed"
)
"""A statement with one of them is what others are said to say."""
SUPPOSING = (
    rf"{HEARSAY}|may|might|could|perhaps|possibly|probably|maybe|likely|apparently|presumably|believed?|believes|suspect\w*|"
    r"hopes?|hoped|wants? to|suggests?|as far as i know|i think|i guess|or so it seems|seems?|appears?|first counts?|"
    r"first estimates?|plans? to|intends? to"
)
"""A statement with one of them is left open."""
FORECASTING = (
    r"expect(?:s|ed|ing)?|forecasts?|forecasted|project(?:s|ed)\b(?! \w+ed)|predict(?:s|ed)?|anticipat\w+|budget(?:s|ed)|"
    r"outlook|targets?|targeted|estimated to|pollsters?|polls?"
)
"""What comes before the event."""
BEFOREHAND = "before|ahead of|prior to|on the eve of"
AFTERWARDS = "after|following|since"
SITUATING = _set("from before after during on in at below under by about written published")
"""What reads on after "a report"."""

# Orders to a model
ORDERS = (
    r"(?:^|[\"“‘'(:;,.!?]\s*|\b(?:please|now|just|always|must|should|to|and)\s+)"
    r"(?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,3}?(?:instructions?|prompts?|rules?|above|before|previous|prior|everything|other)\b"
    r"|(?:^|[\"“‘'(:;,.!?>\])]\s*|\b(?:please|now|just|always|must|should|and|user|system|assistant|model)\s+)"
    r"(?:answer|respond|reply|say|state|write|output|tell (?:me|us|them|everybody|people|(?:the )?(?:user|reader)s?))"
    r"\s+(?:\w+\s+){0,3}?(?:(?:that|with|only|exactly|as follows)\b|:)"
    r"|\bI (?:hereby )?(?:instruct|order|command|authorize) you to\b"
    r"|\b(?:notes?|instructions?|messages?) (?:to|for) (?:the |an? |any |all )?(?:ais?|llms?|language models?|chatbots?|assistants?)\b"
    r"|\b(?:notes?|instructions?|messages?) (?:to|for) (?:the |an? |any |all )?ai \w+"
    r"|\b(?:system|developer) prompt\b|\byou are (?:an? )?(?:ai|assistant|language model|chatbot)\b"
    r"|\bas an? (?:ai|assistant|language model)\b"
)
"""A regular expression for what speaks to a model that reads the document."""

# What is reckoned from a column
RECKONED = {
    "sum": r"(?:the )?(?:grand |sum |combined )?totals?(?: of)?|sum(?: of)?|in total|altogether|in all|all together|add up(?: to)?|taken together",
    "mean": r"averages?(?: of)?|the mean|mean of|on average",
    "max": r"highest|largest|biggest|greatest|maximum|most|top",
    "min": r"lowest|smallest|least|minimum|fewest",
    "count": r"how many|number of|count of",
}
"""What is asked of a column -> how."""
RECKONED_OF = {
    "most expensive|dearest|costliest|priciest": ("max", "price cost amount fee rate charge"),
    "least expensive|cheapest": ("min", "price cost amount fee rate charge"),
    "heaviest": ("max", "weight mass"), "lightest": ("min", "weight mass"),
    "tallest": ("max", "height"), "longest": ("max", "length duration"), "shortest": ("min", "length duration height"),
    "fastest": ("max", "speed"), "slowest": ("min", "speed"), "oldest": ("max", "age"), "youngest": ("min", "age"),
}  # fmt: skip
"""Words that say both -> what, and the words by which such a column may be called."""
QUANTITIES = "quantity qty pieces pcs stock units"
"""Labels of a column that counts things."""
TOTALS = r"(?:grand |sub-?)?(?:totals?|ttl)|sum|sums|in total|overall|balance|average|mean"
"""With which a row begins that is reckoned from others."""
BESIDE_RECKONING = _set(
    "use uses used using need needs take takes taken make makes cost costs paid pay pays spent weigh weighs item items row rows entry "
    "entries list listed table value values figure figures one ones sheet column give calculate compute name named show together"
)
"""Words of such a question that name nothing."""
