"""How each route is called: an address that exists in the world, and a body that its form or operation accepts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client

from tests.security.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
COMPLAINT = {"text": "The box was empty", "email": "new.person@example.org", "name": "New Person"}
WORDS = {"text": "These are the words"}


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
    "complain/": Call(body=COMPLAINT),
    "c/<str:token>/received/": Call("/c/{link}/received/"),
    "c/<str:token>/": Call("/c/{link}/"),
    "c/<str:token>/<slug:verb>/": Call("/c/{link}/append/", WORDS),
    "c/<str:token>/<slug:verb>/ | answer": Call("/c/{link}/answer/", WORDS),
    "c/<str:token>/files/<slug:public_id>/": Call("/c/{link}/files/{file}/"),
    "c/<str:token>/files/<slug:public_id>/preview/": Call("/c/{link}/files/{file}/preview/"),
    "files/<slug:public_id>/": Call("/files/{file}/"),
    "files/<slug:public_id>/preview/": Call("/files/{file}/preview/"),
    "files/<slug:public_id>/erase/": Call("/files/{file}/erase/"),
    "timeline/<slug:kind>/<slug:key>/": Call("/timeline/customer/{buyer}/"),
    "timeline/<slug:kind>/<slug:key>/ | case": Call("/timeline/case/{number}/"),
    "panels/<str:code>/<slug:key>/": Call("/panels/cases.timeline/{number}/"),
    "activity/": Call(),
    "choose/<slug:kind>/": Call("/choose/customer/?q=li"),
    "my/": Call(),
    "my/sign-in/": Call(body={"reach": "nobody@example.org"}),
    "my/code/<slug:public_id>/": Call("/my/code/S-00000000/", {"code": "000000"}),
    "my/sign-out/": Call(),
    "my/cases/<slug:number>/": Call("/my/cases/{number}/"),
    "my/cases/<slug:number>/<slug:verb>/": Call("/my/cases/{number}/append/", WORDS),
    "my/cases/<slug:number>/<slug:verb>/ | reopen": Call("/my/cases/{resolved}/reopen/", WORDS),
    "p/<str:token>/": Call("/p/{choices}/"),
    "p/<str:token>/<slug:verb>/": Call("/p/{choices}/save/", {"service-email": "1"}),
    "privacy/": Call(),
    "privacy/new/": Call(body={"customer": "{buyer}", "kind": "access", "law": "gdpr", "channel": "letter"}),
    "privacy/<slug:public_id>/": Call("/privacy/{request}/"),
    "privacy/<slug:public_id>/<slug:verb>/": Call("/privacy/{request}/restrict/"),
    "privacy/copies/<str:key>/": Call("/privacy/copies/{copy_key}/"),
    "today/": Call(),
    "work/": Call(),
    "work/next/": Call(),
    "work/<slug:public_id>/take/": Call("/work/{item}/take/"),
    "work/<slug:public_id>/put-back/": Call("/work/{item}/put-back/", {"word": "not mine"}),
    "presence/": Call(body={"presence": "ready"}),
    "presence/beat/": Call(),
    "customers/": Call(),
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
    "cases/new/": Call(body=COMPLAINT),
    "cases/<slug:number>/": Call("/cases/{number}/"),
    "cases/<slug:number>/<slug:verb>/": Call("/cases/{number}/answer/", WORDS),
    "cases/<slug:number>/<slug:verb>/ | append": Call("/cases/{number}/append/", WORDS),
    "cases/<slug:number>/<slug:verb>/ | resolve": Call("/cases/{number}/resolve/", WORDS),
    "cases/<slug:number>/<slug:verb>/ | reopen": Call("/cases/{resolved}/reopen/", WORDS),
    "orders/": Call(),
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
    "api/v1/orders": Call(),
    "api/v1/orders/<public_id>": Call("/api/v1/orders/{order}"),
    "api/v1/work": Call(),
    "api/v1/work/mine": Call(),
    "api/v1/work/presence": Call(body={"presence": "away"}),
    "api/v1/work/next": Call(),
    "api/v1/work/<public_id>/take": Call("/api/v1/work/{item}/take"),
    "api/v1/work/<public_id>/put-back": Call("/api/v1/work/{item}/put-back", {"word": "not mine"}),
    "api/v1/customers/<public_id>/timeline": Call("/api/v1/customers/{buyer}/timeline"),
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
    return value.format(**names) if isinstance(value, str) else value


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()
