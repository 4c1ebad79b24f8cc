#!/usr/bin/env python3
"""Generates the Python client from the OpenAPI document: `scripts/client.py` writes it, `scripts/client.py check` compares.

Typed dictionaries for what is sent and answered, one method per operation, standard library only. A generator of our own
(some 200 lines) instead of openapi-python-client, which brings httpx, attrs and a linter and writes a hundred files.
"""

import json
import os
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "clients/python/guanxi_client/generated.py"
PREFIX = "/api/v1"
JSON, PROBLEM = "application/json", "application/problem+json"
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
RESERVED = {"from", "class", "import", "def", "is", "in", "not", "or", "and", "for", "if"}
LINE = 110

Schema = Mapping[str, Any]


def document() -> dict[str, Any]:
    """The OpenAPI document of this source tree."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")
    sys.path[:0] = [str(ROOT / "src")]
    import django

    django.setup()
    from guanxi.site.api import api

    return dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


def type_of(schema: Schema) -> str:
    """The Python type of a JSON schema."""
    if "$ref" in schema:
        return f'"{schema["$ref"].rpartition("/")[2]}"'
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return _union(type_of(one) for one in schema[key])
    return _by_kind(schema)


def _union(types: Iterator[str]) -> str:
    names = list(dict.fromkeys(types))
    if names[-1:] == ["None"] or "None" in names:
        names = [one for one in names if one != "None"] + ["None"]
    if len(names) == 1:
        return names[0]
    if any(one.startswith('"') for one in names):  # a forward reference cannot be joined by |
        return f"Union[{', '.join(names)}]"
    return " | ".join(names)


def _by_kind(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list[{type_of(schema.get('items', {}))}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {type_of(inner)}]" if isinstance(inner, dict) and inner else "dict[str, Any]"
    return PLAIN.get(str(kind), "Any")


def class_of(name: str, schema: Schema) -> Iterator[str]:
    """A TypedDict; what need not be sent is NotRequired."""
    yield f"class {name}(TypedDict):"
    if text := schema.get("description"):
        yield _docstring(text, 4)
    required = set(schema.get("required", ()))
    for field, inner in schema.get("properties", {}).items():
        kind = type_of(inner)
        yield f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}"
    if not schema.get("properties"):
        yield "    pass"
    yield ""
    yield ""


def _docstring(text: str, indent: int) -> str:
    pad = " " * indent
    lines: list[str] = []
    for part in text.strip().split("\n\n"):
        if lines:
            lines.append("")
        lines += textwrap.wrap(" ".join(part.split()), LINE - indent - 8)
    if len(lines) == 1:
        return f'{pad}"""{lines[0]}"""'
    body = "\n".join(f"{pad}{line}" if line else "" for line in lines)
    return f'{pad}"""{body.lstrip()}\n{pad}"""'


def name_of(method: str, path: str) -> str:
    """`get /cases/{number}` -> `get_case`; the path says what, the method how."""
    parts = [one for one in path.removeprefix(PREFIX).strip("/").split("/") if one]
    words = [re.sub(r"\W", "_", one) for one in parts if not one.startswith("{")]
    last_named = not parts[-1].startswith("{")
    if method == "get":
        return "get_" + "_".join(_single(words)) if not last_named else "list_" + "_".join(words)
    if method == "post" and parts[-1] in ("{verb}", "{action}"):
        return "do_" + "_".join(_single(words))
    if method == "post" and last_named and len(parts) > 1:
        return "_".join([*words[1:], *_single(words[:1])])
    verb = {"post": "add", "patch": "change", "delete": "remove", "put": "set"}[method]
    return f"{verb}_{'_'.join(_single(words))}"


def _single(words: list[str]) -> list[str]:
    if not words:
        return words
    last = {"staff": "staff", "settings": "settings"}.get(words[-1], words[-1].removesuffix("s"))
    return [*words[:-1], last]


NAMES = {
    ("get", "/cases/{number}/issues"): "list_issues",
    ("post", "/cases/{number}/issues"): "add_issue",
    ("get", "/cases/{number}/issues/{place}"): "get_issue",
    ("post", "/cases/{number}/issues/{place}/{verb}"): "do_step",
    ("post", "/cases/{number}/respondent"): "name_respondent",
    ("get", "/cases/{number}/suggestions"): "list_suggestions",
    ("post", "/cases/{number}/suggestions/{suggestion}/dismiss"): "dismiss_suggestion",
    ("get", "/procedures/current"): "current_procedure",
    ("get", "/cases/{number}/issues/{place}/measurements"): "list_measurements",
    ("post", "/cases/{number}/issues/{place}/measurements"): "measure",
    ("post", "/standards/{code}/versions"): "draft_version",
    ("get", "/standards/{code}/versions/{number}"): "get_version",
    ("put", "/standards/{code}/versions/{number}"): "change_draft",
    ("post", "/standards/{code}/versions/{number}/{verb}"): "step_version",
    ("get", "/standards/{code}/versions/{number}/comments"): "list_comments",
    ("post", "/standards/{code}/versions/{number}/comments"): "add_comment",
    ("post", "/standards/{code}/versions/{number}/comments/{comment}/answer"): "answer_comment",
    ("get", "/standards/{code}/panels"): "list_panels",
    ("post", "/standards/{code}/panels"): "open_panel",
    ("post", "/panels/{public_id}/experts"): "add_expert",
    ("post", "/panels/{public_id}/specimens"): "add_specimen",
    ("post", "/standard-categories"): "add_standard_category",
    ("post", "/panels/{public_id}/assessments"): "assess",
    ("post", "/panels/{public_id}/{verb}"): "end_panel",
    ("get", "/tokens/self"): "get_itself",
    ("get", "/work"): "list_queue",
    ("get", "/work/mine"): "list_in_hand",
    ("get", "/work/presence"): "get_presence",
    ("post", "/work/presence"): "set_presence",
    ("post", "/work/next"): "take_next",
    ("post", "/work/{public_id}/take"): "take",
    ("post", "/work/{public_id}/put-back"): "put_back",
    ("post", "/cases"): "open_case",
    ("get", "/search"): "search",
    ("get", "/lists/{code}"): "rows",
    ("get", "/customers/{public_id}/timeline"): "timeline",
    ("get", "/webhooks/{public_id}/deliveries"): "list_deliveries",
    ("delete", "/tokens/{public_id}"): "revoke_token",
    ("post", "/orders"): "place_order",
    ("post", "/orders/{public_id}/payments"): "pay_order",
    ("post", "/orders/{public_id}/refunds"): "refund_order",
    ("post", "/orders/{public_id}/stages/{stage}/finish"): "finish_stage",
    ("post", "/orders/{public_id}/troubles"): "stop_order",
    ("post", "/orders/{public_id}/troubles/{trouble}/settle"): "settle_trouble",
    ("post", "/orders/{public_id}/parcels"): "ship_order",
    ("post", "/orders/{public_id}/parcels/{parcel}/hand-over"): "hand_over_parcel",
    ("post", "/orders/{public_id}/pay-seller"): "pay_seller",
    ("post", "/carriers/{carrier}/events"): "hear_carrier",
    ("get", "/remittances"): "list_slips",
    ("post", "/remittances"): "record_slip",
    ("get", "/remittances/{public_id}"): "get_slip",
    ("post", "/remittances/{public_id}/match"): "match_slip",
    ("post", "/remittances/{public_id}/unmatch"): "unmatch_slip",
    ("post", "/remittances/{public_id}/send-back"): "send_slip_back",
    ("post", "/remittances/{public_id}/credit"): "credit_slip",
    ("post", "/remittances/{public_id}/order"): "key_slip",
    ("post", "/purchases"): "order_goods",
    ("post", "/purchases/{public_id}/deliveries"): "take_delivery",
    ("put", "/purchases/{public_id}/invoice"): "note_invoice",
    ("post", "/purchases/{public_id}/pay"): "pay_supplier",
    ("post", "/stages/{code}/scans"): "scan",
    ("post", "/stages/{code}/finish"): "finish_in_hand",
    ("post", "/stages/{code}/trouble"): "stop_in_hand",
    ("post", "/stages/{code}/undo"): "undo_scan",
    ("post", "/stages/{code}/put-down"): "put_down",
    ("get", "/batches/{public_id}"): "get_batch",
    ("get", "/market"): "search_market",
    ("get", "/market/{public_id}"): "look_at_listing",
    ("get", "/market/shops/{public_id}"): "look_at_shop",
    ("post", "/shops"): "open_shop",
    ("put", "/shops/{public_id}"): "change_shop",
    ("post", "/shops/{public_id}/leave"): "leave_shop",
    ("post", "/shops/{public_id}/stay"): "stay_shop",
    ("put", "/listings/{public_id}"): "change_listing",
    ("put", "/listings/{public_id}/stock"): "set_stock",
    ("get", "/listings/{public_id}/questions"): "list_questions",
    ("post", "/listings/{public_id}/questions"): "ask",
    ("post", "/listings/{public_id}/{verb}"): "move_listing",
    ("post", "/questions/{public_id}/answer"): "answer_question",
    ("post", "/questions/{public_id}/hide"): "hide_question",
    ("post", "/returns/carrier-events"): "hear_return",
    ("post", "/staff/users"): "add_user",
    ("patch", "/staff/users/{public_id}"): "change_user",
    ("post", "/staff/users/{public_id}/roles"): "give_role",
    ("delete", "/staff/users/{public_id}/roles/{role}"): "take_role_back",
    ("put", "/staff/users/{public_id}/seat"): "set_seat",
    ("post", "/staff/users/{public_id}/{verb}"): "set_sign_in",
    ("post", "/staff/roles"): "add_role",
    ("put", "/staff/roles/{code}"): "change_role",
    ("post", "/staff/units"): "add_unit",
    ("patch", "/staff/units/{code}"): "rename_unit",
    ("delete", "/staff/units/{code}"): "close_unit",
    ("post", "/staff/units/{code}/move"): "move_unit",
    ("get", "/settings/options"): "list_options",
    ("put", "/settings/options/{code}"): "change_option",
    ("put", "/settings/calendars/{team}/{day}"): "plan_day",
    ("get", "/settings/retention"): "get_retention",
    ("put", "/settings/retention/hold"): "set_hold",
    ("delete", "/settings/sample"): "remove_sample",
    ("post", "/files"): "upload_file",
    ("get", "/files/{public_id}/content"): "download_file",
    ("delete", "/files/{public_id}"): "erase_file",
    ("post", "/lists/{code}/bulk/{action}"): "start_bulk",
    ("post", "/exports"): "start_export",
    ("delete", "/exports/{public_id}"): "cancel_export",
    ("get", "/exports/{public_id}/file"): "download_export",
    ("get", "/settings/chain"): "get_chain",
    ("get", "/settings/jobs"): "list_jobs",
    ("get", "/staff/users"): "list_users",
    ("get", "/staff/users/{public_id}"): "get_user",
    ("get", "/staff/roles"): "list_roles",
    ("get", "/staff/units"): "list_units",
}


class Operation:
    """One operation as a method: path parameters by place, everything else by name."""

    def __init__(self, method: str, path: str, spec: Schema) -> None:
        self.method, self.path, self.spec = method, path, spec
        self.name = NAMES.get((method, path.removeprefix(PREFIX)), name_of(method, path))
        self.body = spec.get("requestBody", {}).get("content", {})

    @property
    def answer(self) -> tuple[str, bool]:
        """(type, whether it is bytes rather than JSON)."""
        for status, one in self.spec["responses"].items():
            if int(status) < 300:
                content = one.get("content", {})
                schema = content.get(JSON, {}).get("schema", {})
                if schema and schema.get("format") != "binary":
                    return type_of(schema), False
                return ("bytes", True) if content else ("None", False)
        return "None", False

    def parameters(self, where: str) -> list[Schema]:
        return [one for one in self.spec.get("parameters", ()) if one["in"] == where]

    def lines(self) -> Iterator[str]:
        paths = [(_safe(one["name"]), type_of(one["schema"])) for one in self.parameters("path")]
        named = list(self._named())
        head = ["self", *(f"{name}: {kind}" for name, kind in paths)]
        if named:
            head += ["*", *(f"{name}: {kind}{default}" for name, kind, default, _place in named)]
        returned, raw = self.answer
        yield f"    def {self.name}("
        yield from (f"        {one}," for one in head)
        yield f"    ) -> {returned}:"
        text = [self.spec.get("summary", ""), self.spec.get("description", "")]
        yield _docstring("\n\n".join(one for one in text if one), 8)
        yield from self._call(named, returned, raw)
        yield ""

    def _named(self) -> Iterator[tuple[str, str, str, str]]:
        """(argument, type, default, where it goes)."""
        for one in self.parameters("query"):
            kind, wanted = type_of(one["schema"]), one.get("required", False)
            yield (
                (_safe(one["name"]), kind, "", f"query:{one['name']}")
                if wanted
                else (_safe(one["name"]), _union(iter([kind, "None"])), " = None", f"query:{one['name']}")
            )
        if self._own_filters:
            yield "filters", "Mapping[str, str] | None", " = None", "filters"
        if JSON in self.body:
            yield "body", type_of(self.body[JSON]["schema"]), "", "body"
        if "multipart/form-data" in self.body:
            yield "file", "tuple[str, bytes]", "", "file"
        for one in self.parameters("header"):
            yield _safe(one["name"]), "str", ' = ""', f"header:{one['name']}"

    @property
    def _own_filters(self) -> bool:
        return self.path.endswith("/lists/{code}")

    def _call(self, named: list[tuple[str, str, str, str]], returned: str, raw: bool) -> Iterator[str]:
        path = re.sub(
            r"{(\w+)}", lambda found: f"{{self._part({_safe(found[1])})}}", self.path.removeprefix(PREFIX)
        )
        quoted = f'f"{path}"' if "{" in path else f'"{path}"'
        arguments = [f'"{self.method.upper()}"', quoted]
        query = [f'"{place[6:]}": {name}' for name, _, _, place in named if place.startswith("query:")]
        if query:
            extra = ", **(filters or {})" if self._own_filters else ""
            arguments.append(f"query={{{', '.join(query)}{extra}}}")
        headers = [f'"{place[7:]}": {name}' for name, _, _, place in named if place.startswith("header:")]
        if headers:
            arguments.append(f"headers={{{', '.join(headers)}}}")
        arguments += [f"{place}={name}" for name, _, _, place in named if place in ("body", "file")]
        if raw:
            arguments.append("raw=True")
        yield f"        {'' if returned == 'None' else f'answer: {returned} = '}self._send("
        yield from (f"            {one}," for one in arguments)
        yield "        )"
        if returned != "None":
            yield "        return answer"


def _safe(name: str) -> str:
    word = re.sub(r"\W", "_", name).lower()
    return f"{word}_" if word in RESERVED else word


def generated(spec: Schema) -> str:
    """The whole file."""
    parts = [
        '"""Generated from the OpenAPI document by scripts/client.py: do not edit, run it again."""',
        "",
        "# ruff: noqa: E501, UP007, UP037, RUF100, A002, A003",
        "from collections.abc import Mapping",
        "from typing import Any, Literal, NotRequired, TypedDict, Union",
        "",
        "from guanxi_client.transport import Sender",
        "",
        f'VERSION = "{spec["info"]["version"]}"',
        "",
        "",
    ]
    schemas = spec["components"]["schemas"]
    for name in sorted(schemas):
        parts += class_of(name, schemas[name])
    parts += ["class Operations(Sender):", '    """Every operation of the API, one method each."""', ""]
    found = [
        Operation(method, path, one)
        for path, operations in spec["paths"].items()
        for method, one in operations.items()
    ]
    names = [one.name for one in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SystemExit(f"two operations of one name, say in NAMES which is which: {', '.join(twice)}")
    for one in found:
        parts += one.lines()
    return _formatted("\n".join(parts).rstrip() + "\n")


def _formatted(text: str) -> str:
    import subprocess

    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [ruff, "format", "--line-length", str(LINE), "--stdin-filename", "generated.py", "-"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def main(arguments: list[str]) -> int:
    text = generated(document())
    if arguments == ["check"]:
        stale = not FILE.exists() or FILE.read_text() != text
        print("stale: run scripts/client.py" if stale else "up to date")
        return int(stale)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text)
    print(f"{FILE.relative_to(ROOT)}: {text.count('def ')} operations")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
