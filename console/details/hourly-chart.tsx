/** Deliveries per hour and how long they took, as the API counts them; as a chart, and the same as a table. */
import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import {
  colorChartsBlue1300,
  colorChartsBlue1600,
  colorChartsStatusHigh,
  colorChartsStatusLow,
  colorChartsStatusNeutral,
  colorChartsStatusPositive,
} from '@cloudscape-design/design-tokens';
import { useState } from 'react';
import type { StatsResponse } from '../../shared/api/stats-response.schema.ts';
import type { useStats } from '../api/queries.ts';
import { QueryResult } from '../frame/query-result.tsx';
import { useUrlState } from '../frame/url-state.ts';
import { Instant } from '../time/instant.tsx';
import {
  CHART_PARAMETERS,
  CHARTS,
  type ChartKind,
  chartKindOf,
  durationWords,
  SPANS,
  statsQueryOf,
} from './chart-query.ts';
import { HourTable } from './hour-table.tsx';

const HEIGHT_PIXELS = 220;

/** One delivery must not look like a wall. */
const LEAST_HIGHEST = 4;

const MOMENTS = [
  { id: 'arrival', text: 'By arrival' },
  { id: 'detection', text: 'By detection' },
] as const;

export function HourlyChart({ stats }: { readonly stats: ReturnType<typeof useStats> }) {
  const [parameters, set] = useUrlState(CHART_PARAMETERS);
  const query = statsQueryOf(parameters);
  const kind = chartKindOf(parameters);
  const came = query.by === 'arrival' ? 'came to us' : 'was detected';
  return (
    <Container
      header={
        <Header variant="h2" description={`Each delivery counts in the hour in which its finding ${came}.`}>
          Deliveries per hour
        </Header>
      }
    >
      <SpaceBetween size="m">
        <div className="chart-controls">
          <SegmentedControl
            selectedId={kind}
            options={CHARTS}
            label="What the chart shows"
            onChange={({ detail }) => set({ chart: detail.selectedId }, { replace: true })}
          />
          <SegmentedControl
            selectedId={String(query.hours)}
            options={SPANS}
            label="Time span"
            onChange={({ detail }) => set({ hours: detail.selectedId }, { replace: true })}
          />
          <SegmentedControl
            selectedId={query.by}
            options={MOMENTS}
            label="In which hour a delivery counts"
            onChange={({ detail }) => set({ counted: detail.selectedId }, { replace: true })}
          />
        </div>
        <QueryResult question={stats} what="the chart">
          {({ hours, isCapped, completeFrom }) => (
            <SpaceBetween size="s">
              <Chart
                kind={kind}
                hours={hours}
                xTitle={query.by === 'arrival' ? 'Hour of arrival' : 'Hour of detection'}
              />
              {isCapped && (
                <Box variant="small">
                  There are more deliveries than are counted here. Complete from <Instant at={completeFrom} /> on.
                </Box>
              )}
              <AsTable hours={hours} />
            </SpaceBetween>
          )}
        </QueryResult>
      </SpaceBetween>
    </Container>
  );
}

type Hour = StatsResponse['hours'][number];

interface ChartProps {
  readonly kind: ChartKind;
  readonly hours: readonly Hour[];
  readonly xTitle: string;
}

function Chart({ kind, hours, xTitle }: ChartProps) {
  switch (kind) {
    case 'deliveries':
      return <Counts hours={hours} xTitle={xTitle} />;
    case 'response':
      return <Times of="responseMillis" hours={hours} xTitle={xTitle} />;
    case 'delivery':
      return <Times of="deliveryMillis" hours={hours} xTitle={xTitle} />;
  }
}

const STATUSES = [
  { status: 'delivered', title: 'Delivered', color: colorChartsStatusPositive },
  { status: 'pending', title: 'Pending', color: colorChartsStatusNeutral },
  { status: 'held', title: 'Held', color: colorChartsStatusLow },
  { status: 'failed', title: 'Failed', color: colorChartsStatusHigh },
] as const;

function Counts({ hours, xTitle }: Omit<ChartProps, 'kind'>) {
  const highest = Math.max(...hours.map((hour) => STATUSES.reduce((sum, { status }) => sum + hour[status], 0)));
  if (highest <= 0) {
    return <Nothing>No finding of these hours was sent.</Nothing>;
  }
  return (
    <BarChart
      {...frameOf(hours, xTitle)}
      stackedBars
      ariaLabel="Deliveries per hour"
      yDomain={[0, Math.max(LEAST_HIGHEST, highest)]}
      i18nStrings={{ xTickFormatter: hourWords, yTickFormatter: wholeNumber }}
      yTitle="Deliveries"
      series={STATUSES.map(({ status, title, color }) => ({
        type: 'bar',
        title,
        color,
        data: hours.map((hour) => ({ x: hour.start, y: hour[status] })),
      }))}
    />
  );
}

const TIMES = {
  responseMillis: {
    label: 'Response time per hour',
    nothing: 'Nothing was attempted for the findings of these hours.',
    meaning: 'How long the receiver took to respond, over the first four attempts of each delivery.',
  },
  deliveryMillis: {
    label: 'Time to delivery per hour',
    nothing: 'No finding of these hours was delivered.',
    meaning: 'How long until the receiver had a finding, with everything that it waited for on the way.',
  },
} as const;

const SHARES = [
  { share: 'median', title: 'Half within', color: colorChartsBlue1300 },
  { share: 'p95', title: '95 of 100 within', color: colorChartsBlue1600 },
] as const;

function Times({ of, hours, xTitle }: Omit<ChartProps, 'kind'> & { readonly of: keyof typeof TIMES }) {
  const { label, nothing, meaning } = TIMES[of];
  const highest = Math.max(...hours.map((hour) => hour[of]?.p95 ?? 0));
  if (hours.every((hour) => hour[of] === undefined)) {
    return <Nothing>{nothing}</Nothing>;
  }
  return (
    <>
      <Box color="text-body-secondary">{meaning}</Box>
      <BarChart
        {...frameOf(hours, xTitle)}
        ariaLabel={label}
        yDomain={[0, Math.max(1, highest)]}
        i18nStrings={{ xTickFormatter: hourWords, yTickFormatter: durationWords }}
        yTitle="Time"
        series={SHARES.map(({ share, title, color }) => ({
          type: 'bar',
          title,
          color,
          valueFormatter: durationWords,
          data: hours.flatMap((hour) => (hour[of] === undefined ? [] : [{ x: hour.start, y: hour[of][share] }])),
        }))}
      />
    </>
  );
}

function frameOf(hours: readonly Hour[], xTitle: string) {
  return {
    height: HEIGHT_PIXELS,
    hideFilter: true,
    xScaleType: 'categorical' as const,
    xDomain: hours.map(({ start }) => start),
    xTitle,
  };
}

function Nothing({ children }: { readonly children: string }) {
  return (
    <Box textAlign="center" color="text-body-secondary" padding="l">
      {children}
    </Box>
  );
}

/** Drawn when it is opened: a week has 168 rows. */
function AsTable({ hours }: { readonly hours: readonly Hour[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <ExpandableSection
      variant="footer"
      headerText="The same as a table"
      expanded={isOpen}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {isOpen && <HourTable hours={hours} />}
    </ExpandableSection>
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
