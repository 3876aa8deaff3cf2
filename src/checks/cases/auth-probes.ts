import type { Authorization, Kit, Probe } from '../case.ts';

/** A text under another header than the right one. */
export function forgedProbe(kit: Kit, label: string, authorization: Authorization, more: Partial<Probe> = {}): Probe {
  return { label, authorization, event: kit.event([kit.text('Somebody else wrote this.')]), ...more };
}

/** What only comes near the secret. */
export function nearMisses(kit: Kit): Probe[] {
  const secret = kit.secret ?? '';
  const flipped = [...secret]
    .map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()))
    .join('');
  const probes = [
    forgedProbe(kit, 'one character more', { value: `Bearer ${secret}x`, shell: 'Bearer ${SUVVY_WEBHOOK_SECRET}x' }),
  ];
  if (secret.trimEnd().length > 1 && secret.slice(0, -1).trimEnd() === secret.slice(0, -1))
    probes.unshift(
      forgedProbe(kit, 'one character less', {
        value: `Bearer ${secret.slice(0, -1)}`,
        shell: 'Bearer ${SUVVY_WEBHOOK_SECRET%?}',
      }),
    );
  if (flipped !== secret)
    probes.push(
      forgedProbe(kit, 'upper and lower case swapped', {
        value: `Bearer ${flipped}`,
        shell: "Bearer $(printf %s \"$SUVVY_WEBHOOK_SECRET\" | tr 'A-Za-z' 'a-zA-Z')",
      }),
    );
  return probes;
}

/** Headers that are not of the form of the page. */
export function malformed(kit: Kit): Probe[] {
  return [
    forgedProbe(kit, 'Bearer alone', { value: 'Bearer', shell: 'Bearer' }),
    forgedProbe(kit, 'Basic', { value: 'Basic dXNlcjpwYXNz', shell: 'Basic dXNlcjpwYXNz' }),
    // Whoever sends these knows the secret: letting them in is untidy, and no way in.
    forgedProbe(
      kit,
      'the secret after Basic',
      { value: `Basic ${kit.secret}`, shell: 'Basic $SUVVY_WEBHOOK_SECRET' },
      { level: 'MAY' },
    ),
    forgedProbe(
      kit,
      'Bearer twice',
      { value: `Bearer Bearer ${kit.secret}`, shell: 'Bearer Bearer $SUVVY_WEBHOOK_SECRET' },
      { level: 'MAY' },
    ),
  ];
}
