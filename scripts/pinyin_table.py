"""Writes `src/guanxi/engine/pinyin.txt`: how Chinese characters are read. Needs pypinyin, which nothing at run time does.

    python3 -m pip install --target /tmp/pypinyin pypinyin && PYTHONPATH=/tmp/pypinyin python3 scripts/pinyin_table.py

Three parts, each line a syllable with its tone and the characters read so: every character of the unified block once,
by its first reading; further readings of the characters of GB 2312; readings as a family name.
"""

from collections import defaultdict
from pathlib import Path

from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.pinyin_dict import pinyin_dict

TARGET = Path(__file__).parents[1] / "src/guanxi/engine/pinyin.txt"
BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
# A family name that is read otherwise than the character alone; both characters of a compound one.
FAMILIES = """
    单 shan4 單 shan4 曾 zeng1 区 ou1 區 ou1 仇 qiu2 解 xie4 查 zha1 任 ren2 朴 piao2 盖 ge3 蓋 ge3 翟 zhai2 尉 wei4
    乐 yue4 樂 yue4 缪 miao4 繆 miao4 冼 xian3 洗 xian3 召 shao4 折 she2 覃 qin2 逄 pang2 种 chong2 員 yun4 员 yun4
    祭 zhai4 费 fei4 費 fei4 华 hua4 華 hua4 宁 ning4 寧 ning4 纪 ji3 紀 ji3 繁 po2 秘 bi4 佴 nai4 那 na1 哈 ha3
    卜 bu3 牟 mu4 燕 yan1 应 ying1 應 ying1 车 che1 車 che1 葛 ge3 隗 wei3 黑 he4 过 guo1 過 guo1 谌 chen2 諶 chen2
    阚 kan4 闞 kan4 令 ling2 占 zhan1 於 yu1 重 chong2 适 kuo4 晟 cheng2 撒 sa3 么 yao1 不 fou1 句 gou1 盛 sheng4
    石 shi2 沈 shen3 薄 bo2 郇 xun2 郗 xi1 肖 xiao1 柏 bai3 伯 bo2 鲜 xian1 相 xiang4 曲 qu1 行 xing2 炅 gui4
    嬛 xuan1 仉 zhang3 笪 da2 啜 chuai4 庹 tuo3 弗 fu2 郜 gao4 郄 qie4 禚 zhuo2 妫 gui1 亓 qi2 亢 kang4 戢 ji2
    万俟 mo4qi2 萬俟 mo4qi2 尉迟 yu4chi2 尉遲 yu4chi2 单于 chan2yu2 單于 chan2yu2 长孙 zhang3sun1 長孫 zhang3sun1
    澹台 tan2tai2 澹臺 tan2tai2 令狐 ling2hu2 宰父 zai3fu3 乐正 yue4zheng4 樂正 yue4zheng4 夏侯 xia4hou2
    侯莫陈 hou2mo4chen2 沮渠 ju3qu2 库狄 she4di2 冒顿 mo4du2 鲜于 xian1yu2 鮮于 xian1yu2 濮阳 pu2yang2 百里 bai3li3
    诸葛 zhu1ge3 諸葛 zhu1ge3 欧阳 ou1yang2 歐陽 ou1yang2 缪 miao4 拓跋 tuo4ba2 拓拔 tuo4ba2 哥舒 ge1shu1
    相里 xiang4li3 子车 zi3ju1 子車 zi3ju1 公冶 gong1ye3 呼延 hu1yan2 皇甫 huang2fu3 宗政 zong1zheng4
"""


def readings(code: int) -> list[str]:
    """`xiao3`, first reading first; `v` stands for ü, the neutral tone has no number."""
    found = (to_tone3(one).replace("ü", "v") for one in pinyin_dict.get(code, "").split(","))
    return list(
        dict.fromkeys(
            one for one in found if one.isascii() and set(one) & set("aeiouv") and one[0] not in "iu"
        )
    )


def in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    first: dict[str, list[str]] = defaultdict(list)
    other: dict[str, list[str]] = defaultdict(list)
    for low, high in BLOCKS:
        for code in range(low, high + 1):
            known = readings(code)
            if not known:
                continue
            first[known[0]].append(chr(code))
            if in_gb2312(chr(code)):
                for one in known[1:]:
                    other[one].append(chr(code))
    words = FAMILIES.split()
    families = dict(zip(words[::2], words[1::2], strict=True))
    lines = [f"{syllable} {''.join(chars)}" for syllable, chars in sorted(first.items())]
    lines += [
        "# other readings",
        *(f"{syllable} {''.join(chars)}" for syllable, chars in sorted(other.items())),
    ]
    lines += ["# family names", *(f"{reading} {name}" for name, reading in families.items())]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
