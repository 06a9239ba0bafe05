/** Notices by e-mail: which addresses get them, and how each of them stands. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NoticeAddressResponse } from '../../shared/api/notice-addresses.schema.ts';
import { messageOf } from '../api/api-error.ts';
import { useWebhookNames } from '../api/queries.ts';
import { useNotices } from '../frame/notices.tsx';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { useWriteGuard } from '../frame/session-context.tsx';
import { paths } from '../paths.ts';
import { Instant } from '../time/instant.tsx';
import { AddAddress } from './add-address.tsx';
import { ADDRESSES_KEY, useAddressCalls } from './address-calls.ts';
import { aboutWords, addressWords, mayBeAskedAgain } from './address-words.ts';

export function AddressesPage() {
  const calls = useAddressCalls();
  const addresses = useQuery({
    queryKey: ADDRESSES_KEY,
    queryFn: ({ signal }) => calls.list(signal),
  });
  return (
    <Page
      title="Notices by e-mail"
      {...(addresses.data && { counter: `(${addresses.data.addresses.length} of ${addresses.data.limit})` })}
      description="When an integration fails, is disabled, or works again. Once for each trouble, at most one an hour."
      above={[{ text: 'Integrations', href: paths.integrations }]}
    >
      <QueryResult question={addresses} what="the addresses">
        {({ isAvailable, addresses: all, limit }) =>
          isAvailable ? (
            <SpaceBetween size="l">
              <AddAddress isFull={all.length >= limit} />
              <Addresses addresses={all} />
            </SpaceBetween>
          ) : (
            <Box variant="p">E-mail is not available here. Notices can go to another integration, such as a chat.</Box>
          )
        }
      </QueryResult>
    </Page>
  );
}

function Addresses({ addresses }: { readonly addresses: readonly NoticeAddressResponse[] }) {
  const isNamed = addresses.some(({ webhookIds }) => webhookIds !== undefined);
  const { data: names = [] } = useWebhookNames(isNamed);
  return (
    <Container header={<Header variant="h2">Addresses</Header>}>
      {addresses.length === 0 ? (
        <Box variant="p">None yet.</Box>
      ) : (
        <ul className="addresses">
          {addresses.map((address) => (
            <Address key={address.addressId} address={address} about={aboutWords(address, names)} />
          ))}
        </ul>
      )}
    </Container>
  );
}

function Address({ address: of, about }: { readonly address: NoticeAddressResponse; readonly about: string }) {
  const { address, addressId, webhookIds, statusAt, confirmBy, addedBy } = of;
  const calls = useAddressCalls();
  const queries = useQueryClient();
  const guard = useWriteGuard();
  const { notify } = useNotices();
  const readAgain = () => queries.invalidateQueries({ queryKey: ADDRESSES_KEY });
  const failed = (what: string) => (error: Error) =>
    notify({ id: `address ${addressId}`, type: 'error', content: `${what} ${messageOf(error)}` });
  const asking = useMutation({
    mutationFn: () => calls.add({ address, webhookIds }),
    onSuccess: () => notify({ type: 'success', content: `Another mail is on its way to ${address}.` }),
    onError: failed(`${address} was not asked again.`),
    onSettled: readAgain,
  });
  const removal = useMutation({
    mutationFn: () => calls.remove(addressId),
    onSuccess: () => notify({ type: 'success', content: `${address} gets no more notices.` }),
    onError: failed(`${address} was not removed.`),
    onSettled: readAgain,
  });
  const { type, text } = addressWords(of);
  return (
    <li>
      <div>
        <Box variant="strong" display="block">
          <span className="unbroken">{address}</span>
        </Box>
        <StatusIndicator type={type}>{text}</StatusIndicator>
        <Box variant="small" display="block">
          {about}. Since <Instant at={statusAt} />
          {confirmBy !== undefined && (
            <>
              , to be confirmed by <Instant at={confirmBy} />
            </>
          )}
          . Added by <span className="unbroken">{addedBy}</span>.
        </Box>
      </div>
      <SpaceBetween size="xs" direction="horizontal">
        {mayBeAskedAgain(of) && (
          <Button
            loading={asking.isPending}
            ariaLabel={`Ask again: ${address}`}
            onClick={() => asking.mutate()}
            {...guard}
          >
            Ask again
          </Button>
        )}
        <Button loading={removal.isPending} ariaLabel={`Remove ${address}`} onClick={() => removal.mutate()} {...guard}>
          Remove
        </Button>
      </SpaceBetween>
    </li>
  );
}
