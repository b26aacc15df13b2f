import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import {
  type CursorList,
  cursorQuery,
  Cursors,
  type CursorScope,
  formatEtag,
  idPipe,
  nextLink,
} from '#libs/http';
import { SagaNotFound } from '../saga-access.js';
import { SagaDetails, sagaDetailsAnswer, type SagaDetailsAnswer } from './saga-details.query.js';
import type { SagaItem } from './saga-item.js';
import { SagaList, sagaListAnswer, sagaListQuery, type SagaListQuery } from './saga-list.query.js';
import { SagaSummary, sagaSummaryAnswer, type SagaSummaryAnswer } from './saga-summary.query.js';

const listCursor = z.object({ startedAt: z.iso.datetime(), id: z.uuid() });

const timelineQuery = z.strictObject({
  sort: z.enum(['oldest', 'newest']).default('oldest').describe('Which entries come first.'),
  ...cursorQuery,
});
const timelineCursor = z.object({ revision: z.int(), index: z.int() });

@ApiTags('operators')
@Controller('api/admin/sagas')
@Roles('operator', 'admin')
export class OperatorSagasController {
  constructor(
    private readonly queries: QueryBus,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Sagas, running and over' })
  @ApiOkResponse({ standardSchema: sagaListAnswer })
  async list(
    @Query({ schema: sagaListQuery }) { sort, limit, cursor, ...filter }: SagaListQuery,
    @CurrentUser() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CursorList<SagaItem>> {
    const scope: CursorScope = { caller: caller.subject, list: { sagas: filter, sort } };
    const after = cursor === undefined ? null : this.cursors.open(scope, cursor, listCursor);
    const { items, next } = await this.queries.execute(new SagaList(filter, sort, limit, after));
    const nextCursor = next && this.cursors.seal(scope, { ...next });
    const link = nextLink(request.url, { nextCursor });
    if (link !== undefined) void reply.header('link', link);
    return { items, limit, nextCursor };
  }

  @Get('summary')
  @ApiOperation({ summary: 'How many sagas are under way, by step and status, and how old they are' })
  @ApiOkResponse({ standardSchema: sagaSummaryAnswer })
  summary(): Promise<SagaSummaryAnswer> {
    return this.queries.execute(new SagaSummary());
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One saga, whole',
    description: 'Every command with its attempts and answer, and the timeline, page by page.',
  })
  @ApiOkResponse({ standardSchema: sagaDetailsAnswer })
  async show(
    @Param('id', idPipe(SagaNotFound)) id: string,
    @Query({ schema: timelineQuery }) { sort, limit, cursor }: z.infer<typeof timelineQuery>,
    @CurrentUser() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SagaDetailsAnswer> {
    const scope: CursorScope = { caller: caller.subject, list: { timeline: id, sort } };
    const after = cursor === undefined ? null : this.cursors.open(scope, cursor, timelineCursor);
    const { saga, next } = await this.queries.execute(new SagaDetails(id, { order: sort, limit, after }));
    void reply.header('etag', formatEtag(saga.revision));
    const nextCursor = next && this.cursors.seal(scope, { ...next });
    return { ...saga, timeline: { ...saga.timeline, nextCursor } };
  }
}
