/** What the API says of sagas, as far as commands look at it. */
export interface Saga {
  readonly id: string;
  readonly saga: string;
  readonly version: number;
  readonly subject: string;
  readonly status: string;
  readonly step: string | null;
  readonly operation: 'action' | 'compensation' | null;
  readonly attempt: number | null;
  readonly cause: string | null;
  readonly attention: { readonly detail: string; readonly since: string } | null;
  readonly known: boolean;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly deadlineAt: string | null;
  readonly ageSeconds: number;
  readonly revision: number;
  readonly actions: readonly string[];
}

export interface SagaPage {
  readonly items: readonly Saga[];
  readonly nextCursor: string | null;
}

export interface SagaDetails extends Saga {
  readonly reason: { readonly code: string; readonly detail: string | null } | null;
  readonly calls: readonly {
    readonly step: string;
    readonly operation: string;
    readonly askedAt: string;
    readonly attempt: number;
    readonly state: string;
    readonly answer: string | null;
    readonly commandId: string;
  }[];
  readonly data: unknown;
  readonly timeline: { readonly items: readonly TimelineEntry[]; readonly nextCursor: string | null };
}

export interface TimelineEntry {
  readonly at: string;
  readonly kind: string;
  readonly text: string;
}

export interface SagaActionResult {
  readonly outcome: string;
  readonly text: string;
}

export const sagaPath = (id: string): string => `/api/admin/sagas/${encodeURIComponent(id)}`;
