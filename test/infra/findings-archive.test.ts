import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { ROW_LIFETIME_DAYS } from '../../shared/delivery/retry-cycle.ts';
import { DELIVERY_LOG_DAYS } from '../../shared/topology/tables.ts';
import { aProductionStage, readable, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

describe('the archive of findings', () => {
  const template = synthesise();

  it('keeps what comes from the findings’ source on the stage’s own bus, for the days of the stage', () => {
    const { SourceArn: source, ...properties } = theResource(template, 'AWS::Events::Archive')['Properties'];
    expect(readable(template, source)).toBe(`${PREFIX}findings`);
    expect(properties).toMatchObject({
      ArchiveName: `${PREFIX}findings`,
      EventPattern: { source: ['thalian.findings'] },
      RetentionDays: 30,
    });
  });

  it('brings what is replayed to a queue of its own, and nothing else there', () => {
    const rule = theResource(template, 'AWS::Events::Rule', { Name: `${PREFIX}replayed` })['Properties'];
    expect(rule.EventPattern).toEqual({
      source: ['thalian.findings'],
      'detail-type': ['Finding Detected'],
      'replay-name': [{ exists: true }],
    });
    expect(rule.Targets).toHaveLength(1);
    const [{ Id: _, Arn: arn, ...transformations }] = rule.Targets;
    expect(readable(template, arn)).toBe(`${PREFIX}replayed`);
    expect(transformations).toEqual({});
  });

  it('is shorter than the delivery log in every stage, or a finding could be delivered again', () => {
    expect(DELIVERY_LOG_DAYS).toBe(ROW_LIFETIME_DAYS);
    for (const { findingsBus } of Object.values(createStages({}))) {
      expect(findingsBus).toMatchObject({ kind: 'own', archiveDays: expect.any(Number) });
    }
    const withDays = (archiveDays: number) =>
      synthesise(aProductionStage({ findingsBus: { kind: 'own', publishers: ['this-account'], archiveDays } }));
    expect(() => withDays(31)).toThrow('archiveDays is 1 to 30');
    expect(() => withDays(0)).toThrow('archiveDays is 1 to 30');
  });

  it('is not made on a bus of another owner', () => {
    const imported = synthesise(aProductionStage({ findingsBus: { kind: 'imported', busName: 'central' } }));
    imported.resourceCountIs('AWS::Events::Archive', 0);
    expect(() => theResource(imported, 'AWS::Events::Rule', { Name: `${PREFIX}replayed` })).toThrow('found 0');
  });
});
