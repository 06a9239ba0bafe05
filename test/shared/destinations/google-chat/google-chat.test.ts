import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/google-chat/google-chat.ts';
import { aFinding } from '../../../builders/finding.ts';
import { HOSTILE_TEXT, theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

function render(finding = aFinding()) {
  const request = format.render(aRenderInput({ finding }));
  const json = JSON.parse(request.body);
  return { ...request, json, widgets: json.cardsV2[0].card.sections[0].widgets };
}

itComplies('google-chat');

describe('a message for Google Chat', () => {
  it('is posted into the thread of its finding if the webhook says so, else where the URL says', () => {
    const url = 'https://chat.googleapis.com/v1/spaces/A/messages?key=K&token=T&threadKey=thalian';
    const sentTo = (id: string, options: Readonly<Record<string, string>>) =>
      format.render(aRenderInput({ finding: aFinding({ id }), url, options })).url;
    expect(sentTo('fnd_1', {})).toBe(url);
    expect(sentTo('fnd_1', { threads: 'finding' })).toMatch(
      /\?key=K&token=T&threadKey=[0-9a-f]{64}&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD$/,
    );
    expect(sentTo('fnd_1', { threads: 'finding' })).not.toBe(sentTo('fnd_2', { threads: 'finding' }));
  });

  it('is a card with everything that the product promises', () => {
    const { headers, widgets } = render();
    expect(headers).toEqual({ 'content-type': 'application/json; charset=UTF-8' });
    expect(widgets).toMatchObject([
      { textParagraph: { text: '<b>Dormant admin account re-activated</b>' } },
      { decoratedText: { topLabel: 'Severity', text: 'High (82)' } },
      { decoratedText: { topLabel: 'Category', text: 'Identity Security' } },
      { decoratedText: { topLabel: 'Affected', text: 'jane@acme.example (user 00u1x); build-7 (device i-0abc)' } },
      { decoratedText: { topLabel: 'Platform', text: 'okta, aws' } },
      { decoratedText: { topLabel: 'Detected', text: '2026-11-23T10:00:00.000Z' } },
      { textParagraph: { text: 'An administrator who had not signed in since July did so from a new country.' } },
      { textParagraph: { text: 'Disable the account and rotate its credentials.' } },
      {
        buttonList: {
          buttons: [
            { onClick: { openLink: { url: 'https://app.thalian.example/findings/fnd_01JDPX8Z' } } },
            { onClick: { openLink: { url: 'https://docs.example/dormant' } } },
          ],
        },
      },
      { decoratedText: { topLabel: 'Finding', text: expect.stringMatching(/^fnd_01JDPX8Z · dlv_/) } },
    ]);
  });

  it('lets no text of the finding be read as HTML, nor stand where nothing is escaped', () => {
    const finding = aFinding({ title: `${HOSTILE_TEXT}<users/all>`, platform: '<b>', remediation: { summary: '<i>' } });
    const { json, body } = render(finding);
    expect(body.replaceAll(/<\/?b>/g, '')).not.toContain('<');
    expect(json.fallbackText).not.toMatch(/[<>]/);
    expect(json).not.toHaveProperty('text');
  });

  it('stays below 32,000 bytes, however long the finding', () => {
    const longest = render(theLongestFinding());
    expect(Buffer.byteLength(longest.body)).toBeLessThanOrEqual(32_000);
    // A control character takes six bytes in JSON, an ampersand five; both are worse than four bytes of UTF-8.
    const summary = '&'.repeat(4_000);
    const worst = render(aFinding({ title: '&'.repeat(512), platform: '&'.repeat(128), remediation: { summary } }));
    expect(Buffer.byteLength(worst.body)).toBeLessThanOrEqual(32_000);
    expect(worst.body).toContain('&amp;…');
  });
});

describe("Google Chat's response", () => {
  it.each([
    [[200, { name: 'spaces/AAA/messages/BBB', thread: { name: 'spaces/AAA/threads/CCC' } }], 'success'],
    [[200, {}], 'failure'],
    [[200, '<html>'], 'failure'],
    [[400, { error: { code: 400, status: 'INVALID_ARGUMENT' } }], 'failure'],
    [[403, { error: { code: 403, status: 'PERMISSION_DENIED' } }], 'failure'],
    [[404, { error: { code: 404, status: 'NOT_FOUND' } }], 'failure'],
    [[429, { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }], 'failure'],
    [[429, {}, { 'retry-after': '3' }], 'failure, wait 3000'],
    [[500], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
