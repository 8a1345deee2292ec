// The command from a checkout, in the folder where npm was called: npm itself moves to the root of the package.
process.chdir(process.env.INIT_CWD ?? '.');
await import('../src/cli/main.ts');
