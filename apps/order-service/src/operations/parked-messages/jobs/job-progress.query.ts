import { Query } from '@nestjs/cqrs';
import type { JobItem } from './job-item.js';

/** How far a job has come. */
export class JobProgress extends Query<JobItem> {
  constructor(readonly id: string) {
    super();
  }
}
