import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { type CursorList, Cursors, type CursorScope, nextLink } from '#libs/http';
import {
  OperatorTrail,
  trailAnswer,
  trailQuery,
  type TrailEntry,
  type TrailQuery,
} from './operator-trail.query.js';

const trailCursor = z.object({ at: z.iso.datetime(), id: z.uuid() });

@ApiTags('operators')
@Controller('api/admin/audit')
export class OperatorTrailController {
  constructor(
    private readonly queries: QueryBus,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Roles('operator', 'admin')
  @ApiOperation({ summary: 'What operators did, newest first' })
  @ApiOkResponse({ standardSchema: trailAnswer })
  async show(
    @Query({ schema: trailQuery }) { limit, cursor, ...filter }: TrailQuery,
    @CurrentUser() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CursorList<TrailEntry>> {
    const scope: CursorScope = { caller: caller.subject, list: { audit: filter } };
    const after = cursor === undefined ? null : this.cursors.open(scope, cursor, trailCursor);
    const { items, next } = await this.queries.execute(new OperatorTrail(filter, limit, after));
    const nextCursor = next && this.cursors.seal(scope, { ...next });
    const link = nextLink(request.url, { nextCursor });
    if (link !== undefined) void reply.header('link', link);
    return { items, limit, nextCursor };
  }
}
