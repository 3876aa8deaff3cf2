import type { Placeholder } from '../../fixtures/placeholders.ts';
import { secretVariable, statusRange, type ExportedRequest, type ExportPlan } from './plan.ts';

/** A script for k6 that sends the same, and judges it the same. */
export function k6Script(plan: ExportPlan): string {
  const { url, requests, secret, limitMs, status } = plan;
  const { from, to } = statusRange(status);
  const usesUuid = requests.some(({ body }) => body.places.some(({ kind }) => kind === 'uuid'));
  return [
    "import exec from 'k6/execution';",
    "import http from 'k6/http';",
    "import { Rate } from 'k6/metrics';",
    ...(usesUuid ? ["import { randomBytes } from 'k6/crypto';"] : []),
    '',
    `export const options = ${JSON.stringify(optionsOf(plan), null, 2)};`,
    '',
    `const url = ${quoted(url)};`,
    ...(secret ? secretLines : []),
    `const requests = [\n${requests.map((request) => requestLines(request, secret)).join('\n')}\n];`,
    "const failed = new Rate('suvvy_failed');",
    ...(usesUuid ? ['', uuidFunction] : []),
    '',
    'export default function () {',
    '  // One count over all machines of the test.',
    '  const n = exec.scenario.iterationInTest + 1;',
    '  const { headers, body } = requests[(n - 1) % requests.length];',
    `  const answer = http.post(url, body(n), { headers, redirects: 0, timeout: ${plan.timeoutMs}, responseType: 'none' });`,
    '  const { connecting, tls_handshaking: tls, sending, waiting } = answer.timings;',
    `  const inTime = connecting + tls + sending + waiting <= ${limitMs};`,
    `  failed.add(!(answer.status >= ${from} && answer.status <= ${to} && inTime));`,
    '}',
    '',
  ].join('\n');
}

const secretLines = [
  `const secret = __ENV.${secretVariable};`,
  `if (!secret) throw new Error('set ${secretVariable}: every request carries it');`,
];

const uuidFunction = `function uuid() {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}`;

function optionsOf({ perSecond, durationMs, concurrency, maxErrorRate, insecure, timeoutMs }: ExportPlan): object {
  // k6 takes whole numbers alone: a rate with a fraction is one in so many microseconds.
  const rate = Number.isInteger(perSecond)
    ? { rate: perSecond, timeUnit: '1s' }
    : { rate: 1, timeUnit: `${Math.round(1e6 / perSecond)}us` };
  const most = concurrency ?? Math.ceil((perSecond * timeoutMs) / 1000) + 1;
  return {
    scenarios: {
      suvvy: {
        executor: 'constant-arrival-rate',
        ...rate,
        duration: `${durationMs}ms`,
        preAllocatedVUs: Math.min(most, 100),
        maxVUs: most,
        gracefulStop: `${timeoutMs}ms`,
      },
    },
    thresholds: { suvvy_failed: [maxErrorRate === 0 ? 'rate==0' : `rate<=${maxErrorRate / 100}`] },
    discardResponseBodies: true,
    ...(insecure ? { insecureSkipTLSVerify: true } : {}),
  };
}

function requestLines({ name, headers, body }: ExportedRequest, secret: boolean): string {
  const fields = headers.map(([key, value]) => `${quoted(key)}: ${quoted(value)}`);
  if (secret) fields.push("Authorization: 'Bearer ' + secret");
  const pieces = body.literals.flatMap((literal, index) => {
    const place = body.places[index];
    return [quoted(literal.toString('utf8')), ...(place ? [expressionOf(place)] : [])];
  });
  const usesN = body.places.some(({ kind }) => kind === 'n');
  return [
    `  // ${quoted(name)}`,
    `  { headers: { ${fields.join(', ')} }, body: (${usesN ? 'n' : ''}) => ${pieces.join(' + ')} },`,
  ].join('\n');
}

function expressionOf(place: Placeholder): string {
  if (place.kind === 'uuid') return 'uuid()';
  return place.modulus === null ? 'n' : `(n % ${place.modulus})`;
}

/** JSON is JavaScript but for two characters, which older engines take for the end of a line. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
