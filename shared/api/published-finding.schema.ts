/** The finding as the API's document shows it: one component with a name, for the log's answers and the receivers' request. */
import { findingSchema } from '../finding/finding.schema.ts';

const { remediation } = findingSchema.shape;

const EXAMPLE = {
  id: 'fnd_01JDPX8Z',
  title: 'Dormant admin account re-activated',
  severity: { level: 'high', score: 82 },
  affected: { type: 'identity', id: '00u1x', name: 'jane@acme.example' },
  platform: 'okta',
  detectedAt: '2026-11-23T10:00:00.000Z',
  remediation: {
    summary: 'Disable the account and rotate its credentials.',
    url: 'https://docs.example.com/dormant',
  },
};

/** The generator of the document takes what is *exactly* optional for required, hence `partial`. */
export const publishedFindingSchema = findingSchema
  .extend({ remediation: remediation.partial({ url: true }).describe('Guidance for whoever mends it') })
  .meta({ id: 'Finding', description: 'A security problem that Thalian found', examples: [EXAMPLE] });

const { id, title, severity, affected, platform } = EXAMPLE;

/** What a list shows of it. */
export const findingHeadSchema = findingSchema
  .pick({ id: true, title: true, severity: true, affected: true, platform: true })
  .meta({
    id: 'FindingHead',
    description: 'The finding without its remediation',
    examples: [{ id, title, severity, affected, platform }],
  });
