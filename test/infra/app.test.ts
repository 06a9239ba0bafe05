import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createStages, mailboxOf, type Stage, withMailbox } from '../../infra/stages.ts';

it('refuses a stage that does not exist in one line that names those that do', () => {
  const { status, stderr } = synthesiseWith({ stage: 'prod' });

  expect(stderr).toBe('There is no stage "prod". Choose with -c stage=NAME: production, staging, e2e, beside.\n');
  expect(status).toBe(1);
});

describe('the mailbox of the alarms', () => {
  const { production, staging } = createStages({});
  const given = (stage: Stage, context?: unknown) => {
    const found = withMailbox(stage, context);
    return 'refusal' in found ? 'refused' : [found.alarmEmail, mailboxOf(found)];
  };

  it('is asked for in one line by the synthesis of a stage that keeps its data', () => {
    const { status, stderr } = synthesiseWith({ stage: 'production' });

    expect(stderr).toMatch(
      /^The alarms of stage "production" reach no person\. Give a mailbox with -c alarmEmail=[^\n]+\n$/,
    );
    expect(status).toBe(1);
  });

  it('is not asked for where the data goes with the stage', () => {
    expect(given(staging)).toEqual([undefined, undefined]);
  });

  it('may be given with the synthesis or by the stage, the former first', () => {
    const named: Stage = { ...production, alarmEmail: 'team@thalian.example' };
    expect(given(named)).toEqual(['team@thalian.example', 'team@thalian.example']);
    expect(given(named, 'oncall@thalian.example')).toEqual(['oncall@thalian.example', 'oncall@thalian.example']);
  });

  it('may be none for a reason', () => {
    expect(given(production, 'none, because PagerDuty subscribes')).toEqual([
      'none, because PagerDuty subscribes',
      undefined,
    ]);
  });

  it.each(['', 'oncall', '@', 'a b@c', 'none', 'none, because ', true])('is refused as %j', (context) => {
    expect(given(production, context)).toBe('refused');
    expect(given(staging, context)).toBe('refused');
  });
});

function synthesiseWith(context: Readonly<Record<string, string>>) {
  const output = mkdtempSync(join(tmpdir(), 'thalian-synth-'));
  try {
    return spawnSync(process.execPath, ['infra/app.ts'], {
      cwd: `${import.meta.dirname}/../..`,
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_OUTDIR: output },
      encoding: 'utf8',
    });
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
