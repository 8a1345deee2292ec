import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildResult, build, type Plugin } from 'esbuild';
import { lazyDoors } from './lazy-doors.ts';

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
// The command and the lab are bundles, below.
for (const room of ['cli', 'lab']) rmSync(join(root, 'dist', room), { recursive: true, force: true });
mkdirSync(command);
const bundles = await build({
  absWorkingDir: root,
  metafile: true,
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
  plugins: [lazyChildProcess, lazyDoors(['report', 'manifest'])],
  logLevel: 'warning',
});
// The licences of what is in the bundles (all MIT) want to be with them.
for (const name of bundledPackages(bundles)) {
  const from = join(root, 'node_modules', name);
  // Some have it in their README only.
  const files = readdirSync(from);
  const licence =
    files.find((file) => /^licen[cs]e/i.test(file)) ?? files.find((file) => /^readme/i.test(file));
  if (licence === undefined) throw new Error(`${name} says nothing of its licence`);
  copyFileSync(join(from, licence), join(command, `LICENSE-${name.replace('/', '-')}`));
}
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

/** The packages that the bundles have anything of. */
function bundledPackages({ metafile }: BuildResult<{ metafile: true }>): readonly string[] {
  const names = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}
