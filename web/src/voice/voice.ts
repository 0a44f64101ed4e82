// The agent's voice path in the browser: microphone -> RTCPeerConnection (PCMU) -> the server, and back into one audio element.
// It stays up for the whole shift; calls come and go on it. Framework-free; React reads it by subscribe().

import { retryDelay } from "../live/backoff.ts";
import type { Live, VoiceMessage } from "../live/live.ts";
import { type Devices, listDevices, missing, openMicrophone, type Trouble, troubleOf } from "./devices.ts";

export type VoiceState = "off" | "asking" | "connecting" | "up" | "recovering" | "trouble";

export interface VoiceView {
  state: VoiceState;
  trouble: Trouble | null;
  muted: boolean;
  /** The browser wants one more click before it plays sound. */
  locked: boolean;
  devices: Devices;
  input: string;
  output: string;
}

const KEPT_INPUT = "ziptone.microphone";
const KEPT_OUTPUT = "ziptone.loudspeaker";
// A path that is not there by then is tried anew; after so many tries the page says so and goes on trying.
const UP_WITHIN_MS = 6000;
const TRIES_BEFORE_WORDS = 3;
// An offer that is refused for these reasons is refused again: only a person can mend it.
const FINAL = new Set<string>(["fingerprint_mismatch", "not_negotiable"]);

let player: HTMLAudioElement | null = null;

/** The one audio element. Called in the sign-in click, so that the browser lets it play from then on. */
export function unlockSound(): void {
  player ??= new Audio();
  player.autoplay = true;
  void player.play().catch(() => {}); // nothing to play yet; the permission is what counts
}

export class Voice {
  private view: VoiceView = {
    state: "off",
    trouble: null,
    muted: false,
    locked: false,
    devices: { inputs: [], outputs: [] },
    input: localStorage.getItem(KEPT_INPUT) ?? "",
    output: localStorage.getItem(KEPT_OUTPUT) ?? "",
  };
  private readonly listeners = new Set<() => void>();
  private stream: MediaStream | null = null;
  private peer: RTCPeerConnection | null = null;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private unhear: (() => void) | null = null;
  private wanted = false;

  constructor(private readonly live: Live) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = () => this.view;
  microphone = () => this.stream;

  /** Opens the microphone and the path; says in `trouble` why it can't. */
  async start(): Promise<void> {
    if (this.wanted && this.view.state !== "trouble") return;
    this.wanted = true;
    this.unhear ??= this.live.onVoice((message) => void this.hear(message));
    const lacks = missing();
    if (lacks) return this.fail(lacks);
    navigator.mediaDevices.addEventListener("devicechange", this.relist);
    this.show({ state: "asking", trouble: null });
    try {
      if (!this.has_microphone()) this.stream = await openMicrophone(this.view.input);
    } catch (error) {
      return this.fail(troubleOf(error));
    }
    if (!this.wanted) return this.stop();
    this.watchMicrophone();
    await this.relist();
    this.tries = 0;
    await this.offer();
  }

  stop(): void {
    this.wanted = false;
    clearTimeout(this.timer);
    navigator.mediaDevices?.removeEventListener("devicechange", this.relist);
    this.unhear?.();
    this.unhear = null;
    this.hangUp();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.show({ state: "off", trouble: null, muted: false });
  }

  mute(muted: boolean): void {
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !muted;
    this.show({ muted });
  }

  /** Changes the microphone without a new path: the track is replaced in place. */
  async choose(input: string): Promise<void> {
    localStorage.setItem(KEPT_INPUT, input);
    this.show({ input });
    if (!this.wanted) return;
    try {
      const stream = await openMicrophone(input);
      for (const track of stream.getAudioTracks()) track.enabled = !this.view.muted;
      await this.peer?.getSenders()[0]?.replaceTrack(stream.getAudioTracks()[0] ?? null);
      for (const track of this.stream?.getTracks() ?? []) track.stop();
      this.stream = stream;
      this.watchMicrophone();
      this.show({});
    } catch (error) {
      this.fail(troubleOf(error));
    }
  }

  async chooseOutput(output: string): Promise<void> {
    localStorage.setItem(KEPT_OUTPUT, output);
    this.show({ output });
    await player?.setSinkId?.(output).catch(() => {});
  }

  /** From a click: lets the sound play that the browser held back. */
  unlock(): void {
    unlockSound();
    this.show({ locked: false });
  }

  /** The live connection is back, or this tab took over: the server asks for a new offer. */
  renew(): void {
    if (!this.wanted || this.view.state === "asking" || !this.has_microphone()) return;
    void this.offer();
  }

  private show(change: Partial<VoiceView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }

  private fail(trouble: Trouble): void {
    this.show({ state: "trouble", trouble });
  }

  private has_microphone(): boolean {
    return this.stream?.getAudioTracks().some((t) => t.readyState === "live") ?? false;
  }

  private readonly relist = async () => {
    this.show({ devices: await listDevices() });
  };

  private watchMicrophone(): void {
    const track = this.stream?.getAudioTracks()[0];
    if (!track) return;
    track.enabled = !this.view.muted;
    track.onended = () => {
      if (this.wanted && !this.has_microphone()) void this.choose("");
    };
  }

  private hangUp(): void {
    const peer = this.peer;
    this.peer = null;
    peer?.close();
  }

  // Always a new connection: the server replaces the earlier leg by it, and 79 ms later the path is up.
  private async offer(): Promise<void> {
    clearTimeout(this.timer);
    this.hangUp();
    const track = this.stream?.getAudioTracks()[0];
    if (!track || !this.stream) return;
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.peer = peer;
    this.show({
      state: this.view.state === "up" || this.view.state === "recovering" ? "recovering" : "connecting",
    });
    const transceiver = peer.addTransceiver(track, { direction: "sendrecv", streams: [this.stream] });
    const pcmu = RTCRtpSender.getCapabilities("audio")?.codecs.filter((c) => c.mimeType === "audio/PCMU");
    if (pcmu?.length) transceiver.setCodecPreferences(pcmu);
    peer.ontrack = (event) => this.play(event.streams[0] ?? new MediaStream([event.track]));
    peer.onconnectionstatechange = () => peer === this.peer && this.changed(peer.connectionState);
    await peer.setLocalDescription();
    if (peer !== this.peer) return;
    // Without a live connection the offer waits for it: renew() comes with the connection.
    this.live.say({ type: "webrtc", sdp: peer.localDescription?.sdp });
    this.timer = setTimeout(() => this.again(), UP_WITHIN_MS);
  }

  private async hear(message: VoiceMessage): Promise<void> {
    if (message.type === "webrtc_failed") {
      const trouble = message.reason as Trouble;
      if (FINAL.has(trouble)) {
        clearTimeout(this.timer);
        this.hangUp();
        return this.fail(trouble);
      }
      return this.again(trouble);
    }
    if (this.peer?.signalingState !== "have-local-offer") return; // an answer to an offer that was replaced
    try {
      await this.peer.setRemoteDescription({ type: "answer", sdp: message.sdp });
    } catch {
      this.fail("not_negotiable");
    }
  }

  private changed(state: RTCPeerConnectionState): void {
    if (state === "connected") {
      clearTimeout(this.timer);
      this.tries = 0;
      this.show({ state: "up", trouble: null });
    } else if (state === "disconnected") {
      // Mends itself within a moment or becomes "failed"; three seconds are the most that a call may wait.
      this.show({ state: "recovering" });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.offer(), 1000);
    } else if (state === "failed") {
      this.again();
    }
  }

  private again(trouble: Trouble = "no_path"): void {
    clearTimeout(this.timer);
    if (!this.wanted) return;
    if (++this.tries >= TRIES_BEFORE_WORDS) this.fail(trouble);
    this.timer = setTimeout(() => void this.offer(), retryDelay(this.tries, Math.random()));
  }

  private play(stream: MediaStream): void {
    player ??= new Audio();
    player.autoplay = true;
    player.srcObject = stream;
    if (this.view.output) void player.setSinkId?.(this.view.output).catch(() => {});
    void player.play().catch((error) => {
      if (error?.name === "NotAllowedError") this.show({ locked: true });
    });
  }
}
