import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule, NagRuleCompliance, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { createStages, type Stage } from '../../infra/stages.ts';
import { WebhookStack } from '../../infra/webhook-stack.ts';
import { A_CONSOLE_OF_A_NAME, aProductionStage, aStageWithMail } from './synthesise.ts';
import { withApp } from './with-app.ts';

/** A rule that a resource breaks, acknowledged or not. */
interface Finding {
  readonly rule: string;
  readonly path: string;
}

class WatchedAwsSolutions extends AwsSolutionsChecks {
  readonly findings: Finding[] = [];

  protected override applyRule(params: IApplyRule): void {
    this.findings.push(...findingsOf(this.readPackName, params));
    super.applyRule(params);
  }
}

class WatchedServerless extends ServerlessChecks {
  readonly findings: Finding[] = [];

  protected override applyRule(params: IApplyRule): void {
    this.findings.push(...findingsOf(this.readPackName, params));
    super.applyRule(params);
  }
}

const { production, staging, e2e } = createStages({});
const VARIANTS: Readonly<Record<string, Stage>> = {
  production,
  staging,
  e2e,
  'production on a bus of another stack': aProductionStage({ findingsBus: { kind: 'imported', busName: 'central' } }),
  'production with accounts of another issuer': aProductionStage({
    identity: {
      kind: 'oidc',
      issuerUrl: 'https://login.thalian.example',
      audience: ['webhooks'],
      tenantClaim: 'tenant',
      permissionsClaim: 'permissions',
      pages: { clientId: 'webhooks', scope: 'openid', signInOrigins: ['https://login.thalian.example'] },
    },
  }),
  'production with fixed addresses': aProductionStage({ staticEgress: { natGateways: 2, since: '2026-11-23' } }),
  'production with a console at a name of its own': aProductionStage({ console: A_CONSOLE_OF_A_NAME }),
  'production without a console': aProductionStage({ console: false }),
  'production, released gradually': aProductionStage({ gradualRelease: true }),
  'production, traced': aProductionStage({ tracing: true }),
  'production with notices by e-mail': aStageWithMail(),
  'production with a mailbox': aProductionStage({ alarmEmail: 'oncall@thalian.example' }),
};

describe.each(Object.entries(VARIANTS))('cdk-nag on %s', (_name, stage) => {
  const packs = [new WatchedAwsSolutions(), new WatchedServerless()];
  const { stack, reports } = withApp((app) => {
    const stack = new WebhookStack(app, 'ThalianWebhooks', { stage });
    return { stack, reports: packs.map((pack) => pack.validateScope(app)) };
  });
  const findings = packs.flatMap((pack) => pack.findings);

  it('finds nothing that is not explained beside its resource', () => {
    const unexplained = reports.flatMap(({ violations }) =>
      violations.map(({ ruleName, violatingResources }) => [
        ruleName,
        violatingResources.map(({ constructPath }) => constructPath),
      ]),
    );
    expect(unexplained).toEqual([]);
  });

  it('needs every explanation that is given', () => {
    expect(findings.length).toBeGreaterThan(0);
    const stale = acknowledgedIn(stack).filter(
      ({ rule, path }) => !findings.some((finding) => finding.rule === rule && finding.path.startsWith(`${path}/`)),
    );
    expect(stale).toEqual([]);
  });

  it('is told reasons, not excuses', () => {
    for (const { rule, reason } of acknowledgedIn(stack)) {
      expect(reason, rule).toMatch(/^.{60,}\.$/);
    }
  });
});

/** As cdk-nag itself names them (`RULE[FINDING]` where a rule finds several things on a resource). */
function findingsOf(packName: string, { node, rule, ruleSuffixOverride }: IApplyRule): Finding[] {
  const name = `${packName}-${ruleSuffixOverride ?? rule.name}`;
  const result = rule(node);
  const names = Array.isArray(result)
    ? result.map((finding) => `${name}[${finding}]`)
    : result === NagRuleCompliance.NON_COMPLIANT
      ? [name]
      : [];
  return names.map((found) => ({ rule: found, path: node.node.path }));
}

function acknowledgedIn(scope: IConstruct): (Finding & { readonly reason: string })[] {
  return scope.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries<string>(data))
      .map(([id, reason]) => ({ rule: id.replace(/^annotation::/i, ''), reason, path: node.path }))
      // Others are the CDK's own.
      .filter(({ rule }) => /^(AwsSolutions|Serverless)-/.test(rule)),
  );
}
