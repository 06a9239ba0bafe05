/** Delivered and failed per hour, by the time of detection, as the API counts them. */
import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { useState } from 'react';
import { useStats } from '../api/questions.ts';
import { Answer } from '../frame/answer.tsx';
import { Instant } from '../time/instant.tsx';

const SPANS = [
  { id: '12', text: '12 hours' },
  { id: '24', text: '24 hours' },
  { id: '72', text: '3 days' },
];

/** The library's colours for states, in both themes. */
const DELIVERED_COLOR = 'var(--color-charts-status-positive-5l8l8k, #037f0c)';
const FAILED_COLOR = '#d91515';

const HEIGHT_PIXELS = 220;

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
      <Answer question={stats} what="the chart">
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
      </Answer>
    </Container>
  );
}

interface HourCount {
  readonly start: string;
  readonly delivered: number;
  readonly failed: number;
}

function Bars({ hours }: { readonly hours: readonly HourCount[] }) {
  const most = Math.max(4, ...hours.map(({ delivered, failed }) => delivered + failed));
  const isEmpty = hours.every(({ delivered, failed }) => delivered + failed === 0);
  return (
    <BarChart
      height={HEIGHT_PIXELS}
      stackedBars
      hideFilter
      ariaLabel="Delivered and failed per hour"
      xScaleType="categorical"
      xDomain={hours.map(({ start }) => start)}
      yDomain={[0, most]}
      yTickFormatter={(count) => (Number.isInteger(count) ? String(count) : '')}
      i18nStrings={{ xTickFormatter: hourWords }}
      xTitle="Hour of detection"
      yTitle="Deliveries"
      series={
        isEmpty
          ? []
          : [
              {
                title: 'Delivered',
                type: 'bar',
                color: DELIVERED_COLOR,
                data: hours.map(({ start, delivered }) => ({ x: start, y: delivered })),
              },
              {
                title: 'Failed',
                type: 'bar',
                color: FAILED_COLOR,
                data: hours.map(({ start, failed }) => ({ x: start, y: failed })),
              },
            ]
      }
      empty={<Box textAlign="center">No finding that matches was detected in these hours.</Box>}
    />
  );
}

function hourWords(start: string): string {
  const at = new Date(start);
  const hour = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return at.getHours() === 0 ? `${hour}\n${at.toLocaleDateString([], { day: 'numeric', month: 'short' })}` : hour;
}
