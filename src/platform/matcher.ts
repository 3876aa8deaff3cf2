import { createContext, Script, type Context } from 'node:vm';

/** What a text has to be. One that is a string has to be the same, in the composed form of Unicode (NFC). */
export type TextMatcher = string | { match: string | RegExp } | { contains: string };

/** What a message has to be: all that is given. An empty one fits every message. */
export interface Matcher {
  text?: TextMatcher;
  /** `text`, or the type of one of its files. */
  type?: string;
  chat_id?: string;
}

/** As much of a message as can be matched, whoever sent it. */
export interface Matchable {
  text: string | null;
  /** `text` and the types of its files. */
  types: readonly string[];
  chatId: string | null;
}

/** Whether a message fits. `onSlow` is told of an expression that took too long, which is no match. */
export type Test = (message: Matchable, onSlow?: (expression: string) => void) => boolean;

/** How long an expression may take, in milliseconds: some take years for a text that is only just no match. */
export const maxMatchMs = 250;

/** So much of a text an expression is held against, in characters. */
const maxMatchText = 64 * 1024;

/** @throws SyntaxError for an expression that cannot be read */
export function compileMatcher({ text, type, chat_id: chatId }: Matcher): Test {
  const fitsText = text === undefined ? null : compileText(text);
  return (message, onSlow = () => {}) =>
    (type === undefined || message.types.includes(type)) &&
    (chatId === undefined || message.chatId === chatId) &&
    (fitsText === null || (message.text !== null && fitsText(message.text, onSlow)));
}

function compileText(matcher: TextMatcher): (text: string, onSlow: (expression: string) => void) => boolean {
  if (typeof matcher === 'string') {
    const wanted = matcher.normalize();
    return (text) => text === matcher || text.normalize() === wanted;
  }
  if ('contains' in matcher) {
    const part = matcher.contains.normalize();
    return (text) => text.normalize().includes(part);
  }
  return compileExpression(matcher.match);
}

/**
 * `^hello` or, with flags, `/^hello/i`. Unicode always: a dot is a character, not half of one. One that is an expression
 * already keeps its flags, but for those that would make it remember where it stopped.
 */
export function parseExpression(source: string | RegExp): RegExp {
  if (typeof source !== 'string') return new RegExp(source.source, source.flags.replace(/[gy]/g, ''));
  const [, body, flags] = /^\/(.+)\/([ims]*)$/s.exec(source) ?? [];
  return new RegExp(body ?? source, `${flags ?? ''}u`);
}

/**
 * An expression that is given up when it takes too long. Nothing in Node itself can stop one that has begun, but for the
 * time limit of `node:vm`; it costs a fifth of a millisecond.
 */
function compileExpression(source: string | RegExp): (text: string, onSlow: (expression: string) => void) => boolean {
  const expression = parseExpression(source);
  const script = new Script('expression.test(text)');
  let context: Context | undefined;
  return (text, onSlow) => {
    context ??= createContext(Object.assign(Object.create(null) as object, { expression, text: '' }));
    context['text'] = text.slice(0, maxMatchText);
    try {
      return script.runInContext(context, { timeout: maxMatchMs }) === true;
    } catch {
      onSlow(String(source));
      return false;
    } finally {
      context['text'] = '';
    }
  };
}
