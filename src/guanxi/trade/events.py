from django.utils.translation import gettext_lazy as _

from guanxi.core.timeline import EventType

ORDER_IMPORTED = EventType("order.imported", _("Order"), icon="shopping-bag", direction="in")
ORDER_CORRECTED = EventType("order.corrected", _("Order corrected"), icon="package")
ORDER_WITHDRAWN = EventType(
    "order.withdrawn", _("Imported order taken back"), icon="arrow-back-up", shown=False
)
MONEY_MOVED = EventType("trade.money_moved", _("Money moved"), icon="coin")
PAYOUT_CHANGED = EventType("trade.payout_changed", _("Payout"), icon="building-bank")
RULES_PUBLISHED = EventType("trade.rules_published", _("Rules of trade published"), icon="gavel", shown=False)
SHOP_OPENED = EventType("shop.opened", _("Shop opened"), icon="building-store")
SHOP_CHANGED = EventType("shop.changed", _("Shop changed"), icon="edit", shown=False)
SHOP_LEFT = EventType("shop.left", _("Shop gives notice"), icon="logout")
SHOP_STAYED = EventType("shop.stayed", _("Shop stays after all"), icon="arrow-back-up")
SHOP_CLOSED = EventType("shop.closed", _("Shop closed"), icon="lock")
LISTING_ADDED = EventType("listing.added", _("Put on sale"), icon="tag", shown=False)
LISTING_CHANGED = EventType("listing.changed", _("Listing changed"), icon="edit", shown=False)
LISTING_STOCKED = EventType("listing.stocked", _("Stock changed"), icon="package", shown=False)
LISTING_MOVED = EventType("listing.moved", _("Listing paused, resumed or ended"), icon="tag", shown=False)
QUESTION_ASKED = EventType("question.asked", _("Asked before buying"), icon="message-circle", direction="in")
QUESTION_ANSWERED = EventType("question.answered", _("Shop answered"), icon="message-2", direction="out")
QUESTION_HIDDEN = EventType("question.hidden", _("Question taken off the page"), icon="x", shown=False)
MARKET = (
    SHOP_OPENED,
    SHOP_CHANGED,
    SHOP_LEFT,
    SHOP_STAYED,
    SHOP_CLOSED,
    LISTING_ADDED,
    LISTING_CHANGED,
    LISTING_STOCKED,
    LISTING_MOVED,
    QUESTION_ASKED,
    QUESTION_ANSWERED,
    QUESTION_HIDDEN,
)
STANDARD_ADDED = EventType("standard.added", _("Quality standard added"), icon="checklist", shown=False)
STANDARD_DRAFTED = EventType("standard.drafted", _("Standard drafted"), icon="edit", shown=False)
STANDARD_CHANGED = EventType("standard.changed", _("Draft of a standard changed"), icon="edit", shown=False)
STANDARD_CONSULTED = EventType(
    "standard.consulted", _("Standard laid open for comments"), icon="messages", shown=False
)
STANDARD_RECALLED = EventType(
    "standard.recalled", _("Standard taken back to draft"), icon="arrow-back-up", shown=False
)
STANDARD_PUBLISHED = EventType(
    "standard.published", _("Standard published"), icon="rosette-discount-check", shown=False
)
STANDARD_ENDED = EventType("standard.ended", _("Standard ended"), icon="circle-x", shown=False)
STANDARD_COMMENTED = EventType(
    "standard.commented", _("Standard commented on"), icon="message", direction="in"
)
STANDARD_ANSWERED = EventType(
    "standard.comment_answered", _("Comment on a standard answered"), icon="message-reply", direction="out"
)
PANEL_OPENED = EventType("panel.opened", _("Panel of experts opened"), icon="users", shown=False)
PANEL_CHANGED = EventType("panel.changed", _("Panel changed"), icon="users", shown=False)
PANEL_ASSESSED = EventType("panel.assessed", _("Specimen judged"), icon="checklist", shown=False)
PANEL_ENDED = EventType("panel.ended", _("Panel ended"), icon="users", shown=False)
STANDARDS = (
    STANDARD_ADDED,
    STANDARD_DRAFTED,
    STANDARD_CHANGED,
    STANDARD_CONSULTED,
    STANDARD_RECALLED,
    STANDARD_PUBLISHED,
    STANDARD_ENDED,
    STANDARD_COMMENTED,
    STANDARD_ANSWERED,
    PANEL_OPENED,
    PANEL_CHANGED,
    PANEL_ASSESSED,
    PANEL_ENDED,
)
ORDER_PLACED = EventType("order.placed", _("Order placed"), icon="shopping-bag", direction="in")
ORDER_PAID = EventType("order.paid", _("Payment for an order"), icon="coin", direction="in")
ORDER_REFUNDED = EventType("order.refunded", _("Refund for an order"), icon="coin", direction="out")
ORDER_CANCELLED = EventType("order.cancelled", _("Order cancelled"), icon="x")
STAGE_DONE = EventType("order.stage_done", _("Stage of an order done"), icon="check", shown=False)
STAGE_OVERDUE = EventType("order.stage_overdue", _("Stage of an order overdue"), icon="clock")
ORDER_STOPPED = EventType("order.stopped", _("Trouble with an order"), icon="alert-triangle")
TROUBLE_SETTLED = EventType("order.trouble_settled", _("Trouble settled"), icon="check")
PARCEL_MADE = EventType("order.parcel", _("Parcel"), icon="package", direction="out")
PARCEL_HEARD = EventType("order.carrier", _("The carrier reports"), icon="package")
ORDER_RECEIVED = EventType("order.received", _("Order received"), icon="check")
SELLER_PAID = EventType("order.seller_paid", _("Seller paid"), icon="coin", shown=False)
STOCK_PUT = EventType("stock.put", _("Goods put in stock"), icon="package", shown=False)
WAY = (
    ORDER_PLACED,
    ORDER_PAID,
    ORDER_REFUNDED,
    ORDER_CANCELLED,
    STAGE_DONE,
    STAGE_OVERDUE,
    ORDER_STOPPED,
    TROUBLE_SETTLED,
    PARCEL_MADE,
    PARCEL_HEARD,
    ORDER_RECEIVED,
    SELLER_PAID,
    STOCK_PUT,
)
ENROLMENT_CHANGED = EventType("trade.enrolment_changed", _("Protection scheme"), icon="shield-check")
RETURN_CHANGED = EventType("trade.return_changed", _("Return"), icon="arrow-back-up")
VERIFIED = EventType("trade.verified", _("Goods verified"), icon="checklist")
PROTECTION = (ENROLMENT_CHANGED, RETURN_CHANGED, VERIFIED)
SLIP_RECORDED = EventType("remittance.recorded", _("Remittance slip"), icon="receipt", direction="in")
SLIP_MATCHED = EventType("remittance.matched", _("Slip matched to an order"), icon="receipt")
SLIP_UNMATCHED = EventType("remittance.unmatched", _("Match of a slip taken back"), icon="arrow-back-up")
SLIP_RETURNED = EventType(
    "remittance.returned", _("Money of a slip sent back"), icon="receipt", direction="out"
)
SLIP_CREDITED = EventType("remittance.credited", _("Money of a slip kept as deposit"), icon="coin")
SLIP_WITHDRAWN = EventType("remittance.withdrawn", _("Slip taken away"), icon="arrow-back-up", shown=False)
SUPPLIER_ADDED = EventType("purchase.supplier_added", _("Supplier added"), icon="building", shown=False)
PURCHASE_ORDERED = EventType("purchase.ordered", _("Ordered from a supplier"), icon="package", shown=False)
PURCHASE_ARRIVED = EventType("purchase.arrived", _("Goods of a supplier came"), icon="package", shown=False)
PURCHASE_CLOSED = EventType("purchase.closed", _("Purchase closed"), icon="x", shown=False)
PURCHASE_INVOICED = EventType("purchase.invoiced", _("Invoice of a supplier"), icon="receipt", shown=False)
PURCHASE_PAID = EventType("purchase.paid", _("Supplier paid"), icon="building-bank", shown=False)
BATCH_MADE = EventType("stage.batch_made", _("Batch made"), icon="package", shown=False)
SCAN_UNDONE = EventType("stage.scan_undone", _("Scan taken back"), icon="arrow-back-up", shown=False)
DESK = (
    SLIP_RECORDED,
    SLIP_MATCHED,
    SLIP_UNMATCHED,
    SLIP_RETURNED,
    SLIP_CREDITED,
    SLIP_WITHDRAWN,
    SUPPLIER_ADDED,
    PURCHASE_ORDERED,
    PURCHASE_ARRIVED,
    PURCHASE_CLOSED,
    PURCHASE_INVOICED,
    PURCHASE_PAID,
    BATCH_MADE,
    SCAN_UNDONE,
)
HOLDING_OPENED = EventType("holding.opened", _("Holding opened"), icon="building-bank")
HOLDING_CHANGED = EventType("holding.changed", _("Terms of a holding changed"), icon="edit")
HOLDING_CLOSED = EventType("holding.closed", _("Holding closed"), icon="lock")
BALANCE_RECORDED = EventType("holding.balance_recorded", _("Balance"), icon="coin", shown=False)
BALANCE_WITHDRAWN = EventType(
    "holding.balance_withdrawn", _("Balance taken back"), icon="arrow-back-up", shown=False
)
MARGIN_SET = EventType("trade.margin_set", _("Margin of a product line set"), icon="scale", shown=False)
MANDATE_GRANTED = EventType("mandate.granted", _("Mandate given"), icon="checkbox")
MANDATE_REVOKED = EventType("mandate.revoked", _("Mandate revoked"), icon="circle-x")
INVESTMENT_DRAFTED = EventType("investment.drafted", _("Investment order drafted"), icon="edit")
INVESTMENT_READ = EventType(
    "investment.read_back", _("Investment order read back"), icon="speakerphone", direction="out"
)
INVESTMENT_SIGNED = EventType(
    "investment.signed", _("Yes to an investment order"), icon="checkbox", direction="in"
)
INVESTMENT_PLACED = EventType("investment.placed", _("Investment order placed"), icon="send")
INVESTMENT_EXECUTED = EventType("investment.executed", _("Investment order executed"), icon="circle-check")
INVESTMENT_LATE = EventType("investment.too_late", _("Investment order missed its cut-off"), icon="alarm")
INVESTMENT_CANCELLED = EventType("investment.cancelled", _("Investment order cancelled"), icon="x")
HELD = (
    HOLDING_OPENED,
    HOLDING_CHANGED,
    HOLDING_CLOSED,
    BALANCE_RECORDED,
    BALANCE_WITHDRAWN,
    MARGIN_SET,
    MANDATE_GRANTED,
    MANDATE_REVOKED,
    INVESTMENT_DRAFTED,
    INVESTMENT_READ,
    INVESTMENT_SIGNED,
    INVESTMENT_PLACED,
    INVESTMENT_EXECUTED,
    INVESTMENT_LATE,
    INVESTMENT_CANCELLED,
)
ALL = (
    *DESK,
    ORDER_IMPORTED,
    ORDER_CORRECTED,
    ORDER_WITHDRAWN,
    MONEY_MOVED,
    PAYOUT_CHANGED,
    RULES_PUBLISHED,
    *WAY,
    *MARKET,
    *STANDARDS,
    *PROTECTION,
    *HELD,
)
