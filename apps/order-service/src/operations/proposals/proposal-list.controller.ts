import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { type CursorList, Cursors, type CursorScope, idPipe, nextLink } from '#libs/http';
import { ProposalNotFound } from '../second-person/proposal.errors.js';
import { proposalItem, type ProposalItem } from '../second-person/proposal-item.js';
import {
  ProposalDetails,
  ProposalList,
  proposalListAnswer,
  proposalListQuery,
  type ProposalListQuery,
} from './proposal-list.query.js';

const listCursor = z.object({ id: z.uuid() });

@ApiTags('operators')
@Controller('api/admin/proposals')
@Roles('operator', 'admin')
export class ProposalListController {
  constructor(
    private readonly queries: QueryBus,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What waits for a second person, or did, the newest first' })
  @ApiOkResponse({ standardSchema: proposalListAnswer })
  async list(
    @Query({ schema: proposalListQuery }) { state, limit, cursor }: ProposalListQuery,
    @CurrentUser() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CursorList<ProposalItem>> {
    const scope: CursorScope = { caller: caller.subject, list: { proposals: state } };
    const after = cursor === undefined ? null : this.cursors.open(scope, cursor, listCursor).id;
    const { items, next } = await this.queries.execute(new ProposalList(state, limit, after));
    const nextCursor = next && this.cursors.seal(scope, { id: next });
    const link = nextLink(request.url, { nextCursor });
    if (link !== undefined) void reply.header('link', link);
    return { items, limit, nextCursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One proposal' })
  @ApiOkResponse({ standardSchema: proposalItem })
  show(@Param('id', idPipe(ProposalNotFound)) id: string): Promise<ProposalItem> {
    return this.queries.execute(new ProposalDetails(id));
  }
}
