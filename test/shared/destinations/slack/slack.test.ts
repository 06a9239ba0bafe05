import { IncomingWebhook } from '@slack/webhook';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classify } from '../../../../shared/delivery/classify.ts';
import { format } from '../../../../shared/destinations/slack/slack.ts';
import type { Finding } from '../../../../shared/finding/finding.ts';
import { aFinding, aPlainFinding } from '../../../builders/finding.ts';
import { HOSTILE_TEXT, theLongestFinding } from '../../../builders/hostile-finding.ts';
import { answered, aRenderInput } from '../../../builders/rendered.ts';
import { startCaptureServer } from '../../../fakes/capture-server.ts';
import { itComplies } from '../it-complies.ts';

interface TextObject {
  readonly type: string;
  readonly text: string;
}

interface Block {
  readonly type: string;
  readonly text?: TextObject;
  readonly fields?: readonly TextObject[];
  readonly elements?: readonly TextObject[];
}

function render(finding: Finding = aFinding()): { readonly text: string; readonly blocks: readonly Block[] } {
  return JSON.parse(format.render(aRenderInput({ finding })).body);
}

function textsOf({ blocks }: ReturnType<typeof render>): readonly TextObject[] {
  return blocks.flatMap(({ text, fields = [], elements = [] }) => [...(text ? [text] : []), ...fields, ...elements]);
}

itComplies('slack');

describe('a message for Slack', () => {
  it('has a header that the notification begins with', () => {
    const { text, blocks } = render();
    const header = 'High: Dormant admin account re-activated';
    expect(text.startsWith(`${header} · `)).toBe(true);
    expect(blocks[0]).toEqual({ type: 'header', text: { type: 'plain_text', text: header, emoji: false } });
  });

  it('names everything that the product promises', () => {
    const texts = textsOf(render()).map(({ text }) => text);
    expect(texts).toEqual([
      'High: Dormant admin account re-activated',
      'Severity\nHigh (82)',
      'Affected\njane@acme.example (user 00u1x); build-7 (device i-0abc)',
      'Platform\nokta, aws',
      'Detected\n2026-11-23T10:00:00.000Z',
      'Category\nIdentity Security',
      'An administrator who had not signed in since July did so from a new country.',
      'Disable the account and rotate its credentials.',
      '<https://app.thalian.example/findings/fnd_01JDPX8Z|Open in Thalian>',
      '<https://docs.example/dormant|Remediation guidance>',
      expect.stringMatching(/^Finding fnd_01JDPX8Z · dlv_/),
    ]);
  });

  it('leaves out what the finding does not say', () => {
    const finding = aPlainFinding({ remediation: { summary: '' } });
    expect(render(finding).blocks.map(({ type }) => type)).toEqual(['header', 'section', 'context']);
  });

  it('lets no text of the finding mention, link or emphasise', () => {
    const message = render(aPlainFinding({ title: HOSTILE_TEXT, remediation: { summary: HOSTILE_TEXT } }));
    expect(textsOf(message).filter(({ type }) => type !== 'plain_text')).toEqual([]);
    for (const text of [message.text, ...textsOf(message).map((object) => object.text)]) {
      expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
    }
  });

  it('lets no link end before its end', () => {
    const url = 'https://docs.example/a|b?c=d&e=f';
    const link = textsOf(render(aPlainFinding({ remediation: { summary: '', url } }))).find(
      ({ type }) => type === 'mrkdwn',
    );
    expect(link?.text).toBe('<https://docs.example/a%7Cb?c=d&amp;e=f|Remediation guidance>');
  });

  it.each([
    ['|', 800],
    ['&', 480],
  ])('leaves out a link that the escapes of %j make too long', (sign, most) => {
    const linksOf = (repeats: number) => {
      const url = `https://docs.example/?${sign.repeat(repeats)}`;
      const message = render(aPlainFinding({ remediation: { summary: '', url } }));
      return textsOf(message).filter(({ type }) => type === 'mrkdwn');
    };
    expect(linksOf(most)).toHaveLength(1);
    expect(linksOf(most + 30)).toEqual([]);
  });

  it("keeps within Slack's limits, however long the finding", () => {
    const message = render(theLongestFinding());
    const [header, ...others] = message.blocks;
    expect(header?.text?.text.length).toBeLessThanOrEqual(150);
    expect(message.blocks.length).toBeLessThanOrEqual(50);
    for (const { text, fields = [], elements = [] } of others) {
      expect(text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
      expect(fields.length).toBeLessThanOrEqual(10);
      expect(elements.length).toBeLessThanOrEqual(10);
      for (const field of [...fields, ...elements]) {
        expect(field.text.length).toBeLessThanOrEqual(2_000);
      }
    }
    expect(JSON.stringify(message.blocks).length).toBeLessThan(12_000);
    // Cut, and not inside an escape.
    expect(message.text).toMatch(/…$/);
    expect(message.text).not.toMatch(/&(?!(amp|lt|gt);)/);
  });
});

describe("Slack's own client", () => {
  it.each([
    ['the example', aFinding()],
    ['the longest finding', theLongestFinding()],
  ])('sends the same bytes, and reads the same response as a success: %s', async (_what, finding) => {
    const server = await startCaptureServer({ statusCode: 200, body: 'ok' });
    onTestFinished(server.stop);
    const url = `http://${server.host}/services/T0/B0/x`;
    const ours = format.render(aRenderInput({ finding, url }));

    const { text } = await new IncomingWebhook(url).send(JSON.parse(ours.body));

    expect(server.requests).toMatchObject([
      { method: ours.method, target: '/services/T0/B0/x', headers: ours.headers, body: ours.body },
    ]);
    expect(classify(answered(200, text), format, 0).kind).toBe('success');
  });
});

describe("Slack's response", () => {
  it.each([
    [200, 'ok', 'success'],
    [200, 'ok\n', 'success'],
    [200, '', 'failure'],
    [200, '<html>Sign in</html>', 'failure'],
    [202, 'ok', 'failure'],
    [400, 'invalid_payload', 'failure'],
    [403, 'invalid_token', 'failure'],
    [404, 'no_service', 'failure'],
    [429, 'rate_limited', 'failure'],
    [500, 'rollup_error', 'failure'],
  ])('%i %j is a %s, never a final one', (statusCode, body, kind) => {
    const result = classify(answered(statusCode, body), format, 0);
    expect(result.kind).toBe(kind);
    expect(result).not.toHaveProperty('final');
  });

  it('says with a 429 how long to wait, and with a 410 that the channel is archived for good', () => {
    expect(classify(answered(429, '', { 'retry-after': '30' }), format, 0)).toMatchObject({
      retryAfterMillis: 30_000,
    });
    expect(classify(answered(410, 'channel_is_archived'), format, 0)).toMatchObject({ final: 'gone' });
  });
});
