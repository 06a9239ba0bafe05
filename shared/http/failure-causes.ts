/**
 * What each cause of a failed attempt is called and what a person does about it. The API's advice, the console and the page
 * for receivers take their words from here.
 */
import type { AttemptCause } from './attempt-outcome.ts';

export interface CauseWords {
  /** A few words, as a heading has them. */
  readonly name: string;
  /** One sentence: what is wrong, a colon, what to do. */
  readonly advice: string;
}

const LOGS = 'look for the reason in the logs of the receiver and of any proxy or firewall before it';

export const CAUSE_WORDS: Readonly<Record<AttemptCause, CauseWords>> = {
  'no-such-name': {
    name: 'Host name not found',
    advice: "Public DNS knows no address for the URL's host name: check its spelling, and that public DNS has it.",
  },
  'dns-unavailable': {
    name: 'DNS is failing',
    advice: "The name servers of the URL's host gave no usable answer: check them, and try again once they answer.",
  },
  'no-usable-address': {
    name: 'No address that we reach',
    advice: "The URL's host name has no address that we reach: give it an IPv4 address, which is an A record in DNS.",
  },
  'connection-refused': {
    name: 'Connection refused',
    advice:
      "Nothing accepts connections at the URL's host and port: check both, that the receiver runs, and that its firewall lets the internet in.",
  },
  unreachable: {
    name: 'No route to the address',
    advice:
      "No route leads to the address of the URL's host: check the address in DNS, and that the receiver's network lets the internet in.",
  },
  'not-tls': {
    name: 'No TLS at this port',
    advice: "The receiver does not speak TLS at the URL's port: change the URL to the port at which it serves HTTPS.",
  },
  'tls-version': {
    name: 'TLS version too old',
    advice:
      'The receiver speaks only TLS that is no longer safe: let it speak TLS 1.2 or 1.3, by software that gets updates.',
  },
  'tls-no-common-cipher': {
    name: 'No cipher in common',
    advice:
      'The receiver knows no cipher that we know and its key fits: let it offer the usual ciphers of TLS 1.2 or 1.3.',
  },
  'tls-name-refused': {
    name: 'Host name refused in TLS',
    advice:
      "The server does not serve the URL's host name, or has no certificate for it: add the name to its configuration, or correct the URL.",
  },
  'tls-protocol-refused': {
    name: 'HTTP/1.1 refused in TLS',
    advice: 'The receiver refuses our version of HTTP, as one for HTTP/2 alone does: let it speak HTTP/1.1 too.',
  },
  'certificate-expired': {
    name: 'Certificate expired',
    advice: "The receiver's certificate has expired: renew it, and let the receiver load the new one.",
  },
  'certificate-not-yet-valid': {
    name: 'Certificate not yet valid',
    advice: "The receiver's certificate is not valid yet: install one that is valid today.",
  },
  'certificate-self-signed': {
    name: 'Certificate self-signed',
    advice: "The receiver's certificate is self-signed: install one that a public authority has issued.",
  },
  'certificate-authority-unknown': {
    name: 'Certificate of an unknown authority',
    advice:
      "The receiver's certificate does not lead to a public authority: serve it with all its intermediate certificates, and use one that a public authority has issued.",
  },
  'certificate-host-mismatch': {
    name: 'Certificate for another host',
    advice:
      "The receiver's certificate is for another host name: install one for the URL's host, or change the URL to a name that the certificate has.",
  },
  'certificate-unfit': {
    name: 'Certificate not fit for a server',
    advice:
      "The receiver's certificate is not one that a server may have, as with a weak key, an old signature or another purpose: install one that a public authority has issued for servers today.",
  },
  'client-certificate-wanted': {
    name: 'Client certificate wanted',
    advice:
      'The receiver wants a client certificate, and webhooks have none: switch that off for this URL, and let the receiver check the signature.',
  },
  'connection-reset': {
    name: 'Connection reset',
    advice: `The connection was reset before the response was complete: ${LOGS}.`,
  },
  'closed-early': {
    name: 'Connection closed early',
    advice: `The receiver closed the connection before its response was complete: ${LOGS}.`,
  },
  'contradictory-lengths': {
    name: 'Contradictory lengths',
    advice:
      'The response states its length in two ways that contradict each other: let the receiver, and any proxy before it, send one Content-Length or one Transfer-Encoding.',
  },
  'headers-too-large': {
    name: 'Headers too large',
    advice:
      'The headers of the response are too large: let the receiver send fewer or shorter ones, cookies above all.',
  },
  'malformed-response': {
    name: 'Malformed response',
    advice: 'What came back is not a proper HTTP answer: check that the URL leads to a web server.',
  },
  'timeout-dns': {
    name: 'Timeout in DNS',
    advice: "The name servers of the URL's host did not answer in time: check them, and try again once they answer.",
  },
  'timeout-connect': {
    name: 'Timeout while connecting',
    advice:
      "Nothing answered at the URL's host and port in time: check both, that the receiver runs, and that its firewall lets the internet in.",
  },
  'timeout-tls': {
    name: 'Timeout in TLS',
    advice:
      "The receiver did not complete the TLS handshake in time: check that it serves HTTPS at the URL's port, and that it is not overloaded.",
  },
  'timeout-first-byte': {
    name: 'Timeout before the response',
    advice: 'The receiver did not begin its response in time: let it answer at once and do its work afterwards.',
  },
  'timeout-body': {
    name: 'Timeout within the response',
    advice: 'The receiver did not complete its response in time: let it send a short response and end it at once.',
  },
  unknown: {
    name: 'Unknown reason',
    advice: `There was no answer, for a reason that we do not know: ${LOGS}, and tell us the code.`,
  },
  'token-url-refused': {
    name: 'Token URL refused',
    advice: 'The token URL leads to an address that is not allowed: change it to an HTTPS URL of a public host.',
  },
  'token-refused': {
    name: 'Refused by the token URL',
    advice:
      'The token URL responded without an access token, so the receiver was not asked: check the client id, the client secret, which may have expired, the scope or audience, and the token URL, where no redirect is followed.',
  },
  'token-type': {
    name: 'Access token of another type',
    advice:
      'The token URL issued an access token whose token_type is not Bearer, so the receiver was not asked: have bearer tokens issued to this client, without DPoP or another proof of possession.',
  },
  'challenge-page': {
    name: 'Challenge page of a proxy',
    advice:
      'A proxy answered in place of the receiver, with a page that tests for a browser: exempt the URL from its protection against robots, by our user agent or a header that you add.',
  },
  'web-page': {
    name: 'Web page',
    advice:
      "The response is a web page for people, as proxies, firewalls and sign-in pages give it: check that the URL is the receiver's own, that nothing before it holds up our requests, and the webhook's credentials.",
  },
};
