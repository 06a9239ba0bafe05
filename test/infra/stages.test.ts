import { describe, expect, expectTypeOf, it } from 'vitest';
import { createStages, DEFAULT_STAGE, findStage, type LiveStage, stageNames } from '../../infra/stages.ts';
import { metricsNamespace } from '../../shared/topology/metrics.ts';
import { secretPrefix, stackName } from '../../shared/topology/physical-names.ts';
import { environmentOf, synthesise } from './synthesise.ts';

describe('stages', () => {
  const stages = createStages({ EXTRA_CA_PEM: '-----BEGIN CERTIFICATE-----' });

  it('has no words for private addresses or other certificate authorities in a live stage (checked by tsc)', () => {
    expectTypeOf(stages.production).toEqualTypeOf<LiveStage>();
    expectTypeOf(stages.staging).toEqualTypeOf<LiveStage>();
    expectTypeOf<LiveStage>().not.toHaveProperty('allowedCidrs');
    expectTypeOf<LiveStage>().not.toHaveProperty('extraCaPem');
    expectTypeOf<LiveStage>().not.toHaveProperty('passwordSignIn');
    expectTypeOf<LiveStage & { allowedCidrs: string[] }>().not.toEqualTypeOf<LiveStage>();
  });

  it.each([stages.production, stages.staging])(
    'tells send and api of $name nothing of private addresses or other authorities, whatever the shell says',
    (stage) => {
      const template = synthesise(stage);
      for (const name of ['send', 'api']) {
        const environment = environmentOf(template, `thalian-webhooks-${stage.name}-${name}`);
        expect(environment).not.toHaveProperty('ALLOWED_CIDRS');
        expect(environment).not.toHaveProperty('EXTRA_CA_PEM');
        expect(environment).not.toHaveProperty('VENDOR_PACE_FACTOR');
      }
    },
  );

  it('lets e2e reach loopback receivers under the certificate authority of the shell that runs the CDK', () => {
    const template = synthesise(stages.e2e);
    const receivers = { ALLOWED_CIDRS: '127.0.0.0/8,::1/128', EXTRA_CA_PEM: '-----BEGIN CERTIFICATE-----' };
    expect(environmentOf(template, 'thalian-webhooks-e2e-send')).toMatchObject({
      ...receivers,
      RETRY_BASE_SECONDS: '1',
    });
    expect(environmentOf(template, 'thalian-webhooks-e2e-api')).toMatchObject(receivers);
  });

  it('keeps the data of production, which is what a bare deploy means', () => {
    expect(findStage(DEFAULT_STAGE, {})).toEqual(stages.production);
    expect(stages.production.dataOnDelete).toBe('keep');
  });

  it.each(Object.entries(stages))('is found as %s, the name it bears', (name, stage) => {
    expect(stage.name).toBe(name);
    expect(stageNames()).toContain(name);
  });

  it('is not found under a name that is none, be it one that every object has', () => {
    expect(findStage('prod', {})).toBeUndefined();
    expect(findStage('constructor', {})).toBeUndefined();
  });

  it('says nothing of one stage in the template of another: not even its alarms look there', () => {
    const templates = Object.values(stages).map((stage) => ({
      name: stage.name,
      text: JSON.stringify(synthesise({ ...stage, alarmEmail: 'oncall@thalian.example' }).toJSON()),
    }));
    const mentions = (text: string, name: string) =>
      text.includes(`${stackName(name)}-`) ||
      text.includes(secretPrefix(name)) ||
      text.includes(`"${metricsNamespace(name)}"`);
    for (const { name, text } of templates) {
      expect([name, ...stageNames().filter((other) => mentions(text, other))]).toEqual([name, name]);
    }
  });

  it('keeps the secrets of one stage out of the prefix of another', () => {
    const prefixes = Object.values(stages).map(({ name }) => secretPrefix(name));
    const covered = prefixes.filter((prefix) => prefixes.filter((other) => other.startsWith(prefix)).length > 1);
    expect(covered).toEqual([]);
  });
});
