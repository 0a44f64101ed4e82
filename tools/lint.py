#!/usr/bin/env python3
"""clang-tidy over the tree, several files of one folder at once: most of its time goes into the headers, which are
looked at once for all of them. Files that do not stand together (two things of one name) are halved until they do.

    tools/lint.py BUILD_DIR [FILE...]     BUILD_DIR has compile_commands.json; without files: src, tests and bench

Prints what was found; exits with 1 if anything was.
"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parent.parent
TOGETHER = 10
# What is said of the file that includes the others, or of two files that are never compiled together.
CHECKS = "-bugprone-suspicious-include"
FLAGS = ["-Wno-shadow", "-ferror-limit=2"]


def flags_of(command):
    words = shlex.split(command)[1:]
    kept = []
    while words:
        word = words.pop(0)
        if word in ("-o", "-c", "-MF", "-MT"):
            words.pop(0)
        elif word not in ("-MD", "-MMD"):
            kept.append(word)
    return tuple(kept)


def batches(build, files):
    groups = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        name = os.path.relpath(entry["file"], TREE)
        if name in files:
            files.discard(name)  # compiled twice: looked at once
            groups.setdefault((os.path.dirname(name), flags_of(entry["command"])), []).append(name)
    for (_, flags), names in sorted(groups.items()):
        for i in range(0, len(names), TOGETHER):
            yield flags, names[i : i + TOGETHER]


def lint(build, flags, names):
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as together:
        together.writelines(f'#include "{TREE / name}"\n' for name in names)
        together.flush()
        asked = ["clang-tidy-16", "--quiet", f"--config-file={TREE / '.clang-tidy'}", f"--checks={CHECKS}"]
        asked += [f"--header-filter={TREE}/(src|tests|bench)/.*", together.name, "--", *flags, *FLAGS]
        said = subprocess.run(asked, capture_output=True, text=True, cwd=build, check=False)
    if "[clang-diagnostic-error" in said.stdout and len(names) > 1:
        half = len(names) // 2
        return lint(build, flags, names[:half]) + lint(build, flags, names[half:])
    return said.stdout if said.returncode else ""


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    listed = ["git", "ls-files", "src/*.cpp", "tests/*.cpp", "bench/*.cpp"]
    files = set(sys.argv[2:] or subprocess.run(listed, capture_output=True, text=True, cwd=TREE, check=True).stdout.split())
    work = list(batches(build, files))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [text for text in pool.map(lambda one: lint(build, *one), work) if text]
    print("".join(found), end="")
    print(f"lint: {sum(len(names) for _, names in work)} files; not compiled by {build.name}: {len(files)}")
    return 1 if found else 0


sys.exit(main())
