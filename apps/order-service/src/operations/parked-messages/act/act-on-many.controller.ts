import { applyDecorators, Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '#libs/auth';
import { markReplayed } from '#libs/http';
import { Admission } from '../../../http/places/admission.decorator.js';
import { Call, IdempotencyKeyHeader, type OperatorCall } from '../../audit/operator-call.js';
import { jobItem, type JobItem } from '../jobs/job-item.js';
import { ActOnMany, PreviewMany, type ManyAction } from './act-on-many.command.js';
import {
  actOnManyBody,
  matchingMessages,
  type ActOnManyBody,
  type MatchingMessages,
} from './act-on-many.dto.js';

const Many = (action: ManyAction, summary: string): MethodDecorator =>
  applyDecorators(
    Post(action),
    Admission('other-command'),
    HttpCode(202),
    ApiOperation({
      summary,
      description:
        'With `preview`: says how many and which, and does nothing. Otherwise a job does it; see Location for its progress.',
    }),
    IdempotencyKeyHeader('The same key and body begin one job.'),
    ApiOkResponse({ description: 'The preview.', standardSchema: matchingMessages }),
    ApiAcceptedResponse({ description: 'The job.', standardSchema: jobItem }),
  );

@ApiTags('operators')
@Controller('api/admin/dead-letters')
@Roles('operator', 'admin')
export class ActOnManyController {
  constructor(private readonly commands: CommandBus) {}

  @Many('redrive', 'Send all parked messages that match back to their queues')
  redrive(
    @Body({ schema: actOnManyBody }) body: ActOnManyBody,
    @Call() call: OperatorCall,
  ): Promise<JobItem | MatchingMessages> {
    return this.act('redrive', body, call);
  }

  @Many('discard', 'Be done with all parked messages that match')
  discard(
    @Body({ schema: actOnManyBody }) body: ActOnManyBody,
    @Call() call: OperatorCall,
  ): Promise<JobItem | MatchingMessages> {
    return this.act('discard', body, call);
  }

  private async act(
    action: ManyAction,
    body: ActOnManyBody,
    { caller, reply, once }: OperatorCall,
  ): Promise<JobItem | MatchingMessages> {
    if (body.preview) {
      void reply.status(200);
      return this.commands.execute(new PreviewMany(body.filter));
    }
    const command = new ActOnMany(caller, action, body.filter, body.reason, once(body));
    const job = markReplayed(reply, await this.commands.execute(command));
    void reply.header('location', `/api/admin/jobs/${job.id}`);
    return job;
  }
}
