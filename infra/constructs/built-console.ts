/** The console's pages as an asset of the stack. */
import { execFileSync } from 'node:child_process';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Source } from 'aws-cdk-lib/aws-s3-deployment';

const PROJECT_ROOT = `${import.meta.dirname}/../..`;
const VITE = `${PROJECT_ROOT}/node_modules/vite/bin/vite.js`;

/** Built while the stack is synthesised, so that what is deployed is what is checked out. */
export function builtConsole() {
  return Source.asset(`${PROJECT_ROOT}/console`, {
    // Of what was built: schemas and rules from `shared/` are in it too.
    assetHashType: AssetHashType.OUTPUT,
    exclude: ['dist*'],
    bundling: {
      // Named because it must be; the local build never leaves it anything to do.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputFolder) {
          const arguments_ = [
            VITE,
            'build',
            'console',
            '--outDir',
            outputFolder,
            '--emptyOutDir',
            '--logLevel',
            'warn',
          ];
          execFileSync(process.execPath, arguments_, { cwd: PROJECT_ROOT, stdio: ['ignore', 2, 'inherit'] });
          return true;
        },
      },
    },
  });
}
