/** Changes the settings of a connected webhook. Its state is changed in `state.ts`, its signing secret in `signing-secret.ts`. */

import type { ChangeRequest } from '../../../shared/api/webhook-requests.schema.ts';
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import { chosenEvents } from '../../../shared/webhook/chosen-events.ts';
import { knownVersion, payloadVersionOf } from '../../../shared/webhook/payload-version.ts';
import { heldBack, type Webhook, type WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { changeSettings, type Settings } from '../../../shared/webhook/webhook-changes.ts';
import { updated } from '../../../shared/webhook/webhook-update.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, type Outcome, refuse, refuseFields } from '../outcome.ts';
import { beginManifestsOf } from './begin-manifests.ts';
import {
  type Checked,
  checkChallenge,
  checkDigest,
  checkEvents,
  checkFormatFields,
  checkNoticesTo,
  checkPace,
  checkPull,
  checkUrl,
  errorsOf,
  type Fields,
  type KnownFormat,
  knownFormat,
} from './check-settings.ts';
import { planOauth } from './plan-oauth.ts';
import { planSecret } from './plan-secret.ts';
import { storeChangeOfSecret, storeSecret } from './signing-secret.ts';
import type { Actor, ChangeDependencies, Changed, ExpectedRevision } from './store-change.ts';

type SettingsDependencies = ChangeDependencies &
  Pick<ApiDependencies, 'secrets' | 'manifests' | 'urlRules' | 'newId' | 'randomBytes'>;

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
    const update = changeSettings(webhook, settings, { by: actor.name, at: deps.clock.now() }, stored);
    await beginManifestsOf(deps, webhook, updated(webhook, update));
    return done(update);
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
  const pull = checkPull(request.pull, known);
  const noticesTo = await planNoticesTo(deps, webhook, request);
  const challenge = checkChallenge(request.challenge, known);
  if (
    url?.kind === 'refused' ||
    options?.kind === 'refused' ||
    pace?.kind === 'refused' ||
    events.kind === 'refused' ||
    digest.kind === 'refused' ||
    pull.kind === 'refused' ||
    noticesTo?.kind === 'refused' ||
    challenge?.kind === 'refused'
  ) {
    return refuseFields(errorsOf(url, options, pace, events, digest, pull, noticesTo, challenge));
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
