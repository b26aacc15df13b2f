import { sagaPage } from '#libs/saga/diagram.js';
import { transitions } from '../../apps/order-service/src/domain/order-status.js';
import { orderSagas } from '../../apps/order-service/src/sagas/order-sagas.js';
import { generatedBy, type Generator } from './document.js';

const sagaFile = (name: string): string => `apps/order-service/src/${name}-saga/${name}.saga.ts`;
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
        path: `docs/sagas/${saga.name}.md`,
        text: `${generatedBy(sagaFile(saga.name))}\n\n${sagaPage(saga)}`,
      })),
      { path: 'docs/order-lifecycle.md', text: lifecyclePage() },
    ]),
};
