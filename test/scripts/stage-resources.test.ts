import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findStageResources } from '../../scripts/stage-resources.ts';

describe("a stage's resources", () => {
  let folder: string;
  let stackFile: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-stage-'));
    stackFile = join(folder, 'stack.json');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are found by name for a stage in AWS, its tables by its stack, and only public addresses may be reached', async () => {
    const findTables = async (stageName: string) => ({
      configTable: `thalian-webhooks-${stageName}-config-at-20261123t100000z`,
      deliveryLog: `thalian-webhooks-${stageName}-delivery-log`,
    });
    expect(await findStageResources('staging', stackFile, findTables)).toEqual({
      stageName: 'staging',
      clientSettings: {},
      configTable: 'thalian-webhooks-staging-config-at-20261123t100000z',
      deliveryLog: 'thalian-webhooks-staging-delivery-log',
      secretPrefix: 'thalian-webhooks/staging/',
      urlRules: { allowedCidrs: [], ownHosts: [] },
    });
  });

  it.each([undefined, 'local'])('are not there for stage %s while no local system runs', async (stageName) => {
    await expect(findStageResources(stageName, stackFile)).rejects.toThrow('No local system is running');
  });

  it('are not those of a local system that was killed and left its description behind', async () => {
    writeFileSync(stackFile, JSON.stringify({ awsEndpointUrl: 'http://127.0.0.1:1' }));
    await expect(findStageResources(undefined, stackFile)).rejects.toThrow('No local system is running');
  });
});
