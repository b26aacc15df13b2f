import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeProcess, gauge } from '#libs/observability/metrics.js';
import { MetricsServer } from '#libs/observability/metrics-server/metrics-server.js';
import { eventually } from '../../support/eventually.js';

describe('the metrics port', () => {
  const server = new MetricsServer();
  let url: string;

  beforeAll(async () => {
    describeProcess({ service: 'test', version: '1.0.0' });
    url = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`;
  });
  afterAll(() => server.close());

  it('serves metrics as Prometheus reads them', async () => {
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    await expect(answer.text()).resolves.toContain('orders_build_info{service="test"');
  });

  it('says how it would serve them', async () => {
    const answer = await fetch(`${url}/metrics?name=a`, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    await expect(answer.text()).resolves.toBe('');
  });

  it.each([
    ['GET', '/', 404, null],
    ['GET', '/metrics/', 404, null],
    ['GET', '//', 404, null],
    ['GET', '/%ff', 400, null],
    ['POST', '/nothing', 404, null],
    ['POST', '/metrics', 405, 'GET, HEAD'],
    ['OPTIONS', '/metrics', 405, 'GET, HEAD'],
  ])('and nothing else: %s %s', async (method, path, status, allow) => {
    const answer = await fetch(`${url}${path}`, { method, ...(method === 'POST' && { body: '{"half' }) });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    await expect(answer.json()).resolves.toMatchObject({ status, traceId: expect.any(String) });
  });

  it('is there for its own address only', async () => {
    await expect(fetch(`${url.replace('127.0.0.1', '127.0.0.2')}/metrics`)).rejects.toThrow();
  });

  it('makes a page for hundreds who ask at once, not for each', async () => {
    let pages = 0;
    gauge({ name: 'pages', help: 'Pages that were made.', collect: (metric) => metric.set(++pages) });
    const answers = await Promise.all(
      Array.from({ length: 300 }, async () => (await fetch(`${url}/metrics`)).text()),
    );
    for (const page of answers) expect(page).toMatch(/^pages \d+$/m);
    expect(pages).toBeLessThan(300);
    await eventually(async () => {
      const before = pages;
      const page = await (await fetch(`${url}/metrics`)).text();
      expect(page).toContain(`pages ${before + 1}\n`);
    });
  });

  it('says when it is taken', async () => {
    const port = Number(new URL(url).port);
    await expect(new MetricsServer().listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
