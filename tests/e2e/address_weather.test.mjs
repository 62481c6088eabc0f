// Addresses that are dead in the ways of real networks, in a network namespace of the test's own:
// black holes that swallow every packet, and destinations without a route.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bin, run } from './peers.mjs';

// "hole" resolves no neighbours, so what is sent there has a destination that its other end, "far",
// takes for somebody else's. "lo" has the addresses that are there.
const network = `
  ip link set lo up &&
  ip link add hole type veth peer name far &&
  ip link set hole arp off up &&
  ip link set far up &&
  ip addr add 192.0.2.1/32 dev lo &&
  ip addr add 2001:db8:9::1/128 dev lo nodad &&
  ip addr add 198.51.100.1/24 dev hole &&
  ip addr add 2001:db8:1::1/64 dev hole nodad`;
const goodIpv4 = '192.0.2.1';
const goodIpv6 = '2001:db8:9::1';
const deadIpv6 = (number = 0) => `2001:db8:1::${(0x100 + number).toString(16)}`;
const deadIpv4 = (number = 0) => `198.51.100.${100 + number}`;
const withoutRoute = '2001:db8:ffff::1';

/** Runs a command in a new network namespace: as root, or as root of a new user namespace. */
async function inNamespace(command) {
  for (const flags of ['-n', '-rn']) {
    const result = await run('unshare', [flags, 'sh', '-c', command]);
    if (!/^unshare: /m.test(result.stderr)) return result;
  }
  return null;
}
const trial = await inNamespace(network).catch((error) => ({ status: 1, stderr: error.message }));
const skip = trial?.status === 0 ? false : `no network namespace can be made here: ${trial?.stderr ?? 'not permitted'}`;

/** What each of `clients` connectors printed, as { address, time }. */
async function connect({ clients = 1, good, dead }) {
  const { status, stderr, lines } = await inNamespace(`${network} && ${bin('address_weather')} ${[clients, good, ...dead].join(' ')}`);
  assert.equal(status, 0, stderr);
  const outcomes = lines.map((line) => /^connected (.*):\d+ (\d+)$/.exec(line));
  assert.ok(outcomes.every(Boolean), lines.join('\n'));
  assert.equal(outcomes.length, clients);
  return outcomes.map(([, address, time]) => ({ address, time: Number(time) }));
}

test('an IPv6 black hole: IPv4 after the attempt delay', { skip }, async () => {
  const [{ address, time }] = await connect({ good: goodIpv4, dead: [deadIpv6()] });
  assert.equal(address, goodIpv4);
  assert.ok(time >= 250 && time < 400, `${time} ms`);
});

test('an IPv4 black hole: IPv6 first, at once', { skip }, async () => {
  const [{ address, time }] = await connect({ good: goodIpv6, dead: [deadIpv4()] });
  assert.equal(address, `[${goodIpv6}]`);
  assert.ok(time < 150, `${time} ms`);
});

test('IPv6 without a route: IPv4 first, at once', { skip }, async () => {
  const [{ address, time }] = await connect({ good: goodIpv4, dead: [withoutRoute] });
  assert.equal(address, goodIpv4);
  assert.ok(time < 150, `${time} ms`);
});

test('fifty dead addresses and a good one: within the ten seconds of a handshake', { skip }, async () => {
  const dead = Array.from({ length: 25 }, (_, number) => [deadIpv6(number), deadIpv4(number)]).flat();
  const [{ address, time }] = await connect({ good: goodIpv4, dead });
  assert.equal(address, goodIpv4);
  assert.ok(time < 8000, `${time} ms`);
});

test('ten clients of one host behind an IPv6 black hole: no queue of attempt delays', { skip }, async () => {
  const outcomes = await connect({ clients: 10, good: goodIpv4, dead: [deadIpv6()] });
  for (const { address, time } of outcomes) {
    assert.equal(address, goodIpv4);
    assert.ok(time < 600, `${time} ms`);
  }
});
