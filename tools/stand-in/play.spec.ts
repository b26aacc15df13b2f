import { describe, expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import { inventory } from '../../kit/examples/javascript/inventory.mjs';
import { payments } from '../../kit/examples/javascript/payment.mjs';
import { FakeParticipant, type Fault, type Rules } from '../conformance/testing/fake-participant.js';
import { alterItems, saying, silentAbout, types } from '../conformance/testing/planted-fault.js';
import { readOptions, type StandInOptions } from './options.js';
import { play } from './play.js';

const optionsOf = (...args: readonly string[]): StandInOptions => {
  const fast = ['--orders', '12', '--per-second', '200', '--hurry', '100', '--delay-seconds', '0.5'];
  const soon = ['--settle-seconds', '0.1', '--restart-every', '0.1'];
  const options = readOptions(['--sku', 'OAK-TABLE', ...fast, ...soon, ...args], 'amqp://nowhere');
  if (options === null || typeof options === 'string') throw new Error(`no options: ${options}`);
  return options;
};

const faulty = ['--duplicates', '0.5', '--losses', '0.3', '--delays', '0.3', '--cancel', '0.3'];
const redelivered = ['--redeliveries', '0.3'];
const faultless = [
  '--duplicates',
  '0',
  '--losses',
  '0',
  '--delays',
  '0',
  '--cancel',
  '0',
  '--redeliveries',
  '0',
  '--broken',
  '0',
];

interface Played {
  readonly code: number;
  readonly text: string;
  /** Pieces that can be reserved in the end. */
  readonly left: number;
}

async function played(options: StandInOptions, fault: Fault = {}, restarts = false): Promise<Played> {
  const lines: string[] = [];
  const stock = inventory({ 'OAK-TABLE': 1000 }) as Rules;
  const rules: Readonly<Record<string, () => Rules>> = {
    'inventory.commands': () => stock,
    'payment.commands': () => payments({ settleMs: 5 }) as Rules,
  };
  const fakes: FakeParticipant[] = [];
  const code = await play(
    options,
    ({ name }, onReply) => {
      const fake = new FakeParticipant(rules[name]!, fault, onReply);
      fakes.push(fake);
      return Promise.resolve(fake);
    },
    (line) => lines.push(line),
    restarts ? async () => void (await Promise.all(fakes.map((fake) => fake.restart()))) : undefined,
  );
  return { code, text: lines.join('\n'), left: piecesLeft(stock) };
}

const amount = { amount: '1', currency: 'USD' };

const altersBook = (
  type: string,
  change: (item: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Fault => ({
  answers: (command, rules, later) => {
    const answer = rules(command, later);
    return answer && command.type === type ? alterItems(answer, change) : answer;
  },
});

function piecesLeft(stock: Rules): number {
  const tooMany = { reservationId: newId(), lines: [{ sku: 'OAK-TABLE', quantity: 1001 }] };
  const ask = { id: '', subject: '', sagaid: '', commandid: '', type: 'inventory.reserve-stock.v1' };
  const short = stock({ ...ask, data: tooMany }, () => undefined);
  return (short?.data['shortages'] as { available: number }[])[0]!.available;
}

describe('the stand-in for order-service', () => {
  it('carries every order to its end in a network without faults', async () => {
    const { code, text } = await played(optionsOf(...faultless, '--token', 'tok_ok'));
    expect(text).toContain('12  orders confirmed');
    expect(code).toBe(0);
  });

  it('carries every order to its end through losses, duplicates, delays and cancellations', async () => {
    const { code, text } = await played(optionsOf(...faulty));
    expect(text).not.toContain('has not ended');
    expect(code).toBe(0);
  }, 60_000);

  it('carries every order to its end when participants are killed, and their books agree', async () => {
    const tokens = ['--token', 'tok_ok', '--token', 'tok_pending', '--token', 'tok_declined'];
    const options = optionsOf(...faulty, ...redelivered, ...tokens, '--orders', '40', '--per-second', '50');
    const { code, text } = await played(options, {}, true);
    expect(text).not.toMatch(/has not ended|BOOKS|CONTRADICTION|PARKED/);
    expect(code).toBe(0);
  }, 60_000);

  it.each<[string, () => Fault, RegExp, string[]]>([
    [
      'captures what it has declined',
      () => altersBook(types.listCharges, (item) => ({ ...item, captured: item['captured'] ?? amount })),
      /BOOKS {2}payment\.list-charges\.v1: expected nothing kept of it/,
      ['--token', 'tok_declined'],
    ],
    [
      'charges twice',
      () => altersBook(types.listCharges, (item) => ({ ...item, captured: amount })),
      /BOOKS {2}payment\.list-charges\.v1: expected .* captured, once/,
      [],
    ],
    [
      'holds what it has released',
      () => altersBook(types.listReservations, (item) => ({ ...item, status: 'RESERVED' })),
      /BOOKS {2}inventory\.list-reservations\.v1: expected nothing held or sold/,
      ['--token', 'tok_declined'],
    ],
    [
      'does not tell of its payments',
      () => silentAbout(types.listPayments),
      /BOOKS {2}payment\.list-payments\.v1: expected an answer/,
      [],
    ],
    [
      'says that it has taken what it declined',
      () => ({
        answers: (command, rules, later) => {
          const answer = rules(command, later);
          const isDeclined = answer?.type === 'payment.payment-declined.v1';
          if (isDeclined) setTimeout(() => later(saying('payment-taken', command, { amount })), 20);
          return answer;
        },
      }),
      /CONTRADICTION/,
      ['--token', 'tok_declined'],
    ],
  ])(
    'finds a participant that %s',
    async (_, fault, found, args) => {
      const { code, text } = await played(optionsOf(...faultless, '--token', 'tok_ok', ...args), fault());
      expect(text).toMatch(found);
      expect(code).toBe(1);
    },
    60_000,
  );

  it.each<[string, Fault, RegExp]>([
    [
      'answers what it cannot read',
      {
        answers: (command, rules, later) =>
          rules({ ...command, type: command.type.replace('.v999', '.v1') }, later),
      },
      /BROKEN {2}inventory\.reserve-stock\.v1 of another version was answered: came/,
    ],
    [
      'acks what it cannot read, and forgets it',
      { unanswered: () => 'acked' },
      /BROKEN {2}inventory\.reserve-stock\.v1 that is not JSON is not in the parking lot/,
    ],
    [
      'gives back what it cannot read again and again',
      { unanswered: () => 'spent' },
      /BROKEN {2}payment\.take-payment\.v1 of an unknown type went back to the queue until/,
    ],
  ])(
    'finds a participant that %s',
    async (_, fault, found) => {
      const options = optionsOf(...faultless, '--token', 'tok_ok', '--orders', '60', '--broken', '1');
      const { code, text } = await played(options, fault);
      expect(text).toMatch(found);
      expect(text).toContain('60  orders confirmed');
      expect(code).toBe(1);
    },
    60_000,
  );

  it('says what it sent that cannot be read, and is content with a participant that parks it', async () => {
    const options = optionsOf(...faultless, '--token', 'tok_ok', '--broken', '1', '--verbose');
    const { code, text } = await played(options);
    expect(text).toMatch(/\d+ {2}commands that cannot be read/);
    expect(text).toMatch(/^broken {2}inventory\.reserve-stock\.v1 /m);
    expect(code).toBe(0);
  });

  it('finds a participant that has its state in memory', async () => {
    const options = optionsOf(...faultless, '--token', 'tok_ok', '--orders', '40', '--per-second', '50');
    const { code, text } = await played(options, { restarted: (_, fresh) => fresh() }, true);
    expect(text).toMatch(
      /BOOKS {2}payment\.list-payments\.v1: expected .* to be in it; came a book without it/,
    );
    expect(code).toBe(1);
  }, 60_000);

  it('has all given back that was not paid', async () => {
    const { code, left } = await played(optionsOf(...faulty, '--token', 'tok_declined'));
    expect({ code, left }).toEqual({ code: 0, left: 1000 });
  }, 60_000);

  it('says until when a command may be begun, as fast as its time passes, where it may be given up', async () => {
    const expirySeconds = new Map<string, number>();
    await played(optionsOf(...faultless, '--token', 'tok_declined'), {
      answers: (command, rules, later) => {
        const [time, expiry] = [command['time'], command['expirytime']].map((at) => Date.parse(String(at)));
        expirySeconds.set(command.type, (expiry! - time!) / 1000);
        return rules(command, later);
      },
    });
    expect(expirySeconds.get('inventory.reserve-stock.v1')).toBeLessThanOrEqual(85 / 100);
    expect(expirySeconds.get('payment.take-payment.v1')).toBeLessThanOrEqual(85 / 100);
    expect(expirySeconds.get('inventory.release-stock.v1')).toBeNaN();
  });

  it('plays the participant that is not there', async () => {
    const { code, text } = await played(
      optionsOf(...faultless, '--for', 'inventory', '--token', 'tok_declined'),
    );
    expect(text).toContain('12  orders confirmed');
    expect(code).toBe(0);
  });

  it('says what would be parked, and ends with 1', async () => {
    const fault = { alterReply: (reply: object) => ({ ...reply, sagaid: newId() }) };
    const { code, text } = await played(optionsOf(...faultless, '--seconds', '1'), fault);
    expect(text).toMatch(/PARKED {2}inventory\.stock-reserved\.v1: there is no saga/);
    expect(code).toBe(1);
  }, 30_000);

  it('names the command of an order that does not end', async () => {
    const { code, text } = await played(optionsOf(...faultless, '--orders', '1', '--seconds', '3'), {
      answers: () => undefined,
    });
    expect(text).toMatch(/has not ended: inventory\.release-stock\.v1 is not answered/);
    expect(code).toBe(1);
  }, 30_000);
});

describe('its command line', () => {
  it.each([
    [[], '--sku'],
    [['--sku', 'X', '--duplicates', '2'], '--duplicates'],
    [['--sku', 'X', '--for', 'nobody'], '--for'],
    [['--hury', '3'], 'hury'],
  ])('refuses %j', (args, why) => {
    expect(readOptions(args, 'amqp://nowhere')).toContain(why);
  });
});
