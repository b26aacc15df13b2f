import { describe, expect, it } from '@jest/globals';
import { plotSvg } from './plot-svg.js';

const plot = {
  title: 'Orders <per second>',
  x: { label: 'seconds' },
  y: { label: 'orders/s' },
  series: [
    {
      name: 'accepted & done',
      points: [
        [0, 0],
        [10, 100],
      ] as const,
    },
  ],
};

describe('a plot', () => {
  it('goes from the lower left to the upper right corner of its axes', () => {
    expect(plotSvg(plot)).toContain('points="58.0,208.0 546.0,12.0"');
  });

  it('names its axes and series, as text and not as markup', () => {
    const svg = plotSvg(plot);
    for (const text of ['>seconds<', '>orders/s<', 'accepted &amp; done', 'Orders &lt;per second&gt;'])
      expect(svg).toContain(text);
  });

  it('draws what a logarithmic axis has no place for at its edge', () => {
    const svg = plotSvg({ ...plot, x: { label: 'ms', scale: 'log' } });
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('thins a long course, and keeps its end', () => {
    const points = Array.from({ length: 5000 }, (_, n) => [n, n] as const);
    const svg = plotSvg({ ...plot, series: [{ name: 'long', points }] });
    const drawn = /points="([^"]*)"/.exec(svg)![1]!.split(' ');
    expect(drawn.length).toBeLessThanOrEqual(401);
    expect(drawn.at(-1)).toBe('545.9,12.0');
  });

  it('is empty, and sound, without points', () => {
    expect(plotSvg({ ...plot, series: [] })).not.toMatch(/NaN|Infinity/);
  });
});
