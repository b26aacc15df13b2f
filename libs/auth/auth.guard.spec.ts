import { ForbiddenException, UnauthorizedException, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { callerOf, type Role } from '#libs/kernel/caller.js';
import { Defect } from '#libs/kernel/errors.js';
import { AuthGuard } from './auth.guard.js';
import { rememberCaller } from './authenticated-request.js';
import type { Authenticator } from './authenticator.js';
import { currentUser } from './current-user.decorator.js';
import { isOpenRoute, Public } from './public.decorator.js';
import { Roles } from './roles.decorator.js';

@Roles('operator', 'admin')
class Staffed {
  says(): void {}

  @Roles('customer')
  replaced(): void {}

  @Public()
  open(): void {}
}

class Silent {
  says(): void {}

  @Roles('seller', 'customer')
  named(): void {}
}

describe('the guard before every route', () => {
  let roles: Role[];
  let asked: object[];
  let isKnown: boolean;
  const request = {};

  beforeEach(() => {
    [roles, asked, isKnown] = [[], [], true];
  });

  const guard = new AuthGuard(new Reflector(), {
    authenticate: async (of: object) => {
      asked.push(of);
      if (!isKnown) throw new UnauthorizedException();
      return callerOf('somebody', roles);
    },
  } as unknown as Authenticator);

  const context = (place: new () => object, method: string, type = 'http') =>
    ({
      getType: () => type,
      getHandler: () => (place.prototype as Record<string, unknown>)[method],
      getClass: () => place,
      switchToHttp: () => ({ getRequest: () => request }),
    }) as unknown as ExecutionContext;
  const lets = (place: new () => object, method: string, ...some: Role[]): Promise<boolean> => {
    roles = some;
    return guard.canActivate(context(place, method));
  };
  const refused = expect.objectContaining({ message: 'your roles do not allow this' });

  it.each<[new () => object, string, Role[], boolean]>([
    [Staffed, 'says', ['operator'], true],
    [Staffed, 'says', ['customer', 'admin'], true],
    [Staffed, 'says', ['customer'], false],
    [Staffed, 'says', [], false],
    [Staffed, 'replaced', ['customer'], true],
    [Staffed, 'replaced', ['admin'], false],
    [Silent, 'named', ['seller'], true],
    [Silent, 'named', ['operator'], false],
    [Silent, 'says', ['admin'], false],
  ])('%p.%s lets %j in: %s', async (place, method, some, expected) => {
    if (expected) await expect(lets(place, method, ...some)).resolves.toBe(true);
    else await expect(lets(place, method, ...some)).rejects.toThrow(refused);
    expect(asked).toEqual([request]);
  });

  it('refuses as forbidden, not as unknown', async () => {
    await expect(lets(Silent, 'says', 'admin')).rejects.toThrow(ForbiddenException);
  });

  it('asks nobody who they are where a route is open, or a message comes', async () => {
    await expect(lets(Staffed, 'open')).resolves.toBe(true);
    await expect(guard.canActivate(context(Silent, 'says', 'rpc'))).resolves.toBe(true);
    expect(asked).toEqual([]);
  });

  it('lets nobody in whom it does not know', async () => {
    isKnown = false;
    await expect(lets(Staffed, 'says')).rejects.toThrow(UnauthorizedException);
  });

  it('hands on whom it let in', () => {
    const caller = callerOf('somebody', ['customer']);
    expect(() => currentUser(context(Silent, 'says'))).toThrow(
      new Defect('a route that lets anybody in has no current user'),
    );
    rememberCaller(request, caller);
    expect(currentUser(context(Silent, 'says'))).toBe(caller);
  });
});

it('tells open routes from others', () => {
  expect([{ openToEverybody: true }, { openToEverybody: false }, {}, undefined].map(isOpenRoute)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
