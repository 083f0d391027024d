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
DOCUMENT_WORDS = frozenset(
    "dokument dokumente dokumenten datei dateien text texte texten le document documents documento documentos documenti texto texte".split()
)
ARTICLES = frozenset(
    "der die das den dem des ein eine le la les un une du de des el los las una il lo gli i uno o os as um uma".split()
)
