import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Defect, Fault } from '#libs/kernel/errors.js';
import { classify } from '#libs/persistence/database/database-errors.js';
import * as lists from '#libs/persistence/database/error-numbers.js';
import {
  ConnectionLost,
  Contention,
  DuplicateKey,
  ServerFailing,
  StatementRefused,
  UnlistedError,
} from '#libs/persistence/database/errors.js';

interface ServerError {
  readonly errno: number;
  readonly sqlState: string;
  readonly symbol: string;
}

const tables = { MariaDB: 'mariadb-10.11.txt', MySQL: 'mysql-9.7.txt' };

const errorsOf = (file: string): ServerError[] =>
  readFileSync(path.join(import.meta.dirname, 'error-tables', file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [errno, sqlState, symbol] = line.split(' ');
      return { errno: Number(errno), sqlState: sqlState!, symbol: symbol! };
    });

const kindOf = ({ errno, sqlState, symbol }: ServerError): unknown =>
  classify(Object.assign(new Error(symbol), { errno, sqlState }));

const numbered = { ...lists, isOfTheMachine: undefined, provenStates: undefined };
const listed = Object.values(numbered).flatMap((list) => [...(list ?? [])]);

/** Numbers that mean one thing on the engine for which they are listed, and nothing that we could meet on the other. */
const otherMeanings = [
  'ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE',
  'ER_REFERENCED_TRG_DOES_NOT_EXIST',
  'ER_UNUSED_1',
];

/** One engine has mended a spelling. */
const inOneSpelling = (symbol: string): string => symbol.replace(/EXI(TS|STS)$/, 'EXIST');

describe('The lists of error numbers', () => {
  it('name no number twice', () => {
    expect(new Set(listed.map(([number]) => number)).size).toBe(listed.length);
  });

  it('give each number the symbol that the engines have for it', () => {
    const symbols = new Map<number, string[]>();
    for (const { errno, symbol } of Object.values(tables).flatMap(errorsOf)) {
      if (otherMeanings.includes(symbol)) continue;
      symbols.set(errno, [...(symbols.get(errno) ?? []), inOneSpelling(symbol)]);
    }
    const wrong = listed.filter(([number, symbol]) => {
      const known = symbols.get(number) ?? [];
      return known.length === 0 || known.some((one) => one !== inOneSpelling(symbol));
    });
    expect(wrong).toEqual([]);
  });
});

describe.each(Object.entries(tables))('An error of %s', (_, file) => {
  const errors = errorsOf(file);
  const kinds = (of: RegExp): [string, string][] =>
    errors
      .filter(({ sqlState }) => of.test(sqlState))
      .map((error) => [error.symbol, (kindOf(error) as Error).name]);

  it('is of one of our kinds, each of them', () => {
    expect(errors.length).toBeGreaterThan(1_000);
    for (const error of errors) {
      const kind = kindOf(error);
      expect(kind instanceof Fault || kind instanceof Defect).toBe(true);
    }
  });

  it('is a defect where its class is data, cardinality, a constraint, a table or a column', () => {
    const lost = new Set(['ER_NO_SUCH_TABLE_IN_ENGINE']);
    const others = kinds(/^(21|22|23|42S|44)/).filter(
      ([symbol, name]) => !['StatementRefused', 'DuplicateKey'].includes(name) && !lost.has(symbol),
    );
    expect(others).toEqual([]);
  });

  it('is a fault where its class is the connection, the transaction, the access or the operator', () => {
    const faults = ['ConnectionLost', 'Contention', 'ServerFailing', 'UnlistedError'];
    expect(kinds(/^(08|25|28|40|53|57|70|HY001|XA)/).filter(([, name]) => !faults.includes(name))).toEqual(
      [],
    );
  });

  it('is a fault where it is about rights, limits or room, whatever its class', () => {
    const about =
      /DENIED|GRANT|_LIMIT|TOO_MANY_(USER|CONC)|FULL|OUT_?OF_?(MEM|RES|SORT)|READ_?ONLY|DISK|CRASHED|CORRUPT/;
    const defects = errors.filter((error) => about.test(error.symbol) && kindOf(error) instanceof Defect);
    expect(defects.map(({ symbol }) => symbol)).toEqual([]);
  });

  it('is a fault in nine cases of ten where its class says nothing', () => {
    const silent = errors.filter(({ sqlState }) => sqlState === 'HY000');
    const defects = silent.filter((error) => kindOf(error) instanceof StatementRefused);
    expect(defects.length).toBeLessThan(silent.length / 10);
  });
});

describe('A number', () => {
  it.each([
    ['a full disk', [3, 20, 1021, 1114], ServerFailing],
    ['no memory', [5, 1037, 1038, 1041], ServerFailing],
    ['a binary log that does not take it', [1598, 1665], ServerFailing],
    ['no more locks', [1206], Contention],
    ['a server that is read only', [1290, 1792, 1836], ConnectionLost],
    ['too many connections', [1040, 1203, 1226], ConnectionLost],
    ['a key that is taken', [1062, 1169, 1586], DuplicateKey],
    ['nothing that we know', [1142, 1412, 1615, 4999, 9999, 65_535], UnlistedError],
  ] as const)('of %s has its kind', (_, errnos, kind) => {
    for (const errno of errnos) {
      expect(kindOf({ errno, sqlState: 'HY000', symbol: String(errno) })).toBeInstanceOf(kind);
    }
  });
});
