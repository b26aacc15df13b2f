import { describe, expect, it } from '@jest/globals';
import { messageTypes } from '#libs/contracts/catalogue-of-messages.js';
import type { ParticipantCommand } from '#libs/saga/definition/participant.js';
import * as inventory from './inventory.participant.js';
import * as payment from './payment.participant.js';

const commands: [string, ParticipantCommand][] = Object.entries({ ...inventory, ...payment });

describe('what sagas ask of their participants', () => {
  it.each(commands)('%s lists every answer that the contract knows', (_, { message, replies }) => {
    const known = [...messageTypes.values()].filter((reply) => reply.answers?.includes(message));
    expect(
      Object.values(replies)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(known.map(({ type }) => type).sort());
    expect(known).not.toHaveLength(0);
  });

  it.each(commands)('%s calls each answer by the name that its type has', (_, { replies }) => {
    for (const [name, { type }] of Object.entries(replies)) {
      const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(1);
      expect(type.split('.')[1]).toBe(kebab);
    }
  });
});
