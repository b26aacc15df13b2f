import { expect, it } from '@jest/globals';
import { isSamePerson } from './same-person.js';

it.each([
  ['alice', 'alice'],
  ['alice', 'Alice'],
  ['alice@shop.example', 'ALICE@Shop.Example'],
  ['José', 'Jose\u0301'],
  ['José', 'jose'],
  ['alice', 'ａｌｉｃｅ'],
  ['alice', 'ali\u200bce'],
  ['ann lee', 'ann\u00a0lee'],
  ['straße', 'STRASSE'],
])('%p is no second person to %p', (one, other) => {
  expect(isSamePerson(one, other)).toBe(true);
});

it.each([
  ['alice', 'bob'],
  ['op-1', 'op-2'],
  ['op-1', 'op-11'],
])('%p is a second person to %p', (one, other) => {
  expect(isSamePerson(one, other)).toBe(false);
});
