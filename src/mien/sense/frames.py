"""The grammar of what is said of a word of feeling: meant, denied, half denied, or only named.

Each language has its own shapes. Chinese denies before the word (不是很开心), after it (开心不起来) and by asking
(有什么好开心的); English before it, over a few words (I don't think this is fun, too tired to be happy); Japanese on
its ending and by formal nouns (怒ってるわけじゃない). The same signs also stand where nothing is denied: inside
another word (特别), in praise (could not be happier, 从来没这么开心过, 楽しいじゃない！) and in questions that know
their answer (怎么能不高兴). All frames of a language stand here together; the first that fits decides.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mien.sense.later import later


class Verdict(NamedTuple):
    """What a line says of one of its words.

    kind: "meant", "denied", "mild" (doubly denied), "soothed" (somebody is told not to feel it), "unsaid" (the word
    is named, nobody feels it now) or "past" (it gives way to what is felt now, where that is said). start, end: what
    misleads and is left out of the line that the trained nets read: the word with the signs that deny it, or, where
    it is meant, the signs that only look like denial (often none).
    """

    kind: str
    start: int
    end: int


# ---- Chinese: up to 16 signs before the word, 8 behind it ------------------------------------------------------------
_ZH_BORDERS = later(  # a sign of denial inside another word denies nothing
    r"[特分告离送道惜辞拜话留吻久永死作诀决阔差区个级类性派种国识辨鉴判甄细临叙赠饯握隔错]别"
    r"|别(?=人|的|墅|致|样|扭|处|家|名|管|论|具|出心裁|开生面)"
    r"|不(?=错|愧|由|知|仅|但|光|只是|止|管|论|过|料|禁|断|时|久|胜|得了|得不|可思议|亦乐乎|一样|同凡响|枉|虚此行"
    r"|已|妨|如|瞒)"
    r"|(?<=能)不(?=能)|(?<=会)不(?=会)|(?<=是)不(?=是)|(?<=要)不(?=要)|(?<=有)没(?=有)|(?<=可)不(?=可)|(?<=该)不(?=该)"
    r"|(?<=不知)不(?=觉)|(?<=差)不(?=多)|(?<=了)不(?=起)|(?<=动)不(?=动)|(?<=[巴恨少舍])不(?=[得了])"
    r"|(?<=[受睡停等来想忙忘控])不(?=[着下及到过了住])|(?<=[忍止禁按藏憋制捺])不住|要不(?=是)"
    r"|没(?=想到|关系|事|错|准|完|办法|法子|辙)|莫(?=名|大|非|过|逆)|未(?=来|免|婚)|非(?=常|凡)"
)
_ZH_FILL = (
    r"(?:很|太|那么|这么|怎么|觉得|感到|感觉|特别|非常|十分|格外|多么|真的?|再|会|能|敢|想|要|算|是|有多|有点|有"
    r"|什么|为此"
    r"|让[我你人他她]|在|至于|必|啥|因此|多|了|这样|那样|任何|半点|一丝|一点[儿也都]*|丝毫|去|来|可以|一直|总|为"
    r"|[我你他她]们?"
    r"|大家|自己|这件事|说|的|地)"
)
_ZH_NOT = (
    r"(?:不觉得|不感到|不敢说|没觉得|没感到|没有|毫无|毫不|绝不|绝非|并非|从未|从不|[谈算称说]不上|远没|很难|难以"
    r"|无法|没法"
    r"|失去|丧失|不|没|未|无|非|唔|冇|毋)"
)
_ZH_DENIED = later(rf"[并才可都也]*(?P<not>{_ZH_NOT}(?:[，,][^，,。!?]{{1,6}}[，,])?(?:{_ZH_FILL}|不|没)*)$")
_ZH_TIMES = later(r"[谈算称说]不上|毫[无不]|失去|丧失|很难|难以|[不没未无非唔冇毋]")
_ZH_SOOTHED = later(
    r"(?:不要|不用|不必|不许|不准|别|莫|勿|休要|无须|无需|用不着|犯不着|没必要|唔好|唔使)"
    rf"(?:{_ZH_FILL}|那|跟\w|和\w|因为\w{{1,4}})*$"
)
_ZH_MEANT = later(
    r"(?:从来?没有?|从未|还没|未曾|不曾)(?:见过|遇到过|感到过|有过)?(?:这么|这样|如此|那么|像今天这么?)$"
    r"|没有?(?:这么|如此)$"
    r"|没有?(?:什么)?比.{1,8}更?(?:让[我人])?更?$|不是一般的?$|要不要(?:这么|那么|太)?$|不要太$"
    r"|[不没无](?:能|会|法|可能)?(?:比这)?(?:再|更)(?:加)?$|别提(?:有?多)?$|好不$|不得不$|要不$|差点没$"
    r"|(?:怎么|怎|岂|哪|难道|何尝|焉)(?:能|会|可能|可以)?[不没]$|[谁能]不$|[忍止禁控]不住[的地]?$"
    r"|没有(?:一[天刻日秒]|谁|人)不(?:感到|觉得)?$|[无莫]不$|不(?:仅|但|光|只|单|止)[仅是]?(?:很|非常|特别|让[我人])?$"
    r"|(?:形容|表达|说|道|数|掩饰|藏|压|抑制|挡)不(?:了|出来?|住|尽|完|清)的?$|(?:无法|难以)(?:形容|言喻|掩饰|抑制"
    r"|表达)的?$"
    r"|怎么(?:会|能|可以)?(?:这么|那么|如此)$|要不是.{1,8}不[会能](?:这么|那么)?$"
)
_ZH_VERY = later(r"好不(?=开心|高兴|喜欢|舒服)")  # once "very", now as often "not at all"
_ZH_ASKS = later(
    r"(?:怎么可能|怎么会|怎么能|怎能|怎会|哪能|哪会|岂会|岂能|岂可|谁[会能要]|鬼才?会?|傻子才|有(?:什么|啥|乜|咩"
    r"|鬼)(?:好|可|值得)?"
    rf"|何来|何谈|谈何|凭什么|还能)(?:{_ZH_FILL})*$"
)
_ZH_WHERE = later(r"(?:哪里|哪儿|哪点|哪|边度)(?:就|会|还|值得|让人)?$")
_ZH_INSTEAD = later(
    rf"(?:远离|赶走|忘掉|放下|假装|装作|装出|强颜)(?:{_ZH_FILL}|还|也"
    rf"|都)*$"
)
_ZH_PAST = later(rf"(?:与其说?|曾经|以前|从前|原本|本来|之前|小时候)(?:{_ZH_FILL}|还|也|都)*$")
_ZH_WISHED = later(r"(?:要是|如果|假如|但愿|希望|好想|渴望)(?:[我你他她能也可以再变得会更])*$")
_ZH_NOT_AFTER = later(
    r"[得都也可]?不(?:起来|了(?!起)|下去|出来?|到哪|动|成)|得起来|得了(?:吗|嘛|么|才怪|\?)|才怪"
    r"|(?:什么)?个(?:屁|头|鬼|毛|锤|球|蛋|der|鸡毛|p)|毛线|什么(?:啊|呀|劲|嘛|呢|[!?]|$)"
    r"|[都也全早就]*(?:没了|没有了|不再|消失|不见了)|是?不(?:太?可能|存在|至于)|就好了|就有鬼"
)
_ZH_RHETORIC = later(r".{0,2}(?:吗|嘛|么(?:[?\s]|$))")
_ZH_THING = later(r"的(?!了|啦|[!?,。，\s]|$)")


def _masked(match: re.Match[str]) -> str:
    return "很很" if match.group(0) == "特别" else "〇" * len(match.group(0))


def chinese(text: str, start: int, end: int) -> Verdict:
    """What is said of the Chinese word text[start:end]."""
    meant = Verdict("meant", start, start)
    since = max(0, start - 16)
    before, after = text[since:start], text[end : end + 8]
    if before[-1:] in ("不", "没") and before[-2:-1] == text[start]:
        return Verdict("unsaid", start - 2, end)  # 开不开心 asks
    if (found := _ZH_MEANT.search(before)) and not _ZH_VERY.match(text, max(0, start - 2)):
        asked = re.match(r"了?[吗嘛]", after)
        return Verdict("meant", since + found.start(), end + asked.end() if asked else start)
    if found := _ZH_NOT_AFTER.match(after):
        return Verdict("denied", start, end + found.end())
    shadow = _ZH_BORDERS.sub(_masked, before)
    thing = _ZH_THING.match(after)
    if found := _ZH_SOOTHED.search(shadow):
        return Verdict("soothed", since + found.start(), end)
    if (found := _ZH_ASKS.search(shadow)) and not thing:
        return Verdict("denied", since + found.start(), end)
    if found := _ZH_WHERE.search(shadow):
        return Verdict("denied" if "了" in after[:3] else "unsaid", since + found.start(), end)
    if found := _ZH_DENIED.search(shadow):
        if thing:
            return Verdict("unsaid", start, end)  # 不开心的事 names a thing, and says nothing of now
        if _ZH_RHETORIC.match(after):
            return meant
        odd = len(_ZH_TIMES.findall(found["not"])) % 2
        return Verdict("denied" if odd else "mild", since + found.start(), end)
    if found := _ZH_PAST.search(shadow):
        return Verdict("past", since + found.start(), end)
    tears = "哭" in text[start:end] or "泪" in text[start:end]  # 好想哭 is no wish
    if (found := _ZH_INSTEAD.search(shadow) or _ZH_WISHED.search(shadow)) and not tears:
        return Verdict("unsaid", since + found.start(), end)
    return meant


# ---- Japanese: up to 10 signs before the word, 20 behind its stem ----------------------------------------------------
_NAI = (
    r"(?:な(?:い|か[っろ]|く|さそ|し)|ません|無[いか]|ね[えぇー]|ありませ"
    r"|(?<=[らかさたなまばわがせえけれ])ん(?=[。!\s、]|$|わ|よ|ね))"
)
_JA_MEANT = later(
    rf"[ぁ-ん一-龯]{{0,6}}?て(?:たまら|しょうが|しようが|仕方|しかた|止ま|とま|なら|かなわ|やま|堪ら|仕様が"
    rf"|いられ){_NAI}?"
    r"|[ぁ-ん]{0,4}?で?しかな|[ぁ-ん]{0,4}?(?:すぎ|過ぎ)|[ぁ-ん]{0,4}?以外の?|[ぁ-ん]{0,4}?(?:に)?(?:間違い|違い"
    r"|ちがい|相違)な|[ぁ-ん]{0,4}?ことこの上な"
    r"|[ぁ-ん]{0,4}?くな(?:い|く)(?:わけ|はず)(?:が|は)?な|[ぁ-ん]{0,4}?(?:さ|み)(?:が|は)?(?:半端|ハンパ|はんぱ"
    r"|尋常じゃ)な"
    r"|い(?:の|ん)?(?:じゃ|では)(?:な(?:い(?=!|です|か|の|$)|か)|ん|ありませんか)(?!っ)"
    r"|[ぁ-ん]{0,4}?んじゃない(?:か|の)*\?|[ぁ-ん]{0,5}?(?:くない|ない|ません)(?:か|の)?\s*\?"
    r"|[ぁ-ん]{1,4}?(?:じゃ|では|くは)?ない(?:か|です|の)?!"
)
_JA_MILD = later(
    r"[ぁ-ん]{0,4}?(?:な|ませ)[いんく](?:という|って)?(?:わけ|こと|の)?(?:じゃ|では|でも|も|は)な"
    r"|[ぁ-ん]{0,4}?くなくは?な"
)
_JA_DENIED = later(
    rf"[ぁ-ん一-龯]{{0,6}}?(?:という|って|っていう|とかいう)?(?:わけ|訳|はず|つもり|必要|こと|もん|もの|理由|要素"
    rf"|ところ|気)(?:[がはもをにでじゃなんて]|では)*{_NAI}"
    rf"|[ぁ-ん]{{0,6}}?(?:こと|もの|わけ)(?:は|が|も)?(?:一度も|全く|まったく|二度と){_NAI}?"
    rf"|[ぁ-ん]{{0,5}}?と(?:は|も|まで)?(?:思(?:え|わ|って(?:い)?|いませ)|言(?:え|い)|いえ|感じ(?:られ)?|限ら"
    rf"|は程遠|かけ離れ)"
    rf"|[ぁ-ん]{{0,4}}?(?:なんか|なんて|など|なんとも|何とも)?(?:じゃ|では)?{_NAI}"
    r"|[ぁ-ん]{0,4}?どころか|[ぁ-ん]{0,4}?も[のん]か|[ぁ-ん]{0,4}?わけある|[ぁ-ん]{0,4}?(?:ふり|フリ|振り)(?:を"
    r"|し)|[ぁ-ん]{0,3}?ず[、。\s]|いらん"
    rf"|[ぁ-ん]{{0,3}}、[^、。]{{1,8}}、{_NAI}"
    r"|[ぁ-ん]{0,4}?(?:なら|だったら|かったら|ければ|れば)(?:良|よ|い)(?:い|か)"
)
_JA_SOOTHED = later(
    r"[ぁ-ん]{0,5}?なくて(?:も)?(?:いい|良い|大丈夫|平気|よ|OK)|[ぁ-ん]{0,4}?(?:する|すん|がる|がん|く|る|む"
    r"|ん)な(?:よ|って|い?で|[!。、\s~…]|$)"
    r"|[ぁ-ん]{0,3}?(?:は|も|ご)?(?:いら(?:ない|ん|ぬ)|要ら|無用|及ばな|及びませ)|[ぁ-ん]{0,4}?ないで(?!い[たる])"
)
_JA_ASKS = later(r"(?:何が|なにが|どこが|誰が|だれが|どうして)$")
_JA_UNSAID = later(r"(?:昔は|前は|以前は|かつては)、?(?:(?!けど|が|今)[^、。]){0,6}$")
_JA_ALREADY = later(r"(?:こんなに|これほど|これ以上|それ以上|あれほど)[ぁ-ん]{0,3}$")
_JA_LEAD = later(
    r"(?:別に|べつに|全然|ぜんぜん|ちっとも|少しも|そんなに|あまり|あんまり|まったく|全く|決して|もう|何も)、?$"
)
_JA_TRAIL = later(r"[いだでないたっ]{0,4}(?:よ|ね|し|から|って|ば|わ|もん|です|けど|の)*(?=$|[。、!\s…])")


def japanese(text: str, start: int, end: int) -> Verdict:
    """What is said of the Japanese word whose stem is text[start:end]."""
    after = text[end : end + 20]
    before = text[max(0, start - 10) : start]
    if _JA_MEANT.match(after) or (_JA_ALREADY.search(before) and re.match(r"[ぁ-ん]{0,4}こと", after)):
        return Verdict("meant", start, start)
    for kind, frame in (("mild", _JA_MILD), ("soothed", _JA_SOOTHED), ("denied", _JA_DENIED)):
        if found := frame.match(after):
            lead, trail = _JA_LEAD.search(before), _JA_TRAIL.match(text, end + found.end())
            return Verdict(kind, start - len(lead[0] if lead else ""), trail.end() if trail else end + found.end())
    if (found := _JA_ASKS.search(before)) and not text.startswith("好", start) and not text.startswith("怖", start):
        return Verdict("denied", start - len(found.group(0)), end)
    if _JA_UNSAID.search(before):
        return Verdict("unsaid", start, end)
    return Verdict("meant", start, start)


# ---- English: the clause before the word -----------------------------------------------------------------------------
_EN_IDIOMS = later(  # a word of denial that denies nothing of what follows
    r"\b(?:not (?:gonna|going to|to) (?:lie|front|brag|mention)|no (?:lie|cap|doubt|joke|kidding|way|offen[sc]e"
    r"|matter|idea)|without (?:a |any )?doubt"
    r"|why not|if not for (?:\w+)|(?:don't|dont|do not) (?:get me wrong|mind (?:me|if)|know (?:why|how|what|if))"
    r"|can't lie|never again|not (?:even )?(?:kidding|sure why)"
    r"|believe it or not|like it or not|no one (?:is )?(?:happier|prouder)|can(?:'t|not|t)? (?:even )?(?:believe"
    r"|wait|stop|help(?: but)?|get (?:over|enough)|contain|hide|express|describe|thank|stress)"
    r"|couldn't (?:believe|stop|help|contain|hide)|could not (?:believe|stop|help|contain|hide)|(?:not"
    r"|n't) (?:only|just|merely|simply)|isn't just|how (?:can|could) (?:you|i|we|anyone|one) not|who (?:wouldn't"
    r"|doesn't|didn't)"
    r"|can't \w+ without|nothing but|none other than|can't recommend|no wonder)\b"
)
_EN_TAG = later(
    r"^(?:(?!it|this|that|he|she|i)\w+ )?(?:isn't|aren't|wasn't|ain't|doesn't|don't|won't|wouldn't|isnt|arent)"
    r" (?:it|that(?! i| he| she| we| they| you)|this|he|she|they|you|we|i)\b.*$"
)
_EN_MORE = later(
    r"(?:\b(?:not|never|nothing|nobody|no one|cannot)|n't)(?: \w+){0,4} more$|\b(?:never"
    r"|nothing)(?: \w+){0,3} (?:so|this|that)$"
)
_EN_MOST = later(r"(?:\b(?:never|not|nothing|nobody|no one|cannot)|n't)(?: \w+){0,4}$")
_EN_WISHED_AWAY = later(r"\bwish(?:ed)? (?:\w+ ){1,5}(?:not|n't|\w+n't)\b|\bif (?:not|\w+n't)\b")
_EN_ASIDE = later(r"(\b(?:not|never|hardly)|n't)(,(?: [\w']+){1,5},)")
_EN_NEAR = r"(?:\s+(?!(?:i'm|im|i|we're|he's|she's|they're|it's|it|so i)\b)[\w']+)"  # a new subject begins a new clause
_EN_BE = (
    r"(?: (?:all|any|even|ever|really|quite|being|be|feel|feeling|get|getting|find|have|having|seem|look|so|very|that"
    r"|the|my|a))"
)
_EN_NOT = (
    r"(?:\b(?:not|never|nor|neither|none|nobody|nothing|no|hardly|barely|rarely|seldom|scarcely|without|cannot"
    r"|cant|dont|doesnt|didnt|isnt|wasnt|arent|aint|couldnt|wont|wouldnt|shouldnt|havent|hasnt)\b|\b\w+n't\b)"
)
_EN_DENIED = later(
    rf"{_EN_NOT}(?:{_EN_NEAR}{{0,2}}|(?: (?:really|even|ever|exactly|necessarily|honestly))*"
    r"(?: (?:think|feel|say|believe|know|find|see|guess|mean|that|like|anyone|about|in|at|by|\w+ or))"
    r"(?: (?:think|feel|say|not|that|this|it|it's|is|was|are|were|the|a|an|at|all|in|any|way|to|be|been|being|i|i'm"
    r"|i'd|you|you're|he|he's|she|she's|they|they're|we|we're|anyone|here|about|so|very|really|much|feeling|like|of|these|those"
    r"|my|your|would|as|such|what|most|means|feels|seems|gets|looks)){0,7})$"
)
_EN_LACKED = later(
    r"\b(?:(?:(?:stop(?:ped|s)?|quit|ceased)(?: to)?|no longer|fail(?:s|ed)?(?: to)?"
    r"|forgot(?:ten)? (?:how|what)(?: it)?(?: to)?|anything but|far from|nowhere (?:near|close to)|unable to"
    r"|incapable of|supposed to|pretend(?:s|ed|ing)?(?: to| i'm)?|instead of|rather than"
    r"|(?:hard|difficult|impossible) to"
    r"|(?<!get )(?<!got )(?<!getting )(?<!am )(?<!i'm )used to|too (?!happy|excited|glad|cute|good)\w+ to)"
    rf"{_EN_BE}{{0,3}}"
    r"|(?:lost|lacks?|lacking|devoid of|drained of)"
    r"(?: (?:all|my|the|any|every|his|her|our|its|sense|of|bit|interest|ability|to))*"
    r"|(?<!any )less(?: \w+)?|doubt(?: [\w']+){0,4}|(?:where's|what's|what is|where is)(?: (?:the|all|so|any))+"
    r"|how is (?:this|that|it)(?: even| supposed to be| remotely| considered)?|since when (?:is|was|are)(?: \w+)?"
    r"|(?:takes?|took|sucks?|sucked|kill(?:s|ed)?)(?: all| out)* the"
    r"|as (?:if|though)(?: (?:i'd|i|i'll|we'd|we|he|she|anyone|that|this|it|they|you)"
    r"(?: (?:would|could|be|was|were|is|ever|feel))*)?"
    r"|if only(?: [\w']+){0,4}"
    r"|wish(?:ed)? (?:i|we|it|this|that|he|she|they) (?:could|was|were|had|felt|would)(?: [\w']+){0,4})$"
)
_EN_UNSAID = later(
    r"\b(?:scared|afraid|ashamed|embarrassed|terrified|nervous) (?:to|of)(?: (?:be|being|feel|feeling|get|getting"
    r"|look|seem))?$|\b(?:was|were|used to be)(?: (?:so|very|really|pretty|quite|a bit|kinda))?$"
)
_CRIES = """
thank thanks yay woohoo yippee woot congrats cheers wow whoa woah omg ew eww yuck phew gg pog oof ffs wtf
"""
_EN_CRIES = frozenset(_CRIES.split())
_EN_NOW = later(r"[^.]*\b(?:but|and) (?:now|today|then)\b")
_EN_CLAUSE = later(r".*(?:[.,;:?!…]|\b(?:(?<!anything )but|because|though|although|and)\b)")


def english(text: str, start: int, end: int, since: int) -> Verdict:
    """What is said of the English word or phrase text[start:end]. since: where the last such word ended."""
    if text[start:end] in _EN_CRIES:
        return Verdict("meant", start, start)  # nobody denies a cry
    line = _EN_ASIDE.sub(lambda aside: aside[1] + " " * len(aside[2]), text[:start]).rstrip()
    clause = _EN_CLAUSE.match(line[since:])
    begin = since + (clause.end() if clause else 0)
    begin += len(line[begin:]) - len(line[begin:].lstrip())
    before = line[begin:][-90:]
    begin = len(line) - len(before)
    after = text[end:]
    if found := _EN_UNSAID.search(before):
        past = found.group(0).startswith(("was", "were", "used"))
        if not past:
            return Verdict("unsaid", start, end)
        if _EN_NOW.match(after):
            return Verdict("past", start, end)
    if not before or _EN_TAG.match(before) or _EN_WISHED_AWAY.search(before):
        return Verdict("meant", start, start)
    shadow = _EN_IDIOMS.sub(lambda match: "_" * len(match.group(0)), before)
    if _EN_MORE.search(shadow) or (text[start:end].endswith("ier") and _EN_MOST.search(shadow)):
        return Verdict("meant", start, start)  # could not be more proud, never been happier
    close = re.match(r" at all\b", after)
    last = end + (close.end() if close else 0)
    denied, lacked = _EN_DENIED.search(shadow), _EN_LACKED.search(shadow)
    if denied and lacked and lacked.start() > denied.start():
        if lacked.group(0).startswith("less"):
            return Verdict("meant", start, start)  # doesn't make it any less scary
        kind = "mild" if lacked.group(0).startswith(("stop", "fail")) else "denied"
        return Verdict(kind, begin + denied.start(), last)
    if found := denied or lacked:
        twice = len(re.findall(r"\b(?:not|no|never|without|\w+n't)\b", found.group(0))) > 1
        return Verdict("mild" if twice else "denied", begin + found.start(), last)
    idiom = _EN_IDIOMS.search(before)
    return Verdict("meant", begin + idiom.start(), begin + idiom.end()) if idiom else Verdict("meant", start, start)
