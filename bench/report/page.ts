import type { Metric } from '../section.js';
import { escaped } from './escaped.js';
import { pageStyle } from './page-style.js';
import { plotSvg } from './plot-svg.js';
import { formatted } from './table.js';
import type { Report, SectionReport } from './report.js';

/** One file that needs no other: metrics and plots of a run. */
export function page({ startedAt, machine, options, sections }: Report): string {
  const facts = [
    `${machine.cores} cores (${machine.cpu})`,
    `${machine.memoryGb} GB`,
    machine.system,
    `Node ${machine.node}`,
    `database ${machine.database}`,
    `broker ${machine.broker}`,
    `revision ${machine.revision}`,
  ];
  const day = startedAt.slice(0, 16).replace('T', ' ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Benchmark of ${escaped(day)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>Benchmark of ${escaped(day)} UTC</h1>
<p>${facts.map(escaped).join(' · ')}</p>
${options.quick ? '<p class="warning">A quick run: that it works is what it shows. Its numbers are not to be judged.</p>' : ''}
<nav>${sections.map(({ name }) => `<a href="#${name}">${name}</a>`).join(' ')}</nav>
</header>
${sections.map(sectionHtml).join('\n')}
</body>
</html>
`;
}

const sectionHtml = ({
  name,
  summary,
  metrics,
  plots = [],
}: SectionReport): string => `<section id="${escaped(name)}">
<h2>${escaped(name)}</h2>
<p>${escaped(summary)}</p>
<table><tbody>
${metrics.map(rowHtml).join('\n')}
</tbody></table>
<div class="plots">
${plots.map(plotSvg).join('\n')}
</div>
</section>`;

const rowHtml = (metric: Metric): string =>
  `<tr><th scope="row">${escaped(metric.name)}</th><td class="value">${formatted(metric)}</td>` +
  `<td>${escaped(metric.unit)}</td><td class="note">${escaped(metric.note ?? '')}</td></tr>`;
