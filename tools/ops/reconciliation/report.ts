import type { OpsContext } from '../command.js';
import type { PageOptions } from '../options.js';
import { csvLines } from './csv.js';

interface Finding {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly orderId: string;
  readonly paymentId: string | null;
  readonly reservationId: string | null;
  readonly atRisk: { readonly amount: string; readonly currency: string } | null;
  readonly pieces: number | null;
  readonly fix: string | null;
  readonly detail: string;
  readonly lastSeenAt: string;
}

interface Page {
  readonly items: readonly Finding[];
  readonly nextCursor: string | null;
}

const columns = ['id', 'kind', 'order', 'at risk', 'pieces', 'fix', 'detail'];

interface ReportOptions extends PageOptions {
  readonly state?: string;
  readonly kind?: string;
  readonly csv?: true;
}

export async function report(
  { api, out }: OpsContext,
  { json, csv, ...query }: ReportOptions,
): Promise<number> {
  const page = await api.get<Page>('/api/admin/reconciliation/findings', query);
  if (json) {
    out.json(page);
    return 0;
  }
  const rows = page.items.map((finding) => [
    finding.id,
    finding.kind,
    finding.orderId,
    finding.atRisk && `${finding.atRisk.amount} ${finding.atRisk.currency}`,
    finding.pieces,
    finding.fix,
    finding.detail,
  ]);
  if (csv) for (const line of csvLines(columns, rows)) out.line(line);
  else out.table(columns, rows);
  if (!csv && page.nextCursor !== null) out.line(`more: --cursor ${page.nextCursor}`);
  return 0;
}
