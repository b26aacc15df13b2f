import { queues, type WorkQueue } from '#libs/contracts/topology.js';
import { dutiesOfPages } from './any/listing.js';
import { dutiesOfParking } from './any/parking.js';
import { dutiesOfReplies } from './any/replies.js';
import { dutiesAboutRedelivery } from './any/restarting.js';
import { standingDuties } from './any/standing.js';
import { dutiesAboutGarbage, dutiesAboutInput } from './any/wrong-input.js';
import type { Duty } from './duty.js';
import type { InventoryUnderTest } from './inventory/inventory-under-test.js';
import * as ofInventory from './inventory/listing.js';
import { dutiesAboutRepeats } from './inventory/repeating.js';
import { dutiesOfReserving } from './inventory/reserving.js';
import { dutiesOfRestarting as inventoryRestarts } from './inventory/restarting.js';
import { dutiesOfSelling, dutiesOfUndoing } from './inventory/undoing.js';
import { dutiesOfBalancing } from './payment/balancing.js';
import { dutiesOfListing } from './payment/listing.js';
import type { PaymentUnderTest } from './payment/payment-under-test.js';
import { dutiesOfRefunding } from './payment/refunding.js';
import { dutiesOfRestarting as paymentRestarts } from './payment/restarting.js';
import { dutiesOfTaking } from './payment/taking.js';

/**
 * Every duty, in the order in which they are checked. The form of replies is judged by all those before, books by
 * all that was asked; what may crash a participant comes last. docs/participants.md is made from these.
 */
export const inventoryDuties: readonly Duty<InventoryUnderTest>[] = [
  ...dutiesOfReserving,
  ...dutiesAboutRepeats,
  ...dutiesOfUndoing,
  ...dutiesOfSelling,
  ...ofInventory.dutiesOfListing,
  ...dutiesOfPages,
  ...dutiesAboutRedelivery,
  ...inventoryRestarts,
  ...dutiesOfReplies,
  ...dutiesAboutInput,
  ...dutiesOfParking,
  ...standingDuties,
  ...ofInventory.dutiesOfBalancing,
  ...dutiesAboutGarbage,
];

export const paymentDuties: readonly Duty<PaymentUnderTest>[] = [
  ...dutiesOfTaking,
  ...dutiesOfRefunding,
  ...dutiesOfListing,
  ...dutiesOfPages,
  ...dutiesAboutRedelivery,
  ...paymentRestarts,
  ...dutiesOfReplies,
  ...dutiesAboutInput,
  ...dutiesOfParking,
  ...standingDuties,
  ...dutiesOfBalancing,
  ...dutiesAboutGarbage,
];

/** Queues of the participants that can be tested. */
export const participantQueues = {
  [queues.inventoryCommands.name]: queues.inventoryCommands,
  [queues.paymentCommands.name]: queues.paymentCommands,
} as const satisfies Record<string, WorkQueue>;
