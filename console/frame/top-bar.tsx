/** The bar above every page: whose console this is, who has signed in, and light or dark. */
import { type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import { paths } from '../paths.ts';
import { useSession } from './session-context.tsx';
import { chooseTheme, type Theme, useTheme } from './theme.ts';

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

export function TopBar() {
  const { session, person } = useSession();
  const theme = useTheme();
  return (
    <header className="bar">
      <Link className="bar-title" href={paths.integrations}>
        Thalian
      </Link>
      <Menu text="Theme">
        {(close) =>
          THEMES.map(([id, text]) => (
            <button key={id} type="button" {...close} aria-pressed={id === theme} onClick={() => chooseTheme(id)}>
              {text}
            </button>
          ))
        }
      </Menu>
      <Menu text={person.name} note={`Tenant ${person.tenantId}`}>
        {(close) => (
          <button type="button" {...close} onClick={() => void session.signOut()}>
            Sign out
          </button>
        )}
      </Menu>
    </header>
  );
}

interface MenuProps {
  readonly text: string;
  /** Above the items. */
  readonly note?: string;
  readonly children: (close: { readonly popoverTarget: string; readonly popoverTargetAction: 'hide' }) => ReactNode;
}

/** The browser's own popover: it opens, closes by Escape or a click beside it, and gives the focus back by itself. */
function Menu({ text, note, children }: MenuProps) {
  const id = useId();
  return (
    <>
      <button type="button" className="bar-button" popoverTarget={id}>
        <span dir="auto">{text}</span>
      </button>
      <div id={id} popover="auto" className="bar-menu">
        {note !== undefined && <p className="unbroken">{note}</p>}
        {children({ popoverTarget: id, popoverTargetAction: 'hide' })}
      </div>
    </>
  );
}
