#!/usr/bin/env python3
"""Makes the sounds that the server plays, as 8 kHz 16-bit mono WAV files.

    tools/make_prompts.py FOLDER

hold_music.wav is composed here, a slow four-chord round of soft tones. safe_harbour_tr.wav and safe_harbour_en.wav
are spoken by espeak-ng (a command, nothing of it is linked) and brought to 8 kHz by sox. The safe-harbour message of
16 CFR 310.4(b)(4) must name the caller and a number: an installation replaces these with its own words.
"""

import math
import os
import struct
import subprocess
import sys
import wave

RATE = 8000
# Am, F, C, G; each chord as MIDI notes of its arpeggio.
CHORDS = [(57, 64, 69, 72, 69, 64), (53, 60, 65, 69, 65, 60), (48, 55, 60, 64, 60, 55), (55, 62, 67, 71, 67, 62)]
NOTE_S = 0.36
SPEECH = {
    "safe_harbour_en": ("en", "Hello. This is a call from our customer service. All of our agents are busy right now. "
                              "We are sorry to have disturbed you. Goodbye."),
    "safe_harbour_tr": ("tr", "Merhaba. Müşteri hizmetlerimizden aranıyorsunuz. Şu anda tüm temsilcilerimiz meşgul. "
                              "Rahatsız ettiğimiz için özür dileriz. İyi günler."),
}


def write(path, samples):
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(b"".join(struct.pack("<h", max(-32768, min(32767, round(s)))) for s in samples))


def hold_music():
    """Plucked sines that ring into each other; two rounds, about 17 s, and its end meets its beginning."""
    length = int(RATE * NOTE_S * 6 * len(CHORDS) * 2)
    music = [0.0] * length
    notes = [note for _ in range(2) for chord in CHORDS for note in chord]
    for i, note in enumerate(notes):
        hz = 440 * 2 ** ((note - 69) / 12)
        for n in range(int(RATE * 1.6)):
            t = n / RATE
            level = min(1, n / 80) * math.exp(-2.8 * t)
            at = (int(i * NOTE_S * RATE) + n) % length
            music[at] += 2600 * level * (math.sin(2 * math.pi * hz * t) + 0.25 * math.sin(4 * math.pi * hz * t))
    return music


def speak(path, voice, text):
    raw = path + ".22k.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", raw, text], check=True)
    subprocess.run(["sox", raw, "-r", str(RATE), "-b", "16", "-c", "1", path, "gain", "-n", "-9"], check=True)
    os.remove(raw)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    write(os.path.join(folder, "hold_music.wav"), hold_music())
    for name, (voice, text) in SPEECH.items():
        speak(os.path.join(folder, name + ".wav"), voice, text)


if __name__ == "__main__":
    main()
