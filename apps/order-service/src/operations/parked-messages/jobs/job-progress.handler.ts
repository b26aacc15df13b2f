import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { isId } from '#libs/kernel/ids.js';
import { toJobItem, type JobItem } from './job-item.js';
import { OperatorJobRow } from './operator-job.row.js';
import { JobProgress } from './job-progress.query.js';
import { JobNotFound } from './job.errors.js';

@QueryHandler(JobProgress)
export class JobProgressHandler implements IQueryHandler<JobProgress> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ id }: JobProgress): Promise<JobItem> {
    const jobs = this.source.getRepository(OperatorJobRow);
    const row = isId(id) ? await jobs.findOneBy({ id: id.toLowerCase() }) : null;
    if (!row) throw new JobNotFound(id.slice(0, 64));
    return toJobItem(row);
  }
}
