import { Refusal } from '#libs/kernel/errors.js';

export class SagaNotFound extends Refusal {
  constructor(id: string) {
    super('saga-not-found', `there is no saga ${id}`);
  }
}
