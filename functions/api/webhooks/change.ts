/** Changes of a connected webhook but for its signing secret: settings, alert rule, pause and resume, deletion. */

import type { ChangeRequest } from '../../../shared/api/webhook-requests.schema.ts';
import { credentialFields } from '../../../shared/destinations/form.ts';
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import { ALERT_LISTS, type AlertRule } from '../../../shared/webhook/alert-rule.ts';
import { isUnverified } from '../../../shared/webhook/challenge.ts';
import { chosenEvents } from '../../../shared/webhook/chosen-events.ts';
import { knownVersion, payloadVersionOf } from '../../../shared/webhook/payload-version.ts';
import { formatGeneratedKey, SEED_BYTES } from '../../../shared/webhook/signing-keys.ts';
import { heldBack, type Webhook, type WebhookSecret } from '../../../shared/webhook/webhook.ts';
import {
  changeAlerts,
  changeSettings,
  disableByPerson,
  pauseWebhook,
  resumeWebhook,
  type Settings,
} from '../../../shared/webhook/webhook-changes.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, NO_SUCH_WEBHOOK, type Outcome, refuse, refuseFields } from '../outcome.ts';
import {
  type Checked,
  checkAuthorization,
  checkChallenge,
  checkDigest,
  checkEvents,
  checkFormatFields,
  checkHeaders,
  checkNoticesTo,
  checkPace,
  checkSigning,
  checkUrl,
  errorsOf,
  type Fields,
  type KnownFormat,
  knownFormat,
} from './check-settings.ts';
import { clientSecretOf, hasOauth, type OauthPlan, planOauth } from './plan-oauth.ts';
import { storeChangeOfSecret, storeSecret } from './signing-secret.ts';
import {
  type Actor,
  type ChangeDependencies,
  type Changed,
  type ExpectedRevision,
  isOutdated,
  OUTDATED,
  publish,
  storeChange,
} from './store-change.ts';

type SettingsDependencies = ChangeDependencies &
  Pick<ApiDependencies, 'secrets' | 'urlRules' | 'newId' | 'randomBytes'>;

export async function changeWebhook(
  deps: SettingsDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
  request: ChangeRequest,
): Promise<Outcome<Changed>> {
  let generated: string | undefined;
  const published = { change: 'settings', fields: Object.keys(request) } as const;
  const stored = await storeChangeOfSecret(deps, actor, webhookId, expected, published, async (webhook) => {
    const planned = await plan(deps, webhook, request);
    if (planned.kind === 'refused') {
      return planned;
    }
    const { settings, secret } = planned.value;
    generated = typeof request.secret === 'object' ? secret?.signing?.current : undefined;
    const stored = secret && { reference: await storeSecret(deps, webhook, secret), value: secret };
    return done(changeSettings(webhook, settings, { by: actor.name, at: deps.clock.now() }, stored));
  });
  return stored.kind === 'refused'
    ? stored
    : done({ webhook: stored.value, ...(generated !== undefined && { signingSecret: generated }) });
}

interface Plan {
  readonly settings: Settings;
  /** The whole new value, if anything in it changes. */
  readonly secret?: WebhookSecret;
}

async function plan(deps: SettingsDependencies, webhook: Webhook, request: ChangeRequest): Promise<Outcome<Plan>> {
  const known = knownFormat(webhook.format.id);
  if (known === undefined) {
    return refuse('unavailable', 'This version of the service does not know the format of this webhook.');
  }
  const { form, format } = known;
  const { name, url: requestedUrl, options: requestedOptions, pace: requestedPace } = request;
  const url =
    requestedUrl === undefined
      ? undefined
      : checkUrl(requestedUrl, known, deps.urlRules, await connectedUrl(deps, webhook, known));
  const options = requestedOptions && checkFormatFields('options', form.options, requestedOptions);
  const pace = requestedPace === undefined ? undefined : checkPace(requestedPace, known);
  const { payloadVersion } = request;
  const events = checkEvents(request.events ?? chosenEvents(webhook), payloadVersion ?? payloadVersionOf(webhook));
  const digest = checkDigest(request, known);
  const noticesTo = await planNoticesTo(deps, webhook, request);
  const challenge = checkChallenge(request.challenge, known);
  if (
    url?.kind === 'refused' ||
    options?.kind === 'refused' ||
    pace?.kind === 'refused' ||
    events.kind === 'refused' ||
    digest.kind === 'refused' ||
    noticesTo?.kind === 'refused' ||
    challenge?.kind === 'refused'
  ) {
    return refuseFields(errorsOf(url, options, pace, events, digest, noticesTo, challenge));
  }
  const isElsewhere = url !== undefined && url.value.origin !== new URL(webhook.url).origin;
  const refusal = isElsewhere ? refuseToKeep(webhook, request) : refuseSecret(request);
  if (refusal !== undefined) {
    return refusal;
  }
  const oauth = planOauth(request.oauth, known, deps.urlRules, { webhook, isElsewhere });
  if (oauth?.kind === 'refused') {
    return refuseFields(errorsOf(oauth));
  }
  const secret = await planSecret(deps, webhook, request, known, {
    isElsewhere,
    ...(oauth && { oauth: oauth.value }),
    ...(format.urlIsCredential && url && { secretUrl: url.value.url }),
  });
  if (secret.kind === 'refused') {
    return secret;
  }
  return done({
    settings: {
      ...(name !== undefined && { name }),
      ...(url && { url: format.urlIsCredential ? url.value.origin : url.value.url }),
      ...(options && { options: withoutNewDefaults(options.value, requestedOptions ?? {}, webhook.format.options) }),
      ...(pace && { pace: pace.value ?? 'none' }),
      ...(request.events && events.value && { events: events.value }),
      ...plainSettings(request),
      ...(noticesTo && { noticesTo: noticesTo.value }),
      ...(oauth && { oauth: oauth.value.settings }),
      ...(challenge && { challenge: challenge.value }),
    },
    ...(secret.value && { secret: secret.value }),
  });
}

/** Another origin gets nothing of the webhook's that the request does not give again. Undefined if all of it is given or dropped. */
function refuseToKeep(webhook: Webhook, request: ChangeRequest) {
  const missing = heldBack(webhook).filter((part) => request[part] === undefined);
  if (missing.length === 0) {
    return undefined;
  }
  const errors = missing.map((field) => ({
    field,
    message: 'Give this again, or drop it, for another destination.',
  }));
  return refuse(
    'credentials-required',
    'The URL leads to another origin. Give the signing secret, headers, credentials and OAuth client of this webhook again, or drop them, so that no editor can have them sent elsewhere.',
    { errors },
  );
}

/** At the same origin a secret changes by a rotation, so that the one before goes on signing for a time. */
function refuseSecret({ secret }: ChangeRequest) {
  return secret === undefined
    ? undefined
    : refuseFields([{ field: 'secret', message: 'Without another destination, rotate it: POST …/secret.' }]);
}

/** Settings that need no check but that of their shape, or have had it. `null` in the request is `none`: the webhook has it no longer. */
function plainSettings({ payloadVersion, digest, firstSync, pull }: ChangeRequest): Settings {
  return {
    ...(payloadVersion && { payloadVersion: knownVersion(payloadVersion) }),
    ...(digest !== undefined && { digest: digest ?? 'none' }),
    ...(firstSync && { firstSync }),
    ...(pull !== undefined && { pull: pull ?? 'none' }),
  };
}

/** `none` takes the target away. */
async function planNoticesTo(
  { webhooks }: SettingsDependencies,
  { tenantId, webhookId }: Webhook,
  { noticesTo }: ChangeRequest,
): Promise<Checked<WebhookId | 'none'> | undefined> {
  switch (noticesTo) {
    case undefined:
      return undefined;
    case null:
      return { kind: 'accepted', value: 'none' };
    default:
      return checkNoticesTo(noticesTo, await webhooks.list(tenantId), webhookId);
  }
}

/** A webhook from before an option works as then until it is chosen: its default is for new webhooks. */
function withoutNewDefaults(values: Fields, requested: Fields, before: Fields): Fields {
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => (requested[name] ?? '') !== '' || Object.hasOwn(before, name)),
  );
}

/** As `send` uses it: of a URL that is a credential the item knows the origin alone. */
async function connectedUrl(
  { secrets }: SettingsDependencies,
  { tenantId, url, secret }: Webhook,
  { format }: KnownFormat,
): Promise<string | undefined> {
  if (!format.urlIsCredential) {
    return url;
  }
  return secret === undefined ? undefined : (await secrets.read(tenantId, secret)).url;
}

interface SecretChange {
  readonly isElsewhere: boolean;
  readonly secretUrl?: string;
  readonly oauth?: OauthPlan;
}

async function planSecret(
  { secrets, randomBytes }: SettingsDependencies,
  webhook: Webhook,
  request: ChangeRequest,
  { form }: KnownFormat,
  { isElsewhere, secretUrl, oauth }: SecretChange,
): Promise<Outcome<WebhookSecret | undefined>> {
  const { headers: requestedHeaders, credentials: requestedCredentials, secret: requestedSecret } = request;
  // What the old key has signed for another server must verify nowhere else: a new key takes its place without an overlap.
  const needsKey = isElsewhere && webhook.secretContents?.publicKeys !== undefined;
  const given = [requestedHeaders, requestedCredentials, requestedSecret, secretUrl, oauth];
  if (!needsKey && given.every((part) => part === undefined)) {
    return done(undefined);
  }
  const isAuthorized = hasOauth(oauth, webhook);
  const fields = credentialFields(form, isAuthorized);
  const headers = requestedHeaders && checkHeaders(requestedHeaders, isAuthorized);
  const credentials = requestedCredentials && checkFormatFields('credentials', fields, requestedCredentials);
  const signing = requestedSecret ? checkSigning(requestedSecret, randomBytes) : undefined;
  if (headers?.kind === 'refused' || credentials?.kind === 'refused' || signing?.kind === 'refused') {
    return refuseFields(errorsOf(headers ?? undefined, credentials, signing));
  }
  const current = webhook.secret === undefined ? {} : await secrets.read(webhook.tenantId, webhook.secret);
  const next = {
    signing: requestedSecret === undefined ? current.signing : signing && { current: signing.value },
    signingKeys: needsKey ? { current: formatGeneratedKey(randomBytes(SEED_BYTES)) } : current.signingKeys,
    headers: requestedHeaders === undefined ? current.headers : headers?.value,
    credentials: credentials === undefined ? current.credentials : credentials.value,
    url: secretUrl ?? current.url,
    clientSecret: clientSecretOf(oauth, current.clientSecret),
  };
  const contradictions = [
    ...checkAuthorization(next.headers ?? {}, isAuthorized),
    ...(oauth === undefined ? [] : errorsOf(checkFormatFields('credentials', fields, next.credentials ?? {}))),
  ];
  return contradictions.length > 0 ? refuseFields(contradictions) : done(withoutAbsent(next));
}

function withoutAbsent({ signing, signingKeys, headers, credentials, url, clientSecret }: Absentable<WebhookSecret>) {
  return {
    ...(signing && { signing }),
    ...(signingKeys && { signingKeys }),
    ...(headers && { headers }),
    ...(credentials && { credentials }),
    ...(url !== undefined && { url }),
    ...(clientSecret !== undefined && { clientSecret }),
  };
}

type Absentable<Whole> = { readonly [Part in keyof Whole]?: Whole[Part] | undefined };

export function setAlerts(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
  alerts: AlertRule,
): Promise<Outcome<Webhook>> {
  const published = { change: 'alerts', fields: ['enabled', 'minSeverity', ...ALERT_LISTS] } as const;
  return storeChange(deps, actor, webhookId, expected, published, (webhook) => {
    return alerts.enabled && isUnverified(webhook)
      ? refuse('address-unverified', 'Verify the address first: POST …/challenge.')
      : done(changeAlerts(webhook, alerts, { by: actor.name, at: deps.clock.now() }));
  });
}

export function pause(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Webhook>> {
  return storeChange(deps, actor, webhookId, expected, { change: 'paused', fields: ['state'] }, (webhook) =>
    webhook.state.kind === 'disabled'
      ? refuse('webhook-not-enabled', 'The webhook is disabled: nothing is sent anyway, and its findings are held.')
      : done(pauseWebhook(webhook, { by: actor.name, at: deps.clock.now() })),
  );
}

/** By an operator: tenants pause. */
export function disable(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Webhook>> {
  return storeChange(deps, actor, webhookId, expected, { change: 'disabled', fields: ['state'] }, (webhook) =>
    done(disableByPerson(webhook, { by: actor.name, at: deps.clock.now() })),
  );
}

export function resume(
  deps: ChangeDependencies,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<Webhook>> {
  return storeChange(deps, actor, webhookId, expected, { change: 'resumed', fields: ['state'] }, (webhook) =>
    done(resumeWebhook(webhook, { by: actor.name, at: deps.clock.now() })),
  );
}

/**
 * The item first, then its secret: an item must never name a secret that is gone. A repeated deletion removes the secret
 * that an interrupted one left behind.
 */
export async function deleteWebhook(
  deps: ChangeDependencies & Pick<ApiDependencies, 'secrets'>,
  actor: Actor,
  webhookId: WebhookId,
  expected: ExpectedRevision,
): Promise<Outcome<'deleted'>> {
  const { tenantId } = actor;
  const webhook = await deps.webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    return (await deps.secrets.remove(tenantId, webhookId)) ? done('deleted') : NO_SUCH_WEBHOOK;
  }
  if (isOutdated(expected, webhook)) {
    return OUTDATED;
  }
  const isRemoved =
    (await deps.webhooks.remove(tenantId, webhook)) === 'written' ||
    (await deps.webhooks.find(tenantId, webhookId)) === undefined;
  if (!isRemoved) {
    return OUTDATED;
  }
  await publish(deps, actor, webhookId, { change: 'deleted', fields: [] });
  await deps.secrets.remove(tenantId, webhookId);
  return done('deleted');
}
