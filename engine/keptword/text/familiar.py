"""Over-familiar words near the end of a message: known closings, and wishes that no formal letter has."""

from __future__ import annotations

import re

from keptword.text.anatomy import Line

INFORMAL = re.compile(
    r"(?<![\w-])(?:всем )?(?:добра (?:вам|всем|в чат|и)\b[^\n.!]{0,40}|добра!|всем добра|с теплотой[^\n.!]{0,60}|с любовью[^\n.!]{0,40}|обнимаю\b|обнимаем\b|обнимашки|"
    r"целую\b|чмок\w*|пока-пока|покедова|чао\b|бывайте\b|до связи\b|не скучайте\b|не болейте\b|всех благ\b|всем пис\w*|мира и добра|лучи добра|лучики? \w+|с приветом\b|"
    r"с (?:сердечным|тёплым|теплым|дружеским|горячим|солнечным) (?:приветом|объятиями?)|с обнимашками|с улыбкой|жму руку|крепко жму|ваши друзья|ваш друг|"
    r"твой друг|хорошего настроения и|удачки|пока!|всем пока|не хворайте|до новых встреч|обнял[аи]?\b|берегите себя и|с заботой[^\n.!]{0,40}|ваша? любим\w+[^\n.!]{0,30}|мяу|"
    r"xoxo|hugs\b[^\n.!]{0,30}|(?:warm |big |virtual )hugs|lots of love|much love|love(?=,\s*\n)|with love|cheers\b|ciao\b|toodles|ta-ta|peace(?: out|,|!)|rock on|"
    r"stay (?:awesome|cool|classy|groovy|chill|golden|cosy|cozy|fabulous)|later(?=[,!]?\s*\n)|laters|catch (?:you|ya) later|see ya|take care(?=\s*[,!.\n])|ttyl|bye(?:-bye| bye|[!,])|"
    r"smooches|warmly(?=\s*[,\n])|with (?:warmth|sunshine|a smile)[^\n.!]{0,40}|sending (?:hugs|love|good vibes|positive)[^\n.!]{0,40}|high five\w*|"
    r"your (?:friend|friends|pal|buddy|mate)\b[^\n.!]{0,30}|good vibes|over and out|yours,? with|big love|sparkles|keep (?:smiling|rocking|calm)[^\n.!]{0,20}|happy trails|"
    r"have a (?:great|good|awesome|fab|super) one|thx\b|k?thxbye)",
    re.I,
)

# Wishes that may stand above a formal closing; any other wish there is over-familiar.
_WHEN = r"(?:рабоч\w+ )?(?:дня|вечера|утра|ночи|недели|выходных|праздников|отдыха|пути|полёта|полета|поездки|путешествия|начала недели|окончания недели|времени суток|просмотра|пользования|настроения|дней)"
_PROPER_WISH = re.compile(
    r"\W*(?:с наступающ\w+|с праздник\w+|(?:мы )?жела(?:ем|ю) )?(?:вам |всем )?(?:и вам )?(?:(?:самого |всего )?(?:хорош|добр|приятн|удачн|отличн|продуктивн|спокойн|успешн|прекрасн|замечательн|чудесн|наилучш|лёгк|легк|счастлив)\w+(?: вам)?(?: "
    + _WHEN
    + r")?(?:,| и )? ?){1,3}\W*",
    re.I,
)
_WISH = re.compile(
    r"\W*(?:всем\s|всех\s|вам\s|желаем|желаю|хорошего|доброго|приятного|удачного|отличного|чудесного|волшебного|сказочного|прекрасного|побольше|море|много|мира|солнца|солнышка|лучей|любви|позитива|"
    r"добра|тепла|счастья|улыбок|удачи|крепкого|вкусного|ярк\w+|солнечн\w+|радостн\w+|печенек|котик\w*|обним\w+|целу\w+|[^\n]{0,40}\s(?:всем\W*$|побольше\b))",
    re.I,
)
_WISH_EN = re.compile(
    r"\W*(?:[^\n]{0,50}\sto (?:everyone|everybody|all|you all|y'all|the (?:whole )?(?:team|family|gang))|(?:lots|loads|tons|oodles|plenty|heaps) of [^\n]{2,40}|(?:sending|wishing) [^\n]{2,40}|"
    r"have (?:a|an|the) (?:\w+ )?(?:awesome|bestest|fab\w*|super|rocking|magical|sparkly|cosy|cozy|groovy|epic|amazing|smashing|ace|blast)\b[^\n]{0,40}|stay [a-z]+(?: and stay [a-z]+)?|(?:chat|talk|speak|see you|write) soon|until next time|toodle-?oo|[^\n]{0,30}\bx{1,4}|x{2,4} [^\n]{2,20}|keep being [a-z]+)\W*",
    re.I,
)
_TENDER = re.compile(
    "[\U0001f618\U0001f917\U0001f48b\U0001f61a\U0001f495\U0001f496\U0001f497\u2764\U0001f63b\U0001f970\U0001f60d\U0001f619\U0001f48c\U0001f49d\U0001f493]"
)


def over_familiar(line: Line) -> bool:
    """Whether a short line near the end is a wish that no formal letter has, or holds a kiss."""
    text = line.text
    if len(text) > 90:
        return False
    if _TENDER.search(text):
        return True
    if len(text.split()) > 9 or text[-1] in ":?":
        return False
    if _WISH.match(text):
        return text[-1:] != "." and not _PROPER_WISH.fullmatch(text)
    return _WISH_EN.fullmatch(text) is not None


BEGINNINGS = re.compile(r"(?:^|[.!?…,—–)-]| and| и)\s*")  # where a closing can begin
