import { EmbedBuilder } from '@discordjs/builders';
import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/discord/discord.ts';
import { aFinding, aPlainFinding } from '../../../builders/finding.ts';
import { HOSTILE_TEXT, theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput(overrides));
  const json = JSON.parse(request.body);
  return { ...request, json, embed: json.embeds[0] };
}

itComplies('discord');

describe('a message for Discord', () => {
  it('asks Discord to say whether it was saved, and keeps what else the URL says', () => {
    const url = 'https://discord.com/api/webhooks/1/token?thread_id=2';
    expect(render({ url }).url).toBe(`${url}&wait=true`);
  });

  it.each(['http://wiki/guide', 'http://192.0.2.7/guide', 'https://[2001:db8::1]:8443/', 'http://my_host.example/'])(
    'writes a link as text that Discord would refuse the message for: %s',
    (url) => {
      const { embed } = render({ finding: aPlainFinding({ remediation: { summary: '', url } }) });
      expect(embed).not.toHaveProperty('url');
      expect(embed.fields).toContainEqual({ name: 'Remediation guidance', value: `<${url}>` });
    },
  );

  it('makes the guidance the link if the page cannot be', () => {
    const remediation = { summary: '', url: 'https://docs.example/a' };
    const { embed } = render({ finding: aFinding({ url: 'https://thalian/f/1', remediation }) });
    expect(embed.url).toBe('https://docs.example/a');
    expect(embed.fields).toContainEqual({ name: 'Open in Thalian', value: '<https://thalian/f/1>' });
  });

  it('mentions no member', () => {
    expect(render().json).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(render().json).not.toHaveProperty('content');
  });

  it('shows the finding, and opens a post of its own where there are only posts', () => {
    expect(render().embed).toMatchObject({
      title: 'High\\: Dormant admin account re\\-activated',
      description:
        'An administrator who had not signed in since July did so from a new country.\n\nDisable the account and rotate its credentials.',
      url: 'https://app.thalian.example/findings/fnd_01JDPX8Z',
      timestamp: '2026-11-23T10:00:00.000Z',
      fields: [
        { name: 'Severity', value: 'High \\(82\\)' },
        { name: 'Platform', value: 'okta, aws' },
        { name: 'Category', value: 'Identity Security' },
        {
          name: 'Affected',
          value: 'jane\\@acme.example \\(user 00u1x\\); build\\-7 \\(device i\\-0abc\\)',
        },
        { name: 'Remediation guidance', value: '<https://docs.example/dormant>' },
      ],
      footer: { text: expect.stringMatching(/^Finding fnd_01JDPX8Z · dlv_/) },
    });
    expect(render().json).not.toHaveProperty('thread_name');
    expect(render({ options: { postTo: 'forum' } }).json.thread_name).toBe('High: Dormant admin account re-activated');
  });

  it.each([
    ['critical', 11_534_368],
    ['high', 15_227_148],
    ['medium', 15_906_565],
    ['low', 3_113_197],
    ['info', 9_807_270],
  ] as const)('gives %s its colour', (level, color) => {
    expect(render({ finding: aFinding({ severity: { level, score: 1 } }) }).embed.color).toBe(color);
  });

  it('leaves no sign of markdown without a backslash before it', () => {
    const affected = { type: 'asset' as const, id: HOSTILE_TEXT.slice(0, 100), name: HOSTILE_TEXT };
    const finding = aPlainFinding({ title: HOSTILE_TEXT, affected, remediation: { summary: HOSTILE_TEXT } });
    const { embed } = render({ finding });
    for (const text of [
      embed.title,
      embed.description,
      ...embed.fields.map((field: { value: string }) => field.value),
    ]) {
      expect(text.replaceAll(/\\[^0-9A-Za-z\s]/g, '')).not.toMatch(/[\\*_~`|>#[\]()<@:]/);
    }
  });

  it.each([
    ['the example', aFinding()],
    ['the longest finding', theLongestFinding()],
  ])("passes the validation of discord.js' builders: %s", (_what, finding) => {
    const { embed } = render({ finding, options: { postTo: 'forum' } });
    const { title, description, url, color, timestamp, fields, footer } = embed;
    const builder = new EmbedBuilder()
      .setTitle(title)
      .setDescription(description)
      .setColor(color)
      .setTimestamp(new Date(timestamp))
      .addFields(fields)
      .setFooter(footer);
    const built = url === undefined ? builder.toJSON() : builder.setURL(url).toJSON();
    expect(JSON.parse(JSON.stringify(built))).toEqual({ ...embed, timestamp: built.timestamp });
  });
});

describe("Discord's response", () => {
  it.each([
    [[200, { id: '1', type: 0 }], 'success'],
    [[204], 'failure'],
    [[200, '<html>'], 'failure'],
    [[400, { code: 50_035, message: 'Invalid Form Body' }], 'failure'],
    [[401, { code: 50_027, message: 'Invalid Webhook Token' }], 'failure'],
    [[404, { code: 10_015, message: 'Unknown Webhook' }], 'failure'],
    [[429, { message: 'You are being rate limited.', retry_after: 64.57, global: false }], 'failure, wait 64570'],
    [[429, { retry_after: 1.5 }, { 'retry-after': '2' }], 'failure, wait 2000'],
    [[429, { retry_after: 64.57 }, { 'retry-after': '2' }], 'failure, wait 64570'],
    [[429, 'error code: 1015', { 'retry-after': '30' }], 'failure, wait 30000'],
    [[429, { retry_after: 'soon' }], 'failure'],
    [[500, { retry_after: 5 }], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
