"""Who hears what. The one list of receivers, followers, schedules, panels and words; called once at start-up.

Inside: runs in the transaction of the event, writes only Guanxi's own rows and calls nothing outside. Followers read the
sealed stream: one job per event, or a batch that writes a projection.
"""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from guanxi.cases import actions as case_actions
from guanxi.cases import events as case_events
from guanxi.cases import jobs as case_jobs
from guanxi.cases import lists as case_lists
from guanxi.cases import queries as cases
from guanxi.cases import words as case_words
from guanxi.cases.actions import by_chat, by_mail
from guanxi.cases.actions import schemes as case_schemes
from guanxi.cases.pages import abuse as abuse_pages
from guanxi.cases.pages import alike as case_alike
from guanxi.cases.pages import knowing as case_knowing
from guanxi.cases.pages import rewind as case_rewind
from guanxi.cases.pages import show as case_pages
from guanxi.cases.queries import issues, procedures, sides
from guanxi.cases.queries import protection as case_protection
from guanxi.cases.queries import quality as case_quality
from guanxi.cases.queries.afterwards import complained_after
from guanxi.channels import events as channel_events
from guanxi.channels import imports as channel_imports
from guanxi.channels import jobs as channel_jobs
from guanxi.channels import lists as channel_lists
from guanxi.channels import pages as channel_pages
from guanxi.channels import words as channel_words
from guanxi.channels.actions import adapters, chatdesk, dialling, following, mailroom
from guanxi.channels.lists import mails as mail_lists
from guanxi.channels.queries import calling as calling_reads
from guanxi.channels.queries import contacts as contact_reads
from guanxi.channels.queries import mail as mail_reads
from guanxi.channels.queries import opinions, telemarketing
from guanxi.core import (
    audit,
    choices,
    cover,
    doctor,
    events,
    figures,
    imports,
    jobs,
    lists,
    options,
    organisation,
    panels,
    retention,
    roster,
    search,
    staff,
    steps,
    timeline,
    tokens,
)
from guanxi.core.figures import Figure
from guanxi.core.files import events as file_events
from guanxi.core.files import jobs as file_jobs
from guanxi.core.files import reach as file_reach
from guanxi.core.files import words as file_words
from guanxi.core.imports import events as import_events
from guanxi.core.imports import words as import_words
from guanxi.core.jobs import monitor
from guanxi.core.lists import events as list_events
from guanxi.core.lists import jobs as list_jobs
from guanxi.core.lists import saving as list_views
from guanxi.core.notices import events as notice_events
from guanxi.core.notices import follow as notice_follow
from guanxi.core.panels import Panel
from guanxi.core.timeline import bases as timelines
from guanxi.core.webhooks import events as webhook_events
from guanxi.core.webhooks import jobs as webhook_jobs
from guanxi.core.webhooks import reach as webhook_reach
from guanxi.engine import pinyin
from guanxi.engine.cover import cover as cover_words
from guanxi.engine.names import simplified
from guanxi.insight import events as insight_events
from guanxi.insight import jobs as insight_jobs
from guanxi.insight import words as insight_words
from guanxi.insight.pages import worth as worth_pages
from guanxi.insight.queries import worth as worth_reads
from guanxi.packs import events as pack_events
from guanxi.people import events as people_events
from guanxi.people import imports as people_imports
from guanxi.people import jobs as people_jobs
from guanxi.people import lists as people_lists
from guanxi.people import queries as people
from guanxi.people import words as people_words
from guanxi.people.lists import privacy as privacy_lists
from guanxi.people.pages import customer as people_pages
from guanxi.people.pages import decisions
from guanxi.people.pages import identity as identity_pages
from guanxi.people.pages import privacy as privacy_pages
from guanxi.people.pages import relationships as relation_pages
from guanxi.people.queries import upkeep
from guanxi.people.queries.standing import register_standings
from guanxi.site import (
    call_orders,
    first_steps,
    house_personal,
    house_rules,
    house_settings,
    listings,
    menu,
    notices,
    reviews,
    shop_panel,
    things,
)
from guanxi.site import jobs as house_jobs
from guanxi.site import words as site_words
from guanxi.trade import actions as trade_actions
from guanxi.trade import events as trade_events
from guanxi.trade import imports as trade_imports
from guanxi.trade import jobs as trade_jobs
from guanxi.trade import lists as trade_lists
from guanxi.trade import pages as trade_pages
from guanxi.trade import queries as trade
from guanxi.trade import words as trade_words
from guanxi.trade.actions import enrolling, keying, shops
from guanxi.trade.pages import holdings as holding_pages
from guanxi.trade.pages import investing as investing_pages
from guanxi.trade.pages import ledger as ledger_pages
from guanxi.trade.queries import figures as order_figures
from guanxi.trade.queries import keying as trade_keying
from guanxi.trade.queries import market as market_reads
from guanxi.trade.queries import returns as return_reads
from guanxi.trade.queries import rulesets, soundness, troubles
from guanxi.trade.queries.afterwards import taken_back
from guanxi.trade.rules import telling as trade_telling
from guanxi.work import events as work_events
from guanxi.work import jobs as work_jobs
from guanxi.work import lists as work_lists
from guanxi.work import queries as work
from guanxi.work import words as work_words
from guanxi.work.queries import figures as work_figures
from guanxi.work.queries import knowledge as articles
from guanxi.work.queries import occupancy


def connect() -> None:
    """Everything, in one place."""
    for room in (
        file_words,
        import_words,
        people_imports,
        trade_imports,
        channel_imports,
        people_words,
        work_words,
        channel_words,
        trade_words,
        case_words,
        insight_words,
        site_words,
        house_settings,
    ):
        room.connect()
    for types in (
        staff,
        roster,
        organisation,
        options,
        audit,
        retention,
        monitor,
        tokens,
        list_views,
        list_events,
        webhook_events,
        file_events,
        import_events,
        notice_events,
        people_events,
        work_events,
        channel_events,
        trade_events,
        case_events,
        insight_events,
        pack_events,
    ):
        timeline.register(*types.ALL)
    cover.set_cover(cover_words)
    register_standings(worth_reads.standings)
    people_pages.show_standings(worth_pages.badge, worth_pages.tier_mark)
    people.add_worth(people.Worth("trade.view", trade.rank_by_spend, trade.spent_by))
    search.add_fold(simplified)
    search.add_sound(search.Sound(spoken=pinyin.terms, heard=pinyin.heard))
    lists.register(
        replace(people_lists.LISTING, bulk=[*people_lists.LISTING.bulk, listings.PUT_ON_CALL_LIST]),
        case_lists.LISTING,
        case_lists.ISSUES,
        trade_lists.LISTING,
        trade_lists.ACCOUNTS,
        trade_lists.PAYOUTS,
        trade_lists.PURCHASES,
        trade_lists.REMITTANCES,
        trade_lists.STOCK,
        trade_lists.RETURNS,
        trade_lists.SHOPS,
        trade_lists.LISTINGS,
        trade_lists.HOLDINGS,
        trade_lists.INVESTMENTS,
    )
    lists.register(work_lists.LISTING, channel_lists.LISTING, mail_lists.LISTING)
    lists.register(privacy_lists.LISTING)
    lists.register(*listings.LISTINGS)
    lists.register(people_lists.REVIEWS, replace(people_lists.DUE, bulk=[listings.ASK_TO_CONFIRM]))
    house_rules.connect()
    house_personal.connect()
    things.connect()
    imports.register(
        *people_imports.KINDS_OF_IMPORT,
        trade_imports.KIND,
        trade_imports.SLIPS,
        trade_imports.BALANCES,
        channel_imports.KIND,
        channel_imports.CALLS,
    )
    file_reach.register(market_reads.SUBJECT, market_reads.may_see)
    file_reach.register("return", return_reads.may_see)
    file_reach.register("mail", mail_reads.may_see_raw)
    file_reach.register("contact", contact_reads.may_see)
    mailroom.register_desk(by_mail.DESK)
    chatdesk.register_desk(by_chat.open_by_chat)
    for channel in ("chat", "phone"):
        contact_reads.register_page(channel, "chat")
    file_reach.register("case", cases.may_see, sides.may_see_file)
    _timelines()
    menu.connect()
    notices.connect()
    first_steps.connect()
    webhook_reach.register(
        {
            "case": "cases.view",
            "reply": "cases.handle",
            "person": "people.view",
            "message": "channels.view",
            "mail": "channels.mail",
            "mailbox": "site.settings",
            "contact": "channels.view",
            "call": "channels.converse",
            "call_list": "channels.campaigns",
            "order": "trade.view",
            "trade": "trade.ledger.view",
            "remittance": "trade.remit",
            "purchase": "trade.fulfil",
            "holding": "trade.holdings.view",
            "mandate": "trade.holdings.view",
            "investment": "trade.holdings.view",
            "work": "work.view",
            "article": "work.knowledge",
            "checklist": "work.knowledge",
        },
        people.whose,
    )
    case_schemes.connect()
    enrolling.keeps_deposit(case_protection.open_against)
    _receivers()
    _followers()
    _schedules()
    _figures()
    _panels()


def _timelines() -> None:
    choices.register("customer", "people.view", people_pages.choices)
    choices.register("product", "trade.view", trade_keying.choices)
    timelines.register("customer", "people.view", channel_pages.customer_base)
    timelines.register("customer_then", "people.view", channel_pages.customer_then_base)
    timelines.register("case", "cases.view", case_pages.timeline_base)
    timelines.add_link("case", case_pages.link_of)
    panels.add_slot("customer.", lambda actor, key: people.get_customer(actor, key).id)
    panels.add_slot("case.right", cases.customer_of_case)
    panels.add_slot("case.below", cases.case_id)


def _receivers() -> None:
    shops.keeps_open("cases", lambda shop, now: sides.has_open_case(shop.record_id))
    # Inside: a doubt about who somebody is becomes work for the stewards at once (people lies below work).
    events.receive_inside(people_events.REVIEW_ADDED.code, reviews.add_work)
    events.receive_inside(people_events.REVIEW_WOKEN.code, reviews.add_work)
    for over in (people_events.REVIEW_WITHDRAWN, people_events.REVIEW_PUT_OFF):
        events.receive_inside(over.code, reviews.drop_work)
    # And what a steward decides ends it, wherever it was decided.
    for decided in (
        people_events.MERGED,
        people_events.UNMERGED,
        people_events.RECORD_ATTACHED,
        people_events.RECORD_DETACHED,
        people_events.TOLD_APART,
        people_events.CONFIRMED,
    ):
        events.receive_inside(decided.code, reviews.settle_work)
    # A live contact is what its work is: accepted, put back, handed over.
    events.receive_inside(work_events.ASSIGNED.code, following.taken)
    events.receive_inside(work_events.RETURNED.code, following.returned)
    events.receive_inside(work_events.RETURNED.code, dialling.returned)
    events.receive_inside(work_events.MOVED.code, following.moved)
    # What the shop refused or contested of a return is settled on the case that complains of it.
    events.receive_inside("case.issue_opened", case_schemes.follow_return)
    # Money that comes into a seller's deposit makes promises whole whose deposit was short.
    events.receive_inside(trade_events.MONEY_MOVED.code, enrolling.money_came)


def _followers() -> None:
    case_said = {
        "case.opened",
        "case.appended",
        "case.answered",
        "case.resolved",
        "case.reopened",
        "case.retitled",
    }
    # A new name reads the stream from its beginning: what a row is found by has changed (pinyin).
    jobs.follow("people.index.2", {"person.recorded"}, people_jobs.index)
    jobs.follow("cases.index.2", case_said, case_jobs.index)
    jobs.follow("trade.index", trade_jobs.INDEXED, trade_jobs.index_market)
    jobs.follow("webhooks", None, webhook_jobs.heard)
    jobs.follow("cases.acknowledge", {"case.opened"}, case_jobs.acknowledge)
    jobs.follow("cases.tell_answer", {"case.answered", "case.resolved"}, case_jobs.tell_answer)
    jobs.follow("cases.tell_sides", case_jobs.TELLING, case_jobs.tell_sides)
    jobs.follow("market.tell", trade_telling.TYPES, house_jobs.tell_market)
    jobs.follow("cases.progress", case_jobs.PROGRESSING, case_jobs.progress)
    jobs.follow("cases.look_again", {"trade.verified"}, case_jobs.look_again)
    jobs.follow("cases.recount", {"work.calendar_changed"}, case_jobs.recount)
    jobs.follow("work.recount", {"work.calendar_changed"}, work_jobs.recount)
    jobs.follow("core.notices", notice_follow.types(), notice_follow.notify)
    jobs.follow("notices.mail", {"notice.added"}, channel_jobs.notices_added)
    jobs.follow("channels.lines", adapters.COMMANDED, channel_jobs.contacts_moved)
    jobs.follow("core.steps", steps.types(), steps.tick)


def _schedules() -> None:
    jobs.every("channels.mail", 60, channel_jobs.read_mailboxes)
    jobs.every("channels.contacts", 20, channel_jobs.sweep_contacts)
    jobs.every("channels.calls", 20, channel_jobs.feed_calls)
    jobs.every("work.sweep_absent", 30, work_jobs.sweep_absent)
    jobs.every("work.dispatch", 5, work_jobs.dispatch)
    jobs.every("webhooks.deliver", 600, webhook_jobs.deliver)  # should a waking ever be lost
    jobs.every("cases.expire", 60, case_jobs.expire)
    jobs.every("cases.tick", 60, case_jobs.tick)
    jobs.every("cases.retrain", "20 4 * * *", case_jobs.retrain)
    jobs.every("cases.retrain_soon", 900, case_jobs.retrain_soon)
    jobs.every("people.wake_reviews", 300, people_jobs.wake_reviews)
    jobs.every("people.unify", "30 1 * * *", people_jobs.unify_nightly)
    jobs.every("insight.reckon", "10 2 * * *", insight_jobs.reckon_nightly)
    jobs.every("lists.sweep", 600, list_jobs.sweep)
    jobs.every("notices.digest", "0 8 * * *", channel_jobs.tell_colleagues_daily)
    jobs.every("retention.sweep", "40 2 * * *", house_jobs.sweep_old)
    jobs.every("people.copies", "50 3 * * *", people_jobs.sweep_copies)
    jobs.every("trade.watch_protection", 60, trade_jobs.watch_protection)
    jobs.every("trade.tick_orders", 300, trade_jobs.tick_orders)
    jobs.every("trade.checkpoints", "10 4 * * *", trade_jobs.take_checkpoints)
    jobs.every("trade.close_shops", 3600, trade_jobs.close_shops)
    jobs.every("trade.lapse_investments", 60, trade_jobs.lapse_investments)
    jobs.every("files.sweep", "20 3 * * *", file_jobs.sweep)


def _figures() -> None:
    figures.register(
        Figure(
            code="cases.answered_in_time",
            title=_("Answered in time"),
            numerator=_("cases whose promised time did not pass unanswered"),
            denominator=_("cases opened in these days"),
            exclusions=_("none"),
            owner="supervisor",
            unit="%",
            target=90.0,
            right="cases.view",
            compute=cases.answered_in_time,
        )
    )
    for figure in (
        *upkeep.FIGURES,
        *order_figures.FIGURES,
        *work_figures.FIGURES,
        *case_quality.FIGURES,
        *opinions.FIGURES,
        *telemarketing.FIGURES,
        *occupancy.FIGURES,
    ):
        figures.register(figure)


def _panels() -> None:
    articles.register_names(procedures.names)
    articles.register_names(rulesets.line_names)
    work.register_subject("case", cases.describe)
    work.has_own_limit(case_actions.WORK_KIND)
    work.register_subject("issue", issues.describe)
    for kind in case_actions.issues.WORK_KINDS:
        work.has_own_limit(kind)
    work.register_subject("review", reviews.describe)
    work.register_subject(contact_reads.KIND, contact_reads.describe)
    work.register_subject(calling_reads.KIND, calling_reads.describe)
    work.has_own_limit(calling_reads.WORK_KIND)
    calling_reads.register_complaints(complained_after)
    calling_reads.register_taken_back(taken_back)
    calling_reads.register_order_form(call_orders.form_for)
    keying.register_origin("call", call_orders.remember)
    work.register_subject("trouble", troubles.describe)
    trade_actions.register_veto("case", issues.holds_order)
    doctor.register(soundness.check_books)
    order_figures.register_blemish("case", issues.mars_order)
    work.has_own_limit(trade_actions.WORK_KIND)
    rows, cell = "gx/panel_rows.html", "gx/band_cell.html"
    for band in (
        Panel(
            "people.identity",
            "customer.band",
            _("One person?"),
            cell,
            identity_pages.cell,
            "people.view",
            10,
            at=identity_pages.cell_then,
        ),
        Panel(
            "trade.bought",
            "customer.band",
            _("Purchases"),
            cell,
            trade_pages.band_cell,
            "trade.view",
            20,
            at=trade_pages.band_cell_then,
        ),
        Panel(
            "cases.standing",
            "customer.band",
            _("Cases"),
            cell,
            case_pages.band_cell,
            "cases.view",
            30,
            at=case_rewind.band_cell,
        ),
        Panel(
            "channels.last",
            "customer.band",
            _("Last contact"),
            cell,
            channel_pages.band_cell,
            "channels.view",
            40,
            at=channel_pages.band_cell_then,
        ),
    ):
        panels.register(band)
    for panel in (
        Panel(
            "cases.new",
            "customer.actions",
            _("New case"),
            "gx/action_button.html",
            case_pages.new_action,
            "cases.intake",
            10,
        ),
        Panel(
            "trade.role",
            "customer.roles",
            _("Buyer"),
            "gx/role_chip.html",
            trade_pages.role,
            "trade.view",
            10,
        ),
        Panel(
            "people.identifiers",
            "customer.left",
            _("How to reach this person"),
            "people/panels/identifiers.html",
            identity_pages.panel,
            "people.view",
            10,
            at=identity_pages.panel_then,
        ),
        Panel(
            "people.consent",
            "customer.left",
            _("Consent and refusal"),
            "people/panels/consent.html",
            people_pages.consent_panel,
            "people.view",
            20,
            at=people_pages.consent_panel_then,
        ),
        Panel(
            "people.relations",
            "customer.left",
            _("Households and companies"),
            "people/panels/relationships.html",
            relation_pages.panel,
            "people.view",
            30,
            at=relation_pages.panel_then,
        ),
        Panel(
            "people.decisions",
            "customer.left",
            _("Who is who: what was decided"),
            "people/decisions.html",
            decisions.history_panel,
            "people.review",
            40,
            folded=True,
            icon="git-merge",
        ),
        Panel(
            "people.privacy",
            "customer.left",
            _("Data and rights"),
            "people/panels/privacy.html",
            privacy_pages.panel,
            "people.view",
            35,
        ),
        Panel(
            "channels.timeline",
            "customer.middle",
            _("Contacts"),
            "channels/panels/timeline.html",
            channel_pages.timeline_panel,
            "channels.view",
            10,
            at=channel_pages.timeline_panel_then,
        ),
        Panel(
            "cases.customer",
            "customer.right",
            _("Cases"),
            rows,
            case_pages.panel,
            "cases.view",
            10,
            live=True,
            at=case_rewind.panel,
        ),
        Panel(
            "trade.orders",
            "customer.right",
            _("Orders"),
            rows,
            trade_pages.panel,
            "trade.view",
            20,
            live=True,
            at=trade_pages.panel_then,
        ),
        Panel(
            "trade.money",
            "customer.right",
            _("Deposit and money"),
            "trade/panels/money.html",
            ledger_pages.panel,
            "trade.ledger.view",
            30,
            live=True,
            at=ledger_pages.panel_then,
        ),
        Panel(
            "trade.holdings",
            "customer.right",
            _("Holdings"),
            "trade/panels/holdings.html",
            holding_pages.panel,
            "trade.holdings.view",
            25,
        ),
        Panel(
            "trade.shop",
            "customer.right",
            _("Shop"),
            "trade/panels/shop.html",
            shop_panel.panel,
            "trade.view",
            24,
        ),
        Panel(
            "cases.abuse",
            "customer.right",
            _("Signs of abuse"),
            "cases/panels/abuse.html",
            abuse_pages.signs,
            abuse_pages.RIGHT,
            70,
            folded=True,
        ),
        Panel(
            "cases.abuse_shop",
            "shop.staff",
            _("Signs of abuse"),
            "cases/panels/abuse_shop.html",
            abuse_pages.shop_signs,
            abuse_pages.RIGHT,
            10,
        ),
        Panel(
            "trade.mandates",
            "customer.right",
            _("Mandates and signatories"),
            "trade/panels/mandates.html",
            holding_pages.mandate_panel,
            "trade.holdings.view",
            26,
        ),
        Panel(
            "trade.investments",
            "customer.right",
            _("Orders to invest"),
            "trade/panels/investments.html",
            investing_pages.panel,
            "trade.holdings.view",
            27,
        ),
        Panel(
            "cases.timeline",
            "case.below",
            _("Timeline of the case"),
            "channels/panels/timeline.html",
            case_pages.timeline_panel,
            "channels.view",
            10,
            folded=True,
            icon="history",
        ),
        Panel(
            "cases.knowledge",
            "case.below",
            _("What may help"),
            "work/knowledge_fits.html",
            case_knowing.panel,
            "work.knowledge",
            5,
            folded=True,
            icon="book-2",
        ),
        Panel(
            "cases.alike",
            "case.below",
            _("How others like it were solved"),
            "cases/panels/alike.html",
            case_alike.panel,
            "cases.handle",
            6,
            folded=True,
            icon="history",
        ),
        Panel(
            "people.person",
            "case.right",
            _("Customer"),
            "people/panels/person.html",
            people_pages.person_panel,
            "people.view",
            10,
        ),
        Panel("trade.orders.case", "case.right", _("Orders"), rows, trade_pages.panel, "trade.view", 20),
        Panel(
            "cases.other", "case.right", _("Cases of this customer"), rows, case_pages.panel, "cases.view", 30
        ),
    ):
        panels.register(panel)
