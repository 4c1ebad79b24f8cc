"""Invented people and cases for scripts/gallery.py, in the shape each template's first comment asks for."""

# One sentence or row a line reads better here.
# fmt: off
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 20, 14, 26, tzinfo=UTC)
Say = Callable[[str, str], str]
Page = tuple[str, str, dict[str, Any]]


def span(used_min: float, left_min: float) -> dict[str, Any]:
    return {"start": NOW - timedelta(minutes=used_min), "due": NOW + timedelta(minutes=left_min)}


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def standing(t: Say, n: int) -> dict[str, Any]:
    return {
        "numeral": "一二三四"[n - 1] if t("zh", "en") == "zh" else str(n),
        "label": [t("知己", "Allies"), t("贵客", "Prized"), t("熟客", "Regulars"), t("过客", "Passing")][n - 1],
    }


def shell(t: Say, current: str, user: str = "周敏", presence: bool = True) -> dict[str, Any]:
    names = [
        ("today", t("今日", "Today"), "sun", 11), ("customers", t("客户", "Customers"), "users", 0),
        ("cases", t("案件", "Cases"), "briefcase", 0), ("orders", t("订单", "Orders"), "package", 0),
        ("trust", t("信誉", "Trust"), "shield-check", 0), ("insight", t("洞察", "Insight"), "chart-dots", 0),
    ]
    ready = {
        "label": t("就绪", "Ready"), "tone": "ready", "url": "/p", "heartbeat_url": "",
        "loads": [t("通话 0/1", "Calls 0/1"), t("聊天 1/3", "Chats 1/3"), t("延后 6/8", "Deferred 6/8")],
        "choices": [{"code": "ready", "label": t("就绪", "Ready"), "current": True}, {"code": "away", "label": t("小休", "Away"), "current": False}],
    }
    return {
        "nav": [{"key": k, "label": n, "icon": i, "url": f"/{k}", "count": c, "current": k == current} for k, n, i, c in names],
        "user_name": user, "user_initials": user[0], "team": t("热线一组", "Hotline 1"), "presence": ready if presence else None, "live_url": "",
        "languages": languages(t), "theme": "auto", "search": {"url": "/search", "text": ""},
    }


def languages(t: Say) -> list[dict[str, Any]]:
    zh = t("zh", "en") == "zh"
    return [{"code": "zh-hans", "label": "中文", "short": "中", "current": zh}, {"code": "en", "label": "English", "short": "EN", "current": not zh}]


def why(t: Say) -> dict[str, Any]:
    return {
        "outcome": t("首次答复期限：11-21 周六 09:10", "First answer due Sat 21 Nov, 09:10"),
        "inputs": [
            {"text": t("11-20 09:10 记录", "Recorded 20 Nov, 09:10"), "weight": None},
            {"text": t("工作时间 09:00–21:00，今天计 5 时 16 分", "Working hours 09:00-21:00, today counted 5 h 16 m"), "weight": "5:16"},
            {"text": t("夜间不计 12 时", "Night, 12 h not counted"), "weight": "0:00"},
        ],
        "rule": "deadline@3", "objection": t("不同意可请主管复核，时钟照走。", "A supervisor can review this; the clock keeps running."),
    }


def today(t: Say) -> Page:
    def row(icon: str, name: str, gist: str, used: float, left: float, **more: Any) -> dict[str, Any]:
        return {"url": "/w", "icon": icon, "channel": icon, "name": name, "gist": gist, "mode": "mine", **span(used, left), **more}

    mine = [
        row("mail", "仇雅琴", t("发票抬头写错，要求重开", "Wrong name on the invoice, wants a new one"), 252, -12, standing=standing(t, 3)),
        row("phone-call", "单建国", t("约定 14:30 回电 · 退款差额", "Call-back promised 14:30 · refund short"), 116, 4, tag={"label": t("下一件", "Next"), "tone": "accent"}),
        row("brand-wechat", "曾一凡", t("“快递显示签收，可我没收到”", "“Marked as delivered, I have nothing”"), 79, 41),
        row("briefcase", "朴美兰", t("GX-2611-08290 · 补充事实已到", "GX-2611-08290 · the facts asked for are in"), 100, 140, standing=standing(t, 2)),
        row("message", "Anna Keller", "Invoice in English for customs", 70, 170),
        row("note", "解桂兰", t("信件回函待复核，金额双录一致", "Letter to be checked, both entries agree"), 60, 300),
        row("file-text", "万俟芳", t("来信 · 换绑旧手机号，附身份证复印件", "Letter · change of phone, copy of id"), 120, 1440, standing=standing(t, 1)),
    ]
    others = [row("briefcase", "区志强", t("GX-2611-08311 · 回应期", "GX-2611-08311 · response"), 548, 892, mode="other", turn={"kind": "other", "label": t("等卖家", "Seller")})]
    done = [
        {"at": ago(24), "clock": "14:02", "icon": "mail", "channel": "mail", "way": "out", "fact": t("答复 林嘉欣", "Answered 林嘉欣"), "actor": t("改地址", "address change"), "words": t("已改到新地址，明天送到。", "Changed, delivered tomorrow."), "tag": {"label": t("已办结", "Settled"), "tone": "green", "url": ""}},
        {"at": ago(61), "clock": "13:25", "icon": "phone", "channel": "phone", "way": "in", "fact": t("来电 6 分 40 秒 吕思佳", "Call 6 m 40 s, 吕思佳"), "actor": "", "words": t("问优惠券有效期，当场答清。", "Asked how long a coupon is valid; answered."), "tag": {"label": "GX-2611-08352", "tone": "", "url": "/c"}},
    ]
    next_item = {
        "name": "单建国", "initials": "单", "standing": standing(t, 1), "icon": "phone-call", "channel": t("回电", "Call-back"), "gist": t("退款已到但少 ¥12.60", "Refund came ¥12.60 short"),
        "first_words": t("“退款是到了，可少了十二块六。客服说运费不退，我是因为发错货才退的，运费凭什么我出？”", "“The refund came, twelve sixty short. They say postage is not refunded, but you sent the wrong thing.”"),
        "urgency": "0.96", **span(116, 4), "mode": "mine",
        "reason": [t("您答应 14:30 回电，还有 4 分钟", "You promised to call at 14:30, in 4 minutes"), t("先回仇雅琴的邮件（约 6 分钟）会误点", "answering 仇雅琴 first (about 6 min) would miss it"), t("李倩在通话，王磊无退款技能", "Li is on a call, Wang lacks refunds")],
        "why": why(t), "take_url": "/take", "subject_url": "/c",
        "known": [{"label": t("订单", "Order"), "value": t("2611-0871-2290 · 茶具套装 ¥268.00 · 11-15 退货签收", "2611-0871-2290 · tea set ¥268.00 · return received 15 Nov")}, {"label": t("上次", "Last time"), "value": t("11-18 周三，您接的电话，6 分 12 秒", "Wed 18 Nov, you took the call, 6 m 12 s")}],
    }
    replies = {"title": t("可用的答复", "Answers at hand"), "template": "gx/panel_rows.html", "data": {"meta": "", "more": None, "rows": [
        {"title": t("发错货的运费谁出", "Postage after a wrong parcel"), "sub": t("平台责任，运费全退 · 解决率 94 %", "Our fault: postage is refunded · solves 94 %")},
        {"title": t("退款多久到账", "How long a refund takes"), "sub": t("原路 1–3 个工作日 · 解决率 88 %", "1-3 working days · solves 88 %")}]}}
    figures = [
        {"label": t("正在排队", "In the queue"), "value": "7", "note": t("最久 38 秒", "longest 38 s")}, {"label": t("20 秒接起", "Answered in 20 s"), "value": "82.4 %", "note": t("目标 80 %", "target 80 %")},
        {"label": t("放弃", "Abandoned"), "value": "4.1 %", "note": t("上限 5 %", "at most 5 %")}, {"label": t("我今天解决", "I resolved today"), "value": "23", "note": t("接 31 件", "of 31 taken")},
        {"label": t("我的首次解决率", "My first-contact resolution"), "value": "72 %", "note": t("目标 75 %", "target 75 %"), "missed": True},
    ]
    return "work/today.html", "staff", {"shell": shell(t, "today"), "now": NOW, "mine": mine, "mine_count": 11, "others": others, "others_count": 3, "done": done, "next": next_item, "panels": [replies], "figures": figures, "topics": "work:1", "all_url": "/work"}


def customer(t: Say) -> Page:
    def entry(clock: str, icon: str, way: str, fact: str, actor: str = "", words: str = "", tag: dict[str, str] | None = None) -> dict[str, Any]:
        return {"at": ago(30), "clock": clock, "icon": icon, "channel": icon, "way": way, "fact": fact, "actor": actor, "words": words, "tag": tag}

    case_tag = {"label": "GX-2611-08347", "tone": "", "url": "/c"}
    days = [
        {"label": t("今天 11 月 20 日 周五", "Today, Fri 20 November"), "entries": [
            entry("14:22", "phone", "in", t("来电 4 分 12 秒", "Call 4 m 12 s"), t("周敏接", "taken by 周敏"), t("问裁定何时出；补贴券未到账，已并入本案。", "When is the ruling due; a coupon has not arrived."), case_tag),
            entry("09:10", "scale", "system", t("案件进入调查裁定", "Case moves to investigation"), t("她不接受 ¥350.00", "she refuses ¥350.00"), t("处理员顾一鸣，24 小时内给出理由。", "顾一鸣 gives reasons within 24 hours."))]},
        {"label": t("11 月 18 日 周三", "Wed 18 November"), "entries": [entry("12:30", "world", "in", t("还价 ¥450.00", "Counter-offer ¥450.00"), t("案件网页", "case page"), t("“按 C 级差价算才公道，200 连电池都换不了。”", "“Only the C-grade difference is fair; 200 does not buy a battery.”"))]},
        {"label": t("11 月 16 日 周一", "Mon 16 November"), "entries": [
            entry("18:31", "phone", "out", t("去电 2 分 05 秒", "Call 2 m 05 s"), "周敏", t("说明要补带尺的划痕照片；当晚补齐。", "Asked for photos with a ruler; sent the same evening.")),
            entry("09:05", "coin", "system", t("自动赔付 ¥50.00", "Paid automatically ¥50.00"), t("闪电发货 48 小时，实发 61 小时", "promised 48 h, sent after 61 h"), "", {"label": t("到账", "paid"), "tone": "green", "url": ""}),
            entry("09:02", "mail", "in", t("“手机根本不是 B 级”", "“The phone is no B grade”"), t("附 6 张照片", "6 photos"), t("一封信里两件事：成色不符、发货超时，已分成两个问题。", "Two matters in one letter: condition and late dispatch; split."))]},
        {"label": t("11 月 10 日 周二", "Tue 10 November"), "entries": [
            entry("21:14", "shopping-bag", "in", t("下单 ¥2,680.00", "Order ¥2,680.00"), t("星曜 S9 Pro 256 GB 月白 · 声明 B 级", "Xingyao S9 Pro 256 GB · stated grade B"), t("卖家贺成业 · 拾光数码，信誉 4.71", "Seller 贺成业, reputation 4.71")),
            entry("08:55", "mail", "out", t("周刊《旧物新生》未发送", "Weekly not sent"), t("本周已达 2 封上限", "2 a week reached"))]},
    ]
    ids = {"title": t("怎么找到她", "How to reach her"), "template": "people/panels/identifiers.html", "data": {"count_label": t("7 个标识", "7 identifiers"), "all_url": "/i", "rows": [
        {"icon": "phone", "kind": "", "value": "139 5801 6608", "note": t("本人 · 11-20 验证", "own · verified 20 Nov"), "state": "verified", "state_label": t("已验证", "verified")},
        {"icon": "phone", "kind": "", "value": "0571-8797 22**", "note": t("座机 · 2 年未验证", "landline · not verified for 2 years"), "state": "old", "state_label": t("久未验证", "old")},
        {"icon": "mail", "kind": "", "value": "xiaowen.oy@mailbox.example", "note": t("10-03 验证", "verified 3 Oct"), "state": "verified", "state_label": t("已验证", "verified")},
        {"icon": "brand-wechat", "kind": "", "value": "晓雯_在读", "note": t("公众号关注中", "follows our account"), "state": "verified", "state_label": t("已验证", "verified")},
        {"icon": "id", "kind": "", "value": "3301**********2846", "note": t("实名 · 校验通过", "real name · checked"), "state": "verified", "state_label": t("已验证", "verified")},
        {"icon": "map-pin", "kind": "", "value": t("西湖区文二西路 ** 号 3-1102", "Wen'er West Rd **, 3-1102, Xihu"), "note": t("最近签收 11-15", "last delivery 15 Nov"), "state": "verified", "state_label": t("已验证", "verified")}]}}
    consent = {"title": t("同意与拒绝", "Consent"), "template": "people/panels/consent.html", "data": {"history_url": "/h", "channels": [t("短信", "SMS"), t("电话", "Phone"), t("邮件", "E-mail"), t("微信", "WeChat")], "rows": [{"purpose": t("服务通知", "Service"), "answers": [True, True, True, True]}, {"purpose": t("促销", "Promotion"), "answers": [False, False, True, None]}], "note": t("11-02 她在通话中拒绝电话促销，当场生效。", "On 2 Nov she refused promotion by phone; in force at once.")}}
    home = {"title": t("家庭与公司", "Family and companies"), "template": "people/panels/household.html", "data": {"rows": [{"initials": "陆", "name": "陆远舟", "url": "/c", "relation": t("配偶 · 共用地址", "spouse · same address"), "standing": standing(t, 4)}, {"initials": "拾", "name": "杭州拾叶文化", "url": "", "relation": t("联系人", "contact")}]}}
    open_cases = {"title": t("未了案件", "Open cases"), "template": "gx/panel_rows.html", "data": {"meta": "1", "rows": [{"title": t("手机成色不符；发货超时", "Phone not as described; sent late"), "url": "/c", "turn": {"kind": "other", "label": t("等处理员 顾一鸣", "Handler 顾一鸣")}, "value": "GX-2611-08347", **span(316, 1124), "mode": "other"}]}}
    orders = {"title": t("订单", "Orders"), "template": "gx/panel_rows.html", "data": {"meta": t("64 单，¥41,906.30", "64, ¥41,906.30"), "more": {"label": t("全部", "All"), "url": "/o"}, "rows": [
        {"title": t("手冲壶套装", "Pour-over kettle set"), "sub": t("11-18 · 顺风速运，今天到", "18 Nov · arrives today"), "value": "¥329.00", "value_sub": t("在途", "on its way")},
        {"title": t("星曜 S9 Pro 256 GB 月白", "Xingyao S9 Pro 256 GB"), "sub": t("11-10 · 贺成业", "10 Nov · 贺成业"), "value": "¥2,680.00", "value_sub": t("纠纷中", "in dispute"), "tone": "amber"},
        {"title": t("《江南园林志》等 3 本", "3 books"), "sub": t("10-29 · 旧书区", "29 Oct · used books"), "value": "¥86.50", "value_sub": t("已签收", "delivered")}]}}
    rebuy = {"title": t("该再买了", "Due again"), "template": "gx/panel_rows.html", "data": {"meta": t("按她自己的节奏", "at her own pace"), "rows": [{"icon": "coffee", "title": t("云南日晒咖啡豆 500 g", "Yunnan coffee 500 g"), "sub": t("每 34 天一次，上次 10-18", "every 34 days, last 18 Oct"), "value": t("11-21 到期", "due 21 Nov"), "value_sub": "¥78.00"}]}}
    tabs = [{"label": n, "icon": i, "count": c, "url": "/", "current": not i} for n, i, c in [(t("全部", "All"), "", 0), (t("案件", "Cases"), "briefcase", 9), (t("订单", "Orders"), "package", 64), (t("电话", "Calls"), "phone", 22), (t("邮件", "E-mail"), "mail", 31), (t("微信", "WeChat"), "brand-wechat", 57), (t("网站", "Web"), "world", 18)]]
    return "people/customer.html", "staff", {
        "shell": shell(t, "customers", "沈嘉禾", presence=False), "now": NOW,
        "customer": {"name": "欧阳晓雯", "name_lang": "zh-Hans", "latin": "Ōuyáng Xiǎowén", "initials": "欧阳", "code": "C-7Q4M-2K", "standing": {**standing(t, 2), "why": None}, "roles": [t("买家", "Buyer"), t("卖家 · 晓雯的书架", "Seller")], "facts": [t("女 · 38 岁 · 杭州西湖区", "f · 38 · Hangzhou"), t("来往 7 年 2 个月", "with us 7 years 2 months")], "best_time": t("白天来电，工作日 12:00–13:30 常接", "answers 12:00-13:30 on working days")},
        "actions": [{"label": t("拨打", "Call"), "icon": "phone", "key": "c", "url": "/"}, {"label": t("写信", "Write"), "icon": "mail", "key": "e", "url": "/"}, {"label": t("备注", "Note"), "icon": "note", "key": "m", "url": "/"}, {"label": t("新案件", "New case"), "icon": "plus", "key": "n", "url": "/", "solid": True}],
        "identity": {"score": "0.997", "sources_label": t("5 个来源一致", "5 sources agree"), "sources": [t("网站", "Web"), t("微信", "WeChat"), t("热线", "Hotline"), t("订单", "Orders"), t("实名", "Real name")], "why": why(t), "duplicates_label": t("还有 1 份疑似重复，待管家核对", "1 likely duplicate, a steward decides"), "duplicates_url": "/d"},
        "tier": {"label": t("重点客户", "Key customer"), "level": 2, "lines": [t("近 12 个月贡献 ¥3,284.60", "¥3,284.60 in 12 months"), t("前 9.4 %，离核心还差 ¥1,120", "top 9.4 %, ¥1,120 short of core")]},
        "risk": {"title": t("流失风险 · 90 天内不再购买", "Risk of leaving · no order in 90 days"), "value": "28 %", "note": t("两周前 11 %", "11 % two weeks ago"), "source": t("回测 AUC 0.77 · 11-20 02:10", "AUC 0.77 · 20 Nov, 02:10"), "parts": [{"share": 11, "tone": ""}, {"share": 9, "tone": "amber"}, {"share": 6, "tone": "amber"}, {"share": 2, "tone": "amber"}], "reason": [t("纠纷 4 天未决 +9", "dispute open for 4 days +9"), t("近 60 天浏览减半 +6", "visits halved in 60 days +6"), t("两次退货 +2；底数 11。案件了结可望回落到 15 % 左右。", "two returns +2; base 11")]},
        "manager": {"name": "沈嘉禾", "initials": "沈", "state": t("在岗", "on duty"), "note": t("重点客户组 · 每 30 天联系一次", "key customers · every 30 days"), "next": t("下次：裁定后当天回访", "Next: on the day of the ruling"), "turn": {"kind": "system", "label": t("等案件", "Case")}},
        "left_panels": [ids, consent, home], "right_panels": [open_cases, orders, rebuy],
        "topics": "customer:1", "middle_panels": [{"title": t("往来", "Contacts"), "template": "channels/panels/timeline.html", "data": {"count_label": t("212 条，所有渠道一条线", "212, all channels in one line"), "tabs": tabs, "days": days, "older_url": "/older"}}],
    }


def steps(t: Say, live: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"label": t("记录", "Recorded"), "state": "done", "note": t("3 秒", "3 s")},
        {"label": t("答复", "Answered"), "state": "live", **live},
        {"label": t("解决", "Resolved"), "state": "ahead", "note": t("限 24 时", "limit 24 h")},
    ]


def talk(t: Say, customer_page: bool) -> list[dict[str, Any]]:
    theirs, ours = ("ours", "theirs") if customer_page else ("theirs", "ours")
    letter = t("收到的手机说是 B 级，屏幕上有三处划痕，最长一厘米多，电池健康只有 79 %。卖家写的“90 以上”。\n我要求退差价，不然就退货。", "The phone was sold as grade B. The screen has three scratches, the longest over a centimetre, and the battery is at 79 %. The seller wrote “over 90”.\nI want the difference back, or I return it.")
    rows = [
        {"who": t("您", "You") if customer_page else "欧阳晓雯", "initials": "欧阳", "side": theirs, "at": ago(316), "channel": t("网页表单", "Web form"), "icon": "world", "text": letter, "fate": ""},
        {"side": "system", "text": t("已记录，回执发到短信和邮箱", "Recorded; acknowledged by SMS and e-mail"), "at": ago(316)},
        {"who": "周敏", "initials": "周", "side": ours, "at": ago(244), "channel": t("邮件", "E-mail"), "icon": "mail", "text": t("您好，照片收到了。请再拍一张带尺子的划痕照片，我今天就能按标准定级。", "Thank you for the photos. Please send one with a ruler beside the scratches and I can grade the phone today."), "fate": "" if customer_page else t("已送达", "delivered")},
        {"who": t("您", "You") if customer_page else "欧阳晓雯", "initials": "欧阳", "side": theirs, "at": ago(31), "channel": t("案件网页", "Case page"), "icon": "world", "text": t("补了，最长的 11 毫米。", "Done: the longest is 11 mm."), "fate": ""},
    ]
    if not customer_page:
        rows.append({"who": "顾一鸣", "initials": "顾", "side": "note", "at": ago(12), "channel": t("仅内部", "staff only"), "icon": "lock", "text": t("按标准 3.2，三处划痕、最长 11 mm 属 C 级；差价中位 ¥410。", "Standard 3.2: three scratches, 11 mm: grade C; median difference ¥410."), "fate": ""})
    return rows


def case(t: Say) -> Page:
    live = {"turn": {"kind": "mine", "label": ""}, **span(316, 1124), "limit_note": t("限 24 时，明天 09:10 到", "limit 24 h, until tomorrow 09:10"), "expiry": t("过点转主管", "then a supervisor"), "why": why(t)}
    person = {"title": t("客户", "Customer"), "template": "people/panels/person.html", "data": {"url": "/c", "name": "欧阳晓雯", "latin": "Ōuyáng Xiǎowén", "initials": "欧阳", "standing": standing(t, 2), "tier": {"label": t("重点", "Key"), "level": 2}, "chips": [{"label": t("流失风险 28 %", "Risk of leaving 28 %"), "tone": "amber"}], "facts": [{"label": t("手机", "Phone"), "value": "139 5801 6608"}, {"label": t("邮箱", "E-mail"), "value": "xiaowen.oy@mailbox.example"}, {"label": t("来往", "With us"), "value": t("7 年 2 个月，64 单", "7 years 2 months, 64 orders")}]}}
    earlier = {"title": t("以前的案件", "Earlier cases"), "template": "gx/panel_rows.html", "data": {"meta": "2", "rows": [{"title": t("运费多收 ¥8.00", "Postage ¥8.00 too much"), "url": "/c", "sub": "GX-2503-01120", "value": t("支持", "upheld"), "value_sub": "2025-03", "tone": "green"}, {"title": t("包装破损", "Damaged parcel"), "url": "/c", "sub": "GX-2405-00317", "value": t("和解", "agreed"), "value_sub": "2024-05"}]}}
    return "cases/case.html", "staff", {
        "shell": shell(t, "cases", "顾一鸣"), "now": NOW,
        "case": {"number": "GX-2611-08347", "title": t("手机成色不符；发货超时", "Phone not as described; sent late"), "kind": t("投诉", "Complaint"), "icon": "world", "channel": t("网页表单", "Web form"), "opened_at": ago(316), "elapsed": t("已历时 5 时 16 分", "5 h 16 m so far"), "topics": "case:1", "is_open": True, "can_answer": True, "can_resolve": True},
        "customer": {"name": "欧阳晓雯", "url": "/c", "role": t("买家", "buyer"), "facts": []}, "respondent": {"name": "贺成业", "url": "/c", "role": t("卖家 · 信誉 4.71", "seller · reputation 4.71"), "facts": []},
        "steps": steps(t, live), "conversation": talk(t, False),
        "answer": {"url": "/a", "key": "k", "channel_label": "", "most": 4000, "text": "", "error": "", "note": t("邮件发到 xiaowen.oy@mailbox.example", "by e-mail to xiaowen.oy@mailbox.example")},
        "resolve_url": "/r", "note_url": "/n", "reason": [t("手机数码组，您空闲", "Phones team, and you are free"), t("她上次的案件由您处理", "you handled her last case"), t("备选陈硕在通话，周岚无纠纷技能", "陈硕 is on a call, 周岚 lacks disputes")], "why": why(t), "deadline_why": why(t),
        "panels": [person, earlier], "actions": [{"label": t("合并", "Merge"), "icon": "git-merge", "key": "m", "url": "/"}, {"label": t("转交", "Hand over"), "icon": "user-plus", "key": "t", "url": "/"}],
    }


def customers(t: Say) -> Page:
    def row(name: str, latin: str, n: int, reach: str, text: str, minutes: float, value: str, turn: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        return {"url": "/c", "name": name, "latin": latin, "initials": name[:1] if name[0] != "欧" else "欧阳", "code": f"C-{hash(latin) % 9000 + 1000}-2K", "standing": standing(t, n), "reach": reach, "last_at": ago(minutes), "last_text": text, "turn": turn, "value": value, "start": None, "due": None, "mode": "mine", **more}

    rows = [
        row("欧阳晓雯", "Ōuyáng Xiǎowén", 2, "139 5801 6608", t("问裁定何时出", "When is the ruling due"), 4, "¥3,284.60", {"kind": "other", "label": t("等处理员 顾一鸣", "Handler 顾一鸣")}, **{**span(316, 1124), "mode": "other"}),
        row("仇雅琴", "Qiú Yǎqín", 3, "qiu.yq@mailbox.example", t("发票抬头写错", "Wrong name on invoice"), 252, "¥1,120.00", {"kind": "mine", "label": ""}, **span(252, -12)),
        row("单建国", "Shàn Jiànguó", 1, "136 0571 2290", t("退款差额 ¥12.60", "Refund ¥12.60 short"), 116, "¥9,871.20", {"kind": "mine", "label": ""}, **span(116, 4)),
        row("曾一凡", "Zēng Yīfán", 4, t("微信", "WeChat"), t("显示签收，没收到", "Delivered, not received"), 79, "¥196.00", {"kind": "mine", "label": ""}, **span(79, 41)),
        row("Anna Keller", "", 4, "anna.keller@post.example", "Invoice in English for customs", 70, "¥455.10", {"kind": "done", "label": ""}),
        row("万俟芳", "Mòqí Fāng", 1, "138 0013 7001", t("换绑旧手机号", "Change of phone"), 1500, "¥15,120.00"),
    ]
    tabs = [{"label": t("全部", "All"), "count": "1,000+", "url": "/", "current": True}, {"label": t("轮到我", "Your turn"), "count": "11", "url": "/", "current": False}, {"label": t("我管理的", "I manage"), "count": "84", "url": "/", "current": False}]
    return "people/customers.html", "staff", {"shell": shell(t, "customers"), "now": NOW, "total_label": "1,000+", "rows": rows, "tabs": tabs, "new_url": "/n", "q": "", "pager": {"first": 1, "last": 50, "total": "1,000+", "previous_url": None, "next_url": "/2"}}


def cases(t: Say) -> Page:
    def row(number: str, title: str, name: str, icon: str, stage: str, turn: dict[str, str], used: float, left: float, mode: str) -> dict[str, Any]:
        return {"url": "/c", "number": number, "title": title, "kind": t("投诉", "Complaint"), "customer": name, "icon": icon, "channel": icon, "stage": stage, "turn": turn, "mode": mode, "opened_at": ago(used), "settled": "", **span(used, left)}

    mine, done = {"kind": "mine", "label": ""}, {"kind": "done", "label": ""}
    rows = [
        row("GX-2611-08352", t("发票抬头写错", "Wrong name on the invoice"), "仇雅琴", "mail", t("记录", "Recorded"), mine, 252, -12, "mine"),
        row("GX-2611-08351", t("退款少 ¥12.60", "Refund ¥12.60 short"), "单建国", "phone", t("答复", "Answered"), mine, 116, 4, "mine"),
        row("GX-2611-08347", t("手机成色不符；发货超时", "Phone not as described; sent late"), "欧阳晓雯", "world", t("答复", "Answered"), {"kind": "other", "label": t("等卖家 贺成业", "Seller 贺成业")}, 316, 1124, "other"),
        row("GX-2611-08290", t("快递显示签收，没收到", "Marked as delivered, not received"), "朴美兰", "brand-wechat", t("解决", "Resolved"), done, 4000, 0, "done"),
    ]
    tabs = [{"label": t("未了", "Open"), "count": "37", "url": "/", "current": True}, {"label": t("轮到我", "Your turn"), "count": "11", "url": "/", "current": False}, {"label": t("已办结", "Settled"), "url": "/", "current": False}]
    return "cases/cases.html", "staff", {"shell": shell(t, "cases"), "now": NOW, "total_label": "37", "rows": rows, "tabs": tabs, "q": "", "topics": "cases", "pager": {"first": 1, "last": 37, "total": "37", "previous_url": None, "next_url": None}, "new_url": ""}


def public(t: Say) -> dict[str, Any]:
    return {"languages": languages(t), "now": NOW, "place": t("集市", "Market"), "errors": {}, "values": {}}


def follow(t: Say, resolved: bool = False) -> Page:
    live = {"turn": {"kind": "other", "label": ""}, **span(316, 1124)}
    many = steps(t, live)
    if resolved:
        many = [{**step, "state": state} for step, state in zip(many, ["done", "done", "live"], strict=True)]
        many[2] = {"label": many[2]["label"], "state": "live", "turn": {"kind": "mine", "label": ""}, **span(60, 8580)}
    page = public(t) | {
        "case": {"number": "GX-2611-08347", "title": t("手机成色不符；发货超时", "Phone not as described; sent late"), "topics": "case:1", "opened_at": ago(316), "is_open": True, "is_resolved": resolved},
        "counterpart": t("对方：拾光数码 贺**", "Other side: Shiguang, He **"), "turn": {"kind": "mine", "label": t("轮到您", "Your turn")} if resolved else {"kind": "other", "label": t("等处理员 周敏", "Handler 周敏")},
        "step_label": t("第 3 步 · 解决", "Step 3: resolved") if resolved else t("第 2 步 · 答复", "Step 2: answer"), "steps": many, **(span(60, 8580) if resolved else span(316, 1124)),
        "expiry": t("11-26 周四 13:26 前不回也不要紧：按已解决结案，一年内都可重开。", "No need to act: it closes on Thu 26 Nov, 13:26, and can be reopened for a year.") if resolved else t("11-21 周六 09:10 前没有答复，会自动转主管接手，您不用再写一遍。", "Without an answer by Sat 21 Nov, 09:10 a supervisor takes over. You need not write again."),
        "outcome": {"title": t("我们的答复", "Our answer"), "text": t("按标准 3.2 属 C 级。退您差价 ¥410.00，手机归您，一小时内退到原付款方式。", "Grade C by standard 3.2. We refund ¥410.00 and you keep the phone; the money arrives within an hour."), "at": ago(60)} if resolved else None,
        "confirm_url": "/ok" if resolved else None, "reopen_url": "/re" if resolved else None, "reopen_until": t("2027-11-20 前可重开", "Can be reopened until 20 Nov 2027"), "conversation": talk(t, True), "add": {"url": "/a", "key": "k", "most": 4000, "text": "", "error": ""}, "why": why(t), "procedure_url": "/p", "call_url": "/b",
    }
    return "cases/follow.html", "public", page


def pages(lang: str) -> dict[str, Page]:
    """Name -> (template, "staff" or "public", context)."""

    def t(zh: str, en: str) -> str:
        return zh if lang == "zh-hans" else en

    base = public(t)
    promise = t("11-21 周六 09:10 前，由人给您第一次答复。", "A person gives you a first answer by Sat 21 Nov, 09:10.")
    form = base | {"action_url": "/complain", "key": "k", "promise": promise, "most": 4000, "follow_url": "/"}
    wrong = form | {"errors": {"text": t("请写下发生了什么，一句话也行。", "Please say what happened; one sentence will do."), "reach": t("请留手机或邮箱，否则我们没法答复您。", "Please leave a phone number or e-mail, or we cannot answer."), "phone": t("少一位数字。", "One digit is missing.")}, "values": {"phone": "1395801660"}}
    accounts = [{"label": "周敏", "login": "zhou@example", "password": "x", "note": t("热线一组 · 客服", "Hotline 1 · agent")}, {"label": "顾一鸣", "login": "gu@example", "password": "x", "note": t("纠纷处理", "Disputes")}]
    mine = [{"url": "/c", "number": "GX-2611-08347", "title": t("手机成色不符；发货超时", "Phone not as described; sent late"), "turn": {"kind": "other", "label": t("等处理员 周敏", "Handler 周敏")}, **span(316, 1124), "mode": "other"}, {"url": "/c", "number": "GX-2503-01120", "title": t("运费多收 ¥8.00", "Postage ¥8.00 too much"), "turn": {"kind": "done", "label": ""}, "mode": "done"}]
    bought = [{"url": "", "number": "2611-1094-7731", "title": t("星曜 S9 Pro 256 GB 月白", "Xingyao S9 Pro 256 GB"), "amount": "¥2,680.00", "state": t("纠纷中", "in dispute"), "tone": "amber", "at": ago(14000)}]
    mails = [{"channel": t("短信", "SMS"), "icon": "message", "to": "139 **** 6608", "subject": "", "text": t("【集市】已记录，案件号 GX-2611-08347。11-21 09:10 前答复。查看：https://guanxi.example/f/9k2mQ7", "Recorded: GX-2611-08347. Answer by Sat 21 Nov, 09:10. Follow: https://guanxi.example/f/9k2mQ7"), "at": ago(316), "fate": t("已送达", "delivered"), "tone": "green"}]
    return {
        "today": today(t), "customer": customer(t), "case": case(t), "customers": customers(t), "cases": cases(t),
        "today_empty": ("work/today.html", "staff", {"shell": shell(t, "today"), "now": NOW, "mine": [], "others": [], "done": [], "next": None, "topics": "work:1"}),
        "complain": ("cases/complain.html", "public", form), "complain_wrong": ("cases/complain.html", "public", wrong),
        "received": ("cases/received.html", "public", base | {"number": "GX-2611-08347", "promised_at": span(0, 1124)["due"], "promise": promise, "follow_url": "https://guanxi.example/f/9k2mQ7vX3sT8bN1", "told": [t("短信已发到 139 **** 6608", "SMS sent to 139 **** 6608")], "again": False}),
        "follow": follow(t), "follow_resolved": follow(t, resolved=True),
        "home": ("site/home.html", "public", base | {"complain_url": "/complain", "find_url": "/f", "my_url": "/my", "staff_url": "/in", "promise": ""}),
        "sign_in": ("site/sign_in.html", "public", base | {"action_url": "/in", "demo_accounts": accounts, "errors": {"form": t("邮箱或密码不对。", "E-mail or password is wrong.")}}),
        "my_sign_in": ("my/sign_in.html", "public", base | {"action_url": "/my", "complain_url": "/complain"}),
        "my_code": ("my/code.html", "public", base | {"action_url": "/my", "sent_to": "139 **** 6608", "expires_at": span(0, 9)["due"], "again_url": "/", "reach": ""}),
        "my_home": ("my/home.html", "public", base | {"name": "欧阳晓雯", "topics": "", "cases": mine, "orders": bought, "complain_url": "/complain"}),
        "outbox": ("site/outbox.html", "public", base | {"rows": mails}),
        "error": ("gx/error.html", "public", base | {"status": 404, "title": t("没有找到这一页", "There is no such page"), "text": t("链接可能过期了。案件链接可以重新发给您。", "The link may have expired. We can send a case link again."), "reference": "req-7Q4M", "back_url": "/"}),
    }
