import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '#libs/auth';
import { jobItem, type JobItem } from './job-item.js';
import { JobProgress } from './job-progress.query.js';

@ApiTags('operators')
@Controller('api/admin/jobs')
export class JobProgressController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @Roles('operator', 'admin')
  @ApiOperation({ summary: 'How far a job has come' })
  @ApiOkResponse({ standardSchema: jobItem })
  show(@Param('id') id: string): Promise<JobItem> {
    return this.queries.execute(new JobProgress(id));
  }
}
