import { beforeAll, describe, expect, it } from '@jest/globals';
import { registry } from '#libs/observability/metrics.js';
import { StatsRefresher } from '#libs/observability/stats-refresher.js';
import type { Table } from '#libs/persistence/database/table.js';
import type { ActiveSagas } from './active-sagas.query.js';
import type { SagaDefinition } from '../definition/definition.js';
import { countSagas, showActiveSagas } from './saga-metrics.js';
import type { SagaTimelineRow } from './saga-timeline.row.js';
import type { TimelineEntry } from '../engine/timeline.js';

const definition = {
  name: 'toy',
  version: 1,
  steps: [
    {
      name: 'first',
      on: { Done: { kind: 'go-on' }, Refused: { kind: 'roll-back' } },
      afterPivot: false,
      compensate: { on: {} },
    },
    { name: 'second', on: { Done: { kind: 'go-on' } }, afterPivot: true },
  ],
  ends: { completed: {}, rolledBack: {} },
} as unknown as SagaDefinition<unknown, unknown>;

const entry = (kind: string, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  at: '2026-01-01T00:00:00.000Z',
  kind,
  step: null,
  attempt: null,
  messageId: null,
  text: '',
  ...more,
});

const group = (given: Partial<ActiveSagas>): ActiveSagas => ({
  saga: 'toy',
  version: 1,
  step: 'first',
  count: 0,
  unanswered: 0,
  defect: 0,
  oldestSeconds: 0,
  ...given,
});

describe('the metrics of sagas', () => {
  let committed: (rows: readonly SagaTimelineRow[]) => void;
  let active: ActiveSagas[] = [];
  let looks = 0;
  const stats = new StatsRefresher(60);
  const page = () => registry.metrics();
  const refreshed = async () => {
    await stats.refresh();
    return page();
  };

  beforeAll(() => {
    const unitOfWork = {
      onCommitted: <Row, Key>(_: Table<Row, Key>, listener: (rows: readonly Row[]) => void) => {
        committed = listener as unknown as typeof committed;
      },
    };
    countSagas(unitOfWork, [definition]);
    showActiveSagas(stats, [definition], async () => {
      looks += 1;
      return active;
    });
  });

  it('are there at 0 before anything happened', async () => {
    expect(await page()).toContain('orders_saga_finished_total{saga="toy",outcome="rolled-back"} 0');
    expect(await page()).toContain('orders_saga_ignored_replies_total{reason="late"} 0');
    expect(await page()).not.toContain('outdated-deadline');
  });

  it('have a series for what the definitions allow, and for nothing else', async () => {
    const series = [
      ...(await page()).matchAll(
        /^orders_saga_(\w+)(?:_count|_total|(?<=active))\{saga="toy",step=(.*)\} 0$/gm,
      ),
    ].map(([, metric, labels]) => `${metric} ${labels}`);
    expect(series.sort()).toEqual([
      'active "first"',
      'active "second"',
      'compensations "first"',
      'step_duration_seconds "first",result="by-hand"',
      'step_duration_seconds "first",result="compensated"',
      'step_duration_seconds "first",result="done"',
      'step_duration_seconds "first",result="refused"',
      'step_duration_seconds "first",result="unanswered"',
      'step_duration_seconds "second",result="by-hand"',
      'step_duration_seconds "second",result="done"',
      'step_retries "first"',
      'step_retries "second"',
    ]);
  });

  it('count what was committed', async () => {
    const entries = [
      entry('accepted'),
      entry('retried', { step: 'first' }),
      entry('replied', { step: 'first', result: 'refused', seconds: 2 }),
      entry('compensating', { step: 'first' }),
      entry('ignored', { ignored: 'late', step: 'first' }),
      entry('rejected', { outcome: 'rolled-back', seconds: 4 }),
    ];
    committed([{ sagaId: 'a', revision: 1, saga: 'toy', entries }]);
    const text = await page();
    expect(text).toContain('orders_saga_started_total{saga="toy"} 1');
    expect(text).toContain('orders_saga_step_retries_total{saga="toy",step="first"} 1');
    expect(text).toContain('orders_saga_compensations_total{saga="toy",step="first"} 1');
    expect(text).toContain('orders_saga_ignored_replies_total{reason="late"} 1');
    expect(text).toContain('orders_saga_finished_total{saga="toy",outcome="rolled-back"} 1');
    expect(text).toContain('orders_saga_duration_seconds_sum{saga="toy",outcome="rolled-back"} 4');
    expect(text).toContain(
      'orders_saga_step_duration_seconds_sum{saga="toy",step="first",result="refused"} 2',
    );
  });

  it('show what is under way as it was when it was looked up, once for all, and go back to 0', async () => {
    active = [group({ step: 'second', count: 3, unanswered: 1, defect: 1, oldestSeconds: 12 })];
    expect(await page()).toContain('orders_saga_active{saga="toy",step="second"} 0');
    expect(looks).toBe(0);
    const busy = await refreshed();
    await page();
    expect(looks).toBe(1);
    expect(busy).toContain('orders_saga_active{saga="toy",step="second"} 3');
    expect(busy).toContain('orders_saga_needs_attention{saga="toy",cause="unanswered"} 1');
    expect(busy).toContain('orders_saga_needs_attention{saga="toy",cause="defect"} 1');
    expect(busy).toContain('orders_saga_oldest_active_age_seconds{saga="toy"} 12');
    active = [];
    const idle = await refreshed();
    expect(idle).toContain('orders_saga_active{saga="toy",step="second"} 0');
    expect(idle).toContain('orders_saga_needs_attention{saga="toy",cause="unanswered"} 0');
    expect(idle).toContain('orders_saga_oldest_active_age_seconds{saga="toy"} 0');
  });

  it('count sagas that this process leaves to others, under labels that it knows', async () => {
    active = [
      group({ version: 2, step: 'of-version-2', count: 3, unanswered: 1 }),
      group({ saga: 'of-next-year', count: 2, oldestSeconds: 99 }),
      group({ count: 1 }),
    ];
    const text = await refreshed();
    expect(text).toContain('orders_saga_unknown{saga="toy"} 3');
    expect(text).toContain('orders_saga_unknown{saga="other"} 2');
    expect(text).toContain('orders_saga_active{saga="toy",step="first"} 1');
    expect(text).toContain('orders_saga_needs_attention{saga="toy",cause="unanswered"} 1');
    expect(text).toContain('orders_saga_oldest_active_age_seconds{saga="other"} 99');
    expect(text).not.toMatch(/of-version-2|of-next-year/);
  });
});
