"""Word lists of languages besides English, each once; Chinese, Japanese and Korean have their questions' words in cjk.py."""

from __future__ import annotations

FUNCTION_WORDS = {
    "en": "the of and to in is was for that with as on by at from it he she they were are this which be has had not his her an",
    "de": "der die das und ist nicht ein eine einen einem mit von zu den dem des auf für als auch sich wurde war sind im es er sie kein werden nach bei aus",
    "fr": "le la les de et est un une des du dans que qui pour ne pas sur au aux avec par ce cette il elle sont été était ont ou où leur l n j qu",
    "es": "el la los las y es un una de del que en por con para se no su al como más fue son lo han era este esta",
    "it": "il lo la gli le e è un una di del della che in per con non si da al sono come più era nel alla dei ha",
    "pt": "o a os as e é um uma de do da dos das que em para com não se por ao na no foi mais são como era",
    "nl": "de het een en is van in dat niet op te voor met zijn was aan er ook bij door naar werd uit om als maar",
}
"""By which a language is told; English is among them to be told from the others."""
QUESTION_WORDS = {
    "de": "wie was wer wen wem wo wann warum wieso weshalb welche welcher welches welchen welchem wieviel wohin woher wofür womit worin wozu "
    "ich du wir ihr man darf dürfen kann können muss müssen soll sollte will möchte habe hat haben gibt werden macht tun mein meine unser unsere ihre "
    "bitte uns mir mich dich in am zum zur vom beim alle allen oder aber wenn dass als bis pro viel viele lange oft hoch",
    "fr": "quel quelle quels quelles quoi quand comment pourquoi combien où que qui est-ce lequel laquelle je tu nous vous on peut puis-je dois doit faut-il "
    "y a-t-il faire fait mon ma mes notre votre leurs leur en tous tout toutes toute cas avoir être avez avons d s c m t ces son sa ses si mais comme "
    "faut il ils elles à lui chez",
    "es": "qué cuál cuáles quién quiénes cuándo cómo dónde cuánto cuánta cuántos cuántas adónde por porque puedo puede pueden debo debe hay tengo tiene "
    "tienen hacer ser está están mi mis nuestro sus yo usted ustedes nos me te le les a o u sin sobre entre desde hasta cada todos todas pero si cuando",
    "it": "cosa chi quando come dove perché quanto quanta quanti quante quale quali posso può possono devo deve c è ci sono ho hai fare essere mio mia "
    "nostro vostro tutti tutte ogni senza su tra fra anche se ma qual i gli delle degli dall dell nell sull all l d un dal dalla",
    "pt": "quê qual quais quem quando onde porquê quanto quanta quantos quantas posso pode podem devo deve há tenho tem têm fazer ser está estão meu "
    "minha nosso nossa seus sua seu eu você nós me te lhe à às aos sem sobre entre desde até cada todos todas mas se pela pelo num numa",
    "nl": "wat wie waar wanneer waarom hoe welke welk hoeveel ik je jij u wij we mag kan kunnen moet moeten heeft hebben mijn ons onze per alle",
}
"""Further words by which a question's language is told, and which say nothing of what it is about."""
GERMAN_ARTICLES = frozenset("der die das dem den des ein eine einem einen einer eines im am vom zum zur beim".split())
"""After them stands a noun, which has a capital in German whether it is a name or not."""
IN_NAMES = frozenset(
    "of the and de la le du des da di del van von der den bin al el y e for in on at to und et".split()
)
"""What may stand within a name, in any of the languages."""
GERMAN_AFTER_ORDINALS = (
    "Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahrhundert|Auflage"
)
"""For use in a regular expression: "3. Mai" is one thing."""
MONTHS = (
    "januar janvier enero gennaio janeiro januari", "februar fevrier febrero febbraio fevereiro februari",
    "marz mars marzo marco maart", "avril abril aprile", "mayo mai maggio maio mei", "juni juin junio giugno junho",
    "juli juillet julio luglio julho", "aout agosto augustus", "septembre septiembre settembre setembro",
    "oktober octobre octubre ottobre outubro okt", "novembre noviembre novembro", "dezember decembre diciembre dicembre dezembro dez",
)  # fmt: skip
"""Folded, as `tokens.fold` does."""
FURTHER_SCALES = {"mio": 1e6, "mrd": 1e9, "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9}
"""Those that text2num knows only when it is told the language."""
CJK_SCALES = {"万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "千": 1e3, "百": 1e2}
UNITS = {
    "percent": "prozent pourcent procent percento", "cny": "元 人民币",
    "second": "sekunde sekunden seconde secondes segundo segundos 秒", "minute": "minuten minuto minutos 分钟",
    "hour": "stunde stunden heure heures hora horas 小时", "day": "tag tage tagen jour jours día días giorno giorni dag dagen 天 日",
    "week": "woche wochen semaine semaines semana semanas settimana settimane weken 周 星期",
    "month": "monat monate monaten mois mes meses mese mesi maand maanden 月",
    "year": "jahr jahre jahren an ans année années año años anno anni jaar ano anos 年 岁", "decade": "jahrzehnt jahrzehnte",
    "century": "jahrhundert jahrhunderts siècle siglo secolo eeuw 世纪", "metre": "米", "kilometre": "公里 千米", "kilogram": "公斤",
    "tonne": "吨",
}  # fmt: skip
PLACES = {
    "part": "teil partie parte", "annex": "anhang anlage annexe anexo allegato", "chapter": "kapitel kap chapitre capítulo capitulo capitolo",
    "article": "artikel artículo articulo articolo artigo", "section": "abschnitt sección seccion sezione seção paragraph paragraf",
    "clause": "klausel ziffer ziff punkt nummer clausule cláusula clausula clausola punto ponto absatz satz apartado alinéa",
    "step": "schritt étape etape paso passo", "page": "seite s página pagina pág", "slide": "folie diapositive diapositiva",
    "row": "zeile ligne fila riga linha",
}  # fmt: skip
"""As in English: sort of place -> what it is called before its number."""
WITHIN_PLACES = (
    "absatz|abs|satz|nummer|nr|ziffer|ziff|buchstabe|buchst|lit|let|alinéa|al|apartado|apdo|párrafo|letra|comma|lettera"
)
ASKING_FOR_PLACES = frozenset(
    "was steht stehen sagt sagen lautet besagt regelt bedeutet inhalt zeig zeige zitiere erkläre beschreibe welche wie worum geht heißt "
    "que quoi quel quelle dit dire contient prévoit stipule énonce signifie contenu montre cite explique résume quelles sont "
    "qué que dice decir contiene establece estipula significa contenido muestra resume explica cuál ist sind est es a il en im in der "
    "die das dem von vom des le la les du de dans sur el los las del al auf aus o que diz cosa dice dokument document documento".split()
)
BESIDE_PLACES = (
    "nach|vor|bis|zwischen|ohne|außer|après|avant|jusqu|entre|sans|sauf|después|antes|hasta|sin|salvo|dopo|prima|senza"
)
RECORD_LABELS = {
    "author": "autor|autorin|verfasser|verfasserin|von|absender|auteur|de la part de|autora|de|autore",
    "recipient": "an|empfänger|destinataire|para|destinatario",
    "date": "datum|(?:rechnungs|ausstellungs|brief)datum|le|fecha(?: de \\w+)?|data(?: d[ei] \\w+)?|date (?:de|d’|d')\\s?\\w+",
}
DOCUMENT_NOUNS = frozenset(
    "dokument dokumente dokumenten datei dateien papier text texte texten brief mail nachricht bericht artikel buch präsentation folien vertrag fichier fichiers "
    "lettre rapport livre document documents documenti documento documentos carta informe artículo libro texto archivo archivos".split()
)
ARTICLES = frozenset(
    "der die das den dem des ein eine le la les un une du de el los las una il lo gli i uno o os as um uma".split()
)
RECORD_QUESTIONS = {
    "author": (
        r"wer (?:hat|schrieb|verfasste) (?P<of>.+?)(?: geschrieben| verfasst| erstellt| geschickt)?"
        r"|wer ist der (?:autor|verfasser|absender) (?:von|des|der|vom) (?P<of2>.+)|von wem (?:ist|stammt) (?P<of3>.+)"
        r"|qui a (?:écrit|rédigé|envoyé) (?P<of4>.+)|qui est l[’'] ?auteur (?:de la|de l[’']|du|de) (?P<of5>.+)"
        r"|quién (?:escribió|redactó|envió|es el autor de(?:l)?) (?P<of6>.+)"
    ),
    "recipient": r"an wen (?:ist|ging|geht) (?P<of>.+?)(?: gerichtet| adressiert)?|à qui (?:est|a été) (?P<of2>.+?) (?:adressée?|envoyée?)",
    "date": r"von wann (?:ist|stammt) (?P<of>.+)|de quand (?:date|est) (?P<of2>.+)|de cuándo es (?P<of3>.+)",
    "title": r"(?:wie lautet|was ist) der titel (?:von|des|der) (?P<of>.+)|quel est le titre (?:de la|du|de) (?P<of2>.+)"
    r"|cuál es el título (?:de la|del|de) (?P<of3>.+)",
    "pages": r"wie ?viele (?:seiten|folien) hat (?P<of>.+)|combien de pages (?:a|compte|comporte|contient) (?P<of2>.+)"
    r"|cuántas páginas tiene (?P<of3>.+)",
    "count": r"wie ?viele (?P<kind>[\w-]+) (?:gibt es|habe ich|haben wir|sind es)(?: (?:aus|von) (?P<when>[\w .]+))?"
    r"|combien (?:de |d[’'])(?P<kind2>[\w-]+) (?:y a-t-il|ai-je|avons-nous)|cuánt[ao]s (?P<kind3>[\w-]+) (?:hay|tengo)",
    "list": r"welche (?P<kind>[\w-]+) (?:sind|stammen) (?:aus|von) (?P<when>[\w .]+)"
    r"|quels (?P<kind2>documents|fichiers) (?:datent|sont) de (?P<when2>[\w .]+)|qué (?P<kind3>documentos|archivos) son de (?P<when3>[\w .]+)",
}
BEFORE_PLACES = (
    "according to|in|under|on|of|at|from|to|by|im|auf|aus|nach|gemäß|laut|von|vom|des|der|zu|unter|dans|selon|de|du|à|sous|"
    "en|según|del|nel|della"
)
"""In any of the languages, before a place that is named by its number."""
AND_OR = frozenset("and or und oder sowie bzw et ou y o e ed od".split())
"""In any of the languages; before them a list goes on."""
SUMMING_UP = (
    "zusammenfassung|fasse?|überblick|résumé|résume[zr]?|aperçu|resumen|resume|resúme(?:me)?|riassunto|riassumi|resumo|resuma|"
    "总结|概要|摘要"
)
ABOUT = "worum geht es in|wovon handel[nt]|de quoi parle(?:nt)?|de qué tratan?|di cosa parla(?:no)?|do que trata"
OWN_SUMMARIES = (
    "zusammenfassung|kurzfassung|kernaussagen|das wichtigste(?: in kürze)?|auf einen blick|résumé|en bref|points clés|resumen|"
    "en resumen|puntos clave|riassunto|in sintesi|punti chiave|resumo|em resumo|pontos principais|摘要|概要|要点"
)
"""As in English: what stands above a text's own summary."""
RECKONED = {
    "sum": r"(?:die )?(?:gesamt)?summe(?: der| aller)?|insgesamt|zusammen|total(?: de)?|somme(?: des| de)?|en tout|au total|suma(?: de)?|en total|totale|in totale|somma",
    "mean": r"durchschnitt(?:lich\w*)?(?: der)?|im schnitt|mittelwert|moyenne?(?: de)?|en moyenne|promedio|media|in media|média",
    "max": r"höchste[nrs]?|größte[nrs]?|meisten?|maximum|plus (?:grand|élevé|haut)e?s?|máximo|más (?:alto|grande)s?|massimo|più alto",
    "min": r"niedrigste[nrs]?|kleinste[nrs]?|geringste[nrs]?|wenigsten|minimum|plus (?:petit|bas|faible)(?:te|se)?s?|mínimo|más (?:bajo|pequeño)s?|minimo|più basso",
    "count": r"wie ?viele|anzahl der|combien de|combien d[’']|cuánt[oa]s|quant[ie]|quant[oa]s",
}
"""As in English, and in one list for all languages."""
RECKONED_OF = {
    "teuerste[nrs]?|plus ch(?:er|ère)s?|más car[oa]s?|più car[oiae]|mais car[oa]s?": ("max", "preis kosten betrag prix coût montant precio coste importe prezzo costo preço custo"),
    "billigste[nrs]?|günstigste[nrs]?|moins ch(?:er|ère)s?|más barat[oa]s?|meno car[oiae]|mais barat[oa]s?": (
        "min", "preis kosten betrag prix coût montant precio coste importe prezzo costo preço custo"
    ),
    "schwerste[nrs]?|plus lourde?s?|más pesad[oa]s?": ("max", "gewicht poids peso"),
    "leichteste[nrs]?|plus légère?s?|menos pesad[oa]s?": ("min", "gewicht poids peso"),
}  # fmt: skip
QUANTITIES = "menge anzahl stück stückzahl bestand quantité cantidad quantità quantidade"
TOTALS = r"(?:gesamt|zwischen|end)?summe|gesamt|insgesamt|sous-total|total général|totale?|suma|somma|saldo|solde"
BESIDE_RECKONING = frozenset(
    "hat haben ist sind kostet kosten braucht verbraucht wiegt gibt es und alle aller allen a ont est sont il y coûte pèse y-a-t-il "
    "tous toutes cuesta pesa hay todos todas costa pesa ci sono tutti tutte há".split()
)
