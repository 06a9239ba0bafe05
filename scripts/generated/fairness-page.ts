/** The page of the simulation's results. Not among the other generated files: making it takes seconds. */
import { fairnessPage } from '../../bench/simulation/page.ts';
import { type GeneratedDoc, readIfThere } from './generated-doc.ts';

const PAGE = 'docs/fairness.md';

/** `project` is the URL of the project's folder, with its slash. */
export function generateFairness(project: URL): GeneratedDoc {
  return { path: PAGE, current: readIfThere(new URL(PAGE, project)), wanted: fairnessPage() };
}
