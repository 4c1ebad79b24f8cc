"""What files may say about people: customers, further identifiers of known ones, consents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.core import words
from guanxi.core.access import Actor
from guanxi.core.imports import Done, Fault, Field, File, Kind, Line, Option, Style, Type, Unreadable, values
from guanxi.engine.normalise import Normalised, NotNormalisable, normalise, pretty
from guanxi.people import actions, queries
from guanxi.people.actions import Contact, Recognised
from guanxi.people.rules import Candidate, Claim, read_claims, read_name, recognise
from guanxi.people.words import KINDS, REFUSED

KEYS = ("phone", "email", "member")


# -- types ------------------------------------------------------------------------------------------------


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


def connect() -> None:
    """Words for what only these kinds refuse; called once at start-up."""
    words.register({f"import.fault.{kind}.{why}": text for (kind, why), text in REFUSED.items() if kind})
    words.register(
        {f"import.fault.{kind}.unreadable": REFUSED["", ""] for kind in ("phone", "email", "member")}
        | {
            "import.fault.several_customers": _("Several customers have this; it is not clear who is meant."),
            "import.fault.unknown_customer": _("No customer has this."),
            "import.fault.key_missing": _("The key that rows are matched by is empty here."),
            "import.fault.elsewhere": _("This belongs to another customer."),
            "people.import_key": _("A file named them by %(kind)s"),
        }
    )


# -- customers --------------------------------------------------------------------------------------------

CUSTOMERS = "customers"


def contact_of(line: Line, prefix: str = "") -> Contact:
    """What the line says about who somebody is."""
    said = {key: str(line.values.get(prefix + key, "")) for key in KEYS}
    return Contact(name=_name(line.values), language=str(line.values.get("language", "")), **said)


def _name(said: Mapping[str, Any]) -> str:
    """Family name first for Chinese names, last for Latin ones."""
    if "name" in said:
        return str(said["name"])
    family, given = str(said.get("family_name", "")), str(said.get("given_name", ""))
    if family and given:
        return f"{given} {family}" if (family + given).isascii() else family + given
    return family or given


def made_of(line: Line, field: str, now: datetime) -> datetime:
    """When something was: the line's own moment, never in the future; now where it says nothing."""
    said = line.values.get(field)
    if said is None:
        return now
    moment = said if isinstance(said, datetime) else datetime.combine(said, time(), UTC)
    return min(moment, now)


def source_of(file: File) -> str:
    return f"import:{file.options['source']}"


def _key_of(file: File) -> str:
    return file.options.get("match", "all")


def apply_customers(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """Rows found by the chosen key are said of that customer; all others are recognised like any contact."""
    done: dict[int, Done] = {}
    known = _by_key(lines, _key_of(file))
    plain = [line for line in lines if known.get(line.number) == []]
    attached = [line for line in lines if len(known.get(line.number) or []) == 1]
    found = (
        actions.import_contacts(
            actor=actor,
            now=now,
            contacts=[(contact_of(line), made_of(line, "since", now)) for line in plain],
            source=source_of(file),
        )
        if plain
        else []
    )
    for line, one in zip(plain, found, strict=True):
        done[line.number] = _recognised(one)
    if attached:
        contacts = [
            (known[line.number][0], contact_of(line), made_of(line, "since", now), _key_of(file))
            for line in attached
        ]
        for line, said in zip(
            attached,
            actions.attach_contacts(actor=actor, now=now, contacts=contacts, source=source_of(file)),
            strict=True,
        ):
            done[line.number] = _attached(said)
    return [done.get(line.number) or _not_found(known.get(line.number), _key_of(file)) for line in lines]


def _by_key(lines: Sequence[Line], key: str) -> dict[int, list[int]]:
    """{row: customers that have the row's key}; by recognition ("all") every row has an empty list, and a row without
    the key is left out."""
    if key == "all":
        return {line.number: [] for line in lines}
    wanted = {line.number: _key_value(key, line) for line in lines if key in line.values}
    owners = customers_by(key, wanted.values())
    return {number: owners.get(value, []) for number, value in wanted.items()}


def _key_value(key: str, line: Line) -> str:
    text = str(line.values[key])
    return text if key == "customer" else normalise(key, text).value


def customers_by(kind: str, wanted: Iterable[str]) -> dict[str, list[int]]:
    """{normalised value: customers that have it} for one kind of identifier, or "customer" for public codes."""
    owners: dict[str, list[int]] = {}
    for value, customer in queries.owners_of(kind, sorted(set(wanted))):
        if customer not in owners.setdefault(value, []):
            owners[value].append(customer)
    return owners


def _recognised(one: Recognised) -> Done:
    if any(fact.code == "people.same_statement" for fact in one.explanation.facts):
        return Done("unchanged")
    return Done(one.outcome, one.record_id)


def _attached(one: Recognised | None) -> Done:
    if one is None:
        return Done("refused", fault=Fault("elsewhere"))
    return Done(one.outcome, one.record_id if one.outcome == "update" else None)


def _not_found(owners: Sequence[int] | None, key: str) -> Done:
    code = "key_missing" if owners is None else "several_customers"
    return Done("refused", fault=Fault(code, field=key))


def plan_customers(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    """What `apply_customers` would do, from what is known now and what earlier rows of the file would add."""
    known = _by_key(lines, _key_of(file))
    said = {line.number: _statement(line, file) for line in lines}
    crowd = queries.Crowd({key for each in said.values() for key in each.keys})
    crowd.read({each.print_of for each in said.values()})
    return [_plan_one(said[line.number], known.get(line.number), crowd, file, memory) for line in lines]


@dataclass(frozen=True, slots=True)
class _Said:
    """A line as recognition sees it."""

    name: str
    claims: Sequence[Normalised]
    print_of: str

    @property
    def keys(self) -> list[tuple[str, str]]:
        return [(one.kind, one.value) for one in self.claims]


def _statement(line: Line, file: File) -> _Said:
    contact = contact_of(line)
    claims, name = _claims(contact), read_name(contact.name)
    return _Said(name, claims, queries.fingerprint_of(source_of(file), name, claims))


def _claims(contact: Contact) -> list[Normalised]:
    return read_claims(contact.said())[0]


def _plan_one(
    said: _Said, owners: Sequence[int] | None, crowd: queries.Crowd, file: File, memory: dict[Any, Any]
) -> Done:
    if owners is None or len(owners) > 1:
        return _not_found(owners, _key_of(file))
    known = crowd.find(said.keys, said.print_of)
    if said.print_of in memory or known.same_statement is not None:
        return Done("unchanged")
    memory[said.print_of] = True
    if owners:
        return Done("update")
    claims = [Claim(*key) for key in said.keys]
    found = recognise(claims, said.name, [*known.candidates, *_remembered(said.claims, memory)])
    _note(found.customer or -len(memory) - 1, said.name, said.claims, memory)
    return Done(found.outcome)


def _remembered(claims: Sequence[Normalised], memory: dict[Any, Any]) -> list[Candidate]:
    """Customers whom earlier rows of the file would make."""
    matched: dict[int, list[Claim]] = {}
    names: dict[int, set[str]] = {}
    for claim in claims:
        for who, name in memory.get((claim.kind, claim.value), ()):
            matched.setdefault(who, []).append(Claim(claim.kind, claim.value))
            names.setdefault(who, set()).add(name)
    return [
        Candidate(customer=who, matched=tuple(found), names=tuple(sorted(filter(None, names[who]))))
        for who, found in matched.items()
    ]


def _note(who: int, name: str, claims: Sequence[Normalised], memory: dict[Any, Any]) -> None:
    for claim in claims:
        memory[claim.kind, claim.value] = (*memory.get((claim.kind, claim.value), ())[-8:], (who, name))


def undo_records(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    """Records this import made go again; those somebody has built upon stay."""
    kept = actions.withdraw_records(actor=actor, now=now, record_ids=[ref for _, ref in written])
    return [(row, kept[ref]) for row, ref in written if kept.get(ref) == "changed"]


CUSTOMER_KIND = Kind(
    code=CUSTOMERS,
    title=_("Customers"),
    note=_("One row is one customer: a name and at least one way to reach or find them."),
    icon="users",
    right="people.record",
    fields=(
        *NAMES,
        *REACH,
        Field("language", _("Language"), LANGUAGE, "语言|lang"),
        Field(
            "since",
            _("Customer since"),
            values.MOMENT,
            "since|created|registered|registration date|注册时间|注册日期|入会日期|创建时间|建档日期",
        ),
        CUSTOMER,
    ),
    needs=(KEYS,),
    options=(
        SOURCE,
        Option(
            "match",
            _("Known customers are found by"),
            "all",
            {
                "all": _("everything the row says (recognition)"),
                "member": KINDS["member"],
                "phone": KINDS["phone"],
                "email": KINDS["email"],
                "customer": _("customer code"),
            },
            _("A row that is found by a key you choose is written to that customer, whatever its name says."),
        ),
    ),
    plan=plan_customers,
    apply=apply_customers,
    undo=undo_records,
    example=(
        ("name", "phone", "email", "member"),
        ("欧阳晓雯", "139 5801 6608", "xiaowen@example.com", "VIP-20881"),
    ),
    shown_right="people.contacts",
)


# -- whom a row is about ----------------------------------------------------------------------------------


def owners_of_lines(
    lines: Sequence[Line], codes: Sequence[str] = ("customer", *KEYS)
) -> dict[int, list[int]]:
    """{row: customers that any of the row's identifiers names}."""
    found: dict[int, list[int]] = {line.number: [] for line in lines}
    for key in codes:
        wanted = {line.number: _key_value(key, line) for line in lines if key in line.values}
        owners = customers_by(key, wanted.values()) if wanted else {}
        for number, value in wanted.items():
            found[number] += [who for who in owners.get(value, ()) if who not in found[number]]
    return found


def _unclear(owners: Sequence[int]) -> Fault:
    return Fault("several_customers" if owners else "unknown_customer")


# -- identifiers ------------------------------------------------------------------------------------------


def _new_contact(line: Line) -> Contact:
    return Contact(**{key: str(line.values.get(f"new_{key}", "")) for key in KEYS})


def _elsewhere(line: Line, customer: int) -> bool:
    """Whether somebody else already has what this row would add."""
    for claim in _claims(_new_contact(line)):
        owners = customers_by(claim.kind, [claim.value]).get(claim.value, [])
        if owners and customer not in owners and claim.kind != "phone":  # families share telephones
            return True
    return False


def apply_identifiers(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """Further ways to reach known customers."""
    owners = owners_of_lines(lines)
    done: dict[int, Done] = {}
    good: list[Line] = []
    for line in lines:
        if len(owners[line.number]) != 1:
            done[line.number] = Done("refused", fault=_unclear(owners[line.number]))
        elif _elsewhere(line, owners[line.number][0]):
            done[line.number] = Done("refused", fault=Fault("elsewhere"))
        else:
            good.append(line)
    contacts = [(owners[line.number][0], _new_contact(line), now, "customer") for line in good]
    said = actions.attach_contacts(actor=actor, now=now, contacts=contacts, source=source_of(file))
    done |= {line.number: _attached(one) for line, one in zip(good, said, strict=True)}
    return [done[line.number] for line in lines]


def plan_identifiers(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    owners = owners_of_lines(lines)
    found = []
    for line in lines:
        mine = owners[line.number]
        if len(mine) != 1:
            found.append(Done("refused", fault=_unclear(mine)))
        elif _elsewhere(line, mine[0]):
            found.append(Done("refused", fault=Fault("elsewhere")))
        else:
            claims = _claims(_new_contact(line))
            print_of = queries.fingerprint_of(source_of(file), "", claims)
            there = print_of in memory or queries.is_said(print_of)
            memory[print_of] = True
            found.append(Done("unchanged" if there else "update"))
    return found


IDENTIFIER_KIND = Kind(
    code="identifiers",
    title=_("Further ways to reach customers"),
    note=_(
        "One row names a known customer and adds a telephone number, an e-mail address or a member number."
    ),
    icon="id",
    right="people.record",
    fields=(
        CUSTOMER,
        *REACH,
        Field(
            "new_phone",
            _("New telephone"),
            PHONE,
            "new phone|second phone|phone 2|新手机|新电话|备用手机|备用电话",
        ),
        Field("new_email", _("New e-mail"), EMAIL, "new email|second email|email 2|新邮箱|备用邮箱"),
        Field("new_member", _("New member number"), MEMBER, "new member|new card|新会员号|新卡号"),
    ),
    needs=(("customer", *KEYS), ("new_phone", "new_email", "new_member")),
    options=(SOURCE,),
    plan=plan_identifiers,
    apply=apply_identifiers,
    undo=undo_records,
    example=(("member", "new_phone"), ("VIP-20881", "138 0571 2233")),
    shown_right="people.contacts",
)


# -- consents ---------------------------------------------------------------------------------------------

PURPOSE = values.choice(
    {
        "service": ("服务", "服务通知", "service messages"),
        "marketing": ("营销", "推广", "促销", "promotion", "newsletter"),
    },
    {"service": _("Service messages"), "marketing": _("Promotion")},
)
CHANNEL = values.choice(
    {
        "email": ("邮件", "邮箱", "电子邮件", "e-mail", "mail"),
        "phone": ("电话", "手机", "telephone", "call"),
        "sms": ("短信", "text message"),
        "letter": ("信件", "邮寄", "post"),
    },
)


def _record_for(line: Line, customer: int) -> int | None:
    """The record that states what the row names, else the customer's newest."""
    claims = [normalise(key, str(line.values[key])) for key in KEYS if key in line.values]
    return queries.record_stating(customer, [(one.kind, one.value) for one in claims])


def _there(line: Line, record: int, now: datetime, source: str) -> bool:
    """Whether this very statement was written down before; one without a date repeats the latest one."""
    latest = queries.latest_consents([record]).get((line.values["purpose"], line.values["channel"]))
    given = line.values["given"]
    if "stated" not in line.values:
        return latest is not None and latest.given == given
    return queries.has_consent(
        record, line.values["purpose"], line.values["channel"], given, made_of(line, "stated", now)
    )


def apply_consents(*, actor: Actor, now: datetime, lines: Sequence[Line], file: File) -> list[Done]:
    """One statement a row, with the moment it was made."""
    owners = owners_of_lines(lines)
    done = []
    for line in lines:
        record = _record_for(line, owners[line.number][0]) if len(owners[line.number]) == 1 else None
        if record is None:
            done.append(Done("refused", fault=_unclear(owners[line.number])))
        elif _there(line, record, now, source_of(file)):
            done.append(Done("unchanged"))
        else:
            stated = actions.state_consent(
                actor=actor,
                now=made_of(line, "stated", now),
                record_id=record,
                statements={(line.values["purpose"], line.values["channel"]): line.values["given"]},
                source=source_of(file)[:40],
            )
            done.append(Done("new", stated[0].id))
    return done


def plan_consents(
    *, actor: Actor, now: datetime, lines: Sequence[Line], file: File, memory: dict[Any, Any]
) -> list[Done]:
    owners = owners_of_lines(lines)
    found = []
    for line in lines:
        record = _record_for(line, owners[line.number][0]) if len(owners[line.number]) == 1 else None
        said = line.values
        same = (record, said["purpose"], said["channel"], said["given"], said.get("stated"))
        if record is None:
            found.append(Done("refused", fault=_unclear(owners[line.number])))
        else:
            there = same in memory or _there(line, record, now, source_of(file))
            memory[same] = True
            found.append(Done("unchanged" if there else "new"))
    return found


def undo_consents(
    *, actor: Actor, now: datetime, written: Sequence[tuple[int, Any]], file: File
) -> list[tuple[int, str]]:
    kept = actions.withdraw_consents(actor=actor, now=now, consent_ids=[ref for _, ref in written])
    return [(row, kept[ref]) for row, ref in written if kept.get(ref) == "changed"]


CONSENT_KIND = Kind(
    code="consents",
    title=_("Consents"),
    note=_("One row is one yes or no of a known customer, for a purpose on a channel."),
    icon="checkbox",
    right="people.record",
    fields=(
        CUSTOMER,
        *REACH,
        Field("purpose", _("Purpose"), PURPOSE, "用途|目的|同意用途"),
        Field("channel", _("Channel"), CHANNEL, "渠道|方式|通道"),
        Field("given", _("Yes or no"), values.YES_NO, "consent|given|opt in|optin|同意|是否同意|允许"),
        Field("stated", _("Stated on"), values.MOMENT, "date|stated|time|时间|日期|同意时间|声明时间"),
    ),
    needs=(("customer", *KEYS), ("purpose",), ("channel",), ("given",)),
    options=(SOURCE,),
    plan=plan_consents,
    apply=apply_consents,
    undo=undo_consents,
    example=(
        ("phone", "purpose", "channel", "given", "stated"),
        ("139 5801 6608", "营销", "短信", "否", "2026-03-04"),
    ),
    shown_right="people.contacts",
)

KINDS_OF_IMPORT = (CUSTOMER_KIND, IDENTIFIER_KIND, CONSENT_KIND)
