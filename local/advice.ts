/** What `npm start` suggests to try on the running system: commands that work as they are, each a line to copy. */
import { resolve } from 'node:path';
import { SAMPLE_FINDING } from '../shared/finding/sample-finding.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../shared/topology/findings-source.ts';
import { LOCAL_CREDENTIALS } from './aws/local-aws.ts';
import type { StackDescription } from './stack-file.ts';

export function adviceFor(
  { awsEndpointUrl, region, findingsBus, tables, queues, apiUrl, consoleUrl, receiverUrl, logs }: StackDescription,
  stackFile: string,
): string {
  const detail = {
    tenantId: 'acme',
    finding: { ...SAMPLE_FINDING, id: 'fnd_mine', title: 'My first finding', detectedAt: new Date().toISOString() },
  };
  const entry = {
    EventBusName: findingsBus,
    Source: FINDING_SOURCE,
    DetailType: FINDING_DETAIL_TYPE,
    Detail: JSON.stringify(detail),
  };
  return `The system stays up until Ctrl-C. All of it is described in ${stackFile}; logs are in ${logs}.

Open ${consoleUrl} and sign in as acme-admin: what failed is on the cards, and you can connect ${receiverUrl}/ok/mine.

Or try, in another terminal:

  export AWS_ACCESS_KEY_ID=${LOCAL_CREDENTIALS.accessKeyId} AWS_SECRET_ACCESS_KEY=${LOCAL_CREDENTIALS.secretAccessKey} AWS_DEFAULT_REGION=${region}

  # a finding of your own
  aws --endpoint-url ${awsEndpointUrl} events put-events --entries '${JSON.stringify([entry])}'

  # what became of the deliveries
  aws --endpoint-url ${awsEndpointUrl} dynamodb scan --table-name ${tables.deliveryLog}

  # the redrive message of an exhausted delivery, then move all of them: the pager has recovered by now
  aws --endpoint-url ${awsEndpointUrl} sqs receive-message --visibility-timeout 0 --queue-url ${queues['exhausted-deliveries']}
  npm run redrive -- --apply

  # the API: acme's webhooks, and what failed for one of them
  export TOKEN=$(node -p "require('${resolve(stackFile)}').tokens.acme")
  curl -H "Authorization: Bearer $TOKEN" ${apiUrl}/v1/webhooks
  curl -H "Authorization: Bearer $TOKEN" '${apiUrl}/v1/webhooks/wh_acme_tickets/deliveries?status=failed'

  # a webhook of your own
  npm run seed -- --tenant acme --name 'My hook' --url ${receiverUrl}/ok/mine --generate-secret --alerts on --min-severity low

  # what the receiver saw, and how it can behave
  curl -k ${receiverUrl}/requests
  curl -k ${receiverUrl}/`;
}
