import { signToken } from '../../tools/tokens/sign-token.js';
import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';

export interface Token {
  readonly subject: string;
  readonly role: 'customer' | 'operator';
}

/** A bearer token as order-service takes it. */
export function tokenFor({ caller }: ServicesUnderTest, { subject, role }: Token): string {
  if (caller.by !== 'token') throw new Error('a service asks for tokens');
  return signToken({ subject, roles: [role], secret: caller.secret });
}

/** order-service's API for one caller, one request after the other. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static staffOf(services: ServicesUnderTest): ApiClient {
    return new ApiClient(services.orderUrl, tokenFor(services, { subject: 'bench', role: 'operator' }));
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  /** @throws for anything but success. */
  async send<Answer>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${(await response.text()).slice(0, 500)}`);
    return (await response.json()) as Answer;
  }
}
