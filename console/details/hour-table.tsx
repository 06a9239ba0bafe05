/** The hours of the chart as a table, for readers who hear it, and for exact numbers. */
import Box from '@cloudscape-design/components/box';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { StatsResponse } from '../../shared/api/stats-response.schema.ts';
import { STATUS_WORDS } from '../delivery/delivery-words.ts';
import { useNarrow } from '../frame/narrow.ts';
import { Instant } from '../time/instant.tsx';
import { durationWords } from './chart-query.ts';

type Hour = StatsResponse['hours'][number];

type Column = TableProps.ColumnDefinition<Hour>;

const COUNTED = ['delivered', 'pending', 'held', 'failed', 'cancelled'] as const;

export function HourTable({ hours }: { readonly hours: readonly Hour[] }) {
  const isNarrow = useNarrow();
  return (
    <Table
      items={hours.filter(hasAny).toReversed()}
      trackBy="start"
      variant="borderless"
      contentDensity="compact"
      wrapLines
      columnDefinitions={isNarrow ? narrowColumns : wideColumns}
      ariaLabels={{ tableLabel: 'Deliveries per hour' }}
      footer={<Box variant="small">The latest hour first. Hours without a delivery are left out.</Box>}
      empty={<Box>No deliveries in these hours.</Box>}
    />
  );
}

const HOUR: Column = {
  id: 'hour',
  header: 'Hour',
  isRowHeader: true,
  minWidth: 150,
  cell: ({ start }) => <Instant at={start} />,
};

const wideColumns: readonly Column[] = [
  HOUR,
  ...COUNTED.map((status) => ({
    id: status,
    header: STATUS_WORDS[status],
    cell: (hour: Hour) => <span className="figure">{hour[status].toLocaleString('en')}</span>,
  })),
  { id: 'response', header: 'Response time', minWidth: 130, cell: (hour) => durationsWords(hour.responseMillis) },
  { id: 'delivery', header: 'Time to delivery', minWidth: 130, cell: (hour) => durationsWords(hour.deliveryMillis) },
];

/** The same, one below the other, so that no reader has to scroll sideways. */
const narrowColumns: readonly Column[] = [
  {
    id: 'hour',
    header: 'Hour',
    isRowHeader: true,
    cell: (hour) => (
      <>
        <Instant at={hour.start} />
        <Box variant="small" display="block">
          {countedWords(hour)}
        </Box>
        {hour.responseMillis && (
          <Box variant="small" display="block">
            Response time: {durationsWords(hour.responseMillis)}
          </Box>
        )}
        {hour.deliveryMillis && (
          <Box variant="small" display="block">
            Time to delivery: {durationsWords(hour.deliveryMillis)}
          </Box>
        )}
      </>
    ),
  },
];

function countedWords(hour: Hour): string {
  return COUNTED.filter((status) => hour[status] > 0)
    .map((status) => `${hour[status].toLocaleString('en')} ${STATUS_WORDS[status].toLowerCase()}`)
    .join(', ');
}

function durationsWords(durations: Hour['responseMillis']): string {
  return durations === undefined
    ? '–'
    : `half within ${durationWords(durations.median)}, 95 of 100 within ${durationWords(durations.p95)}`;
}

function hasAny(hour: Hour): boolean {
  return COUNTED.some((status) => hour[status] > 0);
}
