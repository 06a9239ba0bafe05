import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ReceiverStack } from '../../scripts/e2e/receiver/receiver-stack.ts';
import { theResource } from './synthesise.ts';
import { withApp } from './with-app.ts';

describe("the end-to-end suite's receiver", () => {
  const template = withApp((app) => Template.fromStack(new ReceiverStack(app, 'Receiver')));

  it('can be called by everyone who knows its URL, for as long as it may take to hang', () => {
    expect(theResource(template, 'AWS::Lambda::Url')['Properties'].AuthType).toBe('NONE');
    const callers = Object.values(template.findResources('AWS::Lambda::Permission')).map(
      ({ Properties }) => Properties,
    );
    expect(callers.map(({ Action, Principal }) => [Action, Principal]).sort()).toEqual([
      // Both are asked for since October 2025 (Lambda developer guide, "Control access to function URLs").
      ['lambda:InvokeFunction', '*'],
      ['lambda:InvokeFunctionUrl', '*'],
    ]);
    const { Timeout } = theResource(template, 'AWS::Lambda::Function')['Properties'];
    expect(Timeout).toBe(20);
  });

  it('may write its own table and nothing else', () => {
    const { PolicyDocument } = theResource(template, 'AWS::IAM::Policy')['Properties'];
    expect(PolicyDocument.Statement).toMatchObject([
      { Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem'] },
    ]);
  });

  it('tells the suite where it and its records are', () => {
    expect(Object.keys(template.toJSON()['Outputs']).sort()).toEqual(['ReceiverUrl', 'RecordsTableName']);
  });

  it('leaves nothing behind', () => {
    const resources = Object.values<{ DeletionPolicy?: string }>(template.toJSON()['Resources']);
    expect(resources.filter(({ DeletionPolicy: policy = 'Delete' }) => policy !== 'Delete')).toEqual([]);
  });
});
