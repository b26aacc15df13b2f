import { queues, type WorkQueue } from '#libs/contracts/topology.js';
import { dutiesOfReplies } from './any/replies.js';
import { dutiesAboutInput } from './any/wrong-input.js';
import type { Duty } from './duty.js';
import type { InventoryUnderTest } from './inventory/inventory-under-test.js';
import { dutiesAboutRepeats } from './inventory/repeating.js';
import { dutiesOfReserving } from './inventory/reserving.js';
import { dutiesOfSelling, dutiesOfUndoing } from './inventory/undoing.js';
import type { PaymentUnderTest } from './payment/payment-under-test.js';
import { dutiesOfRefunding } from './payment/refunding.js';
import { dutiesOfTaking } from './payment/taking.js';

/**
 * Every duty, in the order in which they are checked. The form of replies is judged by all those before; what may crash
 * a participant comes last. docs/participants.md is made from these.
 */
export const inventoryDuties: readonly Duty<InventoryUnderTest>[] = [
  ...dutiesOfReserving,
  ...dutiesAboutRepeats,
  ...dutiesOfUndoing,
  ...dutiesOfSelling,
  ...dutiesOfReplies,
  ...dutiesAboutInput,
];

export const paymentDuties: readonly Duty<PaymentUnderTest>[] = [
  ...dutiesOfTaking,
  ...dutiesOfRefunding,
  ...dutiesOfReplies,
  ...dutiesAboutInput,
];

/** Queues of the participants that can be tested. */
export const participantQueues = {
  [queues.inventoryCommands.name]: queues.inventoryCommands,
  [queues.paymentCommands.name]: queues.paymentCommands,
} as const satisfies Record<string, WorkQueue>;
