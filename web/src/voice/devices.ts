// The machine's microphones and loudspeakers, and the words for what stands in the way.

export type Trouble =
  | "insecure" // plain HTTP from another machine: the browser hides its microphones
  | "unsupported"
  | "denied"
  | "no_device"
  | "busy"
  | "fingerprint_mismatch"
  | "no_port"
  | "not_negotiable"
  | "consent_expired"
  | "no_path"; // media found no way, most often a firewall that stops UDP

export interface Devices {
  inputs: MediaDeviceInfo[];
  outputs: MediaDeviceInfo[];
}

export function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "no_device";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unsupported";
}

/** What the browser itself lacks, before anything is asked of it. */
export function missing(): Trouble | null {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia || !window.RTCPeerConnection) return "unsupported";
  return null;
}

export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return {
    inputs: all.filter((d) => d.kind === "audioinput"),
    outputs: all.filter((d) => d.kind === "audiooutput"),
  };
}

export async function openMicrophone(device: string): Promise<MediaStream> {
  const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: device ? { ...sound, deviceId: { exact: device } } : sound,
    });
  } catch (error) {
    // The chosen device was unplugged since: any microphone is better than none.
    if (device && troubleOf(error) === "no_device") return openMicrophone("");
    throw error;
  }
}

/** The loudness of samples in 0..1, on a scale of decibels from -60 to 0, as ears hear it. */
export function level(samples: Float32Array): number {
  let sum = 0;
  for (const s of samples) sum += s * s;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms === 0) return 0;
  return Math.min(1, Math.max(0, (20 * Math.log10(rms) + 60) / 60));
}
