import type { Service } from '#libs/contracts/topology.js';

/** Users by the service that they are of, where they are not named like it; several while one is being replaced. */
export type NamedUsers = ReadonlyMap<Service, readonly string[]>;

/** Which user of the broker is which service. */
export class BrokerUsers {
  /** @param own the user of this process. */
  constructor(
    private readonly own: string,
    private readonly named: NamedUsers = new Map(),
  ) {}

  /**
   * Whether a message of this user may be the service's. Also one of this process's own user: services that share one cannot be
   * told apart, and where each has its own, whoever has this one's password is this service.
   */
  isOf(service: Service, user: string): boolean {
    return user === this.own || (this.named.get(service) ?? [service]).includes(user);
  }
}
