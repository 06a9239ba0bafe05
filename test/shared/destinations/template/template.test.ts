import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/template/template.ts';
import type { Finding } from '../../../../shared/finding/finding.ts';
import { aFinding, aPlainFinding } from '../../../builders/finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

itComplies('template');

function made(template: unknown, finding: Finding = aFinding()): unknown {
  const body = typeof template === 'string' ? template : JSON.stringify(template);
  return JSON.parse(format.render(aRenderInput({ finding, options: { body } })).body);
}

describe('a template', () => {
  it('keeps what has no placeholder as it is, whatever the names of members are', () => {
    const template = '{"a":[1,-0.5,true,false,null,"","}}","{ {"],"__proto__":{"x":1},"constructor":"y","":"z"}';
    expect(format.render(aRenderInput({ options: { body: template } })).body).toBe(template);
  });

  it('puts values into texts', () => {
    expect(made(['[{{ severity.level | upcase }}] {{title}}: {{ severity.score }}', 'x{{ id }}y'])).toEqual([
      '[HIGH] Dormant admin account re-activated: 82',
      'xfnd_01JDPX8Zy',
    ]);
  });

  it('keeps the kind of a value that is the whole text', () => {
    const { severity, affected, alsoAffected = [], platform, platforms = [], attributes } = aFinding();
    expect(
      made([
        '{{ severity.score }}',
        '{{ affected }}',
        '{{ allAffected }}',
        '{{ allPlatforms }}',
        '{{ attributes }}',
        '{{ detectedAtSeconds }}',
        '{{ detectedAtMillis }}',
        '{{ allAffected | size }}',
        '{{ url }}',
      ]),
    ).toEqual([
      severity.score,
      affected,
      [affected, ...alsoAffected],
      [platform, ...platforms],
      attributes,
      1_795_428_000,
      1_795_428_000_000,
      1 + alsoAffected.length,
      aFinding().url,
    ]);
  });

  it('has null for what the finding does not have, nothing inside a text, and what default says', () => {
    expect(
      made(
        [
          '{{ url }}',
          'at {{ url }}.',
          "{{ category | default: 'General' }}",
          '{{ alsoAffected | size }}',
          '{{ platforms }}',
        ],
        aPlainFinding(),
      ),
    ).toEqual([null, 'at .', 'General', 0, null]);
  });

  it('reads an attribute by its name, with a space in it or not', () => {
    const finding = aFinding({ attributes: { lastSignIn: '2026-07-26', 'sign in': 'x', "it's": 'y' } });
    const template = ['{{ attributes.lastSignIn }}', "{{ attributes['sign in'] }}", '{{ attributes["it\'s"] }}'];
    expect(made([...template, '{{ attributes.toString }}', '{{ attributes.__proto__ }}'], finding)).toEqual([
      '2026-07-26',
      'x',
      'y',
      null,
      null,
    ]);
  });

  it('chooses by a value, and leaves out what nothing is chosen for', () => {
    // As text, because the linter takes an object with a member `then` for a promise.
    const template = `{
      "priority": {"$switch": "severity.level", "cases": {"critical": 1, "high": 2}, "else": 3},
      "gone": {"$switch": "severity.level", "cases": {"low": 1}},
      "link": {"$if": "url", "then": {"href": "{{ url }}"}},
      "list": ["a", {"$if": "category", "then": "{{ category }}"}, {"$if": "alsoAffected", "then": "b", "else": "c"}]
    }`;
    expect(made(template)).toEqual({
      priority: 2,
      link: { href: aFinding().url },
      list: ['a', 'Identity Security', 'b'],
    });
    expect(made(template, aPlainFinding({ severity: { level: 'critical', score: 99 } }))).toEqual({
      priority: 1,
      list: ['a', 'c'],
    });
    expect(made(template, aPlainFinding({ severity: { level: 'info', score: 0 } }))).toMatchObject({ priority: 3 });
  });

  it('joins, maps, cuts, escapes and writes dates', () => {
    const finding = aFinding({
      title: '@everyone <b>[x](https://evil.example)</b> *now* "&\'',
      detectedAt: '2026-11-23T11:30:05.007+02:00',
    });
    expect(
      made(
        [
          "{{ allAffected | map: 'name' | join: ', ' }}",
          "{{ allAffected | map: 'originalType' }}",
          '{{ title | truncate: 10 }}',
          '{{ title | escape }}',
          '{{ title | escape_markdown }}',
          "{{ detectedAt | date: '%Y-%m-%d %H:%M:%S.%L %s 100%%' }}",
          '{{ detectedAt }}',
          '{{ severity.level | capitalize }} {{ platform | upcase | downcase }}',
        ],
        finding,
      ),
    ).toEqual([
      'jane@acme.example, build-7',
      ['user', 'device'],
      '@everyone…',
      '@everyone &lt;b&gt;[x](https://evil.example)&lt;/b&gt; *now* &#34;&amp;&#39;',
      '@\u200beveryone \\<b\\>\\[x\\](https://evil.example)\\</b\\> \\*now\\* "&\'',
      '2026-11-23 09:30:05.007 1795426205 100%',
      '2026-11-23T09:30:05.007Z',
      'High okta',
    ]);
  });

  it('names the delivery, the same on every attempt', () => {
    const input = aRenderInput({ options: { body: '["{{ delivery.id }}"]' } });
    expect(JSON.parse(format.render(input).body)).toEqual([input.deliveryId]);
  });

  it('has no placeholder for a secret, for the URL of the webhook or for a header', () => {
    const input = aRenderInput({ options: { body: '["{{ title }}"]' }, credentials: { token: 'sesame' } });
    expect(JSON.stringify(format.render(input))).not.toContain('sesame');
    for (const name of ['credentials.token', 'secret', 'headers.authorization', 'options.body', 'deliveryId']) {
      expect(() => format.render(aRenderInput({ options: { body: `["{{ ${name} }}"]` } }))).toThrow('does not read');
    }
  });
});

describe("a platform's response", () => {
  it.each([
    [[200, '{"id":1}'], 'success'],
    [[201], 'success'],
    [[202, 'accepted'], 'success'],
    [[204], 'success'],
    [[200, '<html>Sign in</html>', { 'content-type': 'text/html' }], 'failure'],
    [[200, '{"data":{"issueCreate":{"success":true}}}'], 'success'],
    [[200, '{"data":null,"errors":[{"message":"no"}]}'], 'failure'],
    [[200, '{"errors":[{"message":"no"}]}'], 'failure'],
    [[200, '{"data":{"a":1},"errors":[{"message":"in part"}]}'], 'success'],
    [[200, '{"errors":[]}'], 'success'],
    [[301], 'failure'],
    [[400, '{"errors":[]}'], 'failure'],
    [[429, '', { 'retry-after': '9' }], 'failure, wait 9000'],
    [[500], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
