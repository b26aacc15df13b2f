import { AsyncLocalStorage } from 'node:async_hooks';

interface CurrentDelivery {
  readonly messageId: string | undefined;
  readonly takenAtMs: number;
}

/** The delivery that a process is handling, for observers of its calls to other systems. */
export const currentDelivery = new AsyncLocalStorage<CurrentDelivery>();
