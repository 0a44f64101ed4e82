#!/usr/bin/env python3
"""Writes src/phone/*_table.cpp and tests/phone/*.txt from Debian's python3-phonenumbers and tzdata.

Run by hand after a Debian update of either package (/usr/bin/python3 tools/generate_phone_tables.py); the output is
checked in, so a build needs neither package. The national-number patterns of all countries describe finite sets of digit
strings: they are turned into one minimal deterministic automaton whose accepting states say (country, type).
"""
import collections
import os
import random
import re._constants as sre
import re._parser as sre_parse
import subprocess
import sys

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, phonenumberutil
from phonenumbers.phonemetadata import PhoneMetadata
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.setrecursionlimit(100_000)

# The order of phone::NumberType. Short codes and emergency numbers come from the package's second set of metadata.
TYPES = ["unknown", "fixed", "mobile", "fixed_or_mobile", "toll_free", "premium", "shared_cost", "voip", "personal",
         "pager", "uan", "voicemail", "short_code", "emergency"]
# Looked at in this order, before fixed and mobile: the package's own order decides where two patterns overlap.
SPECIAL = [("premium_rate", "premium"), ("toll_free", "toll_free"), ("shared_cost", "shared_cost"), ("voip", "voip"),
           ("personal_number", "personal"), ("pager", "pager"), ("uan", "uan"), ("voicemail", "voicemail")]
PACKAGE_TYPE = {
    PhoneNumberType.FIXED_LINE: "fixed", PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_or_mobile", PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium", PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "voip", PhoneNumberType.PERSONAL_NUMBER: "personal", PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "uan", PhoneNumberType.VOICEMAIL: "voicemail", PhoneNumberType.UNKNOWN: "unknown"}
LONGEST_NUMBER = 15  # digits, calling code included (ITU-T E.164 6.2.1); a few plans have longer ones, for use inside
# What the package does not know: the Turkish area code of Northern Cyprus, whose clocks follow the European Union's.
MORE_ZONES = {"90392": ("Asia/Famagusta",)}
ZONES_OF_PREFIX = TIMEZONE_DATA | {
    prefix: TIMEZONE_DATA[prefix[:2]] + zones for prefix, zones in MORE_ZONES.items()}


def package_version(name):
    return subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], check=True, capture_output=True, text=True).stdout


def zone_package_version():
    return package_version("tzdata")


class Automaton:
    """States shared by all roots: equal (class, successors) are one state. State 0 is dead."""

    def __init__(self):
        self.ids = {}
        self.rows = [(0, (0,) * 10)]

    def intern(self, cls, successors):
        key = (cls, successors)
        if cls == 0 and not any(successors):
            return 0
        if key not in self.ids:
            self.ids[key] = len(self.rows)
            self.rows.append(key)
        return self.ids[key]


class Patterns:
    """A non-deterministic automaton of several patterns; each pattern's end carries a tag."""

    def __init__(self):
        self.free = []  # transitions without a digit
        self.edge = []  # (digits, next) or None
        self.tag = {}
        self.start = set()
        self.only_prefix = set()  # ends of "begins with" patterns: they loop and never keep a string alive alone

    def state(self):
        self.free.append([])
        self.edge.append(None)
        return len(self.free) - 1

    def add(self, pattern, tag, prefix=False):
        first = self.state()
        last = self._sequence(sre_parse.parse(pattern), first)
        end = self.state()
        self.free[last].append(end)
        self.start.add(first)
        self.tag[end] = tag
        if prefix:
            self.edge[end] = (frozenset(range(10)), end)
            self.only_prefix.add(end)

    def _sequence(self, items, at):
        for op, value in items:
            at = self._item(op, value, at)
        return at

    def _item(self, op, value, at):
        if op is sre.LITERAL:
            return self._step(at, {value - 48})
        if op is sre.IN:
            return self._step(at, _digits(value))
        if op is sre.SUBPATTERN:
            return self._sequence(value[3], at)
        if op is sre.BRANCH:
            end = self.state()
            for alternative in value[1]:
                begin = self.state()
                self.free[at].append(begin)
                self.free[self._sequence(alternative, begin)].append(end)
            return end
        if op is sre.MAX_REPEAT:
            low, high, inner = value
            for _ in range(low):
                at = self._sequence(inner, at)
            end = self.state()
            self.free[at].append(end)
            for _ in range(high - low):
                at = self._sequence(inner, at)
                self.free[at].append(end)
            return end
        raise ValueError(f"a pattern uses {op}, which this generator does not know")

    def _step(self, at, digits):
        source, target = self.state(), self.state()
        self.free[at].append(source)
        self.edge[source] = (frozenset(digits), target)
        return target

    def _closure(self, states):
        seen, stack = set(states), list(states)
        while stack:
            for following in self.free[stack.pop()]:
                if following not in seen:
                    seen.add(following)
                    stack.append(following)
        return frozenset(s for s in seen if self.edge[s] is not None or s in self.tag)

    def determinise(self, automaton, classify, longest):
        """The id of the root; classify(tags, length) gives the class of a string that ends there."""
        memo = {}

        def build(states, length):
            if not states or states <= self.only_prefix or length > longest:
                return 0
            key = (states, length)
            if key not in memo:
                successors = []
                for digit in range(10):
                    following = {self.edge[s][1] for s in states if self.edge[s] and digit in self.edge[s][0]}
                    successors.append(build(self._closure(following), length + 1))
                tags = [self.tag[s] for s in states if s in self.tag]
                memo[key] = automaton.intern(classify(tags, length), tuple(successors))
            return memo[key]

        return build(self._closure(self.start), 0)


def _digits(items):
    result = set()
    for op, value in items:
        if op is sre.LITERAL:
            result.add(value - 48)
        elif op is sre.RANGE:
            result |= set(range(value[0] - 48, value[1] - 47))
        elif op is sre.CATEGORY:
            result |= set(range(10))
        else:
            raise ValueError(f"a set uses {op}")
    return result


def metadata_of(code, region):
    return PhoneMetadata.metadata_for_nongeo_region(code) if region == "001" else PhoneMetadata.metadata_for_region(region)


def build_numbers(automaton, code, regions):
    """The root of all national numbers of one calling code; class = index of the region << 4 | type."""
    patterns = Patterns()
    metas = [metadata_of(code, region) for region in regions]
    for i, (region, meta) in enumerate(zip(regions, metas)):
        for name in ["general_desc", "fixed_line", "mobile"] + [name for name, _ in SPECIAL]:
            desc = getattr(meta, name)
            if desc is not None and desc.national_number_pattern:
                patterns.add(desc.national_number_pattern, (i, name, desc.possible_length))
        if meta.leading_digits:
            patterns.add(meta.leading_digits, (i, "leading", ()), prefix=True)
        short = None if region == "001" else PhoneMetadata.short_metadata_for_region(region)
        for name in ["emergency", "short_code"]:
            desc = getattr(short, name) if short else None
            if desc is not None and desc.national_number_pattern:
                patterns.add(desc.national_number_pattern, (i, name, desc.possible_length))

    def classify(tags, length):
        matched = {(i, name) for i, name, lengths in tags if not lengths or length in lengths}

        def type_of(i):
            if (i, "general_desc") not in matched:
                return 0
            for name, ours in SPECIAL:
                if (i, name) in matched:
                    return TYPES.index(ours)
            same = metas[i].same_mobile_and_fixed_line_pattern
            if (i, "fixed_line") in matched:
                return TYPES.index("fixed_or_mobile" if same or (i, "mobile") in matched else "fixed")
            return TYPES.index("mobile") if not same and (i, "mobile") in matched else 0

        for i, meta in enumerate(metas):
            if len(metas) == 1 or ((i, "leading") in matched if meta.leading_digits else type_of(i)):
                if type_of(i):
                    return i << 4 | type_of(i)
                break
        for name in ["emergency", "short_code"]:
            for i in range(len(metas)):
                if (i, name) in matched:
                    return i << 4 | TYPES.index(name)
        return 0

    return patterns.determinise(automaton, classify, LONGEST_NUMBER - len(str(code)))


def build_prefix(automaton, pattern):
    """A root that accepts (class 1) after every leading part that the pattern matches."""
    patterns = Patterns()
    patterns.add(pattern, None)
    return patterns.determinise(automaton, lambda tags, length: 1 if tags else 0, LONGEST_NUMBER)


def national_rules(automaton, meta):
    """How numbers are written inside the country: [(kind, root, literal)], see NationalRule in tables.hpp."""
    pattern, rule = meta.national_prefix_for_parsing, meta.national_prefix_transform_rule
    if not pattern:
        return []
    if rule and pattern.endswith("$"):  # "0|([59]\d{7})$" -> "8\1": a number without its area code
        rest, _, local = pattern.rpartition("|")
        literal = rule.removesuffix("\\1")
        rules = [("prepend", build_prefix(automaton, local[:-1]), literal)]
        return ([("strip", build_prefix(automaton, rest), "")] if rest else []) + rules
    if rule == "9\\1":  # Argentina: 0 area 15 subscriber -> 9 area subscriber
        inner = pattern.removeprefix("0?(?:(").removesuffix(")15)?")
        return [("mobile_mark", build_prefix(automaton, f"0?(?:{inner})15"), rule[:1]),
                ("strip", build_prefix(automaton, "0"), "")]
    if rule == "\\2":  # Brazil: 0 or 90, perhaps a carrier's two digits
        return [("strip", build_prefix(automaton, pattern.replace("(\\d{10,11})", "")), "")]
    if rule == "\\1":  # Gabon: a dropped 0
        return [("strip_one", build_prefix(automaton, pattern), "")]
    if rule:
        raise ValueError(f"{meta.id}: transform rule {rule} of {pattern}")
    return [("strip", build_prefix(automaton, pattern), "")]


def zone_names():
    names = {zone for zones in ZONES_OF_PREFIX.values() for zone in zones}
    with open("/usr/share/zoneinfo/tzdata.zi", encoding="ascii") as file:
        for line in file:
            word = line.split()
            if word[0] == "Z":
                names.add(word[1])
            elif word[0] == "L":
                names.add(word[2])
    return sorted(n for n in names if "/" in n and not n.startswith(("Etc/", "SystemV/")) or n == "UTC")


class Writer:
    def __init__(self, name, source):
        self.path = os.path.join(ROOT, "src/phone", name)
        self.lines = [f"// Generated by tools/generate_phone_tables.py from {source}. Do not edit.",
                      '#include "phone/tables.hpp"', "", "// clang-format off", "namespace ziptone::phone::tables {", ""]

    def array(self, declaration, items, per_line):
        self.lines.append(f"{declaration} = {{")
        for i in range(0, len(items), per_line):
            self.lines.append(",".join(str(item) for item in items[i:i + per_line]) + ",")
        self.lines += ["};", ""]

    def close(self):
        self.lines += ["}  // namespace ziptone::phone::tables", ""]
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines))


def write_numbers(source):
    automaton = Automaton()
    codes, countries, rules, by_letters = [], [], [], [0] * 676
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        root = build_numbers(automaton, code, regions)
        geographic_mobile = "true" if code in phonenumberutil._GEO_MOBILE_COUNTRIES else "false"
        codes.append(f"{{{code},{root},{len(countries)},{len(regions)},{geographic_mobile}}}")
        for region in regions:
            meta = metadata_of(code, region)
            idd = build_prefix(automaton, meta.international_prefix) if meta.international_prefix else 0
            first = len(rules)
            rules += [f'{{RuleKind::{kind},{root_},"{literal}"}}' for kind, root_, literal in national_rules(automaton, meta)]
            lengths = sum(1 << n for n in meta.general_desc.possible_length if 0 < n <= LONGEST_NUMBER - len(str(code)))
            iso = "ZZ" if region == "001" else region
            if region != "001":
                by_letters[(ord(iso[0]) - 65) * 26 + ord(iso[1]) - 65] = len(countries) + 1
            countries.append(f'{{Country{{"{iso}"}},{len(codes) - 1},{idd},{first},{len(rules) - first},0x{lengths:x}}}')
    by_digits = [0] * 1000
    for i, (code, _) in enumerate(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items())):
        by_digits[code] = i + 1

    out = Writer("number_table.cpp", source)
    out.array("const std::uint16_t next_state[][10]", ["{" + ",".join(map(str, row)) + "}" for _, row in automaton.rows], 4)
    out.array("const std::uint16_t state_class[]", [cls for cls, _ in automaton.rows], 32)
    out.close()
    out = Writer("country_table.cpp", source)
    out.array("const CallingCode calling_codes[]", codes, 6)
    out.array("const CountryRow countries[]", countries, 6)
    out.array("const std::uint16_t country_index[26 * 26]", by_letters, 52)
    out.array("const NationalRule national_rules[]", rules, 6)
    out.array("const std::uint8_t calling_code_index[1000]", by_digits, 40)
    out.close()
    print(f"{len(automaton.rows)} states, {len(countries)} countries, {len(rules)} rules")


def write_zones(source):
    names = zone_names()
    index = {name: i + 1 for i, name in enumerate(names)}  # ZoneId 0 means none
    sets, members, prefixes = {}, [], []
    for prefix in sorted(ZONES_OF_PREFIX, key=lambda p: (len(p), p)):
        zones = tuple(index[name] for name in ZONES_OF_PREFIX[prefix] if name in index)
        # A prefix that says what its own shorter prefix says already is not needed.
        parent = next((prefix[:n] for n in range(len(prefix) - 1, 0, -1) if prefix[:n] in ZONES_OF_PREFIX), None)
        if parent and ZONES_OF_PREFIX[parent] == ZONES_OF_PREFIX[prefix]:
            continue
        if zones not in sets:
            sets[zones] = (len(members), len(zones))
            members += zones
        prefixes.append((int(prefix), *sets[zones]))
    prefixes.sort()
    out = Writer("zone_table.cpp", source)
    out.array("const char* const zone_names[]", ['""'] + [f'"{n}"' for n in names], 5)
    out.lines += [f"const std::size_t zone_count = {len(names)};", ""]
    out.array("const ZoneId zone_members[]", [f"{{{m}}}" for m in members], 24)
    out.array("const ZonePrefix zone_prefixes[]", [f"{{{p},{a},{n}}}" for p, a, n in prefixes], 8)
    out.lines += [f"const std::size_t zone_prefix_count = {len(prefixes)};", ""]
    out.close()
    print(f"{len(names)} zones, {len(prefixes)} prefixes, {len(members)} members")


def number_of(code, national):
    """The package's own object for exactly these digits, leading zeros kept."""
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
    phonenumberutil._set_italian_leading_zeros_for_phone_number(national, number)
    return number


def judged(code, national):
    """country|type|zones as the package sees these digits; zones are written out up to three, else counted."""
    number = number_of(code, national)
    if not phonenumbers.is_valid_number(number) or len(f"{code}{national}") > LONGEST_NUMBER:
        return "-|unknown|"
    zones = [z for z in time_zones_for_number(number) if z != "Etc/Unknown"]
    zones += MORE_ZONES.get(f"{code}{national}"[:5], ())
    text = ",".join(zones) if len(zones) <= 3 else f"#{len(zones)}"
    region = phonenumbers.region_code_for_number(number)
    return f"{'ZZ' if region == '001' else region}|{PACKAGE_TYPE[phonenumbers.number_type(number)]}|{text}"


def examples():
    """(code, region, national digits) of every example number of every country and type."""
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        for region in regions:
            meta = metadata_of(code, region)
            for name in ["fixed_line", "mobile"] + [name for name, _ in SPECIAL]:
                desc = getattr(meta, name)
                if desc is not None and desc.example_number:
                    yield code, region, desc.example_number


def mutated(chance, national):
    digits = list(national)
    for _ in range(chance.choice([1, 1, 2, 3])):
        at = chance.randrange(len(digits))
        kind = chance.random()
        if kind < 0.70:
            digits[at] = str(chance.randrange(10))
        elif kind < 0.80 and len(digits) > 2:
            del digits[at]
        elif kind < 0.90:
            digits.insert(at, str(chance.randrange(10)))
        else:
            digits[at:] = [str(chance.randrange(10)) for _ in digits[at:]]
    return "".join(digits)


def write_test_numbers(source):
    chance = random.Random(20261122)
    known = list(dict.fromkeys(examples()))
    digits = {(code, national) for code, _, national in known}
    while len(digits) < len({(c, n) for c, _, n in known}) + 4500:
        code, _, national = chance.choice(known)
        digits.add((code, mutated(chance, national)))
    lines = [f"# Generated by tools/generate_phone_tables.py from {source}. Do not edit.",
             "# digits after the +, split after the calling code | country | type | zones"]
    lines += [f"{code} {national}|{judged(code, national)}" for code, national in sorted(digits)]
    write_lines("tests/phone/numbers.txt", lines)
    lines = [f"# Generated by tools/generate_phone_tables.py from {source}. Do not edit.",
             "# country in which it was written | text | +number (what the package understands)"]
    for code, region, national in known:
        number = number_of(code, national)
        if region == "001" or not phonenumbers.is_valid_number(number):
            continue
        abroad = chance.choice(["US", "TR", "AU", "JP", "SG", "BR"])
        texts = {(region, phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)), (region, national),
                 (abroad, phonenumbers.format_out_of_country_calling_number(number, abroad))}
        for where, text in sorted(texts):
            try:
                understood = phonenumbers.parse(text, where)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(understood) and text.isascii():
                e164 = phonenumbers.format_number(understood, PhoneNumberFormat.E164)
                if len(e164) <= LONGEST_NUMBER + 1:
                    lines.append(f"{where}|{text}|{e164}")
    write_lines("tests/phone/written.txt", lines)


def write_lines(path, lines):
    full = os.path.join(ROOT, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    print(path, os.path.getsize(full), "bytes,", len(lines), "lines")


def main():
    source = f"Debian's python3-phonenumbers {package_version('python3-phonenumbers')}"
    write_numbers(source)
    write_zones(f"{source} and tzdata {zone_package_version()}")
    write_test_numbers(source)


if __name__ == "__main__":
    main()
