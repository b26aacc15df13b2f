/** What the API says of a parked message; see apps/order-service/src/operations/parked-messages/list. */
export interface ParkedMessage {
  readonly id: string;
  readonly queue: string;
  readonly type: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly subject: string | null;
  readonly sagaId: string | null;
  readonly messageId: string | null;
  readonly sizeBytes: number;
  readonly state: string;
  readonly edited: boolean;
  readonly redrives: number;
  readonly redriveOf: string | null;
  readonly parkedAt: string;
}

export interface ShownMessage {
  readonly envelope: Readonly<Record<string, unknown>> | null;
  readonly data: unknown;
  readonly excerpt: { readonly text: string; readonly hex: string } | null;
}

export interface Job {
  readonly id: string;
  readonly state: 'running' | 'finished';
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

export const root = '/api/admin/dead-letters';

export const messagePath = (id: string): string => `${root}/${encodeURIComponent(id)}`;
