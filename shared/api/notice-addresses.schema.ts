/** What the API takes and shows of the addresses that get notices by e-mail. No token of a mail is ever shown. */
import * as z from 'zod';
import { MAIL_ADDRESS, MAIL_ADDRESS_CHARACTERS, NO_MAIL_ADDRESS } from '../mail/mail-address.ts';
import { MAIL_TOKEN_CHARACTERS } from '../mail/mail-link.ts';
import { CONFIRM_WITHIN_MILLIS, MOST_ADDRESSES, type NoticeAddress } from '../mail/notice-address.ts';
import { webhookIdSchema } from './ids.schema.ts';
import { instantSchema, toInstant } from './instant.schema.ts';

/** As many as a tenant has by default. */
const MOST_WEBHOOKS = 50;

export const NOTICE_ADDRESSES_PATH = '/v1/notice-addresses';
export const CONFIRM_PATH = '/v1/notices/confirm';

export const noticeAddressIdSchema = z.string().meta({
  description: 'The address, by an id of ours',
  pattern: '^na_[0-9a-f]{20}$',
  examples: ['na_3f9c2d0b7a61e85d4c20'],
});

const mailAddressSchema = z
  .string()
  .trim()
  .max(MAIL_ADDRESS_CHARACTERS, NO_MAIL_ADDRESS)
  .regex(MAIL_ADDRESS, NO_MAIL_ADDRESS)
  .meta({
    description: 'One e-mail address, without a name before it; white space around it is dropped',
    format: 'email',
    examples: ['soc@acme.example'],
  });

export const noticeAddressRequestSchema = z
  .strictObject({
    address: mailAddressSchema,
    webhookIds: z
      .array(webhookIdSchema)
      .min(1, 'Name at least one webhook, or leave webhookIds out for all of them.')
      .max(MOST_WEBHOOKS, `At most ${MOST_WEBHOOKS} webhooks can be named.`)
      .optional()
      .describe('Whose notices go there; left out: those of all webhooks, also of those to come'),
  })
  .meta({
    id: 'NoticeAddressRequest',
    description: 'An address for notices by e-mail',
    examples: [{ address: 'soc@acme.example' }],
  });

export type NoticeAddressRequest = z.output<typeof noticeAddressRequestSchema>;

export const noticeAddressSchema = z
  .object({
    addressId: noticeAddressIdSchema,
    address: z.string().meta({ description: 'The e-mail address', examples: ['soc@acme.example'] }),
    webhookIds: z.array(webhookIdSchema).optional().describe('Whose notices go there; absent: those of all webhooks'),
    status: z
      .enum(['unconfirmed', 'expired', 'confirmed', 'unsubscribed'])
      .describe(
        'unconfirmed: its owner was asked and has not confirmed yet. expired: the latest request can no longer be confirmed. confirmed: it gets notices. unsubscribed: its owner wants no more.',
      ),
    statusAt: instantSchema.describe('Since when'),
    askedAt: instantSchema.describe('When the latest request to confirm was made'),
    confirmBy: instantSchema.optional().describe('Until when that request can be confirmed; there while it can'),
    addedBy: z.string().meta({ description: 'Who added it', examples: ['jane@acme.example'] }),
  })
  .meta({ id: 'NoticeAddress', description: 'An address for notices by e-mail, and what its owner has said to it' });

export type NoticeAddressResponse = z.output<typeof noticeAddressSchema>;

export const noticeAddressListSchema = z
  .object({
    isAvailable: z.boolean().describe('False: this stage sends no e-mail, and takes no addresses'),
    addresses: z.array(noticeAddressSchema).describe('All of them'),
    limit: z.int().min(0).describe('The most that a tenant may have'),
  })
  .meta({ id: 'NoticeAddressList', description: 'The addresses of a tenant' });

export type NoticeAddressList = z.output<typeof noticeAddressListSchema>;

export const mailTokenSchema = z
  .string()
  .min(1)
  .max(MAIL_TOKEN_CHARACTERS)
  .meta({
    description: 'What stands in the link of a mail, after its #',
    examples: ['Yo0cXo8f2l1bU2l4T3BwWyJhY21lIl0'],
  });

export const confirmRequestSchema = z.strictObject({ token: mailTokenSchema }).meta({
  id: 'ConfirmNoticesRequest',
  description: 'What the link of a mail says',
  examples: [{ token: 'Yo0cXo8f2l1bU2l4T3BwWyJhY21lIl0' }],
});

/** To a reader who is not signed in: what the mail said, and no more. */
export const mailAnswerSchema = z
  .object({
    address: z
      .string()
      .meta({ description: 'The e-mail address; empty if it is known no more', examples: ['soc@acme.example'] }),
    isSubscribed: z.boolean().describe('Whether it gets notices now'),
  })
  .meta({ id: 'NoticeSubscription', description: 'Whether an address gets notices' });

export type MailAnswer = z.output<typeof mailAnswerSchema>;

export function toNoticeAddressResponse(address: NoticeAddress, nowMillis: number): NoticeAddressResponse {
  const { addressId, webhookIds, state, stateAt, askedAt, addedBy } = address;
  const confirmBy = askedAt + CONFIRM_WITHIN_MILLIS;
  const isOpen = state === 'unconfirmed' && nowMillis < confirmBy;
  return {
    ...{ addressId, address: address.address },
    ...(webhookIds && { webhookIds: [...webhookIds] }),
    status: state === 'unconfirmed' && !isOpen ? 'expired' : state,
    ...{ statusAt: toInstant(stateAt), askedAt: toInstant(askedAt) },
    ...(isOpen && { confirmBy: toInstant(confirmBy) }),
    addedBy,
  };
}

export const NOTICE_ADDRESS_LIMIT = MOST_ADDRESSES;
