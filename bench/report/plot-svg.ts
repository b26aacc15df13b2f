import type { Axis, Plot } from '../section.js';
import { escaped } from './escaped.js';
import { linearTicks, logTicks, shortNumber } from './ticks.js';

const width = 560;
const height = 250;
const margin = { top: 12, right: 14, bottom: 42, left: 58 };
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };

/** Colours are named by number; the page gives them, for light and for dark. */
const colours = 8;
const maxPoints = 400;

interface Scale {
  readonly ticks: readonly number[];
  /** 0 to 1 along the axis. */
  at(value: number): number;
}

/** A line for each series, axes with their units, and a legend. */
export function plotSvg({ title, x, y, series }: Plot): string {
  const points = series.flatMap((one) => one.points);
  const across = scaleOf(
    x,
    points.map(([value]) => value),
  );
  const up = scaleOf(
    y,
    points.map(([, value]) => value),
  );
  const left = (value: number): string => (margin.left + across.at(value) * inner.width).toFixed(1);
  const top = (value: number): string => (margin.top + (1 - up.at(value)) * inner.height).toFixed(1);
  const bottom = margin.top + inner.height;
  const lines = series.map(
    (one, index) =>
      `<polyline class="line c${index % colours}" points="${thinned(one.points)
        .map(([a, b]) => `${left(a)},${top(b)}`)
        .join(' ')}"/>`,
  );
  const rows = up.ticks.map(
    (tick) =>
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${top(tick)}" y2="${top(tick)}"/>` +
      `<text x="${margin.left - 6}" y="${top(tick)}" dy="0.32em" text-anchor="end">${shortNumber(tick)}</text>`,
  );
  const columns = across.ticks.map(
    (tick) =>
      `<line class="grid" x1="${left(tick)}" x2="${left(tick)}" y1="${margin.top}" y2="${bottom}"/>` +
      `<text x="${left(tick)}" y="${bottom + 16}" text-anchor="middle">${shortNumber(tick)}</text>`,
  );
  const legend = series.map(
    ({ name }, index) => `<li><span class="swatch s${index % colours}"></span>${escaped(name)}</li>`,
  );
  return `<figure>
<figcaption>${escaped(title)}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
${rows.join('')}${columns.join('')}
<text class="unit" x="${margin.left + inner.width / 2}" y="${height - 6}" text-anchor="middle">${escaped(x.label)}</text>
<text class="unit" transform="translate(12 ${margin.top + inner.height / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>
${lines.join('\n')}
</svg>
<ul class="legend">${legend.join('')}</ul>
</figure>`;
}

function scaleOf({ scale }: Axis, values: readonly number[]): Scale {
  if (scale === 'log') {
    const positive = values.filter((value) => value > 0);
    const ticks = positive.length > 0 ? logTicks(Math.min(...positive), Math.max(...positive)) : [1, 10];
    const [from, to] = [Math.log(ticks[0]!), Math.log(ticks.at(-1)!)];
    return { ticks, at: (value) => (Math.log(Math.max(value, ticks[0]!)) - from) / (to - from) };
  }
  const ticks = linearTicks(Math.max(0, ...values));
  const top = ticks.at(-1)!;
  return { ticks, at: (value) => Math.max(0, value) / top };
}

/** More points than a line has pixels only make the page heavy; the last one is always kept. */
function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const every = Math.ceil(points.length / maxPoints);
  return points.filter((_, index) => index % every === 0 || index === points.length - 1);
}
