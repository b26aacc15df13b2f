export const roles = ['customer', 'seller', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export const isRole = (value: unknown): value is Role => roles.some((role) => role === value);

/** Who asks, as their token says. */
export interface Caller {
  /** `sub` of the token: a customer's id, a staff member's name, a client's id. 1 to 64 characters. */
  readonly subject: string;
  readonly roles: readonly Role[];
  /** Operators and admins: they see and act for all customers. */
  readonly isStaff: boolean;
  /** Which seller the caller acts for; null for everybody who is not a seller. */
  readonly sellerId: string | null;
}

export const callerOf = (subject: string, roles: readonly Role[], sellerId: string = subject): Caller => ({
  subject,
  roles,
  isStaff: roles.includes('operator') || roles.includes('admin'),
  sellerId: roles.includes('seller') ? sellerId : null,
});
