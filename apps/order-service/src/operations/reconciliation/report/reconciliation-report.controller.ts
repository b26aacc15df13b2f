import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser, Roles } from '#libs/auth';
import { type CursorList, Cursors, type CursorScope, idPipe, nextLink } from '#libs/http';
import {
  findingsAnswer,
  findingsQuery,
  ReconciliationFindings,
  type FindingsQuery,
  type FindingView,
} from './reconciliation-findings.query.js';
import {
  ReconciliationRun,
  ReconciliationRuns,
  runAnswer,
  runsAnswer,
  type RunAnswer,
  type RunsAnswer,
} from './reconciliation-runs.query.js';
import { RunNotFound } from '../reconciliation.errors.js';

const findingsCursor = z.object({ id: z.uuid() });

@ApiTags('operators')
@Controller('api/admin/reconciliation')
@Roles('operator', 'admin')
export class ReconciliationReportController {
  constructor(
    private readonly queries: QueryBus,
    private readonly cursors: Cursors,
  ) {}

  @Get('runs')
  @ApiOperation({ summary: 'The latest reconciliations, newest first' })
  @ApiOkResponse({ standardSchema: runsAnswer })
  runs(): Promise<RunsAnswer> {
    return this.queries.execute(new ReconciliationRuns());
  }

  @Get('runs/:id')
  @ApiOperation({ summary: 'How far a reconciliation is, and what is open' })
  @ApiOkResponse({ standardSchema: runAnswer })
  run(@Param('id', idPipe(RunNotFound)) id: string): Promise<RunAnswer> {
    return this.queries.execute(new ReconciliationRun(id));
  }

  @Get('findings')
  @ApiOperation({ summary: 'What does not add up' })
  @ApiOkResponse({ standardSchema: findingsAnswer })
  async findings(
    @Query({ schema: findingsQuery }) { limit, cursor, ...filter }: FindingsQuery,
    @CurrentUser() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CursorList<FindingView>> {
    const scope: CursorScope = { caller: caller.subject, list: { findings: filter } };
    const after = cursor === undefined ? null : this.cursors.open(scope, cursor, findingsCursor).id;
    const { items, next } = await this.queries.execute(new ReconciliationFindings(filter, limit, after));
    const nextCursor = next && this.cursors.seal(scope, { id: next });
    const link = nextLink(request.url, { nextCursor });
    if (link !== undefined) void reply.header('link', link);
    return { items, limit, nextCursor };
  }
}
