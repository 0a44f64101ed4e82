"""What api/openapi.yaml says of an answer, held against every answer that an end-to-end test is given (harness.Server.request).

Stricter than JSON Schema alone: an object that names its properties has no others, and without a `required` of its own it has them all: what the
page's types are generated from is read the same way (openapi-typescript --properties-required-by-default).
ZIPTONE_CONTRACT names a folder in which each program leaves the operations that were answered well; contract_seen.py adds them up."""

import functools
import os
import pathlib
import re
import sys
import urllib.parse

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent / "api" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch")
EVERYWHERE = (401, 403, 404, 405, 413, 415, 422, 429, 503)  # what the door itself may say, to any request
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def closed(schema):
    """The same schema with its objects closed. Parts of an allOf are one object together, and stay as they are."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: value if key in ("enum", "const", "allOf") else closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and ("type" in schema or "required" in schema):
        out.setdefault("additionalProperties", False)
        out.setdefault("required", sorted(schema["properties"]))
    return out


@functools.cache
def document():
    try:
        import yaml
        import jsonschema  # noqa: F401  (both or none)
    except ImportError as missing:
        print(f"skipped: {missing.name} is not here (script/setup installs python3-yaml and python3-jsonschema)")
        sys.exit(77)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    whole = yaml.load(SOURCE.read_text(), Loader=loader)
    whole["components"]["schemas"] = {name: closed(one) for name, one in whole["components"]["schemas"].items()}
    return whole


@functools.cache
def operations():
    """(method, pattern, path, responses) of every operation; those with the fewest parameters first, as the server matches."""
    rows = [(method.upper(), re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(path)) + "$"), path, item[method]["responses"])
            for path, item in document()["paths"].items() for method in METHODS if method in item]
    return sorted(rows, key=lambda row: row[2].count("{"))


def resolved(response):
    return document()["components"]["responses"][response["$ref"].rsplit("/", 1)[1]] if "$ref" in response else response


@functools.cache
def validator(path, method, status, kind):
    import jsonschema
    responses = document()["paths"][path][method.lower()]["responses"]
    content = resolved(responses[str(status)]).get("content", {}) if str(status) in responses else {"application/problem+json": {"schema": PROBLEM}}
    if kind not in content:
        return f"{kind} is not among {sorted(content) or 'what is said of it'}"
    schema = closed(content[kind].get("schema", {}))
    return jsonschema.Draft202012Validator({"allOf": [schema], "components": document()["components"]})


def broken(method, target, status, kind, body):
    """None, or how this answer breaks the contract."""
    path_asked = urllib.parse.urlsplit(target).path
    if not path_asked.startswith(("/api/", "/health", "/metrics")):
        return None  # the page's own files
    found = next((row for row in operations() if row[0] == method and row[1].match(path_asked)), None)
    if found is None:
        return None if status in (401, 404, 405) else f"{method} {path_asked} is in no path of openapi.yaml"
    _, _, path, responses = found
    if str(status) not in responses and status not in EVERYWHERE:
        return f"{method} {path} answers {status}, and openapi.yaml does not say so"
    note(method, path, status)
    kind = (kind or "").split(";")[0].strip()
    if not kind and body == "":
        return None
    judge = validator(path, method, status, kind)
    if isinstance(judge, str):
        return f"{method} {path} {status}: {judge}"
    if not kind.endswith("json"):
        return None
    faults = [f"{'/'.join(str(p) for p in e.absolute_path) or 'the answer'}: {e.message[:200]}" for e in judge.iter_errors(body)]
    return f"{method} {path} {status}: " + "; ".join(faults[:4]) if faults else None


seen = set()


def note(method, path, status):
    folder = os.environ.get("ZIPTONE_CONTRACT")
    if not folder or not 200 <= status < 300 or (method, path) in seen:
        return
    seen.add((method, path))
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    with open(pathlib.Path(folder) / pathlib.Path(sys.argv[0]).stem, "a") as file:
        file.write(f"{method} {path}\n")
