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
    Command(code="investment.new", words=_("Take an order to invest"), right="trade.invest", url_name="investment_new",
            icon="trending-up", also="fund buy sell 委托 理财 基金"),
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
    Command(code="go.chats", words=_("Calls and chats"), right="channels.converse", url_name="chats", icon="message-2",
            group=GO, also="live contacts phone chat 在线 聊天 电话"),
    Command(code="go.floor", words=_("Board"), right="work.assign", url_name="floor", key="G Q", icon="chart-dots", group=GO,
            also="supervisor queues wallboard 看板 班长 现场"),
    Command(code="go.figures", words=_("Key figures"), right="work.view", url_name="figures", icon="chart-dots", group=GO,
            also="service level csat kpi report 指标 服务水平 报表 绩效"),
    Command(code="go.worth", words=_("What relations are worth"), right="insight.view", url_name="worth", key="G V",
            icon="chart-dots", group=GO, also="value class tier loyalty forecast 价值 分层 客户价值"),
    Command(code="go.process", words=_("How cases really go"), right="cases.view", url_name="insight_process",
            icon="chart-dots", group=GO, also="process map bottleneck hand-overs 流程 瓶颈 转手"),
    Command(code="go.forecast", words=_("Forecast"), right="work.assign", url_name="forecast", icon="chart-dots", group=GO,
            also="staffing erlang seats 排班 预测 人力"),
    Command(code="go.rota", words=_("Rota"), right="work.assign", url_name="rota", icon="calendar", group=GO,
            also="shifts schedule roster 班表 排班"),
    Command(code="go.what_if", words=_("What if"), right="work.assign", url_name="what_if", icon="chart-dots", group=GO,
            also="simulate policy 模拟 假如"),
    Command(code="go.audits", words=_("Quality of work"), right="work.view", url_name="audits", icon="checkbox", group=GO,
            also="audit sample review 质检 抽检 质量"),
    Command(code="go.customers", words=_("Customers"), right="people.view", url_name="customers", key="G C",
            icon="users", group=GO, also="people clients 会员"),
    Command(code="go.identity", words=_("Possible duplicates"), right="people.review", url_name="identity", key="G I",
            icon="git-merge", group=GO, also="identity merge steward duplicates 身份 合并 重复"),
    Command(code="go.upkeep", words=_("Upkeep of customer data"), right="people.review", url_name="upkeep", key="G K",
            icon="checklist", group=GO, also="verify bounced returned confirm 维护 核实 退信"),
    Command(code="go.cases", words=_("Cases"), right="cases.view", url_name="cases", key="G A", icon="briefcase",
            group=GO, also="complaints disputes 投诉 纠纷"),
    Command(code="go.issues", words=_("Issues by time left"), right="cases.view", url_name="issues", key="G L",
            icon="scale", group=GO, also="queue slack deadline clock 队列 剩余时间 时限"),
    Command(code="go.board", words=_("Board of clocks"), right="cases.view", url_name="board", key="G B",
            icon="hourglass", group=GO, also="kanban clocks steps 看板 时钟 进度"),
    Command(code="go.approvals", words=_("Approvals"), right="cases.approve", url_name="approvals", key="G P",
            icon="eye", group=GO, also="four eyes approve 批准 审批 复核"),
    Command(code="go.samples", words=_("Second looks"), right="cases.approve", url_name="samples", icon="checkbox",
            group=GO, also="quality sampling review 质检 抽查 质量"),
    Command(code="go.causes", words=_("Causes and repeats"), right="cases.approve", url_name="causes",
            icon="list-check", group=GO, also="root cause report 根因 原因 再犯"),
    Command(code="go.replies", words=_("Saved replies"), right="cases.handle", url_name="replies",
            icon="message", group=GO, also="macros templates canned answers 模板 快捷回复 常用语"),
    Command(code="go.consultations", words=_("Questions to you"), right="cases.consult", url_name="consultations",
            icon="user-question", group=GO, also="expert consultation 专家 会诊"),
    Command(code="go.orders", words=_("Orders"), right="trade.view", url_name="orders", key="G O", icon="package",
            group=GO, also="purchases 购买"),
    Command(code="go.holdings", words=_("Holdings"), right="trade.holdings.view", url_name="holdings", key="G H",
            icon="building-bank", group=GO, also="accounts balances loans deposits 持有 账户 余额 贷款 存款"),
    Command(code="go.investments", words=_("Orders to invest"), right="trade.holdings.view", url_name="investments",
            icon="trending-up", group=GO, also="funds buy sell cut-off 理财 基金 委托 买入 卖出"),
    Command(code="go.lines", words=_("Product lines"), right="trade.view", url_name="lines", icon="phone",
            group=GO, also="helpline experts margins 产品线 专家 热线 利差"),
    Command(code="go.branches", words=_("Our branches"), url_name="branches", icon="map-pin", group=GO,
            also="address hours open city 网点 地址 营业时间"),
    Command(code="go.ledger", words=_("Deposits and money"), right="trade.ledger.view", url_name="ledger", key="G D",
            icon="coin", group=GO, also="ledger balance fund payout 保证金 资金 账户 基金"),
    Command(code="go.stages", words=_("Stages"), right="trade.fulfil", url_name="stages", key="G F",
            icon="list-check", group=GO, also="pick pack ship scanner fulfil 环节 拣货 打包 发货 扫描"),
    Command(code="go.remittances", words=_("Remittance slips"), right="trade.remit", url_name="remittances", key="G R",
            icon="receipt", group=GO, also="money match transfer 汇款 匹配 来款"),
    Command(code="go.purchases", words=_("Supplier orders"), right="trade.fulfil", url_name="purchases",
            icon="package", group=GO, also="buy purchase supplier 采购 供应商 进货"),
    Command(code="go.stock", words=_("Stock"), right="trade.fulfil", url_name="stock", icon="package", group=GO,
            also="shelf bin inventory 库存 货位"),
    Command(code="go.payouts", words=_("Payouts"), right="trade.ledger.view", url_name="payouts", icon="building-bank",
            group=GO, also="bank refund transfer 付款 退款 打款"),
    Command(code="go.standards", words=_("Quality standards"), right="trade.standards", url_name="standards_desk",
            icon="checklist", group=GO, also="grades parameters panel consultation 质量标准 等级 专家组 征求意见"),
    Command(code="go.knowledge", words=_("Knowledge"), right="work.knowledge", url_name="knowledge",
            icon="book-2", group=GO, also="article script faq wiki 知识库 话术 文章"),
    Command(code="go.training", words=_("My training"), right="work.knowledge", url_name="training",
            icon="checklist", group=GO, also="onboarding checklist 培训 入职 清单"),
    Command(code="go.checklists", words=_("Training checklists"), right="work.knowledge_edit", url_name="checklists",
            icon="checklist", group=GO, also="onboarding lists write 培训 清单 编写"),
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
    Command(code="go.mails", words=_("Incoming mail"), right="channels.mail", url_name="mails", icon="inbox",
            group=GO, also="mail email inbox came fate 邮件 来信 收件"),
    Command(code="go.calls", words=_("Call lists"), right="channels.campaigns", url_name="call_lists", icon="phone",
            group=GO, also="telemarketing outbound campaign dial 外呼 电话营销 名单"),
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
