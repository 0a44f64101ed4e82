import { Button, Modal, NativeSelect } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { level } from "../voice/devices.ts";
import { useParts, useVoice } from "./context.tsx";

/** The loudness of the open microphone, 0..1, ten times a second. */
function useLevel(stream: MediaStream | null): number {
  const [value, setValue] = useState(0);
  useEffect(() => {
    if (!stream) return setValue(0);
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      setValue(level(samples));
    }, 100);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [stream]);
  return value;
}

/** Records three seconds and plays them back: what the other side would hear. */
function MicrophoneTest({ stream }: { stream: MediaStream }) {
  const { t } = useTranslation();
  const [step, setStep] = useState<"idle" | "recording" | "playing">("idle");
  const test = () => {
    const recorder = new MediaRecorder(stream);
    const chunks: Blob[] = [];
    recorder.ondataavailable = (event) => chunks.push(event.data);
    recorder.onstop = () => {
      const url = URL.createObjectURL(new Blob(chunks, { type: recorder.mimeType }));
      const player = new Audio(url);
      const done = () => {
        URL.revokeObjectURL(url);
        setStep("idle");
      };
      player.onended = done;
      player.onerror = done;
      setStep("playing");
      void player.play().catch(done);
    };
    setStep("recording");
    recorder.start();
    setTimeout(() => recorder.state === "recording" && recorder.stop(), 3000);
  };
  return (
    <Button variant="default" disabled={step !== "idle"} onClick={test}>
      <span aria-live="polite">{t(`sound.test.${step}`)}</span>
    </Button>
  );
}

export function Microphone() {
  const { t } = useTranslation();
  const { voice } = useParts();
  const view = useVoice();
  const stream = voice.microphone();
  const loudness = useLevel(stream);
  if (!stream) return null;
  const named = (devices: MediaDeviceInfo[]) => [
    { value: "", label: t("sound.default") },
    ...devices
      .filter((d) => d.deviceId && d.deviceId !== "default")
      .map((d) => ({ value: d.deviceId, label: d.label })),
  ];
  return (
    <div className="stack">
      <NativeSelect
        label={t("sound.microphone")}
        data={named(view.devices.inputs)}
        value={view.input}
        onChange={(e) => void voice.choose(e.target.value)}
      />
      <div className="meter-row">
        <span id="level-label">{t("sound.level")}</span>
        <meter className="meter" min={0} max={1} low={0.15} value={loudness} aria-labelledby="level-label" />
      </div>
      {view.devices.outputs.length > 0 && (
        <NativeSelect
          label={t("sound.loudspeaker")}
          data={named(view.devices.outputs)}
          value={view.output}
          onChange={(e) => void voice.chooseOutput(e.target.value)}
        />
      )}
      <MicrophoneTest stream={stream} />
      <p className="hint">{t("sound.test.hint")}</p>
    </div>
  );
}

export function SoundSettings({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const view = useVoice();
  return (
    <Modal
      opened
      onClose={onClose}
      withinPortal={false}
      title={t("sound.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {view.trouble && (
        <p role="alert">
          {t(`voice.trouble.${view.trouble}.what`)} {t(`voice.trouble.${view.trouble}.mend`)}
        </p>
      )}
      <Microphone />
    </Modal>
  );
}
