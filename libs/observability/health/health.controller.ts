import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '#libs/auth/public.decorator.js';
import { Roles } from '#libs/auth/roles.decorator.js';
import { EventLoopMonitor, type EventLoopDelay } from '../event-loop.js';
import { requestLatency, type RequestLatency } from '../request-latency.js';
import { HealthIndicators, type Condition, type Health } from './health-indicators.js';
import { HEALTH_OPTIONS, type HealthOptions } from './health-options.js';

export interface HealthReport extends Health {
  readonly service: string;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly memory: Readonly<
    Record<'rssBytes' | 'heapUsedBytes' | 'heapTotalBytes' | 'externalBytes', number>
  >;
  readonly eventLoopDelay: EventLoopDelay;
  readonly requests: RequestLatency;
}

/** As much of the HTTP framework's reply as is needed here. */
interface Reply {
  status(code: number): unknown;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(HEALTH_OPTIONS) private readonly options: HealthOptions,
    private readonly indicators: HealthIndicators,
    private readonly eventLoop: EventLoopMonitor,
  ) {}

  /** Asks nobody: a database that is away is no reason to kill the process that waits for it. */
  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Whether this process runs' })
  live(): { status: Condition } {
    return { status: 'up' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    summary: 'Whether to send requests here',
    description: 'Degraded is ready: what is missing is caught up on.',
  })
  async ready(@Res({ passthrough: true }) reply: Reply): Promise<{ status: Condition }> {
    const { ready, status } = await this.indicators.look();
    if (!ready) reply.status(503);
    return { status: ready ? status : 'down' };
  }

  @Get()
  @Roles('operator', 'admin')
  @ApiOperation({ summary: 'How this process and what it depends on are' })
  async report(): Promise<HealthReport> {
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    return {
      ...this.options,
      ...(await this.indicators.look()),
      uptimeSeconds: Math.round(process.uptime()),
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapTotalBytes: heapTotal, externalBytes: external },
      eventLoopDelay: this.eventLoop.take(),
      requests: await requestLatency(),
    };
  }
}
