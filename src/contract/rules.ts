/*
 * Three kinds of fact, never mixed: what Suvvy's page says (documented), what public integrations show (observed), and
 * what nobody outside Suvvy knows and we had to choose (assumed).
 */

/**
 * The rules of Suvvy's page "Working with webhook": the sentence of the page, and a short form of it. The rule that a
 * docstring or a verdict names is here.
 *
 * @example const why = rules.R7.quote; // or, for a verdict: verdict.rule && rules[verdict.rule].gist
 */
export const rules = {
  R1: {
    quote: 'Your webhook must return a status code between 200 and 299',
    gist: 'the answer has a status from 200 to 299',
  },
  R2: { quote: 'and respond within 20 seconds.', gist: 'the answer comes within 20 seconds' },
  R3: {
    quote:
      'Otherwise, the request will be considered failed, and the messages will be marked as undelivered (such messages are not visible to Suvvy).',
    gist: 'otherwise the messages are undelivered; no retry is documented, so a failure is a lost message',
  },
  R4: {
    quote:
      'Your webhook will receive requests from different IP addresses. Use the “Webhook Secret” setting for verification and authorization.',
    gist: 'requests come from changing addresses; the webhook secret is the way to verify them',
  },
  R5: {
    quote: 'Requests to your webhook will come from IP addresses located in the territory of the Russian Federation.',
    gist: 'those addresses are in the Russian Federation: a geo-block or a WAF loses messages',
  },
  R6: {
    quote: 'We will make a POST request to your webhook, passing a body in the following format',
    gist: 'a POST with a JSON body',
  },
  R7: {
    quote:
      'If you specified a webhook secret during the custom channel connection, we will pass it in the Authorization header in the following format: Bearer <your secret>',
    gist: 'with a secret set, Authorization is "Bearer <secret>"',
  },
  R8: {
    quote:
      'event_type: string (new_messages or test_request). Currently, only events for new messages and test requests are implemented, but others may be added in the future.',
    gist: 'event_type is new_messages or test_request, and more may come',
  },
  R9: {
    quote: 'Depending on this parameter, the set of fields may change.',
    gist: 'the other fields depend on event_type',
  },
  R10: {
    quote:
      "test_request - an event we will send to your webhook when you press the test button in Suvvy's control panel.",
    gist: 'test_request is what the test button sends',
  },
  R11: {
    quote: 'We recommend checking this parameter and ignoring the request if event_type != "new_messages".',
    gist: 'look at event_type, and ignore whatever is not new_messages',
  },
  R12: {
    quote: 'new_messages: array of Message objects. New messages. Present only if the event type is new_messages.',
    gist: 'new_messages is an array, there only for that event type',
  },
  R13: {
    quote: 'type: string (text, image, audio, document). Message type. The set of fields depends on this parameter.',
    gist: 'a message is a text, an image, an audio or a document',
  },
  R14: {
    quote:
      "message_sender: string (ai or employee). Message sender. Present in all types, determines who sent the message (bot or employee through Suvvy's control panel).",
    gist: 'every message says who sent it: ai or employee',
  },
  R15: {
    quote: 'text: string. Message text. Present only if the message type is text.',
    gist: 'text is there on text messages alone',
  },
  R16: {
    quote: 'file: MessageFile object. Attached file. Present only if the message type is image, audio, or document.',
    gist: 'file is there on image, audio and document messages alone',
  },
  R17: {
    quote: 'url: string. Direct download link for the file. The file will be located on our server.',
    gist: 'file.url is a direct download link',
  },
  R18: {
    quote: 'size_bytes: integer ∈ [0, +∞). File size in bytes.',
    gist: 'file.size_bytes is an integer, 0 or more',
  },
  R19: {
    quote: 'mime_type: string ^[a-zA-Z0-9]+/[a-zA-Z0-9-.+]+$. Mime-type of the file.',
    gist: 'file.mime_type looks like type/subtype',
  },
  R20: {
    quote:
      'Suvvy can send files of the following types: For images: image/png, image/jpeg, image/gif. For audio: audio/ogg, audio/mpeg, audio/wav, audio/x-wav, audio/webm, audio/mp4, audio/m4a, audio/x-m4a. For documents: any, including the above-mentioned types',
    gist: 'images are png, jpeg or gif; audio is one of eight types; documents are any type',
  },
} as const satisfies Record<string, { quote: string; gist: string }>;

/** The id of a rule of Suvvy's page, such as `R7`: a key of `rules`, which has its sentence. */
export type RuleId = keyof typeof rules;

/** Seen in public integrations that work with the real service, but not on its page. */
export const observed = {
  'chat-id': 'new_messages has a top-level chat_id (string), equal to the one that the integrator sent to Suvvy',
  'bare-test-request': 'test_request is exactly {"event_type":"test_request"}',
  'canonical-header-case': 'receivers read Authorization and Content-Type in canonical case, and compare byte for byte',
} as const;

/** The name of something that real integrations show: a key of `observed`. */
export type ObservedId = keyof typeof observed;

/** What nobody outside Suvvy knows. We chose one answer each, and name it wherever it changes a verdict. */
export const assumptions = {
  'deadline-from-start': 'the 20 s run from the start of the attempt, DNS included, on a monotonic clock',
  'headers-decide':
    'status line and headers inside 20 s decide; a body that is still running at 20 s is a warning, not a failure',
  'no-redirects': 'a 3xx is not a 2xx: undelivered, and never followed',
  'no-retry': 'one request per event',
  'fresh-connection': 'each event comes on a new connection, with Content-Length, as application/json',
  'no-secret-no-header': 'no secret, no Authorization header',
  'tls-verified': 'certificates are verified',
} as const;

/** The name of something that nobody outside Suvvy knows, and that had to be chosen: a key of `assumptions`. */
export type AssumptionId = keyof typeof assumptions;
