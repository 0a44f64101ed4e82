// The desktop's live connection: one WebSocket, kept up, with the newest Desk in it. Framework-free; React reads it by subscribe().
import type { Desk } from "../api/desk.ts";
import { heardServerTime } from "../time/clock.tsx";
import { retryDelay } from "./backoff.ts";

export type Connection = "connecting" | "live" | "lost" | "signed_out";

export type VoiceMessage =
  | { type: "webrtc"; sdp: string }
  | { type: "webrtc_failed"; reason: string; text?: string };

export interface LiveView {
  connection: Connection;
  /** Another tab of this agent is the active one. */
  elsewhere: boolean;
  desk: Desk | null;
}

type Message = { type: "desk"; desk: Desk } | { type: "elsewhere" } | VoiceMessage;

// A socket that does not open by then is given up: a network that swallows packets answers nothing.
const OPEN_WITHIN_MS = 5000;

export class Live {
  private view: LiveView = { connection: "connecting", elsewhere: false, desk: null };
  private readonly listeners = new Set<() => void>();
  private readonly voice_listeners = new Set<(message: VoiceMessage) => void>();
  private socket: WebSocket | null = null;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly is_signed_in: () => Promise<boolean>,
  ) {}

  start(): void {
    this.stopped = false;
    window.addEventListener("online", this.hurry);
    window.addEventListener("offline", this.drop);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    window.removeEventListener("online", this.hurry);
    window.removeEventListener("offline", this.drop);
    this.close();
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = () => this.view;

  onVoice(listener: (message: VoiceMessage) => void): () => void {
    this.voice_listeners.add(listener);
    return () => this.voice_listeners.delete(listener);
  }

  /** False: there is no connection to say it on. */
  say(message: object): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** This tab becomes the active one. */
  take(): void {
    if (this.say({ type: "take" })) this.show({ elsewhere: false });
  }

  private show(change: Partial<LiveView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }

  private close(): void {
    const socket = this.socket;
    this.socket = null; // what it still says is no longer ours
    socket?.close();
  }

  private readonly hurry = () => {
    if (this.view.connection === "live") return;
    this.tries = 0;
    this.connect();
  };
  private readonly drop = () => this.lost();

  private connect(): void {
    clearTimeout(this.timer);
    this.close();
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.timer = setTimeout(() => socket === this.socket && this.lost(), OPEN_WITHIN_MS);
    socket.onmessage = (event) => socket === this.socket && this.hear(String(event.data));
    socket.onclose = () => socket === this.socket && this.lost();
  }

  private hear(text: string): void {
    clearTimeout(this.timer);
    let message: Message;
    try {
      message = JSON.parse(text);
    } catch {
      return; // no message of this contract
    }
    if (message.type === "desk") {
      this.tries = 0;
      heardServerTime(message.desk.now);
      this.show({ connection: "live", elsewhere: false, desk: message.desk });
    } else if (message.type === "elsewhere") {
      this.show({ connection: "live", elsewhere: true });
    } else if (message.type === "webrtc" || message.type === "webrtc_failed") {
      for (const listener of this.voice_listeners) listener(message);
    }
  }

  private lost(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.close();
    if (this.view.connection !== "lost") this.show({ connection: "lost" });
    this.timer = setTimeout(() => void this.again(), retryDelay(this.tries++, Math.random()));
  }

  // A refused upgrade does not tell the page why: whether the session is over is asked for.
  private async again(): Promise<void> {
    const signed_in = await this.is_signed_in();
    if (this.stopped) return;
    if (signed_in) this.connect();
    else this.show({ connection: "signed_out" });
  }
}
