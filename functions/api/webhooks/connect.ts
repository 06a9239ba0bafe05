/** Connects a webhook: checks first, then the secret's value, then the item that names its version. */
import type { ConnectRequest } from '../../../shared/api/webhook-requests.schema.ts';
import { credentialFields } from '../../../shared/destinations/form.ts';
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import type { LaterEvent } from '../../../shared/webhook/chosen-events.ts';
import { knownVersion, NEWEST_PAYLOAD_VERSION, type PayloadVersion } from '../../../shared/webhook/payload-version.ts';
import { connectWebhook, useSecret, type Webhook, type WebhookSecret } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, type Outcome, refuse, refuseFields } from '../outcome.ts';
import { beginManifestsOf } from './begin-manifests.ts';
import {
  checkChallenge,
  checkDigest,
  checkEvents,
  checkFormatFields,
  checkHeaders,
  checkNoticesTo,
  checkPace,
  checkPull,
  checkSigning,
  checkUrl,
  errorsOf,
  knownFormat,
} from './check-settings.ts';
import { clientSecretOf, planOauth } from './plan-oauth.ts';
import { type Actor, type ChangeDependencies, type Changed, publish } from './store-change.ts';

export type ConnectDependencies = ChangeDependencies &
  Pick<ApiDependencies, 'secrets' | 'manifests' | 'urlRules' | 'limits' | 'newId' | 'randomBytes'>;

/** What is to be stored, once everything that was asked for is acceptable. */
interface Plan {
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
  readonly minSeverity: Webhook['alerts']['minSeverity'];
  readonly payloadVersion: PayloadVersion;
  readonly events?: readonly LaterEvent[];
  readonly secret: WebhookSecret;
  readonly noticesTo?: WebhookId;
  readonly oauth?: NonNullable<Webhook['oauth']>;
  readonly challenge?: NonNullable<Webhook['challenge']>;
}

/** `webhookId` is new. */
export async function connect(
  deps: ConnectDependencies,
  actor: Actor,
  webhookId: WebhookId,
  request: ConnectRequest,
): Promise<Outcome<Changed>> {
  const { tenantId, name: by } = actor;
  const { limits, webhooks, secrets } = deps;
  const connected = await webhooks.list(tenantId);
  const planned = plan(deps, request, connected);
  if (planned.kind === 'refused') {
    return planned;
  }
  if (connected.length >= limits.webhooksPerTenant) {
    return refuse(
      'webhook-limit-reached',
      `A tenant has at most ${limits.webhooksPerTenant} webhooks. Delete one first.`,
    );
  }
  const { options, secret, ...settings } = planned.value;
  const { name, format, pace, pull, digest, firstSync = 'all' } = request;
  const fresh = connectWebhook(
    {
      ...{ tenantId, webhookId, name, format: { id: format, options }, ...settings },
      ...(pace && { pace }),
      ...(pull && { pull }),
      ...(digest && { digest }),
      ...(firstSync !== 'all' && { firstSync }),
    },
    { by, at: deps.clock.now() },
  );
  const webhook =
    Object.keys(secret).length === 0
      ? fresh
      : useSecret(fresh, await secrets.create(tenantId, webhookId, deps.newId(), secret), secret);
  await beginManifestsOf(deps, undefined, webhook);
  // The id is new: a conflict is with our own write whose response was lost.
  await webhooks.add(tenantId, webhook);
  await publish(deps, actor, webhookId, { change: 'connected', fields: givenFields(request) });
  const isGenerated = typeof request.secret === 'object';
  return done({ webhook, ...(isGenerated && secret.signing && { signingSecret: secret.signing.current }) });
}

function plan(
  { urlRules, randomBytes }: ConnectDependencies,
  request: ConnectRequest,
  connected: readonly Webhook[],
): Outcome<Plan> {
  const known = knownFormat(request.format);
  if (known === undefined) {
    return refuseFields([{ field: 'format', message: 'There is no such format: GET /v1/formats lists them.' }]);
  }
  const { format, form } = known;
  const url = checkUrl(request.url, known, urlRules);
  const options = checkFormatFields('options', form.options, request.options);
  const oauth = planOauth(request.oauth, known, urlRules, { isElsewhere: true });
  const isAuthorized = request.oauth !== undefined;
  const credentials = checkFormatFields('credentials', credentialFields(form, isAuthorized), request.credentials);
  const headers = checkHeaders(request.headers, isAuthorized);
  const signing = request.secret === undefined ? undefined : checkSigning(request.secret, randomBytes);
  const pace = request.pace && checkPace(request.pace, known);
  const payloadVersion = knownVersion(request.payloadVersion ?? NEWEST_PAYLOAD_VERSION);
  const events = checkEvents(request.events, payloadVersion);
  const digest = checkDigest(request, known);
  const pull = checkPull(request.pull, known);
  const noticesTo = request.noticesTo === undefined ? undefined : checkNoticesTo(request.noticesTo, connected);
  const challenge = checkChallenge(request.challenge, known);
  if (
    url.kind === 'refused' ||
    options.kind === 'refused' ||
    credentials.kind === 'refused' ||
    headers.kind === 'refused' ||
    signing?.kind === 'refused' ||
    pace?.kind === 'refused' ||
    events.kind === 'refused' ||
    digest.kind === 'refused' ||
    pull.kind === 'refused' ||
    noticesTo?.kind === 'refused' ||
    oauth?.kind === 'refused' ||
    challenge?.kind === 'refused'
  ) {
    const first = [url, options, credentials, headers, signing, pace];
    return refuseFields(errorsOf(...first, events, digest, pull, noticesTo, oauth, challenge));
  }
  const clientSecret = clientSecretOf(oauth?.value, undefined);
  return done({
    url: format.urlIsCredential ? url.value.origin : url.value.url,
    options: options.value,
    payloadVersion,
    ...(events.value && { events: events.value }),
    minSeverity: form.defaultMinSeverity,
    ...(noticesTo && { noticesTo: noticesTo.value }),
    ...(oauth && oauth.value.settings !== 'none' && { oauth: oauth.value.settings }),
    ...(challenge?.value && { challenge: {} }),
    secret: {
      ...(signing && { signing: { current: signing.value } }),
      ...(Object.keys(headers.value).length > 0 && { headers: headers.value }),
      ...(Object.keys(credentials.value).length > 0 && { credentials: credentials.value }),
      ...(format.urlIsCredential && { url: url.value.url }),
      ...(clientSecret !== undefined && { clientSecret }),
    },
  });
}

function givenFields({ options, credentials, headers, ...rest }: ConnectRequest): readonly string[] {
  const lists = Object.entries({ options, credentials, headers }).filter(([, list]) => Object.keys(list).length > 0);
  return [...Object.keys(rest), ...lists.map(([name]) => name)];
}
