import { setTimeout as pause } from 'node:timers/promises';
import type { OpsContext } from '../command.js';
import { OpsError } from '../ops-error.js';
import type { Shown } from '../options.js';

interface Run {
  readonly id: string;
  readonly state: 'asking' | 'orders' | 'items' | 'finished' | 'failed';
  readonly items: number;
  readonly orders: number;
  readonly failure: string | null;
  readonly open: readonly { readonly kind: string; readonly count: number }[];
  readonly atRisk: readonly { readonly amount: string; readonly currency: string }[];
}

/** What a run goes through, and the bar with it. */
const phases = ['asking', 'orders', 'items', 'finished'];

const pollIntervalMs = 500;
const maxRunMs = 3_600_000;

/** Begins a run, or says which one is under way, and follows it to its end. */
export async function runReconciliation(
  context: OpsContext,
  { json, ...body }: Shown & { readonly reason: string; readonly since?: string },
): Promise<number> {
  const { api, out } = context;
  const { runId } = await api.post<{ runId: string }>('/api/admin/reconciliation/runs', body);
  const run = await follow(runId, context);
  if (json) out.json(run);
  else describe(run, context);
  return run.open.length === 0 ? 0 : 1;
}

async function follow(runId: string, { api, progress }: OpsContext): Promise<Run> {
  const bar = progress(phases.length - 1);
  const deadline = performance.now() + maxRunMs;
  let reached = 0;
  try {
    for (;;) {
      const run = await api.get<Run>(`/api/admin/reconciliation/runs/${runId}`);
      if (run.state === 'failed') throw new OpsError(`The run failed: ${run.failure ?? 'nobody knows why'}.`);
      for (; reached < phases.indexOf(run.state); reached += 1) bar.advance();
      if (run.state === 'finished') return run;
      if (performance.now() > deadline) throw new OpsError(`Run ${runId} takes very long; look again later.`);
      await pause(pollIntervalMs);
    }
  } finally {
    bar.stop();
  }
}

function describe({ orders, items, open, atRisk }: Run, { out }: OpsContext): void {
  out.line(`${orders} orders were compared with ${items} payments and reservations.`);
  if (open.length === 0) return out.line('Everything adds up.');
  out.table(['kind', 'open'], open.map(({ kind, count }) => [kind, count])); // prettier-ignore
  for (const { amount, currency } of atRisk) out.line(`at risk: ${amount} ${currency}`);
  out.line('more: reconciliation report');
}
