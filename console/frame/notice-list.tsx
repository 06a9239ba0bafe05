/** The notices at the top of the page, in view wherever the reader is on it, and read out when they come. */
import Alert from '@cloudscape-design/components/alert';
import { useRef } from 'react';
import { useNotices } from './notices.tsx';

export function NoticeList() {
  const { shown, dismiss } = useNotices();
  const list = useRef<HTMLElement>(null);
  const take = (id: string) => {
    dismiss(id);
    // The button goes with the notice.
    list.current?.focus();
  };
  return (
    <section ref={list} className="notices" aria-label="Notices" aria-live="polite" tabIndex={-1}>
      {shown.map(({ id, type, content }) => (
        <Alert key={id} type={type} dismissible dismissAriaLabel="Dismiss" onDismiss={() => take(id)}>
          <span className="unbroken">{content}</span>
        </Alert>
      ))}
    </section>
  );
}
