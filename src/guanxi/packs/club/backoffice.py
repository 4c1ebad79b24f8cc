"""The club's back office in the demo world: whom it buys from, and the orders that stand at every stage of it."""

from guanxi.packs.goods import Source
from guanxi.packs.house import DONE, Plan
from guanxi.trade.rules import stages

HANDS = {"clerk": "luguoping", "till": "fangyuan", "warehouse": "zhuangmin"}
LACKING = 3
SOURCES = (
    Source(
        "XINWEN",
        {"zh-hans": "江苏新文图书发行有限公司", "en": "Xinwen Book Distribution, Nanjing"},
        5,
        ("classics",),
    ),
    Source("QINGHE", {"zh-hans": "清禾生活文化", "en": "Qinghe Living"}, 4, ("living",)),
    Source("XIAOMA", {"zh-hans": "小马驹少儿读物", "en": "Little Colt Children's Books"}, 4, ("children",)),
    Source("YUNHE", {"zh-hans": "云和唱片", "en": "Yunhe Records"}, 7, ("classical", "folk")),
    Source("LANHAI", {"zh-hans": "蓝海音像批发", "en": "Blue Sea Audio Wholesale"}, 3, ("popular",)),
)
PLANS = (
    Plan(3, "sms", stages.KEYING, 0.6),
    Plan(2, "email", stages.KEYING, 1.4),
    Plan(1, "branch", stages.KEYING, 5.2),
    Plan(1, "sms", stages.KEYING, 2.5, trouble="unreadable"),
    Plan(2, "web", stages.PAYMENT, 3),
    Plan(2, "phone", stages.PAYMENT, 26),
    Plan(1, "email", stages.PAYMENT, 180),
    Plan(1, "phone", stages.PAYMENT, 9, trouble=stages.UNDERPAID),
    Plan(2, "remittance", stages.PAYMENT, 40),
    Plan(2, "remittance", stages.PAYMENT, 64, slip="silent"),
    Plan(1, "remittance", stages.PAYMENT, 80, slip="short"),
    Plan(1, "remittance", stages.PAYMENT, 92, slip="over"),
    Plan(1, "remittance", stages.PAYMENT, 100, slip="short_matched"),
    Plan(1, "remittance", stages.PAYMENT, 58, slip="over_matched"),
    Plan(2, "web", stages.PROCUREMENT, 2, lacks="wanting"),
    Plan(1, "remittance", stages.PROCUREMENT, 11, lacks="wanting"),
    Plan(2, "phone", stages.PROCUREMENT, 20, lacks="awaited"),
    Plan(1, "email", stages.PROCUREMENT, 30, lacks="wanting", trouble=stages.NO_STOCK),
    Plan(3, "web", stages.PICKING, 0.4),
    Plan(2, "remittance", stages.PICKING, 2),
    Plan(1, "sms", stages.PICKING, 30),
    Plan(1, "phone", stages.PICKING, 6, trouble="damaged"),
    Plan(2, "web", stages.PACKING, 0.3),
    Plan(1, "remittance", stages.PACKING, 1.5),
    Plan(1, "branch", stages.PACKING, 27),
    Plan(1, "phone", stages.PACKING, 4, trouble="address"),
    Plan(2, "web", stages.LOGISTICS, 3),
    Plan(3, "phone", stages.LOGISTICS, 30, parcel="moving"),
    Plan(1, "remittance", stages.LOGISTICS, 55, parcel="failed"),
    Plan(1, "email", stages.LOGISTICS, 8, parcel="handed"),
    Plan(2, "web", stages.RECEIPT, 16),
    Plan(2, "sms", stages.RECEIPT, 60),
    Plan(1, "phone", stages.RECEIPT, 70, trouble="disputed_receipt"),
    Plan(2, "web", stages.SETTLEMENT, 90, lacks="passing"),
    Plan(1, "remittance", stages.SETTLEMENT, 160, lacks="passing"),
    Plan(1, "phone", DONE, 50, lacks="passing"),
    Plan(2, "web", DONE, 40),
    Plan(1, "store", DONE, 20),
)
