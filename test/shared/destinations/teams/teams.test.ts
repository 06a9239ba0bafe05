import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/teams/teams.ts';
import { aFinding } from '../../../builders/finding.ts';
import { HOSTILE_TEXT, theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

interface Run {
  readonly text: string;
  readonly color?: string;
}

function render(finding = aFinding()) {
  const { body } = format.render(aRenderInput({ finding }));
  const card = JSON.parse(body).attachments[0].content;
  const paragraphs: readonly (readonly Run[])[] = card.body.map(({ inlines }: { inlines: readonly Run[] }) => inlines);
  return { body, card, paragraphs, lines: paragraphs.map((runs) => runs.map(({ text }) => text).join('')) };
}

itComplies('teams');

describe('a card for Teams', () => {
  it('shows everything that the product promises', () => {
    const { card, lines } = render();
    expect(lines).toEqual([
      'High: Dormant admin account re-activated',
      'Severity: High (82)',
      'Category: Identity Security',
      'Affected: jane@acme.example (user 00u1x); build-7 (device i-0abc)',
      'Platform: okta, aws',
      'Detected: 2026-11-23T10:00:00.000Z',
      'An administrator who had not signed in since July did so from a new country.',
      'Disable the account and rotate its credentials.',
      expect.stringMatching(/^Finding: fnd_01JDPX8Z · dlv_/),
    ]);
    expect(card.actions).toEqual([
      { type: 'Action.OpenUrl', title: 'Open in Thalian', url: 'https://app.thalian.example/findings/fnd_01JDPX8Z' },
      { type: 'Action.OpenUrl', title: 'Remediation guidance', url: 'https://docs.example/dormant' },
    ]);
  });

  it.each([
    ['critical', 'attention'],
    ['high', 'attention'],
    ['medium', 'warning'],
    ['low', 'accent'],
    ['info', 'default'],
  ] as const)('gives %s its colour: %s', (level, color) => {
    expect(render(aFinding({ severity: { level, score: 1 } })).paragraphs[0]?.[0]?.color).toBe(color);
  });

  it('has nothing but text runs, which know no markdown and no mentions', () => {
    const { card } = render(aFinding({ title: HOSTILE_TEXT, remediation: { summary: HOSTILE_TEXT } }));
    const types = new Set(
      card.body.flatMap(({ type, inlines }: { type: string; inlines: readonly { type: string }[] }) => [
        type,
        ...inlines.map((inline) => inline.type),
      ]),
    );
    expect([...types]).toEqual(['RichTextBlock', 'TextRun']);
    expect(card).not.toHaveProperty('msteams');
  });

  it('stays below 20 KB, however long the finding', () => {
    expect(Buffer.byteLength(render(theLongestFinding()).body)).toBeLessThanOrEqual(20 * 1024);
    // Four bytes each, and nothing of it is taken out; a quotation mark has but two.
    const keys = '🔑'.repeat(4_000);
    const part = (characters: number) => [...keys].slice(0, characters).join('');
    const url = `https://docs.example/${'x'.repeat(2_000)}`;
    const affected = { type: 'asset' as const, id: part(128), name: part(512) };
    const worst = aFinding({ id: part(128), title: part(512), affected, platform: part(128) });
    const { body } = render({ ...worst, remediation: { summary: keys, url } });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20 * 1024);
  });
});

describe("Teams' response", () => {
  const failed = 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error';

  it.each([
    [[202], 'success'],
    [[202, '{}'], 'success'],
    [[200, '1'], 'success'],
    [[200, ''], 'success'],
    [[200, `${failed} 429 with ContextId x`], 'failure, wait 60000'],
    [[200, `${failed} 413 with ContextId x`], 'failure'],
    [[200, 'Summary or Text is required.'], 'failure'],
    [[200, '<html>'], 'failure'],
    [[204], 'success'],
    [[400, 'Bad payload received by generic incoming webhook.'], 'failure'],
    [[401], 'failure'],
    [[404], 'failure'],
    [[429, '', { 'retry-after': '17' }], 'failure, wait 17000'],
    [[502], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
