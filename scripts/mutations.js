/**
 * One-line faults that some test must catch. `find` stands exactly once in `file`; `tests` are the files that are run.
 *
 * @typedef {{ file: string, find: string, replace: string, reason: string, tests: string[] }} Mutation
 */

/** Makes the faults of one file of the source, with the tests that look after it.
 * @param {string} file @param {string[]} tests @param {[reason: string, find: string, replace: string][]} faults
 * @returns {Mutation[]}
 */
const faultsOf = (file, tests, faults) =>
  faults.map(([reason, find, replace]) => ({ file: `src/${file}`, find, replace, reason, tests }));

/** @type {Mutation[]} */
export const mutations = [
  ...faultsOf(
    'contract/bearer.ts',
    ['test/contract/bearer.test.ts', 'test/receiver/attacks.test.ts'],
    [
      [
        'the secret is right if it only begins right',
        'timingSafeEqual(sha256(value), expected)',
        'bearer(secret).startsWith(value)',
      ],
      [
        'the secret is right if more follows it',
        'timingSafeEqual(sha256(value), expected)',
        'value.startsWith(bearer(secret))',
      ],
      [
        'the secret is right in any case',
        'timingSafeEqual(sha256(value), expected)',
        'value.toLowerCase() === bearer(secret).toLowerCase()',
      ],
      ['of several Authorization headers the first counts', 'return same && others.length === 0 ?', 'return same ?'],
      [
        'a missing secret is let in',
        "if (value === undefined) return 'missing';",
        "if (value === undefined) return 'ok';",
      ],
      ['the scheme goes out in small letters', 'return `Bearer ${secret}`', 'return `bearer ${secret}`'],
      ['an outer blank in a secret is not refused', 'if (secret !== secret.trim())', 'if (!secret)'],
      ['a control character in a secret is not refused', 'if (control) return', 'if (!secret && control) return'],
      [
        'an Authorization value that is only the secret is shown',
        "if (scheme === undefined) return value ? `*** (sha256:${fingerprint(value)})` : '';",
        'if (scheme === undefined) return value;',
      ],
    ],
  ),
  ...faultsOf(
    'contract/redact.ts',
    ['test/contract/redact.test.ts', 'test/journal/entry.test.ts'],
    [
      ['the secret is found in a text once only', "rest.replaceAll(spelled, '***')", "rest.replace(spelled, '***')"],
      ['the secret is not found as JSON writes it', 'secret, inJson, encodeURIComponent', 'secret, encodeURIComponent'],
      ['a body is not looked through for the secret', 'needles.some((needle) => bytes.includes(needle))', 'false'],
    ],
  ),
  ...faultsOf(
    'receiver/reply.ts',
    ['test/receiver/reply.test.ts', 'test/receiver/attacks.test.ts'],
    [
      ['any content encoding is taken', 'every(isIdentity)', 'every(() => true)'],
      ['any content type is taken', 'every(isJsonType)', 'every(() => true)'],
      [
        'only a single content type counts',
        "headerValues(rawHeaders, 'content-type').every",
        "headerValues(rawHeaders, 'content-type').some",
      ],
      ['a web page may post', 'crossSite || page ?', 'crossSite && page ?'],
      ['every method is taken', "if (method === 'POST') return null;", 'if (method) return null;'],
      ['405 without Allow', "{ Allow: 'POST' }", '{}'],
      ['401 without WWW-Authenticate', "{ 'WWW-Authenticate': 'Bearer' }", '{}'],
      ['the announced length is not looked at', 'Number(length) > maxBodyBytes', 'Number(length) > Infinity'],
      ['what is no JSON is acknowledged', 'if (!json?.ok) return refusal(400', 'if (!json) return refusal(400'],
      ['strict is always on', 'if (strict && issues', 'if (issues'],
      ['the 422 quotes the body', '${first.path} (${first.rule}: ${gistOf(first.rule)})', '${first.message}'],
    ],
  ),
  ...faultsOf(
    'receiver/read-body.ts',
    ['test/receiver/server.test.ts', 'test/receiver/attacks.test.ts'],
    [
      ['a chunked body has no limit', 'if (size > maxBytes)', 'if (size > Infinity)'],
      ['the limit is one byte off', 'if (size > maxBytes)', 'if (size >= maxBytes)'],
      [
        'a body that was cut off is taken for whole',
        "resolve('cut-off')",
        'resolve(join([...joined, ...chunks], size))',
      ],
      ['joined chunks are forgotten', 'join([...joined, ...chunks], size)', 'join(chunks, size)'],
    ],
  ),
  ...faultsOf(
    'receiver/parse-body.ts',
    ['test/receiver/inspect.test.ts', 'test/receiver/attacks.test.ts'],
    [
      ['no limit to depth', 'if (isTooDeep(body)) return', 'if (isTooDeep(body) && body.length === 1) return'],
      [
        'depth is counted inside strings',
        'if (byte === quote) index = endOfString(body, index);',
        'if (byte === 0) index = endOfString(body, index);',
      ],
      ['an escaped quote ends a string', 'if (byte === backslash) index += 1;', 'if (byte === 0) index += 1;'],
      ['one level too many', 'if (depth > maxJsonDepth) return true;', 'if (depth > maxJsonDepth + 1) return true;'],
      ['broken UTF-8 is mended silently', 'if (!isUtf8(body)) return null;', 'if (body.length === 0) return null;'],
      ['a byte order mark is let through to the parser', "if (text.startsWith('\\uFEFF'))", "if (text === '\\uFEFF')"],
    ],
  ),
  ...faultsOf(
    'receiver/exchange.ts',
    ['test/receiver/server.test.ts'],
    [
      [
        'answered before it is kept',
        'const kept = keep && (await tryKeep(keep, received, answered()));',
        'const kept = keep && (void tryKeep(keep, received, answered()), undefined);',
      ],
      ['what cannot be kept is acknowledged', 'if (kept === null) {', 'if (!res) {'],
      [
        'the body is asked for before the secret is looked at',
        'if (refusal) return unread(refusal);\n  if (awaitsContinue) res.writeContinue();',
        'if (awaitsContinue) res.writeContinue();\n  if (refusal) return unread(refusal);',
      ],
      [
        'a watcher that throws takes the exchange with it',
        '} catch {\n    // Who watches',
        '} catch (error) {\n    throw error;\n    // Who watches',
      ],
      [
        'who has left is told to have been answered',
        'status: settled ? null : statusOf(reaction)',
        'status: statusOf(reaction)',
      ],
    ],
  ),
  ...faultsOf(
    'receiver/create-receiver.ts',
    ['test/receiver/server.test.ts', 'test/receiver/attacks.test.ts'],
    [
      [
        'slow clients are looked after every 30 s',
        'connectionsCheckingInterval: 1000',
        'connectionsCheckingInterval: 30_000',
      ],
      ['headers may take for ever', 'headersTimeout: 10_000', 'headersTimeout: 0'],
      ['Node gives up on half-closed clients', '{ httpAllowHalfOpen: true }', '{ httpAllowHalfOpen: false }'],
      ['headers behind the 2000th are not seen', 'server.maxHeadersCount = 0;', 'server.maxHeadersCount = 5;'],
      [
        'CONNECT is dropped without a word',
        "writeRaw(socket, jsonAnswer(405, { error }, { Allow: 'POST' }));",
        'socket.destroy(error ? undefined : undefined);',
      ],
      ['the lenient parser of Node', 'insecureHTTPParser: false', 'insecureHTTPParser: true'],
      [
        'closing waits for idle connections',
        'if (exchanges.size === 0) socket.destroy();',
        'if (exchanges.size > 9) socket.destroy();',
      ],
    ],
  ),
  ...faultsOf(
    'receiver/forward.ts',
    ['test/commands/forward.test.ts'],
    [
      [
        'the headers of one connection travel on',
        'return (name) => !stopped.has(name.toLowerCase());',
        'return () => true;',
      ],
      ['the deadline of the app is not kept', 'timedOut = true;\n      req.destroy();', 'timedOut = true;'],
      [
        'the path of the sender is appended to the target',
        'const req: ClientRequest = request(url,',
        'const req: ClientRequest = request(new URL(received.target, url),',
      ],
      [
        'the Host of the sender goes to the app',
        "new Set(['host', 'content-length', 'expect'])",
        "new Set(['content-length', 'expect'])",
      ],
    ],
  ),
  ...faultsOf(
    'receiver/forward.ts',
    ['test/commands/forward.test.ts'],
    [
      [
        'a redirect of the app is followed, secret and all',
        'clearTimeout(timer);\n      resolve({ res });',
        "clearTimeout(timer);\n      if (res.headers.location) request(new URL(res.headers.location, url), { method: 'POST', headers, agent: false }).on('response', (res) => resolve({ res })).end(body);\n      else resolve({ res });",
      ],
    ],
  ),
  ...faultsOf(
    'receiver/script.ts',
    ['test/receiver/script.test.ts'],
    [
      ['counts of a script are not kept', 'if (turns === steps[at]?.times', 'if (turns === 1'],
      ['the last step is not for ever', '&& at < steps.length - 1)', ')'],
      ['delays are not waited', 'if (step.delayMs > 0)', 'if (step.delayMs > 1e9)'],
    ],
  ),
  ...faultsOf(
    'receiver/parse-script.ts',
    ['test/receiver/parse-script.test.ts'],
    [
      ['a script may answer 600', '/^[2-5]\\d\\d$/', '/^[2-6]\\d\\d$/'],
      ['a count of 0 is taken', 'if (count < 1 ||', 'if (count < 0 ||'],
    ],
  ),
  ...faultsOf(
    'delivery/payload.ts',
    ['test/delivery/deliver.test.ts', 'test/delivery/gallery.test.ts'],
    [
      [
        'no Content-Length',
        "else if (!names.has('content-length')) headers.push",
        "else if (names.has('content-length')) headers.push",
      ],
    ],
  ),
  ...faultsOf(
    'delivery/deliver.ts',
    ['test/delivery/deliver.test.ts', 'test/delivery/gallery.test.ts'],
    [
      ['the deadline is not kept', 'createDeadline(timeoutMs, () =>', 'createDeadline(timeoutMs * 1000, () =>'],
      ['an answer is read past 64 KiB', 'if (answer.bytes > maxAnswerBytes)', 'if (answer.bytes > 1e12)'],
      ['interim answers without end', 'if (interim <= maxInterimAnswers) return;', 'if (interim) return;'],
      [
        'the connection lingers after the verdict',
        'if (!options.agent || cut) req.destroy();',
        'if (cut === null) req.destroy();',
      ],
      ['a broken body counts as whole', '    bodyCut,\n    headersMs,', '    bodyCut: null,\n    headersMs,'],
      ['every certificate is taken', 'rejectUnauthorized: !options.insecure', 'rejectUnauthorized: false'],
      ['a connection is shared', 'agent: options.agent ?? false', 'agent: options.agent'],
      [
        'our own work on an answer counts as its body',
        'answer && !cut ? latestByte() : performance.now()',
        'performance.now()',
      ],
      ['a body that ends with the connection ends before', "socket.prependListener('end', stampEnd);", ''],
      ['what comes in is not timed by the shared clock', 'Math.max(marks.start, clock())', 'performance.now()'],
      ['giving up is not heard', "signal?.addEventListener('abort', interrupt, { once: true });", ''],
      [
        'a redirect is followed',
        "req.once('response', (res: IncomingMessage) => {",
        "req.once('response', (res: IncomingMessage) => {\n      if (res.headers.location) return void deliver(payload, { ...options, url: new URL(res.headers.location, url) }).then(resolve);",
      ],
    ],
  ),
  ...faultsOf(
    'contract/limits.ts',
    ['test/delivery/judge.test.ts', 'test/receiver/reply.test.ts'],
    [
      ['300 is an acknowledgement', 'status <= 299', 'status <= 300'],
      ['199 is an acknowledgement', 'status >= 200', 'status >= 199'],
      [
        '304 is an acknowledgement',
        'status >= 200 && status <= 299',
        '(status >= 200 && status <= 299) || status === 304',
      ],
      ['Suvvy waits 21 s', 'deadlineMs = 20_000', 'deadlineMs = 21_000'],
    ],
  ),
  ...faultsOf(
    'delivery/judge.ts',
    ['test/delivery/judge.test.ts'],
    [
      ['an answer after the deadline is fine', 'if (headersMs > deadlineMs)', 'if (headersMs > Infinity)'],
      ['an answer at the deadline is late', 'if (headersMs > deadlineMs)', 'if (headersMs >= deadlineMs)'],
      [
        'an unmet expectation passes',
        'passed: false, reason: verdict.reason ??',
        'passed: verdict.passed, reason: verdict.reason ??',
      ],
    ],
  ),
  ...faultsOf(
    'delivery/curl.ts',
    ['test/commands/send.test.ts', 'test/commands/hostile-files.test.ts'],
    [
      [
        'the secret stands in the curl line',
        "${authorization ?? 'Bearer $SUVVY_WEBHOOK_SECRET'}",
        '${authorization ?? value}',
      ],
      ['a quote in a body ends the quoting', "text.replaceAll(\"'\", `'\\\\''`)", 'text'],
      ['a body that begins with @ names a file to send', ' && body[0] !== 0x40', ''],
    ],
  ),
  ...faultsOf(
    'render/card.ts',
    ['test/commands/listen.test.ts', 'test/commands/foreign-text.test.ts'],
    [
      [
        'the sender is printed raw',
        "safeLine(clip(textOf(message['message_sender'] ?? '?'), 20))",
        "clip(textOf(message['message_sender'] ?? '?'), 20)",
      ],

      ['the secret stands in --verbose', 'shownHeaders(rawHeaders, redact).map(', 'rawHeaders.map('],
    ],
  ),
  ...faultsOf(
    'render/delivery.ts',
    ['test/commands/send.test.ts', 'test/commands/foreign-text.test.ts', 'test/commands/delivery-lines.test.ts'],
    [
      ['the reason phrase is printed raw', 'truncate(safeLine(clip(text, 40)), 12)', 'clip(text, 40)'],
      ['the sentence is printed raw', 'safeLine(redactSecret(verdict.sentence ??', '(redactSecret(verdict.sentence ??'],
      [
        'the secret in an answer is printed',
        'const text = redactSecret(decode(response.body), secret);',
        'const text = decode(response.body);',
      ],
      ['the secret in an advice is printed', 'add(`→ ${redactSecret(advice, secret)}`)', 'add(`→ ${advice}`)'],
    ],
  ),
  ...faultsOf(
    'cli.ts',
    ['test/commands/argv.test.ts', 'test/commands/send.test.ts', 'test/commands/others.test.ts'],
    [
      ['an error is printed raw', '${safeLine(error.message)}\\n`', '${error.message}\\n`'],
      ['a hint is printed raw', '`  ${safeLine(error.hint)}\\n`', '`  ${error.hint}\\n`'],
      [
        'a mistyped flag is printed raw',
        "safe(withoutValue(error.message)).replaceAll('\\n', '\\n  ')",
        'withoutValue(error.message)',
      ],
      ['a mistyped flag is repeated with its value', 'safe(withoutValue(error.message))', 'safe(error.message)'],
      ['a bug is a usage error', 'return ExitCode.bug;', 'return ExitCode.usage;'],
      ['help is a usage error', 'if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.ok;', ''],
    ],
  ),
  ...faultsOf(
    'errors.ts',
    ['test/commands/send.test.ts', 'test/commands/listen.test.ts'],
    [
      ['exit codes 1 and 2 are swapped', 'failed: 1,', 'failed: 2,'],
      ['exit codes 2 and 3 are swapped', 'unable: 3,', 'unable: 2,'],
    ],
  ),
  ...faultsOf(
    'render/text.ts',
    ['test/text/text.test.ts'],
    [
      ['control characters go through', '[\\p{Cc}\\p{Cf}', '[\\p{Cf}'],
      ['bidi controls go through', '\\p{Cc}\\p{Cf}\\p{Cs}', '\\p{Cc}\\p{Cs}'],
      ['lone surrogates go through', '\\p{Cf}\\p{Cs}\\p{Zl}', '\\p{Cf}\\p{Zl}'],
      ['line separators go through', '\\p{Zl}\\p{Zp}', ''],
      ['a newline in a line goes through', "safe(text).replaceAll('\\n', '\\\\n')", 'safe(text)'],
    ],
  ),
  ...faultsOf(
    'journal/journal-file.ts',
    ['test/journal/append.test.ts'],
    [
      ['a short write is taken for whole', 'if (written !== bytes.length)', 'if (written < 0)'],
      ['a torn line is written on', 'const bytes = target.midLine ?', 'const bytes = target.size < 0 ?'],
      ['after a failure the end is trusted', 'target.midLine = true;', 'target.midLine = false;'],
      ['--fsync does nothing', 'if (fsync) fs.sync(target.fd);', ''],
      ['a new file is not synced into its folder', 'if (fsync && regular) fs.syncFolder(path);', ''],
      ['a file that was moved away is written on', "if (!facts) return reopen('moved');", 'if (!facts) return file!;'],
      [
        'a file that was replaced is not noticed',
        "if (!file || facts.ino !== file.ino || facts.dev !== file.dev) return reopen('replaced');",
        "if (!file) return reopen('replaced');",
      ],
    ],
  ),
  ...faultsOf(
    'journal/open-journal.ts',
    ['test/journal/append.test.ts', 'test/commands/recording.test.ts'],
    [
      [
        'acknowledged although it failed',
        'for (const { reject } of group) reject(error);',
        'for (const { resolve } of group) resolve();',
      ],
      ['what waits is lost at the end', 'close() {\n      flush();', 'close() {'],
      ['a failing disk is not said', "if (lost === 0) onNotice({ kind: 'failing', error });", ''],
      [
        'acknowledged before it is written',
        'try {\n      file.append(joinLines(group.map(({ line }) => line)));',
        'try {\n      for (const { resolve } of group) resolve();\n      file.append(joinLines(group.map(({ line }) => line)));',
      ],
    ],
  ),
  ...faultsOf(
    'journal/journal-fs.ts',
    ['test/journal/append.test.ts'],
    [
      ['everybody may read a journal', '0o600', '0o644'],
      [
        'a journal is begun anew at each start',
        'constants.O_RDWR | constants.O_APPEND',
        'constants.O_RDWR | constants.O_TRUNC | constants.O_APPEND',
      ],
    ],
  ),
  ...faultsOf(
    'journal/entry-line.ts',
    ['test/journal/entry.test.ts', 'test/journal/kept-headers.test.ts', 'test/journal/read.test.ts'],
    [
      ['the secret is recorded in the target', 'path: redact(received.target)', 'path: received.target'],
      [
        'a replay drops bytes that are no UTF-8',
        'return text === null ?',
        'return text === null && body.length === 0 ?',
      ],
      [
        'every Authorization passes for the right one',
        "received.auth === 'ok' ? authorization : undefined",
        'authorization',
      ],
      [
        'a large body that is no JSON is quoted as if it were',
        'body && json?.ok && body.length',
        'body && body.length',
      ],
    ],
  ),
  ...faultsOf(
    'contract/shown-headers.ts',
    ['test/journal/entry.test.ts', 'test/journal/read.test.ts'],
    [
      ['the secret is recorded in its header', 'redactAuthorization(value) : redact(value)', 'value : redact(value)'],
      [
        'the secret is recorded in another header',
        'redactAuthorization(value) : redact(value)',
        'redactAuthorization(value) : value',
      ],
      ['of repeated headers the last is kept', 'before === undefined ? value : [before, value].flat()', 'value'],
    ],
  ),
  ...faultsOf(
    'journal/parse-entry.ts',
    ['test/journal/read.test.ts', 'test/journal/entry.test.ts'],
    [
      ['a line with damaged UTF-8 is read', "if (!isUtf8(line)) return 'bad';", ''],
      [
        'an entry of a later version is guessed at',
        "value['v'] > 1) return 'later';",
        "value['v'] > 9) return 'later';",
      ],
    ],
  ),
  ...faultsOf(
    'commands/replay.ts',
    ['test/commands/replay.test.ts'],
    [['a replay sends nothing of the body', 'bodyOf(entry) ?? Buffer.alloc(0)', 'Buffer.alloc(0)']],
  ),
  ...faultsOf(
    'commands/selection.ts',
    ['test/commands/replay.test.ts'],
    [
      ['--failed takes what was acknowledged', '!isAcknowledged(status))', 'isAcknowledged(status))'],
      [
        'what was refused unread is sent empty',
        'if (entry.body !== null && isWanted(entry, filter)) yield',
        'if (isWanted(entry, filter)) yield',
      ],
    ],
  ),
  ...faultsOf(
    'fixtures/asset-server.ts',
    ['test/fixtures/asset-server.test.ts', 'test/commands/send.test.ts'],
    [
      [
        'any file of the disk is served',
        'if (!slot) return void res.writeHead(404).end();',
        "if (!slot) return void createReadStream(decodeURIComponent(req.url ?? '')).on('error', () => res.writeHead(404).end()).pipe(res);",
      ],
      ['a link is not of one delivery', "const token = randomBytes(8).toString('hex');", "const token = 'files';"],
      ['every method is served', "if (req.method !== 'GET' && req.method !== 'HEAD')", 'if (!req.method)'],
      ['files stay after the delivery', 'for (const [path] of slots) shelf.delete(path);', ''],
      ['a file that has grown is served beyond its length', '{ end: Math.max(0, file.sizeBytes - 1) }', '{}'],
      ['any mime type becomes a header', 'mimeTypePattern.test(file.mimeType) ?', 'file.mimeType ?'],
    ],
  ),
  ...faultsOf(
    'fixtures/compose.ts',
    ['test/commands/send.test.ts'],
    [
      ['no chat_id', 'return { event_type, chat_id: chatId, ...rest };', 'return json;'],
      [
        'an asset may be anywhere on the disk',
        "if (!/^[^/\\\\]+$/.test(asset) || asset === '..')",
        "if (asset === '')",
      ],
      [
        'what is sent from a file is written anew',
        'edited ? serialise(name, json) : bytes',
        'json ? serialise(name, json) : bytes',
      ],
    ],
  ),
  ...faultsOf(
    'fixtures/edit.ts',
    ['test/fixtures/edit.test.ts', 'test/commands/send.test.ts'],
    [
      [
        '--set may change a prototype',
        'Object.defineProperty(parent, key, {',
        'Object.assign((parent as any)[key] ?? {}, {}), Object.defineProperty(key === "__proto__" ? Object.prototype : parent, key, {',
      ],
    ],
  ),
  ...faultsOf(
    'checks/conclude.ts',
    ['test/checks/run.test.ts'],
    [
      ['a waiver is never stale', "if (!fires) return stale('nothing to waive any more');", ''],
      ['a waiver has no end', 'waiver.until < today', "waiver.until < ''"],
      ['a failed run exits 0', 'return ExitCode.failed;\n  if (interrupted', 'return ExitCode.ok;\n  if (interrupted'],
      [
        'a MUST does not make a run fail',
        "lenient: ['MUST'],\n  default: ['MUST', 'SHOULD'],",
        "lenient: ['MUST'],\n  default: ['SHOULD'],",
      ],
    ],
  ),
  ...faultsOf(
    'checks/judging.ts',
    ['test/checks/cases.test.ts'],
    [
      ['an open door passes', '(status === undefined ? isHang(trial) : status <= 299)', 'status === 0'],
      [
        'silence passes',
        'const silent = trials.filter((trial) => !trial.delivery.outcome.response);',
        'const silent = trials.filter(() => false);',
      ],
    ],
  ),
  ...faultsOf(
    'reporters/markup.ts',
    ['test/reporters/html.test.ts', 'test/reporters/junit.test.ts'],
    [
      ['< is not escaped', "'<': '&lt;'", "'<': '<'"],
      ['& is not escaped', "'&': '&amp;'", "'&': '&'"],
      ['a quote ends an attribute', "'\"': '&quot;'", "'\"': '\"'"],
    ],
  ),
  ...faultsOf(
    'reporters/html.ts',
    ['test/reporters/html.test.ts', 'test/reporters/reporters.test.ts'],
    [
      [
        'a line of HTML is raw',
        'return escapeMarkup(safeLine(clip(text, maxText)));',
        'return safeLine(clip(text, maxText));',
      ],
      ['a block of HTML is raw', 'return escapeMarkup(safe(clip(text, max)));', 'return safe(clip(text, max));'],
      ['the page may run scripts', "default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';"],
    ],
  ),
  ...faultsOf(
    'reporters/github.ts',
    ['test/reporters/github.test.ts'],
    [
      [
        'an annotation may begin a line of its own',
        'inert(safeLine(clip(text, maxText)))',
        'inert(clip(text, maxText))',
      ],
      ['a colon ends a property', ".replaceAll(':', '%3A')", ''],
      ['commands of a log go through', 'return inert(safeLine', 'return (safeLine'],
      ['% is not escaped', "text.replaceAll('%', '%25')", 'text'],
    ],
  ),
  ...faultsOf(
    'reporters/junit.ts',
    ['test/reporters/junit.test.ts'],
    [
      ['a receiver can attach a file', ".replace(/\\[\\[(?=\\w+\\|)/g, '[ [')", ''],
      ['an attribute is raw', 'escapeMarkup(safeLine(String(value)))', 'safeLine(String(value))'],
    ],
  ),
  ...faultsOf(
    'delivery/reach.ts',
    ['test/commands/addresses.test.ts', 'test/checks/cases.test.ts'],
    [['0.0.0.0 counts as loopback', '/^(::ffff:)?127\\.|^::1(%|$)/', '/^(::ffff:)?(127|0)\\.|^::(1(%|$))?/']],
  ),
  ...faultsOf(
    'commands/listen.ts',
    ['test/commands/listen.test.ts', 'test/commands/addresses.test.ts'],
    [
      [
        'listen takes every address',
        "'address to listen on').default('127.0.0.1')",
        "'address to listen on').default('0.0.0.0')",
      ],
      [
        'refused events count for --exit-after',
        'if (answer.status !== null && isAcknowledged(answer.status)) onEvent();',
        'onEvent();',
      ],
    ],
  ),
  ...faultsOf(
    'commands/target.ts',
    ['test/commands/send.test.ts'],
    [
      ['a password in a URL is printed', "return text.replace(/^([a-z]+:\\/\\/)?[^]*@/i, '$1***@');", 'return text;'],
      ['a URL may have a password', 'if (url.username || url.password)', 'if (url.username && !url.password)'],
    ],
  ),
  ...faultsOf(
    'sinks/line-writer.ts',
    ['test/sinks/line-writer.test.ts'],
    [
      [
        'the queue for a slow terminal has no end',
        'if (blocked && (skipped > 0 || size + length > maxWaiting))',
        'if (size < 0)',
      ],
      [
        'every line is a write',
        'if (waiting.length === 0 && !blocked) schedule();',
        'if (!blocked) { waiting.push(...lines); return put(); }',
      ],
      ['skipped lines are not said', 'if (skipped > 0) waiting.push(skippedLine(skipped));', ''],
    ],
  ),
  ...faultsOf(
    'host.ts',
    ['test/host.test.ts'],
    [
      ['a second Ctrl-C is not heard', 'if (controller.signal.aborted) proc.exit(interrupt.exitCode);', ''],
      ['NO_COLOR is not obeyed', "if (env['NO_COLOR']) return 0;", ''],
    ],
  ),
];
