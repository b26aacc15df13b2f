import type { TcpProxy } from '../../tools/faults/tcp-proxy.js';
import type { ServiceShop } from '../system-under-test/services-under-test.js';

export interface AttackedShop {
  readonly shop: ServiceShop;
  /** From order-service to its databases. */
  readonly line: TcpProxy;
  /** Folder for what an attacker's process says. */
  readonly logs: string;
}

/** One caller, row or line that would stop the shop for all others, if it could. */
export interface Attack {
  readonly name: string;
  begin(on: AttackedShop): Promise<OngoingAttack>;
}

export interface OngoingAttack {
  /** @returns what it has had, for a note. */
  end(): Promise<string>;
}
