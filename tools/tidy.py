#!/usr/bin/env python3
"""The style as a test: what a reviewer would otherwise say again and again, said by a program.

    tools/tidy.py [--root DIR]           every rule; prints file:line: rule: what to do; exit 1 if it printed any
    tools/tidy.py --format [--write]     clang-format-16 over the tree, as a check or in place
    tools/tidy.py --rules                the rules, one line each

A file whose first line says "generated" is exempt from sizes, words, white space and format. tests/corpus holds
other people's bytes and is read by no rule.
"""

import argparse
import ast
import fnmatch
import os
import re
import subprocess
import sys
from pathlib import PurePosixPath

FILE_LINES = 600
FUNCTION_LINES = 70
PURE = ("base", "phone", "dialer", "analysis", "media")
INNER = ("base", "phone", "dialer", "analysis", "media")
# What each layer may include: itself and what stands below it.
LAYERS = {
    "base": ("base",), "phone": ("base", "phone"), "dialer": ("base", "dialer"),
    "analysis": ("base", "analysis"), "media": ("base", "media"),
    "sim": INNER + ("sim",), "carrier": INNER + ("carrier",), "server": INNER + ("server",),
}
# The one binary: its main names the subcommands of the other shells.
MAINS = ("src/server/main.cpp",)
STAGES = ("contact", "lease", "dial", "analyse", "merge", "talk", "wrapup", "outcome")
# A library that has one home; everybody else sees our own types.
HOMES = (
    (r"sofia-sip/", ("src/server/signalling/", "src/carrier/", "tests/", "bench/")),
    (r"sqlite3\.h$", ("src/server/store/", "tests/", "bench/")),
    (r"spdlog/", ("src/server/", "src/carrier/", "tests/", "bench/")),
)
PURE_HEADERS = re.compile(
    r"^(thread|mutex|shared_mutex|condition_variable|future|semaphore|stop_token|fstream|iostream|random|filesystem|"
    r"ctime|time\.h|unistd\.h|fcntl\.h|pthread\.h|sys/.*|netinet/.*|arpa/.*|sqlite3\.h|spdlog/.*|sofia-sip/.*|"
    r"boost/asio.*|boost/beast.*)$")
PURE_WORDS = (
    (re.compile(r"::\s*now\s*\(|\b(?:system|steady|high_resolution)_clock\b|\b(?:clock_)?gettime(?:ofday)?\s*\("
                r"|\bstd::time\s*\(|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)"), "clock", "take `now` as an argument"),
    (re.compile(r"\b(?:jthread|thread|pthread_\w+)\b"), "thread", "threads belong to a shell"),
    (re.compile(r"\b(?:\w*mutex|condition_variable\w*|lock_guard|unique_lock|scoped_lock)\b"), "lock",
     "no shared state here"),
    (re.compile(r"\b(?:socket|bind|recvfrom|recvmmsg|sendto|sendmmsg)\s*\(|\bsockaddr\w*\b"), "socket",
     "sockets belong to a shell; pass bytes"),
    (re.compile(r"\b(?:[io]?fstream|fopen|freopen|fdopen|std::filesystem)\b"), "file", "pass bytes or text"),
    (re.compile(r"\b(?:s?rand|random_device|mt19937\w*|default_random_engine)\b"), "random",
     "let the shell decide, or pass the value"),
    (re.compile(r"\b(?:secure_)?getenv\b"), "environment", "pass the setting as a value"),
    (re.compile(r"\b(?:v?f?printf|puts|fputs|putchar|perror)\s*\(|\bstd::(?:cout|cerr|clog|cin)\b|\bfmt::print\b"),
     "output", "return the text; a shell prints it"),
    (re.compile(r"\b(?:sqlite3?_?\w*|spdlog|sofia\w*|nua_\w+|nta_\w+)\b"), "library",
     "databases, logs and SIP stacks belong to src/server"),
)
PURE_PRINTER = "src/base/check.cpp"  # may print: it is how a broken premise ends the process
SLEEPS = {
    "cpp": re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\("),
    "sh": re.compile(r"(?:^|[;&|({]|\bdo\b|\bthen\b|\belse\b|\s)sleep\s+[\d.$\"]"),
}
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|\b(?i:stu" r"b(?:s|bed)?)\b")
POLL = re.compile(r"(?:#|//) poll: \S")
TEXT = {"cpp", "hpp", "h", "c", "py", "sh", "cmake", "txt", "md", "sql", "flow", "yaml", "yml", "toml", "xml", "json",
        "ts", "tsx", "css", "html"}
CODE = {"cpp", "hpp", "h", "c", "py", "sh", "ts", "tsx"}
RULES = {
    "layer": "src/X includes and links only layers below it; server/main.cpp alone may name sim and carrier",
    "stage": "a stage includes only stages to its left; machine headers include no stage",
    "home": "sofia-sip, sqlite3 and spdlog are included only where they live",
    "pure": "base, phone, dialer, analysis and media know no clock, thread, socket, file, random, log or database",
    "file-size": f"a file has fewer than {FILE_LINES} lines",
    "function-size": f"a function has fewer than {FUNCTION_LINES} lines",
    "sleep": "tests don't sleep; a polling step in a loop with a deadline says `poll: for what` in a comment",
    "unreached": "every source is in a CMakeLists.txt, every header is included, every test script and .flow file is run",
    "unfinished": "no words that promise later work",
    "white-space": "no tabs, no trailing blanks, one newline at the end",
    "pragma-once": "every header has #pragma once",
    "test-name": "TEST(Suite, SaysWhatHolds): PascalCase, not disabled, in a file named *_test.cpp",
    "file-name": "files and folders of code are snake_case",
    "link": "a relative link of a page leads to a file",
    "dependency": "every package of script/setup has its reason in docs/internals/dependencies.md",
    "format": "clang-format-16 with the repository's .clang-format",
}

LEX = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)|R"(?P<mark>[^()\s\\"]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?:\b(?:u8|[uUL])|(?<![0-9A-Za-z_]))'(?:\\.|[^'\\\n])+'", re.S)
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


class File:
    """One file of the tree, read once: its text, and for C++ its code without comments and literals."""

    def __init__(self, root, path):
        self.path = path
        name = PurePosixPath(path)
        self.name, self.folder = name.name, str(name.parent)
        self.ext = name.suffix[1:]
        with open(os.path.join(root, path), "rb") as handle:
            data = handle.read()
        self.binary = b"\0" in data
        self.text = data.decode("utf-8", "replace")
        self.lines = self.text.split("\n")
        if not self.ext and self.lines[0].startswith("#!"):
            self.ext = "py" if "python" in self.lines[0] else "sh"
        self.generated = "generated" in self.lines[0].lower()
        self.is_cpp = self.ext in ("cpp", "hpp", "h", "c")
        self.code, self.includes = "", []
        if self.is_cpp:
            uncommented = LEX.sub(lambda m: blank(m[0]) if m["comment"] else m[0], self.text)
            self.code = LEX.sub(lambda m: blank(m[0]), self.text)
            self.includes = [(self.line_of(m.start(1) if m[1] else m.start(2)), m[1], m[2])
                             for m in INCLUDE.finditer(uncommented)]

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1


def tree(root):
    """The project's files: what git knows or would add; without git, everything but build output."""
    if os.path.exists(os.path.join(root, ".git")):
        out = subprocess.run(["git", "-C", root, "ls-files", "-z", "-c", "-o", "--exclude-standard"], check=True,
                             capture_output=True).stdout.decode()
        paths = sorted(set(out.split("\0")) - {""})
    else:
        paths = []
        for folder, folders, names in os.walk(root):
            folders[:] = [f for f in folders if f not in (".git", "build", "node_modules", "__pycache__")]
            paths += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    keep = [p for p in sorted(paths) if os.path.isfile(os.path.join(root, p)) and not p.startswith("tests/corpus/")]
    return [f for f in (File(root, p) for p in keep) if not f.binary]


def layer_of(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "src" else None


def check_layers(files):
    for f in files:
        layer = layer_of(f.path)
        if layer is None:
            continue
        allowed = LAYERS.get(layer)
        if allowed is None:
            yield f.path, 1, "layer", f"src/{layer} is no layer of the design; use one of {', '.join(LAYERS)}"
            continue
        if f.path in MAINS:
            continue
        for line, own, _ in f.includes:
            other = own.split("/")[0] if own else None
            if other in LAYERS and other not in allowed:
                yield (f.path, line, "layer", f"src/{layer} may not include {own}; it knows only "
                       f"{', '.join(allowed)}: pass a value of those, or move the code")


def check_links(files):
    banned = re.compile(r"Threads::|sqlite|spdlog|sofia|Boost|OpenSSL|CURL", re.I)
    for f in files:
        layer = layer_of(f.path)
        if f.name != "CMakeLists.txt" or layer not in LAYERS:
            continue
        for number, line in enumerate(f.lines, 1):
            line = line.split("#")[0]
            for other in re.findall(r"\bziptone_(\w+)", line):
                main = layer == "server" and other in ("sim", "carrier")
                if other in LAYERS and other not in LAYERS[layer] and not main:
                    yield f.path, number, "layer", f"src/{layer} may not link ziptone_{other}; move what needs it"
            if layer in PURE and (found := banned.search(line)):
                yield f.path, number, "layer", f"a pure layer may not link {found[0]}; it belongs to a shell"


def stage_of(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "dialer" and parts[1] in STAGES else None


def check_stages(files):
    for f in files:
        if layer_of(f.path) != "dialer":
            continue
        inside = f.path[len("src/"):]
        stage, machine = stage_of(inside), inside.startswith("dialer/machine/")
        folder = inside.split("/")[1]
        if inside.count("/") > 1 and not stage and not machine:
            yield f.path, 1, "stage", f"dialer/{folder} is none of the eight stages; {', '.join(STAGES)}, machine"
        for line, own, _ in f.includes:
            other = stage_of(own or "")
            if stage and other and STAGES.index(other) > STAGES.index(stage):
                yield (f.path, line, "stage", f"{stage} may not include {own}: {other} stands to its right; leave "
                       "an effect or event for it")
            if machine and other:
                yield f.path, line, "stage", f"a machine header may not include {own}; stages include machines"
            if (stage or machine) and own in ("dialer/dialer.hpp", "dialer/flow.hpp"):
                yield f.path, line, "stage", f"{own} stands above the stages; take what you need as an argument"


def check_homes(files):
    for f in files:
        for line, own, system in f.includes:
            for pattern, homes in HOMES:
                if re.search(pattern, own or system) and not f.path.startswith(homes):
                    yield f.path, line, "home", f"{own or system} may be included only in {', '.join(homes[:-2])}"


def check_pure(files):
    for f in files:
        layer = layer_of(f.path)
        if layer not in PURE or not f.is_cpp:
            continue
        for line, own, system in f.includes:
            if system and PURE_HEADERS.match(system):
                yield f.path, line, "pure", f"<{system}> has no place in src/{layer}; its users belong to a shell"
            if own == "base/random.hpp" and layer != "base":
                yield f.path, line, "pure", "base/random.hpp is for shells and tests; pass the chosen value"
        # #include lines were judged above, by name.
        code = re.sub(r"^[ \t]*#[ \t]*include[^\n]*", lambda m: blank(m[0]), f.code, flags=re.M)
        for pattern, kind, mend in PURE_WORDS:
            if kind == "output" and f.path == PURE_PRINTER:
                continue
            for found in pattern.finditer(code):
                yield f.path, f.line_of(found.start()), "pure", f"{found[0].strip(' (')} ({kind}): {mend}"


def matching(code, start):
    """The offset of the brace that closes the one at `start`."""
    depth = 0
    for found in re.compile(r"[{}]").finditer(code, start):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.start()
    return len(code) - 1


SCOPE = re.compile(r"^(?:\[\[.*?\]\]\s*|inline\s+|export\s+|typedef\s+)*(?:namespace|class|struct|union|enum|extern)\b")


def without_template(header):
    header = re.sub(r"^(?:\s*(?:public|private|protected)\s*:)+", "", header).strip()
    while header.startswith("template"):
        depth = 0
        for i, c in enumerate(header):
            depth += (c == "<") - (c == ">" and header[i - 1] != "-")
            if c == ">" and depth == 0:
                break
        header = header[i + 1:].strip()
    return header


def functions(code):
    """(start, end) offsets of every function with a body, outermost only: header's first letter to closing brace."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: blank(m[0]), code, flags=re.M)
    at = begin = 0
    while found := re.compile(r"[{};]").search(code, at):
        at = found.end()
        if found[0] != "{":
            begin = at
            continue
        raw = code[begin:found.start()]
        header = without_template(raw)
        if SCOPE.match(header) and not re.search(r"=\s*$", header):
            begin = at
            continue
        end = matching(code, found.start())
        after = code[end + 1:].lstrip()[:1]
        is_body = (")" in header and header.count("(") == header.count(")") and after not in (",", "{")
                   and not re.search(r"(=|,|\(|return)$", header))
        at = end + 1
        if is_body:
            yield begin + len(raw) - len(raw.lstrip()), end
            begin = at


def python_nodes(f):
    try:
        return list(ast.walk(ast.parse(f.text)))
    except SyntaxError:
        return []


def function_sizes(f):
    if f.is_cpp:
        for start, end in functions(f.code):
            yield f.line_of(start), f.line_of(end)
    elif f.ext == "py":
        for node in python_nodes(f):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.lineno, node.end_lineno


def check_sizes(files):
    for f in files:
        if f.generated or f.ext not in CODE:
            continue
        count = len(f.lines) - (f.lines[-1] == "")
        if count >= FILE_LINES:
            yield f.path, FILE_LINES, "file-size", f"{count} lines; a file is one concept under {FILE_LINES}: split it"
        for first, last in function_sizes(f):
            if last - first + 1 >= FUNCTION_LINES:
                yield (f.path, first, "function-size",
                       f"{last - first + 1} lines; keep a function under {FUNCTION_LINES}: name its parts")


def sleeping_lines(f):
    """The lines, counted from 1, on which this test file sleeps."""
    if f.ext == "py":
        calls = [node for node in python_nodes(f) if isinstance(node, ast.Call)]
        return {call.lineno for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "sleep"}
    pattern = SLEEPS.get("cpp" if f.is_cpp else f.ext)
    if pattern is None:
        return set()
    lines = f.code.split("\n") if f.is_cpp else [re.sub(r"^\s*#.*", "", line) for line in f.lines]
    return {number for number, line in enumerate(lines, 1) if pattern.search(line)}


def check_sleeps(files):
    for f in files:
        if not f.path.startswith("tests/"):
            continue
        for number in sleeping_lines(f):
            if not POLL.search(f.lines[number - 1]):
                yield (f.path, number, "sleep", "wait on the condition with a deadline; a polling step says "
                       "`poll: for what` in a comment")


def listed(cmake_files, path):
    """Does a CMakeLists.txt above `path` name it, plainly, by a variable or by a glob?"""
    for f in cmake_files:
        base = "" if f.folder == "." else f.folder + "/"
        if not path.startswith(base):
            continue
        inside = path[len(base):]
        for token in f.tokens:
            if fnmatch.fnmatchcase(inside, token) or fnmatch.fnmatchcase(path, token):
                return True
    return False


def cmake_tokens(f):
    text = re.sub(r"#[^\n]*", "", f.text)
    text = text.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "").replace("${CMAKE_SOURCE_DIR}/", "")
    return {re.sub(r"\$\{\w+\}", "*", token) for token in re.findall(r"[^\s()\"]+", text)
            if token.endswith((".cpp", ".c", ".py", ".sh"))}


def check_unreached(files):
    cmakes = [f for f in files if f.name == "CMakeLists.txt"]
    for f in cmakes:
        f.tokens = cmake_tokens(f)
    included = set()
    for f in files:
        for _, own, _ in f.includes:
            for base in ("src/", "tests/", "", f.folder + "/"):
                path = os.path.normpath(base + (own or "")).replace(os.sep, "/")
                if path != f.path:
                    included.add(path)
    scripts = [f for f in files if f.path.startswith(("tests/", "script/")) and f.ext in ("py", "sh", "txt")]
    for f in files:
        if not f.path.startswith(("src/", "tests/", "bench/")):
            continue
        if f.ext in ("cpp", "c") and not listed(cmakes, f.path) and f.path not in included:
            yield f.path, 1, "unreached", "no CMakeLists.txt builds this: add it to its folder's, or delete it"
        if f.ext in ("hpp", "h") and f.path not in included:
            yield f.path, 1, "unreached", "nothing includes this header: include it, or delete it"
        if f.ext == "flow" and not re.fullmatch(r"tests/scenario/[a-z]+/[a-z0-9_]+\.flow", f.path):
            yield f.path, 1, "unreached", "scenario_test plays tests/scenario/STAGE/name_in_snake_case.flow: move it there"
        if f.path.startswith("tests/") and f.ext in ("py", "sh") and not named(f, scripts):
            yield f.path, 1, "unreached", "nothing runs this: add_test it, call it, or delete it"


def named(f, others):
    word = re.compile(r"\b" + re.escape(f.name) + r"|\b(?:import|from)\s+" + re.escape(f.name.split(".")[0]) + r"\b")
    return any(other.path != f.path and word.search(other.text) for other in others)


def check_text(files):
    for f in files:
        if f.generated or f.ext not in TEXT:
            continue
        if f.text and (not f.text.endswith("\n") or f.text.endswith("\n\n")):
            yield f.path, len(f.lines), "white-space", "end the file with exactly one newline"
        for number, line in enumerate(f.lines, 1):
            if "\t" in line:
                yield f.path, number, "white-space", "replace the tab by blanks"
            if line != line.rstrip():
                yield f.path, number, "white-space", "remove the blanks at the end"
            if found := UNFINISHED.search(line):
                yield f.path, number, "unfinished", f"'{found[0]}': finish it, or file an issue and remove the words"


def check_headers(files):
    for f in files:
        if f.ext in ("hpp", "h") and not re.search(r"^#pragma once$", f.text, re.M):
            yield f.path, 1, "pragma-once", "add #pragma once before the first include"


def check_names(files):
    test = re.compile(r"^\s*(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)|^\s*RC_GTEST_\w+\(\s*(\w+)\s*,\s*(\w+)",
                      re.M)
    for f in files:
        if f.path.startswith(("src/", "tests/", "bench/", "tools/")) and f.ext in CODE:
            stem = f.path.rsplit(".", 1)[0] if "." in f.name else f.path
            if not re.fullmatch(r"[a-z0-9_/-]+", stem) or (f.is_cpp and "-" in stem):
                yield f.path, 1, "file-name", "name it in snake_case"
        if f.ext != "cpp" or not f.path.startswith("tests/"):
            continue
        found = list(test.finditer(f.code))
        if found and not f.name.endswith("_test.cpp"):
            yield f.path, 1, "test-name", "a file with tests is named *_test.cpp"
        for m in found:
            for name in filter(None, m.groups()):
                if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
                    yield f.path, f.line_of(m.start(0)), "test-name", f"{name}: PascalCase, a sentence, not disabled"


def check_links_of_pages(files):
    paths = {f.path for f in files}
    folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    for f in files:
        if f.ext != "md":
            continue
        for m in re.finditer(r"\]\((?!\w+:|#)([^)#\s]+)", f.text):
            target = os.path.normpath(os.path.join(f.folder, m[1]))
            if target not in paths and target not in folders:
                yield f.path, f.line_of(m.start()), "link", f"{m[1]} is not there; mend or remove the link"


def check_dependencies(files):
    setup = next((f for f in files if f.path == "script/setup"), None)
    page = next((f for f in files if f.path == "docs/internals/dependencies.md"), None)
    if setup is None:
        return
    reasons = {name.strip() for line in (page.lines if page else []) if line.startswith("| ")
               for name in line.split("|")[1].split(",")}
    for m in re.finditer(r"^\w+=\(([^()$\"]+)\)", setup.text, re.M):
        for package in re.finditer(r"[a-z0-9][a-z0-9.+-]+", m[1]):
            if package[0] not in reasons:
                line = setup.line_of(m.start(1) + package.start())
                yield setup.path, line, "dependency", f"{package[0]}: say in docs/internals/dependencies.md what for"


def format_findings(root, files, write):
    sources = [f.path for f in files if f.ext in ("cpp", "hpp", "h") and not f.generated]
    if not sources:
        return []
    action = ["-i"] if write else ["--dry-run", "-Werror"]
    run = subprocess.run(["clang-format-16", *action, *sources], cwd=root, capture_output=True, text=True)
    seen = {}
    for m in re.finditer(r"^(.+?):(\d+):\d+: error: code should be clang-formatted", run.stderr, re.M):
        seen.setdefault(m[1], int(m[2]))
    if run.returncode and not seen:
        seen = {run.stderr.strip().split("\n")[0]: 0}
    return [(path, line, "format", "run clang-format-16 -i on it, or tools/tidy.py --format --write")
            for path, line in seen.items()]


CHECKS = (check_layers, check_links, check_stages, check_homes, check_pure, check_sizes, check_sleeps, check_unreached,
          check_text, check_headers, check_names, check_links_of_pages, check_dependencies)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    parser.add_argument("--format", action="store_true", help="check the format instead of the rules")
    parser.add_argument("--write", action="store_true", help="with --format: mend it in place")
    parser.add_argument("--rules", action="store_true", help="print the rules and end")
    options = parser.parse_args()
    if options.rules:
        print("\n".join(f"{name:<14} {text}" for name, text in RULES.items()))
        return 0
    root = os.path.realpath(options.root)
    files = tree(root)
    if options.format:
        findings = format_findings(root, files, options.write)
    else:
        findings = [finding for check in CHECKS for finding in check(files)]
    for path, line, rule, mend in sorted(set(findings)):
        print(f"{path}:{line}: {rule}: {mend}")
    print(f"tidy: {len(files)} files, {len(set(findings))} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
