/** The columns of a finding in Microsoft Sentinel: of the stream, which is what is sent, and of the table, which is what is stored. */
import { DEFAULT_STREAM } from '../../shared/destinations/sentinel/sentinel.ts';
import type { StreamColumn, TableColumn } from './arm.ts';

/** `ThalianFindings_CL`; the stream that findings are sent to has the name of the table after `Custom-`. */
export const TABLE = DEFAULT_STREAM.replace(/^Custom-/, '');

const SENT: readonly (StreamColumn & { readonly description: string })[] = [
  {
    name: 'TimeGenerated',
    type: 'datetime',
    description: 'When the finding arrived; DetectedAt is when it was detected',
  },
  { name: 'FindingId', type: 'string', description: 'The same for every delivery of a finding' },
  { name: 'FindingTitle', type: 'string', description: 'One line for people' },
  { name: 'AlertSeverity', type: 'string', description: 'High, Medium, Low or Informational' },
  { name: 'OriginalSeverity', type: 'string', description: 'The level in Thalian, which also knows Critical' },
  { name: 'SeverityScore', type: 'real', description: '0 to 100' },
  { name: 'AffectedType', type: 'string', description: 'identity or asset' },
  { name: 'AffectedId', type: 'string', description: 'Its id on the platform' },
  { name: 'AffectedName', type: 'string', description: 'Its name; may be empty' },
  { name: 'Platform', type: 'string', description: 'Where the finding was detected' },
  { name: 'RemediationSummary', type: 'string', description: 'What to do about it' },
  { name: 'RemediationUrl', type: 'string', description: 'The long guidance' },
  { name: 'DeliveryId', type: 'string', description: 'The same over the retries of a delivery' },
  { name: 'FindingCategory', type: 'string', description: 'What kind of problem it is' },
  { name: 'FindingUrl', type: 'string', description: 'The page of the finding in Thalian' },
  { name: 'FindingDescription', type: 'string', description: 'What was found, at length' },
  { name: 'OtherPlatforms', type: 'dynamic', description: 'The other platforms that it joins' },
  { name: 'AlsoAffected', type: 'dynamic', description: 'The other identities and assets that have it' },
  { name: 'Attributes', type: 'dynamic', description: 'More to know about it, by name' },
  { name: 'FindingEvent', type: 'string', description: 'detected, updated, resolved or reopened; empty: detected' },
  { name: 'FindingRevision', type: 'long', description: 'Of two rows of a finding the greater is the newer' },
];

/** The transformation adds it: Azure replaces a `TimeGenerated` that is older than two days. */
const DETECTED_AT: TableColumn = {
  name: 'DetectedAt',
  type: 'dateTime',
  description: 'When Thalian detected the finding',
};

export const STREAM_COLUMNS: readonly StreamColumn[] = SENT.map(({ name, type }) => ({ name, type }));

export const TABLE_COLUMNS: readonly TableColumn[] = [
  ...SENT.map(({ name, type, description }) => ({
    name,
    type: type === 'datetime' ? ('dateTime' as const) : type,
    description,
  })),
  DETECTED_AT,
];

/**
 * What is sent as `TimeGenerated` is the time of detection. A rule that looks back by it would miss what was delivered late, so
 * the time of arrival takes its place.
 */
export const TRANSFORMATION = 'source | extend DetectedAt = TimeGenerated, TimeGenerated = now()';
