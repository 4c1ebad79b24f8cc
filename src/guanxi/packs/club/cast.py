"""The staff of the demo world. Everybody signs in with one published password: it is a demo's, for invented data."""

from dataclasses import dataclass

DEMO_PASSWORD = "guanxi-demo-2026"  # noqa: S105  published on purpose; `remove_sample` closes these accounts


@dataclass(frozen=True, slots=True)
class Part:
    """One member of staff. `unit` is where role and person belong; `seat` says whether they take work there."""

    username: str
    name: str
    role: str
    unit: str
    languages: tuple[str, ...] = ("zh-hans",)
    seat: str = ""


CAST = (
    # First whoever has work from the first minute on: most people try the first sign-in of the list.
    Part("guyiming", "顾一鸣", "agent", "online-service", ("zh-hans",), "online-service"),
    Part("zhoumin", "周敏", "agent", "hotline", ("zh-hans", "en"), "hotline"),
    Part("shenjiahe", "沈嘉禾", "agent", "online-service", ("zh-hans", "en"), "online-service"),
    Part("emma", "Emma Clarke", "agent", "online-service", ("en", "zh-hans"), "online-service"),
    Part("xuchen", "许晨", "trainee", "online-service"),
    Part("hewenbo", "何文博", "agent", "telemarketing", ("zh-hans",), "telemarketing"),
    Part("tangxin", "唐欣", "agent", "letters", ("zh-hans",), "letters"),
    Part("luguoping", "陆国平", "agent", "document-processing", ("zh-hans",), "document-processing"),
    Part("fangyuan", "方媛", "agent", "financial-services", ("zh-hans",), "financial-services"),
    Part("panlihua", "潘丽华", "steward", "data-maintenance", ("zh-hans", "en"), "data-maintenance"),
    Part("zhenghaiyan", "郑海燕", "supervisor", "online-service", ("zh-hans", "en"), "online-service"),
    Part("daniel", "Daniel Weber", "manager", "club", ("en",)),
    Part("bailu", "白露", "administrator", "club", ("zh-hans", "en")),
)
HANDLERS = {"zh-hans": ("guyiming", "shenjiahe", "zhenghaiyan"), "en": ("emma", "shenjiahe")}
