/** The operations on addresses for notices. Their schemas come with the page that asks for them. */
import * as z from 'zod';
import {
  NOTICE_ADDRESSES_PATH,
  type NoticeAddressRequest,
  noticeAddressListSchema,
  noticeAddressSchema,
} from '../../shared/api/notice-addresses.schema.ts';
import { useApi } from '../api/api-context.ts';

/** As every path of a call, below `/v1`. */
const PATH = NOTICE_ADDRESSES_PATH.slice('/v1'.length);

export const ADDRESSES_KEY = ['addresses for notices'] as const;

export function useAddressCalls() {
  const { call } = useApi();
  return {
    list: (signal: AbortSignal) => call(noticeAddressListSchema, 'GET', PATH, { signal }),
    add: (body: NoticeAddressRequest) => call(noticeAddressSchema, 'POST', PATH, { body }),
    remove: (addressId: string) => call(z.unknown(), 'DELETE', `${PATH}/${encodeURIComponent(addressId)}`),
  };
}
