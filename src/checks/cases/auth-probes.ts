import type { Authorization, CaseBuilder, Probe } from '../case.ts';

/** A request that the receiver would accept, but with a wrong header. */
export function forgedProbe(
  builder: CaseBuilder,
  label: string,
  authorization: Authorization,
  more: Partial<Probe> = {},
): Probe {
  return { label, authorization, event: builder.sample('Somebody else wrote this.'), ...more };
}

/** Values that are close to the secret. */
export function nearMisses(builder: CaseBuilder): Probe[] {
  const secret = builder.secret ?? '';
  const flipped = [...secret]
    .map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()))
    .join('');
  const probes = [
    forgedProbe(builder, 'one character more', {
      value: `Bearer ${secret}x`,
      shell: 'Bearer ${SUVVY_WEBHOOK_SECRET}x',
    }),
  ];
  if (secret.trimEnd().length > 1 && secret.slice(0, -1).trimEnd() === secret.slice(0, -1))
    probes.unshift(
      forgedProbe(builder, 'one character less', {
        value: `Bearer ${secret.slice(0, -1)}`,
        shell: 'Bearer ${SUVVY_WEBHOOK_SECRET%?}',
      }),
    );
  if (flipped !== secret)
    probes.push(
      forgedProbe(builder, 'upper and lower case swapped', {
        value: `Bearer ${flipped}`,
        shell: "Bearer $(printf %s \"$SUVVY_WEBHOOK_SECRET\" | tr 'A-Za-z' 'a-zA-Z')",
      }),
    );
  return probes;
}

/** Headers in another form than the page describes. */
export function malformed(builder: CaseBuilder): Probe[] {
  return [
    forgedProbe(builder, 'Bearer alone', { value: 'Bearer', shell: 'Bearer' }),
    forgedProbe(builder, 'Basic', { value: 'Basic dXNlcjpwYXNz', shell: 'Basic dXNlcjpwYXNz' }),
    // The sender of these knows the secret: accepting them is careless, but not a security hole.
    forgedProbe(
      builder,
      'the secret after Basic',
      { value: `Basic ${builder.secret}`, shell: 'Basic $SUVVY_WEBHOOK_SECRET' },
      { level: 'MAY' },
    ),
    forgedProbe(
      builder,
      'Bearer twice',
      { value: `Bearer Bearer ${builder.secret}`, shell: 'Bearer Bearer $SUVVY_WEBHOOK_SECRET' },
      { level: 'MAY' },
    ),
  ];
}
