import { AsyncLocalStorage } from 'node:async_hooks';

interface CurrentDelivery {
  readonly messageId: string | undefined;
  readonly takenAtMs: number;
}

/** The delivery that a process is at work on, for those who look on from the other end of what it does. */
export const currentDelivery = new AsyncLocalStorage<CurrentDelivery>();
