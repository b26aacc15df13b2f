import { describe, expect, it } from '@jest/globals';
import { classify, isInterruption } from './database-errors.js';
import { Defect, Fault } from '#libs/kernel/errors.js';
import {
  ConnectionLost,
  Contention,
  DuplicateKey,
  ServerFailing,
  StatementRefused,
  UnlistedError,
} from './errors.js';

const serverError = (errno: number, sqlState = 'HY000'): Error =>
  Object.assign(new Error('from the server'), { errno, sqlState });

/** As TypeORM hands it on. */
const wrapped = (driverError: Error): Error => Object.assign(new Error(driverError.message), { driverError });

describe('classify', () => {
  it.each([
    [serverError(1213), Contention],
    [serverError(1205), Contention],
    [serverError(1062), DuplicateKey],
    [serverError(1406), StatementRefused],
    [serverError(3819), StatementRefused],
    [serverError(4025), StatementRefused],
    [serverError(1146), StatementRefused],
    [serverError(1053), ConnectionLost],
    [serverError(1927), ConnectionLost],
    [serverError(1040), ConnectionLost],
    [serverError(1290), ConnectionLost],
    [serverError(1114), ServerFailing],
    [serverError(1021), ServerFailing],
    [serverError(3), ServerFailing],
    [serverError(1665), ServerFailing],
    [serverError(1037), ServerFailing],
    [serverError(9999), UnlistedError],
    [serverError(1142, '42000'), UnlistedError],
    [serverError(9999, '22007'), StatementRefused],
    [serverError(9999, '23000'), StatementRefused],
    [serverError(9999, '42S22'), StatementRefused],
    [Object.assign(new Error('reset'), { code: 'ECONNRESET', errno: -104, fatal: true }), ConnectionLost],
    [Object.assign(new Error('gone'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }), ConnectionLost],
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), ConnectionLost],
    [new Error('Queue limit reached.'), ConnectionLost],
    [new Error("Can't add new command when connection is in closed state"), ConnectionLost],
  ])('knows %s as a kind', (error, kind) => {
    expect(classify(error)).toBeInstanceOf(kind);
    expect(classify(wrapped(error))).toBeInstanceOf(kind);
  });

  it.each([1317, 1969, 3024])('knows %d as an interruption: at a COMMIT nobody can tell then', (errno) => {
    const error = classify(wrapped(serverError(errno)));
    expect(error).toBeInstanceOf(Contention);
    expect(isInterruption(error as Contention)).toBe(true);
    expect(isInterruption(classify(serverError(1213)) as Contention)).toBe(false);
  });

  it('names the table whose key is taken', () => {
    expect(classify(serverError(1062), 'orders')).toMatchObject({ table: 'orders' });
  });

  it('takes what it does not know for a fault, never for a defect', () => {
    for (let errno = 5_000; errno < 10_000; errno += 1) {
      const error = classify(serverError(errno));
      expect(error).toBeInstanceOf(Fault);
      expect(error).not.toBeInstanceOf(Defect);
    }
    expect(classify(wrapped(new Error('the driver met something new')))).toBeInstanceOf(UnlistedError);
  });

  it.each([
    new TypeError('undefined is not a function'),
    Object.assign(new TypeError('no string'), { code: 'ERR_INVALID_ARG_TYPE' }),
    new Error('our own'),
  ])('leaves a programming error as it is: %s', (error) => {
    expect(classify(error)).toBe(error);
  });
});
