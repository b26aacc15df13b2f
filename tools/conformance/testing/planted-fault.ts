import { newId } from '#libs/kernel/ids.js';
import type { Answer, Fault, Received, Rules } from './fake-participant.js';

/** A fault with the duties that it breaks. */
export interface PlantedFault {
  readonly breaks: readonly string[];
  /** Other duties depend on what is broken, and fail with it. */
  readonly andOthers?: boolean;
  /** A factory, as some remember what came before. */
  readonly fault: () => Fault;
}

export type PlantedFaults = Readonly<Record<string, PlantedFault>>;

export const types = {
  reserve: 'inventory.reserve-stock.v1',
  release: 'inventory.release-stock.v1',
  commit: 'inventory.commit-stock.v1',
  giveBack: 'inventory.return-stock.v1',
  take: 'payment.take-payment.v1',
  refund: 'payment.refund-payment.v1',
  listReservations: 'inventory.list-reservations.v1',
  listPayments: 'payment.list-payments.v1',
  listCharges: 'payment.list-charges.v1',
} as const;

export type Line = Readonly<{ sku: string; quantity: number }>;
export type Amount = Readonly<{ amount: string; currency: string }>;

export const nothing = (): void => undefined;

/** The reservation or the payment. */
export const idOf = ({ data }: Received): string => String(data['reservationId'] ?? data['paymentId']);

export const linesOf = ({ data }: Received): readonly Line[] => (data['lines'] ?? []) as Line[];

export const amountIn = (message: { data: Answer['data'] } | undefined): Amount | null =>
  (message?.data['amount'] as Amount | undefined) ?? null;

export const withAmount = (answer: Answer, amount: unknown): Answer => ({
  ...answer,
  data: { ...answer.data, amount },
});

/** `stock-reserved` and the like, about what a command is about. */
export function saying(name: string, { type, data }: Received, more: object = {}): Answer {
  const [owner, about] = type.startsWith('payment.')
    ? ['payment', 'paymentId']
    : ['inventory', 'reservationId'];
  return { type: `${owner}.${name}.v1`, data: { [about]: data[about], ...more } };
}

/** Reserves these lines for an order that nobody knows of. */
export const holdElsewhere = (rules: Rules, command: Received, lines: readonly Line[]): void =>
  void rules(
    { ...command, subject: newId(), type: types.reserve, data: { reservationId: newId(), lines } },
    nothing,
  );

/** Counts how often each command came for each id. */
export function counting(): (command: Received) => number {
  const counts = new Map<string, number>();
  return (command) => {
    const key = `${command.type} ${idOf(command)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts.get(key)!;
  };
}

/** The same, until it is started again: then it does as it should, so that duties about restarts see nothing of it. */
export function untilRestarted(fault: Fault): Fault {
  let isOver = false;
  return {
    ...fault,
    answers: (command, rules, later) =>
      isOver || !fault.answers ? rules(command, later) : fault.answers(command, rules, later),
    restarted: (rules) => {
      isOver = true;
      return rules;
    },
  };
}

/** Changes the items of a page, as a book that says something else. */
export function alterItems(
  { type, data }: Answer,
  change: (item: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Answer {
  const items = (data['items'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return { type, data: { ...data, items: items.map(change) } };
}

/** A participant that does not answer some kind of question. */
export const silentAbout = (type: string): Fault => ({
  answers: (command, rules, later) => (command.type === type ? undefined : rules(command, later)),
});
