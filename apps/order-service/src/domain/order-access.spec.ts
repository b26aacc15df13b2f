import { expect, it } from '@jest/globals';
import { callerOf, type Role } from '#libs/kernel/caller.js';
import { maySeeCustomer } from './order-access.js';

it.each<[boolean, Role[], string]>([
  [true, ['customer'], 'cust-1'],
  [true, ['seller', 'customer'], 'cust-1'],
  [false, ['customer'], 'cust-2'],
  [false, ['seller'], 'cust-1'],
  [false, [], 'cust-1'],
  [true, ['operator'], 'cust-2'],
  [true, ['admin'], 'cust-2'],
])('it is %s that a %j called cust-1 sees what is of %s', (expected, roles, customerId) => {
  expect(maySeeCustomer(callerOf('cust-1', roles), customerId)).toBe(expected);
});
