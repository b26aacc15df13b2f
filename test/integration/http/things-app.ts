import { createSecretKey } from 'node:crypto';
import { Body, Controller, Get, Headers, Module, Param, Post, Query, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { AuthModule } from '#libs/auth/auth.module.js';
import type { Caller } from '#libs/kernel/caller.js';
import { CurrentUser } from '#libs/auth/current-user.decorator.js';
import { Public } from '#libs/auth/public.decorator.js';
import { Roles } from '#libs/auth/roles.decorator.js';
import { setUpOpenApi } from '#libs/http/api-docs.js';
import type { ConnectionLimits } from '#libs/http/connection-limits.js';
import { createHttpApp } from '#libs/http/create-http-app.js';
import { formatEtag, matchesEtag } from '#libs/http/etag.js';
import { pagingQuery } from '#libs/http/paging.js';
import { Defect, Fault, Refusal } from '#libs/kernel/errors.js';
import { HealthModule } from '#libs/observability/health/health.module.js';
import { createLogger } from '#libs/observability/logger.js';
import { currentContext } from '#libs/observability/request-context.js';

/** A small app with one route for each thing that the HTTP library promises. */

export const secret = 'a secret of more than thirty-two bytes';

const thing = z
  .strictObject({
    name: z.string().min(1).max(10),
    count: z.int().min(1).max(10),
    price: z.union([z.number(), z.string().regex(/^\d+$/)]).optional(),
    parts: z
      .array(z.strictObject({ sku: z.string() }))
      .max(3)
      .optional(),
  })
  .meta({ id: 'Thing' });
type Thing = z.infer<typeof thing>;

const list = z.strictObject({ ...pagingQuery });

export const calls: string[] = [];

/** Each lets one held request be answered. */
export const held: (() => void)[] = [];

@Controller('things')
class ThingsController {
  @Post()
  @Roles('customer')
  create(@Body({ schema: thing }) body: Thing, @CurrentUser() caller: Caller) {
    calls.push(caller.subject);
    return { ...body, subject: caller.subject, requestId: currentContext()?.requestId };
  }

  @Post('open')
  @Public()
  open(@Body({ schema: thing }) body: Thing) {
    return body;
  }

  @Get()
  @Roles('customer')
  list(@Query({ schema: list }) query: z.infer<typeof list>) {
    return query;
  }

  @Get('closed')
  closed() {
    calls.push('closed');
  }

  @Get('staff')
  @Roles('operator', 'admin')
  staff() {
    calls.push('staff');
    return { for: 'staff' };
  }

  @Get('held')
  @Public()
  async held() {
    await new Promise<void>((resolve) => held.push(resolve));
    return { kept: 'promise' };
  }

  @Get('fail/:how')
  @Public()
  fail(@Param('how') how: string): never {
    switch (how) {
      case 'refusal':
        throw new Refusal('sold-out', 'there is none left', { sku: 'A', status: 200, type: 'x' });
      case 'unknown-refusal':
        throw new Refusal('never-heard-of', 'internal detail');
      case 'fault':
        throw new Fault('mysql://root:secret@db is away');
      case 'defect':
        throw new Defect('row 7 is wrong');
      default:
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what if somebody does
        throw 'a string';
    }
  }

  @Get('versioned/:id')
  @Public()
  versioned(
    @Headers('if-none-match') seen: string | undefined,
    @Res({ passthrough: true }) reply: { header(n: string, v: string): unknown; status(c: number): unknown },
  ) {
    const etag = formatEtag(3);
    reply.header('etag', etag);
    if (!matchesEtag(seen, etag)) return { version: 3 };
    reply.status(304);
    return undefined;
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      issuer: 'order-service',
      audience: 'order-service',
      keys: {
        from: 'configuration',
        keys: [{ key: createSecretKey(Buffer.from(secret)), algorithms: ['HS256'] }],
      },
    }),
    HealthModule.forRoot({ service: 'shop', version: '1.0.0' }),
  ],
  controllers: [ThingsController],
})
class ShopModule {}

const problemCatalogue = { 'sold-out': { status: 422, title: 'Sold out' } };

export async function startShop(
  write: NodeJS.WritableStream,
  limits: Partial<ConnectionLimits> = {},
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(ShopModule, {
    logger: createLogger('shop', { format: 'json', level: 'info', stream: write }),
    problemCatalogue,
    limits,
  });
  setUpOpenApi(app, { title: 'Shop', version: '1.0.0', problemCatalogue });
  return app;
}
