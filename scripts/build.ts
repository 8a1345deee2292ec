import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const command = join(root, 'dist/cli');

/** Commander loads node:child_process at once, for a feature that is not used here; this way it is loaded on first use. */
const lazyChildProcess: Plugin = {
  name: 'lazy child_process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'child_process', namespace: 'lazy' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      contents: `exports.spawn = (...args) => require('child_process').spawn(...args);`,
    }));
  },
};

/**
 * Builds dist/: the library file by file with its types, and the command as one CommonJS bundle behind a starter that keeps compiled code between runs.
 * Loading a hundred ES modules takes longer than the command itself.
 */
rmSync(join(root, 'dist'), { recursive: true, force: true });
const compiled = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (compiled.status !== 0) process.exit(1);
rmSync(command, { recursive: true, force: true });
mkdirSync(command);
await build({
  absWorkingDir: root,
  // The second is the process inside a lab. koffi is native, so it stays a dependency.
  entryPoints: { command: 'src/cli/main.ts', lab: 'src/lab/run/main.ts' },
  outdir: 'dist/cli',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22.19',
  external: ['koffi'],
  define: { 'import.meta.dirname': '__dirname' },
  minify: true,
  plugins: [lazyChildProcess],
  logLevel: 'warning',
});
// Commander is in the bundle, and its licence (MIT) wants to be with it.
copyFileSync(join(root, 'node_modules/commander/LICENSE'), join(command, 'LICENSE-commander'));
// Schemas that the lab's API reads when it first needs them; they lie beside the code that reads them.
for (const file of ['schemas.json.br', 'NOTICE.md']) {
  const name = file === 'NOTICE.md' ? 'NOTICE-schemas.md' : file;
  copyFileSync(join(root, 'src/lab/api/openapi', file), join(command, name));
}
writeFileSync(
  join(command, 'main.cjs'),
  `#!/usr/bin/env node
'use strict';
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write('portcullis needs Node 22.19 or newer; this is ' + process.version + '\\n');
  process.exitCode = 70;
} else {
  // V8 compiles what runs often a second and a third time, on other cores: for a process of a second that is work for nothing. A V8 without these settings goes on without them.
  const { setFlagsFromString } = require('node:v8');
  setFlagsFromString('--invocation-count-for-maglev=4000');
  setFlagsFromString('--invocation-count-for-turbofan=20000');
  require('node:module').enableCompileCache();
  require('./command.cjs');
}
`,
  { mode: 0o755 },
);
