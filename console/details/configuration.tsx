/** How an integration is set up: where it leads, what it sends, and how its receiver knows that it is from us. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { ADDRESSES_PATH } from '../../shared/api/addresses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useFormats, useWebhookNames } from '../api/queries.ts';
import { PULL_LABELS, pullChoice } from '../connect/pull-choice.ts';
import { Facts } from '../frame/facts.tsx';
import { Id } from '../frame/id.tsx';
import { speedWords } from '../integrations/limit-words.ts';
import { Instant } from '../time/instant.tsx';

export function Configuration({ webhook }: { readonly webhook: WebhookResponse }) {
  const { data: formats = [] } = useFormats();
  const format = formats.find(({ id }) => id === webhook.format);
  const {
    url,
    isSigned,
    previousSecretsUntil = [],
    publicKeys = [],
    jwksPath,
    ownHeaders,
    credentials,
    createdAt,
    updatedAt,
    updatedBy,
  } = webhook;
  const options = (format?.options ?? []).flatMap(({ name, label }) => {
    const value = webhook.options[name];
    return value === undefined ? [] : [{ label, value: <span className="unbroken">{value}</span> }];
  });
  return (
    <Container header={<Header variant="h2">Configuration</Header>}>
      <Facts
        items={[
          { label: 'Destination URL', value: <span className="unbroken">{url}</span> },
          { label: 'Kind', value: format?.title ?? webhook.format },
          {
            label: 'Signature',
            value: (
              <>
                {isSigned || publicKeys.length > 0 ? 'Requests are signed' : 'Requests are not signed'}
                {previousSecretsUntil.map((until) => (
                  <Box key={until} variant="small" display="block">
                    An earlier secret signs too until <Instant at={until} />
                  </Box>
                ))}
              </>
            ),
          },
          ...(jwksPath === undefined ? [] : [signingKey(publicKeys, jwksPath)]),
          ...options,
          { label: 'Pace', value: speedWords(webhook, format) },
          { label: 'Notices', value: <NoticesTo webhook={webhook} /> },
          ...accessToken(webhook),
          ...challenge(webhook),
          { label: 'Catching up', value: <Pull webhook={webhook} /> },
          { label: 'Credentials', value: credentials.length === 0 ? 'None' : `${credentials.join(', ')} (write-only)` },
          { label: 'Custom headers', value: ownHeaders === 0 ? 'None' : `${ownHeaders} (write-only)` },
          {
            label: 'Sent from',
            value: (
              <Id id={new URL(ADDRESSES_PATH, location.origin).href} what="the address of the list of addresses" />
            ),
          },
          { label: 'Connected', value: <Instant at={createdAt} /> },
          {
            label: 'Changed last',
            value: (
              <>
                <Instant at={updatedAt} /> by <span className="unbroken">{updatedBy}</span>
              </>
            ),
          },
        ]}
      />
    </Container>
  );
}

function NoticesTo({ webhook: { noticesTo } }: { readonly webhook: WebhookResponse }) {
  const { data: names } = useWebhookNames(noticesTo !== undefined);
  if (noticesTo === undefined) {
    return 'None';
  }
  if (names === undefined) {
    return noticesTo;
  }
  const target = names.find(({ id }) => id === noticesTo);
  return target === undefined ? 'None: the integration that got them is deleted' : `To ${target.name}`;
}

function challenge({ challenge: asked }: WebhookResponse) {
  if (asked === undefined) {
    return [];
  }
  const value =
    asked.verifiedAt === undefined ? (
      'The address has not answered one'
    ) : (
      <>
        Answered <Instant at={asked.verifiedAt} />
      </>
    );
  return [{ label: 'Challenge', value }];
}

function accessToken({ oauth }: WebhookResponse) {
  if (oauth === undefined) {
    return [];
  }
  const { tokenUrl, clientId, scope, audience } = oauth;
  const value = (
    <>
      <span className="unbroken">{tokenUrl}</span>
      <Box variant="small" display="block">
        {[
          `Client ${clientId}`,
          ...(scope === undefined ? [] : [`scope ${scope}`]),
          ...(audience === undefined ? [] : [`audience ${audience}`]),
        ].join(', ')}
        ; the secret is write-only
      </Box>
    </>
  );
  return [{ label: 'Access token', value }];
}

function Pull({ webhook }: { readonly webhook: WebhookResponse }) {
  const { id, pull } = webhook;
  const words = PULL_LABELS[pullChoice(webhook)];
  return pull === undefined ? (
    words
  ) : (
    <>
      {words}
      <Box variant="small" display="block">
        Since <Instant at={pull.since} />, read them at{' '}
        <Id id={new URL(`/v1/webhooks/${id}/events`, location.origin).href} what="the address of the events" />
      </Box>
    </>
  );
}

function signingKey(publicKeys: NonNullable<WebhookResponse['publicKeys']>, jwksPath: string) {
  return {
    label: 'Signing key',
    value: (
      <>
        {publicKeys.map(({ kid, key, until }, index) => (
          <Box key={kid} variant={index === 0 ? 'div' : 'small'} display="block">
            <Id id={key} what={until === undefined ? 'the public key' : 'an earlier public key'} />
            {until !== undefined && (
              <>
                {' '}
                signs too until <Instant at={until} />
              </>
            )}
          </Box>
        ))}
        <Box variant="small" display="block">
          Read them at <Id id={new URL(jwksPath, location.origin).href} what="the address of the keys" />
        </Box>
      </>
    ),
  };
}
