// The page's few icons, drawn on a 20 x 20 grid with one stroke. Always beside a word, so hidden from screen readers.
const PATHS = {
  outbound:
    "M4 4.5C4 11 9 16 15.500 16l1-3-3.500-1.500-1.500 1.500A9 9 0 0 1 7 8.500L8.500 7 7 3.500zM12 8l5-5M13 3h4v4",
  available: "M4 10.500l4 4 8-9",
  away: "M10 5v5l3 3M10 2.500a7.500 7.500 0 1 0 0 15 7.500 7.500 0 0 0 0-15z",
  reserved: "M10 3v3M10 14v3M3 10h3M14 10h3M10 7.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  engaged: "M4 4.500C4 11 9 16 15.500 16l1-3-3.500-1.500-1.500 1.500A9 9 0 0 1 7 8.500L8.500 7 7 3.500z",
  wrap_up: "M4 15.500V13l8.500-8.500 2.500 2.500L6.500 15.500zM11 17h6",
  hold: "M7 4.500v11M13 4.500v11",
  resume: "M6 4l10 6-10 6z",
  mute: "M10 3a2.500 2.500 0 0 0-2.500 2.500v4M12.500 9.500v-4A2.500 2.500 0 0 0 10 3M5 9.500a5 5 0 0 0 8.500 3.500M10 14.500V17M3 3l14 14",
  microphone:
    "M10 3a2.500 2.500 0 0 0-2.500 2.500v4a2.500 2.500 0 0 0 5 0v-4A2.500 2.500 0 0 0 10 3zM5 9.500a5 5 0 0 0 10 0M10 14.500V17",
  keypad: "M5 5h.01M10 5h.01M15 5h.01M5 10h.01M10 10h.01M15 10h.01M5 15h.01M10 15h.01M15 15h.01",
  end: "M3 12c4-4.500 10-4.500 14 0l-2 2.500-3-1.500v-2a8 8 0 0 0-4 0v2l-3 1.500z",
  star: "M10 3l2.100 4.500 4.900.600-3.600 3.400.900 4.900L10 14l-4.300 2.400.900-4.900L3 8.100l4.900-.600z",
  warning: "M10 3.500L17.500 16h-15zM10 8v4M10 14.200v.01",
  offline: "M3 7.500a11 11 0 0 1 14 0M6 11a6.500 6.500 0 0 1 8 0M10 15v.01M3 3l14 14",
  note: "M5 3h10v14H5zM7.500 7h5M7.500 10h5M7.500 13h3",
  person: "M10 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17a6 6 0 0 1 12 0",
  closed: "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
