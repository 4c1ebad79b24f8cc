"""How Chinese family names stand in passports: Hanyu Pinyin, Cantonese (Hong Kong, Macao), Hokkien, Wade-Giles (Taiwan).

Only family names: who writes Siu Ming for 小明 is found by telephone or birth date, with the family name in support.
"""

import functools
from collections.abc import Iterable
from typing import Final

from guanxi.engine.names import COMPOUND_SURNAMES
from guanxi.engine.pinyin import family_readings, plain

_SPELLINGS = """
    陈 chan tan chern tran chen|李 lee lei ly li|张 cheung chang teo teoh tiong zhang|王 wong ong vong wang heng
    黄 wong ng ooi oei huang vong hwang|刘 lau liu low lao lew|林 lam lim lin|吴 ng wu goh ung woo|周 chow chou chau jou
    郑 cheng tay teh chang zheng jheng|梁 leung leong liang neo|何 ho hoh he|郭 kwok kuo kok quek kuok|曾 tsang tseng chan zeng
    罗 law lo loh luo|杨 yeung yang young yeo ieong|许 hui hsu koh khoo xu sheu|谢 tse hsieh chia cheah tze che xie
    蔡 choi tsai chua choy cai tsay|邓 tang teng deng|冯 fung feng fong foong|萧 siu hsiao siew seow xiao|肖 siu hsiao xiao
    叶 yip yeh yap ip ye|朱 chu choo zhu|胡 wu hu woo foo|赵 chiu chao zhao jiu|徐 tsui hsu chui xu shyu
    孙 suen sun soon|马 ma mah|高 ko kao kou gao|苏 so su soh sou|潘 poon pan phua pun|余 yu yee yue
    莫 mok mo|卢 lo lu loo low|江 kong chiang jiang kiang|钟 chung zhong cheong chong|吕 lui lu lv lyu loo|魏 ngai wei
    蒋 cheung chiang tseung jiang|沈 shum shen sim sum|韩 hon han|唐 tong tang|袁 yuen yuan|姚 yiu yao
    邱 yau chiu khoo hiu qiu|区 au ou ow|欧 au ou ow|欧阳 auyeung ouyang oyang|司徒 szeto seto situ soohoo
    戴 tai dai tay|彭 pang peng phang|方 fong fang png|石 shek shih shi|易 yik yi|关 kwan kuan guan
    温 wan wen woon|龙 lung long leong|尹 wan yin yun|严 yim yen yan|梅 mui mei|程 ching cheng
    丁 ting ding|于 yu|任 yam jen ren yum|崔 tsui tsuei cui chui choi|廖 liu liao leow liew|钱 chin chien qian
    孔 hung kung kong|白 pak pai bai peh|邹 chow tsou zou chau|熊 hung hsiung xiong|秦 chun chin qin|侯 hau hou
    顾 koo ku gu|邵 siu shao siew|薛 sit hsueh xue seah|雷 lui lei|贺 ho hoh he|倪 ngai ni
    汤 tong tang thong|尤 yau yu you yew|骆 lok lo luo loh|夏 ha hsia xia|施 sze shih shi see si|洪 hung hong ang
    古 ku koo gu|麦 mak mai|霍 fok huo|伍 ng wu|翁 yung weng ong|柯 or ko ke kwa quah
    詹 chim chan zhan|庄 chong chuang zhuang chng|柳 lau liu|司马 szema sima|诸葛 chukot chuko zhuge|上官 sheungkoon shangguan
    简 kan chien jian|阮 yuen juan ruan nguyen|辛 sun hsin xin|颜 ngan yen yan gan|田 tin tien tian|宋 sung soong song
    董 tung dong|杜 to tu du toh|曹 tso tsao cao cho|金 kam chin jin kim|陆 luk lu lok loke|姜 keung chiang jiang
    范 fan fann|史 sze shih shi|陶 to tao|黎 lai li|段 tuen tuan duan|康 hong kang|邢 ying hsing xing
    甘 kam kan gan|游 yau yu you yew|卓 cheuk cho zhuo toh|凌 ling|成 shing cheng|齐 chai chi qi|利 lee li lei
"""


class _Tables:
    def __init__(self) -> None:
        self.spellings: dict[str, frozenset[str]] = {}  # of a family name
        names: dict[str, set[str]] = {}  # of a spelling
        pinyin: dict[str, set[str]] = {}
        for entry in _SPELLINGS.replace("\n", "|").split("|"):
            name, *spelt = entry.split() or [""]
            if name:
                self.spellings[name] = frozenset(spelt)
                read = "".join(plain(one[0]).replace("v", "u") for one in family_readings(name))
                for one in (*spelt, read):
                    names.setdefault(one, set()).add(name)
                    pinyin.setdefault(one, set()).add(read)
        for name in COMPOUND_SURNAMES:
            read = "".join(plain(one[0]).replace("v", "u") for one in family_readings(name))
            pinyin.setdefault(read, set()).add(read)
        self.names = {one: frozenset(whose) for one, whose in names.items()}
        self.pinyin = {one: tuple(sorted(some)) for one, some in pinyin.items()}


@functools.cache
def _tables() -> _Tables:
    return _Tables()


_NONE: Final[frozenset[str]] = frozenset()


def romanisations(family: str, read: Iterable[str]) -> frozenset[str]:
    """Every spelling of a Chinese family name; `read` are its readings in Pinyin, in one word."""
    return _tables().spellings.get(family, _NONE).union(read)


def pinyin_families(word: str) -> tuple[str, ...]:
    """The family names in Pinyin that a Latin word may be: huang and wang of wong, () of keller."""
    return _tables().pinyin.get(word, ())


def same_family(one: str, other: str) -> bool:
    """Whether two Latin spellings may be one family: lee and li, cheung and zhang, wong and huang."""
    names = _tables().names
    return one == other or not names.get(one, _NONE).isdisjoint(names.get(other, _NONE))
