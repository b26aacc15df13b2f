import { Logger } from '@nestjs/common';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { within } from '#libs/kernel/within.js';

export type Condition = 'up' | 'degraded' | 'down';

export interface Finding {
  readonly status: Condition;
  /** For staff. No secrets, no customer's data. */
  readonly detail?: string | Readonly<Record<string, unknown>>;
}

export interface IndicatorOptions {
  /** When this is down, requests should go to another instance. Default: no; down is then shown as degraded. */
  readonly affectsReadiness?: boolean;
}

export interface Health {
  readonly ready: boolean;
  readonly status: Condition;
  readonly checks: Readonly<Record<string, Finding & { readonly durationMs: number }>>;
}

type Check = () => Promise<Finding> | Finding;

/** A dependency that does not answer within this is as good as away. */
const patienceMs = 2_000;
/** Probes of many load balancers are one question to the database. */
const freshMs = 500;

/** What this process depends on, and how it is. Who owns a dependency registers it. */
export class HealthIndicators {
  private readonly log = new Logger(HealthIndicators.name);
  private readonly indicators = new Map<string, { check: Check; affectsReadiness: boolean }>();
  private latest: { readonly atMs: number; readonly health: Promise<Health> } | null = null;
  private wasReady = true;
  private draining = false;

  constructor(private readonly clock: Clock = systemClock) {}

  /** Replaces an indicator of the same name. @returns removes it again */
  register(name: string, check: Check, { affectsReadiness = false }: IndicatorOptions = {}): () => void {
    const indicator = { check, affectsReadiness };
    this.indicators.set(name, indicator);
    return () => {
      if (this.indicators.get(name) === indicator) this.indicators.delete(name);
    };
  }

  /** From now on not ready: the process is about to stop accepting. */
  drain(): void {
    this.draining = true;
  }

  /** All checks at once, each for at most two seconds. Never rejects. */
  async look(): Promise<Health> {
    const nowMs = this.clock.monotonicMs();
    if (!this.latest || nowMs - this.latest.atMs >= freshMs)
      this.latest = { atMs: nowMs, health: this.lookNow() };
    const health = await this.latest.health;
    return this.draining ? { ...health, ready: false } : health;
  }

  private async lookNow(): Promise<Health> {
    const names = [...this.indicators.keys()];
    const findings = await Promise.all([...this.indicators.values()].map(({ check }) => this.ask(check)));
    const checks = Object.fromEntries(
      names.map((name, index) => [name, findings[index]]),
    ) as Health['checks'];
    const down = names.filter((name) => checks[name]?.status === 'down');
    const blocking = down.filter((name) => this.indicators.get(name)?.affectsReadiness);
    const ready = blocking.length === 0;
    this.tell(ready, blocking);
    const allUp = Object.values(checks).every(({ status }) => status === 'up');
    return { ready, status: ready ? (allUp ? 'up' : 'degraded') : 'down', checks };
  }

  private async ask(check: Check): Promise<Health['checks'][string]> {
    const startMs = this.clock.monotonicMs();
    const finding = await withinPatience(check);
    return { ...finding, durationMs: Math.round(this.clock.monotonicMs() - startMs) };
  }

  /** The answer to the open probe does not say why; the log does. */
  private tell(ready: boolean, blocking: readonly string[]): void {
    if (ready === this.wasReady) return;
    this.wasReady = ready;
    if (ready) this.log.log('ready again');
    else this.log.warn('not ready', { reason: blocking.join(', ') });
  }
}

async function withinPatience(check: Check): Promise<Finding> {
  try {
    return await within(patienceMs, check, () => ({
      status: 'down',
      detail: `no answer in ${patienceMs} ms`,
    }));
  } catch (error) {
    return { status: 'down', detail: error instanceof Error ? error.name : 'failed' };
  }
}
