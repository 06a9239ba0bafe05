import { describe, expect, it } from 'vitest';
import { SEVERITY_LEVELS } from '../../../shared/finding/severity.ts';
import {
  LEVEL_SYNONYMS,
  middleScore,
  SCORE_BANDS,
  understandLevel,
  understandScore,
} from '../../../shared/finding/severity-spelling.ts';

describe('a level', () => {
  it.each([
    ['High', 'high'],
    ['CRITICAL', 'critical'],
    [' low ', 'low'],
    ['Informational', 'info'],
    ['MODERATE', 'medium'],
    ['WARN', 'medium'],
    ['crit', 'critical'],
    ['HIGH_SEVERITY', 'high'],
    ['Severity Low', 'low'],
    ['UNTRIAGED', 'info'],
    ['SEVERITY_UNSPECIFIED', 'info'],
    ['severity', undefined],
    ['catastrophic', undefined],
    ['8.2', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('written %j is %s', (word, level) => {
    expect(understandLevel(word)).toBe(level);
  });

  it('has words that no other level has', () => {
    const words = SEVERITY_LEVELS.flatMap((level) => [level, ...LEVEL_SYNONYMS[level]]);
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('a score', () => {
  it.each([
    [82, 82],
    ['82', 82],
    [' 8.25 ', 8.25],
    [0, 0],
    ['100', 100],
    [-0, 0],
    ['-0', 0],
    [-1, undefined],
    [100.1, undefined],
    ['250', undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ['8,2', undefined],
    ['', undefined],
    ['0x10', undefined],
    ['9.8 (CVSS)', undefined],
    [null, undefined],
    [true, undefined],
    [{ cvss: 9.8 }, undefined],
  ])('written %j is %s', (written, score) => {
    expect(understandScore(written)).toBe(score);
  });

  it('that is not there is the middle of its level, and the graver level has more points', () => {
    expect(SEVERITY_LEVELS.map(middleScore)).toEqual([95, 80, 55, 30, 10]);
  });

  it('has bands that meet, from 0 to 100', () => {
    const ends = SEVERITY_LEVELS.map((level) => SCORE_BANDS[level]);
    expect(ends.map(([from]) => from)).toEqual([...ends.slice(1).map(([, to]) => to), 0]);
    expect(ends[0]?.[1]).toBe(100);
  });
});
