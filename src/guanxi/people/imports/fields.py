"""The columns every file about people may have: names, ways to reach somebody, where the data comes from."""

from django.utils.translation import gettext_lazy as _

from guanxi.core.imports import Field, Option, Style, Type, Unreadable, values
from guanxi.engine.normalise import NotNormalisable, normalise, pretty
from guanxi.people import actions
from guanxi.people.words import REFUSED

KEYS = ("phone", "email", "member")


def identifier(kind: str, *, is_key: bool = True) -> Type:
    """A column of telephone numbers, e-mail addresses or member numbers: normalised as everywhere else."""

    def read(cell: str, style: Style) -> str:
        try:
            return normalise(kind, cell).verbatim
        except NotNormalisable as refusal:
            known = refusal.reason_code if (kind, refusal.reason_code) in REFUSED else "unreadable"
            raise Unreadable(f"{kind}.{known}") from None

    def looks(cell: str) -> bool:
        try:
            normalise(kind, cell)
        except NotNormalisable:
            return False
        return not (kind == "phone" and "-" in cell and len(cell) == 10 and cell[4] == "-")  # a date

    return Type(kind, read, looks, lambda text: pretty(kind, normalise(kind, text).value), is_key=is_key)


def _read_name(cell: str, style: Style) -> str:
    if len(cell) > actions.NAME_CHARS_MAX:
        raise Unreadable("name.too_long")
    return " ".join(cell.split())


NAME = Type("name", _read_name)
PHONE, EMAIL, MEMBER = identifier("phone"), identifier("email", is_key=False), identifier("member")
LANGUAGE = values.choice(
    {
        "zh-hans": ("zh", "zh-cn", "chinese", "中文", "汉语", "简体中文", "普通话"),
        "en": ("english", "英文", "英语", "en-gb", "en-us"),
    },
    {"zh-hans": "中文", "en": "English"},
)
CODE = values.key(most=20)

NAMES = (
    Field(
        "name",
        _("Name"),
        NAME,
        "full name|姓名|客户姓名|名字|客户名称|名称|收货人|联系人|contact name|customer name",
    ),
    Field("family_name", _("Family name"), NAME, "surname|last name|lastname|姓|姓氏"),
    Field("given_name", _("Given name"), NAME, "first name|firstname|forename|名"),
)
REACH = (
    Field(
        "phone",
        _("Telephone"),
        PHONE,
        "mobile|tel|telephone|cell|phone number|手机|手机号|手机号码|电话|电话号码|"
        "联系电话|移动电话|联系方式",
    ),
    Field("email", _("E-mail"), EMAIL, "e-mail|mail|email address|邮箱|电子邮件|电子邮箱|邮件|邮件地址"),
    Field(
        "member",
        _("Member number"),
        MEMBER,
        "member number|member no|membership|card number|customer id|customer number|"
        "会员号|会员编号|会员卡号|卡号|客户编号|客户号|rec_id|soc_sec_id",
    ),
)
CUSTOMER = Field("customer", _("Customer code"), CODE, "customer code|guanxi code|客户代码|关系编号")
SOURCE = Option(
    "source",
    _("Where the data comes from"),
    "file",
    hint=_("A short word such as crm or shop. The same source saying the same thing again changes nothing."),
)
