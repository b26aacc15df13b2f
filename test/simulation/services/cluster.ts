import type { Plan, ServiceName } from '../plan.js';
import { Life } from '../world/life.js';
import type { SimulatedDatabase } from '../world/simulated-database.js';
import type { SimulatedProvider } from '../world/simulated-provider.js';
import { InventoryProcess } from './inventory-process.js';
import { OrderProcess, type Release } from './order-process.js';
import { PaymentProcess } from './payment-process.js';
import type { SimulatedProcess, ProcessContext } from './simulated-process.js';

export interface Databases {
  readonly orders: SimulatedDatabase;
  readonly views: SimulatedDatabase;
  readonly inventory: SimulatedDatabase;
  readonly payments: SimulatedDatabase;
}

const maxSkewMs = 500;

interface Slot {
  readonly service: ServiceName;
  readonly name: string;
  release: Release;
  process: SimulatedProcess | undefined;
  /** How long it is down after its next end. Default: as long as a supervisor takes. */
  downMs: number | undefined;
}

/** All processes of the three services: started, killed, started again. */
export class Cluster {
  readonly #slots: Slot[];

  constructor(
    private readonly context: ProcessContext,
    private readonly databases: Databases,
    private readonly bank: SimulatedProvider,
    processes: Plan['processes'],
  ) {
    this.#slots = (Object.entries(processes) as [ServiceName, number][]).flatMap(([service, count]) =>
      Array.from({ length: count }, (_, index): Slot => ({
        service,
        name: `${service}-${index + 1}`,
        release: 'this',
        process: undefined,
        downMs: undefined,
      })),
    );
    for (const slot of this.#slots) this.#start(slot);
  }

  /** Some process of order-service that answers; undefined when none does. */
  get someOrderProcess(): OrderProcess | undefined {
    return this.#some('orders') as OrderProcess | undefined;
  }

  get someInventoryProcess(): InventoryProcess | undefined {
    return this.#some('inventory');
  }

  kill(service: ServiceName, index: number, downMs: number): void {
    const slot = this.#slots.filter((each) => each.service === service)[index];
    if (!slot?.process) return;
    slot.downMs = downMs;
    slot.process.life.end();
  }

  /** All processes of a service at once. */
  takeDown(service: ServiceName, forMs: number): void {
    this.#slots
      .filter((slot) => slot.service === service)
      .forEach((_, index) => this.kill(service, index, forMs));
  }

  deploy(index: number): void {
    const slot = this.#slots.filter(({ service }) => service === 'orders')[index];
    if (!slot) return;
    slot.release = 'next';
    this.kill('orders', index, 1_000);
  }

  /** Finishes a roll-out: no process keeps running the old release. */
  bringUp(): void {
    const isRolledOut = this.#slots.some(({ release }) => release === 'next');
    this.#slots
      .filter(({ service }) => service === 'orders')
      .forEach(({ release }, index) => {
        if (isRolledOut && release === 'this') this.deploy(index);
      });
  }

  #start(slot: Slot): void {
    const { world } = this.context;
    const { chance, coverage, trace, schedule } = world;
    const life = new Life(slot.name, schedule, chance.between(-maxSkewMs, maxSkewMs));
    trace.note(slot.name, () => `starts, release ${slot.release}`);
    life.onEnd(() => {
      trace.note(slot.name, () => 'is killed');
      coverage.count('process.killed');
      slot.process = undefined;
      schedule.after(slot.downMs ?? chance.longTailed(100, 20_000), () => this.#start(slot));
      slot.downMs = undefined;
    });
    slot.process = this.#make(slot, life);
  }

  #make({ service, release }: Slot, life: Life): SimulatedProcess {
    switch (service) {
      case 'orders':
        return new OrderProcess(this.context, life, this.databases, release);
      case 'inventory':
        return new InventoryProcess(this.context, life, this.databases.inventory);
      case 'payments':
        return new PaymentProcess(this.context, life, this.databases.payments, this.bank);
    }
  }

  #some(service: ServiceName): SimulatedProcess | undefined {
    const running = this.#slots.flatMap((slot) =>
      slot.service === service && slot.process ? [slot.process] : [],
    );
    return running.length === 0 ? undefined : this.context.world.chance.pick(running);
  }
}
