import { Refusal } from '#libs/kernel/errors.js';
import type { ParkedState } from './parked-message.row.js';

export class ParkedMessageNotFound extends Refusal {
  constructor(id: string) {
    super('parked-message-not-found', `there is no parked message ${id}`);
  }
}

/** Redriven or discarded before, by whoever was first. */
export class ParkedMessageSettled extends Refusal {
  constructor(id: string, state: ParkedState) {
    super('parked-message-settled', `the parked message ${id} is ${state} already`, { state });
  }
}

/** It would be parked again at once, and for ever. */
export class CannotBeRedriven extends Refusal {
  constructor(id: string, why: string) {
    super('cannot-be-redriven', `the parked message ${id} cannot be redriven: ${why}`);
  }
}

export class CannotBeEdited extends Refusal {
  constructor(id: string, why: string) {
    super('cannot-be-edited', `the parked message ${id} cannot be edited: ${why}`);
  }
}

/** The new data break the contract of the message's type. */
export class InvalidMessageData extends Refusal {
  constructor(type: string, issues: readonly { readonly pointer: string; readonly detail: string }[]) {
    super('invalid-message-data', `the data are not those of ${type}`, { type, issues });
  }
}
