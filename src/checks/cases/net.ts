import { controlId, type CheckCase, type CaseFacts, type CaseFinding, type Trial } from '../case.ts';
import { describeAnswer, expectDelivered, passed } from '../judging.ts';
import { adviseTrial } from '../verdict/advice.ts';
import { onStatus } from '../verdict/cause.ts';

/** The connection to the receiver. */
export const netCases: readonly CheckCase[] = [
  {
    id: 'net/tls',
    title: 'the certificate is valid',
    level: 'SHOULD',
    rules: ['R1'],
    profile: 'default',
    sends: 'nothing of its own: it looks at the connection of the control',
    expected: 'over https, a certificate chain that a client trusts; plain http only on a private network',
    why: 'A client that verifies certificates never gets as far as the request (assumed: tls-verified), and over plain http the secret and the messages can be read on the way.',
    remedies: { tls: 'Serve the whole chain, intermediate certificates included, for the host name in the URL.' },
    dependsOn: [],
    build: () => [],
    judge: (_, facts) => judgeTls(facts),
  },
  {
    id: 'net/no-redirect',
    title: 'the URL answers itself',
    level: 'MUST',
    rules: ['R1'],
    profile: 'default',
    sends: 'nothing of its own: it looks at the control',
    expected: 'a status that is not 3xx',
    why: 'A 3xx is outside 200-299, and nothing is sent after it (assumed: no-redirects): every message is undelivered.',
    remedies: { redirect: 'Give Suvvy the final URL: check the trailing slash, https and www.' },
    dependsOn: [],
    build: () => [],
    judge: (_, facts) => judgeRedirect(facts),
  },
  {
    id: 'net/keep-alive-reuse',
    title: 'three requests on one connection',
    level: 'OBS',
    rules: [],
    profile: 'default',
    sends: 'three texts, one after the other, on one connection',
    expected: 'three answers; the receiver decides whether it keeps the connection',
    why: 'Whether Suvvy reuses connections is not known (assumed: fresh-connection).',
    remedies: { reset: 'Look for a handler that does not read the body of a request to its end.' },
    dependsOn: [controlId],
    sending: 'one-connection',
    build: (builder) =>
      [1, 2, 3].map((n) => ({ label: `request ${n}`, event: builder.event([builder.text(`Request ${n} of 3.`)]) })),
    judge: judgeReuse,
  },
  {
    id: 'net/chunked-body',
    title: 'a body in chunks',
    level: 'OBS',
    rules: ['R6'],
    profile: 'default',
    sends: 'one text with Transfer-Encoding: chunked instead of a Content-Length',
    expected: 'a 2xx',
    why: 'Proxies on the way may change one framing into the other.',
    remedies: onStatus('Read the body to its end instead of relying on Content-Length.'),
    dependsOn: [controlId],
    build: (builder) => [{ label: 'chunked', framing: 'chunked', event: builder.event([builder.text('In chunks.')]) }],
    judge: expectDelivered,
  },
];

function judgeTls(facts: CaseFacts): CaseFinding {
  const { url, reach, control, certificates } = facts;
  const finding = (outcome: CaseFinding['outcome'], actual: string, more: Partial<CaseFinding> = {}): CaseFinding => ({
    outcome,
    reason: null,
    actual,
    evidence: [],
    ...more,
  });
  if (url.protocol === 'http:')
    return reach === 'public'
      ? finding('warn', 'plain http to a public host', { advice: `try https://${url.host}${url.pathname}` })
      : finding('info', 'plain http, but not to a public host');
  if (control?.delivery.outcome.failure?.code === 'tls')
    return finding('fail', describeAnswer(control), {
      reason: 'tls',
      advice: adviseTrial(control, facts),
      evidence: [control],
    });
  if (certificates === 'unverified') return finding('warn', 'not verified, because of --insecure');
  if (!control || control.delivery.outcome.timing.tlsMs === null)
    return finding('info', 'cannot be judged: no TLS handshake was completed');
  return finding('pass', certificates === 'own' ? 'trusted by your --cacert' : 'a chain that is trusted');
}

function judgeRedirect(facts: CaseFacts): CaseFinding {
  const { control } = facts;
  if (!control) return { outcome: 'info', reason: null, actual: 'the control was not sent' };
  const evidence = [control];
  if (!control.delivery.outcome.response)
    return { outcome: 'info', reason: null, actual: `cannot be judged: ${describeAnswer(control)}`, evidence };
  if (control.delivery.verdict.reason !== 'redirect') return { ...passed(evidence), evidence };
  return {
    outcome: 'fail',
    reason: 'redirect',
    actual: describeAnswer(control),
    advice: adviseTrial(control, facts),
    evidence,
  };
}

function judgeReuse(trials: readonly Trial[], facts: CaseFacts): CaseFinding {
  const finding = expectDelivered(trials, facts);
  if (finding.outcome !== 'pass') return finding;
  // On an existing connection, connecting takes no time at all.
  const reused = trials.filter(({ delivery }) => delivery.outcome.timing.connectMs === 0).length;
  const connections = trials.length - reused;
  return {
    outcome: 'info',
    reason: null,
    actual: connections === 1 ? 'all three on one connection' : `${connections} connections for three requests`,
  };
}
