/**
 * The addresses that get a tenant's notices by e-mail: people of the tenant add and remove them, their owners confirm them and
 * unsubscribe by links in mails. The list is written before a mail is queued, so that no link is about nothing.
 */
import type { NoticeAddressRequest } from '../../../shared/api/notice-addresses.schema.ts';
import { hmac } from '../../../shared/http/hmac.ts';
import { sameAddress } from '../../../shared/mail/mail-address.ts';
import {
  addAddress,
  type NoticeAddress,
  type NoticeAddresses,
  removeAddress,
} from '../../../shared/mail/notice-address.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { done, type Outcome, type Refused, refuse, refuseFields } from '../outcome.ts';
import type { Actor } from '../webhooks/store-change.ts';

export type NoticeAddressDependencies = Pick<
  ApiDependencies,
  'noticeAddresses' | 'confirmations' | 'mails' | 'sendsMail' | 'webhooks' | 'cursorKey' | 'clock'
>;

/** A conflict with another change of the list is a reason to decide again. */
const TRIES = 5;

export const NO_SENDER: Refused = refuse(
  'no-mail-sender',
  'E-mail is not available here. Notices can go to another webhook: noticesTo.',
);

const CHANGED_MEANWHILE: Refused = refuse(
  'changed-meanwhile',
  'Others keep changing the addresses. Try again in a moment.',
  { retryAfterSeconds: 1 },
);

const FULL: Refused = refuse(
  'notice-address-limit-reached',
  'Remove an address first, or use a mailing list of yours.',
);

/** Adds it, changes its webhooks, or asks its owner once more: whatever is missing for its notices to come. */
export async function addNoticeAddress(
  deps: NoticeAddressDependencies,
  { tenantId, name: by }: Actor,
  request: NoticeAddressRequest,
): Promise<Outcome<NoticeAddress>> {
  if (!deps.sendsMail) {
    return NO_SENDER;
  }
  const webhookIds = await webhooksNamed(deps, tenantId, request.webhookIds);
  if (webhookIds.kind === 'refused') {
    return webhookIds;
  }
  const asked = { address: request.address, webhookIds: webhookIds.value };
  const at = deps.clock.now();
  let isCounted = false;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const before = await deps.noticeAddresses.find(tenantId);
    const added = addAddress(before, tenantId, asked, { by, at });
    if (added.kind !== 'added') {
      return added.kind === 'full' ? FULL : tooMany(added.againAt, at, 'Your tenant has asked for many addresses');
    }
    if (added.asks && !isCounted) {
      const againAt = await deps.confirmations.take(await addressKey(deps, request.address), at);
      if (againAt !== undefined) {
        return tooMany(againAt, at, 'This address was asked several times lately');
      }
      isCounted = true;
    }
    if ((await deps.noticeAddresses.replace(tenantId, before, added.next)) === 'written') {
      const { addressId, addedAt, askedAt } = added.address;
      if (added.asks) {
        await deps.mails.enqueueMails(tenantId, [{ kind: 'confirmation', tenantId, addressId, addedAt, askedAt }]);
      }
      return done(added.address);
    }
  }
  return CHANGED_MEANWHILE;
}

/** Also where it is gone already. */
export function removeNoticeAddress(
  deps: NoticeAddressDependencies,
  { tenantId }: Actor,
  addressId: string,
): Promise<Outcome<NoticeAddresses>> {
  return changeAddresses(deps, tenantId, (list) => {
    const next = removeAddress(list, addressId);
    return done(next.addresses.length === list.addresses.length ? list : next);
  });
}

/** `decide` gives the next list, or the same if there is nothing to change. It is called again after a conflict. */
export async function changeAddresses(
  { noticeAddresses }: Pick<NoticeAddressDependencies, 'noticeAddresses'>,
  tenantId: TenantId,
  decide: (list: NoticeAddresses) => Outcome<NoticeAddresses>,
): Promise<Outcome<NoticeAddresses>> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const before = await noticeAddresses.find(tenantId);
    const decided = decide(before);
    if (decided.kind === 'refused' || decided.value === before) {
      return decided;
    }
    if ((await noticeAddresses.replace(tenantId, before, decided.value)) === 'written') {
      return decided;
    }
  }
  return CHANGED_MEANWHILE;
}

async function webhooksNamed(
  { webhooks }: NoticeAddressDependencies,
  tenantId: TenantId,
  named: readonly string[] | undefined,
): Promise<Outcome<readonly WebhookId[] | undefined>> {
  if (named === undefined) {
    return done(undefined);
  }
  const known = (await webhooks.list(tenantId)).map(({ webhookId }) => webhookId);
  const errors = named.flatMap((id, index) =>
    known.some((webhookId) => webhookId === id)
      ? []
      : [{ field: `webhookIds.${index}`, message: 'You have no such webhook.' }],
  );
  return errors.length > 0 ? refuseFields(errors) : done(known.filter((webhookId) => named.includes(webhookId)));
}

/** Names the address in a table that others than its tenant's are counted in, without being it. */
async function addressKey({ cursorKey }: NoticeAddressDependencies, address: string): Promise<string> {
  return hmac(await cursorKey.read(), 'notice-address', sameAddress(address)).toString('base64url');
}

function tooMany(againAt: number, nowMillis: number, why: string): Refused {
  const minute = new Date(againAt).toISOString().slice(0, 16).replace('T', ' ');
  return refuse('too-many-confirmations', `${why}: another request to confirm can be sent after ${minute} UTC.`, {
    retryAfterSeconds: Math.max(1, Math.ceil((againAt - nowMillis) / 1000)),
  });
}
