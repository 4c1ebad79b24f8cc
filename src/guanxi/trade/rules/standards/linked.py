"""Standards and declarations as linked data (https://schema.org), for search engines and other programs. Pure."""

from collections.abc import Mapping
from typing import Any

from guanxi.trade.rules.standards.content import BOOL, ENUM, Content, Names, Parameter, Value
from guanxi.trade.rules.standards.units import NONE, written

SCHEMA = "https://schema.org"


def _told(names: Names, language: str) -> str:
    return names.get(language) or names.get("en") or next(iter(names.values()), "")


def standard_as_linked(
    content: Content, *, citation: str, name: Names, url: str, effective: str, language: str
) -> dict[str, Any]:
    """A version as a set of defined terms: its grades, and its parameters as properties with units and methods."""
    return {
        "@context": SCHEMA,
        "@type": "DefinedTermSet",
        "@id": url,
        "identifier": citation,
        "name": _told(name, language),
        "description": _told(content.scope, language),
        "inLanguage": "zh-Hans" if language == "zh-hans" else "en",
        "datePublished": effective,
        "hasDefinedTerm": [
            {
                "@type": "DefinedTerm",
                "termCode": one.code,
                "name": _told(one.name, language),
                "description": _told(one.words, language),
                "sameAs": f"{SCHEMA}/{one.condition}",
            }
            for one in content.grades
        ],
        "variableMeasured": [_property(one, language) for one in content.parameters.values()],
    }


def declaration_as_linked(
    content: Content, grade: str, values: Mapping[str, Value], *, citation: str, url: str, language: str
) -> dict[str, Any]:
    """What a listing declares, to be put into its schema.org Offer: `itemCondition` and `additionalProperty`."""
    row = content.grades[content.place(grade)]
    stated = [
        _property(content.parameters[code], language)
        | {"value": _value(content.parameters[code], value, language)}
        for code, value in values.items()
        if code in content.parameters
    ]
    graded = {
        "@type": "PropertyValue",
        "propertyID": f"{url}#grade",
        "name": citation,
        "value": row.code,
        "description": _told(row.name, language),
    }
    return {"itemCondition": f"{SCHEMA}/{row.condition}", "additionalProperty": [graded, *stated]}


def _property(one: Parameter, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "PropertyValue",
        "propertyID": one.code,
        "name": _told(one.name, language),
    }
    if one.unit != NONE:
        found |= {"unitCode": one.unit, "unitText": written(one.unit, language)}
    if one.method:
        found["measurementTechnique"] = _told(one.method, language)
    return found


def _value(one: Parameter, value: Value, language: str) -> Value:
    if one.kind == ENUM:
        return _told(dict(one.choices).get(str(value), {}), language) or value
    return bool(value) if one.kind == BOOL else value
