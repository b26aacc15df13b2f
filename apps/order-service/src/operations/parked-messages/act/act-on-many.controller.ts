import { applyDecorators, Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { markReplayed, withIdempotencyKey } from '#libs/http';
import { Admission } from '../../../http/places/admission.decorator.js';
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
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key and body begin one job.',
    }),
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
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobItem | MatchingMessages> {
    return this.act('redrive', body, caller, key, reply);
  }

  @Many('discard', 'Be done with all parked messages that match')
  discard(
    @Body({ schema: actOnManyBody }) body: ActOnManyBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobItem | MatchingMessages> {
    return this.act('discard', body, caller, key, reply);
  }

  private async act(
    action: ManyAction,
    body: ActOnManyBody,
    caller: Caller,
    key: string | undefined,
    reply: FastifyReply,
  ): Promise<JobItem | MatchingMessages> {
    if (body.preview) {
      void reply.status(200);
      return this.commands.execute(new PreviewMany(body.filter));
    }
    const operation = `POST /api/admin/dead-letters/${action}`;
    const answer = await this.commands.execute(
      new ActOnMany(
        caller,
        action,
        body.filter,
        body.reason,
        withIdempotencyKey(key, { caller: caller.subject, operation, content: body }),
      ),
    );
    const job = markReplayed(reply, answer);
    void reply.header('location', `/api/admin/jobs/${job.id}`);
    return job;
  }
}
