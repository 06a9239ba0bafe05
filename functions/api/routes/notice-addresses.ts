/** Routes of the addresses that get notices by e-mail: those of the tenant's people, and those that mails link to. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  CONFIRM_PATH,
  confirmRequestSchema,
  mailAnswerSchema,
  mailTokenSchema,
  NOTICE_ADDRESS_LIMIT,
  NOTICE_ADDRESSES_PATH,
  noticeAddressIdSchema,
  noticeAddressListSchema,
  noticeAddressRequestSchema,
  noticeAddressSchema,
  toNoticeAddressResponse,
} from '../../../shared/api/notice-addresses.schema.ts';
import { UNSUBSCRIBE_PAGE, UNSUBSCRIBE_PATH } from '../../../shared/mail/mail-pages.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { type ApiEnv, unwrap } from '../http.ts';
import { addNoticeAddress, removeNoticeAddress } from '../notices/addresses.ts';
import { confirmNotices, unsubscribe } from '../notices/mail-links.ts';
import { allowedBy, jsonBody, jsonResponse } from './parameters.ts';
import { BODY_PROBLEMS, problemsOf, publicProblemsOf, writeProblemsOf } from './problem-responses.ts';

const TAG = { tags: ['Notices by e-mail'] };
const LINKS = { ...TAG, security: [] };

const listRoute = createRoute({
  ...TAG,
  ...allowedBy('webhooks-read'),
  method: 'get',
  path: NOTICE_ADDRESSES_PATH,
  operationId: 'listNoticeAddresses',
  summary: 'List the addresses for notices by e-mail',
  description: 'Also in a stage that sends no e-mail: it then says so.',
  responses: { 200: jsonResponse(noticeAddressListSchema, 'All of them'), ...problemsOf() },
});

const addRoute = createRoute({
  ...TAG,
  ...allowedBy('webhooks-write'),
  method: 'post',
  path: NOTICE_ADDRESSES_PATH,
  operationId: 'addNoticeAddress',
  summary: 'Add an address for notices by e-mail',
  description:
    'Its owner gets a mail with a link that is good for three days; until it is confirmed, nothing else is sent to it. Sent again for an address that is there, it changes its webhooks and, unless it is confirmed, asks once more. An address is asked three times a day and six times in 30 days at most, over all tenants; a tenant asks 20 times a day.',
  request: { body: jsonBody(noticeAddressRequestSchema) },
  responses: {
    200: jsonResponse(noticeAddressSchema, 'The address'),
    ...writeProblemsOf(
      ...BODY_PROBLEMS,
      ...(['no-mail-sender', 'notice-address-limit-reached', 'changed-meanwhile', 'too-many-confirmations'] as const),
    ),
  },
});

const removeRoute = createRoute({
  ...TAG,
  ...allowedBy('webhooks-write'),
  method: 'delete',
  path: `${NOTICE_ADDRESSES_PATH}/{addressId}`,
  operationId: 'removeNoticeAddress',
  summary: 'Remove an address for notices by e-mail',
  description: 'Also one that is gone already. Links in earlier mails to it confirm nothing any more.',
  request: { params: z.object({ addressId: noticeAddressIdSchema }) },
  responses: { 204: { description: 'It gets no more notices' }, ...writeProblemsOf('changed-meanwhile') },
});

const confirmRoute = createRoute({
  ...LINKS,
  method: 'post',
  path: CONFIRM_PATH,
  operationId: 'confirmNotices',
  summary: 'Confirm an address for notices',
  description: 'By the token of the mail, without any other. Only in a stage that sends e-mail.',
  request: { body: jsonBody(confirmRequestSchema) },
  responses: {
    200: jsonResponse(mailAnswerSchema, 'Confirmed'),
    ...publicProblemsOf(
      ...(['body-too-large', 'not-json', ...BODY_PROBLEMS, 'invalid-link', 'link-expired'] as const),
      ...(['no-mail-sender', 'changed-meanwhile', 'unavailable'] as const),
    ),
  },
});

const tokenQuery = z.object({ token: mailTokenSchema });

const unsubscribeRoute = createRoute({
  ...LINKS,
  method: 'post',
  path: UNSUBSCRIBE_PATH,
  operationId: 'unsubscribeNotices',
  summary: 'Unsubscribe an address from notices',
  description:
    'By the token of a mail, without any other. Mail programs send it by themselves when their reader asks (RFC 8058): any body is taken, and not looked at.',
  request: { query: tokenQuery },
  responses: {
    200: jsonResponse(mailAnswerSchema, 'Unsubscribed, also if it was already'),
    ...publicProblemsOf(
      ...(['body-too-large', 'invalid-parameter', 'invalid-link'] as const),
      ...(['no-mail-sender', 'changed-meanwhile', 'unavailable'] as const),
    ),
  },
});

const unsubscribePageRoute = createRoute({
  ...LINKS,
  method: 'get',
  path: UNSUBSCRIBE_PATH,
  operationId: 'openUnsubscribePage',
  summary: 'Lead a reader to the page that unsubscribes',
  description: 'Programs that look at links change nothing by it.',
  request: { query: tokenQuery },
  responses: {
    303: {
      description: 'To the page, on which a person unsubscribes',
      headers: z.object({
        location: z.string().meta({ description: 'The page', examples: ['/notices/unsubscribe#Yo0cXo8f'] }),
      }),
    },
    ...publicProblemsOf('invalid-parameter'),
  },
});

export function routeNoticeAddresses(app: OpenAPIHono<ApiEnv>, deps: ApiDependencies): void {
  app.openapi(listRoute, async (context) => {
    const { addresses } = await deps.noticeAddresses.find(context.get('actor').tenantId);
    const now = deps.clock.now();
    const shown = addresses
      .toSorted((a, b) => a.addedAt - b.addedAt || (a.addressId < b.addressId ? -1 : 1))
      .map((address) => toNoticeAddressResponse(address, now));
    return context.json({ isAvailable: deps.sendsMail, addresses: shown, limit: NOTICE_ADDRESS_LIMIT }, 200);
  });

  app.openapi(addRoute, async (context) => {
    const added = unwrap(await addNoticeAddress(deps, context.get('actor'), context.req.valid('json')));
    return context.json(toNoticeAddressResponse(added, deps.clock.now()), 200);
  });

  app.openapi(removeRoute, async (context) => {
    unwrap(await removeNoticeAddress(deps, context.get('actor'), context.req.valid('param').addressId));
    return context.body(null, 204);
  });

  app.openapi(confirmRoute, async (context) =>
    context.json(unwrap(await confirmNotices(deps, context.req.valid('json').token)), 200),
  );

  app.openapi(unsubscribeRoute, async (context) =>
    context.json(unwrap(await unsubscribe(deps, context.req.valid('query').token)), 200),
  );

  app.openapi(unsubscribePageRoute, (context) => {
    // Relative: the console and this route are of one origin.
    context.header('location', `${UNSUBSCRIBE_PAGE}#${encodeURIComponent(context.req.valid('query').token)}`);
    return context.body(null, 303);
  });
}
