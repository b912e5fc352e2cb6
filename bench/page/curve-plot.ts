import type { Curve, Line } from './curves.ts';
import { numberText } from './number-text.ts';

const PANEL = { width: 300, height: 200, left: 52, right: 22, top: 34, bottom: 40 };
/** Readable on white and on black: not every viewer says which it has. */
const STYLE = `
  text { font: 11px system-ui, sans-serif; fill: #768390 }
  .title { font-weight: 600 }
  .grid { stroke: #8b949e; stroke-opacity: 0.35 }
  .line { stroke: #4493f8; stroke-width: 2; fill: none }
  .dot { fill: #4493f8 }`;

/** What a label of a place takes beside another one. */
const LABEL_WIDTH = 32;

/** A curve as a picture: one panel for each cost, over what grows. */
export function plotCurve({ lines, of }: Curve): string {
  const width = PANEL.width * lines.length;
  const panels = lines.map(
    (line, index) => `<g transform="translate(${index * PANEL.width} 0)">${panel(line, of)}</g>`,
  );
  const size = `width="${width}" height="${PANEL.height}" viewBox="0 0 ${width} ${PANEL.height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">\n<style>${STYLE}\n</style>\n${panels.join('\n')}\n</svg>\n`;
}

interface Scale {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

function panel(line: Line, of: string): string {
  const { points } = line;
  const top = roundUp(Math.max(...points.map(({ value }) => value), 0));
  const scale = createScale(
    points.map(({ at }) => at),
    top,
  );
  const path = points.map(({ at, value }) => `${scale.x(at)},${scale.y(value)}`).join(' ');
  const dots = points.map(
    ({ at, value }) => `<circle class="dot" cx="${scale.x(at)}" cy="${scale.y(value)}" r="3"/>`,
  );
  return [
    label({ x: PANEL.left, y: 18, text: `${line.what}, ${line.unit}`, className: 'title' }),
    ...[0, top / 2, top].map((value) => gridLine(value, scale)),
    ...roomyPlaces(line, scale).map((at) => placeLabel(at, scale)),
    label({ x: middle(), y: PANEL.height - 6, text: of, anchor: 'middle' }),
    `<polyline class="line" points="${path}"/>`,
    ...dots,
  ].join('\n');
}

function createScale(places: readonly number[], top: number): Scale {
  const along = areEven(places) ? (at: number): number => at : toLog;
  const [first, last] = [along(Math.min(...places)), along(Math.max(...places))];
  const width = PANEL.width - PANEL.left - PANEL.right;
  const height = PANEL.height - PANEL.top - PANEL.bottom;
  return {
    x: (at) => Math.round(PANEL.left + ((along(at) - first) / (last - first || 1)) * width),
    // What is less than nothing is noise.
    y: (value) => Math.round(PANEL.top + (1 - Math.max(0, value) / top) * height),
  };
}

/** What grows by the same each time is shown so; all else goes by powers of ten. */
function areEven(places: readonly number[]): boolean {
  const steps = places.slice(1).map((at, index) => at - (places[index] ?? 0));
  return steps.length > 1 && steps.every((step) => step === steps[0]);
}

/** Nothing at all has a place too: one step before 1. */
function toLog(at: number): number {
  return at === 0 ? -1 : Math.log10(at);
}

function gridLine(value: number, { y }: Scale): string {
  const at = y(value);
  const line = `<line class="grid" x1="${PANEL.left}" x2="${PANEL.width - PANEL.right}" y1="${at}" y2="${at}"/>`;
  return line + label({ x: PANEL.left - 6, y: at + 4, text: numberText(value), anchor: 'end' });
}

/** The places whose labels do not lie on each other. */
function roomyPlaces({ points }: Line, { x }: Scale): readonly number[] {
  const shown: number[] = [];
  for (const { at } of points) {
    const before = shown.at(-1);
    if (before === undefined || x(at) - x(before) >= LABEL_WIDTH) shown.push(at);
  }
  return shown;
}

function placeLabel(at: number, { x }: Scale): string {
  const y = PANEL.height - PANEL.bottom + 16;
  return label({ x: x(at), y, text: shortCount(at), anchor: 'middle' });
}

interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor?: 'middle' | 'end';
  readonly className?: string;
}

function label({ anchor, className, text, x, y }: Label): string {
  const attributes = `${anchor ? ` text-anchor="${anchor}"` : ''}${className ? ` class="${className}"` : ''}`;
  return `<text x="${x}" y="${y}"${attributes}>${text}</text>`;
}

function shortCount(count: number): string {
  return count >= 10_000 ? `${count / 1000}k` : count.toLocaleString('en');
}

function middle(): number {
  return (PANEL.left + PANEL.width - PANEL.right) / 2;
}

/** The next of 1, 2, 4, 6, 8 or 10 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}
