import { ApiError, type ApiClient, type Query } from '../api-client.js';
import type { OpsContext } from '../command.js';
import type { ActOptions } from '../options.js';
import { UsageError } from '../ops-error.js';
import { actOnOne } from './act.js';
import { filterOf, type FilterOptions } from './filter.js';
import { sagaTable } from './list.js';
import { sagaPath, type Saga, type SagaPage } from './saga.js';

/** Of one run. What is left over is found by the next one. */
const maxSagas = 1_000;
const shownBefore = 10;

interface RetryOptions extends ActOptions, FilterOptions {
  readonly all?: true;
}

/** Retries one saga; or all that fit, but never just because no id was given. */
export async function retry(
  context: OpsContext,
  { all, ...options }: RetryOptions,
  id: string | undefined,
): Promise<number> {
  const filter = filterOf(options);
  const narrowed = Object.values(filter).some((value) => value !== undefined);
  if (id !== undefined && !all && !narrowed) return actOnOne('retry')(context, options, id);
  if (id !== undefined || !all) throw new UsageError('an id; or --all, and what they have in common');
  if (filter.status === undefined) throw new UsageError('all of which? --status needs-attention');
  return retryAll(context, options, filter);
}

/**
 * Retries every saga that fits, one by one: each is an action of its own, checked and audited, and what has moved on by
 * itself since it was listed is left alone.
 */
async function retryAll(
  context: OpsContext,
  { reason, yes, json }: ActOptions,
  filter: Query,
): Promise<number> {
  const { api, out, confirm } = context;
  const { sagas, thereIsMore } = await collect(api, filter);
  if (sagas.length === 0) {
    if (json) out.json({ done: 0, left: [] });
    else out.line('No saga fits.');
    return 0;
  }
  if (!yes) {
    sagaTable(out, sagas.slice(0, shownBefore));
    const rest = sagas.length - shownBefore;
    if (rest > 0) out.line(`and ${rest} more`);
    if (thereIsMore) out.line(`(the ${maxSagas} oldest; run it again for the others)`);
    out.line('Would ask the waiting command of each of them again.');
    if (!(await confirm(`Retry ${sagas.length}?`))) return 1;
  }
  const left = await retryEach(sagas, reason, context);
  const done = sagas.length - left.length;
  if (json) out.json({ done, left });
  else {
    out.line(`${done} retried${left.length > 0 ? `, ${left.length} not:` : ''}`);
    if (left.length > 0) out.table(['id', 'why'], left.map(({ id, why }) => [id, why])); // prettier-ignore
  }
  return left.length === 0 ? 0 : 1;
}

async function collect(api: ApiClient, query: Query): Promise<{ sagas: Saga[]; thereIsMore: boolean }> {
  const sagas: Saga[] = [];
  let cursor: string | undefined;
  do {
    const page: SagaPage = await api.get('/api/admin/sagas', {
      ...query,
      sort: 'oldest',
      limit: 100,
      cursor,
    });
    sagas.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && sagas.length < maxSagas);
  return { sagas, thereIsMore: cursor !== undefined };
}

/** @returns those that were not retried. @throws what is no answer about one saga: then the next one would fare no better. */
async function retryEach(sagas: readonly Saga[], reason: string, { api, progress }: OpsContext) {
  const left: { readonly id: string; readonly why: string }[] = [];
  const bar = progress(sagas.length);
  try {
    for (const { id, revision } of sagas) {
      try {
        await api.post(`${sagaPath(id)}/retry`, { reason }, { ifMatch: `"${revision}"` });
      } catch (error) {
        if (!(error instanceof ApiError) || ![404, 409, 412].includes(error.status)) throw error;
        left.push({ id, why: error.message });
      }
      bar.advance();
    }
  } finally {
    bar.stop();
  }
  return left;
}
