import type { ServicesUnderTest } from '../system-under-test/services-under-test.js';
import { ApiClient, tokenFor, type Token } from './api-client.js';
import { wholesale, type Population } from './fill/population.js';

export interface ReadRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One kind of question, asked about many different things. */
export interface ReadCase {
  readonly name: string;
  readonly requests: readonly ReadRequest[];
  /** Whether it has to cost the same however many orders there are. */
  readonly isFlat: boolean;
}

const targets = 4_000;
/** The page of ten that is a thousand pages down, or the last but one where there are fewer. */
const deepest = 10_000;
const recentOrders = 1_000;
const walkPageSize = 100;

interface Page {
  readonly total?: number;
  readonly nextCursor: string | null;
}

/** What the services are asked: by customers about their orders, by staff about all. */
export class ReadCases {
  private readonly tokens = new Map<string, string>();

  constructor(
    private readonly services: ServicesUnderTest,
    private readonly population: Population,
  ) {}

  async all(): Promise<ReadCase[]> {
    const { orders } = this.population;
    const any = spread(0, orders);
    const recent = spread(Math.max(0, orders - recentOrders), orders);
    const buyer: Token = { subject: wholesale, role: 'customer' };
    const staff: Token = { subject: 'bench', role: 'operator' };
    const history = `/api/orders/history/${wholesale}`;
    const sagas = '/api/admin/sagas';
    const { cursor, depth } = await this.walk(history, buyer, deepest);
    const older = await this.walk(sagas, staff, deepest);
    const flat = (name: string, requests: readonly ReadRequest[]) => ({ name, requests, isFlat: true });
    return [
      flat(
        'status',
        this.aboutOrders(any, (id) => `/api/orders/${id}/status`),
      ),
      flat(
        'status, recent orders',
        this.aboutOrders(recent, (id) => `/api/orders/${id}/status`),
      ),
      flat(
        'order by id',
        this.aboutOrders(any, (id) => `/api/orders/${id}`),
      ),
      flat(
        'timeline, recent orders',
        this.aboutOrders(recent, (id) => `/api/orders/${id}/timeline`),
      ),
      flat('history, a few orders', this.histories(any)),
      flat('history, first page', this.same(history, buyer)),
      flat('history, deep page by cursor', this.same(`${history}?cursor=${cursor}`, buyer)),
      {
        name: 'history, deep page by number',
        requests: this.same(`${history}?page=${Math.floor(depth / 10)}`, buyer),
        isFlat: false,
      },
      flat('sagas, first page', this.same(sagas, staff)),
      flat('sagas, deep page by cursor', this.same(`${sagas}?cursor=${older.cursor}`, staff)),
      flat('sagas, rolled back', this.same(`${sagas}?status=rolled-back&sort=oldest`, staff)),
      flat(
        'sagas, of an order',
        this.aboutOrders(any, (id) => `${sagas}?subject=${id}`, staff),
      ),
      flat('sagas, summary', this.same(`${sagas}/summary`, staff)),
      flat('products', this.same('/api/products', staff)),
    ];
  }

  private aboutOrders(places: readonly number[], path: (id: string) => string, by?: Token): ReadRequest[] {
    return places.map((place) => {
      const { id, customerId } = this.population.order(place);
      return this.request(path(id), by ?? { subject: customerId, role: 'customer' });
    });
  }

  /** Of ordinary customers; the one with very many orders is another case. */
  private histories(places: readonly number[]): ReadRequest[] {
    return places
      .map((place) => this.population.order(place).customerId)
      .filter((customer) => customer.startsWith('customer-'))
      .map((subject) => this.request(`/api/orders/history/${subject}`, { subject, role: 'customer' }));
  }

  private same = (path: string, by: Token): ReadRequest[] => [this.request(path, by)];

  private request(path: string, by: Token): ReadRequest {
    return { path, headers: { authorization: `Bearer ${this.tokenOf(by)}` } };
  }

  private tokenOf(by: Token): string {
    const known = this.tokens.get(by.subject) ?? tokenFor(this.services, by);
    this.tokens.set(by.subject, known);
    return known;
  }

  /** Goes down a list, in large steps. @returns a cursor with something after it. */
  private async walk(path: string, by: Token, minDepth: number): Promise<{ cursor: string; depth: number }> {
    const client = new ApiClient(this.services.orderUrl, this.tokenOf(by));
    let cursor: string | undefined;
    let depth = 0;
    while (depth < minDepth) {
      const at = cursor === undefined ? '' : `&cursor=${cursor}`;
      const { nextCursor } = await client.get<Page>(`${path}?limit=${walkPageSize}${at}`);
      if (nextCursor === null) break;
      cursor = nextCursor;
      depth += walkPageSize;
    }
    if (cursor === undefined) throw new Error(`${path} is one page long`);
    return { cursor, depth };
  }
}

/** Places spread evenly from one end to the other, in an order that helps no cache. */
function spread(from: number, to: number): number[] {
  const golden = (Math.sqrt(5) - 1) / 2;
  return Array.from({ length: targets }, (_, n) => from + Math.floor(((n * golden) % 1) * (to - from)));
}
