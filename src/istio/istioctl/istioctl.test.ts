import { describe, expect, test } from 'vitest';
import { type AdminAnswer, type IstioctlWorld, istioctl } from './index.ts';

const nothing = { failure: 'not here' };
const world: IstioctlWorld = {
  defaultNamespace: 'default',
  now: () => new Date('2025-01-01T00:00:00.5Z'),
  readFile: () => nothing,
  admin: () => ({ get: async () => nothing, post: async () => nothing }),
  podsOf: async () => nothing,
  podsSelected: async () => [],
  injectorValues: async () => undefined,
};

const checkFile = (text: string): Promise<unknown> =>
  istioctl(['x', 'authz', 'check', '-f', 'd.json'], { ...world, readFile: () => text });

const loggers = 'active loggers:\n  misc: error\n  rbac: warning\n\n';

/** A proxy that answers every request with the same, and what was asked of it. */
function proxy(answer: AdminAnswer = { status: 200, body: loggers }): {
  asked: string[];
  world: IstioctlWorld;
} {
  const asked: string[] = [];
  const admin: IstioctlWorld['admin'] = ({ name, namespace }, port) => ({
    get: async () => nothing,
    post: async (path) => {
      asked.push(`${namespace}/${name}:${port}/${path}`);
      return answer;
    },
  });
  return { asked, world: { ...world, admin } };
}

describe('flags', () => {
  test.each([
    ['x authz check --nope', 'unknown flag: --nope'],
    ['x authz check -f', "flag needs an argument: 'f' in -f"],
    ['pc log a --level', 'flag needs an argument: --level'],
    [
      'pc log a --proxy-admin-port x',
      'invalid argument "x" for "--proxy-admin-port" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      'pc log a --reset=x',
      'invalid argument "x" for "-r, --reset" flag: strconv.ParseBool: parsing "x": invalid syntax',
    ],
  ])('%s', async (line, said) => {
    expect(await istioctl(line.split(' '), world)).toEqual({
      stdout: '',
      stderr: `Error: ${said}\n`,
      exit: 64,
    });
  });

  test.each([
    'pc -n shop log web',
    '-nshop pc o web',
    'proxy-config log web -n=shop',
    'pc log web.shop other -n x',
  ])('words and flags in any order: %s', async (line) => {
    const { asked, world } = proxy();
    await istioctl(line.split(' '), world);
    expect(asked).toEqual(['shop/web:15000/logging', 'shop/web:15000/logging']);
  });

  test.each(['version', 'pc clusters web', 'authz check web', 'pc'])('another command: %s', async (line) => {
    expect(await istioctl(line.split(' '), world)).toBeUndefined();
  });
});

describe('authz check', () => {
  test.each([
    ['[]', 'syntax error (line 1:1): unexpected token ['],
    ['null', 'syntax error (line 1:1): unexpected token null'],
    ['{"a":1,}', 'syntax error (line 1:8): unexpected token }'],
    ['{"a" 1}', 'syntax error (line 1:6): unexpected character 1, missing ":" after field name'],
    ['{\n "ä": tru}', 'syntax error (line 2:7): invalid value tru'],
    ['{} {}', 'syntax error (line 1:4): unexpected token {'],
    ['{"a":"\\x"}', 'syntax error (line 1:6): invalid escape code "\\\\x" in string'],
    ['{"a":"', 'unexpected EOF'],
  ])('a file that is no dump: %s', async (text, said) => {
    const failure = 'failed to get config dump from file d.json: failed to unmarshal proxy config';
    expect(await checkFile(text)).toMatchObject({ stderr: `Error: ${failure}: proto: ${said}\n`, exit: 1 });
  });

  const dump = (filter: object): string =>
    JSON.stringify({
      configs: [
        {
          '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
          dynamicListeners: [{ activeState: { listener: { filterChains: [{ filters: [filter] }] } } }],
        },
      ],
    });
  const type = 'envoy.extensions.filters.network.rbac.v3.RBAC';

  test('names of fields as protobuf derives them, actions by number; rules count by name over all actions', async () => {
    const typedConfig = {
      '@type': `type.googleapis.com/${type}`,
      rules: { action: 1, policies: { 'ns[a]-policy[p]-rule[0]': {}, 'ns[a]-policy[p]-rule[1]': {} } },
      shadowRules: { policies: { 'istio-ext-authz-x-ns[a]-policy[p]-rule[2]': {} } },
    };
    const expected =
      'ACTION   AuthorizationPolicy   RULES\nDENY     p.a                   3\nCUSTOM   p.a                   3\n';
    expect(await checkFile(dump({ name: 'envoy.filters.network.rbac', typedConfig }))).toEqual({
      stdout: expected,
      stderr: '',
      exit: 0,
    });
  });

  test('a filter of another type is told of and left out', async () => {
    const filter = { name: 'envoy.filters.network.rbac', typedConfig: { '@type': 'x/y.Z' } };
    expect(await checkFile(dump(filter))).toMatchObject({
      stdout: `2025-01-01T00:00:00.500000Z\terror\tfound RBAC network filter but failed to parse: proto: mismatched message type: got "${type}", want "y.Z"\nACTION   AuthorizationPolicy   RULES\n`,
    });
  });

  test.each([
    ['', 'expecting pod name or config dump, found: 0'],
    ['web', 'failed to get config dump from pod web in default'],
    ['deploy/web.shop', 'not here'],
    ['web --proxy-admin-port 0', 'port number 0 must be in the range 1..65535'],
    ['-f d.json', 'failed to get config dump from file d.json: not here'],
  ])('nothing to check: %s', async (line, said) => {
    const words = line === '' ? [] : line.split(' ');
    expect(await istioctl(['x', 'authz', 'check', ...words], world)).toEqual({
      stdout: '',
      stderr: `Error: ${said}\n`,
      exit: 1,
    });
  });

  test('a dump without listeners is an error', async () => {
    expect(await checkFile('{}')).toMatchObject({
      stderr:
        'Error: failed to get dynamic listener dump: config dump has no configuration type type.googleapis.com/envoy.admin.v3.ListenersConfigDump\n',
      exit: 1,
    });
  });
});

describe('proxy-config log', () => {
  test.each([
    ['rbac:debug,level:info,misc=off', ['?level=info', '?rbac=debug', '?misc=off']],
    ['error,rbac:debug', ['?level=error', '?rbac=debug']],
    ['rbac:debug,error', ['?level=error']],
    ['a::b::rbac=warn', ['?rbac=warning']],
  ])('--level %s: all loggers first, each once', async (level, queries) => {
    const { asked, world } = proxy();
    const output = await istioctl(['pc', 'log', 'web', '--level', level], world);
    expect(output).toEqual({ stdout: `web.default:\n${loggers}`, stderr: '', exit: 0 });
    expect(asked.slice(1)).toEqual(queries.map((query) => `default/web:15000/logging${query}`));
  });

  test.each([
    ['--level rbac:debug,nope', 'unrecognized logging level: nope'],
    ['--level rbac:debug,nope:info', 'unrecognized logger name: nope'],
    ['--level DEBUG', 'unrecognized logging level: DEBUG'],
    ['--level a::rbac', 'unrecognized logging level: '],
    ['--level rbac:debug:x', 'unrecognized logging level: debug:x'],
  ])('%s: nothing is set', async (line, said) => {
    const { asked, world } = proxy();
    const output = await istioctl(['pc', 'log', 'web', ...line.split(' ')], world);
    expect(output).toEqual({ stdout: '', stderr: `Error: ${said}\n`, exit: 1 });
    expect(asked).toEqual(['default/web:15000/logging']);
  });

  test.each([
    ['-r --level info', /^Usage:[\s\S]*\nError: --level cannot be combined with --reset\n$/],
    ['-o json', /^Error: --output is not applicable for this command\n$/],
    ['-l app=web', /^Error: no pods found\n$/],
  ])('%s is refused before anything is asked', async (line, said) => {
    const { asked, world } = proxy();
    const output = await istioctl(['pc', 'log', 'web', ...line.split(' ')], world);
    expect(output).toMatchObject({ stderr: expect.stringMatching(said), exit: 1 });
    expect(asked).toEqual([]);
  });

  test.each([
    [undefined, 'warning'],
    ['{"sidecarInjectorWebhook":{"global":{"proxy":{"logLevel":"none"}}}}', 'warning'],
    ['sidecarInjectorWebhook: {global: {proxy: {logLevel: warn}}}', 'warning'],
    ['sidecarInjectorWebhook: {global: {proxy: {logLevel: debug}}}', 'debug'],
  ])('-r with the values %s', async (values, level) => {
    const { asked, world } = proxy();
    await istioctl(['pc', 'log', 'web', '-r'], { ...world, injectorValues: async () => values });
    expect(asked[1]).toBe(`default/web:15000/logging?level=${level}`);
  });

  test('a proxy that cannot be asked', async () => {
    expect(await istioctl(['pc', 'log', 'web'], world)).toEqual({
      stdout: '',
      stderr: 'Error: failed to execute command on Envoy: not here\n',
      exit: 1,
    });
  });

  test('TYPE/NAME that names nothing', async () => {
    expect(await istioctl(['pc', 'log', 'deploy/web'], world)).toMatchObject({
      stdout: '2025-01-01T00:00:00.500000Z\terror\tpods lookup failed\n',
      stderr: 'Error: not here\n',
    });
  });

  test('several proxies that refuse', async () => {
    const pods = ['a', 'b'].map((name) => ({ name, namespace: 'shop' }));
    const { world } = proxy();
    const refusing: IstioctlWorld = {
      ...world,
      podsSelected: async () => pods,
      admin: (pod, port) => ({
        ...world.admin(pod, port),
        post: async (path) => ({ status: path === 'logging' ? 200 : 400, body: loggers }),
      }),
    };
    const output = await istioctl(['pc', 'log', '-l', 'app=x', '--level', 'rb:debug'], refusing);
    const told = pods.map(
      ({ name }) =>
        `\t* error configuring log level for ${name}.shop: failed to execute command on Envoy: unexpected status code: 400\n`,
    );
    expect(output?.stderr).toBe(`Error: 2 errors occurred:\n${told.join('')}\n\n`);
  });
});
