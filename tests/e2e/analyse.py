#!/usr/bin/env python3
"""`ziptone analyse`: recordings made here are named for what they are, as a table, CSV and JSON; a file that is none does not keep the others
from being heard. How right it is on people and machines: bench/analysis."""

import csv
import io
import json
import math
import pathlib
import struct
import subprocess
import tempfile
import wave
import xml.etree.ElementTree

from harness import binary, check


def record(path, pieces):
    """A WAV of pieces (frequencies, seconds); no frequency is silence."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(8000)
        for hz, seconds in pieces:
            out.writeframes(b"".join(struct.pack("<h", int(sum(6000 * math.sin(2 * math.pi * f * i / 8000) for f in hz))) for i in range(int(seconds * 8000))))
    return str(path)


def analyse(*arguments, expect=0):
    done = subprocess.run([binary(), "analyse", *arguments], capture_output=True, text=True, timeout=60)
    check(f"analyse {arguments} ends with {expect}", done.returncode == expect, done.stdout + done.stderr)
    return done.stdout, done.stderr


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    fax = record(work / "fax, of ours.wav", [((), 0.5), ((2100,), 3.0)])
    busy = record(work / "busy.wav", [((425,), 0.5), ((), 0.5)] * 6)
    speech = record(work / "syllables.wav", [((), 0.4)] + [((120, 240, 360, 480, 700), 0.15), ((), 0.06)] * 5 + [((), 1.0)])
    nobody = record(work / "nobody.wav", [((), 1.0)])
    broken = work / "broken.wav"
    broken.write_bytes(b"RIFF of nothing")
    files = work / "files.txt"
    files.write_text(f"{fax}\n\n{broken}\n{busy}\n")
    text, complaint = analyse("--csv", "--list", str(files), nobody, expect=1)
    rows = {r["file"]: r for r in csv.DictReader(io.StringIO(text))}
    check("each file has its row, the broken one a sentence", list(rows) == [nobody, fax, busy] and str(broken) in complaint, (rows, complaint))
    check("the columns", list(rows[fax]) == ["file", "verdict", "decided_ms", "greeting_end_ms", "beep_ms", "confidence"], rows)
    check("what they are", (rows[fax]["verdict"], rows[busy]["verdict"], rows[nobody]["verdict"]) == ("fax", "busy", "silence"), rows)
    check("when it was known", 500 < int(rows[fax]["decided_ms"]) < 3500 and 0 < float(rows[fax]["confidence"]) <= 1, rows[fax])
    one = json.loads(analyse("--json", fax)[0])[0]
    check("with its reason", one["verdict"] == "fax" and "fax" in one["why"] and one["beep_ms"] is None, one)
    check("each preset hears the same fax", {analyse("--profile", p, fax)[0].splitlines()[1].split()[0] for p in ("protect_people", "balanced", "protect_agents", "silence_rule")} == {"fax"})
    analyse("--profile", "wishful", fax, expect=105)
    looks = list(csv.DictReader(io.StringIO(analyse("--features", speech)[0])))
    check("what the classifier looked at", looks and looks[0]["file"] == speech and abs(float(looks[0]["onset"]) - 0.4) < 0.1 and float(looks[0]["words"]) >= 1, looks[:1])
    check("for people", analyse(fax)[0].splitlines()[1].startswith("fax "))
    picture = work / "fax.svg"
    analyse("--plot", str(picture), fax)
    drawn = xml.etree.ElementTree.parse(picture).getroot()
    texts = [e.text for e in drawn.iter("{http://www.w3.org/2000/svg}text")]
    check("a picture of one", drawn.tag.endswith("svg") and any(t.startswith("fax 0.9") for t in texts) and "3 s" in texts, texts)
    check("of one alone", "one recording" in analyse("--plot", str(picture), fax, busy, expect=1)[1])
    check("nothing to hear", "no file is named" in analyse(expect=1)[1])
print("ok")
