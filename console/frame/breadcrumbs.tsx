/** The way back up. A page at the top has none above it. */
import { Link } from 'wouter';
import { useCrumbs } from './crumbs.tsx';

export function Breadcrumbs() {
  const crumbs = useCrumbs();
  const above = crumbs.slice(0, -1);
  const here = crumbs.at(-1);
  if (here === undefined || above.length === 0) {
    return null;
  }
  return (
    <nav aria-label="Breadcrumbs">
      <ol className="crumbs">
        {above.map(({ text, href }) => (
          <li key={href}>
            <Link href={href} dir="auto">
              {text}
            </Link>
          </li>
        ))}
        <li aria-current="page" dir="auto">
          {here.text}
        </li>
      </ol>
    </nav>
  );
}
