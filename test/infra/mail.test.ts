import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import {
  A_SENDER,
  aProductionStage,
  aStageWithMail,
  environmentOf,
  permissionsOf,
  readable,
  synthesise,
  theResource,
} from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

describe('notices by e-mail', () => {
  const template = synthesise(aStageWithMail());

  it('are deployed where the stage has a sender, and nowhere else', () => {
    for (const stage of Object.values(createStages({}))) {
      expect(JSON.stringify(synthesise(stage).toJSON()), stage.name).not.toMatch(/-mails|"ses:|v1\/notices/);
    }
  });

  it('come from the one address that the stage names, by the identity that SES has verified', () => {
    expect(permissionsOf(template, `${PREFIX}mail`)).toMatchObject({
      [`arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/${A_SENDER.identity}`]: [
        expect.stringMatching(/^ses:SendEmail if .*ses:FromAddress.*notices@thalian\.example/),
      ],
    });
    expect(environmentOf(template, `${PREFIX}mail`)).toMatchObject({ MAIL_FROM: A_SENDER.from });
  });

  it('may go by a configuration set and a region of their own', () => {
    const noticeMail = { ...A_SENDER, region: 'eu-west-1', configurationSet: 'notices' };
    const elsewhere = synthesise(aProductionStage({ noticeMail }));
    const granted = Object.keys(permissionsOf(elsewhere, `${PREFIX}mail`)).filter((arn) => arn.includes(':ses:'));
    expect(granted.sort()).toEqual([
      'arn:<AWS::Partition>:ses:eu-west-1:<AWS::AccountId>:configuration-set/notices',
      `arn:<AWS::Partition>:ses:eu-west-1:<AWS::AccountId>:identity/${A_SENDER.identity}`,
    ]);
    expect(environmentOf(elsewhere, `${PREFIX}mail`)).toMatchObject({
      MAIL_REGION: 'eu-west-1',
      MAIL_CONFIGURATION_SET: 'notices',
    });
  });

  it('can write the mark of the latest notice, and no attribute of a webhook', () => {
    const granted = Object.values(permissionsOf(template, `${PREFIX}mail`)).flat();
    expect(granted.filter((action) => action.startsWith('dynamodb:UpdateItem'))).toEqual([
      expect.stringMatching(/if .*dynamodb:Attributes.*\bexpiresAt\b/),
    ]);
  });

  it('begin with our own events, each of which comes to the mail queue wrapped as `dispatch` gets it', () => {
    const ofMail = theResource(template, 'AWS::Events::Rule', { Name: `${PREFIX}mailed-announcements` })['Properties'];
    const ofDispatch = theResource(template, 'AWS::Events::Rule', { Name: `${PREFIX}announcements` })['Properties'];
    expect(ofMail.EventPattern).toEqual(ofDispatch.EventPattern);
    const [target, ...others] = ofMail.Targets;
    expect(others).toEqual([]);
    expect(readable(template, target.Arn)).toContain(`${PREFIX}mails`);
    expect(target.InputTransformer).toEqual(ofDispatch.Targets[0].InputTransformer);
  });

  it('need the console, to whose pages the links of the mails lead', () => {
    const stage = aProductionStage({ noticeMail: A_SENDER, console: false, identity: createStages({}).e2e.identity });
    expect(() => synthesise(stage)).toThrow('the links of its mails lead to the console, which it does not have');
  });

  it('let readers of a mail confirm and unsubscribe without a token of the API, throttled as all such routes', () => {
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route'))
      .map(({ Properties: properties }) => properties)
      .filter(({ RouteKey: key }) => key.includes('/v1/notices/'));
    expect(routes.map(({ RouteKey: key, AuthorizationType: by }) => `${key} ${by}`).sort()).toEqual([
      'GET /v1/notices/unsubscribe NONE',
      'POST /v1/notices/confirm NONE',
      'POST /v1/notices/unsubscribe NONE',
    ]);
    const { RouteSettings: settings } = theResource(template, 'AWS::ApiGatewayV2::Stage')['Properties'];
    const plain = settings['GET /v1/openapi.json'];
    expect(routes.map(({ RouteKey: key }) => settings[key])).toEqual([plain, plain, plain]);
  });
});
