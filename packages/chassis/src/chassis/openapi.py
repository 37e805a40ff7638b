"""The OpenAPI document of a service, made from its tables of routes by flask-smorest; kept in `contracts/openapi/`.

The document is built apart from the running application, when it is asked for: a service that nobody asks carries neither its
libraries nor its megabytes.
"""

import json
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

from chassis import i18n
from chassis.context import Context
from chassis.routes import OPERATION, PUBLIC, SIGNED_IN, Program, Route
from chassis.service import Capability, Service

VERSION = "3.1.0"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 64},
    "description": "The same key with the same body is done once and answered alike.",
}


@lru_cache(8)
def document(service: Service) -> dict[str, Any]:
    """Make the OpenAPI document of a service, in English."""
    from flask import Flask
    from flask_smorest import Api

    scratch = Flask(service.name)
    with i18n.speaking(i18n.Words("en")), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        title = str(service.title)
        scratch.config.update(API_TITLE=title, API_VERSION="v1", OPENAPI_VERSION=VERSION)
        api = Api(scratch, spec_kwargs={"marshmallow_plugin": _marshmallow_plugin()})
        api.spec.components.schema("Problem", PROBLEM)
        for capability in service.capabilities:
            if capability.api:
                api.register_blueprint(_blueprint(service, capability))
        made: dict[str, Any] = json.loads(json.dumps(api.spec.to_dict(), default=str))
    made.get("components", {}).pop("responses", None)
    made.get("components", {}).get("schemas", {}).pop("Error", None)
    return made


def _marshmallow_plugin() -> Any:
    from apispec.ext.marshmallow import MarshmallowPlugin

    def name(schema: Any) -> str:
        kind = schema if isinstance(schema, type) else type(schema)
        return (
            f"{kind.__module__.split('.')[-2]}.{kind.__name__}" if "." in kind.__module__ else kind.__name__
        )

    return MarshmallowPlugin(schema_name_resolver=name)


def _blueprint(service: Service, capability: Capability) -> Any:
    from flask_smorest import Blueprint

    blueprint = Blueprint(capability.name, service.name, url_prefix=f"{service.base}/api/v1")
    for place, route in enumerate(capability.api):
        described = blueprint.doc(**_operation(capability.name, route))(_stand_in(route, place))
        blueprint.route(route.path, methods=[route.method])(described)
    return blueprint


def _stand_in(route: Route, place: int) -> Any:
    def operation() -> None:
        """Never called."""

    operation.__name__ = f"{route.view.__name__}_{place}"
    operation.__doc__ = route.view.__doc__
    return operation


def _operation(capability: str, route: Route) -> dict[str, Any]:
    content: dict[str, Any] = {"description": "Done."}
    if route.answer:
        content["content"] = {"application/json": {"schema": route.answer}}
    status = 204 if route.status == 200 and route.answer is None and route.unsafe else route.status
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    made: dict[str, Any] = {
        "operationId": f"{capability}.{route.view.__name__}",
        "responses": {str(status): content, "default": {"description": "A refusal.", "content": problem}},
        **lock(route),
    }
    if route.query or route.unsafe:
        query = [{"in": "query", "schema": route.query}] if route.query else []
        made["parameters"] = query + ([KEY] if route.unsafe else [])
    if route.body:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": route.body}}}
    return made


def lock(route: Route) -> dict[str, Any]:
    """Say who may pass, in the words of the document."""
    if route.access is PUBLIC:
        return {"x-public": True}
    if route.access is SIGNED_IN:
        return {"x-permission": "signed-in"}
    if isinstance(route.access, Program):
        return {"x-permission": f"program:{route.access.scope}"}
    more = (
        {"x-step-up": True}
        if route.step_up
        else {"x-program": f"{OPERATION}{route.access}"}
        if route.programs
        else {}
    )
    return {"x-permission": route.access, **more}


def text(service: Service) -> str:
    """Write the document as it is kept in the contracts."""
    return json.dumps(document(service), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def export(service: Service, folder: Path) -> Path:
    """Write the document to `<folder>/<service>.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{service.name}.json"
    place.write_text(text(service), encoding="utf-8")
    return place


def drifted(service: Service, folder: Path) -> bool:
    """Tell whether the kept document is not what the code says."""
    place = folder / f"{service.name}.json"
    return not place.is_file() or place.read_text(encoding="utf-8") != text(service)


def docs_page(ctx: Context) -> Any:
    """Show the document as a page."""
    made = document(ctx.state.service)
    operations = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in made.get("paths", {}).items()
        for method, operation in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]
    return ctx.render(
        "chassis/docs.html", title=ctx.state.service.title, operations=operations, base=ctx.state.service.base
    )
