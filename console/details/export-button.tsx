/** Saves what the filters show as a file. */
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/api-context.ts';
import { messageOf } from '../api/api-error.ts';
import type { LogQuery } from '../api/client.ts';
import { download } from '../frame/download.ts';
import { useNotices } from '../frame/notices.tsx';
import { collectDeliveries, MOST_EXPORTED, toCsv, toNdjson } from './export-deliveries.ts';

const KINDS = {
  csv: { text: 'CSV, for a spreadsheet', type: 'text/csv;charset=utf-8', write: toCsv },
  ndjson: { text: 'NDJSON, a line for each delivery', type: 'application/x-ndjson', write: toNdjson },
} as const;

type Kind = keyof typeof KINDS;

export function ExportButton({ webhookId, query }: { readonly webhookId: string; readonly query: LogQuery }) {
  const api = useApi();
  const { notify } = useNotices();
  const exporting = useMutation({
    mutationFn: async (kind: Kind) => ({
      kind,
      ...(await collectDeliveries(api, webhookId, query, new AbortController().signal)),
    }),
    onSuccess: ({ kind, deliveries, isCut }) => {
      const { type, write } = KINDS[kind];
      download(`deliveries-${webhookId}.${kind}`, type, write(deliveries));
      const count = deliveries.length.toLocaleString('en');
      notify(
        isCut
          ? {
              type: 'info',
              content: `The file has the first ${count} deliveries. Narrow the time span for the others.`,
            }
          : {
              type: 'success',
              content: `The file has ${deliveries.length === 1 ? 'one delivery' : `${count} deliveries`}.`,
            },
      );
    },
    onError: (error) => notify({ type: 'error', content: messageOf(error) }),
  });
  return (
    <ButtonDropdown
      items={Object.entries(KINDS).map(([id, { text }]) => ({
        id,
        text,
        description: `What the filters show, at most ${MOST_EXPORTED.toLocaleString('en')} deliveries`,
      }))}
      loading={exporting.isPending}
      loadingText="Collecting the deliveries"
      onItemClick={({ detail }) => exporting.mutate(detail.id === 'csv' ? 'csv' : 'ndjson')}
    >
      Export
    </ButtonDropdown>
  );
}
