import { expect, test } from 'vitest';
import { fixFor, fixForAll, readDistribution } from './distribution.ts';

test.each([
  ['ID=debian\nVERSION_ID="12"\n', 'apt'],
  ['ID=ubuntu\nID_LIKE=debian\n', 'apt'],
  ['ID="linuxmint"\nID_LIKE="ubuntu debian"\n', 'apt'],
  ['ID=fedora\n', 'dnf'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'dnf'],
  ['ID=arch\n', 'pacman'],
  ['ID=manjaro\nID_LIKE=arch\n', 'pacman'],
  ['ID=alpine\n', 'apk'],
  ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'zypper'],
  ['ID=nixos\n', undefined],
  ['', undefined],
])('%j', (text, manager) => {
  expect(readDistribution(text)).toBe(manager);
});

test('one command, with the names that the distribution has', () => {
  expect(fixForAll(['nft', 'ip', 'envsubst'], 'apt')).toBe(
    'sudo apt-get install -y --no-install-recommends nftables iproute2 gettext-base',
  );
  expect(fixForAll(['unshare', 'nsenter'], 'apk')).toBe('sudo apk add util-linux-misc');
  expect(fixFor('ip', 'dnf')).toBe('sudo dnf install -y iproute');
  expect(fixFor('envsubst', 'pacman')).toBe('sudo pacman -S --needed gettext');
  expect(fixFor('envsubst', 'zypper')).toBe('sudo zypper install -y gettext-runtime');
  expect(fixFor('nft', undefined)).toBe('install the package nftables');
  expect(fixFor('kubectl', 'pacman')).toBe('sudo pacman -S --needed kubectl');
  expect(fixFor('kubectl', 'apt')).toContain('https://dl.k8s.io/release/');
});
