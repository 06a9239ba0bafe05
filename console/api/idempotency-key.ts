/** Names a request, so that sending it again after a lost response does not carry it out twice. */
import { useRef } from 'react';

/** The same key for the same body, for as long as the form is open. Another body is another request. */
export function useIdempotencyKey(): (body: object) => string {
  const latest = useRef({ body: '', key: '' });
  return (body) => {
    const text = JSON.stringify(body);
    if (latest.current.body !== text) {
      latest.current = { body: text, key: crypto.randomUUID() };
    }
    return latest.current.key;
  };
}
