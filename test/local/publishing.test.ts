import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localClientSettings } from '../../local/aws/local-aws.ts';
import { readFindingLines } from '../../local/demo/findings-file.ts';
import { publishLines } from '../../local/demo/publish.ts';
import { useEngines } from '../fakes/local-engines.ts';

describe('reading a file of findings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-findings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function read(text: string) {
    const file = join(folder, 'findings.ndjson');
    writeFileSync(file, text);
    return readFindingLines(file);
  }

  it('skips blank lines, and counts lines as editors do', () => {
    expect(read('\ufeff{"a":1}\r\n\r\n   \n{"b":2}')).toEqual([
      { lineNumber: 1, text: '{"a":1}' },
      { lineNumber: 4, text: '{"b":2}' },
    ]);
  });

  it('says what is wrong with a file that is empty, or not there', () => {
    expect(() => read('\n \n')).toThrow('holds no findings: every line is blank.');
    expect(() => readFindingLines(join(folder, 'nowhere'))).toThrow('cannot be read: ENOENT');
  });
});

describe('publishing', () => {
  const engines = useEngines();

  it('puts everything on the bus, and names the lines that EventBridge refuses', async () => {
    const { endpointUrl, findingsBus, queues, sqs } = engines();
    const texts = Array.from({ length: 23 }, (_, index) => JSON.stringify({ index }));
    texts[3] = 'no json';
    texts[7] = JSON.stringify({ large: 'x'.repeat(700_000) });
    texts[8] = JSON.stringify({ large: 'x'.repeat(700_000) });
    texts[15] = JSON.stringify({ tooLarge: 'x'.repeat(1_100_000) });
    const lines = texts.map((text, index) => ({ lineNumber: index + 1, text }));
    const published = await publishLines(new EventBridgeClient(localClientSettings(endpointUrl)), findingsBus, lines);
    expect(published.map(({ lineNumber }) => lineNumber)).toEqual(lines.map(({ lineNumber }) => lineNumber));
    expect(published.filter(({ refusedBecause }) => refusedBecause !== undefined)).toMatchObject([
      { lineNumber: 4, refusedBecause: 'MalformedDetail: Detail is malformed.' },
      { lineNumber: 16, refusedBecause: expect.stringContaining('ValidationException') },
    ]);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.findings, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    expect(Attributes?.['ApproximateNumberOfMessages']).toBe('21');
  });
});
