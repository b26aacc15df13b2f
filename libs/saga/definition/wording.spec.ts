import { describe, expect, it } from '@jest/globals';
import { Defect } from '#libs/kernel/errors.js';
import { answeredSentence, askedSentence, capitalised, spoken, wordsOfMessage } from './wording.js';

describe('the words for a message', () => {
  it('are those of its owner and its name', () => {
    expect(wordsOfMessage('inventory.stock-reserved.v1')).toEqual({
      owner: 'inventory',
      name: 'stock-reserved',
    });
  });

  it.each(['inventory', 'inventory.', '.stock-reserved.v1', ''])('are not to be had of %j', (type) => {
    expect(() => wordsOfMessage(type)).toThrow(new Defect(`not a message type: ${type}`));
  });

  it('tell what was asked, how often, and what was answered', () => {
    expect(askedSentence('inventory.reserve-stock.v1', 1)).toBe('Asked inventory to reserve stock.');
    expect(askedSentence('inventory.reserve-stock.v1', 2)).toBe(
      'Asked inventory to reserve stock again (attempt 2).',
    );
    expect(answeredSentence('inventory.stock-reserved.v1')).toBe('Inventory answered: stock reserved.');
  });
});

it('speaks names, and begins sentences', () => {
  expect(spoken('give-back-all')).toBe('give back all');
  expect(capitalised('give back')).toBe('Give back');
  expect(capitalised('')).toBe('');
});
