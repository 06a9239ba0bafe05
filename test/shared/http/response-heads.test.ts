import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RESPONSE_PIECES } from '../../../shared/http/attempt-outcome.ts';
import { createHeadReader, type HeadStep, MAX_HEADERS_BYTES } from '../../../shared/http/response-heads.ts';

const FINAL = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

describe('the head of a response', () => {
  it('passes as it is, with what follows it', () => {
    expect(readAll(FINAL)).toEqual({ kind: 'final', text: FINAL, body: 'ok' });
  });

  it.each([
    ['one', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['two', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n'],
    ['early hints', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
    ['one that is folded', 'HTTP/1.1 103 Early Hints\r\nlink: </a>,\r\n </b>\r\n\r\n'],
  ])('leaves out interim responses: %s', (_name, interim) => {
    expect(readAll(interim + FINAL)).toEqual({ kind: 'final', text: FINAL, body: 'ok' });
  });

  it.each([
    ['by a space', 'x-a: one\r\n two', 'x-a: one two'],
    ['by a tab', 'x-a: one\r\n\ttwo', 'x-a: one two'],
    ['more than once', 'x-a: one\r\n  two\r\n three', 'x-a: one two three'],
    ['before its value', 'content-length:\r\n 2', 'content-length: 2'],
    ['to nothing', 'x-a: one\r\n ', 'x-a: one '],
  ])('unfolds a line that is folded %s', (_name, folded, unfolded) => {
    const head = (line: string) => `HTTP/1.1 200 OK\r\n${line}\r\n\r\n`;
    expect(readAll(`${head(folded)}ok`)).toEqual({ kind: 'final', text: `${head(unfolded)}ok`, body: 'ok' });
  });

  it('leaves what looks like a fold in the body alone', () => {
    const text = 'HTTP/1.1 200 OK\r\n\r\nbody\r\n that goes on';
    expect(readAll(text)).toEqual({ kind: 'final', text, body: 'body\r\n that goes on' });
  });

  it('is the same in whatever pieces it comes', () => {
    const text = `HTTP/1.1 103 Early Hints\r\nlink: a,\r\n b\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nx-a: one\r\n\ttwo\r\n\r\nok`;
    const whole = readAll(text);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        expect(readAll(text, cuts)).toEqual(whole);
      }),
    );
    expect(readAll(text, [...text].keys().toArray())).toEqual(whole);
  });

  it.each([
    ['no HTTP', '220 smtp.example.com ESMTP\r\n'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['line feeds alone', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok'],
  ])('hands on %s at once, for the parser to refuse', (_name, text) => {
    expect(readAll(text)).toMatchObject({ kind: 'final', text });
  });

  it('refuses a change of protocol', () => {
    expect(readAll('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n')).toEqual({ kind: 'upgrade' });
  });

  it('may have 64 KB and no more', () => {
    const frame = 'HTTP/1.1 200 OK\r\nx: \r\n\r\n'.length;
    const ofBytes = (bytes: number) => `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(bytes - frame)}\r\n\r\n`;
    expect(readAll(ofBytes(MAX_HEADERS_BYTES))).toMatchObject({ kind: 'final' });
    expect(readAll(ofBytes(MAX_HEADERS_BYTES + 1))).toEqual({ kind: 'too-large' });
    expect(readAll(ofBytes(MAX_HEADERS_BYTES + 1), [20, 40_000])).toEqual({ kind: 'too-large' });
    expect(readAll('HTTP/1.1 200 OK\r\nx: '.padEnd(MAX_HEADERS_BYTES + 1, 'a'))).toEqual({ kind: 'too-large' });
  });

  it('counts interim heads with the final one, so that they cannot go on for ever', () => {
    const interim = 'HTTP/1.1 100 Continue\r\n\r\n';
    const many = interim.repeat(MAX_HEADERS_BYTES / interim.length + 1);
    expect(readAll(many)).toEqual({ kind: 'too-large' });
    expect(readAll(many, [100, 1000, 30_000])).toEqual({ kind: 'too-large' });
  });
});

/** The last step of reading the text, cut into pieces; a final one as text. */
function readAll(text: string, cuts: readonly number[] = []) {
  const heads = createHeadReader();
  const bounds = [0, ...cuts.toSorted((a, b) => a - b), text.length];
  let step: HeadStep = { kind: 'incomplete' };
  let isFinal = false;
  let whole = '';
  let bodyFrom = 0;
  for (const [index, from] of bounds.slice(0, -1).entries()) {
    const piece = Buffer.from(text.slice(from, bounds[index + 1]), 'latin1');
    if (piece.length === 0) {
      continue;
    }
    if (isFinal) {
      whole += piece.toString('latin1');
      continue;
    }
    step = heads.take(piece);
    if (step.kind === 'too-large' || step.kind === 'upgrade') {
      return step;
    }
    if (step.kind === 'final') {
      isFinal = true;
      whole = step.bytes.toString('latin1');
      bodyFrom = step.bodyOffset;
    }
  }
  return isFinal ? { kind: 'final', text: whole, body: whole.slice(bodyFrom) } : step;
}

describe('a head in single bytes', () => {
  it('is read up to a bounded number of them, however much time there is', () => {
    const reader = createHeadReader();
    for (const byte of 'HTTP/1.1 200 OK\r\nx-a: '.padEnd(MAX_RESPONSE_PIECES, 'a')) {
      expect(reader.take(Buffer.from(byte)).kind).toBe('incomplete');
    }
    expect(reader.take(Buffer.from('a'))).toEqual({ kind: 'too-many-pieces' });
  });
});
