import { sagaPage } from '#libs/saga/definition/diagram.js';
import { transitions } from '../../apps/order-service/src/domain/order-status.js';
import { orderSagas } from '../../apps/order-service/src/sagas/order-sagas.js';
import { generatedBy, type Generator } from './document.js';

/** The newest version has the plain name; the number of an older one is in its file's and its page's. */
const nameOf = (saga: (typeof orderSagas.all)[number]): string =>
  orderSagas.newest.includes(saga) ? saga.name : `${saga.name}.v${saga.version}`;
const sagaFile = (saga: (typeof orderSagas.all)[number]): string =>
  `apps/order-service/src/sagas/${nameOf(saga)}.saga.ts`;
const statusFile = 'apps/order-service/src/domain/order-status.ts';

function lifecyclePage(): string {
  const edges = Object.entries(transitions).flatMap(([from, targets]: [string, readonly string[]]) =>
    targets.length === 0 ? [`  ${from} --> [*]`] : targets.map((to) => `  ${from} --> ${to}`),
  );
  const rows = Object.entries(transitions).map(
    ([from, targets]: [string, readonly string[]]) =>
      `| \`${from}\` | ${targets.length === 0 ? 'nothing: it is over' : targets.map((to) => `\`${to}\``).join(', ')} |`,
  );
  return `${generatedBy(statusFile)}

# The life of an order

\`\`\`mermaid
stateDiagram-v2
  [*] --> PENDING
${edges.join('\n')}
\`\`\`

| status | may become |
| --- | --- |
${rows.join('\n')}
`;
}

export const sagas: Generator = {
  name: 'sagas',
  documents: () =>
    Promise.resolve([
      ...orderSagas.all.map((saga) => ({
        path: `docs/sagas/${nameOf(saga)}.md`,
        text: `${generatedBy(sagaFile(saga))}\n\n${sagaPage(saga)}`,
      })),
      { path: 'docs/order-lifecycle.md', text: lifecyclePage() },
    ]),
};
