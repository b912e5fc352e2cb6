/** Reads `h:mm:ss` as seconds. */
export function parseDuration(text: string): number {
  const [, hours, minutes, seconds] = /^(\d+):([0-5]\d):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) throw new Error(`${text} is no time of the form h:mm:ss`);
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

export function formatDuration(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  const digits = [minutes % 60, rest].map((part) => String(part).padStart(2, '0'));
  return [Math.floor(minutes / 60), ...digits].join(':');
}
