/**
 * The one operation of SES that the service uses, on a port of its own: keeps what it is given, as a mailbox that shows every mail.
 * It refuses what SES refuses of our requests (API reference, SES v2, SendEmail and MessageHeader).
 */
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { closeServer, LOOPBACK, listenOnLoopback } from './loopback-server.ts';

export interface StoredMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SesStandIn {
  readonly endpointUrl: string;
  readonly mails: readonly StoredMail[];
  stop(): Promise<void>;
}

export interface SesStandInOptions {
  /** The domain that is verified. */
  readonly identity: string;
  readonly onMail?: (mail: StoredMail) => void;
  /** What the next request is refused with, as SES names it; undefined if it is not. */
  readonly refusal?: () => string | undefined;
}

const SEND = '/v2/email/outbound-emails';
const MOST_HEADERS = 15;
const HEADER_NAME = /^[\x21-\x39\x3b-\x7e]{1,126}$/;
const HEADER_VALUE = /^[\x20-\x7e]{1,870}$/;

interface Content {
  readonly Data?: string;
}

interface Input {
  readonly FromEmailAddress?: string;
  readonly Destination?: { readonly ToAddresses?: readonly string[] };
  readonly Content?: {
    readonly Simple?: {
      readonly Subject?: Content;
      readonly Body?: { readonly Text?: Content; readonly Html?: Content };
      readonly Headers?: readonly { readonly Name: string; readonly Value: string }[];
    };
  };
}

export async function startSesStandIn({ identity, onMail, refusal }: SesStandInOptions): Promise<SesStandIn> {
  const mails: StoredMail[] = [];
  const server = createServer(async (incoming, response) => {
    const answer = await respond(incoming);
    const headers = {
      'content-type': 'application/json',
      ...(answer.error !== undefined && { 'x-amzn-errortype': answer.error }),
    };
    response.writeHead(
      answer.error === undefined ? 200 : answer.error === 'TooManyRequestsException' ? 429 : 400,
      headers,
    );
    response.end(
      JSON.stringify(answer.error === undefined ? { MessageId: `local-${mails.length}` } : { message: answer.error }),
    );
  });
  const port = await listenOnLoopback(server, 0);
  return { endpointUrl: `http://${LOOPBACK}:${port}`, mails, stop: () => closeServer(server) };

  async function respond(incoming: IncomingMessage): Promise<{ readonly error?: string }> {
    const input = (await json(incoming)) as Input;
    const refused = refusal?.();
    if (refused !== undefined || incoming.url !== SEND) {
      return { error: refused ?? 'NotFoundException' };
    }
    const mail = read(input);
    if (mail === undefined) {
      return { error: 'BadRequestException' };
    }
    // SES: "Email address is not verified."
    if (!mail.from.endsWith(`@${identity}>`)) {
      return { error: 'MessageRejected' };
    }
    mails.push(mail);
    onMail?.(mail);
    return {};
  }
}

function read({ FromEmailAddress: from, Destination, Content }: Input): StoredMail | undefined {
  const { Subject, Body, Headers = [] } = Content?.Simple ?? {};
  const to = Destination?.ToAddresses ?? [];
  const areSound = Headers.every(({ Name, Value }) => HEADER_NAME.test(Name) && HEADER_VALUE.test(Value));
  return from === undefined || to.length === 0 || !Subject?.Data || !areSound || Headers.length > MOST_HEADERS
    ? undefined
    : {
        ...{ from, to, subject: Subject.Data },
        text: Body?.Text?.Data ?? '',
        html: Body?.Html?.Data ?? '',
        headers: Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value])),
      };
}
