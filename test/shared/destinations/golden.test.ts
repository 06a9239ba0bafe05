/**
 * What every format makes of the same three findings, whole, in `<id>/golden.json`: a change of what customers
 * receive is then seen in review. Written anew with `vitest -u`.
 */
import { describe, expect, it } from 'vitest';
import { findFormat } from '../../../shared/destinations/formats.ts';
import { FORMAT_CONTRACTS } from '../../../shared/destinations/forms.form.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { aFilledInput } from '../../builders/filled-in.ts';
import { aFinding } from '../../builders/finding.ts';
import { theLongestFinding } from '../../builders/hostile-finding.ts';

const FINDINGS: Readonly<Record<string, Finding>> = {
  identity: aFinding(),
  asset: aFinding({
    id: 'fnd_01JDPXA3',
    title: 'Storage bucket is readable by everybody',
    severity: { level: 'critical', score: 96.5 },
    affected: { type: 'asset', id: 'arn:aws:s3:::acme-invoices', name: 'acme-invoices' },
    platform: 'aws',
    detectedAt: '2026-11-23T11:30:00+02:00',
    remediation: { summary: 'Block public access.\nThen find out who read what.' },
  }),
  longest: theLongestFinding(),
};

describe.each(FORMAT_CONTRACTS.map((contract) => [contract.id, contract] as const))('%s', (id, contract) => {
  it('makes of the three findings what it made before', async () => {
    const requests = Object.entries(FINDINGS).map(([name, finding]) => {
      const request = findFormat(id)?.render(aFilledInput(contract, { finding }));
      return [name, { ...request, body: JSON.parse(request?.body ?? 'null') }];
    });
    const golden = `${JSON.stringify(Object.fromEntries(requests), null, 2)}\n`;
    await expect(golden).toMatchFileSnapshot(`./${id}/golden.json`);
  });
});
