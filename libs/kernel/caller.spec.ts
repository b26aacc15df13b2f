import { expect, it } from '@jest/globals';
import { callerOf, isRole, type Role } from './caller.js';

it.each<[Role[], boolean, string | null]>([
  [['customer'], false, null],
  [['seller'], false, 'shop-1'],
  [['customer', 'seller'], false, 'shop-1'],
  [['operator'], true, null],
  [['admin'], true, null],
  [['operator', 'seller'], true, 'shop-1'],
  [[], false, null],
])('who is %j is staff: %s, and acts for %j', (roles, isStaff, sellerId) => {
  expect(callerOf('somebody', roles, 'shop-1')).toEqual({ subject: 'somebody', roles, isStaff, sellerId });
});

it('takes sellers who name no shop for the shop', () => {
  expect(callerOf('shop-2', ['seller']).sellerId).toBe('shop-2');
});

it('knows its roles', () => {
  expect(['customer', 'seller', 'operator', 'admin'].every(isRole)).toBe(true);
  expect(['Customer', 'root', '', null, undefined, ['admin']].some(isRole)).toBe(false);
});
