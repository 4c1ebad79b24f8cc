"""Commands of today's rooms for the palette. Registered by wiring; a room to come adds its own there."""

from django.utils.translation import gettext_lazy as _

from guanxi.core.access import Actor
from guanxi.core.commands import GO, SET, Command, register
from guanxi.core.imports.words import RIGHT as IMPORTS
from guanxi.site.administration.sections import GROUPS, Section
from guanxi.work import queries as work


def connect() -> None:
    """Called once at start-up."""
    register(*_DO, *_GO, *_SET, *_sections())


def _sections() -> list[Command]:
    """Every page of Settings, for whoever may open it."""
    return [_section(one) for group in GROUPS for one in group.sections]


def _section(one: Section) -> Command:
    return Command(
        code=f"set.{one.code}",
        words=one.title,
        url_name=one.url_name,
        icon=one.icon,
        group=SET,
        when=lambda actor: any(map(actor.may, one.rights)),
    )


def _has_seat(actor: Actor) -> bool:
    return work.member_of(actor) is not None


def _presence(code: str, words: object, also: str) -> Command:
    return Command(
        code=f"work.{code}",
        words=words,
        right="work.take",
        url_name="presence",
        is_post=True,
        fields={"presence": code},
        icon="user-check" if code == "ready" else "user",
        also=also,
    )


_DO = (
    Command(code="work.next", words=_("Take next"), right="work.take", url_name="work_next", is_post=True,
            icon="hand-grab", also="begin start 接单"),
    Command(code="customer.new", words=_("New customer"), right="people.record", url_name="customer_new", icon="user-plus",
            also="record person contact 新客户 登记"),
    Command(code="case.new", words=_("New case"), right="cases.intake", url_name="case_new", icon="plus",
            also="complaint record 投诉 登记"),
    _presence("ready", _("I am ready"), "online presence 上线"),
    _presence("away", _("I am away"), "break pause 小休 离开"),
    _presence("offline", _("I am offline"), "leave 下线 下班"),
    Command(code="import.new", words=_("Import a file"), right=IMPORTS, url_name="import_new", icon="upload",
            also="csv excel 导入 上传"),
    Command(code="why", words=_("Why? Explain this page"), press="[data-why-open]", key="W", icon="bulb",
            also="reason explanation 原因"),
    Command(code="help", words=_("Help with this page"), press="[data-help-open]", key="H", icon="info-circle",
            also="manual how 使用"),
    Command(code="keys", words=_("Keys of this page"), press="[data-keys-open]", key="?", icon="keyboard",
            also="shortcuts 快捷键"),
    Command(code="notices.read_all", words=_("Mark all notices read"), url_name="notices_read_all", is_post=True,
            icon="check", also="clear bell 清空"),
    Command(code="theme.light", words=_("Light appearance"), press="[data-theme-choice=light]", icon="sun",
            also="theme day 主题 白天"),
    Command(code="theme.dark", words=_("Dark appearance"), press="[data-theme-choice=dark]", icon="moon",
            also="theme night 主题 夜间"),
    Command(code="sign_out", words=_("Sign out"), url_name="account_logout", is_post=True, icon="logout",
            also="logout exit 登出"),
)  # fmt: skip
_GO = (
    Command(code="go.today", words=_("Today"), right="work.view", url_name="today", key="G T", icon="sun",
            group=GO, also="home queue desk 首页 队列"),
    Command(code="go.work", words=_("Work"), right="work.view", url_name="work", key="G W", icon="inbox", group=GO,
            also="queue assign 工作 队列 分派"),
    Command(code="go.customers", words=_("Customers"), right="people.view", url_name="customers", key="G C",
            icon="users", group=GO, also="people clients 会员"),
    Command(code="go.identity", words=_("Possible duplicates"), right="people.review", url_name="identity", key="G I",
            icon="git-merge", group=GO, also="identity merge steward duplicates 身份 合并 重复"),
    Command(code="go.upkeep", words=_("Upkeep of customer data"), right="people.review", url_name="upkeep", key="G K",
            icon="checklist", group=GO, also="verify bounced returned confirm 维护 核实 退信"),
    Command(code="go.cases", words=_("Cases"), right="cases.view", url_name="cases", key="G A", icon="briefcase",
            group=GO, also="complaints disputes 投诉 纠纷"),
    Command(code="go.orders", words=_("Orders"), right="trade.view", url_name="orders", key="G O", icon="package",
            group=GO, also="purchases 购买"),
    Command(code="go.notices", words=_("Notices"), url_name="notices", key="G N", icon="bell", group=GO,
            also="notifications bell 提醒 消息"),
    Command(code="go.imports", words=_("Imports"), right="imports.use", url_name="imports", icon="upload", group=GO,
            also="csv excel upload file 导入 上传 表格"),
    Command(code="go.exports", words=_("My exports"), url_name="exports", icon="download", group=GO,
            also="csv excel download file 导出 下载 表格"),
    Command(code="go.runs", words=_("My bulk actions"), url_name="list_runs", icon="list-check", group=GO,
            also="undo many rows 批量 撤销"),
    Command(code="go.imports", words=_("Imports"), right=IMPORTS, url_name="imports", icon="file-import", group=GO,
            also="csv excel file 导入 文件"),
    Command(code="go.exports", words=_("Exports"), url_name="exports", icon="download", group=GO,
            also="csv excel download 导出 下载"),
    Command(code="go.outbox", words=_("Outgoing mail"), right="channels.outbox", url_name="letters", icon="send",
            group=GO, also="mail sent 邮件"),
)  # fmt: skip
_SET = (
    Command(code="set.all", words=_("Settings"), right="site.settings", url_name="settings", key="G S",
            icon="settings", group=SET, also="administration 管理 后台"),
    Command(code="set.notices", words=_("Choose your notices"), url_name="notice_settings", icon="bell", group=SET,
            also="notifications settings 通知设置"),
    Command(code="set.two_step", words=_("Two-step sign-in"), url_name="mfa_index", icon="shield-lock", group=SET,
            also="2fa totp security 安全"),
    Command(code="set.tokens", words=_("API tokens"), right="api.tokens.own", url_name="tokens", icon="key",
            group=SET, also="keys integration 接口 令牌"),
    Command(code="set.webhooks", words=_("Webhooks"), right="api.webhooks.own", url_name="webhooks", icon="plug",
            group=SET, also="events integration 推送 接口"),
    Command(code="set.password", words=_("Change password"), url_name="account_change_password", icon="key",
            group=SET, also="security 密码"),
)  # fmt: skip
