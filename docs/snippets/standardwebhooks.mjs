import { Webhook } from 'standardwebhooks';

/** Throws if the request is not genuine, else returns the parsed body. `rawBody` is a string or a Buffer. */
export const verify = (rawBody, headers, secret) => new Webhook(secret).verify(rawBody, headers);
