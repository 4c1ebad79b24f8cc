"""The marketplace's own warehouse in the demo world: what sellers and buyers order of it, at every stage of the way."""

from guanxi.packs.goods import Source
from guanxi.packs.house import DONE, Plan
from guanxi.trade.rules import stages

HANDS = {"clerk": "guyiming", "till": "kongde", "warehouse": "zhuangmin"}
LACKING = 1
SOURCES = (
    Source("YUHANG-BOX", {"zh-hans": "余杭包装制品厂", "en": "Yuhang Packaging Works"}, 3, ("own",)),
    Source(
        "SUZHI",
        {"zh-hans": "苏智设备商行", "en": "Suzhi Equipment"},
        6,
        ("MP-PRINTER", "MP-SCALE", "MP-LIGHT"),
    ),
)
PLANS = (
    Plan(2, "web", stages.PAYMENT, 4),
    Plan(1, "email", stages.PAYMENT, 30, slip="silent"),
    Plan(1, "phone", stages.PAYMENT, 44, slip="short"),
    Plan(1, "email", stages.PAYMENT, 52, slip="over"),
    Plan(1, "phone", stages.PAYMENT, 58, slip="short_matched"),
    Plan(1, "phone", stages.PAYMENT, 66, slip="over_matched"),
    Plan(1, "phone", stages.PAYMENT, 80),
    Plan(2, "web", stages.PROCUREMENT, 3, lacks="wanting"),
    Plan(1, "email", stages.PROCUREMENT, 19, lacks="awaited"),
    Plan(1, "phone", stages.PROCUREMENT, 28, lacks="wanting", trouble=stages.NO_STOCK),
    Plan(3, "web", stages.PICKING, 0.5),
    Plan(1, "email", stages.PICKING, 25),
    Plan(1, "phone", stages.PICKING, 5, trouble="damaged"),
    Plan(2, "web", stages.PACKING, 0.4),
    Plan(1, "phone", stages.PACKING, 21),
    Plan(1, "email", stages.PACKING, 3, trouble="address"),
    Plan(2, "web", stages.LOGISTICS, 2),
    Plan(2, "web", stages.LOGISTICS, 26, parcel="moving"),
    Plan(1, "phone", stages.LOGISTICS, 50, parcel="failed"),
    Plan(2, "web", stages.RECEIPT, 15),
    Plan(1, "email", stages.RECEIPT, 48),
    Plan(2, "web", stages.SETTLEMENT, 80, lacks="passing"),
    Plan(1, "phone", stages.SETTLEMENT, 140, lacks="passing"),
    Plan(2, "web", DONE, 36),
)
