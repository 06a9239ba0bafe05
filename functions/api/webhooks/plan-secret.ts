/** What becomes of a webhook's secret when its settings are changed. */
import type { ChangeRequest } from '../../../shared/api/webhook-requests.schema.ts';
import { credentialFields } from '../../../shared/destinations/form.ts';
import { formatGeneratedKey, SEED_BYTES } from '../../../shared/webhook/signing-keys.ts';
import type { Webhook, WebhookSecret } from '../../../shared/webhook/webhook.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, type Outcome, refuseFields } from '../outcome.ts';
import {
  checkAuthorization,
  checkFormatFields,
  checkHeaders,
  checkSigning,
  errorsOf,
  type KnownFormat,
} from './check-settings.ts';
import { clientSecretOf, hasOauth, type OauthPlan } from './plan-oauth.ts';

interface SecretChange {
  /** The URL leads to another origin from now on. */
  readonly isElsewhere: boolean;
  /** If it is a credential and is changed. */
  readonly secretUrl?: string;
  readonly oauth?: OauthPlan;
}

/** The whole secret from now on; undefined if nothing of it changes. */
export async function planSecret(
  { secrets, randomBytes }: Pick<ApiDependencies, 'secrets' | 'randomBytes'>,
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
