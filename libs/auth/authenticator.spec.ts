import { Logger, UnauthorizedException } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { callerOf } from '#libs/kernel/caller.js';
import { Fault } from '#libs/kernel/errors.js';
import { currentContext, runInContext } from '#libs/observability/request-context.js';
import { Authenticator } from './authenticator.js';
import { BadToken } from './bad-token.js';
import type { TokenVerifier } from './token-verifier.js';
import { VerifiedTokens } from './verified-tokens.js';

const caller = callerOf('op-1', ['operator']);

describe('the authenticator', () => {
  let verify: jest.Mock<TokenVerifier['verify']>;
  let authenticator: Authenticator;

  beforeEach(() => {
    verify = jest.fn(async () => ({ caller, goodUntilMs: Date.now() + 60_000 }));
    authenticator = new Authenticator({ verify } as unknown as TokenVerifier, new VerifiedTokens());
  });
  afterEach(() => void jest.restoreAllMocks());

  const ask = (authorization?: string) => authenticator.authenticate({ headers: { authorization } });
  const required = new UnauthorizedException('a bearer token is required');

  it('finds out who asks, by the token', async () => {
    await expect(ask('Bearer a.b.c')).resolves.toBe(caller);
    expect(verify.mock.calls).toEqual([['a.b.c']]);
  });

  it('asks about a request once, and about a token once in a while', async () => {
    const request = { headers: { authorization: 'Bearer a.b.c' } };
    for (let time = 0; time < 2; time += 1) {
      await expect(authenticator.authenticate(request)).resolves.toBe(caller);
    }
    request.headers.authorization = 'Bearer x.y.z';
    await expect(authenticator.authenticate(request)).resolves.toBe(caller);
    await expect(ask('Bearer a.b.c')).resolves.toBe(caller);
    expect(verify).toHaveBeenCalledTimes(1);
  });

  it('has the log say who asked', async () => {
    const context = await runInContext({}, async () => {
      await ask('Bearer a.b.c');
      return currentContext();
    });
    expect(context).toMatchObject({ caller: 'op-1', callerIsStaff: true });
  });

  it.each([undefined, '', 'Basic abc'])('knows nobody by %j', async (authorization) => {
    await expect(ask(authorization)).rejects.toThrow(required);
    await expect(ask(authorization)).rejects.toThrow(UnauthorizedException);
    expect(verify).not.toHaveBeenCalled();
  });

  it('says nothing of what is wrong with a token but to the log, and asks again', async () => {
    const debug = jest.spyOn(Logger.prototype, 'debug').mockImplementation(() => undefined);
    verify.mockRejectedValueOnce(new BadToken('no exp'));
    await expect(ask('Bearer a.b.c')).rejects.toThrow(required);
    expect(debug).toHaveBeenCalledWith('refused a token', { reason: 'no exp' });
    await expect(ask('Bearer a.b.c')).resolves.toBe(caller);
  });

  it('takes no fault for a bad token', async () => {
    const fault = new Fault('the identity provider gave no keys');
    verify.mockRejectedValueOnce(fault);
    await expect(ask('Bearer a.b.c')).rejects.toBe(fault);
  });
});
