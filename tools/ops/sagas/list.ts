import type { OpsContext } from '../command.js';
import type { PageOptions, Shown } from '../options.js';
import { oneLine, type Output } from '../output.js';
import { filterOf, type FilterOptions } from './filter.js';
import type { Saga, SagaPage } from './saga.js';
import { ageOf } from './words.js';

export async function listSagas(
  { api, out }: OpsContext,
  { sort, limit, cursor, json, ...filter }: FilterOptions & PageOptions & { readonly sort?: string },
): Promise<number> {
  const page = await api.get<SagaPage>('/api/admin/sagas', { ...filterOf(filter), sort, limit, cursor });
  if (json) {
    out.json(page);
    return 0;
  }
  sagaTable(out, page.items);
  for (const { id, attention } of page.items) {
    if (attention) out.line(`${id}: ${oneLine(attention.detail)}, since ${attention.since}`);
  }
  if (page.nextCursor !== null) out.line(`more: --cursor ${page.nextCursor}`);
  return 0;
}

export function sagaTable(out: Output, sagas: readonly Saga[]): void {
  out.table(
    ['id', 'saga', 'status', 'step', 'attempt', 'cause', 'age', 'possible'],
    sagas.map(({ id, saga, version, status, step, operation, attempt, cause, ageSeconds, actions }) => [
      id,
      `${saga} ${version}`,
      status,
      operation === 'compensation' ? `undo ${step}` : step,
      attempt,
      cause,
      ageOf(ageSeconds),
      actions.join(' '),
    ]),
  );
}

interface Summary {
  readonly active: number;
  readonly needAttention: number;
  readonly groups: readonly (Pick<Saga, 'saga' | 'version' | 'step' | 'status' | 'cause'> & {
    readonly count: number;
    readonly oldestAgeSeconds: number;
  })[];
}

export async function summarise({ api, out }: OpsContext, { json }: Shown): Promise<number> {
  const summary = await api.get<Summary>('/api/admin/sagas/summary');
  if (json) {
    out.json(summary);
    return 0;
  }
  out.line(`${summary.active} under way, ${summary.needAttention} of them need attention`);
  if (summary.groups.length === 0) return 0;
  out.line();
  out.table(
    ['saga', 'step', 'status', 'cause', 'count', 'oldest'],
    summary.groups.map(({ saga, version, step, status, cause, count, oldestAgeSeconds }) => [
      `${saga} ${version}`,
      step,
      status,
      cause,
      count,
      ageOf(oldestAgeSeconds),
    ]),
  );
  return 0;
}
