/** Delivered and failed per hour, by the time of detection, as the API counts them. */
import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { colorChartsStatusHigh, colorChartsStatusPositive } from '@cloudscape-design/design-tokens';
import { useState } from 'react';
import { useStats } from '../api/queries.ts';
import { QueryResult } from '../frame/query-result.tsx';
import { Instant } from '../time/instant.tsx';

const SPANS = [
  { id: '24', text: '24 hours' },
  { id: '72', text: '3 days' },
  { id: '168', text: '7 days' },
];

const HEIGHT_PIXELS = 220;

/** One delivery must not look like a wall. */
const LEAST_HIGHEST = 4;

export function HourlyChart({ webhookId }: { readonly webhookId: string }) {
  const [hours, setHours] = useState('24');
  const stats = useStats(webhookId, Number(hours));
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Each delivery counts in the hour in which its finding was detected."
          actions={
            <SegmentedControl
              selectedId={hours}
              options={SPANS}
              label="Time span"
              onChange={({ detail }) => setHours(detail.selectedId)}
            />
          }
        >
          Delivered and failed per hour
        </Header>
      }
    >
      <QueryResult question={stats} what="the chart">
        {({ hours: counted, isCapped, completeFrom }) => (
          <>
            <Bars hours={counted} />
            {isCapped && (
              <Box variant="small">
                There are more deliveries than are counted here. Complete from <Instant at={completeFrom} /> on.
              </Box>
            )}
          </>
        )}
      </QueryResult>
    </Container>
  );
}

interface HourCount {
  readonly start: string;
  readonly delivered: number;
  readonly failed: number;
}

function Bars({ hours }: { readonly hours: readonly HourCount[] }) {
  const highest = Math.max(...hours.map(({ delivered, failed }) => delivered + failed));
  if (highest <= 0) {
    return (
      <Box textAlign="center" color="text-body-secondary" padding="l">
        No finding of these hours was delivered or failed.
      </Box>
    );
  }
  return (
    <BarChart
      height={HEIGHT_PIXELS}
      stackedBars
      hideFilter
      ariaLabel="Delivered and failed per hour"
      xScaleType="categorical"
      xDomain={hours.map(({ start }) => start)}
      yDomain={[0, Math.max(LEAST_HIGHEST, highest)]}
      i18nStrings={{ xTickFormatter: hourWords, yTickFormatter: wholeNumber }}
      xTitle="Hour of detection"
      yTitle="Deliveries"
      series={[
        {
          title: 'Delivered',
          type: 'bar',
          color: colorChartsStatusPositive,
          data: hours.map(({ start, delivered }) => ({ x: start, y: delivered })),
        },
        {
          title: 'Failed',
          type: 'bar',
          color: colorChartsStatusHigh,
          data: hours.map(({ start, failed }) => ({ x: start, y: failed })),
        },
      ]}
    />
  );
}

/** There are no halves of deliveries. */
function wholeNumber(count: number): string {
  return Number.isInteger(count) ? count.toLocaleString('en') : '';
}

function hourWords(start: string): string {
  const at = new Date(start);
  const hour = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return at.getHours() === 0 ? `${hour}\n${at.toLocaleDateString([], { day: 'numeric', month: 'short' })}` : hour;
}
