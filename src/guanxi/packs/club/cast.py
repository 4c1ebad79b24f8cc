"""The staff of the club's demo world."""

from guanxi.packs.cast import Part

CAST = (
    # First whoever has work from the first minute on: most people try the first sign-in of the list.
    Part("guyiming", "顾一鸣", "agent", "online-service", ("zh-hans",), "online-service", chat=2),
    Part("zhoumin", "周敏", "agent", "hotline", ("zh-hans", "en"), "hotline", phone=1),
    Part("shenjiahe", "沈嘉禾", "agent", "online-service", ("zh-hans", "en"), "online-service", chat=3),
    Part("emma", "Emma Clarke", "agent", "online-service", ("en", "zh-hans"), "online-service", chat=3),
    Part("xuchen", "许晨", "trainee", "online-service"),
    Part("hewenbo", "何文博", "agent", "telemarketing", ("zh-hans",), "telemarketing", phone=1),
    Part("tangxin", "唐欣", "agent", "letters", ("zh-hans",), "letters"),
    Part("luguoping", "陆国平", "fulfilment", "document-processing", ("zh-hans",), "document-processing"),
    Part("fangyuan", "方媛", "fulfilment", "financial-services", ("zh-hans",), "financial-services"),
    Part("zhuangmin", "庄敏", "warehouse", "warehouse", ("zh-hans",), "warehouse"),
    Part("panlihua", "潘丽华", "steward", "data-maintenance", ("zh-hans", "en"), "data-maintenance"),
    Part("zhenghaiyan", "郑海燕", "supervisor", "online-service", ("zh-hans", "en"), "online-service"),
    Part("xiejun", "谢君", "handler", "case-handling", ("zh-hans",), "case-handling"),
    Part("linshu", "林舒", "handler", "case-handling", ("zh-hans", "en"), "case-handling"),
    Part("oliver", "Oliver Grant", "handler", "case-handling", ("en", "zh-hans"), "case-handling"),
    Part("mayingjie", "马英杰", "case-supervisor", "case-handling", ("zh-hans", "en"), "case-handling"),
    Part("qiaonan", "乔楠", "case-supervisor", "case-handling", ("zh-hans",), "case-handling"),
    Part("songyiran", "宋怡然", "head-of-service", "service-quality", ("zh-hans", "en"), "case-handling"),
    Part("wuzhongheng", "吴仲衡", "expert", "service-quality"),
    Part("kongde", "孔德", "fulfilment", "financial-services", ("zh-hans",), "financial-services"),
    Part("daniel", "Daniel Weber", "manager", "club", ("en",)),
    Part("bailu", "白露", "administrator", "club", ("zh-hans", "en")),
)
HANDLERS = {"zh-hans": ("guyiming", "shenjiahe", "zhenghaiyan"), "en": ("emma", "shenjiahe")}
COURT = {
    "handler": {"zh-hans": "xiejun", "en": "oliver"},
    "supervisor": {"zh-hans": "mayingjie", "en": "mayingjie"},
    "expert": {"zh-hans": "wuzhongheng", "en": "wuzhongheng"},
}
