#!/usr/bin/env python3
"""What the pure layers' archives ask of the world, judged by name: the compiled proof that they touch none of it.

    symbols.py BUILD [SOURCE]   reads BUILD/src/<layer>/**/*.a with nm; prints archive(object): symbol: why; exit 1 if any

A layer whose folder has sources but whose archive is not there is a finding; a folder without sources is not.
"""

import glob
import os
import re
import subprocess
import sys

PURE = ("base", "phone", "dialer", "analysis", "media")
STREAM = r"(?:__)?v?(?:f|d)?w?printf(?:_chk)?|f?puts|f?putc|putchar|perror|fwrite|fflush|vsyslog|syslog"
BANS = (
    (re.compile(r"(?:clock_)?gettime(?:ofday)?(?:64)?|time|localtime(?:_r)?|mktime"
                r"|std::chrono::(?:\w+::)*\w+_clock::now\(\)"), "reads a clock"),
    (re.compile(r"pthread_(?:create|join|mutex_\w+|rwlock_\w+|cond_\w+|spin_\w+)|std::(?:\w+::)?(?:thread|jthread)\b.*"
                r"|std::(?:\w+::)?(?:mutex|condition_variable|future)\b.*"), "a thread or a lock"),
    (re.compile(r"(?:nano|u)?sleep|poll|epoll_\w+|select"), "waits"),
    (re.compile(r"socket|bind|listen|accept4?|connect|send|sendto|sendm?msg|recv|recvfrom|recvm?msg|getaddrinfo"),
     "a socket"),
    (re.compile(r"open(?:64|at)?|fopen(?:64)?|fdopen|freopen|read|write|fread|unlink|mmap|std::filesystem::.*"
                r"|std::basic_[io]?f(?:stream|ilebuf)<.*|std::ios_base::Init::.*"), "a file or a global stream"),
    (re.compile(r"(?:secure_)?getenv"), "reads the environment"),
    (re.compile(r"s?rand(?:48|om|_r)?|getrandom|getentropy|arc4random\w*|std::random_device::.*"), "a random source"),
    (re.compile(STREAM + r"|std::c(?:out|err|log|in)|fmt::v\d+::v?print\(.*"), "prints"),
    (re.compile(r"sqlite3_\w+|spdlog::.*|(?:nua|nta|su|tport)_\w+"), "a library of the shells"),
    (re.compile(r"abort|_?exit|quick_exit|raise|kill|system|fork|exec[vl]p?e?"), "ends or starts a process"),
)
# base/check.cpp ends the process on a broken premise, and says so first: that is its whole purpose.
EXCEPT = {("base", "check.cpp"): {"abort", "fprintf", "__fprintf_chk", "fwrite"}}


def sources(folder):
    return [name for _, _, names in os.walk(folder) for name in names if name.endswith(".cpp")]


def undefined(archive):
    """(object, symbol) pairs that the archive expects from elsewhere."""
    out = subprocess.run(["nm", "-A", "-C", "--undefined-only", archive], check=True, capture_output=True,
                         text=True).stdout
    for line in out.splitlines():
        found = re.match(r".*?:([^:]+): +[UwWvV] (.*)$", line)
        if found:
            yield found[1].removesuffix(".o"), re.sub(r"@.*$", "", found[2])


def judge(layer, member, symbol):
    """Why the symbol is banned, or None."""
    if symbol in EXCEPT.get((layer, member), ()):
        return None
    plain = re.sub(r"^std::(?:__\w+|_V2)::", "std::", symbol)
    return next((why for pattern, why in BANS if pattern.fullmatch(symbol) or pattern.fullmatch(plain)), None)


def findings(build, source):
    for layer in PURE:
        archives = sorted(glob.glob(os.path.join(build, "src", layer, "**", "*.a"), recursive=True))
        if not archives and sources(os.path.join(source, "src", layer)):
            yield f"src/{layer}: has sources but no archive under {build}/src/{layer}: build it as ziptone_{layer}"
        for archive in archives:
            for member, symbol in sorted(set(undefined(archive))):
                if why := judge(layer, member, symbol):
                    yield f"{os.path.basename(archive)}({member}): {symbol}: {why}; move it to a shell"


def main():
    build = sys.argv[1]
    source = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    found = list(findings(build, source))
    print("\n".join(found) if found else "symbols: the pure archives ask for nothing that they may not have")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
