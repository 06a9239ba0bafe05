import { describe, expect, it } from 'vitest';
import {
  affectedWords,
  findingLinks,
  idWords,
  oneLine,
  paragraphs,
  platformWords,
  severityWords,
} from '../../../shared/finding/finding-words.ts';
import { aFinding } from '../../builders/finding.ts';

const PAGE = 'https://app.thalian.example/findings/fnd_1';

function withLinks(page: string, guidance: string) {
  return aFinding({ url: page, remediation: { summary: 'Look.', url: guidance } });
}

describe('a finding in words', () => {
  it('says how grave it is, with at most one decimal', () => {
    expect(severityWords({ level: 'high', score: 82 })).toBe('High (82)');
    expect(severityWords({ level: 'info', score: 100 / 3 })).toBe('Informational (33.3)');
  });

  it('says what is affected, also when that has no name', () => {
    const { alsoAffected: _others, ...alone } = aFinding();
    expect(affectedWords(alone)).toBe('jane@acme.example (user 00u1x)');
    expect(affectedWords({ ...alone, affected: { type: 'asset', id: 'i-1', name: '' } })).toBe('asset i-1');
    expect(affectedWords({ ...alone, affected: { type: 'asset', id: 'i-1', name: 'i-1' } })).toBe('asset i-1');
    const device = { type: 'asset', id: 'i-1', name: 'mac-7', originalType: 'device' } as const;
    expect(affectedWords({ ...alone, affected: device })).toBe('mac-7 (device i-1)');
  });

  it('names all that are affected, and all platforms', () => {
    const finding = aFinding({ alsoAffected: [{ type: 'asset', id: 'i-1', name: '' }], platforms: ['aws', 'github'] });
    expect(affectedWords(finding)).toBe('jane@acme.example (user 00u1x); asset i-1');
    expect(platformWords(finding)).toBe('okta, aws, github');
  });

  it('keeps the id of the delivery whole where both ids do not fit', () => {
    const fits = (words: string) => words.length <= 20;
    expect(idWords('fnd_1', 'dlv_1', fits)).toBe('fnd_1 · dlv_1');
    expect(idWords('fnd_0123456789', 'dlv_1', fits)).toBe('fnd_0123456… · dlv_1');
  });

  it.each([
    ['a\r\nb\rc\nd', 'a b c d', 'a\nb\nc\nd'],
    ['  a\tb  ', 'a b', 'a b'],
    ['a\u0000\u001b[31mb', 'a [31mb', 'a [31mb'],
    ['safe\u202egpj.exe\u2066', 'safe gpj.exe', 'safe gpj.exe'],
    ['a\ufffeb\u{10ffff}\ufdd0', 'a b', 'a b'],
    ['a\u2028b\u00a0c', 'a b c', 'a\u2028b\u00a0c'],
  ])('tames %j', (text, line, paragraph) => {
    expect(oneLine(text)).toBe(line);
    expect(paragraphs(text)).toBe(paragraph);
  });
});

describe('the links of a finding', () => {
  it('lead to its page, then to the guidance, as browsers send them', () => {
    expect(findingLinks(withLinks(PAGE, 'https://docs.example/ü?q=<a>'), 100)).toEqual([
      { label: 'Open in Thalian', href: PAGE },
      { label: 'Remediation guidance', href: 'https://docs.example/%C3%BC?q=%3Ca%3E' },
    ]);
  });

  it('are left out rather than cut', () => {
    const link = 'https://docs.example/dormant-admin-account-that-is-active';
    expect(findingLinks(withLinks(PAGE, link), link.length)).toHaveLength(2);
    expect(findingLinks(withLinks(PAGE, link), link.length - 1)).toEqual([{ label: 'Open in Thalian', href: PAGE }]);
    const { url: _page, ...without } = aFinding({ remediation: { summary: 'Look.' } });
    expect(findingLinks(without, 100)).toEqual([]);
  });
});
