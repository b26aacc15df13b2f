import { Refusal } from '#libs/kernel/errors.js';

export class JobNotFound extends Refusal {
  constructor(id: string) {
    super('job-not-found', `there is no job ${id}`);
  }
}
