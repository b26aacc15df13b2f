import { Writable } from 'node:stream';
import { Logger as NestLogger } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger, type LoggerOptions } from './logger.js';
import { runInContext } from './request-context.js';

function capture(options: LoggerOptions = {}) {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  });
  const logger = createLogger('order-service', { format: 'json', ...options, stream });
  return { logger, text: () => written.join(''), lines: () => written.map((line) => JSON.parse(line)) };
}

afterEach(() => NestLogger.overrideLogger(true));

describe('a log line', () => {
  it('carries the service, the ids of the work in hand, and the fields that were given', () => {
    const { logger, lines } = capture();
    runInContext({ requestId: 'r-1', orderId: 'o-1', sagaId: 's-1' }, () => {
      logger.log('reserved', { queue: 'inventory.commands', attempt: 2 }, 'SagaRunner');
    });
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'info',
        service: 'order-service',
        component: 'SagaRunner',
        message: 'reserved',
        requestId: 'r-1',
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        orderId: 'o-1',
        sagaId: 's-1',
        queue: 'inventory.commands',
        attempt: 2,
      }),
    ]);
  });

  it("comes with its fields through Nest's own logger too", () => {
    const { logger, lines } = capture();
    NestLogger.overrideLogger(logger);
    new NestLogger('Relay').warn('published late', { count: 3, password: 'x' });
    new NestLogger('Relay').error('failed', new Error('why').stack);
    expect(lines()[0]).toMatchObject({ component: 'Relay', message: 'published late', count: 3 });
    expect(lines()[0]).not.toHaveProperty('password');
    expect(lines()[1]).toMatchObject({ component: 'Relay', stack: expect.stringContaining('Error: why') });
  });

  it('tells an error with its causes', () => {
    const { logger, lines } = capture();
    const cause = Object.assign(new Error('gone away'), { code: 'ECONNRESET', sql: 'INSERT secret' });
    logger.error('the relay stopped', new Error('no connection', { cause }));
    logger.error(cause);
    expect(lines()[0].stack).toMatch(/no connection[^]*caused by Error: gone away/);
    expect(lines()[1]).toMatchObject({ message: 'gone away', code: 'ECONNRESET' });
    expect(lines()[1]).not.toHaveProperty('sql');
  });

  it('is one line in a terminal, whatever the values contain', () => {
    const { logger, text } = capture({ format: 'lines' });
    runInContext({ requestId: 'r-1' }, () => logger.log('a\r\nfake line', { reason: 'x\ny\u001b[31m' }, 'C'));
    expect(text().trimEnd().split('\n')).toHaveLength(1);
    expect(text()).toMatch(/info {2}\[C\] a\\r\\nfake line reason=x\\ny\\u001b\[31m requestId=r-1/);
  });

  it('is not written below the level', () => {
    const { logger, text } = capture({ level: 'warn' });
    logger.log('no');
    logger.debug('no');
    logger.warn('yes');
    expect(text()).toContain('yes');
    expect(text()).not.toContain('no"');
  });
});

describe('secrets', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjdXN0LTEifQ.c2lnbmF0dXJl';
  const planted = [token, 'tok_ok_4242', '4242 4242 4242 4242', '4242424242424242', 's3cr3t', '123 Main St'];

  it.each(['json', 'lines'] as const)('do not get into %s by any way in', (format) => {
    const { logger, text } = capture({ format, level: 'silly' });
    const body = {
      shippingAddress: { street: '123 Main St' },
      payment: { token: 'tok_ok_4242', card: '4242424242424242' },
      authorization: `Bearer ${token}`,
      password: 's3cr3t',
      reason: { street: '123 Main St' },
    };
    const failure = Object.assign(new Error(`connect mysql://root:s3cr3t@db:3306 with ${token}`), {
      parameters: ['123 Main St', 'tok_ok_4242'],
      config: { password: 's3cr3t' },
    });
    for (const level of ['log', 'info', 'error', 'fatal', 'warn', 'debug', 'verbose'] as const) {
      logger[level]('placing', body, 'PlaceOrder');
      logger[level](body);
      logger[level]({ message: 'placing', ...body });
      logger[level](`Authorization: Bearer ${token}`);
      logger[level]('card 4242 4242 4242 4242 was refused', { code: '4242424242424242', reason: token });
      logger[level](failure);
      logger[level]('failed', failure, 'PlaceOrder');
      logger[level]('failed', failure.stack, 'PlaceOrder');
      logger[level]('failed', { error: failure, reason: 'amqp://guest:s3cr3t@broker' });
      logger[level]('token tok_ok_4242');
      logger[level]('many', { roles: [token, body] });
    }
    for (const secret of planted) expect(text()).not.toContain(secret);
  });

  it('are told apart from other numbers', () => {
    const { logger, lines } = capture();
    logger.log('at 1760000000000 and 20261231235959');
    expect(lines()[0].message).toBe('at 1760000000000 and 20261231235959');
  });
});
