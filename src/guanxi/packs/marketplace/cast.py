"""The staff of the marketplace's demo world, and the buyers and sellers one can sign in as."""

from dataclasses import dataclass

from guanxi.packs.cast import Part
from guanxi.people.actions import Contact

CAST = (
    # First whoever has work from the first minute on: most people try the first sign-in of the list.
    Part("xiejun", "谢君", "handler", "order-disputes", ("zh-hans",), "order-disputes"),
    Part("guyiming", "顾一鸣", "agent", "buyer-service", ("zh-hans",), "buyer-service"),
    Part("shenjiahe", "沈嘉禾", "agent", "seller-service", ("zh-hans", "en"), "seller-service"),
    Part("emma", "Emma Clarke", "agent", "buyer-service", ("en", "zh-hans"), "buyer-service"),
    Part("xuchen", "许晨", "trainee", "buyer-service"),
    Part("zhenghaiyan", "郑海燕", "supervisor", "buyer-service", ("zh-hans", "en"), "buyer-service"),
    Part("linshu", "林舒", "handler", "order-disputes", ("zh-hans", "en"), "order-disputes"),
    Part("oliver", "Oliver Grant", "handler", "order-disputes", ("en", "zh-hans"), "order-disputes"),
    Part("qinlan", "秦岚", "handler", "seller-disputes", ("zh-hans", "en"), "seller-disputes"),
    Part("dingyan", "丁砚", "handler", "integrity", ("zh-hans", "en"), "integrity"),
    Part("luxiao", "鲁晓", "handler", "account-safety", ("zh-hans", "en"), "account-safety"),
    Part("mayingjie", "马英杰", "case-supervisor", "order-disputes", ("zh-hans", "en"), "order-disputes"),
    Part("qiaonan", "乔楠", "case-supervisor", "integrity", ("zh-hans", "en"), "integrity"),
    Part("songyiran", "宋怡然", "head-of-service", "dispute-resolution", ("zh-hans", "en"), "order-disputes"),
    Part("wuzhongheng", "吴仲衡", "expert", "dispute-resolution"),
    Part("kongde", "孔德", "fulfilment", "payments", ("zh-hans",), "payments"),
    Part("zhuangmin", "庄敏", "warehouse", "warehouse", ("zh-hans",), "warehouse"),
    Part("panlihua", "潘丽华", "steward", "records", ("zh-hans", "en"), "records"),
    Part("daniel", "Daniel Weber", "manager", "marketplace", ("en",)),
    Part("bailu", "白露", "administrator", "marketplace", ("zh-hans", "en")),
)
COURT = {
    "handler": {"zh-hans": "xiejun", "en": "oliver"},
    "supervisor": {"zh-hans": "mayingjie", "en": "mayingjie"},
    "expert": {"zh-hans": "wuzhongheng", "en": "wuzhongheng"},
    "handler@buyer-service": {"zh-hans": "guyiming", "en": "emma"},
    "handler@seller-disputes": {"zh-hans": "qinlan", "en": "qinlan"},
    "handler@integrity": {"zh-hans": "dingyan", "en": "dingyan"},
    "handler@account-safety": {"zh-hans": "luxiao", "en": "luxiao"},
    "supervisor@integrity": {"zh-hans": "qiaonan", "en": "qiaonan"},
    "supervisor@account-safety": {"zh-hans": "qiaonan", "en": "qiaonan"},
}


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose pages can be opened: sign in with the address, the code stands in the outbox. `sells`: a category."""

    contact: Contact
    sells: str = ""


def _of(name: str, local: str, phone: str, language: str) -> Contact:
    return Contact(name, phone, f"{local}@example.com", language=language)


KNOWN = {
    "zh-hans": (
        Known(_of("欧阳晓雯", "ouyang.xiaowen", "154 8800 6601", "zh-hans")),
        Known(_of("陆远舟", "lu.yuanzhou", "154 8800 6608", "zh-hans"), sells="phones"),
        Known(_of("沈墨", "shen.mo", "154 8800 6615", "zh-hans"), sells="books"),
    ),
    "en": (
        Known(_of("Maya Bennett", "maya.bennett", "161 2200 4401", "en")),
        Known(_of("Tom Hollis", "tom.hollis", "161 2200 4408", "en"), sells="phones"),
        Known(_of("Ruth Calder", "ruth.calder", "161 2200 4415", "en"), sells="books"),
    ),
}
"""By language of the world: whoever buys first, then those who sell."""
