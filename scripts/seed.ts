/** `npm run seed`: connects a webhook for a tenant, by the same rules and stores that the API goes by. */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  optional,
  readCount,
  readOneOf,
  readOptions,
  readStageName,
  readTenantId,
  readText,
  readWebhookId,
  required,
} from '../local/command-line.ts';
import { connectWebhook, type WebhookToConnect } from '../local/connect-webhook.ts';
import { alertRuleSchema } from '../shared/api/alert-rule.schema.ts';
import { createDynamoManifestSchedules } from '../shared/delivery/manifest-schedules.dynamo.ts';
import { AFFECTED_TYPES } from '../shared/finding/affected.ts';
import { FINDING_EVENTS } from '../shared/finding/lifecycle.ts';
import { SEVERITY_LEVELS } from '../shared/finding/severity.ts';
import { checkOwnSecret, SECRET_REFUSALS } from '../shared/http/own-secret.ts';
import { type AlertRule, listWords } from '../shared/webhook/alert-rule.ts';
import { FIRST_SYNCS } from '../shared/webhook/digest-choice.ts';
import { CLIENT_AUTHENTICATIONS, DEFAULT_CLIENT_AUTHENTICATION } from '../shared/webhook/oauth.ts';
import { createSecretsManagerSecretStore } from '../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../shared/webhook/webhook-store.dynamo.ts';
import { parseHeaders } from './parse-headers.ts';
import { findStageResources } from './stage-resources.ts';

const USAGE = `npm run seed -- --tenant T --url URL [options]

  --tenant T               whose webhook it is
  --url URL                where to: https only
  --name NAME              what people call it (default: the URL's host)
  --secret S               sign with this secret: 16 to 256 printable characters
  --generate-secret        sign with a fresh secret, which is printed once
  --header 'Name: value'   add a header to every request; may be repeated
  --template FILE          send the JSON that this template makes of a finding (docs/templates.md); default: our own JSON
  --oauth-token-url URL    send an access token of this URL (OAuth 2.0 client credentials) with every request, with:
  --oauth-client-id ID     the client
  --oauth-client-secret S  its secret
  --oauth-client-auth A    ${CLIENT_AUTHENTICATIONS.join(' or ')}: how the token URL takes both (default: ${DEFAULT_CLIENT_AUTHENTICATION})
  --oauth-scope S          what the token is for
  --oauth-audience A       for whom the token is, if the server asks for it
  --challenge              let alerts be turned on only after the address has answered a challenge (console or API)
  --per-minute N           send at most N findings a minute, evenly spread (default: as fast as possible)
  --alerts on|off          send findings (default: off, as for every fresh webhook)
  --min-severity LEVEL     ${SEVERITY_LEVELS.join(', ')} (default: high)
  --event E                send such events too: updated, resolved, reopened; may be repeated (default: detected alone)
  --notices-to W           another webhook of the tenant, which gets notices about this one (default: none)
  --pull HOW               list what is due to it, for its receiver to read: beside (it is sent, too), only, or
                           manifests (beside, and each hour a manifest of what was listed is sent)
  --format F               the destination, such as slack (default: json); its URL alone is enough for a chat
  --digest-minutes N       findings go together, in one message every N minutes (for chats)
  --first-sync S           of findings detected before now: ${['all', ...FIRST_SYNCS].join(', ')} (default: all)
  --platform P             only findings of this platform; may be repeated
  --category C             only findings of this category; may be repeated
  --affected-type T        only findings that affect one: ${AFFECTED_TYPES.join(', ')}; may be repeated
  --stage S                a stage in AWS (environment as for the AWS CLI); default: the running local system`;

async function main(): Promise<void> {
  const values = readOptions({
    tenant: { type: 'string' },
    name: { type: 'string' },
    url: { type: 'string' },
    secret: { type: 'string' },
    'generate-secret': { type: 'boolean', default: false },
    header: { type: 'string', multiple: true, default: [] },
    template: { type: 'string' },
    'per-minute': { type: 'string' },
    'oauth-token-url': { type: 'string' },
    'oauth-client-id': { type: 'string' },
    'oauth-client-secret': { type: 'string' },
    'oauth-client-auth': { type: 'string' },
    'oauth-scope': { type: 'string' },
    'oauth-audience': { type: 'string' },
    challenge: { type: 'boolean', default: false },
    alerts: { type: 'string', default: 'off' },
    'min-severity': { type: 'string', default: 'high' },
    event: { type: 'string', multiple: true, default: [] },
    'notices-to': { type: 'string' },
    pull: { type: 'string' },
    format: { type: 'string' },
    'digest-minutes': { type: 'string' },
    'first-sync': { type: 'string', default: 'all' },
    platform: { type: 'string', multiple: true, default: [] },
    category: { type: 'string', multiple: true, default: [] },
    'affected-type': { type: 'string', multiple: true, default: [] },
    stage: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const name = optional(readText, 'name', values.name);
  const pull = optional(
    (option, text) => readOneOf(option, text, ['beside', 'manifests', 'only']),
    'pull',
    values.pull,
  );
  const perMinute = optional(readCount, 'per-minute', values['per-minute']);
  const digestMinutes = optional(readCount, 'digest-minutes', values['digest-minutes']);
  const firstSync = readOneOf('first-sync', values['first-sync'], ['all', ...FIRST_SYNCS]);
  const format = optional(readText, 'format', values.format);
  const template = optional(readText, 'template', values.template);
  const noticesTo = optional(readWebhookId, 'notices-to', values['notices-to']);
  const request: WebhookToConnect = {
    tenantId: required(readTenantId, 'tenant', values.tenant),
    url: required(readText, 'url', values.url),
    ...(name !== undefined && { name }),
    signing: signingOf(values.secret, values['generate-secret']),
    headers: parseHeaders(values.header),
    ...(format !== undefined && { format: { id: format, options: {}, credentials: {} } }),
    ...(digestMinutes !== undefined && { digest: { minutes: digestMinutes } }),
    ...(firstSync !== 'all' && { firstSync }),
    ...(template !== undefined && {
      format: { id: 'template', options: { body: readTemplate(template) }, credentials: {} },
    }),
    ...oauthOf(values),
    ...(values.challenge && { challenge: true as const }),
    ...(perMinute !== undefined && { pace: { perMinute } }),
    ...(noticesTo !== undefined && { noticesTo }),
    ...(values.event.length > 0 && { events: values.event.map((event) => readOneOf('event', event, FINDING_EVENTS)) }),
    ...(pull !== undefined && { pull: { only: pull === 'only', manifests: pull === 'manifests' } }),
    alerts: readAlertRule({
      enabled: readOneOf('alerts', values.alerts, ['on', 'off']) === 'on',
      minSeverity: readOneOf('min-severity', values['min-severity'], SEVERITY_LEVELS),
      ...(values.platform.length > 0 && { platforms: values.platform }),
      ...(values.category.length > 0 && { categories: values.category }),
      ...(values['affected-type'].length > 0 && {
        affectedTypes: values['affected-type'].map((type) => readOneOf('affected-type', type, AFFECTED_TYPES)),
      }),
    }),
  };
  const { stageName, clientSettings, configTable, deliveryLog, secretPrefix, urlRules } = await findStageResources(
    optional(readStageName, 'stage', values.stage),
  );
  const dynamo = new DynamoDBClient(clientSettings);
  const stores = {
    webhooks: createDynamoWebhookStore(dynamo, configTable),
    manifests: createDynamoManifestSchedules(dynamo, deliveryLog),
    secrets: createSecretsManagerSecretStore(new SecretsManagerClient(clientSettings), secretPrefix),
  };
  const connected = await connectWebhook(stores, urlRules, request, 'seed script');
  if (connected.kind === 'refused') {
    throw new Error(connected.because);
  }
  const { webhook, signingSecret } = connected;
  const { alerts } = webhook;
  const lists = listWords(alerts);
  console.log(`${webhook.webhookId} connected for ${webhook.tenantId} in ${stageName}: ${webhook.url}`);
  if (values['generate-secret']) {
    console.log(`Signing secret, shown this once: ${signingSecret}`);
  }
  if (webhook.pull !== undefined) {
    console.log(`What is due to it is listed: GET /v1/webhooks/${webhook.webhookId}/events at the API.`);
  }
  console.log(
    alerts.enabled
      ? `Findings of severity ${alerts.minSeverity} and above are sent${lists === '' ? '' : `, of ${lists}`}.`
      : 'Alerts are off, so nothing is sent: connect with --alerts on to get findings.',
  );
}

interface OauthOptions {
  readonly 'oauth-token-url'?: string | undefined;
  readonly 'oauth-client-id'?: string | undefined;
  readonly 'oauth-client-secret'?: string | undefined;
  readonly 'oauth-client-auth'?: string | undefined;
  readonly 'oauth-scope'?: string | undefined;
  readonly 'oauth-audience'?: string | undefined;
}

function oauthOf(values: OauthOptions): Pick<WebhookToConnect, 'oauth'> {
  if (Object.entries(values).every(([name, value]) => !name.startsWith('oauth-') || value === undefined)) {
    return {};
  }
  const authentication = optional(readText, 'oauth-client-auth', values['oauth-client-auth']);
  const scope = optional(readText, 'oauth-scope', values['oauth-scope']);
  const audience = optional(readText, 'oauth-audience', values['oauth-audience']);
  return {
    oauth: {
      tokenUrl: required(readText, 'oauth-token-url', values['oauth-token-url']),
      clientId: required(readText, 'oauth-client-id', values['oauth-client-id']),
      clientSecret: required(readText, 'oauth-client-secret', values['oauth-client-secret']),
      ...(authentication !== undefined && {
        clientAuthentication: readOneOf('oauth-client-auth', authentication, CLIENT_AUTHENTICATIONS),
      }),
      ...(scope !== undefined && { scope }),
      ...(audience !== undefined && { audience }),
    },
  };
}

/** A secret is never quoted. */
function signingOf(own: string | undefined, generates: boolean): WebhookToConnect['signing'] {
  if (own !== undefined && generates) {
    throw new Error('Either --secret or --generate-secret, not both.');
  }
  if (own === undefined) {
    return generates ? 'generate' : 'none';
  }
  const refusal = checkOwnSecret(own);
  if (refusal !== undefined) {
    throw new Error(`--secret: ${SECRET_REFUSALS[refusal]}`);
  }
  return { own };
}

function readTemplate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`--template: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readAlertRule(given: object): AlertRule {
  const parsed = alertRuleSchema.safeParse(given);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  }
  return parsed.data;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
