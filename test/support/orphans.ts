import { createConnection, type Connection } from 'mysql2/promise';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import type { TestDatabases } from './database.js';

/**
 * Puts into the participants' own tables, and into the provider's book, what no correct run of theirs leaves behind. For
 * tests of what looks for it; services know nothing of it.
 */
export class Orphans {
  constructor(private readonly databases: TestDatabases) {}

  /** The provider keeps money for an order. @returns the payment's id. */
  async charge(orderId: string, amountMinor = 999): Promise<string> {
    const id = newId();
    await this.on('payments', (database) =>
      database.query(
        `INSERT INTO sandbox_charges (payment_id, order_id, amount_minor, currency, captured_minor, refunded_minor,
           dead, failures, created_at, updated_at, captured_at)
         VALUES (?, ?, ?, 'USD', ?, 0, 0, 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
        [idToBytes(id), orderId, amountMinor, amountMinor],
      ),
    );
    return id;
  }

  /** Stock is held, or sold, for an order. @returns the reservation's id. */
  async reservation(orderId: string, status: 'RESERVED' | 'COMMITTED', sku = 'OAK-TABLE'): Promise<string> {
    const id = newId();
    const column = status === 'RESERVED' ? 'reserved' : 'sold';
    await this.on('inventory', async (database) => {
      await database.query(
        `INSERT INTO reservations (id, order_id, status, reservation_lines, shortages, created_at, updated_at)
         VALUES (?, ?, ?, ?, '[]', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
        [idToBytes(id), orderId, status, JSON.stringify([{ sku, quantity: 1 }])],
      );
      await database.query(
        `UPDATE stock SET available = available - 1, ${column} = ${column} + 1 WHERE sku = ?`,
        [sku],
      );
    });
    return id;
  }

  /** The provider gave the money of an order back behind everybody's back. */
  async refundAtProvider(orderId: string): Promise<void> {
    await this.on('payments', (database) =>
      database.query(
        `UPDATE sandbox_charges SET refunded_minor = captured_minor, dead = 1, refunded_at = UTC_TIMESTAMP(6)
          WHERE order_id = ?`,
        [orderId],
      ),
    );
  }

  /** payment-service has forgotten the payment of an order. */
  async forgetPayment(orderId: string): Promise<void> {
    await this.on('payments', (database) =>
      database.query('DELETE FROM payments WHERE order_id = ?', [orderId]),
    );
  }

  /** The stock of an order was never sold. */
  async unsell(orderId: string): Promise<void> {
    await this.on('inventory', (database) =>
      database.query(`UPDATE reservations SET status = 'RESERVED' WHERE order_id = ?`, [orderId]),
    );
  }

  /** What the provider keeps of a payment, in minor units. */
  async kept(paymentId: string): Promise<number> {
    let kept = 0;
    await this.on('payments', async (database) => {
      const [rows] = await database.query(
        'SELECT captured_minor - refunded_minor AS kept FROM sandbox_charges WHERE payment_id = ?',
        [idToBytes(paymentId)],
      );
      kept = Number((rows as { kept: number }[])[0]?.kept ?? 0);
    });
    return kept;
  }

  private async on(name: string, use: (database: Connection) => Promise<unknown>): Promise<void> {
    const database = await createConnection(this.databases.url(name));
    try {
      await use(database);
    } finally {
      await database.end();
    }
  }
}
