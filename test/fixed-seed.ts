/** Property tests repeat the same cases on every machine; fast-check prints this seed when one fails. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 20261124 });
