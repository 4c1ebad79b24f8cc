"""How each route is called: an address that exists in the world, and a body that its form or operation accepts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client

from tests import measured
from tests.security.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
COMPLAINT = {"text": "The box was empty", "email": "new.person@example.org", "name": "New Person"}
WORDS = {"text": "These are the words"}
REPLY = {"code": "thanks", "title": {"en": "Thanks"}, "body": {"en": "Thank you"}}
PAID = {"amount_minor": 100, "currency": "CNY"}
MOVES = {"customer": "{buyer}", "amount_minor": 100, "currency": "CNY"}


@dataclass(frozen=True, slots=True)
class Call:
    """`address` names parts of the world in braces; `body` is form fields, or JSON for the API."""

    address: str = ""
    body: Mapping[str, Any] | None = None


# Key: the route as the URL configuration writes it, and " | variant" where one route has several faces.
CALLS: Mapping[str, Call] = {
    "": Call("/"),
    "find/": Call(body={"number": "{number}", "reach": "liming@example.org"}),
    "language/": Call(body={"language": "en", "next": "/"}),
    "procedure/": Call(),
    "procedure/request/": Call(),
    "procedure/rules/": Call(),
    "procedure/figures/": Call(),
    "procedure/<slug:code>/": Call("/procedure/complaint/"),
    "standards/": Call(),
    "standards/desk/": Call(body={"code": "hats", "name_zh": "帽子", "name_en": "Hats", "category": "phones"}),
    "standards/desk/<slug:code>/": Call("/standards/desk/phone/"),
    "standards/desk/<slug:code>/write/": Call("/standards/desk/phone/write/", {"p0-code": "weight"}),
    "standards/desk/<slug:code>/<slug:verb>/": Call("/standards/desk/phone/recall/", {}),
    "standards/panels/<slug:public_id>/": Call("/standards/panels/{panel}/"),
    "standards/panels/<slug:public_id>/<slug:verb>/": Call(
        "/standards/panels/{panel}/assess/", {"expert": "1", "specimen": "1", "grade": "A"}
    ),
    "standards/panels/<slug:public_id>/<slug:verb>/ | expert": Call(
        "/standards/panels/{panel}/expert/", {"name": "Dr Ye"}
    ),
    "standards/<slug:code>/": Call("/standards/phone/"),
    "standards/<slug:code>/<int:number>.json": Call("/standards/phone/1.json"),
    "standards/<slug:code>/<int:number>/comment/": Call("/standards/phone/2/comment/", WORDS),
    "then-and-now/": Call(),
    "stage/": Call(),
    "stage/begin/": Call(),
    "stage/telephone/": Call(),
    "stage/telephone/ring/": Call(body={"number": "13912345678"}),
    "stage/telephone/<slug:public_id>/hang-up/": Call("/stage/telephone/{chat}/hang-up/"),
    "stage/next/": Call(body={"step": "0"}),
    "complain/": Call(body=COMPLAINT),
    "c/<str:token>/received/": Call("/c/{link}/received/"),
    "c/<str:token>/": Call("/c/{link}/"),
    "c/<str:token>/<slug:verb>/": Call("/c/{link}/append/", WORDS),
    "c/<str:token>/<slug:verb>/ | answer": Call("/c/{link}/answer/", WORDS),
    "c/<str:token>/issues/<int:place>/<slug:verb>/": Call("/c/{sided_link}/issues/1/withdraw/", WORDS),
    "c/<str:token>/issues/<int:place>/<slug:verb>/ | propose": Call("/c/{sided_link}/issues/1/propose/", WORDS),
    "c/<str:token>/files/<slug:public_id>/": Call("/c/{link}/files/{file}/"),
    "c/<str:token>/files/<slug:public_id>/preview/": Call("/c/{link}/files/{file}/preview/"),
    "files/<slug:public_id>/": Call("/files/{file}/"),
    "files/<slug:public_id>/preview/": Call("/files/{file}/preview/"),
    "files/<slug:public_id>/erase/": Call("/files/{file}/erase/"),
    "chat/": Call(body={"text": "Hello", "reach": "new.person@example.org", "proof": "{chat_begin}"}),
    "chat/left/<str:token>/": Call("/chat/left/{chat_left}/"),
    "chat/<str:token>/": Call("/chat/{chat_link}/"),
    "chat/<str:token>/files/<slug:public_id>/": Call("/chat/{chat_link}/files/{chat_file}/"),
    "chat/<str:token>/files/<slug:public_id>/preview/": Call("/chat/{chat_link}/files/{chat_file}/preview/"),
    "chat/<str:token>/<slug:verb>/": Call("/chat/{chat_link}/say/", {**WORDS, "proof": "{chat_proof}"}),
    "chat/<str:token>/<slug:verb>/ | leave": Call("/chat/{chat_link}/leave/", {"proof": "{chat_proof}"}),
    "call-back/": Call(body={"number": "13912345678", "wish": "The invoice"}),
    "call-back/<str:token>/": Call("/call-back/{call_back}/"),
    "call-back/<str:token>/cancel/": Call("/call-back/{call_back}/cancel/"),
    "chats/": Call(),
    "chats/<slug:public_id>/": Call("/chats/{chat}/"),
    "chats/<slug:public_id>/<slug:verb>/": Call("/chats/{chat}/say/", WORDS),
    "chats/<slug:public_id>/<slug:verb>/ | end": Call("/chats/{chat}/end/", {"outcome": "solved"}),
    "timeline/<slug:kind>/<slug:key>/": Call("/timeline/customer/{buyer}/"),
    "timeline/<slug:kind>/<slug:key>/ | case": Call("/timeline/case/{number}/"),
    "panels/<str:code>/<slug:key>/": Call("/panels/cases.timeline/{number}/"),
    "activity/": Call(),
    "insight/": Call(),
    "insight/run/": Call(),
    "insight/process/": Call(),
    "orders/new/": Call(body={"customer": "{buyer}", "product1": "{listing}"}),
    "choose/<slug:kind>/": Call("/choose/customer/?q=li"),
    "my/": Call(),
    "market/": Call(),
    "market/pictures/<slug:public_id>/": Call("/market/pictures/F9999/"),
    "market/<slug:public_id>/": Call("/market/{listing}/"),
    "market/<slug:public_id>/ask/": Call("/market/{listing}/ask/", {"text": "Is the box there?"}),
    "market/<slug:public_id>/buy/": Call(
        "/market/{listing}/buy/", {"quantity": "1", "name": "Li Ming", "phone": "13912345678", "address": "1 High St"}
    ),
    "shops/<slug:public_id>/": Call("/shops/{shop}/"),
    "my/orders/": Call(),
    "my/orders/<slug:public_id>/": Call("/my/orders/{sale}/"),
    "my/orders/<slug:public_id>/<slug:verb>/": Call("/my/orders/{sale}/cancel/", {"key": "a"}),
    "my/shop/": Call(),
    "my/shop/open/": Call(body={"name": "A new shop"}),
    "my/shop/ship/": Call(body={"tracking-{sale}": "SF1"}),
    "my/shop/listings/": Call(),
    "my/shop/listings/new/": Call(body={"title": "A telephone", "price": "10", "price_currency": "CNY",
                                        "category": "phones", "ship_hours": "48", "stock": "1"}),
    "my/shop/listings/<slug:public_id>/": Call("/my/shop/listings/{listing}/"),
    "my/shop/listings/<slug:public_id>/<slug:verb>/": Call("/my/shop/listings/{listing}/pause/", {"key": "a"}),
    "my/shop/questions/<slug:public_id>/": Call("/my/shop/questions/{question}/", {"text": "No, it has not."}),
    "my/shop/orders/": Call(),
    "my/shop/orders/<slug:public_id>/": Call("/my/shop/orders/{sale}/"),
    "my/shop/orders/<slug:public_id>/<slug:verb>/": Call(
        "/my/shop/orders/{sale}/ship/", {"carrier": "sf", "tracking": "SF1"}
    ),
    "my/orders/<slug:public_id>/return/": Call("/my/orders/{sale}/return/", {"line": "1", "quantity": "1"}),
    "my/returns/<slug:public_id>/": Call("/my/returns/{return}/"),
    "my/returns/<slug:public_id>/<slug:verb>/": Call("/my/returns/{return}/agree/"),
    "my/shop/schemes/": Call(),
    "my/shop/schemes/<slug:scheme>/<slug:verb>/": Call("/my/shop/schemes/lightning/join/"),
    "shops/": Call(),
    "listings/": Call(),
    "returns/": Call(),
    "returns/<slug:public_id>/": Call("/returns/{return}/"),
    "returns/<slug:public_id>/<slug:verb>/": Call("/returns/{return}/agree/"),
    "protection/": Call(),
    "protection/report.csv": Call(),
    "protection/schemes/": Call(),
    "protection/what-if/": Call(),
    "protection/what-if/publish/": Call(body={"scheme": "lightning", "reason": "less"}),
    "my/shop/<slug:verb>/": Call("/my/shop/change/", {"name": "Jane and sons", "about": "", "city": ""}),
    "my/sign-in/": Call(body={"reach": "nobody@example.org"}),
    "my/code/<slug:public_id>/": Call("/my/code/S-00000000/", {"code": "000000"}),
    "my/sign-out/": Call(),
    "my/cases/<slug:number>/": Call("/my/cases/{number}/"),
    "my/cases/<slug:number>/<slug:verb>/": Call("/my/cases/{number}/append/", WORDS),
    "my/cases/<slug:number>/<slug:verb>/ | reopen": Call("/my/cases/{resolved}/reopen/", WORDS),
    "my/cases/": Call(),
    "my/answers/<slug:verb>/": Call("/my/answers/preview/", {"answer": "contest"}),
    "my/cases/<slug:number>/issues/<int:place>/<slug:verb>/": Call("/my/cases/{sided}/issues/1/withdraw/", WORDS),
    "p/<str:token>/": Call("/p/{choices}/"),
    "p/<str:token>/<slug:verb>/": Call("/p/{choices}/save/", {"service-email": "1"}),
    "privacy/": Call(),
    "privacy/new/": Call(body={"customer": "{buyer}", "kind": "access", "law": "gdpr", "channel": "letter"}),
    "privacy/<slug:public_id>/": Call("/privacy/{request}/"),
    "privacy/<slug:public_id>/<slug:verb>/": Call("/privacy/{request}/restrict/"),
    "privacy/copies/<str:key>/": Call("/privacy/copies/{copy_key}/"),
    "today/": Call(),
    "knowledge/": Call(),
    "knowledge/new/": Call(
        body={"code": "hats", "kind": "article", "title_en": "Hats", "body_en": "How hats are answered"}
    ),
    "knowledge/suggest/": Call(body={"text": "包裹迟到", "kind": "late_parcel"}),
    "knowledge/<slug:code>/": Call("/knowledge/late-parcel/"),
    "knowledge/<slug:code>/edit/": Call(
        "/knowledge/late-parcel/edit/", {"title_en": "Late", "body_en": "How late parcels are answered"}
    ),
    "knowledge/<slug:code>/<slug:verb>/": Call("/knowledge/late-parcel/helped/"),
    "knowledge/<slug:code>/<slug:verb>/ | retire": Call("/knowledge/late-parcel/retire/"),
    "training/": Call(),
    "training/team/": Call(),
    "training/lists/": Call(),
    "training/lists/new/": Call(body={"code": "second", "name_en": "Second week", "key": "k"}),
    "training/lists/<slug:code>/edit/": Call(
        "/training/lists/safe-work/edit/", {"name_en": "Work safely", "version": "1", "key": "k"}
    ),
    "training/<slug:code>/<slug:item>/<slug:verb>/": Call("/training/safe-work/two-step/done/"),
    "work/": Call(),
    "desk/start/": Call(body={}),
    "desk/leave/": Call(body={}),
    "desk/stop/": Call(body={}),
    "work/next/": Call(),
    "work/<slug:public_id>/take/": Call("/work/{item}/take/"),
    "work/<slug:public_id>/put-back/": Call("/work/{item}/put-back/", {"word": "not mine"}),
    "work/<slug:public_id>/do/<slug:verb>/": Call("/work/{item}/do/accept/"),
    "board/": Call(),
    "board/forecast/": Call(),
    "board/rota/": Call(),
    "board/rota/<slug:verb>/": Call("/board/rota/copy/"),
    "board/what-if/": Call(body={"weeks": "0"}),
    "figures/": Call(),
    "figures/<str:code>/": Call("/figures/work.handled/"),
    "audits/": Call(),
    "audits/draw/": Call(body={"each": "1", "seed": "1"}),
    "audits/<slug:public_id>/": Call("/audits/none/", {"tone": "yes"}),
    "audits/<slug:public_id>/reply/": Call("/audits/none/reply/", {"words": "I did"}),
    "presence/wrap-up/": Call(),
    "presence/": Call(body={"presence": "ready"}),
    "presence/beat/": Call(),
    "customers/": Call(),
    "customers/<slug:public_id>/worth/": Call("/customers/{buyer}/worth/"),
    "customers/<slug:public_id>/worth/set/": Call(
        "/customers/{buyer}/worth/set/",
        {"standing": "latent", "tier": "", "days": "9", "reason": "said so", "key": "k"},
    ),
    "my/worth/": Call(),
    "customers/<slug:public_id>/": Call("/customers/{buyer}/"),
    "customers/<slug:public_id>/relations/": Call(
        "/customers/{buyer}/relations/", {"other": "{other_buyer}", "role": "agent"}
    ),
    "customers/<slug:public_id>/relations/<slug:relation>/end/": Call(
        "/customers/{buyer}/relations/{relation}/end/", {"why": "moved away"}
    ),
    "customers/<slug:public_id>/pin/": Call("/customers/{buyer}/pin/", {"field": "name"}),
    "customers/<slug:public_id>/note/": Call("/customers/{buyer}/note/", WORDS),
    "customers/<slug:public_id>/nature/": Call("/customers/{buyer}/nature/", {"nature": "company"}),
    "customers/new/": Call(body={"name": "New Person", "email": "new.person@example.org", "source": "phone"}),
    "customers/<slug:public_id>/identifiers/<slug:verb>/": Call(
        "/customers/{buyer}/identifiers/verify/", {"identifier": "{identifier}"}
    ),
    "identity/": Call(),
    "identity/list/": Call(),
    "identity/likely/": Call(body={"phone": "13912345678"}),
    "identity/compare/": Call(
        "/identity/compare/?c={twin}&c={double}", {"c": ["{twin}", "{double}"], "do": "merge", "survivor": "{twin}"}
    ),
    "identity/reviews/<slug:public_id>/<slug:verb>/": Call("/identity/reviews/{review}/reject/"),
    "identity/reviews/<slug:public_id>/<slug:verb>/ | accept": Call(
        "/identity/reviews/{review}/accept/", {"survivor": "{twin}"}
    ),
    "identity/history/<slug:public_id>/": Call("/identity/history/{buyer}/"),
    "identity/decisions/<slug:public_id>/<slug:verb>/": Call("/identity/decisions/{merge}/undo/", {"apart": "1"}),
    "identity/upkeep/": Call(),
    "identity/scans/": Call(),
    "identity/scans/start/": Call(),
    "identity/scans/<slug:public_id>/use/": Call("/identity/scans/none/use/", {"why": "a test"}),
    "identity/due/": Call(),
    "identity/ask/<slug:public_id>/": Call("/identity/ask/{buyer}/"),
    "confirm/<str:token>/": Call("/confirm/{confirm}/", {"email": "newer@example.org"}),
    "cases/": Call(),
    "issues/": Call(),
    "cases/new/": Call(body=COMPLAINT),
    "cases/board/": Call(),
    "cases/causes/": Call(),
    "cases/samples/": Call(),
    "cases/samples/draw/": Call(),
    "cases/samples/<slug:public_id>/": Call("/cases/samples/none/", {"heard": "yes"}),
    "cases/approvals/": Call(),
    "cases/learning/": Call(),
    "cases/learning/start/": Call(body={}),
    "cases/learning/try/": Call(body={"text": "包裹破了"}),
    "cases/consultations/": Call(),
    "cases/<slug:number>/": Call("/cases/{number}/"),
    "cases/<slug:number>/replies/": Call("/cases/{number}/replies/"),
    "cases/<slug:number>/writing/<slug:verb>/": Call("/cases/{number}/writing/keep/", WORDS),
    "cases/<slug:number>/writing/<slug:verb>/ | use": Call("/cases/{number}/writing/use/", {"reply": "SR-NONE"}),
    "replies/": Call(),
    "replies/new/": Call(body={"code": "thanks", "title_en": "Thanks", "body_en": "Thank you"}),
    "replies/<slug:public_id>/": Call("/replies/SR-NONE/"),
    "replies/<slug:public_id>/<slug:verb>/": Call("/replies/SR-NONE/remove/", {}),
    "cases/<slug:number>/<slug:verb>/": Call("/cases/{number}/answer/", WORDS),
    "cases/<slug:number>/<slug:verb>/ | append": Call("/cases/{number}/append/", WORDS),
    "cases/<slug:number>/<slug:verb>/ | resolve": Call("/cases/{number}/resolve/", WORDS),
    "cases/<slug:number>/<slug:verb>/ | reopen": Call("/cases/{resolved}/reopen/", WORDS),
    "cases/<slug:number>/ | dispute": Call("/cases/{sided}/"),
    "cases/<slug:number>/<slug:verb>/ | link": Call("/cases/{sided}/link/", {"other": "{number}"}),
    "cases/<slug:number>/issues/<int:place>/<slug:verb>/": Call(
        "/cases/{sided}/issues/1/reclassify/", {"code": "late_parcel"}
    ),
    "orders/": Call(),
    "orders/<slug:public_id>/": Call("/orders/{sale}/"),
    "orders/<slug:public_id>/<slug:verb>/": Call("/orders/{sale}/cancel/", {"key": "a"}),
    "remittances/": Call(),
    "remittances/new/": Call(body={"slip": "P-2", "amount": "8", "amount_currency": "CNY", "paid_on": "2026-03-02"}),
    "remittances/<slug:public_id>/": Call("/remittances/{slip}/"),
    "remittances/<slug:public_id>/<slug:verb>/": Call("/remittances/{slip}/send-back/"),
    "purchases/": Call(),
    "purchases/new/": Call(body={"sku": "CD-1", "supplier": "press", "quantity": "2", "cost": "8"}),
    "purchases/<slug:public_id>/": Call("/purchases/{purchase}/"),
    "purchases/<slug:public_id>/<slug:verb>/": Call("/purchases/{purchase}/arrive/", {"good": "5"}),
    "stock/": Call(),
    "stages/": Call(),
    "stages/batches/<slug:public_id>/list.pdf": Call("/stages/batches/{batch}/list.pdf"),
    "stages/batches/<slug:public_id>/labels.pdf": Call("/stages/batches/{batch}/labels.pdf"),
    "stages/<slug:code>/": Call("/stages/arrivals/"),
    "stages/<slug:code>/scan/": Call("/stages/arrivals/scan/", {"text": "CD-1", "once": "k"}),
    "stages/<slug:code>/put-down/": Call("/stages/arrivals/put-down/"),
    "holdings/": Call(),
    "holdings/add/": Call(body={"customer": "{buyer}", "sku": "CUR", "number": "777", "currency": "CNY", "step": "open"}),
    "holdings/<slug:public_id>/": Call("/holdings/{held}/"),
    "holdings/<slug:public_id>/<slug:verb>/": Call("/holdings/{held}/terms/", {"term-units": "5"}),
    "mandates/<slug:customer>/": Call("/mandates/{buyer}/", {"person": "{other_buyer}", "alone": "100"}),
    "mandates/<slug:public_id>/revoke/": Call("/mandates/{mandate}/revoke/"),
    "investments/": Call(),
    "investments/add/": Call(
        body={"customer": "{buyer}", "sku": "FND", "side": "buy", "amount": "5000", "amount_currency": "CNY",
              "channel": "phone", "step": "draft"}
    ),
    "investments/<slug:public_id>/": Call("/investments/{invested}/"),
    "investments/<slug:public_id>/<slug:verb>/": Call("/investments/{invested}/read/"),
    "lines/": Call(),
    "lines/margins/": Call(body={"line": "accounts", "percent": "1", "since": "2026-01-01", "cost_currency": "CNY"}),
    "branches/": Call(),
    "my/holdings/": Call(),
    "ledger/": Call(),
    "ledger/top-up/": Call(body={"customer": "{buyer}", "amount": "1", "amount_currency": "CNY"}),
    "ledger/accounts/<slug:public_id>/": Call("/ledger/accounts/{account}/"),
    "ledger/accounts/<slug:public_id>/<slug:verb>/": Call(
        "/ledger/accounts/{account}/withdraw/", {"amount": "1"}
    ),
    "ledger/entries/<slug:public_id>/": Call("/ledger/entries/{entry}/"),
    "ledger/payouts/": Call(),
    "ledger/payouts/<slug:public_id>/<slug:verb>/": Call("/ledger/payouts/{payout}/confirm/"),
    "palette/": Call("/palette/?q=发票"),
    "help/<slug:topic>/": Call("/help/today/"),
    "steps/dismiss/": Call(),
    "steps/<slug:code>/taken/": Call("/steps/palette/taken/"),
    "notices/": Call(),
    "notices/bell/": Call(),
    "notices/read/": Call(),
    "notices/marks/": Call(body={"ids": "N-00000000", "verb": "read"}),
    "notices/choose/": Call(body={"case.overdue.app": "on"}),
    "notices/<slug:public_id>/<slug:verb>/": Call("/notices/N-00000000/read/"),
    "lists/runs/": Call(),
    "lists/runs/<slug:public_id>/": Call("/lists/runs/{run}/"),
    "lists/runs/<slug:public_id>/rows.csv": Call("/lists/runs/{run}/rows.csv"),
    "lists/runs/<slug:public_id>/<slug:verb>/": Call("/lists/runs/{run}/cancel/"),
    "lists/exports/": Call(),
    "lists/exports/file/<str:key>/": Call("/lists/exports/file/{export_key}/"),
    "lists/exports/<slug:public_id>/cancel/": Call("/lists/exports/{export}/cancel/"),
    "lists/<slug:code>/bulk/<slug:action>/": Call(
        "/lists/cases/bulk/resolve/", {"keys": "{number}", "confirm": "1", "text": "Put right"}
    ),
    "lists/<slug:code>/export/": Call("/lists/cases/export/", {"query": "state=recorded"}),
    "lists/<slug:code>/count/": Call("/lists/cases/count/"),
    "lists/<slug:code>/filter/": Call("/lists/cases/filter/?column=state&one=recorded"),
    "lists/<slug:code>/look/": Call("/lists/cases/look/", {"do": "keep", "column": "case", "density": "dense"}),
    "lists/<slug:code>/views/": Call("/lists/cases/views/", {"name": "Late ones", "query": "state=recorded"}),
    "lists/<slug:code>/views/<slug:public_id>/": Call("/lists/cases/views/{view}/", {"do": "rename", "name": "Other"}),
    "lists/<slug:code>/<slug:key>/quick/": Call("/lists/cases/{number}/quick/"),
    "lists/<slug:code>/<slug:key>/<slug:column>/": Call(
        "/lists/cases/{number}/case/", {"value": "A better subject", "original": "{title}"}
    ),
    "imports/": Call(),
    "imports/new/": Call(body={"kind": "customers"}),
    "imports/<slug:public_id>/": Call("/imports/{imported}/"),
    "imports/<slug:public_id>/errors.csv": Call("/imports/{imported}/errors.csv"),
    "imports/<slug:public_id>/<slug:verb>/": Call("/imports/{imported}/start/"),
    "search/": Call("/search/?q=发票"),
    "outbox/": Call(),
    "outbox/letters/": Call(),
    "inbox/mails/": Call(),
    "inbox/mails/<slug:public_id>/": Call("/inbox/mails/{mail}/"),
    "inbox/mails/<slug:public_id>/<slug:verb>/": Call("/inbox/mails/{mail}/open/", {}),
    "outbound/": Call(),
    "outbound/new/": Call(
        body={"name": "Spring", "team": "online-service", "purpose": "marketing", "mon": "09:00-12:00",
              "attempts_max": "3", "pause_minutes": "60"}
    ),
    "outbound/<slug:public_id>/": Call("/outbound/{call_list}/"),
    "outbound/<slug:public_id>/<slug:verb>/": Call("/outbound/{call_list}/pause/", {}),
    "outbound/call/<slug:public_id>/": Call("/outbound/call/{call}/"),
    "outbound/call/<slug:public_id>/<slug:verb>/": Call("/outbound/call/{call}/dial/", {}),
    "settings/mailboxes/": Call(),
    "settings/mailboxes/new/": Call(
        body={"name": "Shop", "address": "shop@house.example", "host": "imap.house.example", "port": "993",
              "security": "tls", "username": "shop", "password": "correct horse", "folder": "INBOX"}
    ),
    "settings/mailboxes/<slug:public_id>/": Call("/settings/mailboxes/{mailbox}/"),
    "settings/mailboxes/<slug:public_id>/<slug:verb>/": Call("/settings/mailboxes/{mailbox}/pause/", {}),
    "settings/": Call(),
    "settings/sample/remove/": Call(),
    "settings/sample/": Call(),
    "settings/users/": Call(),
    "settings/users/new/": Call(
        body={"username": "new.one", "name": "New One", "language": "en", "unit": ""},
    ),
    "settings/users/<slug:public_id>/": Call("/settings/users/{colleague}/"),
    "settings/users/<slug:public_id>/way-in/": Call(
        "/settings/users/{colleague}/way-in/",
        {"way": "link"},
    ),
    "settings/users/<slug:public_id>/<slug:verb>/": Call("/settings/users/{colleague}/shut-out/", {}),
    "settings/users/<slug:public_id>/<slug:verb>/ | last": Call(
        "/settings/users/{administrator}/revoke/",
        {"role": "administrator", "at": "club"},
    ),
    "settings/roles/": Call(),
    "settings/roles/new/": Call(
        body={"code": "night", "name_zh": "夜班", "name_en": "Night", "r:cases.view": "team"},
    ),
    "settings/roles/<slug:code>/": Call(
        "/settings/roles/agent/",
        {"name_zh": "客服", "name_en": "Agent", "r:cases.view": "team"},
    ),
    "settings/rights/": Call("/settings/rights/?thing=case&number={number}"),
    "settings/units/": Call(),
    "settings/units/add/": Call(
        body={"code": "night", "kind": "department", "name_zh": "夜班", "name_en": "Night", "parent": "club"},
    ),
    "settings/units/<slug:code>/": Call("/settings/units/letters/"),
    "settings/units/<slug:code>/<slug:verb>/": Call(
        "/settings/units/letters/rename/",
        {"name_zh": "信件", "name_en": "Letters and more"},
    ),
    "settings/branches/<slug:code>/": Call(
        "/settings/branches/club/",
        {
            "city_zh": "上海",
            "city_en": "Shanghai",
            "address_zh": "南京路 1 号",
            "address_en": "1 Nanjing Road",
            "hours_mon": "09:00-17:00",
        },
    ),
    "settings/calendars/": Call(),
    "settings/calendars/<slug:code>/": Call("/settings/calendars/letters/"),
    "settings/calendars/<slug:code>/day/": Call(
        "/settings/calendars/letters/day/",
        {"day": "2026-05-04", "way": "closed", "why": "moving house"},
    ),
    "settings/house/": Call(),
    "settings/house/<str:code>/": Call(
        "/settings/house/house.name_en/",
        {"value": "Another house", "why": "we moved"},
    ),
    "settings/house/<str:code>/back/": Call("/settings/house/house.name_en/back/", {"event": "1"}),
    "settings/environment/": Call(),
    "settings/pack/": Call(),
    "settings/jobs/": Call(),
    "settings/jobs/<uuid:job_id>/": Call("/settings/jobs/{job}/"),
    "settings/jobs/<uuid:job_id>/<slug:verb>/": Call("/settings/jobs/{job}/cancel/", {}),
    "settings/running/": Call(),
    "settings/outbox/": Call(),
    "settings/outbox/<slug:public_id>/again/": Call("/settings/outbox/M-00000-00000/again/", {}),
    "settings/audit/": Call(),
    "settings/audit/<int:seq>/": Call("/settings/audit/1/"),
    "settings/chain/": Call(),
    "settings/chain/verify/": Call(body={}),
    "settings/retention/": Call(),
    "settings/retention/run/": Call(body={}),
    "settings/retention/hold/": Call(body={"on": "1", "why": "a court asked"}),
    "settings/retention/persons/": Call(body={"kind": "customer", "code": "{buyer}", "reason": "a court asked"}),
    "settings/retention/persons/<slug:public_id>/lift/": Call(
        "/settings/retention/persons/Z-00000-00000/lift/", {"reason": "it is over"}
    ),
    "welcome/<str:token>/": Call("/welcome/nothing/", {"password": "x" * 12, "again": "x" * 12}),
    "settings/procedure/": Call(),
    "settings/procedure/try/": Call(body={"kind": "complaint", "limit:investigation": "12 h"}),
    "settings/procedure/publish/": Call(
        body={"kind": "complaint", "limit:investigation": "12 h", "version": "1", "reason": "Answers come sooner"}
    ),
    "settings/tokens/": Call(),
    "settings/tokens/new/": Call(body={"name": "shop", "right:cases.view": "team", "days": "30"}),
    "settings/tokens/<slug:public_id>/revoke/": Call("/settings/tokens/{spare}/revoke/"),
    "settings/webhooks/": Call(),
    "settings/webhooks/new/": Call(body={"name": "shop", "url": "https://hooks.shop.example/x"}),
    "settings/webhooks/deliveries/": Call(),
    "settings/webhooks/<slug:public_id>/": Call("/settings/webhooks/{hook}/"),
    "settings/webhooks/<slug:public_id>/<slug:verb>/": Call("/settings/webhooks/{hook}/ping/"),
    "accounts/login/": Call(body={"login": "nobody", "password": "wrong password"}),
    "accounts/logout/": Call(),
    "accounts/password/change/": Call(
        body={"oldpassword": "wrong", "password1": "x" * 12, "password2": "x" * 12}
    ),
    "accounts/reauthenticate/": Call(body={"password": "wrong"}),
    "accounts/2fa/authenticate/": Call(body={"code": "000000"}),
    "accounts/2fa/reauthenticate/": Call(body={"code": "000000"}),
    "accounts/2fa/": Call(),
    "accounts/2fa/totp/activate/": Call(body={"code": "000000"}),
    "accounts/2fa/totp/deactivate/": Call(),
    "accounts/2fa/recovery-codes/": Call(),
    "accounts/2fa/recovery-codes/generate/": Call(),
    "accounts/2fa/recovery-codes/download/": Call(),
    "api/v1/openapi.json": Call(),
    "api/v1/cases": Call(body={"text": "The box was empty", "contact": {"email": "new@example.org"}}),
    "api/v1/cases/<number>": Call("/api/v1/cases/{number}"),
    "api/v1/cases/<number>/<verb>": Call("/api/v1/cases/{number}/answer", WORDS),
    "api/v1/cases/<number>/issues": Call("/api/v1/cases/{sided}/issues", {"kind": "late_parcel"}),
    "api/v1/cases/<number>/issues/<place>": Call("/api/v1/cases/{sided}/issues/1"),
    "api/v1/cases/<number>/issues/<place>/measurements": Call(
        "/api/v1/cases/{sided}/issues/1/measurements", {"values": {"scratches": 3}}
    ),
    "api/v1/cases/<number>/issues/<place>/<verb>": Call(
        "/api/v1/cases/{sided}/issues/1/reclassify", {"code": "late_parcel"}
    ),
    "api/v1/cases/<number>/respondent": Call(
        "/api/v1/cases/{sided}/respondent", {"customer": "{other_buyer}", "role": "seller"}
    ),
    "api/v1/cases/<number>/split": Call("/api/v1/cases/{sided}/split", {"place": 1}),
    "api/v1/cases/<number>/link": Call("/api/v1/cases/{sided}/link", {"other": "{resolved}"}),
    "api/v1/cases/<number>/unlink": Call("/api/v1/cases/{sided}/unlink", {"other": "{resolved}"}),
    "api/v1/cases/<number>/merge": Call("/api/v1/cases/{sided}/merge", {"into": "{number}"}),
    "api/v1/cases/<number>/unmerge": Call("/api/v1/cases/{sided}/unmerge"),
    "api/v1/cases/<number>/suggestions": Call("/api/v1/cases/{sided}/suggestions"),
    "api/v1/cases/<number>/suggestions/<suggestion>/dismiss": Call(
        "/api/v1/cases/{sided}/suggestions/1/dismiss"
    ),
    "api/v1/procedures": Call(),
    "api/v1/procedures/current": Call(),
    "api/v1/procedures/<number>": Call("/api/v1/procedures/1"),
    "api/v1/cases/<number>/drafts": Call("/api/v1/cases/{number}/drafts"),
    "api/v1/replies": Call(body=REPLY),
    "api/v1/replies/<public_id>": Call("/api/v1/replies/SR-NONE", REPLY),
    "api/v1/replies/<public_id>/use": Call("/api/v1/replies/SR-NONE/use", {"case": "{number}"}),
    "api/v1/approvals": Call(),
    "api/v1/consultations": Call(),
    "api/v1/samples": Call(),
    "api/v1/samples/<sample>/review": Call(
        "/api/v1/samples/1/review",
        {"heard": True, "reasons": True, "rules": True, "in_time": True, "tone": True},
    ),
    "api/v1/customers": Call(body={"source": "shop", "email": "new@example.org"}),
    "api/v1/customers/<public_id>": Call("/api/v1/customers/{buyer}"),
    "api/v1/privacy/requests": Call(body={"customer": "{buyer}", "kind": "access", "law": "gdpr"}),
    "api/v1/privacy/requests/<public_id>": Call("/api/v1/privacy/requests/{request}"),
    "api/v1/privacy/requests/<public_id>/do": Call("/api/v1/privacy/requests/{request}/do", {"deed": "restrict"}),
    "api/v1/privacy/may-contact": Call(
        "/api/v1/privacy/may-contact?customer={buyer}&purpose=marketing&channel=email"
    ),
    "api/v1/customers/<public_id>/relationships": Call(
        "/api/v1/customers/{buyer}/relationships", {"other": "{other_buyer}", "role": "agent"}
    ),
    "api/v1/customers/<public_id>/relationships/<relation>/end": Call(
        "/api/v1/customers/{buyer}/relationships/{relation}/end", {"why": "moved away"}
    ),
    "api/v1/customers/<public_id>/nature": Call("/api/v1/customers/{buyer}/nature", {"nature": "company"}),
    "api/v1/customers/<public_id>/merge": Call(
        "/api/v1/customers/{twin}/merge?other={double}", {"others": ["{double}"]}
    ),
    "api/v1/customers/<public_id>/apart": Call("/api/v1/customers/{twin}/apart", {"other": "{double}"}),
    "api/v1/customers/<public_id>/decisions": Call("/api/v1/customers/{twin}/decisions"),
    "api/v1/scans": Call(),
    "api/v1/scans/<public_id>": Call("/api/v1/scans/{scan}"),
    "api/v1/reviews": Call(),
    "api/v1/reviews/<public_id>": Call("/api/v1/reviews/{review}"),
    "api/v1/reviews/<public_id>/accept": Call("/api/v1/reviews/{review}/accept", {}),
    "api/v1/reviews/<public_id>/reject": Call("/api/v1/reviews/{review}/reject", {}),
    "api/v1/reviews/<public_id>/later": Call("/api/v1/reviews/{review}/later", {"until": "2026-12-24T08:00:00Z"}),
    "api/v1/decisions/<public_id>/unmerge": Call("/api/v1/decisions/{merge}/unmerge", {}),
    "api/v1/decisions/<public_id>/tie": Call("/api/v1/decisions/{merge}/tie", {}),
    "api/v1/decisions/<public_id>/lift": Call("/api/v1/decisions/{merge}/lift", {}),
    "api/v1/customers/candidates": Call(body={"phone": "13912345678"}),
    "api/v1/customers/<public_id>/troubles": Call(
        "/api/v1/customers/{buyer}/troubles",
        {"kind": "email", "value": "liming@example.org", "trouble": "bounced"},
    ),
    "api/v1/holdings": Call(body={"customer": "{buyer}", "sku": "CUR", "number": "888"}),
    "api/v1/holdings/<public_id>": Call("/api/v1/holdings/{held}"),
    "api/v1/holdings/<public_id>/balances": Call("/api/v1/holdings/{held}/balances"),
    "api/v1/holdings/<public_id>/terms": Call("/api/v1/holdings/{held}/terms", {"terms": {"units": "7"}}),
    "api/v1/holdings/<public_id>/close": Call("/api/v1/holdings/{held}/close"),
    "api/v1/balances": Call(body={"items": [{"holding": "{held}", "day": "{today}", "amount_minor": 5}]}),
    "api/v1/mandates": Call(
        "/api/v1/mandates?client={buyer}", {"client": "{buyer}", "person": "{other_buyer}", "alone_minor": 100}
    ),
    "api/v1/mandates/<public_id>/revoke": Call("/api/v1/mandates/{mandate}/revoke"),
    "api/v1/investments": Call(
        body={"customer": "{buyer}", "sku": "FND", "side": "buy", "amount_minor": 500000}
    ),
    "api/v1/investments/<public_id>": Call("/api/v1/investments/{invested}"),
    "api/v1/investments/<public_id>/read": Call("/api/v1/investments/{invested}/read", {}),
    "api/v1/investments/<public_id>/confirm": Call(
        "/api/v1/investments/{invested}/confirm", {"person": "{buyer}", "reading": 1, "words": "Yes"}
    ),
    "api/v1/investments/<public_id>/place": Call("/api/v1/investments/{invested}/place"),
    "api/v1/investments/<public_id>/execute": Call(
        "/api/v1/investments/{invested}/execute", {"units": "4000", "amount_minor": 500000}
    ),
    "api/v1/investments/<public_id>/cancel": Call("/api/v1/investments/{invested}/cancel"),
    "api/v1/ledger/accounts": Call(),
    "api/v1/ledger/accounts/<public_id>": Call("/api/v1/ledger/accounts/{account}"),
    "api/v1/ledger/entries/<public_id>": Call("/api/v1/ledger/entries/{entry}"),
    "api/v1/ledger/top-ups": Call(body=MOVES),
    "api/v1/ledger/withdrawals": Call(body=MOVES),
    "api/v1/ledger/holds": Call(body={**MOVES, "reference_kind": "order", "reference": "A-1"}),
    "api/v1/ledger/releases": Call(body={**MOVES, "reference_kind": "order", "reference": "A-1"}),
    "api/v1/orders": Call(
        body={"customer": "{buyer}", "lines": [{"product": "{listing}"}], "paid": True}
    ),
    "api/v1/orders/<public_id>": Call("/api/v1/orders/{order}"),
    "api/v1/standards": Call(
        body={"category": "phones", "code": "tablet", "name": {"zh-hans": "平板", "en": "Tablets"}}
    ),
    "api/v1/standard-categories": Call(
        body={"code": "tablets", "name": {"zh-hans": "平板", "en": "Tablets"}}
    ),
    "api/v1/standards/<code>": Call("/api/v1/standards/phone"),
    "api/v1/standards/<code>/versions": Call("/api/v1/standards/phone/versions", {}),
    "api/v1/standards/<code>/versions/<number>": Call(
        "/api/v1/standards/phone/versions/2", {"content": measured.CONTENT}
    ),
    "api/v1/standards/<code>/versions/<number>/comments": Call("/api/v1/standards/phone/versions/2/comments", WORDS),
    "api/v1/standards/<code>/versions/<number>/comments/<comment>/answer": Call(
        "/api/v1/standards/phone/versions/2/comments/{comment}/answer", WORDS
    ),
    "api/v1/standards/<code>/versions/<number>/<verb>": Call("/api/v1/standards/phone/versions/2/recall", {}),
    "api/v1/standards/<code>/panels": Call("/api/v1/standards/phone/panels", {"number": 1}),
    "api/v1/panels/<public_id>": Call("/api/v1/panels/{panel}"),
    "api/v1/panels/<public_id>/assessments": Call(
        "/api/v1/panels/{panel}/assessments", {"expert": 1, "specimen": 1, "grade": "A"}
    ),
    "api/v1/panels/<public_id>/experts": Call("/api/v1/panels/{panel}/experts", {"name": "Tao"}),
    "api/v1/panels/<public_id>/specimens": Call("/api/v1/panels/{panel}/specimens", {"name": "A telephone"}),
    "api/v1/panels/<public_id>/<verb>": Call("/api/v1/panels/{panel}/close"),
    "api/v1/orders/<public_id>/payments": Call("/api/v1/orders/{sale}/payments", PAID),
    "api/v1/orders/<public_id>/refunds": Call("/api/v1/orders/{sale}/refunds", PAID),
    "api/v1/orders/<public_id>/stages/<stage>/finish": Call("/api/v1/orders/{sale}/stages/pack/finish"),
    "api/v1/orders/<public_id>/troubles": Call("/api/v1/orders/{sale}/troubles", {"kind": "no_stock"}),
    "api/v1/orders/<public_id>/troubles/<trouble>/settle": Call(
        "/api/v1/orders/{sale}/troubles/X-1/settle", {"how": "went_on"}
    ),
    "api/v1/orders/<public_id>/parcels": Call(
        "/api/v1/orders/{sale}/parcels", {"carrier": "sf", "tracking": "SF1"}
    ),
    "api/v1/orders/<public_id>/parcels/<parcel>/hand-over": Call("/api/v1/orders/{sale}/parcels/H-1/hand-over"),
    "api/v1/orders/<public_id>/receive": Call("/api/v1/orders/{sale}/receive"),
    "api/v1/orders/<public_id>/pay-seller": Call("/api/v1/orders/{sale}/pay-seller"),
    "api/v1/orders/<public_id>/cancel": Call("/api/v1/orders/{sale}/cancel", {}),
    "api/v1/carriers/<carrier>/events": Call(
        "/api/v1/carriers/sf/events",
        {"tracking": "SF9", "events": [{"number": "1", "code": "moving", "occurred": "2026-03-02T08:00:00Z"}]},
    ),
    "api/v1/returns": Call(body={"order": "{sale}", "reason": "damaged"}),
    "api/v1/returns/carrier-events": Call(
        body={"carrier": "sf", "tracking": "SF-NONE", "code": "delivered", "occurred": "2026-01-01T00:00:00Z"}
    ),
    "api/v1/returns/<public_id>": Call("/api/v1/returns/{return}"),
    "api/v1/returns/<public_id>/agree": Call("/api/v1/returns/{return}/agree"),
    "api/v1/returns/<public_id>/refuse": Call("/api/v1/returns/{return}/refuse", {"words": "No damage"}),
    "api/v1/returns/<public_id>/withdraw": Call("/api/v1/returns/{return}/withdraw"),
    "api/v1/returns/<public_id>/send": Call(
        "/api/v1/returns/{return}/send", {"carrier": "sf", "tracking": "SF1234"}
    ),
    "api/v1/returns/<public_id>/arrive": Call("/api/v1/returns/{return}/arrive", {}),
    "api/v1/returns/<public_id>/check": Call("/api/v1/returns/{return}/check", {"finding": "as_sent"}),
    "api/v1/returns/<public_id>/repaired": Call("/api/v1/returns/{return}/repaired", {}),
    "api/v1/schemes": Call(),
    "api/v1/enrolments": Call(body={"shop": "{shop}", "scheme": "lightning"}),
    "api/v1/enrolments/<public_id>/notice": Call("/api/v1/enrolments/{promise}/notice"),
    "api/v1/verifications": Call(
        body={"order": "{sale}", "kind": "measured", "by": "inspection", "name": "Our table", "bad": False}
    ),
    "api/v1/remittances": Call(
        body={"slip": "P-2", "amount_minor": 100, "currency": "CNY", "paid_on": "2026-03-02"}
    ),
    "api/v1/remittances/<public_id>": Call("/api/v1/remittances/{slip}"),
    "api/v1/remittances/<public_id>/match": Call("/api/v1/remittances/{slip}/match", {"order": "nothing"}),
    "api/v1/remittances/<public_id>/unmatch": Call("/api/v1/remittances/{slip}/unmatch"),
    "api/v1/remittances/<public_id>/send-back": Call("/api/v1/remittances/{slip}/send-back"),
    "api/v1/remittances/<public_id>/credit": Call("/api/v1/remittances/{slip}/credit", {"customer": "{buyer}"}),
    "api/v1/remittances/<public_id>/order": Call(
        "/api/v1/remittances/{slip}/order", {"customer": "{buyer}", "lines": [{"sku": "nothing"}]}
    ),
    "api/v1/suppliers": Call(body={"code": "mill", "name": "Mill"}),
    "api/v1/purchases": Call(
        body={"supplier": "press", "sku": "CD-1", "quantity": 2, "cost_minor": 100, "currency": "CNY"}
    ),
    "api/v1/purchases/<public_id>": Call("/api/v1/purchases/{purchase}"),
    "api/v1/purchases/<public_id>/deliveries": Call("/api/v1/purchases/{purchase}/deliveries", {"good": 2}),
    "api/v1/purchases/<public_id>/close": Call("/api/v1/purchases/{purchase}/close"),
    "api/v1/purchases/<public_id>/invoice": Call(
        "/api/v1/purchases/{purchase}/invoice", {"reference": "I-1", "amount_minor": 9_000, "currency": "CNY"}
    ),
    "api/v1/purchases/<public_id>/pay": Call("/api/v1/purchases/{purchase}/pay", {}),
    "api/v1/stages": Call(),
    "api/v1/stages/<code>": Call("/api/v1/stages/pack"),
    "api/v1/stages/<code>/scans": Call("/api/v1/stages/pack/scans", {"text": "nothing"}),
    "api/v1/stages/<code>/finish": Call("/api/v1/stages/pack/finish"),
    "api/v1/stages/<code>/trouble": Call("/api/v1/stages/pack/trouble", {"kind": "no_stock"}),
    "api/v1/stages/<code>/undo": Call("/api/v1/stages/pack/undo"),
    "api/v1/stages/<code>/put-down": Call("/api/v1/stages/pack/put-down"),
    "api/v1/batches/<public_id>": Call("/api/v1/batches/{batch}"),
    "api/v1/market": Call(),
    "api/v1/market/<public_id>": Call("/api/v1/market/{listing}"),
    "api/v1/market/shops/<public_id>": Call("/api/v1/market/shops/{shop}"),
    "api/v1/shops": Call(body={"customer": "{buyer}", "name": "A new shop"}),
    "api/v1/shops/<public_id>": Call("/api/v1/shops/{shop}", {"name": "Jane's corner", "city": "Lhasa"}),
    "api/v1/shops/<public_id>/leave": Call("/api/v1/shops/{shop}/leave"),
    "api/v1/shops/<public_id>/stay": Call("/api/v1/shops/{shop}/stay"),
    "api/v1/listings": Call(
        body={"shop": "{shop}", "title": "A telephone", "category": "phones", "price_minor": 500}
    ),
    "api/v1/listings/<public_id>": Call(
        "/api/v1/listings/{listing}", {"title": "A telephone", "category": "phones", "price_minor": 500}
    ),
    "api/v1/listings/<public_id>/stock": Call("/api/v1/listings/{listing}/stock", {"left": 3}),
    "api/v1/listings/<public_id>/questions": Call(
        "/api/v1/listings/{listing}/questions", {"customer": "{buyer}", "text": "Is the box there?"}
    ),
    "api/v1/listings/<public_id>/<verb>": Call("/api/v1/listings/{listing}/pause"),
    "api/v1/questions/<public_id>/answer": Call("/api/v1/questions/{question}/answer", {"text": "It is."}),
    "api/v1/questions/<public_id>/hide": Call("/api/v1/questions/{question}/hide", {}),
    "api/v1/knowledge": Call(),
    "api/v1/knowledge/<code>": Call("/api/v1/knowledge/late-parcel"),
    "api/v1/knowledge/<code>/publish": Call(
        "/api/v1/knowledge/late-parcel/publish", {"title": {"en": "Late"}, "body": {"en": "Say sorry"}}
    ),
    "api/v1/knowledge/<code>/vote": Call("/api/v1/knowledge/late-parcel/vote", {"helped": True}),
    "api/v1/work": Call(),
    "api/v1/work/mine": Call(),
    "api/v1/work/presence": Call(body={"presence": "away"}),
    "api/v1/work/next": Call(),
    "api/v1/work/offer": Call(),
    "api/v1/work/board": Call(),
    "api/v1/figures": Call(),
    "api/v1/figures/<code>/rows": Call("/api/v1/figures/work.handled/rows"),
    "api/v1/work/<public_id>/accept": Call("/api/v1/work/{item}/accept"),
    "api/v1/work/<public_id>/decline": Call("/api/v1/work/{item}/decline"),
    "api/v1/work/<public_id>/take": Call("/api/v1/work/{item}/take"),
    "api/v1/work/<public_id>/put-back": Call("/api/v1/work/{item}/put-back", {"word": "not mine"}),
    "api/v1/customers/<public_id>/timeline": Call("/api/v1/customers/{buyer}/timeline"),
    "api/v1/contacts": Call(),
    "api/v1/contacts/<public_id>": Call("/api/v1/contacts/{chat}"),
    "api/v1/contacts/heard": Call(body={"what": "offered", "channel": "sms", "call": "c-1"}),
    "api/v1/contacts/<public_id>/say": Call("/api/v1/contacts/{chat}/say", WORDS),
    "api/v1/contacts/<public_id>/end": Call("/api/v1/contacts/{chat}/end", {"outcome": "solved"}),
    "api/v1/call-lists": Call(
        body={"name": "Summer", "team": "online-service", "week": {"mon": "09:00-12:00"}}
    ),
    "api/v1/call-lists/<public_id>": Call("/api/v1/call-lists/{call_list}"),
    "api/v1/call-lists/<public_id>/calls": Call("/api/v1/call-lists/{call_list}/calls"),
    "api/v1/call-lists/<public_id>/customers": Call(
        "/api/v1/call-lists/{call_list}/customers", {"customers": ["{buyer}"]}
    ),
    "api/v1/call-lists/<public_id>/<verb>": Call("/api/v1/call-lists/{call_list}/pause", {}),
    "api/v1/outbound-calls/<public_id>": Call("/api/v1/outbound-calls/{call}"),
    "api/v1/outbound-calls/<public_id>/dial": Call("/api/v1/outbound-calls/{call}/dial", {}),
    "api/v1/outbound-calls/<public_id>/result": Call("/api/v1/outbound-calls/{call}/result", {"result": "no"}),
    "api/v1/messages": Call(),
    "api/v1/messages/<public_id>": Call("/api/v1/messages/{message}"),
    "api/v1/lists": Call(),
    "api/v1/lists/<code>": Call("/api/v1/lists/cases?state=recorded"),
    "api/v1/search": Call("/api/v1/search?q=发票"),
    "api/v1/events": Call(),
    "api/v1/event-types": Call(),
    "api/v1/webhooks": Call(body={"name": "new", "url": "https://hooks.shop.example/new"}),
    "api/v1/webhooks/<public_id>": Call("/api/v1/webhooks/{hook}", {"name": "changed"}),
    "api/v1/webhooks/<public_id>/pause": Call("/api/v1/webhooks/{hook}/pause"),
    "api/v1/webhooks/<public_id>/resume": Call("/api/v1/webhooks/{hook}/resume"),
    "api/v1/webhooks/<public_id>/rotate": Call("/api/v1/webhooks/{hook}/rotate"),
    "api/v1/webhooks/<public_id>/replay": Call("/api/v1/webhooks/{hook}/replay", {"seq": 1}),
    "api/v1/webhooks/<public_id>/ping": Call("/api/v1/webhooks/{hook}/ping"),
    "api/v1/webhooks/<public_id>/deliveries": Call("/api/v1/webhooks/{hook}/deliveries"),
    "api/v1/tokens/self": Call(),
    "api/v1/tokens": Call(),
    "api/v1/tokens/<public_id>": Call("/api/v1/tokens/{spare}"),
    "api/v1/staff/users": Call(body={"username": "newcomer", "name": "New Comer"}),
    "api/v1/staff/users/<public_id>": Call("/api/v1/staff/users/{colleague}", {"name": "Other Name"}),
    "api/v1/staff/users/<public_id>/roles": Call("/api/v1/staff/users/{colleague}/roles", {"role": "agent"}),
    "api/v1/staff/users/<public_id>/roles/<role>": Call("/api/v1/staff/users/{colleague}/roles/nothing"),
    "api/v1/staff/users/<public_id>/seat": Call(
        "/api/v1/staff/users/{colleague}/seat", {"team": "nowhere", "languages": ["en"], "capacity": 3}
    ),
    "api/v1/staff/users/<public_id>/<verb>": Call("/api/v1/staff/users/{colleague}/shut-out", {}),
    "api/v1/staff/roles": Call(body={"code": "night", "name_zh": "夜班", "name_en": "Night", "rights": {"cases.view": "team"}}),
    "api/v1/staff/roles/<code>": Call(
        "/api/v1/staff/roles/agent", {"name_zh": "专员", "name_en": "Agent", "rights": {"cases.view": "team"}}
    ),
    "api/v1/staff/units": Call(
        body={"code": "harbour", "kind": "branch", "name_zh": "港", "name_en": "Harbour"}
    ),
    "api/v1/staff/units/<code>": Call("/api/v1/staff/units/abroad-team", {"name_zh": "外", "name_en": "Out"}),
    "api/v1/staff/units/<code>/move": Call("/api/v1/staff/units/abroad-team/move", {"parent": ""}),
    "api/v1/settings/options": Call(),
    "api/v1/settings/options/<code>": Call(
        "/api/v1/settings/options/house.name_en", {"value": "Harbour Club", "why": "renamed"}
    ),
    "api/v1/settings/calendars/<team>/<day>": Call(
        "/api/v1/settings/calendars/abroad-team/2026-12-24", {"hours": [], "why": "closed"}
    ),
    "api/v1/settings/retention": Call(),
    "api/v1/settings/retention/hold": Call(body={"on": True, "why": "court"}),
    "api/v1/settings/sample": Call(),
    "api/v1/settings/jobs": Call(),
    "api/v1/settings/chain": Call(),
    "api/v1/lists/<code>/bulk/<action>": Call(
        "/api/v1/lists/cases/bulk/resolve", {"keys": ["{number}"], "values": {"text": "Put right"}}
    ),
    "api/v1/runs/<public_id>": Call("/api/v1/runs/{run}"),
    "api/v1/runs/<public_id>/<verb>": Call("/api/v1/runs/{run}/cancel"),
    "api/v1/exports": Call(body={"list": "cases", "query": "state=answered"}),
    "api/v1/exports/<public_id>": Call("/api/v1/exports/{export}"),
    "api/v1/exports/<public_id>/file": Call("/api/v1/exports/{export}/file"),
    "api/v1/files": Call(body={"file": "hello"}),
    "api/v1/files/<public_id>": Call("/api/v1/files/{file}"),
    "api/v1/files/<public_id>/content": Call("/api/v1/files/{file}/content"),
    "api/v1/imports/kinds": Call(),
    "api/v1/imports": Call(body={"kind": "customers"}),
    "api/v1/imports/<public_id>": Call("/api/v1/imports/{imported}"),
    "api/v1/imports/<public_id>/mapping": Call(
        "/api/v1/imports/{imported}/mapping", {"options": {"source": "crm"}}
    ),
    "api/v1/imports/<public_id>/errors.csv": Call("/api/v1/imports/{imported}/errors.csv"),
    "api/v1/imports/<public_id>/<verb>": Call("/api/v1/imports/{imported}/start"),
    "healthz": Call(),
    "readyz": Call(),
    "metrics": Call(),
}  # fmt: skip


def route_of(key: str) -> str:
    return key.partition(" | ")[0]


def address(key: str, world: World) -> str:
    return (CALLS[key].address or f"/{route_of(key)}").format(**world.names)


def send(client: Client, method: str, key: str, world: World) -> HttpResponseBase:
    """Call the route with this method and its good body; redirects are not followed."""
    where, body = address(key, world), CALLS[key].body
    if method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        return client.generic(method, where)
    names = world.names
    body = {name: _named(value, names) for name, value in (body or {}).items()}
    if where == "/api/v1/files" and method == "POST":
        return client.post(where, {"file": SimpleUploadedFile("hello.txt", b"hello", "text/plain")})
    if where in ("/imports/new/", "/api/v1/imports") and method == "POST":
        return client.post(
            where, {**body, "file": SimpleUploadedFile("p.csv", b"name,email\nA B,a@example.org\n")}
        )
    if where.startswith("/api/"):
        return client.generic(method, where, _json(body), content_type="application/json")
    if method == "POST":
        return client.post(where, body)
    return client.generic(method, where, b"", content_type="application/x-www-form-urlencoded")


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    if isinstance(value, dict):
        return {key: _named(one, names) for key, one in value.items()}
    return value.format(**names) if isinstance(value, str) else value


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()
