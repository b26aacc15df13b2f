import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { type CursorList, Cursors, type CursorScope, idPipe, nextLink } from '#libs/http';
import { ParkedMessageNotFound } from '../parked-message.errors.js';
import {
  ParkedMessageDetails,
  parkedMessageDetailsAnswer,
  type ParkedMessageDetailsAnswer,
} from './parked-message-details.query.js';
import {
  ParkedMessageGroups,
  parkedMessageGroupsAnswer,
  type ParkedMessageGroupsAnswer,
} from './parked-message-groups.query.js';
import type { ParkedMessageItem } from './parked-message-item.js';
import {
  ParkedMessageList,
  parkedMessageListAnswer,
  parkedMessageListQuery,
  type ParkedMessageListQuery,
} from './parked-message-list.query.js';

const listCursor = z.object({ parkedAt: z.iso.datetime(), id: z.uuid() });

@ApiTags('operators')
@Controller('api/admin/dead-letters')
@Roles('operator', 'admin')
export class ParkedMessagesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Parked messages, the last parked first' })
  @ApiOkResponse({ standardSchema: parkedMessageListAnswer })
  async list(
    @Query({ schema: parkedMessageListQuery }) { limit, cursor, ...filter }: ParkedMessageListQuery,
    @CurrentUser() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CursorList<ParkedMessageItem>> {
    const scope: CursorScope = { caller: caller.subject, list: { parked: filter } };
    const after = cursor === undefined ? null : this.cursors.open(scope, cursor, listCursor);
    const { items, next } = await this.queries.execute(new ParkedMessageList(filter, limit, after));
    const nextCursor = next && this.cursors.seal(scope, { ...next });
    const link = nextLink(request.url, { nextCursor });
    if (link !== undefined) void reply.header('link', link);
    return { items, limit, nextCursor };
  }

  @Get('groups')
  @ApiOperation({ summary: 'What waits for a person, by queue, type and reason, the largest first' })
  @ApiOkResponse({ standardSchema: parkedMessageGroupsAnswer })
  groups(): Promise<ParkedMessageGroupsAnswer> {
    return this.queries.execute(new ParkedMessageGroups());
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One parked message',
    description:
      'Ids, goods, amounts and states of its payload are shown; names, addresses and tokens are not.',
  })
  @ApiOkResponse({ standardSchema: parkedMessageDetailsAnswer })
  show(@Param('id', idPipe(ParkedMessageNotFound)) id: string): Promise<ParkedMessageDetailsAnswer> {
    return this.queries.execute(new ParkedMessageDetails(id));
  }
}
