import { describe, expect, it } from 'vitest';
import {
  affectedWords,
  guidanceLink,
  oneLine,
  paragraphs,
  severityWords,
} from '../../../shared/finding/finding-words.ts';
import { aFinding } from '../../builders/finding.ts';

function withLink(url: string) {
  return aFinding({ remediation: { summary: 'Look.', url } });
}

describe('a finding in words', () => {
  it('says how grave it is, with at most one decimal', () => {
    expect(severityWords({ level: 'high', score: 82 })).toBe('High (82)');
    expect(severityWords({ level: 'info', score: 100 / 3 })).toBe('Informational (33.3)');
  });

  it('says what is affected, also when that has no name', () => {
    expect(affectedWords({ type: 'identity', id: '00u1x', name: 'jane@acme.example' })).toBe(
      'jane@acme.example (identity 00u1x)',
    );
    expect(affectedWords({ type: 'asset', id: 'i-1', name: '' })).toBe('asset i-1');
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

describe('the link to the guidance', () => {
  it('is written as browsers send it', () => {
    expect(guidanceLink(withLink('https://docs.example/ü?q=<a>'), 100)).toBe('https://docs.example/%C3%BC?q=%3Ca%3E');
  });

  it('is left out rather than cut', () => {
    const link = 'https://docs.example/dormant';
    expect(guidanceLink(withLink(link), link.length)).toBe(link);
    expect(guidanceLink(withLink(link), link.length - 1)).toBeUndefined();
    expect(guidanceLink(aFinding({ remediation: { summary: 'Look.' } }), 100)).toBeUndefined();
  });
});
